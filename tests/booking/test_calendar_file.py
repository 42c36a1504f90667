"""The calendar file, read back as calendars read it; and the links to Google's and Outlook's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from chalicelib.booking.rules import Booker, Booking, Happened
from chalicelib.booking.rules.event import event, google, outlook
from chalicelib.calendar_file import CalendarEvent, calendar_file
from chalicelib.tenants.rules import Company

NOW = datetime(2026, 11, 23, 19, tzinfo=UTC)
AT = datetime(2026, 11, 25, 16, tzinfo=UTC)
EVERGREEN = Company("T1", "evergreen", "Evergreen Pest & Lawn", email="hello@evergreen.example")
DANA = Booker("Dana Whitfield", "dana@example.com", "", ("12 Juniper Way", "Boulder, CO"), "80301")
MADE = "2026-11-20T10:00:00+00:00"
BOOKING = Booking("01B", "lawn", "Lawn mowing", "confirmed", AT, 60, DANA, customer="01D", created_at=MADE)
PLAIN = CalendarEvent("01B@my.example.com", 0, "confirmed", "Lawn mowing", AT, AT + timedelta(hours=1), NOW, NOW)


def read(one: CalendarEvent) -> tuple[Calendar, dict[str, object]]:
    """The file as a calendar understands it."""
    found = Calendar.from_ical(calendar_file(one, NOW))
    (entry,) = found.walk("VEVENT")
    return found, {name.lower(): value.dt if hasattr(value, "dt") else value for name, value in entry.items()}


def told(booking: Booking) -> CalendarEvent:
    return event(EVERGREEN, booking, "https://my.example.com")


def test_a_calendar_reads_all_that_was_said() -> None:
    one = replace(
        PLAIN, sequence=3, description="We come at 9 AM.\nPlease ring; twice, loud.",
        location="12 Juniper Way, Boulder", url="https://my.example.com/b?key=x",
        organizer=("Evergreen, Pest & Lawn", "hello@evergreen.example"),
    )  # fmt: skip
    calendar, entry = read(one)
    assert calendar["method"] == "PUBLISH" and calendar["version"] == "2.0"
    assert (entry["uid"], entry["sequence"], entry["status"]) == ("01B@my.example.com", 3, "CONFIRMED")
    assert (entry["dtstart"], entry["dtend"], entry["dtstamp"]) == (AT, AT + timedelta(hours=1), NOW)
    assert entry["created"] == entry["last-modified"] == NOW
    assert entry["summary"] == "Lawn mowing" and entry["location"] == "12 Juniper Way, Boulder"
    assert entry["description"] == "We come at 9 AM.\nPlease ring; twice, loud.\n\nhttps://my.example.com/b?key=x"
    assert entry["url"] == "https://my.example.com/b?key=x"
    assert entry["organizer"] == "mailto:hello@evergreen.example"
    assert entry["organizer"].params["CN"] == "Evergreen, Pest & Lawn"  # type: ignore[attr-defined]


def test_times_are_the_world_s_whatever_clock_they_came_on() -> None:
    denver = timezone(timedelta(hours=-7))
    assert b"DTSTART:20261125T160000Z" in calendar_file(replace(PLAIN, starts_at=AT.astimezone(denver)), NOW)


def test_what_is_over_takes_itself_out() -> None:
    calendar, entry = read(replace(PLAIN, status="cancelled"))
    assert calendar["method"] == "CANCEL" and entry["status"] == "CANCELLED"


def test_what_is_not_said_is_left_out() -> None:
    _, entry = read(PLAIN)
    assert not {"location", "description", "url", "organizer"} & set(entry)


def test_no_line_is_longer_than_calendars_bear() -> None:
    made = calendar_file(replace(PLAIN, summary="Łąkę skosić " * 30, description="x" * 500), NOW)
    assert max(len(line) for line in made.split(b"\r\n")) <= 75 and made.endswith(b"END:VCALENDAR\r\n")


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_words_become_lines_of_the_file(summary: str, description: str) -> None:
    """Whatever somebody typed, and however it is cut: one event, and its own times."""
    one = replace(PLAIN, summary=summary + "\r\nDTSTART:19990101T000000Z", description=description + "\nEND:VEVENT")
    _, entry = read(one)
    assert entry["dtstart"] == AT and entry["uid"] == PLAIN.uid


# A booking as an event


@pytest.mark.parametrize(
    ("status", "in_calendars"),
    [
        ("requested", "tentative"), ("proposed", "tentative"), ("confirmed", "confirmed"), ("declined", "cancelled"),
        ("cancelled", "cancelled"),
    ],
)  # fmt: skip
def test_how_it_stands_is_how_it_stands_in_calendars(status, in_calendars) -> None:
    assert told(replace(BOOKING, status=status)).status == in_calendars


def test_it_keeps_its_name_and_counts_its_changes() -> None:
    moved = replace(BOOKING, sequence=2, starts_at=AT + timedelta(days=1),
                    happened=(Happened(NOW.isoformat(), "customer", "Dana", "confirmed", AT.isoformat()),))  # fmt: skip
    assert told(BOOKING).uid == told(moved).uid == "01B@my.example.com"
    assert (told(BOOKING).sequence, told(moved).sequence) == (0, 2)
    assert told(moved).changed_at == NOW and told(moved).created_at.isoformat() == MADE


def test_it_lasts_as_long_as_somebody_may_be_waited_for() -> None:
    assert told(BOOKING).ends_at - AT == timedelta(hours=1)
    assert told(replace(BOOKING, window=120)).ends_at - AT == timedelta(hours=2)


def test_a_place_is_named_to_the_company_s_customers_only() -> None:
    assert told(BOOKING).location == "12 Juniper Way, Boulder, CO 80301"
    assert told(replace(BOOKING, customer="")).location == ""
    whole = replace(DANA, address=("12 Juniper Way", "Boulder, CO 80301"))
    assert told(replace(BOOKING, who=whole)).location == "12 Juniper Way, Boulder, CO 80301"


def test_google_and_outlook_are_told_the_same() -> None:
    one = replace(told(BOOKING), description="We come at 9 AM & ring.")
    there = urlsplit(google(one))
    assert (there.scheme, there.netloc) == ("https", "calendar.google.com")
    said = {name: value for name, (value,) in parse_qs(there.query).items()}
    assert said["dates"] == "20261125T160000Z/20261125T170000Z"
    assert said["text"] == "Lawn mowing · Evergreen Pest & Lawn" and said["details"] == "We come at 9 AM & ring."
    there = urlsplit(outlook(one))
    assert (there.scheme, there.netloc) == ("https", "outlook.live.com")
    said = {name: value for name, (value,) in parse_qs(there.query).items()}
    assert (said["startdt"], said["enddt"]) == ("2026-11-25T16:00:00Z", "2026-11-25T17:00:00Z")
    assert said["subject"] == "Lawn mowing · Evergreen Pest & Lawn" and said["location"].startswith("12 Juniper Way")
