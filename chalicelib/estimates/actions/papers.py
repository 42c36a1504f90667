"""Estimates as PDF: made once, kept in S3, handed out by a link that soon ends.

An acceptance has one paper for ever, named by the decision and drawn from what was kept with it, in the language in
which it was agreed to: whoever asks first, and whenever. Other papers' names hold all that decides what is on them. How
a paper is drawn is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.aws.files import TenantFiles
from chalicelib.aws.store import Store
from chalicelib.billing.actions.papers import LINK_SECONDS, PDF, filename, logo
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound
from chalicelib.estimates import records
from chalicelib.estimates.actions.reading import Whole
from chalicelib.estimates.rules import Decision, Details, Estimate
from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from chalicelib.tokens import fingerprint

__all__ = ["AS_IT_STANDS", "LINK_SECONDS", "Draw", "keep", "link"]

# Raise it when a change of the drawing must reach papers that were made before; those of acceptances stay.
LAYOUT = 1

# `estimates.pdf.draw`
Draw = Callable[[Company, str, bytes, Customer, Estimate, Details, Decision | None], bytes]

# In the place of an acceptance's number: the paper of the estimate as it stands.
AS_IT_STANDS = 0


def link(
    services: Services,
    store: Store,
    company: Company,
    customer: Customer,
    whole: Whole,
    language: str,
    draw: Draw,
    called: str = "Estimate",
    of: int = AS_IT_STANDS,
) -> str:
    """Where the paper is to be had for LINK_SECONDS; drawn first if nobody has asked for it before. `called` is
    "Estimate" in the reader's language; `of` the number of an acceptance, be it one of before the estimate was
    re-opened. NotFound: there is no such acceptance. Unavailable: S3 does not answer."""
    files = services.files.for_tenant(store.tenant)
    decision = whole.decision if of == AS_IT_STANDS else _acceptance(whole, of)
    if decision is not None and decision.kind == "accepted":
        name = keep(services, store, company, customer, whole.estimate.id, decision, draw)
    else:
        name = _standing(files, company, customer, whole, decision, language, draw)
    called_so = filename(called, whole.estimate.number, whole.estimate.id[-10:])
    return files.link(name, LINK_SECONDS, filename=called_so, content_type=PDF)


def keep(
    services: Services,
    store: Store,
    company: Company,
    customer: Customer,
    estimate: str,
    decision: Decision,
    draw: Draw,
) -> str:
    """The name of the paper of this acceptance of an estimate (its id), drawn and kept if it is not yet. Unavailable:
    S3 does not answer."""
    files = services.files.for_tenant(store.tenant)
    name = f"estimates/{customer.id}/{estimate}-{decision.number}.pdf"
    if not files.has(name):
        offer = records.offer(store, customer.id, estimate, decision.number)
        if offer is None:
            raise NotFound()
        by, whom = offer.parties(company, customer)
        paper = draw(by, offer.language, logo(files, company), whom, offer.estimate, offer.details, decision)
        files.put_new(name, paper, PDF)
    return name


def _standing(
    files: TenantFiles, company: Company, customer: Customer, whole: Whole, decision: Decision | None, language: str,
    draw: Draw,
) -> str:  # fmt: skip
    """The name of the paper of an estimate that nobody has accepted, as it is now; drawn and kept if it is not yet."""
    estimate, details = whole.estimate, whole.details
    # The terms of a draft may be others without a write of it.
    edition = f"{estimate.version}.{details.terms_version}-{language}-{LAYOUT}-{_look(company, customer)}"
    name = f"papers/{customer.id}/estimate-{estimate.id}-{edition}.pdf"
    if not files.has(name):
        paper = draw(company, language, logo(files, company), customer, estimate, details, decision)
        files.put_new(name, paper, PDF)
    return name


def _acceptance(whole: Whole, number: int) -> Decision:
    for one in whole.decisions:
        if (one.number, one.kind) == (number, "accepted"):
            return one
    raise NotFound()


def _look(company: Company, customer: Customer) -> str:
    """A fingerprint of what else is on a paper: the company as it looks, and whom it is for."""
    on_it = (
        company.name, company.colour, company.phone, company.email, company.address, company.locale, company.currency,
        company.time_zone, company.logo, customer.name, customer.address,
    )  # fmt: skip
    return fingerprint(repr(on_it))[:16]
