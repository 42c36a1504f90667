"""Keep a customer's invoices as the company's staff and software say: make, change, issue, remove.

What becomes of an invoice is planned apart from writing it, so that many can be written at once. Invoice, names, sums
and the line of the audit trail are one transaction, conditional on what was read; when something has moved, or an
answer was lost, it is read again: what is as it should be needs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.billing import records, rules
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Details, Draft, Invoice
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer, Sums
from chalicelib.errors import Conflict, NotFound, Unavailable
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules.audit import Changes, changes

TRIES = 5
TAKEN = "external-id-taken"
ANOTHERS = "This invoice is another customer's, and stays theirs. Void it, and make a new one."

Known = tuple[Invoice, Details]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an invoice becomes: the writes for it (none where it is so already) and the customer's sums after it, which
    whoever applies the plan writes too, if they have moved."""

    invoice: Invoice
    details: Details
    writes: tuple[Write, ...]
    sums: Sums
    changes: Changes
    made: bool


def dated(services: Services, id: str, day: date) -> str:
    """An id with the time of a thing's day (noon, UTC) in place of its own, so that a history sorts by days. The same
    id and day again is the same id."""
    noon = datetime.combine(day, time(12), UTC)
    return services.new_id(noon)[:10] + id[10:]


def plan_invoice(
    store: Store, customer: str, sums: Sums, known: Known | None, draft: Draft, id: str, currency: str
) -> Plan:
    """A checked draft as an invoice of this customer: a new one of this id, or the `known` one changed. Nothing is read
    or written. Conflict: it can't change so."""
    if known is None:
        invoice, details = rules.make_invoice(id, draft, currency)
        writes = records.new_invoice(store, customer, invoice, details)
        differences = changes({}, rules.told(invoice, details))
        return Plan(invoice, details, tuple(writes), _moved(sums, None, invoice), differences, True)
    before, old = known
    after, details = rules.change_invoice(before, old, draft)
    if (after, details) == known:
        return Plan(before, old, (), sums, (), False)
    differences = changes(rules.told(before, old), rules.told(after, details))
    writes = records.edit_invoice(store, customer, before, after, details)
    after = replace(after, version=before.version + 1)
    return Plan(after, details, tuple(writes), _moved(sums, before, after), differences, False)


def _moved(sums: Sums, before: Invoice | None, after: Invoice) -> Sums:
    """The sums after it; the very same where nothing in them changes, as for a draft."""
    moved = rules.move(sums, [before] if before else [], [after])
    return sums if replace(moved, version=sums.version) == sums else moved


def create(account: BillingAccount, id: str, draft: Draft, note: Note) -> Plan:
    """A new invoice. The same id again is the same invoice, as it is by then. Conflict: its external id is taken."""
    return _keep(account, id, draft, note, once=True)


def upsert(account: BillingAccount, id: str, draft: Draft, note: Note) -> Plan:
    """The invoice of the draft's external id: made (by this id) if there is none, else changed.

    Conflict: it is another customer's, or can't change so.
    """
    store, external = account.store, draft.external_id
    for _ in range(TRIES):
        (item,) = store.get(records.external_key(store, external))
        owner, found = records.to_owner(item) if item else (account.customer.id, id)
        if owner != account.customer.id:
            raise Conflict(ANOTHERS, kind="customer-fixed")
        try:
            return _keep(account, found, draft, note)
        except Conflict as conflict:
            if item or conflict.kind != TAKEN:
                raise
    raise Unavailable()


def change(account: BillingAccount, id: str, draft: Draft, note: Note) -> Plan:
    """An invoice as this draft wants it. NotFound: there is none. Conflict: it can't change so."""
    return _keep(account, id, draft, note, may_make=False)


def _keep(
    account: BillingAccount, id: str, draft: Draft, note: Note, *, may_make: bool = True, once: bool = False
) -> Plan:
    """Gather, plan, apply. `once`: an invoice that is there already stays as it is."""
    store = account.store
    for _ in range(TRIES):
        known, customer = _gather(account, id)
        if known is None and not may_make:
            raise NotFound()
        if known is not None and once:
            return Plan(*known, (), customer.sums, (), False)
        plan = plan_invoice(store, customer.id, customer.sums, known, draft, id, account.company.currency)
        if not plan.writes:
            return plan
        action = "invoice.create" if plan.made else "invoice.change"
        writes = [*plan.writes, note(action, f"{customer.id}-{id}", plan.changes)]
        if plan.sums is not customer.sums:
            writes.append(customers.change_sums(store, customer.id, customer.sums, plan.sums))
        try:
            store.transact(*writes)
        except ConditionFailed as failed:
            if "external" in failed.names:
                _must_be_free(store, draft.external_id, customer.id, id)
            continue
        return plan
    raise Unavailable()


def _gather(account: BillingAccount, id: str) -> tuple[Known | None, Customer]:
    store, customer = account.store, account.customer.id
    known, (profile,) = records.with_details(store, customer, id, customers.profile_key(store, customer))
    if profile is None:
        raise NotFound()
    return known, customers.to_customer(profile)


def _must_be_free(store: Store, external: str, customer: str, id: str) -> None:
    """Conflict: another invoice has this external id. Our own has it if the answer of its making was lost."""
    (item,) = store.get(records.external_key(store, external))
    if item and records.to_owner(item) != (customer, id):
        raise Conflict("Another invoice has this external_id. Each invoice has one of its own.", kind=TAKEN)


def remove(account: BillingAccount, id: str, note: Note) -> None:
    """Delete a draft. NotFound: there is none. Conflict: it is issued."""
    store, tried = account.store, False
    for _ in range(TRIES):
        known, customer = _gather(account, id)
        if known is None:
            if tried:
                return  # the answer of our own success was lost
            raise NotFound()
        rules.must_be_draft(known[0])
        gone = changes(rules.told(*known), {})
        try:
            store.transact(
                *records.remove_invoice(store, customer.id, known[0]),
                note("invoice.delete", f"{customer.id}-{id}", gone),
            )
        except ConditionFailed:
            tried = True
            continue
        return
    raise Unavailable()
