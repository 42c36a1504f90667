"""Time that nobody can book, or fewer; what is booked in it stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.booking.actions import blocking, keeping
from chalicelib.errors import Conflict, Invalid, NotFound
from tests.booking.booker import HOUR, WEDNESDAY, Diary, check
from tests.booking.offers import a_service
from tests.builders import Company

MONDAY = WEDNESDAY + timedelta(days=5)


@pytest.fixture
def diary(evergreen: Company) -> Diary:
    made = Diary(evergreen)
    made.offers(crews=2)
    return made


def taken(diary: Diary, at: object) -> bool:
    try:
        diary.books(at)  # type: ignore[arg-type]
    except Conflict as why:
        assert why.kind == "slot-taken"
        return True
    return False


def test_nobody_can_book_in_blocked_time_nor_the_office(diary: Diary) -> None:
    made = diary.blocks(WEDNESDAY, 2, title="  Team\nmeeting ")
    assert (made.block.title, made.block.crews, made.bookings) == ("Team meeting", 0, [])
    assert taken(diary, WEDNESDAY) and taken(diary, WEDNESDAY + 1.5 * HOUR) and not taken(diary, WEDNESDAY + 2 * HOUR)
    with pytest.raises(Conflict):
        diary.enters(WEDNESDAY + HOUR)
    check(diary)
    diary.unblocks(made.block.id)
    assert not taken(diary, WEDNESDAY)
    assert diary.trail("block.") == [("block.delete", made.block.id), ("block.create", made.block.id)]
    check(diary)


def test_some_crews_are_kept_from_being_booked(diary: Diary) -> None:
    diary.blocks(crews=1)
    assert not taken(diary, WEDNESDAY) and taken(diary, WEDNESDAY)
    check(diary)


def test_what_is_booked_stays_and_is_named(diary: Diary) -> None:
    diary.offers(a_service(after=30), crews=2)
    late, first = diary.books(WEDNESDAY + 2 * HOUR), diary.books()
    diary.books(MONDAY)
    found = diary.blocks(WEDNESDAY + 1.25 * HOUR, 2)
    assert [one.id for one in found.bookings] == [first.id, late.id], "clearing up counts"
    assert diary.now(first).status == "confirmed"
    moved = diary.moves(first, WEDNESDAY + 5 * HOUR)
    check(diary)
    with pytest.raises(Conflict):
        diary.moves(moved, WEDNESDAY)
    check(diary)


def test_a_holiday_of_many_days(diary: Diary) -> None:
    made = diary.blocks(WEDNESDAY, 24 * 60)
    assert taken(diary, MONDAY) and taken(diary, WEDNESDAY + timedelta(days=56))
    check(diary)
    diary.unblocks(made.block.id)
    assert diary.entries == []
    check(diary)


def test_the_same_id_again_is_the_same_time(diary: Diary) -> None:
    made = diary.blocks(id="01KB0Q8ZJ6R3V5W7X9Y1A2C4D6")
    assert diary.blocks(MONDAY, id=made.block.id).block == made.block
    assert len(diary.entries) == len(diary.trail("block.")) == 1
    diary.unblocks(made.block.id)
    with pytest.raises(NotFound):
        diary.unblocks(made.block.id)
    check(diary)


@pytest.mark.parametrize(("field", "odd"), [
    ("until", {"hours": 0}), ("until", {"hours": -1}), ("until", {"hours": 24 * 60 + 1}),
    ("since", {"since": WEDNESDAY.replace(year=1999)}), ("since", {"since": WEDNESDAY.replace(year=9998)}),
    ("title", {"title": "a" * 101}), ("crews", {"crews": -1}), ("crews", {"crews": 101}),
])  # fmt: skip
def test_what_can_not_be_blocked(diary: Diary, field: str, odd: dict[str, object]) -> None:
    with pytest.raises(Invalid) as why:
        diary.blocks(**odd)  # type: ignore[arg-type]
    assert why.value.field == field


def test_a_day_does_not_outgrow_the_store(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_A_DAY", 3)
    diary.offers(crews=10)
    for _ in range(3):
        last = diary.books()
    assert taken(diary, WEDNESDAY)
    with pytest.raises(Conflict) as why:
        diary.blocks()
    assert why.value.kind == "day-full"
    away = diary.moves(last, WEDNESDAY + HOUR)
    assert diary.moves(away, MONDAY).starts_at == MONDAY, "from a full day, and within it, all can go"


def test_as_much_as_a_day_holds_fits_one_item(diary: Diary) -> None:
    """400 KB, by the longest words that anybody can type."""
    entry = diary.books(who=diary.books().who).entry
    long = type(entry)(
        "01KB0Q8ZJ6R3V5W7X9Y1A2C4D6", "booking", entry.busy, entry.start, entry.end, "é" * 100, "é" * 100,
        "01KB0Q8ZJ6R3V5W7X9Y1A2C4D6", "requested", 1, True,
    )  # fmt: skip
    from chalicelib.booking.records import days

    row = days.change_day(diary.store, days.Day(WEDNESDAY.date()), [long] * keeping.MOST_A_DAY).row
    assert len(row.entries.encode()) < 300_000
    assert blocking.LONGEST.days + 5 < 100
