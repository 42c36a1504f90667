"""The office's own software at a running sandbox: what it does by the settings API, a word each."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from chalicelib.tenants.rules.company import ReviewLink
from sandbox.people import PASSWORD
from tests.e2e.console import OWNER
from tests.tenants.pictures import BOUNDARY, multipart

if TYPE_CHECKING:
    from tests.e2e.conftest import Running

AREAS = ("customers", "estimates", "documents", "visits", "ratings", "settings", "bookings")
SCOPES = [f"{area}:{deed}" for area in AREAS for deed in ("read", "write")]
TERMS = "We come on weekdays. Pets stay inside until it is dry."
_attempts = count(1)
# With the sandbox each is for: one that has ended leaves its ports to the next.
_keys: dict[str, tuple[Running, str]] = {}


@dataclass(frozen=True)
class Office:
    """Whoever runs Evergreen's software."""

    running: Running

    def ask(self, method: str, path: str, body: Any = None, token: str = "", **headers: str) -> Any:
        """The answer's content. A refusal is an error."""
        sent = {"Content-Type": "application/json", "Authorization": f"Bearer {token or self._key()}", **headers}
        if method == "POST":
            sent["Idempotency-Key"] = f"journey-{next(_attempts):016}"
        return self._call(f"{self.running.portal}/api/v1{path}", method, json.dumps(body).encode(), sent)[1]

    def _call(self, url: str, method: str, body: bytes | None, headers: dict[str, str]) -> tuple[str, Any]:
        request = urllib.request.Request(url, None if method == "GET" else body, headers, method=method)
        with urllib.request.urlopen(request, timeout=15) as answer:
            content = answer.read()
            return answer.headers.get("ETag", ""), json.loads(content) if content else None

    def _key(self) -> str:
        """A key for all of it; one for each sandbox."""
        place = self.running.portal
        if place not in _keys or _keys[place][0] is not self.running:
            who = {"email": OWNER, "password": PASSWORD}
            headers = {"Content-Type": "application/json"}
            _, session = self._call(f"{place}/api/v1/session", "POST", json.dumps(who).encode(), headers)
            new = {"name": "Journeys", "scopes": SCOPES}
            _keys[place] = self.running, self.ask("POST", "/keys", new, session["access_token"])["key"]
        return _keys[place][1]

    # What is done

    def customer(self, name: str) -> tuple[str, str]:
        """A customer of the test's own; their id and address."""
        email = f"{name.lower().replace(' ', '.')}@example.com"
        made = self.ask("POST", "/customers", {"name": name, "contacts": [{"name": name, "email": email}]})
        return made["id"], email

    def estimate(self, customer: str, number: str, terms: str = TERMS, *, sent: bool = True) -> str:
        """An estimate of $486.00, sent by mail; its id."""
        line = {"description": "Wasp nest removal", "quantity": "2", "unit_price": 24_300, "amount": 48_600}
        today = datetime.now(UTC).date() - timedelta(days=1)
        made = self.ask("POST", "/estimates", {
            "customer": customer, "number": number, "issued_on": today.isoformat(), "title": "Two wasp nests",
            "expires_on": (today + timedelta(days=30)).isoformat(), "lines": [line], "terms": terms,
        })  # fmt: skip
        if sent:
            self.ask("POST", f"/estimates/{made['id']}/deliveries", {"by": "email"})
        return str(made["id"])

    def visit(self, customer: str, title: str = "Quarterly pest control") -> str:
        """A visit that was planned, and is done now; its id."""
        now = datetime.now(UTC)
        made = self.ask("POST", "/visits", {
            "customer": customer, "title": title, "technician": "Marco Ruiz", "work": "Treated the foundation.",
            "starts_at": (now - timedelta(hours=1)).isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat(),
        })  # fmt: skip
        self.ask("PUT", f"/visits/{made['id']}/status", {"status": "complete"})
        return str(made["id"])

    def document(self, customer: str, name: str, filename: str, content: bytes, kind: str) -> str:
        """A file that is shared with a customer, who is told; its id."""
        form = self.ask("POST", "/documents/uploads", {"content_type": kind, "size": len(content)})
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        self._call(form["url"], "POST", multipart(form["fields"], content, filename), headers)
        made = self.ask("POST", "/documents", {
            "upload": form["upload"], "name": name, "filename": filename, "category": "label", "customer": customer,
            "notify": True,
        })  # fmt: skip
        return str(made["id"])

    def show(self, permission: str, shown: bool) -> None:
        """Show customers what this permission is about, or hide it."""
        self._set({"permissions": {permission: shown}})

    def ask_for_reviews_at(self, links: Sequence[ReviewLink]) -> None:
        """The public pages where customers may review the company."""
        self._set({"reviews": {"links": [{"name": one.name, "url": one.url} for one in links]}})

    def offer_online(self, **offer: Any) -> None:
        """What can be booked online, and when."""
        self._set(offer, "/booking-settings")

    def _set(self, change: Any, path: str = "/settings") -> None:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._key()}"}
        place = f"{self.running.portal}/api/v1{path}"
        version, _ = self._call(place, "GET", None, headers)
        self._call(place, "PATCH", json.dumps(change).encode(), {**headers, "If-Match": version})
