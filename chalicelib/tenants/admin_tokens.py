"""What an admin's tokens say: the short one a client holds in memory, and the one in its cookie that renews it. Pure.

Neither is believed by itself: the session and the admin behind it are read at each call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from chalicelib.errors import Unauthenticated
from chalicelib.seals import seal, unseal

if TYPE_CHECKING:
    from chalicelib.aws.secrets import Secrets

ACCESS_LIFE = timedelta(minutes=15)
SESSION_LIFE = timedelta(hours=12)

Use = Literal["admin", "admin-refresh"]


@dataclass(frozen=True, slots=True)
class AdminSession:
    """One sign-in of one admin to one company."""

    id: str
    tenant: str
    email: str
    epoch: int
    expires: datetime


def write(secrets: Secrets, session: AdminSession, use: Use, now: datetime) -> str:
    """A token for this use; an access token lives a quarter of an hour, and never longer than the session."""
    expires = session.expires if use == "admin-refresh" else min(now + ACCESS_LIFE, session.expires)
    claims = {
        "sub": session.email, "ten": session.tenant, "jti": session.id, "ep": session.epoch,
        "end": int(session.expires.timestamp()),
    }  # fmt: skip
    return seal(secrets, use, claims, expires)


def read(secrets: Secrets, token: str, use: Use, now: datetime) -> AdminSession:
    """The session a token is of; Unauthenticated if it is none, or not for this use."""
    claims = unseal(secrets, use, token, now)
    try:
        ends = datetime.fromtimestamp(claims["end"], UTC)
        return AdminSession(claims["jti"], claims["ten"], claims["sub"], claims["ep"], ends)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Unauthenticated() from None
