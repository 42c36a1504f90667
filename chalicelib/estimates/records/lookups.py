"""The names an estimate is found by in the company: how its number begins, and the id of the company's own software."""

from __future__ import annotations

from dataclasses import dataclass

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.estimates.rules import Estimate


class NumberRow(TenantsRow):
    """`estimate-number#<folded number>#<customer>#<estimate>`. Several estimates may have the same number."""


class ExternalRow(TenantsRow):
    """`external#estimate#<id>`: the company's own id, of one estimate only."""

    who = UnicodeAttribute()


def folded(number: str) -> str:
    """A number as it is looked up: without case, spaces and #."""
    return "".join(number.casefold().replace("#", "").split())


def external_key(store: Store, external_id: str) -> Key:
    return store.company_key(f"external#estimate#{external_id}")


def to_owner(item: Item) -> tuple[str, str]:
    """Customer and estimate behind an external id."""
    customer, _, estimate = item["who"].partition("-")
    return customer, estimate


@dataclass(frozen=True, slots=True)
class Numbered:
    """An estimate found by its number. `cursor` is where the list goes on after it."""

    customer: str
    estimate: str
    cursor: dict[str, str]


def numbered(
    store: Store, prefix: str, limit: int, after: dict[str, str] | None
) -> tuple[list[Numbered], dict[str, str] | None]:
    """Estimates whose number begins so, in the order of their numbers. One Query."""
    wanted = f"estimate-number#{folded(prefix)}"
    page = store.query("tenants", store.tenant, prefix=wanted, limit=limit, after=after, newest_first=False)
    found = []
    for item in page.items:
        _, customer, estimate = item["item"].rsplit("#", 2)
        found.append(Numbered(customer, estimate, {"tenant": store.tenant, "item": item["item"]}))
    return found, page.last


def names(store: Store, customer: str, before: Estimate | None, after: Estimate) -> list[Write]:
    """What must be written so that an estimate is found by its names as they are after; `external` fails where another
    one has that id."""
    writes: list[Write] = []
    if before is None or folded(before.number) != folded(after.number):
        if before is not None:
            writes.append(_forget_number(store, customer, before))
        writes.append(put(NumberRow(store.tenant, _number_item(customer, after)), "number"))
    if before is None or before.external_id != after.external_id:
        if before is not None and before.external_id:
            writes.append(_forget_external(store, customer, before))
        if after.external_id:
            item = f"external#estimate#{after.external_id}"
            writes.append(create(ExternalRow(store.tenant, item, who=f"{customer}-{after.id}"), "external"))
    return writes


def forget_names(store: Store, customer: str, estimate: Estimate) -> list[Write]:
    """An estimate's names, free again."""
    writes = [_forget_number(store, customer, estimate)]
    if estimate.external_id:
        writes.append(_forget_external(store, customer, estimate))
    return writes


def _number_item(customer: str, estimate: Estimate) -> str:
    return f"estimate-number#{folded(estimate.number)}#{customer}#{estimate.id}"


def _forget_number(store: Store, customer: str, estimate: Estimate) -> Write:
    return Write("number", "delete", NumberRow(store.tenant, _number_item(customer, estimate)))


def _forget_external(store: Store, customer: str, estimate: Estimate) -> Write:
    row = ExternalRow(store.tenant, f"external#estimate#{estimate.external_id}")
    return Write("external", "delete", row, ExternalRow.who == f"{customer}-{estimate.id}")
