"""A company that can be booked online, with five hundred bookings in December; and the way of somebody who books, page
by page, as their browser asks for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from bench.house import NOW, SLUG, TITLES, Call, House, Recorder, api_event, ask, event
from bench.settings_import import new_key
from chalicelib import tokens
from chalicelib.aws.store import Store
from chalicelib.booking.actions import offering
from chalicelib.booking.records import days, offers
from chalicelib.booking.rules import Booker, Booking, Offer, Price, Question, Service, Span, drafts, keys
from chalicelib.booking.rules.day import Entry, utc_days
from chalicelib.services import Services, new_ulid
from chalicelib.tenants import records as tenants

DENVER = ZoneInfo("America/Denver")
MONTH, LAST, BOOKINGS, CREWS = date(2026, 12, 1), date(2026, 12, 31), 500, 5
# One after the other of a crew's, buffers and all, from eight o'clock on.
TURN, TURNS = timedelta(minutes=90), 6
PEOPLE = ("Dana Whitfield", "Theo O'Brien", "María Fernanda Núñez", "Priya Shah", "Nora Beck")
Asked = dict[str, Any]


def offer() -> Offer:
    services = tuple(
        Service(
            re.sub(r"[^a-z]+", "-", name.lower()), name, "Inside and out; about an hour.", 60, 15, 15,
            Price("from", 11_900), (Question("dog", "Is there a dog in the yard?"),),
        )
        for name in TITLES
    )  # fmt: skip
    hours = ((Span(8 * 60, 17 * 60),),) * 5 + ((Span(9 * 60, 13 * 60),), ())
    return Offer(
        on=True, services=services, hours=hours, notice=12, horizon=60, step=30, window=60, crews=CREWS,
        policy="Please tell us a day before if you can't be there.",
    )  # fmt: skip


SERVICE = offer().services[0].id


def offers_online(store: Store) -> None:
    """From now on."""
    store.transact(offers.keep_offer(store, offering.read(store), offer()), tenants.set_booking(store, True))


def month(count: int = BOOKINGS) -> list[Entry]:
    """So many bookings of December's working days, every other one a customer's. At no time are all crews taken."""
    every = [MONTH + timedelta(days=ahead) for ahead in range((LAST - MONTH).days + 1)]
    working = [day for day in every if day.weekday() < 5]
    return [_booking(number, working).entry for number in range(count)]


def _booking(number: int, working: list[date]) -> Booking:
    day, turn = working[number % len(working)], number // len(working)
    at = datetime(day.year, day.month, day.day, 8, tzinfo=DENVER) + TURN * (turn % TURNS)
    service = offer().services[number % len(TITLES)]
    whose = f"{new_ulid(NOW)[:10]}{number:016d}" if number % 2 else ""
    return Booking(
        f"{new_ulid(NOW)[:10]}{number:016d}", service.id, service.name, "confirmed", at.astimezone(UTC),
        service.minutes, Booker(PEOPLE[number % len(PEOPLE)]), service.before, service.after, customer=whose,
    )  # fmt: skip


def fill(store: Store, entries: list[Entry]) -> None:
    """Lay them into the calendar, as each was when it was made."""
    touched: dict[date, list[Entry]] = {}
    for one in entries:
        for day in utc_days(one.busy):
            touched.setdefault(day, []).append(one)
    for day, found in touched.items():
        store.write(days.change_day(store, days.Day(day), found))


@dataclass
class Bookings:
    """`key` is the company's, of the API."""

    house: House
    key: str

    def api(self, method: str, path: str, body: Any = None, **query: str) -> Asked:
        """A call by the company's software."""
        return api_event(method, path, self.key, body, query)

    @property
    def calendar(self) -> Asked:
        return self.api("GET", "/bookings", since=MONTH.isoformat(), until=LAST.isoformat())

    @property
    def week(self) -> Asked:
        """The public page of a week in the middle of it."""
        return event("GET", f"/{SLUG}/book/{SERVICE}", {"week": "2026-12-07"})


def furnish(made: House) -> Bookings:
    offers_online(made.store)
    fill(made.store, month())
    return Bookings(made, new_key(made.services, made.store.tenant))


@dataclass
class Walk:
    """One who books, at this hour of a working day; `cookie` is a customer's, '' for a visitor. Each step is counted:
    `calls` by the step's name, and `pages` as they were answered."""

    services: Services
    tenant: str
    at: datetime
    cookie: str = ""

    def __post_init__(self) -> None:
        self.calls: dict[str, list[Call]] = {}
        self.pages: dict[str, str] = {}

    def books(self) -> str:
        """From the first page to the last; the booking's id."""
        # The form was open for a minute: nobody fills it in faster than people can.
        id = new_ulid(NOW - timedelta(minutes=1))
        token = drafts.mint(self.services.secrets.links, self.tenant, id)
        details = f"/book/{SERVICE}/{drafts.spell_time(self.at)}"
        self._get("services", "/book")
        self._get("times", f"/book/{SERVICE}", day=self.at.astimezone(DENVER).date().isoformat())
        self._get("details", details)
        typed = {
            "name": "Nora Beck",
            "email": f"{id.lower()}@example.com",
            "street": "7 Pine Ct",
            "town": "Boulder, CO",
        }
        self._post("keep_details", details, form=token, postal_code="80302", notes="The gate is open.", **typed)
        self._get("review", f"/book/review/{token}")
        self._post("book", f"/book/review/{token}", time=drafts.spell_time(self.at), seen=_seen(self.pages["review"]))
        self._get("done", f"/book/done/{token}")
        return id

    def changes_it(self, id: str, to: datetime) -> None:
        """By the link in the mail: looks at it, moves it, cancels it."""
        booking = f"/bookings/{id}"
        key = {"key": tokens.derive(self.services.secrets.links, *keys.by_mail(self.tenant, id))}
        self._get("booking", booking, **key)
        self._get("other_times", f"{booking}/time", day=to.astimezone(DENVER).date().isoformat(), **key)
        at = drafts.spell_time(to)
        page = self._get("move_review", f"{booking}/time", at=at, **key)
        self._post("move", f"{booking}/time", at=at, version=_version(page), **key)
        page = self._get("cancel_form", f"{booking}/cancellation", **key)
        self._post("cancel", f"{booking}/cancellation", version=_version(page), note="We are away.", **key)

    def _get(self, name: str, path: str, /, **query: str) -> str:
        answer = self._send(name, event("GET", f"/{SLUG}{path}", query, cookie=self.cookie), 200)
        self.pages[name] = str(answer["body"])
        return self.pages[name]

    def _post(self, name: str, path: str, /, **form: str) -> None:
        self._send(name, event("POST", f"/{SLUG}{path}", form=form, cookie=self.cookie), 303)

    def _send(self, name: str, request: Asked, status: int) -> Asked:
        with Recorder(self.services) as recorder:
            answer = ask(request, status)
            self.calls[name] = recorder.take()
        # A visitor is known by the browser in which they typed.
        for one in answer.get("multiValueHeaders", {}).get("Set-Cookie", []):
            self.cookie = self.cookie or one.partition(";")[0]
        return answer


def _seen(page: str) -> str:
    return str(re.findall(r'name="seen" value="(\w+)"', page)[0])


def _version(page: str) -> str:
    return unescape(re.findall(r'name="version" value="([^"]*)"', page)[0])
