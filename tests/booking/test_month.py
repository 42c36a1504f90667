"""A month with five hundred bookings: it is looked up in as many calls as an empty one."""

from __future__ import annotations

import pytest

from bench.booking_house import BOOKINGS, LAST, MONTH, SERVICE, fill, month, offers_online
from tests.billing.wire import Wire
from tests.browser import Browser
from tests.builders import Company
from tests.client import Client
from tests.customers.records import store_calls


@pytest.mark.parametrize("count", [0, BOOKINGS])
def test_a_months_calendar_is_one_query(evergreen: Company, owner: Client, wire: Wire, count: int) -> None:
    """Beside the offer, whose hours are in it."""
    offers_online(evergreen.store)
    fill(evergreen.store, month(count))
    path = f"/bookings?since={MONTH.isoformat()}&until={LAST.isoformat()}"
    assert store_calls(wire, lambda: owner.get(path)) == ["BatchGetItem", "Query"]
    assert len(owner.get(path).json["items"]) == count


@pytest.mark.parametrize("count", [0, BOOKINGS])
def test_a_weeks_times_are_one_query(evergreen: Company, browser: Browser, wire: Wire, count: int) -> None:
    """Beside who asks, and the offer."""
    offers_online(evergreen.store)
    fill(evergreen.store, month(count))
    path = f"/{evergreen.slug}/book/{SERVICE}?week=2026-12-07"
    browser.get(path)
    wire.calls.clear()
    page = browser.get(path)
    calls = ["BatchGetItem", "BatchGetItem", "Query"]
    assert [one.what for one in wire.of("dynamodb")] == [f"dynamodb {one}" for one in calls]
    assert "17 times" in page.text
