"""A customer says how likely they are to recommend the company, 0 to 10; or not now.

An answer can be given every 90 days, and changed for a week. Answer, first page and counts are one transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import N_, Conflict, NotFound, Unavailable
from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from chalicelib.visits.records import counts, reviews
from chalicelib.visits.rules import Review, glance, review
from chalicelib.visits.rules.comments import tidied
from chalicelib.visits.rules.glance import Asking
from chalicelib.visits.rules.report import month_of

TRIES = 8


def standing(store: Store, customer: Customer, now: datetime) -> Review | None:
    """Their answer of the last 90 days; None where a new one is taken. Nothing is read unless there is one."""
    if review.may_answer(glance.read(customer.glances.visits).asking, now):
        return None
    return reviews.latest(store, customer.id)


def answer(services: Services, store: Store, company: Company, customer: str, score: int, comment: str) -> Review:
    """The customer's answer from now on: a new one, or that of the last days changed. The same again changes nothing.

    Invalid: no number from 0 to 10, or too long. Conflict (`answered`): they have answered within 90 days, and it is
    too late to change that.
    """
    review.check_score(score)
    says = tidied(comment)
    for _ in range(TRIES):
        who, now = _customer(store, customer), services.now()
        before = standing(store, who, now)
        if before and (before.score, before.comment) == (score, says):
            return before
        if before and not before.changeable(now):
            raise Conflict(N_("You have answered already. Thank you: we'll ask again another time."), kind="answered")
        at = now.isoformat()
        if before:
            after = replace(before, score=score, comment=says, changed_at=at, version=before.version + 1)
            writes = [reviews.change_review(store, customer, before, after)]
        else:
            after = Review(services.new_id(now), score, says, at, month_of(now, company.time_zone))
            writes = [reviews.new_review(store, customer, after), _asking(store, who, answered_at=at)]
        try:
            store.transact(*writes, *counts.review_given(store, before, after))
        except ConditionFailed:
            # Somebody was faster, or it was us and the answer was lost: look again.
            continue
        return after
    raise Unavailable()


def put_off(services: Services, store: Store, customer: str) -> None:
    """Not now: the first page and messages ask again after 90 days. Nothing changes for whoever is not being asked."""
    for _ in range(TRIES):
        who, now = _customer(store, customer), services.now()
        if not review.asks(glance.read(who.glances.visits).asking, now):
            return
        try:
            store.transact(_asking(store, who, put_off_at=now.isoformat()))
        except ConditionFailed:
            continue
        return
    raise Unavailable()


def _customer(store: Store, customer: str) -> Customer:
    found = customers.customers(store, [customer])
    if not found:
        raise NotFound()
    return found[0]


def _asking(store: Store, customer: Customer, **values: str) -> Write:
    seen = glance.read(customer.glances.visits)
    asking: Asking = replace(seen.asking, **values)
    moved = replace(seen, version=seen.version + 1, asking=asking)
    return customers.change_glance(store, customer, "visits", glance.write(moved))
