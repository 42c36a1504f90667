"""How often something was tried: counters in windows of time."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute

from chalicelib.aws.rows import TokensRow, Write
from chalicelib.aws.store import Platform, Store


class CounterRow(TokensRow):
    """How often something was tried in one window of time."""

    tries = NumberAttribute(null=True)


def count(store: Store | Platform, name: str, who: str, window: int, expires: int, limit: int) -> Write:
    """One more try in this window; fails once `limit` are used up.

    An ADD may count a retried call twice. That only makes the limit stricter; money never moves this way.
    """
    row = CounterRow(store.token("tries", name, who, str(window)))
    tries = CounterRow.tries
    return Write(
        name, "update", row, tries.does_not_exist() | (tries < limit), (tries.add(1), CounterRow.expires.set(expires))
    )


def uncount(store: Store | Platform, name: str, who: str, window: int) -> Write:
    """One try less in this window; fails where none is counted."""
    row = CounterRow(store.token("tries", name, who, str(window)))
    return Write(name, "update", row, CounterRow.tries > 0, (CounterRow.tries.add(-1),))
