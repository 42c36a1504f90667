"""Find a company's customers: by an id, by the company's own ids, by name, by what somebody typed."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.aws.store import Store
from chalicelib.customers import records
from chalicelib.customers.records import lookups, profile
from chalicelib.customers.rules import Customer
from chalicelib.customers.rules.fields import EXTERNAL_ID
from chalicelib.customers.rules.finding import texts, typed
from chalicelib.errors import NotFound

OWN = "ext:"
# What one read of the store takes.
AT_ONCE = 100
Last = dict[str, str] | None


def find(store: Store, which: str) -> Customer:
    """The customer of this id, ours or (`ext:…`) the company's own. NotFound: there is none."""
    (found,) = find_all(store, [which])
    if found is None:
        raise NotFound()
    return found


def find_all(store: Store, which: Sequence[str]) -> list[Customer | None]:
    """The customers of these ids, in their order, None where there is none; two calls a hundred."""
    own = by_ext(store, [one.removeprefix(OWN) for one in which if one.startswith(OWN)])
    ours = {one.id: one for one in _read(store, [one for one in which if not one.startswith(OWN)])}
    return [own.get(one.removeprefix(OWN)) if one.startswith(OWN) else ours.get(one) for one in which]


def by_ext(store: Store, external_ids: Sequence[str]) -> dict[str, Customer]:
    """Those of the company's own ids that are taken, and by whom."""
    ids: dict[str, str] = {}
    possible = list(dict.fromkeys(one for one in external_ids if EXTERNAL_ID.fullmatch(one)))
    for start in range(0, len(possible), AT_ONCE):
        some = possible[start : start + AT_ONCE]
        items = store.get(*(lookups.external_key(store, one) for one in some))
        ids |= {one: item["who"] for one, item in zip(some, items, strict=True) if item}
    found = {one.id: one for one in _read(store, list(ids.values()))}
    return {one: found[id] for one, id in ids.items() if id in found}


def _read(store: Store, ids: Sequence[str]) -> list[Customer]:
    wanted, found = list(dict.fromkeys(ids)), list[Customer]()
    for start in range(0, len(wanted), AT_ONCE):
        found += records.customers(store, wanted[start : start + AT_ONCE])
    return found


def listed(store: Store, limit: int, after: Last) -> tuple[list[Customer], Last]:
    """A page of all customers by name; one call."""
    return profile.customers_by_name(store, limit, after)


def search(store: Store, text: str, limit: int, after: Last) -> tuple[list[Customer], Last]:
    """A page of those whom what was typed leads to, each once, by what was found of them; two calls.

    Several things may lead to one customer, here or pages on: only the first of them counts. So a page may be short of
    `limit` and have another after it.
    """
    looked = typed(text)
    if not looked:
        return [], None
    rows, last = lookups.found(store, looked, min(2 * limit, AT_ONCE), after)
    people = {one.id: one for one in _read(store, [id for _, id in rows])}
    shown: list[Customer] = []
    for number, (led, id) in enumerate(rows, 1):
        one = people.get(id)
        if one and led == next((text for text in texts(one) if text.startswith(looked)), None):
            shown.append(one)
        if len(shown) == limit and number < len(rows):
            return shown, lookups.place(store, led, id)
    return shown, last
