"""Join a company's team by a mailed invite."""

from __future__ import annotations

from chalicelib.errors import Conflict, NotFound, TooMany, Unauthenticated
from chalicelib.team.actions import invites
from chalicelib.team.admin.session import SessionView, opened
from chalicelib.team.admin.shapes import CompanyId, CompanyRef, Password, Token, told
from chalicelib.web.access import Anyone
from chalicelib.web.api.replies import Sent
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Shape

routes = ApiRoutes("Session")


class InviteLink(Shape):
    """What an invite's link holds: …/console#/invite/<company>/<token>."""

    company: CompanyId
    token: Token


class InviteView(Shape):
    """Whom an invite is for. `has_password`: they serve another company already, and join with the password they have;
    otherwise they choose one."""

    email: str
    company: CompanyRef
    has_password: bool


class Acceptance(Shape):
    """What an invite's link holds, and the password to join with."""

    company: CompanyId
    token: Token
    password: Password


EXAMPLE = {"company": "01KB0Q8ZJ6R3V5W7X9Y1A2C4D6", "token": "kG5cVbW1p0sYxq3mT8uHn2RzJ7fLd4aE6oQiXwBv9Kc"}


@routes.post("/invites/look", None, status=200, errors=(NotFound, TooMany), example=EXAMPLE)
def read_invite(caller: Anyone, body: InviteLink) -> InviteView:
    """Read whom an invite is for. Changes nothing, so that a mail scanner may look too."""
    store = caller.services.tables.for_tenant(body.company)
    found = invites.look(caller.services, store, body.token, caller.request.address)
    return InviteView(found.member.email, told(found.company), found.has_password)


@routes.post(
    "/invites/acceptance", None, errors=(NotFound, Conflict, TooMany, Unauthenticated),
    example={**EXAMPLE, "password": "seven green gardens"},
)  # fmt: skip
def accept_invite(caller: Anyone, body: Acceptance) -> Sent[SessionView]:
    """Join the team, once, and sign in."""
    store = caller.services.tables.for_tenant(body.company)
    joined = invites.accept(caller.services, store, body.token, body.password, caller.request.address)
    return opened(caller.services, joined)
