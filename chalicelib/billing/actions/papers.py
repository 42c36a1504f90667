"""Invoices and receipts as PDF: made once, kept in S3, handed out by a link that soon ends.

A paper's name holds all that decides what is on it, so one that is there already is the right one, and two requests at
once write the same bytes. How it is drawn is the caller's business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.aws.files import TenantFiles
from chalicelib.aws.store import Store
from chalicelib.billing import records
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.errors import NotFound
from chalicelib.tenants.rules import Company

LINK_SECONDS = 5 * 60
PDF = "application/pdf"
PICTURES = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True, slots=True)
class Edition:
    """What a paper hangs on besides its record: the language, how papers are laid out by now, and a fingerprint of what
    else is on it: the company as it looks, and the address."""

    language: str
    layout: int
    look: str


@dataclass(frozen=True, slots=True)
class Paper:
    """`name` is its key below the tenant, `filename` what a browser saves it as."""

    name: str
    filename: str


def of_invoice(customer: str, invoice: Invoice, edition: Edition, called: str) -> Paper:
    """The paper of an invoice as it is now; `called` is "Invoice" in the reader's language."""
    name = _name(customer, f"invoice-{invoice.id}", invoice.version, edition)
    return Paper(name, filename(called, invoice.number, invoice.id[-10:]))


def of_payment(customer: str, payment: Payment, edition: Edition, called: str) -> Paper:
    """The receipt of a payment as it is now."""
    name = _name(customer, f"receipt-{payment.id}", payment.version, edition)
    return Paper(name, filename(called, payment.receipt_number, payment.id[-10:]))


def _name(customer: str, record: str, version: int, edition: Edition) -> str:
    return f"papers/{customer}/{record}-{version}-{edition.language}-{edition.layout}-{edition.look}.pdf"


def filename(called: str, number: str, instead: str) -> str:
    """Of letters that every system takes: "Invoice-10241.pdf". `instead` where nothing of the number is left."""
    return f"{_plain(called) or 'PDF'}-{_plain(number)[:60] or instead}.pdf"


def _plain(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_text).strip("-")


def link(files: TenantFiles, paper: Paper, draw: Callable[[], bytes]) -> str:
    """Where a paper is to be had for five minutes; drawn first if nobody has asked for it before.

    Unavailable: S3 does not answer.
    """
    if not files.has(paper.name):
        files.put(paper.name, draw(), PDF)
    return files.link(paper.name, LINK_SECONDS, filename=paper.filename, content_type=PDF)


def paid(store: Store, customer: str, payment_id: str) -> Payment:
    """A payment that has a receipt; NotFound for any other."""
    found = records.payment(store, customer, payment_id)
    if found is None or found.state != "succeeded":
        raise NotFound()
    return found


def parts(store: Store, customer: str, payment: Payment) -> list[tuple[str, int]]:
    """What a payment paid of which invoice, by number: as it was posted, which may be less than was meant."""
    found = {one.id: one for one in records.invoices(store, customer, [one.invoice_id for one in payment.allocations])}
    posted = [
        (one.number, found[one.invoice_id].posted_by(payment.id, "charge", "credit"))
        for one in payment.allocations
        if one.invoice_id in found
    ]
    return [(number, amount) for number, amount in posted if amount]


def logo(files: TenantFiles, company: Company) -> bytes:
    """The company's logo, if it is a picture that can be put on paper."""
    return files.get(f"logo/{company.logo}") if company.logo.lower().endswith(PICTURES) else b""
