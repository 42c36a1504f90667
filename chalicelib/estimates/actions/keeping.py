"""Keep a customer's estimates as the company's staff and software say: make, change, issue, remove.

Estimate, names, what the first page says and the line of the audit trail are one transaction, conditional on what was
read; when something has moved, or an answer was lost, it is read again: what is as it should be needs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.actions.keeping import TAKEN
from chalicelib.customers.rules import Customer
from chalicelib.errors import Conflict, NotFound, Stale, Unavailable
from chalicelib.estimates import records, rules
from chalicelib.estimates.actions.glancing import glance
from chalicelib.estimates.actions.reading import gather
from chalicelib.estimates.rules import Details, Draft, Estimate, Known, Terms
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules.audit import Changes, changes

TRIES = 8
ANOTHERS = "This estimate is another customer's, and stays theirs. Mark it as lost, and make a new one."


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose estimates are kept, and which day it is there."""

    account: BillingAccount
    today: date

    @property
    def store(self) -> Store:
        return self.account.store


def desk(services: Services, account: BillingAccount) -> Desk:
    return Desk(account, account.day(services.now()))


@dataclass(frozen=True, slots=True)
class Plan:
    """What an estimate becomes: the writes for it, none where it is so already."""

    estimate: Estimate
    details: Details
    writes: tuple[Write, ...]
    changes: Changes
    made: bool


def plan_estimate(
    store: Store, customer: str, known: Known | None, draft: Draft, id: str, currency: str, standard: Terms
) -> Plan:
    """A checked draft as an estimate of this customer: a new one of this id, or the `known` one changed. Nothing is
    read or written. Conflict: it can't change so."""
    if known is None:
        estimate, details = rules.make_estimate(id, draft, currency, standard)
        writes = records.new_estimate(store, customer, estimate, details)
        return Plan(estimate, details, tuple(writes), changes({}, rules.told(estimate, details)), True)
    before, old = known
    after, details = rules.change_estimate(before, old, draft, standard)
    if (after, details) == known:
        return Plan(before, old, (), (), False)
    differences = changes(rules.told(before, old), rules.told(after, details))
    writes = records.edit_estimate(store, customer, before, after, details)
    return Plan(replace(after, version=before.version + 1), details, tuple(writes), differences, False)


def create(at: Desk, id: str, draft: Draft, note: Note) -> Plan:
    """A new estimate. The same id again is the same estimate, as it is by then. Conflict: its external id is taken."""
    return _keep(at, id, draft, note, once=True)


def upsert(at: Desk, id: str, draft: Draft, note: Note, expected: int | None = None) -> Plan:
    """The estimate of the draft's external id: made (by this id) if there is none, else changed.

    Conflict: it is another customer's, or can't change so. Stale: it is not of the `expected` version.
    """
    store, mine, external = at.store, at.account.customer.id, draft.external_id
    for _ in range(TRIES):
        (item,) = store.get(records.external_key(store, external))
        owner, found = records.to_owner(item) if item else (mine, id)
        if owner != mine:
            raise Conflict(ANOTHERS, kind="customer-fixed")
        try:
            return _keep(at, found, draft, note, expected=expected)
        except Conflict as conflict:
            if item or conflict.kind != TAKEN:
                raise
    raise Unavailable()


def change(at: Desk, id: str, draft: Draft, note: Note, expected: int | None = None) -> Plan:
    """An estimate as this draft wants it. NotFound: there is none. Conflict: it can't change so. Stale: it is not of
    the `expected` version."""
    return _keep(at, id, draft, note, may_make=False, expected=expected)


def _keep(
    at: Desk, id: str, draft: Draft, note: Note, *, may_make: bool = True, once: bool = False,
    expected: int | None = None,
) -> Plan:  # fmt: skip
    """Gather, plan, apply. `once`: one that is there already stays as it is. What is so already is so in any
    version: the answer of our own success may have been lost."""
    store, currency = at.store, at.account.company.currency
    for _ in range(TRIES):
        known, customer, standard = look(at, id)
        if known is None and not may_make:
            raise NotFound()
        if known is not None and once:
            return Plan(*known, (), (), False)
        plan = plan_estimate(store, customer.id, known, draft, id, currency, standard)
        if not plan.writes:
            return plan
        if expected is not None and (known is None or known[0].version != expected):
            raise Stale()
        action = "estimate.create" if plan.made else "estimate.change"
        waiting = glance(store, customer, known[0] if known else None, plan.estimate, at.today)
        try:
            store.transact(*plan.writes, *waiting, note(action, f"{customer.id}-{id}", plan.changes))
        except ConditionFailed as failed:
            if "external" in failed.names:
                _must_be_free(store, draft.external_id, customer.id, id)
            continue
        return plan
    raise Unavailable()


def look(at: Desk, id: str) -> tuple[Known | None, Customer, Terms]:
    """An estimate if there is one, its customer, and the standard terms of now, in one read."""
    known, customer, (terms,) = gather(at.store, at.account.customer.id, id, records.terms_key(at.store))
    return known, customer, records.to_terms(terms)


def _must_be_free(store: Store, external: str, customer: str, id: str) -> None:
    """Conflict: another estimate has this external id. Our own has it if the answer of its making was lost."""
    (item,) = store.get(records.external_key(store, external))
    if item and records.to_owner(item) != (customer, id):
        raise Conflict("Another estimate has this external_id. Each estimate has one of its own.", kind=TAKEN)


def remove(at: Desk, id: str, note: Note) -> None:
    """Delete a draft. NotFound: there is none. Conflict: it is issued."""
    store, tried = at.store, False
    for _ in range(TRIES):
        known, customer, _terms = look(at, id)
        if known is None:
            if tried:
                return  # the answer of our own success was lost
            raise NotFound()
        rules.must_be_draft(known[0])
        gone = changes(rules.told(*known), {})
        try:
            store.transact(
                *records.remove_estimate(store, customer.id, known[0]),
                note("estimate.delete", f"{customer.id}-{id}", gone),
            )
        except ConditionFailed:
            tried = True
            continue
        return
    raise Unavailable()
