"""Cookies, made in one place that lets nothing through that could begin another header or attribute."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from chalicelib.customers import session_tokens
from chalicelib.customers.rules import CODE_LIFE, Session
from chalicelib.services import Services
from chalicelib.web.requests import Request

SESSION = "porchlight_session"
CHALLENGE = "porchlight_challenge"
CHOICE = "porchlight_choice"
LANGUAGE = "porchlight_language"
DRAFT = "porchlight_draft"

_TOKEN = re.compile(r"[A-Za-z0-9_.~+/=-]*")
# As `tokens.derive` makes them.
_DERIVED = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie, HttpOnly. `same_site` is Lax for a portal's: the way back from Stripe must find it. 0 seconds:
    remove."""

    name: str
    value: str
    seconds: int
    same_site: Literal["Lax", "Strict"] = "Lax"

    def header(self, path: str, secure: bool) -> str:
        """The `Set-Cookie` value, for what lies below this path only."""
        if not _TOKEN.fullmatch(self.value) or not _TOKEN.fullmatch(self.name):
            raise ValueError(f"cookie {self.name} has characters that do not belong in one")
        attributes = f"Path={path}; Max-Age={self.seconds}; HttpOnly; SameSite={self.same_site}"
        return f"{self.name}={self.value}; {attributes}{'; Secure' if secure else ''}"


def session(services: Services, opened: Session) -> Cookie:
    """The cookie of a session just opened; it lives as long."""
    seconds = int((opened.expires - services.now()).total_seconds())
    return Cookie(SESSION, session_tokens.write(services.secrets, opened), seconds)


def challenge(id: str) -> Cookie:
    """The asking browser's half of a mailed code; it lives as long as that."""
    return Cookie(CHALLENGE, id, int(CODE_LIFE.total_seconds()))


def challenge_of(request: Request) -> str:
    """The challenge that this browser says it has; '' for none, and for what can be none: that may be longer than a key
    of the store's, or no text."""
    given = request.cookies.get(CHALLENGE, "")
    return given if _DERIVED.fullmatch(given) else ""


def gone(name: str) -> Cookie:
    return Cookie(name, "", 0)
