"""Weeks of online booking by the product's own actions, each at its time: who booked what, what the office made of it,
who was reminded, and what was done on the day.

What is written first is what happened first, whoever it was about: so nobody got a place that another had.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

from chalicelib.aws.rows import Write
from chalicelib.booking.actions import blocking, changing, finding, making, offering, reading, reminding, working
from chalicelib.booking.actions.making import Wanted
from chalicelib.booking.rules import Offer
from chalicelib.booking.rules.area import territory
from chalicelib.booking.rules.booking import Booker
from chalicelib.booking.rules.details import Given, answered, booker
from chalicelib.booking.rules.offer import Confirming
from chalicelib.customers.rules import Customer
from chalicelib.leads.actions import working as leads
from chalicelib.services import Services
from chalicelib.tenants.actions.companies import company_of
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Changes
from chalicelib.visits.actions import asking, keeping
from chalicelib.visits.actions.keeping import Calendar
from chalicelib.visits.rules.drafting import Draft, check_draft
from sandbox.demo.office import Office
from sandbox.demo.then import at
from sandbox.diary import BLOCKED, BOOKED, LOOKED_AT, OPENED, Blocked, Booked, Done, offer
from sandbox.fieldwork import EVERGREENS, done

# From the job's planned end until it is typed in.
TYPED = timedelta(minutes=12)
# Beyond a weekend and the longest holidays there is a free day.
NEAR = 10
VISITOR = "203.0.113.40"
# When nobody comes, it is not for what they would do.
ANY = "lawn-care-visit"


@dataclass(order=True)
class _Event:
    """Something that is to happen then; `number` keeps those of one moment apart."""

    when: datetime
    number: int
    what: Callable[[], None]


class Diary:
    """Evergreen's calendar as it fills."""

    def __init__(self, services: Services, office: Office, customers: Mapping[str, Customer], now: datetime) -> None:
        self.services, self.store, self.customers, self.now = services, office.store, customers, now
        self.company, self.zone = office.company, ZoneInfo(office.company.time_zone)
        self.chance = random.Random(f"{office.company.slug} is booked")
        self.today = now.astimezone(self.zone).date()
        self._events: list[_Event] = []
        self._count = 0
        self.trail, self.who = office.note(services), office.who

    def fill(self) -> Company:
        """All of it, until now; the company, which has online booking since."""
        self._on(self.now - timedelta(days=OPENED), self._open)
        self._on(self._ago(LOOKED_AT[0]), partial(self._confirm, "request"))
        self._on(self._ago(LOOKED_AT[1]), partial(self._confirm, "once"))
        for block in BLOCKED:
            self._on(self._ago(block.ago), partial(self._block, block))
        for one in BOOKED:
            self._on(self._ago(one.ago), partial(self._book, one))
        while self._events:
            event = heappop(self._events)
            with at(self.services, event.when, self.chance):
                event.what()
        return self.company

    def _ago(self, hours: float) -> datetime:
        return self.now - timedelta(hours=hours)

    def _on(self, when: datetime, what: Callable[[], None]) -> None:
        """To be done then, if that is not still to come."""
        if when <= self.now:
            self._count += 1
            heappush(self._events, _Event(when, self._count, what))

    # What the office decides

    def _open(self) -> None:
        self._decide(lambda before: replace(offer(self.today), version=before.version))
        self.company = company_of(self.store)

    def _confirm(self, by: Confirming) -> None:
        self._decide(lambda before: replace(before, confirming=by))

    def _decide(self, become: Callable[[Offer], Offer]) -> None:
        before = offering.read(self.store)
        offering.change(self.store, self.company, before, become(before), self._decided)

    def _decided(self, changes: Changes) -> Write:
        return self.trail("booking_settings.change", self.store.tenant, changes)

    def _block(self, block: Blocked) -> None:
        free = (one.astimezone(self.zone) for day in self._free(ANY, block.day) for one in day)
        since = next(one for one in free if one.hour >= block.since).replace(hour=block.since, minute=0)
        blocking.block(
            self.services, self.store, self._id(), since, since.replace(hour=block.until), block.title,
            block.crews, trail=self.trail,
        )  # fmt: skip

    # Bookings

    def _book(self, one: Booked) -> None:
        service = next(each for each in offering.read(self.store).services if each.id == one.service)
        given = Given(notes=one.notes, answers=tuple(one.answers.items()))
        customer = self.customers[one.who] if isinstance(one.who, str) else None
        who = one.who if isinstance(one.who, Booker) else booker(given, customer, territory(self.company.locale))
        wanted = Wanted(
            one.service, self._find(one.service, one.day, one.hour), who, answered(given, service), one.notes,
            one.language, one.source,
        )  # fmt: skip
        made = making.make(
            self.services, self.store, self.company, self._id(), wanted, customer=customer, address=VISITOR
        )
        for deed in one.done:
            self._on(self.services.now() + timedelta(hours=deed.hours), partial(self._do, made.id, deed))
        remind = timedelta(hours=offering.read(self.store).remind)
        self._on(made.starts_at - remind, partial(reminding.remind, self.services, self.store, made.id))
        self._on(made.ends_at + TYPED, partial(self._complete if customer else self._win, made.id))

    def _do(self, id: str, deed: Done) -> None:
        booking = reading.one(self.store, id)
        about = (self.services, self.store, self.company, id)
        if deed.what == "give up":
            changing.cancel(*about, deed.note, booking.version)
            return
        if deed.what in ("confirm", "decline"):
            answer = working.confirm if deed.what == "confirm" else working.decline
            answer(*about, deed.note, by=self.who, trail=self.trail)
            return
        put = working.propose if deed.what == "propose" else working.move
        put(*about, self._find(booking.service, *deed.to), deed.note, by=self.who, trail=self.trail)

    def _complete(self, id: str) -> None:
        """As the technician's phone tells of it, if it took place."""
        booking = reading.one(self.store, id)
        if booking.status != "confirmed":
            return
        calendar = Calendar(self.services, self.store, self.company, booking.customer)
        what, who, now = done(booking.title), self.chance.choice(EVERGREENS), self.services.now()
        draft = Draft(
            booking.title, booking.starts_at, booking.arrives_until, who.name, "complete", now - TYPED, what.work,
            what.products, what.notes,
        )  # fmt: skip
        keeping.change(calendar, id, check_draft(draft, now), self.trail)
        asks = partial(asking.ask, self.services, self.store, booking.customer, id)
        self._on(now + asking.A_DAY, asks)

    def _win(self, id: str) -> None:
        """A visitor who was visited is a lead no more."""
        if reading.one(self.store, id).status == "confirmed":
            leads.set_status(self.services, self.store, id, "won", self.who, self.trail)

    def _find(self, service: str, day: int, hour: int) -> datetime:
        """The free time that is nearest to this hour, on the first day from this one on that has any."""
        free = next(one for one in self._free(service, day) if one)
        return min(free, key=lambda each: abs(each.astimezone(self.zone).hour - hour))

    def _free(self, service: str, day: int) -> Iterator[list[datetime]]:
        """The free times of each day from this one on."""
        since, now = self.today + timedelta(days=day), self.services.now()
        for each in finding.look(self.store, self.company, service, since, NEAR, now).days:
            yield [one.starts_at for one in each.slots]

    def _id(self) -> str:
        return self.services.new_id(self.services.now())
