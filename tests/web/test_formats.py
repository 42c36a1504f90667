"""Amounts and dates as people in the company's country write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_a_date_of_these_weeks_is_short() -> None:
    assert DENVER.short_date(date(2026, 11, 27)) == "Nov 27"
    assert DENVER_ES.short_date(date(2026, 11, 27)) == "27 nov"


# Amounts as people type them

SPAIN = Formats("es", "es-ES", "EUR", "Europe/Madrid")
JAPAN = Formats("en", "ja-JP", "JPY", "Asia/Tokyo")
KUWAIT = Formats("en", "ar-KW", "KWD", "Asia/Kuwait")
ZURICH = Formats("en", "de-CH", "CHF", "Europe/Zurich")


@pytest.mark.parametrize(
    ("fmt", "typed", "minor"),
    [
        (DENVER, "1,234.5", 123_450),
        (DENVER, "$20", 2_000),
        (DENVER, "20.00 USD", 2_000),
        (DENVER, "usd 20", 2_000),
        (DENVER, "US$20", 2_000),
        (DENVER, " 20 ", 2_000),
        (DENVER, "\u00a020\u202f$", 2_000),
        (DENVER, ".5", 50),
        (DENVER, "5.", 500),
        (DENVER, "0", 0),
        (DENVER, "0020.10", 2_010),
        (DENVER_ES, "1,234.50", 123_450),
        (SPAIN, "1.234,5 €", 123_450),
        (SPAIN, "1234,50", 123_450),
        (JAPAN, "¥1,200", 1_200),
        (JAPAN, "1200", 1_200),
        (KUWAIT, "1.234", 1_234),
        (KUWAIT, "KWD 1,234.567", 1_234_567),
        (ZURICH, "1'234.50", 123_450),
    ],
)
def test_an_amount_is_read_as_people_type_it(fmt: Formats, typed: str, minor: int) -> None:
    assert fmt.read_money(typed) == minor


@pytest.mark.parametrize(
    "typed",
    ["", " ", "$", "-5", "$-5", "(5)", "+5", "1e3", "0x10", "1_000", "nan", "inf", "1.234", "20.000", "12,50", "1,2345",
     "12,345,67", "1.234,50", "1 000", "1 2", "٢٠", "²", "½", "20 EUR", "€20", "$$5", "20 dollars", "5..", "5.1.2",
     "9" * 16, "9" * 2_000, "<b>", "5%", ","],
)  # fmt: skip
def test_what_could_mean_something_else_is_not_read(typed: str) -> None:
    assert DENVER.read_money(typed) is None


@pytest.mark.parametrize(
    ("fmt", "typed"), [(SPAIN, "1,234.50"), (SPAIN, "20.00"), (JAPAN, "20.00"), (KUWAIT, "1.2345"), (SPAIN, "$20")]
)
def test_another_country_s_way_of_writing_is_not_read(fmt: Formats, typed: str) -> None:
    assert fmt.read_money(typed) is None


@given(
    st.sampled_from(["en", "es"]),
    st.sampled_from(["en-US", "es-US", "es-ES", "de-CH", "fr-FR", "en-ZA", "es-MX", "en-IN", "ja-JP", "es-419"]),
    st.sampled_from(["USD", "EUR", "JPY", "KWD", "MXN", "CHF", "INR", "CAD", "BRL"]),
    st.integers(0, 10**12),
)
def test_what_is_written_is_read_as_the_same(language: str, locale: str, currency: str, minor: int) -> None:
    fmt = Formats(language, locale, currency, "UTC")
    assert fmt.read_money(fmt.money(minor)) == minor


SIZES = {
    0: "1 KB", 373: "1 KB", 1_499: "1 KB", 1_500: "2 KB", 37_600: "38 KB", 999_499: "999 KB", 999_500: "1 MB",
    1_149_999: "1.1 MB", 1_150_000: "1.2 MB", 20_000_000: "20 MB",
}  # fmt: skip


@pytest.mark.parametrize(("count", "written"), SIZES.items())
def test_sizes_go_by_thousands_and_say_no_more_than_people_ask(count: int, written: str) -> None:
    assert DENVER.size(count).replace("\u00a0", " ") == written


def test_a_size_is_written_as_the_customer_s_language_does() -> None:
    assert Formats("es", "es-ES", "EUR", "Europe/Madrid").size(1_200_000) == "1,2\u00a0MB"


@given(st.text(max_size=60))
def test_reading_never_fails_and_never_guesses(typed: str) -> None:
    read = DENVER.read_money(typed)
    assert read is None or read >= 0


def test_the_script_is_told_how_amounts_are_typed() -> None:
    assert DENVER.typing == "en-US USD 2 . ,"
    assert SPAIN.typing == "es-ES EUR 2 , ."
