"""Sealed claims: JWT, HS256, an audience for each kind of token, so that none passes for another. Pure."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chalicelib.errors import Unauthenticated

if TYPE_CHECKING:
    from chalicelib.aws.secrets import Secrets


def seal(secrets: Secrets, audience: str, claims: dict[str, Any], expires: datetime) -> str:
    """A signed token. The newest key signs."""
    import jwt

    return jwt.encode(
        {**claims, "aud": audience, "exp": int(expires.timestamp())},
        secrets.signing[secrets.current],
        algorithm="HS256",
        headers={"kid": secrets.current},
    )


def unseal(secrets: Secrets, audience: str, token: str, now: datetime) -> dict[str, Any]:
    """The claims, or Unauthenticated: forged, expired, of another kind, signed by a key that is gone."""
    key = secrets.key(_kid(token))
    claims = _verified(token, key, audience) if key else None
    if claims is None or claims["exp"] <= now.timestamp():
        raise Unauthenticated()
    return claims


@lru_cache(maxsize=512)
def _kid(token: str) -> str:
    """The name of the key that a token says it was signed by; '' for what is no token."""
    import jwt

    try:
        return str(jwt.get_unverified_header(token).get("kid", ""))
    except (jwt.PyJWTError, UnicodeEncodeError):
        return ""


@lru_cache(maxsize=512)
def _verified(token: str, key: bytes, audience: str) -> dict[str, Any] | None:
    """The claims of a token that this key signed for this audience; None for any other.

    Whether a signature fits never changes, so a container checks a session's once; expiry is the caller's to check
    each time, since PyJWT would read the wall clock and ours is an argument.
    """
    import jwt

    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience=audience,
            options={"require": ["exp", "aud", "sub"], "verify_exp": False},
        )
    except jwt.PyJWTError:
        return None
    return claims
