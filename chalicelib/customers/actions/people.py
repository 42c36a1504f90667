"""Find who is behind a typed name, in the same number of calls whether anybody is or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.aws.store import Store
from chalicelib.customers import records, rules
from chalicelib.customers.rules import Customer


@dataclass(frozen=True, slots=True)
class Known:
    """The accounts behind a name, and where their mail goes. Empty `email`: nobody. `phone` is the number of whoever
    has that address, if all the accounts have it. `epochs` as they are now."""

    customers: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    language: str = ""
    epochs: int = 0


# Stands in for whoever has a name that nobody has, where the same work is done for both.
STAND_IN = Known(("X" * 26,), "x" * 16)


def known(customers: Sequence[Customer], email: str) -> Known:
    """These accounts, reached at this address. They all have it."""
    first, phone = customers[0], rules.phone_beside(customers, email)
    return Known(tuple(one.id for one in customers), email, phone, first.language, epochs(customers))


def epochs(customers: Sequence[Customer]) -> int:
    """One number that rises when anything ends these accounts' sessions or links."""
    return sum(one.epoch + one.link_epoch for one in customers)


def behind(store: Store, typed: str) -> Known:
    """Look a user name or an e-mail address up; three calls, always.

    A mail proves an address, so an address opens all accounts that have it; a user name those of its login.
    """
    name = rules.tidy_login(typed)[:254]
    plausible = name if name and "#" not in name else "-"
    by_address = records.customers_at(store, plausible)
    (item,) = store.get(records.login_key(store, plausible))
    ids = by_address or (list(records.to_login(item).customers) if item else [])
    found = [one for one in records.customers(store, ids or ["nobody"]) if one.access]
    first = next(iter(found), None)
    if first is None:
        return Known()
    email = name if by_address else first.email
    mine = [one for one in found if email in one.emails]
    return known(mine, email) if mine else Known()
