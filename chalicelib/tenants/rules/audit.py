"""What the audit trail says of a change. Pure. No secrets in it: whoever tells of one writes HIDDEN in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from chalicelib.tenants.rules.access import Actor

HIDDEN = "•••"
LONGEST = 500
MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became another; both are JSON values, None for nothing."""

    field: str
    old: Any
    new: Any


Changes = Sequence[Change]


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what to what, when (UTC, ISO 8601) and from which address. `action` is `<noun>.<verb>`, such as
    `invoice.void`; `target` the id of what it was done to."""

    id: str
    at: str
    actor: Actor
    address: str
    action: str
    target: str
    changes: tuple[Change, ...]


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs, by name; long texts are cut, and of long lists only what differs is told."""
    found = []
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before != after and isinstance(before, list | tuple) and isinstance(after, list | tuple) and _long(before):
            pairs = zip_longest(before, after)
            found += [
                Change(f"{name}/{n}", _short(one), _short(other))
                for n, (one, other) in enumerate(pairs)
                if one != other
            ][:MOST_TOLD]
        elif before != after:
            found.append(Change(name, _short(before), _short(after)))
    return found


def _long(values: object) -> bool:
    return len(str(values)) > 4 * LONGEST


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST:
        return value[:LONGEST] + "…"
    if isinstance(value, list | tuple | dict) and _long(value):
        return f"{len(value)} values"
    return value
