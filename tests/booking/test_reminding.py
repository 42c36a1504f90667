"""Reminders: once for each time that is confirmed, some hours before it, and never when there is no reason for one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.booking.actions import reminding
from chalicelib.booking.records import bookings
from chalicelib.booking.rules import Booker, Booking
from chalicelib.booking.rules.reminder import remind_at
from chalicelib.messages.records import outbox
from chalicelib.tenants import records as tenants
from chalicelib.web import events
from tests.billing.wire import Killed, Wire
from tests.booking.booker import WEDNESDAY, Diary, check
from tests.browser import Browser
from tests.builders import Company
from tests.conftest import Clock

HOUR = timedelta(hours=1)
LATER = WEDNESDAY + 4 * HOUR


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    made = Diary(evergreen)
    made.offers(remind=24, cutoff=2)
    return made


def sweep(diary: Diary) -> int:
    return events.sweep(diary.company.world.services)["reminders"]


def reminders(diary: Diary, one: Booking) -> list[str]:
    """The sequences of the booking that were reminded of."""
    home = one.customer or bookings.home(one.id)
    prefix = f"message#booking-{one.id}-"
    page = diary.company.store.query("customers", diary.company.store.customer(home), prefix=prefix)
    found = [str(item["item"]).removeprefix(prefix) for item in page.items]
    return [name.removesuffix("-reminder") for name in found if name.endswith("-reminder")]


def waits(diary: Diary, one: Booking) -> bool:
    (item,) = diary.company.store.get(bookings.booking_key(diary.company.store, one.id))
    return item is not None and "task" in item


def test_when_there_is_one() -> None:
    now, at = datetime(2026, 11, 23, 19, 0, tzinfo=UTC), datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
    assert remind_at(at, 24, now) == at - timedelta(hours=24)
    assert remind_at(at, 0, now) is None, "the company sends none"
    assert remind_at(at, 45, now) is None, "it is told of it just now"


def test_a_day_before_it_once(diary: Diary, clock: Clock) -> None:
    one = diary.books()
    clock.time = (WEDNESDAY - 24 * HOUR).astimezone(UTC) - timedelta(seconds=1)
    assert sweep(diary) == 0 and reminders(diary, one) == []
    clock.forward(seconds=1)
    assert sweep(diary) == 1 and reminders(diary, one) == ["0"]
    item = outbox.read(diary.company.store, bookings.home(one.id), f"booking-{one.id}-0-reminder")
    assert item is not None
    message = outbox.to_message(item)
    assert (message.template, message.to, message.until) == (
        "booking_reminder", "nora@example.com", "2026-11-25T16:00:00+00:00",
    )  # fmt: skip
    assert message.values["booking"]["change_until"] == "2026-11-25T14:00:00+00:00"
    assert message.calendar["uid"] == one.id
    assert sweep(diary) == 0 and not waits(diary, one)
    check(diary)


def test_a_customer_is_reminded_where_they_are_reached_that_day(diary: Diary, evergreen: Company, clock: Clock) -> None:
    dana = evergreen.customer(language="es", phones=("(303) 555-0142",))
    one = diary.books(customer=dana)
    clock.time = (WEDNESDAY - 23 * HOUR).astimezone(UTC)
    assert sweep(diary) == 1
    item = outbox.read(evergreen.store, dana.id, f"booking-{one.id}-0-reminder")
    assert item is not None
    assert (item["to"], item["phone"], item["language"]) == ("dana@example.com", "(303) 555-0142", "es")


def test_who_books_inside_of_that_time_was_told_just_now(diary: Diary, clock: Clock) -> None:
    clock.time = (WEDNESDAY - 23 * HOUR).astimezone(UTC)
    one = diary.books()
    clock.forward(hours=20)
    assert sweep(diary) == 0 and reminders(diary, one) == []


def test_moved_it_is_reminded_of_anew(diary: Diary, clock: Clock) -> None:
    one = diary.books()
    clock.time = (WEDNESDAY - 24 * HOUR).astimezone(UTC)
    assert sweep(diary) == 1
    # A week later, on Wednesday.
    one = diary.moves(one, WEDNESDAY + timedelta(days=7))
    assert sweep(diary) == 0
    clock.forward(days=7)
    assert sweep(diary) == 1 and sorted(reminders(diary, one)) == ["0", "1"]


def test_a_request_is_reminded_of_from_its_confirmation_on(diary: Diary, clock: Clock) -> None:
    diary.offers(remind=24, confirming="request")
    waiting, confirmed = diary.books(), diary.books(LATER)
    diary.confirms(confirmed)
    clock.time = LATER.astimezone(UTC) - 2 * HOUR
    assert sweep(diary) == 1
    assert (reminders(diary, waiting), reminders(diary, confirmed)) == ([], ["1"])


@pytest.mark.parametrize("what", ["by them", "by us"])
def test_what_is_canceled_is_not_reminded_of(diary: Diary, clock: Clock, what: str) -> None:
    one = diary.books()
    one = diary.cancels(one) if what == "by them" else diary.calls_off(one)
    clock.time = (WEDNESDAY - 20 * HOUR).astimezone(UTC)
    assert sweep(diary) == 0 and reminders(diary, one) == []


@pytest.mark.parametrize("what", ["portal off", "add-on off", "no reminders"])
def test_who_sends_none_by_now(diary: Diary, clock: Clock, what: str) -> None:
    """And it is off the list, so that it does not come when the company turns it on again."""
    one, store = diary.books(), diary.company.store
    if what == "portal off":
        tenants.change_company(store, diary.us, on=False)
    elif what == "add-on off":
        store.write(tenants.set_booking(store, False))
    else:
        diary.offers(remind=0)
    clock.time = (WEDNESDAY - 20 * HOUR).astimezone(UTC)
    assert sweep(diary) == 1 and reminders(diary, one) == [] and not waits(diary, one)


def test_a_sweep_that_comes_too_late_reminds_of_nothing(diary: Diary, clock: Clock) -> None:
    one = diary.books()
    clock.time = WEDNESDAY.astimezone(UTC)
    assert sweep(diary) == 1 and reminders(diary, one) == [] and not waits(diary, one)


def test_a_reminder_that_waits_too_long_is_not_sent(diary: Diary, clock: Clock, browser: Browser) -> None:
    one = diary.books()
    browser.deliver_mail()
    clock.time = (WEDNESDAY - 20 * HOUR).astimezone(UTC)
    sweep(diary)
    clock.time = WEDNESDAY.astimezone(UTC)
    sent = len(browser.deliver_mail())
    item = outbox.read(diary.company.store, bookings.home(one.id), f"booking-{one.id}-0-reminder")
    assert item is not None and (item["state"], item["reason"]) == ("skipped", "Its time has passed.")
    assert len(browser.deliver_mail()) == sent


def test_what_was_done_before_its_time_is_not_reminded_of(diary: Diary, evergreen: Company, clock: Clock) -> None:
    dana = evergreen.customer()
    one, other = diary.books(customer=dana), diary.books(LATER, customer=dana)
    diary.completes(one)
    diary.completes(other, "on_the_way")
    clock.time = (WEDNESDAY - 19 * HOUR).astimezone(UTC)
    assert sweep(diary) == 2 and (reminders(diary, one), reminders(diary, other)) == ([], ["0"])


def test_who_can_be_reached_nowhere(diary: Diary, evergreen: Company, clock: Clock) -> None:
    lou = evergreen.customer("Lou Park", email="", password=None)
    one = diary.books(customer=lou, who=Booker("Lou Park"))
    clock.time = (WEDNESDAY - 20 * HOUR).astimezone(UTC)
    assert sweep(diary) == 1 and reminders(diary, one) == [] and not waits(diary, one)


# The sweep


@pytest.mark.parametrize("fault", ["lost before", "lost after", "error", "error after", "throttled", "doubled"])
def test_one_message_whatever_the_network_does(diary: Diary, clock: Clock, wire: Wire, fault: Any) -> None:
    one = diary.books()
    clock.time = (WEDNESDAY - 20 * HOUR).astimezone(UTC)
    wire.down("dynamodb TransactWriteItems", fault, times=1)
    sweep(diary)
    wire.heal()
    clock.forward(hours=1)
    sweep(diary)
    assert reminders(diary, one) == ["0"] and not waits(diary, one)


def test_a_process_that_dies_leaves_the_message_to_the_sweep(
    diary: Diary, clock: Clock, wire: Wire, browser: Browser
) -> None:
    one = diary.books()
    clock.time = (WEDNESDAY - 20 * HOUR).astimezone(UTC)
    wire.down("dynamodb TransactWriteItems", "killed after", times=1)
    with pytest.raises(Killed):
        sweep(diary)
    wire.heal()
    clock.forward(minutes=5)
    assert sweep(diary) == 0
    browser.deliver_mail()
    item = outbox.read(diary.company.store, bookings.home(one.id), f"booking-{one.id}-0-reminder")
    assert item is not None and item["state"] == "sent"


def test_two_sweeps_at_once_send_one(diary: Diary, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    one, services, store = diary.books(), diary.company.world.services, diary.company.store
    clock.time = (WEDNESDAY - 20 * HOUR).astimezone(UTC)
    real = bookings.to_booking

    def meanwhile(item: Any) -> Booking:
        monkeypatch.setattr(bookings, "to_booking", real)
        reminding.remind(services, store, one.id)
        return real(item)

    monkeypatch.setattr(bookings, "to_booking", meanwhile)
    reminding.remind(services, store, one.id)
    assert reminders(diary, one) == ["0"] and not waits(diary, one)


def test_moved_while_the_sweep_was_at_it(diary: Diary, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old time is not reminded of, and the new one will be."""
    one, services, store = diary.books(), diary.company.world.services, diary.company.store
    clock.time = (WEDNESDAY - 20 * HOUR).astimezone(UTC)
    real = bookings.to_booking

    def meanwhile(item: Any) -> Booking:
        monkeypatch.setattr(bookings, "to_booking", real)
        diary.moves(one, WEDNESDAY + timedelta(days=7))
        return real(item)

    monkeypatch.setattr(bookings, "to_booking", meanwhile)
    reminding.remind(services, store, one.id)
    assert reminders(diary, one) == [] and waits(diary, one)


def test_one_that_fails_does_not_stop_the_others(
    diary: Diary, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = diary.books(), diary.books(WEDNESDAY + HOUR)
    clock.time = (WEDNESDAY - 20 * HOUR).astimezone(UTC)
    real = bookings.to_booking

    def reads(item: Any) -> Booking:
        if item["customer"].endswith(bad.id):
            raise ValueError("a row that can't be read")
        return real(item)

    monkeypatch.setattr(bookings, "to_booking", reads)
    assert sweep(diary) == 2
    assert (reminders(diary, bad), reminders(diary, good)) == ([], ["0"])
    assert "is left for later" in caplog.text
    assert sweep(diary) == 0, "it goes down the list"
    monkeypatch.setattr(bookings, "to_booking", real)
    clock.forward(minutes=15)
    assert sweep(diary) == 1 and reminders(diary, bad) == ["0"]
