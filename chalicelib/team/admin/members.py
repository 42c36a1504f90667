"""The team: who runs the company's portal, and in which role. For people: no API key holds its scopes."""

from __future__ import annotations

from typing import Literal

from chalicelib.errors import Conflict, Invalid
from chalicelib.team.actions import members
from chalicelib.team.actions.members import Note
from chalicelib.team.admin.shapes import Email
from chalicelib.tenants.rules.access import Role, TeamMember
from chalicelib.tenants.rules.audit import Change
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import MailSent, Shape, Time, TimeIfAny

routes = ApiRoutes("Team")


class Member(Shape):
    """Somebody of the team. `state` is `invited` until they have accepted."""

    email: str
    role: Role
    state: Literal["invited", "active"]
    created_at: Time
    last_sign_in: TimeIfAny


class Team(Shape):
    """Everybody who runs the company's portal."""

    items: list[Member]


class NewMember(Shape):
    """Whom to invite, and as what: `admin` may do everything, `read-only` may look at everything."""

    email: Email
    role: Role


class RoleChange(Shape):
    """The role that somebody shall have."""

    role: Role


@routes.get("/team", "team:read")
def list_team(caller: Admin) -> Team:
    """List everybody on the team, by e-mail address."""
    return Team([_told(one) for one in members.team(caller.store)])


@routes.post(
    "/team", "team:write", errors=(Invalid, Conflict), example={"email": "sam@evergreen.example", "role": "read-only"}
)
def invite_member(caller: Admin, body: NewMember) -> Member:
    """Invite somebody by e-mail. Somebody who has yet to accept gets another invite, in this role."""
    note = _note(caller, "team.invite")
    made = members.invite(caller.services, caller.company, body.email, body.role, caller.actor, caller.new_id(), note)
    return _told(made)


@routes.patch("/team/{email}", "team:write", errors=(Conflict,), example={"role": "admin"})
def change_member(caller: Admin, email: str, body: RoleChange) -> Member:
    """Give somebody another role. It holds from their next call on."""
    note = _note(caller, "team.role")
    changed = members.give_role(caller.services, caller.store, email, body.role, caller.actor, caller.new_id(), note)
    return _told(changed)


@routes.delete("/team/{email}", "team:write", errors=(Conflict,))
def remove_member(caller: Admin, email: str) -> None:
    """Take somebody off the team. Their sessions and invites end at once."""
    note = _note(caller, "team.remove")
    members.take_off(caller.services, caller.store, email, caller.actor, caller.new_id(), note)


@routes.post("/team/{email}/invites", "team:write", errors=(Conflict,))
def resend_invite(caller: Admin, email: str) -> MailSent:
    """Send another invite to somebody who has yet to accept. The earlier ones go on working until one is used."""
    note = _note(caller, "team.invite")
    sent = members.invite_again(caller.services, caller.company, email, caller.actor, caller.new_id(), note)
    return MailSent(sent.email)


def _told(member: TeamMember) -> Member:
    state: Literal["invited", "active"] = "active" if member.joined else "invited"
    return Member(member.email, member.role, state, member.created_at, member.last_sign_in)


def _note(caller: Admin, action: str) -> Note:
    return lambda email, old, new: caller.note(action, email, [Change("role", old, new)])
