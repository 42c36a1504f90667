"""Slow down those who try too often: counters in windows of time, per account and per address."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib import tokens
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import TooMany
from chalicelib.services import Services
from chalicelib.tenants.records import counters


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` of `name` by `who` in `seconds`."""

    name: str
    who: str
    tries: int
    seconds: int


def throttle(services: Services, store: Store, *limits: Limit) -> None:
    """Count one try against each limit, in one call, before the thing is tried: a hundred at once get no further.

    TooMany says how long to wait.
    """
    now = int(services.now().timestamp())
    writes = [
        counters.count(store, one.name, tokens.fingerprint(one.who)[:32], now // one.seconds,
                      now + 2 * one.seconds, one.tries)
        for one in limits
    ]  # fmt: skip
    try:
        store.transact(*writes)
    except ConditionFailed as failed:
        wait = max(one.seconds - now % one.seconds for one in limits if one.name in failed.names)
        raise TooMany(wait) from None
