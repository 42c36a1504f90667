"""The names an invoice is found by in the company: how its number begins, and the id of the company's own software.

Estimates are found in the same way, under names of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, create, put
from chalicelib.aws.store import Item, Key, Store


class NumberRow(TenantsRow):
    """`number#<folded number>#<customer>#<invoice>`, or with the number of another kind of thing. Several may have the
    same number."""


class ExternalRow(TenantsRow):
    """`external#<kind>#<id>`: the company's own id, of one thing of its kind only."""

    who = UnicodeAttribute()


def folded(number: str) -> str:
    """A number as it is looked up: without case, spaces and #."""
    return "".join(number.casefold().replace("#", "").split())


def external_key(store: Store, external_id: str) -> Key:
    return store.company_key(INVOICES.external_item(external_id))


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


class Named(Protocol):
    """What is found by a number, and by an id of the company's own."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def external_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Names:
    """How things of one kind are found by their names: `number` begins the items of their numbers, `kind` stands in
    those of external ids."""

    number: str
    kind: str

    def external_item(self, external_id: str) -> str:
        return f"external#{self.kind}#{external_id}"

    def moved(self, store: Store, customer: str, before: Named | None, after: Named) -> list[Write]:
        """What must be written so that a thing is found by its names as they are after; `external` fails where another
        one has that id."""
        writes: list[Write] = []
        if before is None or folded(before.number) != folded(after.number):
            if before is not None:
                writes.append(self._forget_number(store, customer, before))
            writes.append(put(NumberRow(store.tenant, self._number_item(customer, after)), "number"))
        if before is None or before.external_id != after.external_id:
            if before is not None and before.external_id:
                writes.append(self._forget_external(store, customer, before))
            if after.external_id:
                who = f"{customer}-{after.id}"
                writes.append(
                    create(ExternalRow(store.tenant, self.external_item(after.external_id), who=who), "external")
                )
        return writes

    def forgotten(self, store: Store, customer: str, thing: Named) -> list[Write]:
        """A thing's names, free again."""
        writes = [self._forget_number(store, customer, thing)]
        if thing.external_id:
            writes.append(self._forget_external(store, customer, thing))
        return writes

    def found(
        self, store: Store, prefix: str, limit: int, after: dict[str, str] | None
    ) -> tuple[list[tuple[str, str, dict[str, str]]], dict[str, str] | None]:
        """Customer, id and place in the list of things whose number begins so, in the order of numbers. One Query."""
        wanted = f"{self.number}#{folded(prefix)}"
        page = store.query("tenants", store.tenant, prefix=wanted, limit=limit, after=after, newest_first=False)
        found = []
        for item in page.items:
            _, customer, thing = item["item"].rsplit("#", 2)
            found.append((customer, thing, {"tenant": store.tenant, "item": item["item"]}))
        return found, page.last

    def _number_item(self, customer: str, thing: Named) -> str:
        return f"{self.number}#{folded(thing.number)}#{customer}#{thing.id}"

    def _forget_number(self, store: Store, customer: str, thing: Named) -> Write:
        return Write("number", "delete", NumberRow(store.tenant, self._number_item(customer, thing)))

    def _forget_external(self, store: Store, customer: str, thing: Named) -> Write:
        row = ExternalRow(store.tenant, self.external_item(thing.external_id))
        return Write("external", "delete", row, ExternalRow.who == f"{customer}-{thing.id}")


INVOICES = Names("number", "invoice")
names, forget_names = INVOICES.moved, INVOICES.forgotten


def numbered(
    store: Store, prefix: str, limit: int, after: dict[str, str] | None
) -> tuple[list[Numbered], dict[str, str] | None]:
    """Invoices whose number begins so, in the order of their numbers. One Query."""
    found, last = INVOICES.found(store, prefix, limit, after)
    return [Numbered(*one) for one in found], last
