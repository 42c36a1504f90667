"""The names an invoice is found by in the company: how its number begins, and the id of the company's own software."""

from __future__ import annotations

from dataclasses import dataclass

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.billing.rules import Invoice


class NumberRow(TenantsRow):
    """`number#<folded number>#<customer>#<invoice>`. Several invoices may have the same number."""


class ExternalRow(TenantsRow):
    """`external#invoice#<id>`: the company's own id, of one invoice only."""

    who = UnicodeAttribute()


def folded(number: str) -> str:
    """A number as it is looked up: without case, spaces and #."""
    return "".join(number.casefold().replace("#", "").split())


def external_key(store: Store, external_id: str) -> Key:
    return store.company_key(f"external#invoice#{external_id}")


def to_owner(item: Item) -> tuple[str, str]:
    """Customer and invoice behind an external id."""
    customer, _, invoice = item["who"].partition("-")
    return customer, invoice


@dataclass(frozen=True, slots=True)
class Numbered:
    """An invoice found by its number. `cursor` is where the list goes on after it."""

    customer: str
    invoice: str
    cursor: dict[str, str]


def numbered(
    store: Store, prefix: str, limit: int, after: dict[str, str] | None
) -> tuple[list[Numbered], dict[str, str] | None]:
    """Invoices whose number begins so, in the order of their numbers. One Query."""
    page = store.query(
        "tenants", store.tenant, prefix=f"number#{folded(prefix)}", limit=limit, after=after, newest_first=False
    )
    found = []
    for item in page.items:
        _, customer, invoice = item["item"].rsplit("#", 2)
        found.append(Numbered(customer, invoice, {"tenant": store.tenant, "item": item["item"]}))
    return found, page.last


def names(store: Store, customer: str, before: Invoice | None, after: Invoice) -> list[Write]:
    """What must be written so that an invoice is found by its names as they are after; `external` fails where another
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
            item = f"external#invoice#{after.external_id}"
            writes.append(create(ExternalRow(store.tenant, item, who=f"{customer}-{after.id}"), "external"))
    return writes


def forget_names(store: Store, customer: str, invoice: Invoice) -> list[Write]:
    """An invoice's names, free again."""
    writes = [_forget_number(store, customer, invoice)]
    if invoice.external_id:
        writes.append(_forget_external(store, customer, invoice))
    return writes


def _number_item(customer: str, invoice: Invoice) -> str:
    return f"number#{folded(invoice.number)}#{customer}#{invoice.id}"


def _forget_number(store: Store, customer: str, invoice: Invoice) -> Write:
    return Write("number", "delete", NumberRow(store.tenant, _number_item(customer, invoice)))


def _forget_external(store: Store, customer: str, invoice: Invoice) -> Write:
    row = ExternalRow(store.tenant, f"external#invoice#{invoice.external_id}")
    return Write("external", "delete", row, ExternalRow.who == f"{customer}-{invoice.id}")
