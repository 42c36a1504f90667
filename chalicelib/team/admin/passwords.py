"""Choose a new password by a mailed link."""

from __future__ import annotations

from chalicelib.errors import NotFound, TooMany
from chalicelib.team.actions import password
from chalicelib.team.admin.shapes import Email, Password, Token
from chalicelib.web.access import Anyone
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Shape

routes = ApiRoutes("Session")


class ResetRequest(Shape):
    """Whose password is to be chosen anew."""

    email: Email


class ResetAsked(Shape):
    """For how many minutes the link works that is on its way, if somebody has this address."""

    minutes: int


class PasswordReset(Shape):
    """What a link to a new password holds, and the new password."""

    token: Token
    password: Password


@routes.post("/password-resets", None, status=202, errors=(TooMany,), example={"email": "owner@evergreen.example"})
def request_password_reset(caller: Anyone, body: ResetRequest) -> ResetAsked:
    """Mail somebody a link to choose a new password. The answer is the same if nobody has this address."""
    password.ask(caller.services, body.email, caller.request.address)
    return ResetAsked(password.minutes())


@routes.post(
    "/password-resets/acceptance", None, status=204, errors=(NotFound, TooMany),
    example={"token": "kG5cVbW1p0sYxq3mT8uHn2RzJ7fLd4aE6oQiXwBv9Kc", "password": "seven green gardens"},
)  # fmt: skip
def reset_password(caller: Anyone, body: PasswordReset) -> None:
    """Choose a new password, once. All sessions of this person end, in every company."""
    password.reset(caller.services, body.token, body.password, caller.request.address)
