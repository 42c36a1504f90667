"""The audit trail: who changed what, from what, to what, when and from where."""

from __future__ import annotations

from typing import Any, Literal

from chalicelib.team.actions import trail
from chalicelib.tenants.rules.audit import Entry
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Listing, Shape, Time

routes = ApiRoutes("Audit trail")


class ActorView(Shape):
    """Who it was: somebody of the team, a key, or Porchlight's operator. `id` is an e-mail address or a key's id."""

    kind: Literal["admin", "key", "operator"]
    id: str
    name: str


class ChangeView(Shape):
    """What became what; null is nothing, ••• a secret."""

    field: str
    old: Any
    new: Any


class EntryView(Shape):
    """One change. `address` is where the call came from, `action` such as `invoice.void`, `target` what it was done
    to."""

    id: str
    at: Time
    actor: ActorView
    address: str
    action: str
    target: str
    changes: list[ChangeView]


class Trail(Shape):
    """`next` is the cursor of the next page, null at the end."""

    items: list[EntryView]
    next: str | None


@routes.get("/audit", "audit:read")
def list_audit_entries(caller: Admin, query: Listing) -> Trail:
    """List what was changed, and by whom: the audit trail, newest first."""
    scope = parts.scope(caller, "audit", {})
    found, last = trail.page(caller.store, query.limit, parts.begins(caller, scope, query.cursor))
    return Trail([_told(one) for one in found], parts.goes_on(caller, scope, last))


def _told(entry: Entry) -> EntryView:
    actor = ActorView(entry.actor.kind, entry.actor.id, entry.actor.name)
    changes = [ChangeView(one.field, one.old, one.new) for one in entry.changes]
    return EntryView(entry.id, entry.at, actor, entry.address, entry.action, entry.target, changes)
