"""Sign in to the API as a person: a short access token in the answer, and a refresh token in an HttpOnly cookie."""

from __future__ import annotations

from typing import Literal

from chalicelib.errors import Conflict, Invalid, NotAllowed, TooMany, Unauthenticated
from chalicelib.services import Services
from chalicelib.team.actions import password as passwords
from chalicelib.team.actions import sessions
from chalicelib.team.actions.sessions import SignedIn
from chalicelib.team.admin.shapes import CompanyId, CompanyRef, Email, Password, told
from chalicelib.tenants import admin_tokens
from chalicelib.tenants.rules.access import HELD, Role, Scope
from chalicelib.web.access import Anyone, same_origin
from chalicelib.web.api.access import Admin
from chalicelib.web.api.replies import Sent
from chalicelib.web.api.routes import ANY, ApiRoutes
from chalicelib.web.api.shapes import Shape
from chalicelib.web.cookies import Cookie

routes = ApiRoutes("Session")
REFRESH = "porchlight_admin"


class Credentials(Shape):
    """`company` is the id of the company to work for, where this person serves several."""

    email: Email
    password: Password
    company: CompanyId | Literal[""] = ""


class SessionView(Shape):
    """A session. Send `access_token` as `Authorization: Bearer …` for `expires_in` seconds, then refresh it."""

    access_token: str
    expires_in: int
    email: str
    role: Role
    scopes: list[Scope]
    company: CompanyRef


class Choices(Shape):
    """Which companies this person may choose from."""

    companies: list[CompanyRef]


class WhoAmI(Shape):
    """Who a credential is of. `id` is a person's e-mail address, or the id of a key."""

    kind: Literal["admin", "key"]
    id: str
    name: str
    scopes: list[Scope]
    company: CompanyRef


class NewPassword(Shape):
    """Your password as it is, and as it shall be."""

    current: Password
    password: Password


EXAMPLE = {"email": "owner@evergreen.example", "password": "bright-porch-2026"}


@routes.post("/session/companies", None, status=200, errors=(TooMany,), example=EXAMPLE)
def list_own_companies(caller: Anyone, body: Credentials) -> Choices:
    """List the companies that this person may sign in to."""
    served = sessions.verify(caller.services, body.email, body.password, caller.request.address)
    return Choices([told(one.company) for one in sessions.choose(served, body.company)])


@routes.post("/session", None, errors=(Conflict, TooMany, Unauthenticated), example=EXAMPLE)
def sign_in(caller: Anyone, body: Credentials) -> Sent[SessionView]:
    """Sign in. With several companies name one, or ask `/session/companies` first."""
    served = sessions.verify(caller.services, body.email, body.password, caller.request.address)
    chosen = sessions.choose(served, body.company)
    if not chosen:
        raise Invalid("company", "You are not on the team of this company. Ask one of its admins to invite you.")
    if len(chosen) > 1:
        raise Conflict("You serve several companies. Say which: company is its id.", kind="choose-company")
    return opened(caller.services, sessions.sign_in(caller.services, chosen[0]))


@routes.post("/session/refresh", None, status=200, errors=(Unauthenticated, NotAllowed, TooMany))
def refresh_session(caller: Anyone) -> Sent[SessionView]:
    """Get a new access token, by the cookie that signing in has set."""
    return opened(caller.services, sessions.refresh(caller.services, _cookie(caller), caller.request.address))


@routes.delete("/session", None, errors=(Unauthenticated, NotAllowed, TooMany))
def sign_out(caller: Anyone) -> Sent[None]:
    """Sign out: end the session of the cookie, and its access tokens with it."""
    sessions.sign_out(caller.services, _cookie(caller), caller.request.address)
    return Sent(None, cookies=(Cookie(REFRESH, "", 0, "Strict"),))


@routes.get("/session", ANY)
def read_session(caller: Admin) -> WhoAmI:
    """Read whose credential this is, and what it may do."""
    kind: Literal["admin", "key"] = "key" if caller.actor.kind == "key" else "admin"
    return WhoAmI(kind, caller.actor.id, caller.actor.name, sorted(caller.scopes), told(caller.company))


@routes.put(
    "/session/password", ANY, errors=(Invalid,),
    example={"current": "bright-porch-2026", "password": "seven green gardens"},
)  # fmt: skip
def change_own_password(caller: Admin, body: NewPassword) -> Sent[SessionView]:
    """Change your own password. All your sessions end, in every company; the answer is a fresh one."""
    if caller.actor.kind != "admin":
        raise NotAllowed("An API key has no password. Sign in as a person to change yours.", kind="people-only")
    return opened(
        caller.services,
        passwords.change(
            caller.services, caller.store, caller.actor.id, body.current, body.password, caller.request.address
        ),
    )


def _cookie(caller: Anyone) -> str:
    """The refresh token. NotAllowed from another site's page; Unauthenticated without one."""
    if not same_origin(caller.request, caller.services.settings.origin):
        raise NotAllowed("Only the console may do this. Sign in with e-mail and password, or use an API key.")
    token = caller.request.cookies.get(REFRESH, "")
    if not token:
        raise Unauthenticated("You are signed out. Sign in again.")
    return token


def opened(services: Services, signed_in: SignedIn) -> Sent[SessionView]:
    """A session as its owner is told of it, with the cookie that renews it."""
    now, session = services.now(), signed_in.session
    access = admin_tokens.write(services.secrets, session, "admin", now)
    lives = min(admin_tokens.ACCESS_LIFE, session.expires - now)
    member = signed_in.member
    view = SessionView(
        access, int(lives.total_seconds()), member.email, member.role, sorted(HELD[member.role]),
        told(signed_in.company),
    )  # fmt: skip
    token = admin_tokens.write(services.secrets, session, "admin-refresh", now)
    seconds = int((session.expires - now).total_seconds())
    return Sent(view, cookies=(Cookie(REFRESH, token, seconds, "Strict"),))
