"""Addresses that get no more mail: staff see them, and lift what was put right."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import NotFound
from chalicelib.messages.records import suppressions as records
from chalicelib.messages.records.suppressions import Suppression
from chalicelib.tenants.records import audit

Last = dict[str, str] | None


def listed(store: Store, limit: int, after: Last) -> tuple[list[Suppression], Last]:
    """A page of them, in no order that means anything; one query."""
    page = records.suppressions(store, limit, after)
    return [records.to_suppression(item) for item in page.items], page.last


def lift(store: Store, id: str, note: Callable[[Suppression], Write]) -> None:
    """Mail to this address again. NotFound: it is not stopped."""
    found = records.find(store, id)
    if found is None:
        raise NotFound()
    entry = note(found)
    try:
        store.transact(records.lift(store, id), entry)
    except ConditionFailed:
        # Lifted by somebody else meanwhile, or by ourselves with the answer lost.
        if not audit.written(store, entry):
            raise NotFound() from None
