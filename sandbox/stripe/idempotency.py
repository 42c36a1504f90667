"""Idempotency keys, as Stripe documents them: the first answer is kept and given again, byte for byte.

Kept: any answer, errors and 500s included, of a request whose endpoint started running. Not kept: what was
refused before that (unknown parameters, a missing key, a concurrent request). Forgotten after 24 hours.
Does not know what any request means.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.stripe.errors import invalid, key_in_use, other_endpoint, other_params
from sandbox.stripe.http import Response

LIFETIME = timedelta(hours=24)


@dataclass
class Kept:
    endpoint: str
    fingerprint: str
    began: datetime
    answer: Response | None = None


class Keys:
    """One book of keys. An account's keys are its own."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], Kept] = {}

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def begin(self, account: str, key: str, endpoint: str, params: dict[str, Any]) -> Response | None:
        """The kept answer, or None when the caller must run the request and then call `finish` or
        `forget`."""
        if len(key) > 255:
            raise invalid("Idempotency key cannot be longer than 255 characters.", executed=False)
        fingerprint = json.dumps(params, sort_keys=True)
        with self._lock:
            kept = self._kept.get((account, key))
            if kept is None or self._now() - kept.began >= LIFETIME:
                self._kept[account, key] = Kept(endpoint, fingerprint, self._now())
                return None
            if kept.endpoint != endpoint:
                raise other_endpoint(key, kept.endpoint, endpoint)
            if kept.fingerprint != fingerprint:
                raise other_params(key)
            if kept.answer is None:
                raise key_in_use(key)
            return replace(kept.answer, headers={**kept.answer.headers, "Idempotent-Replayed": "true"})

    def finish(self, account: str, key: str, answer: Response) -> None:
        with self._lock:
            kept = self._kept.get((account, key))
            if kept is not None:
                kept.answer = answer

    def forget(self, account: str, key: str) -> None:
        with self._lock:
            self._kept.pop((account, key), None)
