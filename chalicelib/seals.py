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
    claims = _verified(token, tuple(secrets.signing.items()), audience)
    if claims is None or claims["exp"] <= now.timestamp():
        raise Unauthenticated()
    return claims


@lru_cache(maxsize=512)
def _verified(token: str, keys: tuple[tuple[str, bytes], ...], audience: str) -> dict[str, Any] | None:
    """The claims of a token that one of our keys signed for this audience; None for any other.

    Whether a signature fits never changes, so a container checks a session's once; expiry is the caller's to check
    each time, since PyJWT would read the wall clock and ours is an argument.
    """
    import jwt

    try:
        key = dict(keys).get(jwt.get_unverified_header(token).get("kid", ""))
        if key is None:
            return None
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
