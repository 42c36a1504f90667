"""Which messages may be spam, and which must never be taken for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.leads.rules.submission import tidy
from chalicelib.leads.rules.suspicion import links, reasons
from tests.conftest import Clock

GOOD = {"name": "Nora Field", "email": "nora@example.com", "phone": "", "message": "There are ants in the kitchen."}


def suspected(clock: Clock, trap: str = "", after: timedelta | None = timedelta(minutes=2), **values: Any) -> list[str]:
    opened_at = None if after is None else clock() - after
    return list(reasons(tidy(**{**GOOD, **values}), trap, opened_at, clock()))


def test_a_person_is_not_suspected(clock: Clock) -> None:
    assert suspected(clock) == []
    assert suspected(clock, after=timedelta(seconds=3)) == []
    assert suspected(clock, after=timedelta(days=7)) == []
    assert suspected(clock, trap="  ") == []


def test_no_form_of_ours_or_one_from_last_week(clock: Clock) -> None:
    assert suspected(clock, after=None) == ["no_form"]
    assert suspected(clock, after=timedelta(days=7, seconds=1)) == ["no_form"]


def test_nobody_types_as_fast(clock: Clock) -> None:
    assert suspected(clock, after=timedelta(seconds=2.9)) == ["too_fast"]
    assert suspected(clock, after=timedelta(seconds=-1)) == ["too_fast"]


def test_only_machines_fill_in_what_nobody_sees(clock: Clock) -> None:
    assert suspected(clock, trap="https://buy.example") == ["trap"]


def test_all_reasons_are_kept(clock: Clock) -> None:
    message = "https://a.example https://b.example https://c.example"
    assert suspected(clock, trap="x", after=timedelta(0), message=message) == ["too_fast", "trap", "links"]


@pytest.mark.parametrize(
    ("message", "many"),
    [
        ("See https://example.com/photo.jpg and http://www.example.com/b.jpg", 2),
        ("www.example.com", 1),
        ("buy now at cheap-pills.shop/deal", 1),
        ("t.me/spam bit.ly/x", 2),
        ("https://a.example/x,https://b.example;http://c.example", 3),
        ("https://web.archive.example/web/example.com/menu", 1),
        ("Write to nora@example.com or nora@www.example.com.", 0),
        ("At 3 p.m./4 p.m., Nov. 22. Dr. Field/Mr. Field. No.3/No.4", 0),
        ("the A/C unit at 12.5/13 psi, co.uk", 0),
    ],
)
def test_links_are_counted(message: str, many: int) -> None:
    assert links(message) == many


def test_counting_takes_no_longer_for_a_text_made_to_be_slow() -> None:
    for text in ("a." * 2000, "www." * 1000, "-" * 4000, "a-." * 1300 + "com", "https://" * 500):
        assert links(text) <= 500


def test_two_links_are_a_customer_three_are_not(clock: Clock) -> None:
    two = "Photos: https://img.example/1.jpg https://img.example/2.jpg"
    assert suspected(clock, message=two) == []
    assert suspected(clock, message=two + " www.example.com") == ["links"]


@pytest.mark.parametrize("field", ["name", "phone", "service", "preferred_time"])
def test_a_link_has_no_business_in_a_line(clock: Clock, field: str) -> None:
    assert suspected(clock, **{field: "Hot offer 303 555 0142 https://buy.example"}) == ["links"]
