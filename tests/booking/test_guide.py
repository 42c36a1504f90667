"""docs/booking.md says what is so: its numbers and words are the code's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from chalicelib.booking.actions import blocking, calendar, changing, keeping, making
from chalicelib.booking.admin import bookings
from chalicelib.booking.public.bookings import holder
from chalicelib.booking.rules import checking, details, drafts, glance
from chalicelib.booking.rules.booking import STATUSES
from chalicelib.booking.rules.changing import MOST_NOTE
from chalicelib.booking.rules.offer import STEPS
from chalicelib.booking.rules.slots import FAR, Why
from chalicelib.leads.rules import suspicion

PAGE = (Path(__file__).parents[2] / "docs" / "booking.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())
ROWS = {cells[0]: cells[1:] for cells in (line.strip("| ").split(" | ") for line in PAGE.splitlines() if "|" in line)}


def test_the_bounds_of_what_is_offered_are_the_codes() -> None:
    def between(bounds: tuple[int, int]) -> str:
        return f"{bounds[0]:,} to {bounds[1]:,}"

    assert ROWS["services"][-1] == f"{checking.SERVICES}; {checking.QUESTIONS} questions each"
    lengths = f"{between(checking.MINUTES)}; {between(checking.BUFFER)} each"
    assert ROWS["length, and what is kept free"][-1] == lengths and checking.LONGEST_BUSY == 24 * 60
    assert checking.SPANS == 6 and "six spans a day" in ROWS["opening hours"][0]
    assert ROWS["special days"][-1] == str(checking.SPECIAL)
    assert (len(STEPS), ROWS["step"][-1]) == (11, f"one of eleven, {STEPS[0]} to {STEPS[-1]} minutes")
    for name, unit, bounds in (
        ("notice", " hours", checking.NOTICE), ("horizon", " days", checking.HORIZON), ("crews", "", checking.CREWS),
        ("arrival window", " minutes", checking.WINDOW), ("cut-off", " hours", checking.CUTOFF),
        ("reminder", " hours", checking.REMIND),
    ):  # fmt: skip
        assert ROWS[name][-1] == between(bounds) + unit, name
    assert ROWS["service area"][-1] == f"{checking.CODES:,}"
    assert ROWS["policy"][-1] == f"{checking.POLICY:,} characters"


def test_the_limits_are_the_codes() -> None:
    limits = [
        f"{glance.MOST} (`too-many-bookings`)",
        f"{making.FROM_AN_ADDRESS} an hour (of IPv6 a /64; a /48: {making.FROM_A_NETWORK}); "
        f"visitors' {making.VISITORS_FROM_AN_ADDRESS} a day",
        f"{making.OF_A_VISITOR} a day each", f"{making.OF_A_CUSTOMER} a day", f"{making.FOR_A_COMPANY} an hour",
        f"{making.MAILS_TO_A_BOX} a day; {making.MAILS_OF_A_COMPANY} an hour of a company, "
        f"and {making.TEXTS_OF_A_COMPANY} texts a day",
        f"{changing.MOST_CHANGES} a day; {changing.MOST_OF_A_VISITOR} of one that is in nobody's account",
        str(keeping.MOST_A_DAY), f"{calendar.MOST_DAYS} days, {bookings.MOST_ANSWER // 1_000_000} MB",
        f"{details.MOST_NOTES:,}, {details.MOST_ANSWER:,} and {MOST_NOTE:,} characters",
    ]  # fmt: skip
    table = PAGE.partition("## Limits")[2].partition("|---|---|\n")[2].partition("\n\n")[0]
    assert [line.strip("| ").split(" | ")[1] for line in table.splitlines()] == limits
    assert making.HOUR == 3600 and making.DAY == changing.DAY == 86400


def test_the_other_numbers_are_the_codes() -> None:
    assert f"kept for {drafts.LIFE.total_seconds() / 3600:.0f} hours" in WORDS
    assert suspicion.QUICKEST.total_seconds() == 3 and "within three seconds" in WORDS
    assert f"{making.SUSPECTED_FOR_A_COMPANY} an hour at the most" in WORDS
    assert f"until {holder.OPEN_FOR.days} days after" in WORDS and f"up to {blocking.LONGEST.days} days" in WORDS
    assert FAR.days // 366 == 2 and "two years ahead" in WORDS


def test_every_status_and_every_reason_is_said() -> None:
    part = PAGE.partition("## What may become of it")[2].partition("\n- ")[0]
    assert set(re.findall(r"^\| (`.*?`) \|", part, re.M)) == {
        "`requested`", "`proposed`", "`confirmed`", "`declined`, `cancelled`"
    }  # fmt: skip
    assert all(f"`{one}`" in part for one in STATUSES)
    reasons = {"closed": "closed", "short": "long enough", "past": "is over", "notice": "too soon",
               "horizon": "too far ahead", "full": "full"}  # fmt: skip
    said = WORDS.partition("A day without times says why")[2].partition("## ")[0]
    assert reasons.keys() == set(get_args(Why)) and all(one in said for one in reasons.values())
