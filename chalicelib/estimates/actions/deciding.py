"""A customer decides an estimate, once, or asks for changes. The decision, the estimate, what the first page says and
the messages are one transaction, conditional on what was read; whoever was slower reads it again, and is told."""

from __future__ import annotations

from datetime import UTC, date
from zoneinfo import ZoneInfo

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound, Unavailable
from chalicelib.estimates import records, rules
from chalicelib.estimates.actions import notices
from chalicelib.estimates.actions.glancing import glance
from chalicelib.estimates.actions.reading import gather
from chalicelib.estimates.rules import ChangeRequest, Decision, DecisionKind, Estimate, Signing
from chalicelib.estimates.rules.deciding import Answer
from chalicelib.services import Services
from chalicelib.tenants import throttle
from chalicelib.tenants.rules import Company
from chalicelib.tenants.throttle import Limit

# Several estimates of one customer may be decided at once, one after the other.
TRIES = 8
# Requests for changes by a customer, in a day: each is a mail to the company.
MOST_ASKED, DAY = 20, 24 * 60 * 60


def accept(
    services: Services,
    store: Store,
    company: Company,
    customer: Customer,
    estimate_id: str,
    revision: int,
    signature: str,
    agreed: bool,
    signing: Signing,
) -> Decision:
    """The customer accepts the revision they were looking at; the decision that stands, also where they had accepted it
    already. Company and customer are told.

    NotFound: they have no such estimate. Conflict: `decided` the other way round, `expired`, `changed`. Invalid: the
    signature is no name; there are terms, and they have not `agreed` to them.
    """
    answer = rules.accepts(signature, agreed, signing)
    return _decide(services, store, company, customer.id, estimate_id, "accepted", revision, answer, signing)


def decline(
    services: Services,
    store: Store,
    company: Company,
    customer: Customer,
    estimate_id: str,
    revision: int,
    reason: str,
    signing: Signing,
) -> Decision:
    """The customer declines, with a reason if they give one. As `accept`."""
    answer = rules.declines(reason, signing)
    return _decide(services, store, company, customer.id, estimate_id, "declined", revision, answer, signing)


def _decide(
    services: Services,
    store: Store,
    company: Company,
    customer: str,
    estimate_id: str,
    kind: DecisionKind,
    revision: int,
    answer: Answer,
    signing: Signing,
) -> Decision:
    """Gather, decide, apply."""
    today = _day(company, signing)
    for _ in range(TRIES):
        known, profile, _others = gather(store, customer, estimate_id)
        if known is None or known[0].status == "draft":
            raise NotFound()
        estimate, details = known
        if rules.decided(estimate, kind):
            standing = _standing(store, customer, estimate)
            if standing is None:
                continue
            if standing.at == _at(signing):
                # The answer of our own success was lost.
                sent = notices.decided(company, profile, estimate, details, standing)
                notices.hand_over(services, store, customer, sent)
            return standing
        rules.must_wait(estimate, revision, today)
        decision = answer(estimate, details)
        offer = rules.offered(company, profile, estimate, details, signing.language)
        after = rules.decide(estimate, decision)
        sent = notices.decided(company, profile, after, details, decision)
        try:
            store.transact(
                records.change_estimate(store, customer, estimate, after),
                records.new_decision(store, customer, estimate.id, decision),
                records.new_offer(store, customer, decision.number, offer),
                *glance(store, profile, estimate, after, today),
                *notices.posted(store, customer, sent, services.now()),
            )
        except ConditionFailed:
            continue
        notices.hand_over(services, store, customer, sent)
        return decision
    raise Unavailable()


def _standing(store: Store, customer: str, estimate: Estimate) -> Decision | None:
    """The decision that stands; None where that is only just being written."""
    (item,) = store.get(records.decision_key(store, customer, estimate.id, estimate.decisions))
    return records.to_decision(item) if item else None


def ask_for_changes(
    services: Services,
    store: Store,
    company: Company,
    customer: Customer,
    estimate_id: str,
    revision: int,
    text: str,
    signing: Signing,
    request_id: str,
) -> None:
    """The customer would like it otherwise; of an expired one, a new one. The company is told. `request_id` is a ULID
    of the form: the same again asks for nothing new.

    NotFound: they have no such estimate. Conflict: `decided`, `changed`. Invalid: nothing is asked for, or too long.
    TooMany: too many of them today.
    """
    now = services.now()
    limit = Limit("estimate-changes", customer.id, MOST_ASKED, DAY)
    for _ in range(TRIES):
        marker = records.change_request_key(store, customer.id, estimate_id, request_id)
        known, profile, (done,) = gather(store, customer.id, estimate_id, marker)
        if known is None or known[0].status == "draft":
            raise NotFound()
        estimate, details = known
        if done:
            return
        after = rules.ask_for_changes(estimate, revision)
        asked = ChangeRequest(request_id, _at(signing), estimate.revision, rules.asked(text, request_id))
        sent = notices.changes_asked(company, profile, estimate, details, asked)
        try:
            store.transact(
                records.change_estimate(store, customer.id, estimate, after),
                records.new_change_request(store, customer.id, estimate.id, asked),
                *glance(store, profile, estimate, after, _day(company, signing)),
                *notices.posted(store, customer.id, sent, now),
                *throttle.tries(store, int(now.timestamp()), limit),
            )
        except ConditionFailed as failed:
            if "change request" not in failed.names and limit.name in failed.names:
                raise throttle.refusal(int(now.timestamp()), [limit]) from None
            continue
        notices.hand_over(services, store, customer.id, sent)
        return
    raise Unavailable()


def _at(signing: Signing) -> str:
    return signing.at.astimezone(UTC).isoformat()


def _day(company: Company, signing: Signing) -> date:
    """The day it is where the company is."""
    return signing.at.astimezone(ZoneInfo(company.time_zone)).date()
