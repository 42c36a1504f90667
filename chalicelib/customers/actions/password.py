"""Sign in with a password, forget it, set a new one."""

from __future__ import annotations

from chalicelib import passwords, tokens
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records, rules
from chalicelib.customers.actions import people
from chalicelib.customers.rules import Link, Login, Session
from chalicelib.errors import N_, Conflict, Invalid, NotFound
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants.actions import Limit, throttle

QUARTER = 15 * 60


def verify(services: Services, store: Store, login: str, password: str, address: str) -> tuple[str, ...]:
    """The ids of the accounts this name and password open.

    Invalid for a wrong password and an unknown name alike, after the same work. TooMany by name and by address.
    """
    name = rules.tidy_login(login)
    throttle(
        services, store,
        Limit("sign-in", name, 10, QUARTER), Limit("sign-in-address", address, 60, QUARTER),
    )  # fmt: skip
    known = _known(store, name[:256] or "-")
    stored = known.password if known else None
    if not passwords.verify(password, stored) or known is None or stored is None:
        raise Invalid("", N_("That name and password don't match. Try again, or have a link sent to your e-mail."))
    if passwords.outdated(stored):
        _rehash(store, known.name, stored, passwords.make(password))
    return known.customers


def _rehash(store: Store, name: str, old: str, new: str) -> None:
    try:
        store.write(records.rehash(store, name, old, new))
    except ConditionFailed:
        return  # changed meanwhile: that one is made with today's parameters


def forgotten(services: Services, store: Store, login: str, address: str, language: str) -> None:
    """Mail a link to choose a new password, if we know the name. The same answer, in the same time, if not."""
    name = rules.tidy_login(login)
    throttle(services, store, Limit("reset", name, 5, QUARTER), Limit("reset-address", address, 30, QUARTER))
    known = people.behind(store, name)
    now = services.now()
    link_id = services.new_id(now)
    if not known.email:
        store.transact(records.decoy(store, link_id, now), records.decoy(store, f"{link_id}-mail", now))
        services.queue.put({"tenant": store.tenant, "customer": "nobody", "message": f"reset-{link_id}"})
        return
    secret = ("reset", store.tenant, link_id)
    link = Link("reset", known.customers, known.email, now + rules.RESET_LIFE, login=name)
    message = Message(
        f"reset-{link_id}", "password_reset", known.email, known.language or language,
        {"name": known.name, "minutes": int(rules.RESET_LIFE.total_seconds() // 60), "path": "/password/reset/%s"},
        {"url": secret},
    )  # fmt: skip
    fingerprint = tokens.fingerprint(tokens.derive(services.secrets.links, *secret))
    store.transact(
        records.new_link(store, fingerprint, link), outbox.new_message(store, known.customers[0], message, now)
    )
    messages.hand_over(services, store, known.customers[0], message.id)


def open_reset(services: Services, store: Store, token: str) -> Link:
    """The reset link behind a token. Changes nothing. NotFound unless it can still be used."""
    (item,) = store.get(records.link_key(store, tokens.fingerprint(token)))
    link = records.to_link(item) if item else None
    if link is None or link.kind != "reset" or link.state(services.now()) != "open":
        raise NotFound(N_("This link has expired or was used. Ask for a new one."))
    return link


def reset(services: Services, store: Store, token: str, password: str) -> tuple[str, ...]:
    """Set a new password by a mailed link, use the link up and end all sessions, in one transaction. The accounts."""
    link = open_reset(services, store, token)
    passwords.check(password)
    known = _known(store, link.login)
    _set(store, link.login, known, link.customers, password, use=tokens.fingerprint(token))
    return link.customers


def change(store: Store, session: Session, login: str, password: str) -> None:
    """Set a new password for somebody signed in. Ends all sessions, this one too: the caller opens a new one."""
    passwords.check(password)
    known = _known(store, login)
    if known and session.customer not in known.customers:
        raise Conflict()
    if known and passwords.verify(password, known.password):
        raise Invalid("password", N_("Choose a password you haven't used here just now."))
    _set(store, login, known, known.customers if known else (session.customer,), password)


def _known(store: Store, name: str) -> Login | None:
    (item,) = store.get(records.login_key(store, name))
    return records.to_login(item) if item else None


def _set(
    store: Store, login: str, known: Login | None, customers: tuple[str, ...], password: str, use: str = ""
) -> None:
    found = records.customers(store, customers)
    new = Login(login, tuple(one.id for one in found), passwords.make(password))
    writes = [
        records.set_login(store, new, known),
        *(records.raise_epoch(store, one.id, one.epoch, login=login, must_change=None) for one in found),
    ]
    if use:
        writes.append(records.use_link(store, use))
    try:
        store.transact(*writes)
    except ConditionFailed as failed:
        if "link" in failed.names:
            raise NotFound(N_("This link has expired or was used. Ask for a new one.")) from None
        raise Conflict() from None
