"""A customer says what the last visit was like: 1 to 5 stars and a comment, once a visit, to be changed for a week.

Rating, first page and counts are one transaction. A new rating is only taken while the first page's last visit is this
one: another visit that is done meanwhile changes that page, and so stops it. And only while the visit is as it was
read: the rating counts in the month and for the technician that it was asked about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound, Unavailable
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from chalicelib.visits.records import counts, ratings, visits
from chalicelib.visits.rules import Rating, Visit, glance
from chalicelib.visits.rules import rating as rules
from chalicelib.visits.rules.comments import tidied
from chalicelib.visits.rules.glance import Glance
from chalicelib.visits.rules.report import month_of

TRIES = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit, its rating (None for none yet), and whose it is, all as they are now."""

    customer: Customer
    visit: Visit
    rating: Rating | None

    @property
    def glance(self) -> Glance:
        return glance.read(self.customer.glances.visits)

    @property
    def last(self) -> str:
        """The last complete visit's id, '' for none."""
        last = self.glance.last
        return last.id if last else ""


def look(store: Store, customer: str, visit_id: str) -> Seen:
    """One read. NotFound: this customer has no such visit."""
    profile, visit, rating = store.get(
        customers.profile_key(store, customer), visits.visit_key(store, customer, visit_id),
        ratings.rating_key(store, customer, visit_id),
    )  # fmt: skip
    if profile is None or visit is None:
        raise NotFound()
    return Seen(customers.to_customer(profile), visits.to_visit(visit), ratings.to_rating(rating) if rating else None)


def rate(
    services: Services, store: Store, company: Company, customer: str, visit_id: str, stars: int, comment: str
) -> Rating:
    """The visit's rating from now on. The same again changes nothing.

    NotFound: no such visit. Invalid: not 1 to 5 stars, or too long. Conflict: `not-last`, `not-complete`, `too-late`.
    """
    rules.check_stars(stars)
    says = tidied(comment)
    for _ in range(TRIES):
        seen, now = look(store, customer, visit_id), services.now()
        before = seen.rating
        if before and (before.stars, before.comment) == (stars, says):
            return before
        rules.must_take(seen.visit, seen.last, before, now)
        month = before.month if before else _month(company, seen.visit, now)
        after = rules.rated(before, seen.visit, month, stars, says, now)
        told = _low(company, seen.customer, after) if after.low and not after.told else None
        after = replace(after, told=after.told or told is not None)
        try:
            store.transact(*_writes(store, seen, after, told, now))
        except ConditionFailed:
            # Somebody was faster, or it was us and the answer was lost: look again.
            continue
        if told:
            messages.hand_over(services, store, customer, told.id)
        return after
    raise Unavailable()


def _month(company: Company, visit: Visit, now: datetime) -> str:
    """Where its rating counts: where it is counted as asked about."""
    return visit.asked_month or month_of(visit.completed_at or now, company.time_zone)


def _writes(store: Store, seen: Seen, after: Rating, told: Message | None, now: datetime) -> list[Write]:
    who, before = seen.customer, seen.rating
    if before is None:
        # What was read at once may be of two moments; and where the visit is counted as asked about decides.
        writes = [ratings.new_rating(store, who.id, after), visits.same_visit(store, who.id, seen.visit)]
    else:
        writes = [ratings.change_rating(store, who.id, before, after)]
    writes += counts.rating_given(store, before, after, asked=bool(seen.visit.asked_month))
    if told:
        writes.append(outbox.new_message(store, who.id, told, now))
    shown = seen.glance
    if shown.last and shown.last.id == after.visit:
        last = replace(shown.last, stars=after.stars, rated_at=after.rated_at)
        moved = replace(shown, version=shown.version + 1, last=last)
        writes.append(customers.change_glance(store, who, "visits", glance.write(moved)))
    return writes


def _low(company: Company, customer: Customer, rating: Rating) -> Message | None:
    """The message to the company about a low rating; None where it has named nowhere to send it."""
    if not (company.email or company.phone):
        return None
    day = datetime.fromisoformat(rating.completed_at).astimezone(ZoneInfo(company.time_zone)).date()
    values = {
        "rating": {"stars": rating.stars, "comment": rating.comment, "technician": rating.technician},
        "visit": {"title": rating.title, "technician": rating.technician, "on": day.isoformat()},
        "account": {"name": customer.name},
    }
    return Message(
        f"low-{rating.visit}-company", "low_rating_company", company.email, company.locale[:2], values,
        phone=company.phone, console_path=f"/ratings/{customer.id}-{rating.visit}",
    )  # fmt: skip
