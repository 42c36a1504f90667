"""Slow down those who try too often: counters in windows of time, per account and per address."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from chalicelib import tokens
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Platform, Store
from chalicelib.errors import TooMany, Unavailable
from chalicelib.services import Services
from chalicelib.tenants.records import counters


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` of `name` by `who` in `seconds`."""

    name: str
    who: str
    tries: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A try as it was counted."""

    store: Store | Platform
    back: tuple[Write, ...]

    def give_back(self) -> None:
        """Where only what fails shall count: one that went well is taken off again. If that can't be, it counts."""
        with suppress(ConditionFailed, Unavailable):
            self.store.transact(*self.back)


def throttle(services: Services, store: Store | Platform, *limits: Limit) -> Counted:
    """Count one try against each limit, in one call, before the thing is tried: a hundred at once get no further.

    TooMany says how long to wait.
    """
    now = int(services.now().timestamp())
    places = [(one, tokens.fingerprint(one.who)[:32], now // one.seconds) for one in limits]
    writes = [
        counters.count(store, one.name, who, window, now + 2 * one.seconds, one.tries) for one, who, window in places
    ]
    try:
        store.transact(*writes)
    except ConditionFailed as failed:
        wait = max(one.seconds - now % one.seconds for one in limits if one.name in failed.names)
        raise TooMany(wait) from None
    return Counted(store, tuple(counters.uncount(store, one.name, who, window) for one, who, window in places))


def spend(services: Services, store: Store, limit: Limit) -> tuple[int, int]:
    """Use one of `limit.tries` up: how many are left, -1 for too many, and in how many seconds there are new ones."""
    now = int(services.now().timestamp())
    window, wait = now // limit.seconds, limit.seconds - now % limit.seconds
    who = tokens.fingerprint(limit.who)[:32]
    try:
        item = store.write(counters.count(store, limit.name, who, window, now + 2 * limit.seconds, limit.tries))
    except ConditionFailed:
        return -1, wait
    return limit.tries - item["tries"], wait
