"""Slow down those who try too often: counters in windows of time, per account and per address."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from chalicelib import tokens
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Platform, Store
from chalicelib.errors import TooMany, Unavailable
from chalicelib.services import Services
from chalicelib.tenants.records import counters
from chalicelib.tenants.rules.networks import network, site


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` of `name` by `who` in `seconds`. `text` is what whoever is refused reads, '' for the usual."""

    name: str
    who: str
    tries: int
    seconds: int
    text: str = ""


def from_address(name: str, address: str, tries: int, seconds: int, text: str = "") -> Limit:
    """As often from there: of IPv6 from anywhere in its /64."""
    return Limit(name, network(address), tries, seconds, text)


def from_network(name: str, address: str, tries: int, of_a_site: int, seconds: int, text: str = "") -> list[Limit]:
    """`<name>-address` as `from_address`; of IPv6 also `<name>-network`, which is `of_a_site`: of all in its /48."""
    found = [from_address(f"{name}-address", address, tries, seconds, text)]
    whole = site(address)
    return [*found, Limit(f"{name}-network", whole, of_a_site, seconds, text)] if whole else found


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
    try:
        store.transact(*tries(store, now, *limits))
    except ConditionFailed as failed:
        raise refusal(now, [one for one in limits if one.name in failed.names]) from None
    return Counted(store, tuple(counters.uncount(store, *_place(one, now)) for one in limits))


def tries(store: Store | Platform, now: int, *limits: Limit) -> list[Write]:
    """One try against each limit, for a transaction of its own: what is not done is no try. Each fails by its name."""
    return [counters.count(store, *_place(one, now), now + 2 * one.seconds, one.tries) for one in limits]


def refusal(now: int, used_up: Sequence[Limit]) -> TooMany:
    """What to say where these are used up."""
    longest = max(used_up, key=lambda one: _wait(one, now))
    return TooMany(_wait(longest, now), longest.text or None)


def spend(services: Services, store: Store, limit: Limit) -> tuple[int, int]:
    """Use one of `limit.tries` up: how many are left, -1 for too many, and in how many seconds there are new ones."""
    now = int(services.now().timestamp())
    (write,) = tries(store, now, limit)
    try:
        item = store.write(write)
    except ConditionFailed:
        return -1, _wait(limit, now)
    return limit.tries - item["tries"], _wait(limit, now)


def _place(limit: Limit, now: int) -> tuple[str, str, int]:
    return limit.name, tokens.fingerprint(limit.who)[:32], now // limit.seconds


def _wait(limit: Limit, now: int) -> int:
    """In how many seconds there are new tries."""
    return limit.seconds - now % limit.seconds
