"""The audit trail, read; and the rows of what people do to their own access, one in every company they serve."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.services import Services
from chalicelib.tenants.records import audit
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.rules.audit import Changes, Entry


def note(services: Services, store: Store, email: str, address: str, action: str, changes: Changes = ()) -> Write:
    """That this person did this to themselves, in one company's trail."""
    now = services.now()
    actor = Actor("admin", email, email)
    return audit.new_entry(store, services.new_id(now), actor, address, now, action, email, changes)


def page(store: Store, limit: int, after: dict[str, str] | None) -> tuple[Sequence[Entry], dict[str, str] | None]:
    """A page of the trail, newest first, and where the next one begins."""
    return audit.entries(store, limit, after)
