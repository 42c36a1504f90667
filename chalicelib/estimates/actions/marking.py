"""The state of an estimate as staff sets it: issued, decided elsewhere, or waiting again after it was decided. Each is
one transaction with its line of the audit trail."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.billing import records as billing
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound, Unavailable
from chalicelib.estimates import records, rules
from chalicelib.estimates.actions.glancing import glance
from chalicelib.estimates.actions.keeping import TRIES, Desk, look
from chalicelib.estimates.rules import DecisionKind, Details, Estimate, Signing, Terms
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules.audit import Change

Settable = Literal["pending", "won", "lost"]
_KINDS: dict[Settable, DecisionKind] = {"won": "accepted", "lost": "declined"}


def open_again(at: Desk, estimate_id: str, note: Note) -> None:
    """Issue a draft, or have a decided one wait again: its decisions stay on record. One that waits stays as it is. A
    draft that follows the standard terms takes those of now. NotFound: there is none. Conflict: `invoiced`."""
    for _ in range(TRIES):
        estimate, details, customer, standard = _gather(at, estimate_id)
        if estimate.status == "pending":
            return
        after = rules.open_again(_with_its_invoice(at.store, customer, estimate))
        now = rules.with_standard(details, standard, issued=True)
        told = [Change("status", estimate.status, "pending")]
        if now.terms != details.terms:
            told.append(Change("terms", details.terms, now.terms))
        action = "estimate.issue" if estimate.status == "draft" else "estimate.reopen"
        entry = note(action, f"{customer.id}-{estimate_id}", told)
        if now == details:
            change = [records.change_estimate(at.store, customer.id, estimate, after)]
        else:
            change = records.edit_estimate(at.store, customer.id, estimate, after, now)
        if _apply(at, customer, estimate, after, *change, entry):
            return
    raise Unavailable()


def mark(at: Desk, estimate_id: str, status: Literal["won", "lost"], by: str, reason: str, signing: Signing,
         note: Note) -> None:  # fmt: skip
    """An estimate was decided elsewhere: on the phone, on paper; also an expired one. `by` says who marks it. Nobody is
    told. The same again changes nothing.

    NotFound: there is none. Conflict: `not-pending`, a draft; `decided` the other way round; `invoiced`.
    """
    answer = rules.marks(_KINDS[status], by, reason, signing)
    for _ in range(TRIES):
        estimate, details, customer, _standard = _gather(at, estimate_id)
        if estimate.status == status:
            return
        rules.must_be_markable(_with_its_invoice(at.store, customer, estimate))
        decision = answer(estimate, details)
        told = [Change("status", estimate.status, status)]
        if decision.reason:
            told.append(Change("reason", None, decision.reason))
        entry = note("estimate.mark", f"{customer.id}-{estimate_id}", told)
        offer = rules.offered(at.account.company, customer, estimate, details)
        after = rules.decide(estimate, decision)
        writes = [
            records.change_estimate(at.store, customer.id, estimate, after),
            records.new_decision(at.store, customer.id, estimate_id, decision),
            records.new_offer(at.store, customer.id, decision.number, offer),
        ]
        if _apply(at, customer, estimate, after, *writes, entry):
            return
    raise Unavailable()


def _gather(at: Desk, id: str) -> tuple[Estimate, Details, Customer, Terms]:
    known, customer, standard = look(at, id)
    if known is None:
        raise NotFound()
    return *known, customer, standard


def _with_its_invoice(store: Store, customer: Customer, estimate: Estimate) -> Estimate:
    """The estimate with the invoice that was made of it, if there still is one: a draft can be deleted."""
    if estimate.invoice and not billing.invoices(store, customer.id, [estimate.invoice]):
        return replace(estimate, invoice="")
    return estimate


def _apply(at: Desk, customer: Customer, before: Estimate, after: Estimate, *writes: Write) -> bool:
    """Whether it is as it was read, and so is as it shall be now."""
    try:
        at.store.transact(*glance(at.store, customer, before, after, at.today), *writes)
    except ConditionFailed:
        return False
    return True
