"""Pages of invoices: the list, the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chalicelib.billing import views
from chalicelib.billing.actions import invoices
from chalicelib.billing.portal import paying
from chalicelib.billing.portal.routes import routes
from chalicelib.web import cursors
from chalicelib.web.access import Customer, must_show
from chalicelib.web.replies import Page, Reply
from chalicelib.web.responses import today


@dataclass(frozen=True)
class Listing:
    filter: str
    cursor: str


@routes.get("/{slug}/invoices")
def invoice_list(caller: Customer, query: Listing) -> Reply:
    must_show(caller, "invoices")
    which: Literal["open", "all"] = "all" if query.filter == "all" else "open"
    key, scope = caller.services.secrets.links, f"{caller.store.tenant}#{caller.profile.id}#{which}"
    after = cursors.read(key, scope, query.cursor)
    page, day = invoices.page(caller.store, caller.profile.id, which, after), today(caller)
    values = {
        "items": [views.item(one, day, caller.profile.sums.pending) for one in page.invoices],
        "filter": which,
        "next_cursor": cursors.write(key, scope, page.last),
        "first_page": after is None,
    }
    return Page("invoices.html", values)


@routes.get("/{slug}/invoices/{id}")
def invoice(caller: Customer, id: str) -> Reply:
    must_show(caller, "invoices")
    found, details = invoices.one(caller.store, caller.profile.id, id)
    day, pending = today(caller), caller.profile.sums.pending
    values = {
        "invoice": views.sheet(found, details, day, pending),
        "payments": found.posted,
        "pending": views.on_invoice(found, pending, day),
        "can_pay": paying.can_pay(caller, found),
    }
    return Page("invoice.html", values)
