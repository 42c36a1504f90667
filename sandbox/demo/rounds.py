"""A year of visits by the products' own actions, each at its time: what was done, what customers said of it, how likely
they are to recommend the company, and what the office made of those who were not content.

Dana's last visit was yesterday, and she has said nothing yet.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.customers.rules import Customer
from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from chalicelib.visits.actions import asking, following, keeping, photos, rating, reviewing
from chalicelib.visits.actions.keeping import Calendar
from chalicelib.visits.rules import Status, review
from chalicelib.visits.rules.drafting import Draft, check_draft
from chalicelib.visits.rules.glance import Asking
from chalicelib.visits.rules.rating import Handled
from sandbox import catalogue
from sandbox.demo.office import Office
from sandbox.demo.past import at_noon
from sandbox.demo.then import at
from sandbox.diary import holidays
from sandbox.fieldwork import COMMENTS, RECOMMENDED, Technician, done
from sandbox.people import Person

# Of four visits, so many are rated.
RATED = 0.72
# When customers get round to saying something.
SAYS = timedelta(hours=5)
# From the begin of an arrival window until the work is done, and until that is typed in.
WINDOW, WORK, TYPED = timedelta(hours=2), timedelta(minutes=95), timedelta(minutes=4)
# Hours from noon at which windows begin.
BEGINS = (-4, -2, 1, 3)


@dataclass(frozen=True, slots=True)
class Low:
    """A visit that went wrong, counted back from the latest: the stars, why, and how far the office is with it."""

    back: int
    stars: int
    comment: str
    status: Handled = "open"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """A customer's visits: `count` of them, `every` so many days, the latest `last` days ago. `scores` is what they
    answered each time they were asked whether they would recommend the company (None: nothing). `cancelled` and
    `coming` are days from today."""

    customer: str
    count: int
    every: int
    last: int
    scores: tuple[int | None, ...] = ()
    low: tuple[Low, ...] = ()
    cancelled: tuple[int, ...] = ()
    coming: tuple[int, ...] = ()
    on_the_way: bool = False


ROUNDS = (
    Round("dana", 13, 31, 1, (9, None, 10, 10),
          (Low(7, 2, "The gate was left open, and the dog got out. We found her, but please!", "resolved",
               "Maya rang: very sorry. A note about the gate is on every work order now."),),
          cancelled=(-46,), coming=(3, 31)),
    Round("ridgeline", 9, 42, 5, (8, 7, 9),
          (Low(2, 1, "Nobody came to Birchwood Flats, though the report says so.", "contacted",
               "The report was for Alder Court. Somebody goes there on Friday, free of charge."),), coming=(1, 8)),
    Round("priya_home", 4, 80, 18, (10, 9), coming=(6,)),
    Round("priya_rental", 1, 150, 52, (8,)),
    Round("tom", 3, 110, 33, (6, None), coming=(0,)),
    Round("lucia", 5, 65, 11, (10, 10), coming=(10,)),
    Round("pruitt", 3, 90, 96, (9, None)),
    Round("sunrise", 7, 50, 9, (7, 4, 3),
          (Low(0, 2, "He came during nap time, though we agreed on after three."),), coming=(14,)),
    Round("grace", 5, 70, 26, (10, None),
          (Low(3, 2, "The trap was set where my cat could reach it.", "resolved", "Moved it the same day."),),
          on_the_way=True),
    Round("henry", 3, 100, 40, (9,)),
    Round("milehigh", 2, 120, 21),
)  # fmt: skip
POOL_ROUNDS = (Round("dana_pools", 3, 30, 6, (10,), coming=(8,)),)

# Dana's last visit, in any season, and what was photographed there.
LATEST = "Quarterly pest control"
PHOTOS = (("station.jpg", "The new station at the north wall"), ("lawn-after.jpg", "The bare spot is growing back"))


@dataclass
class Route:
    """Whoever goes to a company's customers, and the days they do."""

    services: Services
    office: Office
    technicians: Sequence[Technician]
    now: datetime

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.company.slug} goes its rounds")
        self.closed = {
            one.since + timedelta(days=count)
            for one in holidays(self.today)
            for count in range((one.until - one.since).days + 1)
        }

    @property
    def company(self) -> Company:
        return self.office.company

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.company.time_zone)).date()

    def window(self, days: int) -> datetime:
        """When an arrival window begins, so many days from today; nobody works on a Sunday, nor plans for a holiday."""
        day = self.today + timedelta(days=days)
        while days not in (0, -1) and (day.weekday() == 6 or (days > 0 and day in self.closed)):
            day += timedelta(days=1 if days > 0 else -1)
        return at_noon(day, self.company) + timedelta(hours=self.chance.choice(BEGINS))

    def technician(self) -> Technician:
        return self.chance.choice(self.technicians)


def past(route: Route, rounds: Sequence[Round], people: Sequence[Person], customers: Mapping[str, Customer]) -> None:
    """All that was, but the visit that Dana has not rated yet."""
    by_key = {one.key: one for one in people}
    for one in rounds:
        _visited(route, one, by_key[one.customer], customers[one.customer])


def lately(route: Route, dana: Customer) -> None:
    """Dana's last visit, typed in just now: the mail about it goes out now."""
    begins = route.window(-1)
    visit = _complete(route, dana, LATEST, begins, route.technicians[0], route.now)
    with at(route.services, route.now, route.chance):
        for file, caption in PHOTOS:
            upload, store = route.office.upload(route.services, file), route.office.store
            files, note = route.services.files.for_tenant(store.tenant), route.office.note(route.services)
            photos.add(store, files, dana.id, visit, upload, caption, note)


def coming(route: Route, rounds: Sequence[Round], people: Sequence[Person], customers: Mapping[str, Customer]) -> None:
    """What is planned, what was cancelled, and who is on the way just now."""
    by_key = {one.key: one for one in people}
    for one in rounds:
        for begins, status in _windows(route, one):
            job = catalogue.pick(by_key[one.customer].work, begins.date(), route.chance)
            draft = Draft(job.title, begins, begins + WINDOW, route.technician().name)
            _planned(route, customers[one.customer], draft, status)


def _windows(route: Route, one: Round) -> Iterator[tuple[datetime, Status]]:
    """When the windows of these visits begin, and what has become of them. Each as it is asked for: by chance."""
    for days in one.coming:
        yield route.window(days), "scheduled"
    for days in one.cancelled:
        yield route.window(days), "cancelled"
    if one.on_the_way:
        yield route.now.replace(minute=0, second=0, microsecond=0), "on_the_way"


def _planned(route: Route, customer: Customer, draft: Draft, status: Status) -> None:
    """Planned some days before, and what became of it since."""
    services, told = route.services, min(route.now, draft.starts_at) - timedelta(days=4)
    calendar = Calendar(services, route.office.store, route.company, customer.id)
    with at(services, told, route.chance):
        id, note = services.new_id(told), route.office.note(services)
        keeping.create(calendar, id, check_draft(draft, told), note)
    if status != "scheduled":
        later = min(route.now, draft.starts_at) - timedelta(minutes=10)
        with at(services, later, route.chance):
            keeping.set_status(calendar, id, status, route.office.note(services))


def _visited(route: Route, one: Round, person: Person, customer: Customer) -> None:
    asked, scores, low = Asking(), list(one.scores), {each.back: each for each in one.low}
    for back in reversed(range(one.count)):
        if one.customer == "dana" and back == 0:
            return
        begins, who = route.window(-one.last - back * one.every), route.technician()
        title = catalogue.pick(person.work, begins.date(), route.chance).title
        ends = begins + WORK + TYPED
        visit = _complete(route, customer, title, begins, who, ends)
        if not customer.access:
            continue
        says = ends + SAYS
        asks = review.may_ask(asked, ends)
        with at(route.services, says, route.chance):
            _rate(route, customer, visit, who, low.get(back))
            if asks:
                asked = replace(asked, asked_at=ends.isoformat())
                score = scores.pop(0) if scores else None
                if score is not None:
                    asked = replace(asked, answered_at=says.isoformat())
                    reviewing.answer(
                        route.services, route.office.store, route.company, customer.id, score, RECOMMENDED[score]
                    )
        if asks:
            with at(route.services, ends + asking.A_DAY, route.chance):
                asking.ask(route.services, route.office.store, customer.id, visit)


def _complete(route: Route, customer: Customer, title: str, begins: datetime, who: Technician, typed: datetime) -> str:
    """A visit that is done, as the technician's phone tells of it; its id."""
    what, services = done(title), route.services
    calendar = Calendar(services, route.office.store, route.company, customer.id)
    draft = Draft(
        title, begins, begins + WINDOW, who.name, "complete", begins + WORK, what.work, what.products, what.notes
    )
    with at(services, typed, route.chance):
        id = services.new_id(begins)
        keeping.create(calendar, id, check_draft(draft, typed), route.office.note(services))
    return id


def _rate(route: Route, customer: Customer, visit: str, who: Technician, low: Low | None) -> None:
    chance, store = route.chance, route.office.store
    if low is None and chance.random() > RATED:
        return
    stars = low.stars if low else chance.choice(who.stars)
    comment = low.comment if low else chance.choice(COMMENTS[stars])
    rating.rate(route.services, store, route.company, customer.id, visit, stars, comment)
    if low and low.status != "open":
        then = route.services.now() + timedelta(hours=15)
        with at(route.services, then, chance):
            following.follow_up(
                route.services, store, customer.id, visit, low.status, low.note, route.office.who,
                route.office.note(route.services),
            )  # fmt: skip
