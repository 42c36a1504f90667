"""Make an invoice of an estimate that was won: once. The invoice, the customer's sums and the estimate that knows its
invoice are one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from chalicelib.aws.store import ConditionFailed
from chalicelib.billing import records as billing
from chalicelib.billing import rules as invoicing
from chalicelib.billing.actions import keeping
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Details, Invoice
from chalicelib.customers import records as customers
from chalicelib.errors import Conflict, NotFound, Unavailable
from chalicelib.estimates import records
from chalicelib.estimates.actions.reading import gather
from chalicelib.estimates.rules import Known
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules.audit import Change

TRIES = 8
# When it is due, where nobody says.
DUE_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the invoice shall be; its lines, tax and notes are the estimate's. `number` '' is the estimate's too, None
    for `issued_on` today, for `due_on` two weeks later. `issued` false: a draft."""

    number: str = ""
    issued_on: date | None = None
    due_on: date | None = None
    issued: bool = True


@dataclass(frozen=True, slots=True)
class Converted:
    """The invoice of an estimate. `made`: just now."""

    invoice: Invoice
    details: Details
    made: bool


def convert(services: Services, account: BillingAccount, estimate_id: str, wanted: Wanted, note: Note) -> Converted:
    """The invoice of this estimate, made if there is none. The same again is the same invoice, whatever is wanted and
    whatever has become of it since; one that was deleted as a draft is made anew.

    NotFound: there is no such estimate. Conflict (`not-won`): nobody has accepted it. Invalid: it can't be so.
    """
    store = account.store
    for _ in range(TRIES):
        known, customer, _others = gather(store, account.customer.id, estimate_id)
        if known is None:
            raise NotFound()
        estimate = known[0]
        if estimate.invoice:
            there = billing.invoice_with_details(store, customer.id, estimate.invoice)
            if there is not None:
                return Converted(*there, made=False)
        if estimate.status != "won":
            raise Conflict("Only an estimate that was accepted becomes an invoice. Mark it as won first.",
                           kind="not-won")  # fmt: skip
        draft = _draft(known, wanted, account.day(services.now()))
        id = keeping.dated(services, estimate.id, draft.issued_on)
        plan = keeping.plan_invoice(store, customer.id, customer.sums, None, draft, id, estimate.currency)
        target, its = f"{customer.id}-{estimate.id}", f"{customer.id}-{id}"
        writes = [
            *plan.writes,
            records.change_estimate(store, customer.id, estimate, replace(estimate, invoice=id)),
            note("estimate.convert", target, [Change("invoice", None, its)]),
            note("invoice.create", its, plan.changes),
        ]
        if plan.sums is not customer.sums:
            writes.append(customers.change_sums(store, customer.id, customer.sums, plan.sums))
        try:
            store.transact(*writes)
        except ConditionFailed:
            continue
        return Converted(plan.invoice, plan.details, made=True)
    raise Unavailable()


def _draft(known: Known, wanted: Wanted, today: date) -> invoicing.Draft:
    estimate, details = known
    issued_on = wanted.issued_on or today
    # A day beyond what invoices have is refused below, and must not overflow before.
    due_on = wanted.due_on or min(issued_on, invoicing.LAST_DAY) + DUE_AFTER
    return invoicing.check_draft(
        invoicing.Draft(
            wanted.number or estimate.number, issued_on, due_on, details.lines, estimate.title, details.tax,
            details.tax_name, details.notes, issued=wanted.issued,
        )
    )  # fmt: skip
