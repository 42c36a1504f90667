"""Online booking: what its pages, and a booking, a move and a cancellation ask the store; a month with five hundred
bookings; what a phone fetches for the pages; and fifty who want one of three places at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bench.booking_crowd import crowd
from bench.booking_house import DENVER, Bookings, Walk, furnish
from bench.booking_month import read, sizes, times, week_of_slots
from bench.first_view import first_view, weighed
from bench.house import Call, house
from bench.table import Figure, at_most

# Whoever calls costs one call of the portal's, two of the API's: who it is, and how often they have called.
PORTAL_CALLER, API_CALLER = 1, 2
# Beside the caller. A visitor's way to a booking: the offer with each page, the days where times are looked at, what
# was typed; and the booking, which reads what it depends on and writes all of it at once.
CALLS = {
    "services": 1, "times": 2, "details": 2, "keep_details": 4, "review": 3, "book": 5, "done": 1,
    # By the booking's own link. Its page looks whether its address has an account.
    "booking": 2, "other_times": 3, "move_review": 3, "move": 4, "cancel_form": 1, "cancel": 4,
}  # fmt: skip
# A customer's: which services they had before; their visits, among which it will be.
CUSTOMERS_CALLS = {"services": 2, "book": 6}
VISITORS = datetime(2026, 12, 10, 10, tzinfo=DENVER)


def measure() -> list[Figure]:
    with house() as made:
        here = furnish(made)
        found = read(here)
        figures = [*_month(found["month"][2]), *sizes(found, made), *pages(here)]
        timed = times(found, made)
    return [*figures, *timed, *week_of_slots(), *crowd()]


def _month(calls: Sequence[Call]) -> list[Figure]:
    queries = [one for one in calls if one.operation == "Query"]
    how = f"{', '.join(one.operation for one in calls)}: who calls, how often, the offer, the days"
    return [
        at_most("booking.calls_month", len(calls), API_CALLER + 2, "calls", f"{how}; warm"),
        at_most("booking.calls_month_days", len(queries), 1, "calls", "of these the ones that read the days' bookings"),
    ]


def pages(here: Bookings) -> list[Figure]:
    """The way twice, so that it is counted warm: of a visitor, then of a customer."""
    services, tenant, week = here.house.services, here.house.store.tenant, timedelta(days=7)
    for at in (VISITORS, VISITORS + timedelta(days=1)):
        visitor = Walk(services, tenant, at)
        visitor.changes_it(visitor.books(), at + week)
        customer = Walk(services, tenant, at + timedelta(hours=2), here.house.cookie)
        customer.books()
    return [
        *(_calls(name, visitor.calls[name], most) for name, most in CALLS.items()),
        *(_calls(f"customer_{name}", customer.calls[name], most) for name, most in CUSTOMERS_CALLS.items()),
        *(weighed(f"booking.first_view_{name}", page) for name, page in visitor.pages.items()),
        first_view("booking.first_view_week", here.week),
    ]


def _calls(name: str, calls: Sequence[Call], most: int) -> Figure:
    items = [len(one.asked["TransactItems"]) for one in calls if one.operation == "TransactWriteItems"]
    written = f"; {items[0]} rows in one transaction" if items else ""
    how = ", ".join(one.operation for one in calls)
    return at_most(f"booking.calls_{name}", len(calls), PORTAL_CALLER + most, "calls", f"{how}; warm{written}")
