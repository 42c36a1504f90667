"""A POST that is sent again with its Idempotency-Key is done once, and answered as it was, for 24 hours.

The key's row is written before anything is done, and holds the id of what will be made; so a request whose answer was
lost in the middle goes on as the same one when it comes again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from chalice.app import Response

from chalicelib import tokens
from chalicelib.errors import Invalid, Unavailable
from chalicelib.tenants.actions import repeats
from chalicelib.web.api.access import Admin

if TYPE_CHECKING:
    from chalicelib.web.api.routes import ApiRoute

LONGEST = 255
# DynamoDB holds 400 kB an item: a longer answer is not kept, and the request is then done again.
LONGEST_KEPT = 300_000
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def answer(caller: Admin, route: ApiRoute, headers: dict[str, str], do: Callable[[], Response]) -> Response:
    """The response to this POST, now or as it was given before.

    Invalid: the key was used for another request. Conflict: that one is still under way. A request that was refused
    or failed is not kept: sent again with the same key it is tried again, as the same request.
    """
    key = caller.request.headers.get("idempotency-key", "").strip()
    if not key:
        if route.keyed == "must":
            raise Invalid(
                "?Idempotency-Key",
                "Send an Idempotency-Key (a new UUID will do), so that money can't move twice if you send this again.",
                kind="idempotency-key-required",
            )
        return do()
    if len(key) > LONGEST or not key.isprintable():
        raise Invalid("?Idempotency-Key", f"Use {LONGEST} printable characters or fewer.")
    request = caller.request
    same = tokens.fingerprint("\x1f".join((request.method, request.path, request.body.decode("utf-8", "replace"))))
    begun = repeats.begin(caller.services, caller.store, f"{caller.actor.kind}:{caller.actor.id}", key, same)
    if begun.answer and not route.secret:
        status, kept, body = json.loads(begun.answer)
        return Response(body, {**headers, **kept, "Idempotency-Replayed": "true"}, status)
    caller.once = begun.id
    try:
        response = do()
    except Exception:
        with suppress(Unavailable):
            repeats.finish(caller.store, begun, "")
        raise
    kept = {name: value for name, value in response.headers.items() if name in KEPT_HEADERS}
    text = json.dumps([response.status_code, kept, response.body])
    repeats.finish(caller.store, begun, "" if route.secret or len(text) > LONGEST_KEPT else text)
    return response
