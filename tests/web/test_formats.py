"""Amounts and dates as people in the company's country write them."""

from datetime import UTC, date, datetime

import pytest

from chalicelib.web.formats import Formats

DENVER = Formats("en", "en-US", "USD", "America/Denver")
DENVER_ES = Formats("es", "en-US", "USD", "America/Denver")


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (0, "USD", "$0.00"),
        (5, "USD", "$0.05"),
        (12000, "USD", "$120.00"),
        (-12000, "USD", "-$120.00"),
        (128450_00, "USD", "$128,450.00"),
        (1200, "JPY", "¥1,200"),
        (1234567, "KWD", "KWD\u00a01,234.567"),
        (12000, "EUR", "€120.00"),
    ],
)
def test_money_keeps_its_currency_s_digits(minor: int, currency: str, written: str) -> None:
    assert DENVER.money(minor, currency) == written


def test_spanish_in_the_united_states_writes_dollars_as_the_country_does() -> None:
    assert DENVER_ES.money(123450) == "$1,234.50"


def test_a_pair_of_language_and_country_that_nobody_knows_falls_back_to_the_language() -> None:
    assert Formats("es", "ja-JP", "JPY", "Asia/Tokyo").date(date(2026, 11, 22)) == "22 nov 2026"
    assert Formats("en", "nonsense", "USD", "UTC").money(100) == "$1.00"


def test_dates_are_written_as_people_say_them() -> None:
    november = date(2026, 11, 24)
    assert DENVER.date(november) == "Nov 24, 2026"
    assert DENVER.day(november) == "Tuesday, November 24"
    assert DENVER.long_date(november) == "Tuesday, November 24, 2026"
    assert DENVER_ES.day(november) == "martes, 24 de noviembre"
    assert Formats("en", "en-GB", "GBP", "Europe/London").day(november) == "Tuesday, 24 November"


def test_a_moment_is_on_the_company_s_clock() -> None:
    late = datetime(2026, 11, 23, 5, 45, tzinfo=UTC)
    assert DENVER.moment(late) == "Nov 22, 2026, 10:45\u00a0PM"
    summer = datetime(2026, 7, 1, 18, 0, tzinfo=UTC)
    assert DENVER.moment(summer) == "Jul 1, 2026, 12:00\u00a0PM"
