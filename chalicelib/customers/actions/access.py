"""Portal access, as the company's staff decide it for one customer: whether they come in, by which login and password,
which links still let them in. Each change stands in the audit trail; no password, link or code does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib import passwords
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records
from chalicelib.customers.actions import finding, link, password
from chalicelib.customers.actions.editing import TRIES
from chalicelib.customers.records import profile
from chalicelib.customers.records.links import SentLink
from chalicelib.customers.rules import Customer, Login
from chalicelib.customers.rules.fields import login as tidy
from chalicelib.errors import Conflict
from chalicelib.services import Services
from chalicelib.tenants.records import audit
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules.audit import HIDDEN, Change, changes


def change(
    services: Services,
    store: Store,
    which: str,
    note: Note,
    *,
    on: bool | None = None,
    login: str | None = None,
    must_change: bool | None = None,
) -> Customer:
    """Change some of it; None stays. `login` '' takes the login away, and the password with it.

    Off ends all sessions and links at once, for good. A new login takes the place of all the customer had, with the
    same password; a login that they shared with others goes on opening those. Conflict: the login is another's.
    """
    wanted = tidy(login) if login else login
    for _ in range(TRIES):
        before = finding.find(store, which)
        logins, writes = (before.logins, []) if wanted is None else _moved(store, before, wanted)
        after = _decided(before, logins, on, must_change)
        if after == before:
            return before
        entry = note("access.change", before.id, changes(_told(before), _told(after)))
        try:
            store.transact(profile.change_access(store, before, after), *writes, entry)
            return after
        except ConditionFailed:
            if audit.written(store, entry):
                return after
    raise Conflict()


def _decided(before: Customer, logins: tuple[str, ...], on: bool | None, must_change: bool | None) -> Customer:
    """The customer as decided, with the epochs: who is turned off is out, and so is who has no login any more."""
    off = before.access and on is False
    out = off or (before.logins and not logins)
    return replace(
        before,
        access=before.access if on is None else on,
        logins=logins,
        must_change=before.must_change if must_change is None else must_change,
        epoch=before.epoch + bool(out),
        link_epoch=before.link_epoch + off,
    )


def _moved(store: Store, customer: Customer, login: str) -> tuple[tuple[str, ...], list[Write]]:
    """The customer's logins when this is their only one ('' for none), and what must be written for it."""
    if login == customer.login:
        return customer.logins, []
    known = password.logins(store, tuple(dict.fromkeys((*customer.logins, *([login] if login else [])))))
    mine = [one for one in known.values() if customer.id in one.customers]
    writes = [
        records.set_login(store, replace(one, customers=_but(one, customer)), one) for one in mine if one.name != login
    ]
    if not login:
        return (), writes
    taken = known.get(login)
    if taken is None or customer.id not in taken.customers:
        if taken or _anothers_address(store, customer, login):
            raise Conflict("This login is another customer's. Choose another one.", kind="login-taken")
        stored = next((one.password for one in mine if one.password), None)
        writes.append(records.set_login(store, Login(login, (customer.id,), stored)))
    return (login,), writes


def _but(login: Login, customer: Customer) -> tuple[str, ...]:
    return tuple(one for one in login.customers if one != customer.id)


def _anothers_address(store: Store, customer: Customer, login: str) -> bool:
    """Whether a login is an address that others have and this customer has not: whoever reads its mail could set the
    password of it."""
    return "@" in login and login not in customer.emails and bool(records.customers_at(store, login))


def _told(customer: Customer) -> dict[str, Any]:
    return {"on": customer.access, "login": customer.login or None, "must_change_password": customer.must_change}


def set_password(services: Services, store: Store, which: str, new: str, must_change: bool, note: Note) -> None:
    """A password on the customer's behalf, for all accounts that their login opens; all their sessions end.

    Invalid: it may not be one. Conflict: there is no login it could be for, or it opens somebody else's account too.
    """
    passwords.check(new)
    for _ in range(TRIES):
        customer = finding.find(store, which)
        names = customer.logins or ((customer.email,) if customer.email else ())
        if not names:
            raise Conflict("This customer has no login and no e-mail address. Set a login first.", kind="no-login")
        known = password.logins(store, names[:1]).get(names[0])
        if known and customer.id not in known.customers:
            raise Conflict(
                "This customer's e-mail address is the login of another one. Set another login first.",
                kind="login-taken",
            )
        others = _of_the_same_person(store, customer, known)
        had = HIDDEN if known and known.password else None
        told = [Change("password", had, HIDDEN)]
        told += changes({"must_change_password": customer.must_change}, {"must_change_password": must_change})
        entry = note("access.set-password", customer.id, told)
        more = [note("access.set-password", one, told) for one in others]
        try:
            password.set_password(
                services, store, names[:1], (customer.id, *others), new, must_change=must_change, also=[entry, *more]
            )
            return
        except Conflict:
            if audit.written(store, entry):
                return
    raise Conflict()


def _of_the_same_person(store: Store, customer: Customer, login: Login | None) -> tuple[str, ...]:
    """The other accounts that a login opens. Conflict if one of them is not of who reads this customer's mail."""
    others = [one for one in login.customers if one != customer.id] if login else []
    found = records.customers(store, others)
    if login and any(customer.email not in one.emails for one in found):
        raise Conflict(
            f"The login {login.name} opens another customer's account too. Give this customer a login of their own "
            "first, or send them a password reset.", kind="login-shared",
        )  # fmt: skip
    return tuple(one.id for one in found)


def end_sessions(store: Store, which: str, note: Note) -> None:
    """Sign the customer out everywhere, at once."""
    for _ in range(TRIES):
        customer = finding.find(store, which)
        entry = note("access.end-sessions", customer.id, ())
        try:
            store.transact(records.raise_epoch(store, customer.id, customer.epoch), entry)
            return
        except ConditionFailed:
            if audit.written(store, entry):
                return
    raise Conflict()


def links(services: Services, store: Store, which: str) -> list[SentLink]:
    """The customer's Portal Links that still open, the newest first."""
    return link.live(store, finding.find(store, which), services.now())


def revoke_link(services: Services, store: Store, which: str, id: str, note: Note) -> None:
    """End one of the customer's links. NotFound: they have none of this id."""
    customer = finding.find(store, which)
    link.revoke(services, store, customer, id, note("access.revoke-link", customer.id, [Change("link", id, None)]))
