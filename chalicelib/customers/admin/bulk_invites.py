"""Invite many customers by the API, and see how far that is."""

from __future__ import annotations

from chalicelib.customers.actions import bulk_invites, ways_in
from chalicelib.customers.admin.shapes import BulkInvite, InviteProgress
from chalicelib.customers.rules import inviting
from chalicelib.errors import Conflict, Unreachable
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Portal access")


@routes.post("/bulk-invites", "access:write", status=202, errors=(Conflict, Unreachable), example={"customers": []})
def start_bulk_invite(caller: Admin, body: BulkInvite) -> InviteProgress:
    """Invite many customers at once. It goes on by itself: ask for its progress by its id."""
    ways_in.check_open(caller.company)
    return _view(bulk_invites.begin(caller.services, caller.store, body.customers, caller.new_id(), caller.note))


@routes.get("/bulk-invites/{id}", "access:read")
def read_bulk_invite(caller: Admin, id: str) -> InviteProgress:
    """Read how far a bulk invite is."""
    return _view(bulk_invites.progress(caller.store, id))


def _view(job: inviting.BulkInvite) -> InviteProgress:
    return InviteProgress(
        job.id, "done" if job.phase == "done" else "running", None if job.phase == "counting" else job.total, job.sent,
        job.skipped, job.failed, job.created_at.isoformat(),
    )  # fmt: skip
