"""Dana with a past of estimates, documents, visits and ratings, and with all that can wait for her: an estimate, new
documents, the visit of this morning to rate, the next one.

What staff does goes through the settings API, what she does through her pages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.house import NOW, SLUG, House, api_event, ask, event
from bench.paperwork_rows import TECHNICIANS, TERMS
from bench.settings_import import new_key
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.services import new_ulid

PAST = 24
PDF = (
    b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>\nendobj\ntrailer\n<</Root 1 0 R/Size 4>>\nstartxref\n"
    b"0\n%%EOF\n"
)


@dataclass
class Paperwork:
    """`estimate`, `document` and `visit` are the newest of each, by which Dana's pages call them."""

    house: House
    key: str
    estimate: str = ""
    document: str = ""
    visit: str = ""

    def api(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        """A call by the company's software."""
        return api_event(method, path, self.key, body, query)

    def sends(self, method: str, path: str, body: Any) -> Any:
        answer = ask(self.api(method, path, body), 200, 201)
        return json.loads(answer["body"])

    def shares(self, customer: str | None, number: int) -> str:
        """A document, for a customer or (None) for all; what Dana's pages call it."""
        upload = self.sends("POST", "/documents/uploads", {"content_type": "application/pdf", "size": len(PDF)})
        files = self.house.services.files.for_tenant(self.house.store.tenant)
        files.put(f"uploads/{upload['upload']}", PDF, "application/pdf")
        made = self.sends("POST", "/documents", {
            "upload": upload["upload"], "name": f"Service report {number}", "category": "report", "customer": customer,
        })  # fmt: skip
        id: str = made["id"]
        return id if customer is None else id.partition("-")[2]


def furnish(made: House) -> Paperwork:
    """All of it. Nothing was decided or rated of the newest ones."""
    here = Paperwork(made, new_key(made.services, made.store.tenant))
    ask(here.api("PUT", "/estimate-terms", {"text": TERMS}))
    for number in range(PAST):
        here.estimate = _estimate(here, number)
        here.document = here.shares(made.dana if number % 4 else None, number)
        here.visit = _visit(here, NOW - timedelta(days=30 * (PAST - number), hours=-4), complete=True)
        _rate(here, 1 + number % 5)
    here.estimate = _estimate(here, PAST, waits=True)
    here.visit = _visit(here, NOW - timedelta(hours=4), complete=True)
    _visit(here, NOW + timedelta(days=2), complete=False)
    _somebody_else_recommends(made)
    return here


def _estimate(here: Paperwork, number: int, *, waits: bool = False) -> str:
    day = NOW - timedelta(days=30 * (PAST - number))
    total = 94_000 + 725 * number
    id: str = here.sends("POST", "/estimates", {
        "customer": here.house.dana, "number": f"{2100 + number}", "title": "Lawn renovation",
        "issued_on": day.date().isoformat(), "expires_on": (day + timedelta(days=30)).date().isoformat(),
        "lines": [{"description": "Aeration and overseeding", "unit_price": total},
                  {"description": "Soil treatment", "quantity": "2", "unit_price": 15_000}],
    })["id"]  # fmt: skip
    if not waits:
        here.sends("PUT", f"/estimates/{id}/status", {"status": "won" if number % 3 else "lost"})
    return id.partition("-")[2]


def _visit(here: Paperwork, at: datetime, *, complete: bool) -> str:
    done = {"status": "complete", "completed_at": at.isoformat()} if complete else {}
    id: str = here.sends("POST", "/visits", {
        "customer": here.house.dana, "title": "Quarterly pest control", "technician": TECHNICIANS[at.day % 3],
        "starts_at": (at - timedelta(hours=2)).isoformat(), "ends_at": at.isoformat(),
        "work": "Treated the outside of the house, sealed the gap at the kitchen door, set two stations.",
        "products": [{"name": "Demand CS", "amount": "2 oz", "note": "EPA 100-1066"}], "notes": "Keep it dry.", **done,
    })["id"]  # fmt: skip
    return id.partition("-")[2]


def _rate(here: Paperwork, stars: int) -> None:
    form = {"stars": str(stars), "comment": "Very thorough, and on time. Thank you!"}
    ask(event("POST", f"/{SLUG}/visits/{here.visit}/rating", form=form, cookie=here.house.cookie), 303)


def _somebody_else_recommends(made: House) -> None:
    """So that there is an answer on the list, and Dana can still be asked."""
    theo = Customer(new_ulid(NOW), "Theo O'Brien", "Theo")
    made.store.transact(*customers.new_customer(made.store, theo, NOW))
    form = {"score": "9", "comment": "Friendly people."}
    ask(event("POST", f"/{SLUG}/review", form=form, cookie=made.session(theo.id)), 303)
