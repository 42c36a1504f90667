"""What all operations share, as the OpenAPI document says it: who may call, headers, problems."""

from __future__ import annotations

from typing import Any

import msgspec

from chalicelib import errors
from chalicelib.web.api import limits, once
from chalicelib.web.api.problems import problem
from chalicelib.web.errors import PROBLEM

Json = dict[str, Any]

ABOUT = """\
The API by which a company's software and its console work with Porchlight. All of it is JSON in UTF-8; amounts are
integers in minor units (cents for USD), times are UTC, days are the company's own.

**Ids.** Porchlight's own, or `ext:<your id>` for things that you sent with an `external_id`.

**Again.** `GET`, `PUT`, `PATCH` and `DELETE` may be sent again as they are. Things of your own are best sent by `PUT`
to `ext:<your id>`: it makes them or changes them, and comes to the same each time. A `POST` may be sent again with the
same `Idempotency-Key` for 24 hours; without one it is done again, or refused since its `external_id` is taken.

**Errors** are problems (RFC 9457) with a stable `type`, a `detail` that says what to do, and `errors` with JSON
pointers.

**Pages.** A list answers `next`; send it as `cursor` until it is null.\
"""

SECURITY: Json = {
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "A person's access token: sign in at `/session`, refresh it at `/session/refresh`.",
    },
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of the company's software, with the scopes it was given. Made at `/keys`; shown once.",
    },
}

PARAMETERS: Json = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "maxLength": once.LONGEST},
        "description": "Any text of your own for this request, such as a UUID. Sent again with it within 24 hours, the "
        "request is done once and answered as it was.",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "minLength": 1},
        "description": "The `ETag` of what you have read, so that nobody's change is overwritten.",
    },
}  # fmt: skip
PARAMETERS["IdempotencyKeyRequired"] = {**PARAMETERS["IdempotencyKey"], "required": True}
# Empty, it counts as left out.
PARAMETERS["IfMatchOptional"] = {**PARAMETERS["IfMatch"], "required": False, "schema": {"type": "string"}}

HEADERS: Json = {
    "RateLimit": {
        "description": "How many calls are left (`r`), and in how many seconds there are new ones (`t`).",
        "schema": {"type": "string"},
        "example": f'"calls";r={limits.CALLS - 1};t={limits.SECONDS}',
    },
    "RateLimit-Policy": {
        "description": "How many calls there are (`q`) in so many seconds (`w`), for each key and each session.",
        "schema": {"type": "string"},
        "example": f'"calls";q={limits.CALLS};w={limits.SECONDS}',
    },
    "ETag": {
        "description": "The version of what is answered, for `If-Match`.",
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "Content-Disposition": {
        "description": "What a file of it may be called.",
        "schema": {"type": "string"},
        "example": 'attachment; filename="leads-2026-11-23.csv"',
    },
    "Link": {
        "description": 'Where the next part is (RFC 8288, `rel="next"`); none at the end.',
        "schema": {"type": "string"},
    },
    "Idempotency-Replayed": {
        "description": "`true` where the request was done before, and this is what was answered then.",
        "schema": {"type": "string"},
    },
    "Retry-After": {"description": "In how many seconds to try again.", "schema": {"type": "integer"}, "example": 30},
    "WWW-Authenticate": {"description": "How to prove who you are.", "schema": {"type": "string"}},
}

# The status of each word, and the name of its response. Words of one status share a response.
_EXAMPLES: dict[int, tuple[str, str, errors.PortalError]] = {
    400: ("Malformed", "The body can't be read.", errors.Malformed()),
    401: ("Unauthenticated", "No credential, or one that is over.",
          errors.Unauthenticated("This session is over, or the token has expired. Refresh it, or sign in again.")),
    403: ("NotAllowed", "Known, but may not do this.",
          errors.NotAllowed("This API key has no permission for customers:write. Ask an admin of your company.",
                            kind="missing-scope")),
    404: ("NotFound", "There is nothing by this id.", errors.NotFound()),
    409: ("Conflict", "It is not in the state that this needs, or the same request is under way.",
          errors.Conflict("The same request is under way. Wait a moment, then send it again.", kind="under-way")),
    412: ("Stale", "It has changed since you read it.", errors.Stale()),
    413: ("TooLarge", "More than is taken at once.", errors.TooLarge()),
    415: ("WrongType", "Another kind of body than this takes.", errors.WrongType()),
    422: ("Invalid", "Something in it can't be accepted; `errors` says where.",
          errors.Invalid("lines/0/amount", "Send a whole number.")),
    424: ("Unreachable", "A service that this needs, as Stripe, does not answer. Nothing is half done: try again.",
          errors.Unreachable()),
    428: ("Unconditional", "`If-Match` is missing.", errors.Unconditional()),
    429: ("TooMany", "Too many calls. Wait.",
          errors.TooMany(30, f"At most {limits.CALLS} calls a minute. Wait 30 seconds, then go on.")),
    503: ("Unavailable", "Not at the moment. Nothing is half done: try again.", errors.Unavailable()),
}  # fmt: skip
RESPONSES: dict[int, str] = {status: name for status, (name, _, _) in _EXAMPLES.items()}
_WAIT = ("RateLimit", "RateLimit-Policy", "Retry-After")
_OWN_HEADERS = {401: ("WWW-Authenticate",), 424: _WAIT, 429: _WAIT, 503: _WAIT}


def headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def problem_responses() -> Json:
    """A response for each status that says what went wrong."""
    made: Json = {}
    for status, (name, text, error) in _EXAMPLES.items():
        content = {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": msgspec.to_builtins(problem(error)),
        }
        told = headers(*_OWN_HEADERS.get(status, ("RateLimit", "RateLimit-Policy")))
        made[name] = {"description": text, "content": {PROBLEM: content}, "headers": told}
    return made


# Whose things may be named by the company's own ids.
_OWN_IDS = ("customers", "invoices", "estimates", "documents", "visits")


def path_words(path: str, name: str) -> str:
    """What a parameter of a path is."""
    if name == "name":
        return "The template's name, as the list has it."
    if name == "language":
        return "The language of the texts: `en` or `es`."
    if name == "email":
        return "The person's e-mail address."
    things = path.split("/")[1]
    if name == "id" and things in _OWN_IDS:
        return f"The {things.removesuffix('s')}'s id, or `ext:<your own id>`."
    return "The id." if name == "id" else f"The {name}'s id."
