"""Whatever a company has is a canary: an answer to anybody else that carries it fails the test, whichever test it is.

What is written is noted with the company it is of: the ids in it, the addresses, the people's names. That asks neither
the store nor the app, so it finds as well what never came from a store: a page out of a cache, somebody else's words in
an error. What the caller has sent may come back, and what two companies have alike is nobody's canary.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any
from urllib.parse import unquote_plus

from botocore import handlers

from tests.access import watch
from tests.access.sent_keys import HASH

ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PROFILE = {"S": "profile"}
# It says the same to everybody, with examples that tests are written by as well.
SAYS_THE_SAME = frozenset({"GET /api/openapi.json"})
ANSWERING = ("chalicelib.web.routes", "chalicelib.web.api.routes")

sung: list[str] = []
"""What was answered in this test, and to whom it must not be."""
_canaries: dict[str, set[str]] = {}
"""Of each company of this test."""
_unread: dict[str, list[Mapping[str, Any]]] = {}
"""What was written since somebody last looked. While there is one company, nobody has to."""


def forget() -> None:
    """A new test begins."""
    sung.clear()
    _canaries.clear()
    _unread.clear()


def note(write: Mapping[str, Any]) -> None:
    """Something that was written: whose it is."""
    key, name_of_hash = write.get("Key") or write["Item"], HASH.get(write["TableName"].rpartition("-")[2])
    if name_of_hash is None:
        return  # a table of a test's own
    company = str(key[name_of_hash]["S"]).partition("#")[0]
    if not ULID.fullmatch(company):
        return
    _canaries.setdefault(company, set())
    _unread.setdefault(company, []).append(write)


def _read() -> None:
    """What is in what was written."""
    for company, writes in _unread.items():
        canaries = _canaries[company]
        for write in writes:
            told = repr(write)
            canaries.update(ULID.findall(told), ADDRESS.findall(told))
            key = write.get("Key") or write["Item"]
            if key.get("item") == PROFILE and " " in (name := write.get("Item", {}).get("name", {}).get("S", "")):
                canaries.add(name)
    _unread.clear()


def look(companies: set[str], sent: str, answer: str) -> Iterator[str]:
    """What this answer carries of companies that it is not for."""
    if not _canaries.keys() - companies:
        return
    _read()
    own = set().union(*(_canaries.get(one, ()) for one in companies))
    for company in _canaries.keys() - companies:
        for canary in _canaries[company] - own:
            if canary in answer and canary not in sent:
                yield canary


def install() -> None:
    """Once for a run, before the watch over keys: that one knows, around this, for whom the work is."""
    handlers.BUILTIN_HANDLERS.append(("after-call.dynamodb", _written))
    for module in map(import_module, ANSWERING):
        module.answer = _heard(module.answer)


def _written(http_response: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
    asked = context.get("asked", {})
    if http_response.status_code >= 300:
        return
    if model.name in ("PutItem", "UpdateItem"):
        note(asked)
    elif model.name == "TransactWriteItems":
        for one in asked["TransactItems"]:
            for kind, write in one.items():
                if kind in ("Put", "Update"):
                    note(write)


def _heard(answer: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(answer)
    def heard(services: Any, route: Any, request: Any, path: dict[str, str]) -> Any:
        response, work = answer(services, route, request, path), watch.now()
        if work is not None and work.name not in SAYS_THE_SAME and len(_canaries) > 1:
            # A page leads back to where its caller says they came from.
            parts = (request.path, str(dict(request.query)), request.headers.get("referer", ""))
            sent = " ".join((*parts, request.body.decode("utf-8", "replace")))
            told = f"{response.body} {response.headers}"
            for canary in look(work.companies, unquote_plus(sent), told):
                sung.append(f"{work.name} for {sorted(work.companies)} answers with {canary}, which is another's")
        return response

    return heard
