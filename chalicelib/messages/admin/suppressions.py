"""Addresses that get no more mail, since one came back or was called spam; and taking them off that list."""

from __future__ import annotations

from chalicelib.messages.actions import suppressions as actions
from chalicelib.messages.admin.shapes import SuppressionList, SuppressionView
from chalicelib.messages.records.suppressions import Suppression
from chalicelib.tenants.rules.audit import Change
from chalicelib.tokens import is_ulid
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Listing

routes = ApiRoutes("Suppressed addresses")


@routes.get("/suppressions", "messages:read")
def list_suppressions(caller: Admin, query: Listing) -> SuppressionList:
    """List the addresses that get no more mail, and why, in no order."""
    scope = f"{caller.store.tenant}#suppressions"
    found, last = actions.listed(caller.store, query.limit, parts.begins(caller, scope, query.cursor))
    return SuppressionList([_present(one) for one in found], parts.goes_on(caller, scope, last))


@routes.delete("/suppressions/{id}", "messages:write")
def lift_suppression(caller: Admin, id: str) -> None:
    """Lift what stops mail to an address. If it comes back again, it is stopped again."""
    actions.lift(
        caller.store, id,
        lambda found: caller.note("suppression.lift", found.address, [Change("cause", found.cause, None)]),
    )  # fmt: skip


def _present(one: Suppression) -> SuppressionView:
    # What is for a company's team, or for somebody who wrote to it, lies elsewhere than by a customer's id.
    customer = one.customer if is_ulid(one.customer) else None
    return SuppressionView(one.id, one.address, one.cause, one.detail, one.at, customer)
