"""Cookies, made in one place that lets nothing through that could begin another header or attribute."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from chalicelib.customers import session_tokens
from chalicelib.customers.rules import Session
from chalicelib.services import Services

SESSION = "porchlight_session"
CHALLENGE = "porchlight_challenge"
CHOICE = "porchlight_choice"
LANGUAGE = "porchlight_language"
DRAFT = "porchlight_draft"

_TOKEN = re.compile(r"[A-Za-z0-9_.~+/=-]*")


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


def gone(name: str) -> Cookie:
    return Cookie(name, "", 0)
