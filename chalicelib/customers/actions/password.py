"""Sign in with a password, forget it, set a new one."""

from __future__ import annotations

import json
from collections.abc import Sequence

from chalicelib import passwords, tokens
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records, rules
from chalicelib.customers.actions import people
from chalicelib.customers.rules import Customer, Link, Login, Session
from chalicelib.errors import N_, Conflict, Invalid, NotFound
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants.throttle import Limit, throttle

QUARTER = 15 * 60
# Names of a person and of the accounts they share: a few; this only bounds the search.
MOST_NAMES = 5


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


def look_reset(store: Store, token: str) -> Link | None:
    """The reset link behind a token, in whatever state."""
    (item,) = store.get(records.link_key(store, tokens.fingerprint(token)))
    link = records.to_link(item) if item else None
    return link if link and link.kind == "reset" else None


def open_reset(services: Services, store: Store, token: str) -> Link:
    """The reset link behind a token. Changes nothing. NotFound unless it can still be used."""
    link = look_reset(store, token)
    if link is None or link.state(services.now()) != "open":
        raise NotFound(N_("This link has expired or was used. Ask for a new one."))
    return link


def reset(services: Services, store: Store, token: str, password: str) -> tuple[str, ...]:
    """Set a new password by a mailed link, use the link up and end all sessions, in one transaction. The accounts."""
    link = open_reset(services, store, token)
    passwords.check(password)
    _set(store, (link.login,), link.customers, password, use=tokens.fingerprint(token))
    return link.customers


def must_prove(session: Session, customer: Customer) -> bool:
    """Whether changing the password takes the current one: not when it must be changed, nor after a mailed code."""
    return session.proof == "password" and not customer.must_change


def change(services: Services, store: Store, session: Session, customer: Customer, current: str, password: str) -> None:
    """Set a new password for somebody signed in. Ends all sessions, this one too: the caller opens a new one.

    Invalid: the current one is wrong (where it is asked for), the new one may not be, or is the old one.
    Conflict: the customer's address is another person's login.
    """
    passwords.check(password)
    names = customer.logins or (customer.email,)
    known = _known(store, names[0])
    if known and customer.id not in known.customers and not _all_mine(known, session):
        raise Conflict(
            N_("This address already opens another account. Use “I forgot my password” to set one for both.")
        )
    if must_prove(session, customer):
        throttle(services, store, Limit("sign-in", names[0], 10, QUARTER))
        if not passwords.verify(current, known.password if known else None):
            raise Invalid("current", N_("That isn't your current password."))
    if known and passwords.verify(password, known.password):
        raise Invalid("password", N_("This is your current password. Choose a new one."))
    _set(store, names, (customer.id,), password)


def _all_mine(known: Login, session: Session) -> bool:
    return set(known.customers) <= {account for account, _ in session.accounts}


def _known(store: Store, name: str) -> Login | None:
    return _logins(store, (name,)).get(name)


def _logins(store: Store, names: Sequence[str]) -> dict[str, Login]:
    items = store.get(*(records.login_key(store, name) for name in names))
    return {name: records.to_login(item) for name, item in zip(names, items, strict=True) if item}


def _set(store: Store, names: tuple[str, ...], granted: tuple[str, ...], password: str, use: str = "") -> None:
    """One new password for every name of the accounts involved: the old one must open them by none.

    `names` open `granted` besides what they opened before; names that only come to light here keep what they opened.
    """
    every, known, found = names, _logins(store, names), records.customers(store, granted)
    for _ in range(MOST_NAMES):
        ids = dict.fromkeys((*granted, *(one for login in known.values() for one in login.customers)))
        found = records.customers(store, list(ids))
        more = tuple(dict.fromkeys(name for one in found for name in one.logins if name not in every))
        if not more:
            break
        every, known = (*every, *more), {**known, **_logins(store, more)}
    stored = passwords.make(password)
    opens = {name: _opens(known.get(name), granted if name in names else ()) for name in every}
    writes = [records.set_login(store, Login(name, opens[name], stored), known.get(name)) for name in every]
    for one in found:
        mine = dict.fromkeys((*one.logins, *(name for name in every if one.id in opens[name])))
        writes.append(records.raise_epoch(store, one.id, one.epoch, logins=json.dumps(list(mine)), must_change=None))
    if use:
        writes.append(records.use_link(store, use))
    try:
        store.transact(*writes)
    except ConditionFailed as failed:
        if "link" in failed.names:
            raise NotFound(N_("This link has expired or was used. Ask for a new one.")) from None
        raise Conflict() from None


def _opens(known: Login | None, granted: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(known.customers if known else ()), *granted)))
