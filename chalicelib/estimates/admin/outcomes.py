"""The API of what comes of an estimate: its paper, and the invoice that is made of it."""

from __future__ import annotations

from chalicelib.billing.admin import finding
from chalicelib.billing.admin import presenting as invoices
from chalicelib.billing.admin.shapes import InvoiceView
from chalicelib.errors import Conflict, Unreachable
from chalicelib.estimates import pdf
from chalicelib.estimates.actions import converting, papers, reading
from chalicelib.estimates.admin.finding import estimate as find
from chalicelib.estimates.admin.shapes import EstimateInvoice, EstimatePaper, EstimatePdf
from chalicelib.web.api.access import Admin
from chalicelib.web.api.days import day_if_any
from chalicelib.web.api.replies import Sent
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Estimates")


@routes.put(
    "/estimates/{id}/invoice",
    "estimates:write",
    also=(201,),
    errors=(Conflict,),
    example={"issued_on": "2026-11-30", "due_on": "2026-12-14", "status": "open"},
)
def create_estimate_invoice(caller: Admin, id: str, body: EstimateInvoice) -> Sent[InvoiceView]:
    """Make an invoice of an estimate that was accepted (201), once: asked again, this answers the same invoice, as it
    is by then (200). A draft that was deleted is made anew. It needs invoices:write, too.

    `not-won`: nobody has accepted the estimate. Mark it as won first.
    """
    caller.must("invoices:write")
    customer, estimate = find(caller, id)
    account = finding.account(caller, customer)
    wanted = converting.Wanted(
        body.number, day_if_any("issued_on", body.issued_on), day_if_any("due_on", body.due_on), body.status == "open"
    )
    made = converting.convert(caller.services, account, estimate, wanted, caller.note)
    view = invoices.invoice(account.customer, made.invoice, made.details)
    return Sent(view, status=201 if made.made else 200)


@routes.get("/estimates/{id}/pdf", "estimates:read", errors=(Unreachable,))
def read_estimate_pdf(caller: Admin, id: str, query: EstimatePaper) -> EstimatePdf:
    """Get the estimate as a PDF: where it is to be had for some minutes. Once it is accepted that is the paper with the
    signature and all that was agreed to, the same one for ever. Each acceptance keeps its own, also after the estimate
    was re-opened: ask for it by `decision`."""
    customer, estimate = find(caller, id)
    profile, whole = reading.whole(caller.store, customer, estimate)
    language = profile.language or caller.company.locale[:2]
    url = papers.link(
        caller.services, caller.store, caller.company, profile, whole, language, pdf.draw, of=query.decision
    )
    return EstimatePdf(url, papers.LINK_SECONDS)
