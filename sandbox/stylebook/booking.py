"""Sample pages of the way to a booking: what can be booked, when, by whom, all of it once more, and booked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.booking.actions.drafting import WAIT
from chalicelib.booking.actions.finding import Found
from chalicelib.booking.public import days
from chalicelib.booking.public.book.services import Choice
from chalicelib.booking.public.days import Calendar, Choosing, Links
from chalicelib.booking.rules import Booker, Booking, Offer, Price, Question, Service, Span, SpecialDays, event
from chalicelib.booking.rules.details import OUTSIDE, Asked, Given
from chalicelib.booking.rules.slots import DaySlots, days_slots, refusal
from chalicelib.web.pages import translate
from sandbox.stylebook.things import TODAY, Sample, context

DENVER = ZoneInfo("America/Denver")
NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
# Denver's Tuesday, November 24, at 9 in the morning.
AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
TOKEN = "01JDDRAFT"

PEST = Service(
    "quarterly-pest-control", "Quarterly pest control", "Inside and out, with a report of what we found.", 60,
    price=Price("exact", 12_000),
    questions=(
        Question("pets", "Do you have pets?", True),
        Question("where", "Where did you see them, and how many were there?"),
    ),
)  # fmt: skip
SERVICES = (
    PEST,
    Service("wasps", "Wasp nest removal", "", 45, price=Price("from", 18_900)),
    Service("lawn", "Fall lawn aeration and overseeding, front and back", "Best before the first frost.", 150,
            price=Price("exact", 14_550)),
    Service("look", "Rodent inspection", "We look first, and tell you what it would cost.", 30,
            price=Price("estimate")),
    Service("gutters", "Gutter cleaning", "", 90),
)  # fmt: skip
POLICY = "Please make sure that somebody over 18 is at home.\nIf nobody is there, we charge $40 for the way."
OFFER = Offer(
    True, SERVICES, ((Span(8 * 60, 12 * 60), Span(13 * 60, 18 * 60 + 30)),) * 6 + ((),),
    (SpecialDays(date(2026, 11, 26), date(2026, 11, 26), "Thanksgiving"),), horizon=45, step=60, window=120,
    policy=POLICY,
)  # fmt: skip


def _links() -> Links:
    return Links(
        lambda day: f"/book/{PEST.id}?day={day}", lambda week: f"/book/{PEST.id}?week={week}",
        lambda at: f"/book/{PEST.id}/{at:%Y%m%dT%H%MZ}",
    )  # fmt: skip


def a_calendar(
    day: date | None, since: date = TODAY, offer: Offer = OFFER, others: tuple[date, ...] = (), **odd: Any
) -> Calendar:
    """A week of Evergreen's, with this day open."""
    found = Found(offer, PEST, days_slots(offer, PEST, since, days.WEEK, DENVER, (), NOW))
    chosen = next((one for one in found.days if one.day == day), None)
    ahead = [DaySlots(one, (), None, "") for one in others]
    return replace(days.calendar(Choosing(found, chosen, ahead), TODAY, offer.window, DENVER, _links()), **odd)


def a_booking(**odd: Any) -> Booking:
    made = Booking(
        "01JDBOOKING", PEST.id, PEST.name, "confirmed", AT, 60, DANA, window=120, price=PEST.price, policy=POLICY,
        created_at="2026-11-22T21:00:00+00:00",
    )  # fmt: skip
    return replace(made, **odd)


DANA = Booker("Dana Whitfield", "dana@example.com", "(303) 555-0199", ("12 Juniper Way", "Boulder, CO"), "80302")
GIVEN = Given(
    "Nora Beck", "nora@example.com", "", "7 Pine Court", "Denver, CO", "80205", "The gate code is 4711.",
    (("pets", "Two cats"), ("where", "In the kitchen, below the sink. A dozen or so each morning.")),
)  # fmt: skip
VISITOR, ON_FILE = Asked(True, "email", True, "needed"), Asked(False, "", False, "")
WRONG = {
    "email": "Enter an e-mail address like name@example.com.",
    "postal_code": "We don’t come to 99501. Please call us if you think we should.",
    "answer-pets": "Answer this question, so that we come prepared.",
}


def samples(language: str) -> dict[str, Sample]:
    visitor, dana = context(language, "/book", me=None), context(language, "/book")

    def services(page: Any = visitor, **values: Any) -> Sample:
        always = {"choices": [Choice(one, f"/book/{one.id}") for one in SERVICES], "why": "", "postal": ""}
        return "book_services.html", page, {**always, **values}

    def where(page: Any = visitor, **values: Any) -> Sample:
        always = {
            "action": "/book", "postal": "", "hidden": {"from": "widget"}, "asks": True, "outside": False, "errors": {},
        }  # fmt: skip
        return "book_area.html", page, {**always, **values}

    def when(calendar: Calendar, **values: Any) -> Sample:
        always = {
            "service": PEST,
            "calendar": calendar,
            "back": "/book",
            "told": "",
            "gone": None,
            "gone_until": None,
        }
        return "book_time.html", visitor, {**always, **values}

    def details(page: Any = visitor, **values: Any) -> Sample:
        always = {
            "service": PEST, "starts_at": AT, "until": AT + timedelta(hours=2), "asked": VISITOR, "given": Given(),
            "form": "x", "errors": {}, "action": f"/book/{PEST.id}/20261124T1600Z", "back": f"/book/{PEST.id}",
            "address": (), "contact": "", "by_link": False, "code_needed": True, "sign_in": "/sign-in?next=/book",
        }  # fmt: skip
        return "book_details.html", page, {**always, **values}

    def review(page: Any = visitor, **values: Any) -> Sample:
        always = {
            "service": PEST, "starts_at": AT, "until": AT + timedelta(hours=2), "who": DANA, "shows_contact": True,
            "asks_where": True, "asks_who": True,
            "answers": [(one.label, GIVEN.answer(one.id)) for one in PEST.questions],
            "notes": GIVEN.notes, "policy": POLICY, "cutoff": AT - timedelta(hours=24), "request": False,
            "time": "20261124T1600Z", "seen": "5e0f", "action": f"/book/review/{TOKEN}",
            "details": "/book/x/y", "back": "/book/x/y", "change_service": "/book", "change_time": "/book/x",
            "errors": {},
        }  # fmt: skip
        return "book_review.html", page, {**always, **values}

    def done(booking: Booking, page: Any = visitor, **values: Any) -> Sample:
        always = {
            "booking": booking, "link": "", "email": "dana@example.com", "file": f"/book/done/{TOKEN}/calendar",
            "google": event.GOOGLE, "outlook": event.OUTLOOK,
        }  # fmt: skip
        return "book_done.html", page, {**always, **values}

    out = {"postal": translate(language, OUTSIDE, code="99501")}

    def told(why: Any) -> str:
        return translate(language, refusal(why).text)

    had = {"lawn": datetime(2026, 10, 12, 17, tzinfo=UTC), "wasps": datetime(2025, 7, 3, 17, tzinfo=UTC)}
    known = sorted(
        (Choice(one, f"/book/{one.id}", had.get(one.id)) for one in SERVICES),
        key=lambda one: -one.had.timestamp() if one.had else 0,
    )
    tuesday, thursday, sunday = date(2026, 11, 24), date(2026, 11, 26), date(2026, 11, 29)
    one_crew = replace(OFFER, window=0, step=30)
    # The night when the clocks are set back: Denver's November 7, 2027 has 1:00 to 2:00 twice.
    night = replace(one_crew, hours=((Span(0, 4 * 60),),) * 7, horizon=400)
    fall = date(2027, 11, 7)
    return {
        "book-services": services(),
        "book-services-customer": services(dana, choices=known),
        "book-services-area": services(postal="80205", why="off"),
        "book-services-over": services(why="over"),
        "book-services-elsewhere": services(why="elsewhere"),
        "book-services-none": services(choices=[]),
        "book-area": where(),
        "book-area-wrong": where(
            postal="ABC", errors={"postal": translate(language, "Enter a ZIP code of five digits, as in 80301.")}
        ),
        "book-area-outside": where(postal="99501", outside=True, errors=out),
        "book-area-outside-customer": where(dana, postal="99501", outside=True, asks=False, errors=out),
        "book-time": when(a_calendar(tuesday)),
        "book-time-exact": when(a_calendar(tuesday, offer=one_crew)),
        "book-time-later": when(a_calendar(date(2026, 12, 1), TODAY + timedelta(days=7))),
        "book-time-night": when(a_calendar(fall, fall, night)),
        "book-time-closed": when(a_calendar(thursday, others=(date(2026, 11, 27), date(2026, 11, 28)))),
        "book-time-sunday": when(a_calendar(sunday - timedelta(days=7), others=(tuesday,), why="notice")),
        "book-time-full": when(a_calendar(tuesday, others=(date(2026, 12, 1),), times={}, why="full")),
        "book-time-horizon": when(
            a_calendar(date(2027, 1, 7), date(2027, 1, 3), times={}, why="horizon", others=(tuesday,))
        ),
        "book-time-week": when(a_calendar(None, others=(date(2026, 12, 3), date(2026, 12, 4), date(2026, 12, 7)))),
        "book-time-none": when(a_calendar(None, offer=replace(OFFER, notice=24 * 60))),
        "book-time-taken": when(a_calendar(tuesday, offer=one_crew), told=told("full"), gone=AT, gone_until=AT),
        "book-time-past": when(a_calendar(tuesday), told=told("past")),
        "book-details": details(),
        "book-details-wrong": details(
            given=replace(GIVEN, email="nora@", postal_code="99501", answers=()), errors=WRONG
        ),
        "book-details-busy": details(
            given=GIVEN, errors={"": translate(language, WAIT, minutes=20)}
        ),
        "book-details-customer": details(
            dana, asked=ON_FILE, address=DANA.address, contact="dana@example.com", sign_in=""
        ),
        "book-details-by-link": details(dana, asked=ON_FILE, address=DANA.address, by_link=True, sign_in=""),
        "book-details-little-on-file": details(
            dana, asked=Asked(False, "either", True, "optional"), code_needed=False, sign_in="",
            service=replace(PEST, questions=()),
        ),
        "book-review": review(),
        "book-review-request": review(
            dana, request=True, policy="", answers=[], notes="", asks_where=False, asks_who=False
        ),
        "book-review-by-link": review(dana, shows_contact=False, cutoff=None),
        "book-review-refused": review(errors={"": translate(language, WAIT, minutes=20)}),
        "book-done": done(a_booking()),
        "book-done-customer": done(a_booking(), dana, link="/bookings/01JDBOOKING"),
        "book-done-request": done(a_booking(status="requested", policy="", window=0)),
        "book-done-request-by-link": done(
            a_booking(status="requested"), dana, email="", link="/bookings/01JDBOOKING"
        ),
        "book-done-proposed": done(a_booking(status="proposed"), dana, link="/bookings/01JDBOOKING"),
        "book-done-cancelled": done(a_booking(status="cancelled"), dana, link="/bookings/01JDBOOKING"),
    }  # fmt: skip
