"""How many calls a caller has left: a counter a minute for each key and each session, told in RateLimit headers.

Header fields: draft-ietf-httpapi-ratelimit-headers (RateLimit-Policy and RateLimit).
"""

from __future__ import annotations

from chalicelib.errors import TooMany
from chalicelib.tenants import throttle
from chalicelib.web.api.access import Admin

CALLS, SECONDS = 600, 60


def spend(caller: Admin) -> dict[str, str]:
    """Count this call; the headers that tell what is left. TooMany: none are."""
    who = f"{caller.actor.kind}:{caller.actor.id}:{caller.session}"
    left, seconds = throttle.spend(caller.services, caller.store, throttle.Limit("api", who, CALLS, SECONDS))
    if left < 0:
        raise TooMany(seconds, f"At most {CALLS} calls a minute. Wait {seconds} seconds, then go on.")
    return {
        "RateLimit-Policy": f'"calls";q={CALLS};w={SECONDS}',
        "RateLimit": f'"calls";r={left};t={seconds}',
    }
