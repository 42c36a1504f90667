"""Invoices and receipts as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.billing.actions import invoices, papers
from chalicelib.billing.portal.routes import routes
from chalicelib.errors import N_
from chalicelib.tokens import fingerprint
from chalicelib.web.access import Customer, must_show
from chalicelib.web.company_view import view
from chalicelib.web.pages import translate
from chalicelib.web.replies import Away, Reply

if TYPE_CHECKING:
    from chalicelib.billing import pdf


@routes.get("/{slug}/invoices/{id}/pdf")
def invoice_pdf(caller: Customer, id: str) -> Reply:
    from chalicelib.billing import pdf

    must_show(caller, "invoices")
    found, details = invoices.one(caller.store, caller.profile.id, id)
    called = translate(caller.language, N_("Invoice"))
    bill_to = details.bill_to or _payer(caller)
    paper = papers.of_invoice(caller.profile.id, found, _edition(caller, bill_to), called)
    files = caller.services.files.for_tenant(caller.store.tenant)
    return Away(papers.link(files, paper, lambda: pdf.invoice(_stationery(caller), found, details, bill_to)))


@routes.get("/{slug}/payments/{id}/pdf")
def receipt_pdf(caller: Customer, id: str) -> Reply:
    from chalicelib.billing import pdf

    store, customer = caller.store, caller.profile.id
    found = papers.paid(store, customer, id)
    payer = _payer(caller)
    paper = papers.of_payment(customer, found, _edition(caller, payer), translate(caller.language, N_("Receipt")))

    def draw() -> bytes:
        return pdf.receipt(_stationery(caller), found, papers.parts(store, customer, found), payer)

    return Away(papers.link(caller.services.files.for_tenant(store.tenant), paper, draw))


def _edition(caller: Customer, address: tuple[str, ...]) -> papers.Edition:
    from chalicelib.billing import pdf

    look = repr((view(caller.company), caller.company.logo, address))
    return papers.Edition(caller.language, pdf.LAYOUT, fingerprint(look)[:16])


def _payer(caller: Customer) -> tuple[str, ...]:
    return (caller.profile.name, *caller.profile.address)


def _stationery(caller: Customer) -> pdf.Stationery:
    from chalicelib.billing import pdf

    files = caller.services.files.for_tenant(caller.store.tenant)
    return pdf.Stationery(view(caller.company), caller.language, papers.logo(files, caller.company))
