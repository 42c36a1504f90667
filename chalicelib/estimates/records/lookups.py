"""The names an estimate is found by in the company: how its number begins, and the id of the company's own software."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.aws.store import Key, Store
from chalicelib.billing.records.lookups import Names, to_owner

__all__ = ["Numbered", "external_key", "forget_names", "names", "numbered", "to_owner"]

ESTIMATES = Names("estimate-number", "estimate")
names, forget_names = ESTIMATES.moved, ESTIMATES.forgotten


def external_key(store: Store, external_id: str) -> Key:
    return store.company_key(ESTIMATES.external_item(external_id))


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
    found, last = ESTIMATES.found(store, prefix, limit, after)
    return [Numbered(*one) for one in found], last
