"""Open, choose, switch and end sessions. Whoever comes here has proven who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib import seals
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records, rules, session_tokens
from chalicelib.customers.rules import Customer, Proof, Session
from chalicelib.errors import N_, NotAllowed, NotFound, Unauthenticated
from chalicelib.services import Services

CHOICE_LIFE = timedelta(minutes=10)


def start(services: Services, store: Store, customer: str, proof: Proof, accounts: Sequence[str] = ()) -> Session:
    """A session for one account, noted on its profile. NotAllowed where access is turned off."""
    now = services.now()
    others = records.customers(store, [one for one in accounts if one != customer])
    try:
        item = store.write(records.sign_in(store, customer, now))
    except ConditionFailed:
        raise NotAllowed(N_("Online access to this account is turned off. Please contact us.")) from None
    pairs = ((customer, item["epoch"]), *((one.id, one.epoch) for one in others))
    return Session(
        services.new_id(now), store.tenant, customer, item["epoch"], proof, now + rules.session_life(proof), pairs
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """The accounts somebody may pick from, how that was proven, and where they were going."""

    accounts: tuple[Customer, ...]
    proof: Proof
    path: str


def offer(services: Services, store: Store, accounts: Sequence[str], proof: Proof, path: str) -> str:
    """A token with which the browser may pick one of these accounts, for ten minutes."""
    pairs = [[one.id, one.epoch] for one in records.customers(store, accounts)]
    claims = {"sub": accounts[0], "ten": store.tenant, "acc": pairs, "amr": [proof], "path": path}
    return seals.seal(services.secrets, session_tokens.CHOOSER, claims, services.now() + CHOICE_LIFE)


def choice(services: Services, store: Store, token: str, session: Session | None) -> Choice:
    """What may be picked, by a fresh sign-in's token or by the session that may switch.

    An account whose sessions were ended since, or whose access is off, is not among it. Unauthenticated: neither.
    """
    if session is not None and len(session.accounts) > 1:
        return Choice(_standing(store, session.accounts), session.proof, "/")
    claims = seals.unseal(services.secrets, session_tokens.CHOOSER, token, services.now())
    if claims.get("ten") != store.tenant:
        raise Unauthenticated()
    return Choice(_standing(store, claims["acc"]), claims["amr"][0], claims["path"])


def _standing(store: Store, pairs: Sequence[Sequence[Any]]) -> tuple[Customer, ...]:
    epochs = {pair[0]: pair[1] for pair in pairs}
    found = records.customers(store, list(epochs))
    return tuple(one for one in found if one.access and one.epoch == epochs[one.id])


def choose(services: Services, store: Store, offered: Choice, session: Session | None, account: str) -> Session:
    """The session of the account picked; NotFound if it is not among the choice."""
    ids = [one.id for one in offered.accounts]
    if account not in ids:
        raise NotFound()
    opened = start(services, store, account, offered.proof, ids)
    # Switching renews nothing: the new session ends when the one it came from would have.
    return opened if session is None else replace(opened, expires=min(opened.expires, session.expires))


def accounts_standing(store: Store, session: Session) -> list[str]:
    """The accounts a session may still switch between."""
    return [one.id for one in _standing(store, session.accounts)]


def end(services: Services, store: Store, session: Session) -> None:
    """Sign out: this token opens nothing any more, wherever a copy of it lies."""
    if services.now() < session.expires:
        store.write(records.end_session(store, session.id, session.expires))


def is_open(session: Session, customer: Customer, ended: bool, now: datetime) -> bool:
    """Whether the session still stands: not signed out, not revoked, not over, access on."""
    return not ended and rules.may_continue(session, customer, now)


def set_language(store: Store, customer: str, language: str) -> None:
    """Remember the language a customer chose, for pages and mails."""
    store.write(records.change_profile(store, customer, language=language))
