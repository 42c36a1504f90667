"""Ask for what a complete visit was like, and, every 90 days at most, how likely the customer is to recommend the
company: by the first page, and by messages.

A visit that is entered long after it was done, or that another has followed already, asks for nothing: a company that
brings its history along must not write to everybody of years ago.

Until it is rated, a visit that asked is counted in the month and for the technician that its row names: a correction
moves that, since the rating will be of who was there. One that is set back asks no more, and is not counted; complete
again it asks again, by the link that its customer has from the first time and by the first page, and no message is sent
twice. With the rating all this stays as it is. So a rating always counts where it was asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import PortalError
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.plain_words import beginning
from chalicelib.services import Services
from chalicelib.tenants import records as tenants
from chalicelib.tenants.rules import Company
from chalicelib.visits.records import counts, reviews, visits
from chalicelib.visits.rules import Visit, glance, review
from chalicelib.visits.rules.glance import Glance
from chalicelib.visits.rules.report import month_of

log = logging.getLogger(__name__)

# A visit is fresh for so long after it was done.
FRESH = timedelta(days=7)
# From the visit to the message that asks how likely they are to recommend the company.
A_DAY = timedelta(days=1)
AFTER_FAILING = timedelta(hours=1)
# Characters of what was done: the message must fit a row, and a letterbox.
WORK = 500


def on_complete(
    store: Store, company: Company, customer: Customer, visit: Visit, seen: Glance, now: datetime, work: str = ""
) -> tuple[Visit, Glance, list[Write]]:
    """What belongs into the transaction that makes a visit complete which has asked for nothing so far: the visit that
    has asked, the glance with its `asking`, and the writes for the message, the counts and the sweep's list. `visit`
    and `seen` are as they are after it; `work` is what its report says was done.

    The caller counts the glance's version up and writes it, and hands the message (`message_id`) over afterwards if
    there is one.
    """
    done = visit.completed_at or now
    last = seen.last is not None and seen.last.id == visit.id
    if not last or now - done > FRESH or not _reachable(customer):
        return visit, seen, []
    month = month_of(done, company.time_zone)
    after = replace(visit, asked=True, asked_month=month)
    writes = [counts.rating_asked(store, month, visit.technician)]
    writes += _message(
        store, company, customer, visit, message_id(visit.id), "visit_complete", f"/visits/{visit.id}/rating",
        {**_about(visit, company, now), "work": beginning(work, WORK)}, now,
    )  # fmt: skip
    if not review.may_ask(seen.asking, now):
        return after, seen, writes
    writes.append(counts.review_asked(store, month_of(now, company.time_zone)))
    writes.append(reviews.ask_later(store, customer.id, visit.id, max(done, now) + A_DAY))
    return after, replace(seen, asking=replace(seen.asking, asked_at=now.isoformat())), writes


def on_correction(store: Store, company: Company, before: Visit, after: Visit) -> tuple[Visit, list[Write]]:
    """What belongs into the transaction that changes an unrated visit which has asked before: where it is counted from
    now on, and the writes for that."""
    done = after.completed_at if after.status == "complete" else None
    after = replace(after, asked_month=month_of(done, company.time_zone) if done else "")
    return after, counts.asked_elsewhere(store, before, after)


def message_id(visit: str) -> str:
    """That of the message by which a complete visit asks how it was: one a visit."""
    return f"visit-{visit}"


def _reachable(customer: Customer) -> bool:
    """Whether anything asks them: a message, or the first page of somebody who comes in."""
    return customer.access and bool(customer.email or customer.phone or customer.last_sign_in)


def _message(
    store: Store, company: Company, customer: Customer, visit: Visit, id: str, template: str, path: str,
    about: Mapping[str, object], now: datetime,
) -> list[Write]:  # fmt: skip
    if not (customer.email or customer.phone):
        return []
    language = customer.language or company.locale[:2]
    message = Message(id, template, customer.email, language, {"visit": about}, phone=customer.phone, path=path)
    return [outbox.new_message(store, customer.id, message, now)]


def _about(visit: Visit, company: Company, now: datetime) -> dict[str, object]:
    day = (visit.completed_at or now).astimezone(ZoneInfo(company.time_zone)).date()
    return {"title": visit.title, "technician": visit.technician, "on": day.isoformat()}


def sweep(services: Services, limit: int = 200) -> int:
    """Ask those by a message whose day has come, the longest waiting first. How many were looked at."""
    found = services.tables.platform().overdue(reviews.TASK, services.now(), limit)
    for tenant, customer, visit in found:
        store = services.tables.for_tenant(tenant)
        try:
            ask(services, store, customer, visit)
        except Exception as error:
            known = isinstance(error, PortalError)
            log.log(
                logging.WARNING if known else logging.ERROR, "asking after visit %s is left for later", visit,
                exc_info=True,
            )  # fmt: skip
            _later(services, store, customer, visit)
    return len(found)


def _later(services: Services, store: Store, customer: str, visit: str) -> None:
    try:
        store.write(reviews.put_off(store, customer, visit, services.now() + AFTER_FAILING))
    except (ConditionFailed, PortalError):
        log.warning("asking after visit %s stays where it is on the list", visit, exc_info=True)


def ask(services: Services, store: Store, customer: str, visit_id: str) -> None:
    """Send what asks how likely they are to recommend the company, unless they have answered or put it off, or there is
    no such visit any more; and take it off the sweep's list. Any number of times, one message."""
    now = services.now()
    company, profile, visit = store.get(
        tenants.company_key(store), customers.profile_key(store, customer), visits.visit_key(store, customer, visit_id)
    )
    writes: list[Write] = []
    if company and profile and visit:
        found, who = visits.to_visit(visit), customers.to_customer(profile)
        asking = glance.read(who.glances.visits).asking
        if found.status == "complete" and who.access and review.asks(asking, now):
            us = tenants.to_company(company)
            writes = _message(
                store, us, who, found, _review_id(visit_id), "review_request", "/review", _about(found, us, now), now
            )  # fmt: skip
    try:
        store.transact(reviews.asked(store, customer, visit_id), *writes)
    except ConditionFailed as failed:
        if "ask" not in failed.names:
            store.write(reviews.asked(store, customer, visit_id))
        return
    if writes:
        messages.hand_over(services, store, customer, _review_id(visit_id))


def _review_id(visit: str) -> str:
    return f"review-{visit}"
