"""Open, choose, switch and end sessions. Whoever comes here has proven who they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records, rules, sessions
from chalicelib.customers.rules import Customer, Proof, Session
from chalicelib.errors import N_, NotAllowed, NotFound, Unauthenticated
from chalicelib.services import Services

CHOICE_LIFE = timedelta(minutes=10)


def start(services: Services, store: Store, customer: str, proof: Proof, accounts: Sequence[str] = ()) -> Session:
    """A session for one account, noted on its profile. NotAllowed where access is turned off."""
    now = services.now()
    try:
        item = store.write(records.sign_in(store, customer, now))
    except ConditionFailed:
        raise NotAllowed(N_("Online access to this account is turned off. Please contact us.")) from None
    return Session(
        services.new_id(now), store.tenant, customer, item["epoch"], proof, now + rules.session_life(proof),
        tuple(accounts) or (customer,),
    )  # fmt: skip


def choice(services: Services, store: Store, accounts: Sequence[str], proof: Proof) -> str:
    """A token with which the browser may pick one of these accounts, for ten minutes."""
    claims = {"sub": accounts[0], "ten": store.tenant, "acc": list(accounts), "amr": [proof]}
    return sessions.seal(services.secrets, sessions.CHOOSER, claims, services.now() + CHOICE_LIFE)


def choices(services: Services, store: Store, token: str, session: Session | None) -> tuple[list[Customer], Proof]:
    """The accounts to pick from, by a fresh sign-in's token or by the session that may switch."""
    accounts: Sequence[str]
    proof: Proof
    if session is not None and len(session.accounts) > 1:
        accounts, proof = session.accounts, session.proof
    else:
        claims = sessions.unseal(services.secrets, sessions.CHOOSER, token, services.now())
        if claims.get("ten") != store.tenant:
            raise Unauthenticated()
        accounts, proof = claims["acc"], claims["amr"][0]
    return [one for one in records.customers(store, accounts) if one.access], proof


def choose(services: Services, store: Store, token: str, session: Session | None, account: str) -> Session:
    """The session of the account picked; NotFound if it is not among the choices."""
    found, proof = choices(services, store, token, session)
    ids = [one.id for one in found]
    if account not in ids:
        raise NotFound()
    opened = start(services, store, account, proof, ids)
    if session is None:
        return opened
    # Switching renews nothing: the new session ends when the one it came from would have.
    return Session(
        opened.id, opened.tenant, opened.customer, opened.epoch, proof, min(opened.expires, session.expires), tuple(ids)
    )


def end(services: Services, store: Store, session: Session) -> None:
    """Sign out: this token opens nothing any more, wherever a copy of it lies."""
    if services.now() < session.expires:
        store.write(records.end_session(store, session.id, session.expires))


def is_open(session: Session, customer: Customer | None, ended: bool, now: datetime) -> bool:
    """Whether the session still stands: not signed out, not revoked, not over, access on."""
    return customer is not None and not ended and rules.may_continue(session, customer, now)


def set_language(store: Store, customer: str, language: str) -> None:
    """Remember the language a customer chose, for pages and mails."""
    store.write(records.change_profile(store, customer, language=language))
