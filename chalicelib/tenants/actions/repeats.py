"""Do a request that may be sent again once: file it before, note its answer after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib import tokens
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Conflict, Invalid, Unavailable
from chalicelib.services import Services
from chalicelib.tenants.records import repeats

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC).isoformat()
TRIES = 3


@dataclass(frozen=True, slots=True)
class Begun:
    """A request that is filed. `id` (a ULID) is of what it makes; `answer` what was answered before, '' if nothing."""

    name: str
    id: str
    answer: str


def begin(services: Services, store: Store, who: str, key: str, same: str) -> Begun:
    """File a request of this caller by its key, or find it filed. `same` is a fingerprint of what it asks.

    Invalid: the key was used for something else. Conflict: it is under way just now.
    """
    name = tokens.fingerprint("\x1f".join((who, key)))
    for _ in range(TRIES):
        now = services.now()
        made = services.new_id(now)
        try:
            store.write(repeats.begin(store, name, made, same, now))
            return Begun(name, made, "")
        except ConditionFailed:
            item = repeats.read(store, name)
        if item is None:
            continue  # it expired between the two calls
        if item["same"] != same:
            raise Invalid(
                "?Idempotency-Key",
                "This Idempotency-Key was used for another request. Use a new one for each thing you mean to do.",
                kind="idempotency-key-reused",
            )
        if "answer" in item:
            return Begun(name, item["made"], item["answer"])
        # Our own write may have been sent twice, its first answer lost: then it says what we made.
        if item["made"] == made:
            return Begun(name, made, "")
        if item["lease"] > now.isoformat():
            raise Conflict("The same request is under way. Wait a moment, then send it again.", kind="under-way")
        try:
            store.write(repeats.take_over(store, name, item["lease"], now))
            return Begun(name, item["made"], "")
        except ConditionFailed:
            continue
    raise Unavailable()


def finish(store: Store, begun: Begun, answer: str) -> None:
    """Note what was answered, to be answered again; '' for what must not be kept, or was refused: the same key may be
    used again at once, and makes the same thing."""
    store.write(repeats.finish(store, begun.name, answer, LONG_AGO))
