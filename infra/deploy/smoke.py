"""A few looks through the printed URL, as a customer's browser would: is it up, and is all of it there?"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urlsplit

SECURED = {
    "strict-transport-security": "max-age=",
    "x-content-type-options": "nosniff",
    "referrer-policy": "",
}
NOBODY = "nobody-has-this-address"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `headers` by small names."""

    status: int
    headers: Mapping[str, str]
    body: str


Get = Callable[[str], Answer]


class Silent(Exception):
    """Nobody answered; says why."""


def get(url: str) -> Answer:
    """One GET that follows nothing."""
    request = urllib.request.Request(url, headers={"User-Agent": "porchlight-smoke", "Accept": "*/*"})
    try:
        with _OPENER.open(request, timeout=30) as answer:
            return _answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as answer:
        with answer:
            return _answer(answer.code, answer.headers, answer.read())
    except (OSError, http.client.HTTPException) as error:
        raise Silent(_why(url, error)) from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def _answer(status: int, headers: Message, body: bytes) -> Answer:
    return Answer(status, {name.lower(): value for name, value in headers.items()}, body.decode("utf-8", "replace"))


def _why(url: str, error: Exception) -> str:
    host, reason = urlsplit(url).hostname, getattr(error, "reason", error)
    if isinstance(reason, socket.gaierror):
        return f"{host} has no DNS record yet"
    if isinstance(reason, ssl.SSLError):
        return f"{host} shows a certificate that is not its own: {reason}"
    return f"{host} does not answer: {reason}"


@dataclass(frozen=True, slots=True)
class Check:
    """A path of the portal, and what its answer must be."""

    name: str
    path: str
    status: int
    kind: str
    words: str


# The settings API's refusal is made by the API's own code: nobody said who they are.
CHECKS = (
    Check("the portal's page for an address nobody has", f"/{NOBODY}", 404, "text/html", "no portal at this address"),
    Check("the console", "/console", 200, "text/html", "<script"),
    Check("the widget's script", "/widget/v1.js", 200, "text/javascript", "function"),
    Check("the settings API's refusal", "/api/v1/customers", 401, "application/problem+json", '"title"'),
)


def look(url: str, get: Get = get) -> list[str]:
    """What is wrong behind this URL, a line each; none if all is well. Silent if nobody is there."""
    wrong: list[str] = []
    for check in CHECKS:
        answer = get(url.rstrip("/") + check.path)
        wrong += [f"{check.name} ({check.path}): {fault}" for fault in faults(check, answer)]
        if check.path == "/console":
            wrong += _style(url, answer, get)
    return wrong


def faults(check: Check, answer: Answer) -> list[str]:
    """In what an answer differs from what it must be."""
    found = []
    if answer.status != check.status:
        found.append(f"answers {answer.status}, not {check.status}: {answer.body[:200]!r}")
    elif not answer.headers.get("content-type", "").startswith(check.kind):
        found.append(f"is {answer.headers.get('content-type', 'of no type')}, not {check.kind}")
    elif check.words not in answer.body:
        found.append(f"does not say {check.words!r}")
    for header, words in SECURED.items():
        if words not in answer.headers.get(header, "") or header not in answer.headers:
            found.append(f"has no {header} header as it should")
    if check.kind == "text/html" and "default-src 'none'" not in answer.headers.get("content-security-policy", ""):
        found.append("has no content security policy as it should")
    return found


def _style(url: str, page: Answer, get: Get) -> list[str]:
    """The first style sheet of a page: it hangs on the path prefix being right."""
    linked = re.search(r'<link rel="stylesheet" href="([^"]+)"', page.body)
    if not linked:
        return ["the console (/console): links no style sheet"]
    parts = urlsplit(url)
    answer = get(f"{parts.scheme}://{parts.netloc}{linked[1]}")
    if answer.status != 200 or not answer.headers.get("content-type", "").startswith("text/css"):
        return [f"the style sheet ({linked[1]}): answers {answer.status} {answer.headers.get('content-type', '')}"]
    return []


def patiently(url: str, get: Get = get, tries: int = 6, sleep: Callable[[float], None] = time.sleep) -> list[str]:
    """As `look`, again while something is wrong: an edge takes a little to hear of its origin."""
    wrong: list[str] = []
    for left in reversed(range(tries)):
        wrong = look(url, get)
        if not wrong or not left:
            break
        sleep(10)
    return wrong
