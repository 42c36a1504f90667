"""What a company may offer, and what is said where it may not; and that it lies in the store as it was."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking.admin.settings_shapes import BookingSettings
from chalicelib.booking.records import offers
from chalicelib.booking.rules import Area, Offer, Price, Question, Service, Span, SpecialDays, checking, telling
from chalicelib.booking.rules.offer import DAY, FRESH, PLAIN, STEPS, AreaRule, PriceKind, clock, minutes_of
from chalicelib.errors import Conflict, Invalid
from chalicelib.tenants.rules.audit import changes
from tests.booking.offers import a_service, an_offer, open_from

NEW = replace(FRESH)


def checked(territory: str = "US", **values: Any) -> Offer:
    """A company that has decided nothing yet decides this."""
    return checking.checked(NEW, replace(NEW, **values), territory)


def refused(territory: str = "US", **values: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as wrong:
        checked(territory, **values)
    return wrong.value.field, str(wrong.value)


def named(*names: str) -> tuple[Service, ...]:
    return tuple(a_service("", name) for name in names)


def test_no_field_of_an_offer_is_forgotten() -> None:
    """Neither by the store, nor by the API, nor by the trail."""
    shaped = {"services", "hours", "special", "area"}
    assert {*PLAIN, *shaped, "version"} == {one.name for one in fields(Offer)}
    assert {*PLAIN, *shaped} == set(BookingSettings.__struct_fields__)
    assert {name.split("/")[1] for name in telling.told(an_offer())} >= {*PLAIN, "services", "hours", "area"}


def test_a_service_needs_a_name_and_a_length_only() -> None:
    assert checked(services=(Service("", "  Lawn  mowing "),)).services == (Service("lawn-mowing", "Lawn mowing"),)


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        (("Lawn mowing",), ["lawn-mowing"]),
        (("Rats & mice",), ["rats-and-mice"]),
        (("Jardín pequeño",), ["jardin-pequeno"]),
        (("Don's special",), ["dons-special"]),
        (("Review", "Done"), ["review-2", "done-2"]),
        (("Rats!", "Rats?"), ["rats", "rats-2"]),
        (("Уборка", "清掃"), ["service", "service-2"]),
        (("x" * 80,), ["x" * 36]),
        (("--",), ["service"]),
    ],
)
def test_ids_are_made_from_names(names: tuple[str, ...], ids: list[str]) -> None:
    assert [one.id for one in checked(services=named(*names)).services] == ids


def test_an_id_stays_when_the_name_changes_and_nobody_gets_another_s() -> None:
    before = checked(services=named("Mowing", "Weeding"))
    renamed = replace(before.services[0], name="Lawn care")
    wanted = replace(before, services=(a_service("", "Mowing"), before.services[1], renamed))
    after = checking.checked(before, wanted)
    assert [(one.id, one.name) for one in after.services] == [
        ("mowing-2", "Mowing"), ("weeding", "Weeding"), ("mowing", "Lawn care"),
    ]  # fmt: skip


@pytest.mark.parametrize("id", ["review", "done", "Lawn", "a b", "a/b", "-a", "a-", "a--b", "é", "x" * 41, "a\n"])
def test_ids_that_can_be_no_address(id: str) -> None:
    assert refused(services=(a_service("lawn"), a_service(id, "Other")))[0] == "services/1/id"


def test_two_services_never_have_one_id() -> None:
    assert refused(services=(a_service("a", "One"), a_service("a", "Two")))[0] == "services/1/id"


@given(st.lists(st.text(max_size=20), max_size=8))
def test_whatever_services_are_called_their_ids_are_fit_and_their_own(names: list[str]) -> None:
    try:
        found = checked(services=named(*names)).services
    except Invalid:
        return
    ids = [one.id for one in found]
    assert len(set(ids)) == len(ids) and not {"review", "done"} & set(ids)
    again = checking.checked(NEW, replace(NEW, services=found)).services
    assert again == found, "what was tidied is tidy"


def test_questions_are_asked_once_each_and_keep_their_ids() -> None:
    asked = (Question("", " How  large? "), Question("", "Any pets?", required=True), Question("gate", "Gate code?"))
    (service,) = checked(services=(a_service(questions=asked),)).services
    assert service.questions == (
        Question("how-large", "How large?"), Question("any-pets", "Any pets?", True), Question("gate", "Gate code?"),
    )  # fmt: skip
    twice = (Question("", "Any pets?"), Question("", "any  PETS?"))
    assert refused(services=(a_service(questions=twice),))[0] == "services/0/questions/1/label"
    assert refused(services=(a_service(questions=(Question("", " "),)),))[0] == "services/0/questions/0/label"


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"name": " \u200b "}, "services/0/name"),
        ({"name": "x" * 81}, "services/0/name"),
        ({"words": "x" * 501}, "services/0/words"),
        ({"minutes": 4}, "services/0/minutes"),
        ({"minutes": 1441}, "services/0/minutes"),
        ({"minutes": 1000, "before": 300, "after": 141}, "services/0/minutes"),
        ({"before": -1}, "services/0/before"),
        ({"before": 721}, "services/0/before"),
        ({"after": 721}, "services/0/after"),
        ({"price": Price("exact", 0)}, "services/0/price/amount"),
        ({"price": Price("from", 0)}, "services/0/price/amount"),
        ({"questions": (Question("", "x" * 151),)}, "services/0/questions/0/label"),
        ({"questions": tuple(Question("", str(n)) for n in range(11))}, "services/0/questions"),
    ],
)
def test_what_a_service_can_t_be(odd: dict[str, Any], field: str) -> None:
    assert refused(services=(replace(a_service(), **odd),))[0] == field


@pytest.mark.parametrize("odd", [{"minutes": 5}, {"minutes": 1440}, {"minutes": 720, "before": 360, "after": 360}])
def test_what_it_just_can_be(odd: dict[str, Any]) -> None:
    assert checked(services=(a_service(**odd),)).services == (a_service(**odd),)


def test_no_amount_stays_where_none_is_said() -> None:
    prices = [Price(kind, 4500) for kind in get_args(PriceKind)]
    services = tuple(a_service("", f"S{n}", price=one) for n, one in enumerate(prices))
    found = {one.price.kind: one.price.amount for one in checked(services=services).services}
    assert found == {"none": 0, "exact": 4500, "from": 4500, "estimate": 0}


def test_two_services_of_one_name() -> None:
    field, words = refused(services=named("Mowing", "Weeding", "mowing "))
    assert field == "services/2/name" and "already" in words


def week(*hours: float) -> tuple[tuple[Span, ...], ...]:
    """Tuesday has these, and no other day any."""
    return ((), tuple(Span(round(a * 60), round(b * 60)) for a, b in zip(hours[::2], hours[1::2], strict=True)),
            *[()] * 5)  # fmt: skip


def test_spans_are_put_in_order_and_joined_where_they_touch() -> None:
    assert checked(hours=week(13, 17, 8, 10, 10, 12)).hours[1] == open_from(8, 12, 13, 17)
    assert checked(hours=week(0, 24)).hours[1] == (Span(0, DAY),)


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ((8, 12, 11, 17), "hours/tuesday/1/opens"),
        # The place is that of what was sent.
        ((11, 17, 8, 12), "hours/tuesday/0/opens"),
        ((8, 17, 9, 10), "hours/tuesday/1/opens"),
        ((8, 8), "hours/tuesday/0/closes"),
        ((17, 8), "hours/tuesday/0/closes"),
        ((8, 24.5), "hours/tuesday/0/closes"),
        ((24, 25), "hours/tuesday/0/opens"),
        ((-1, 5), "hours/tuesday/0/opens"),
        ((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13), "hours/tuesday"),
    ],
)
def test_hours_that_can_t_be(hours: tuple[float, ...], field: str) -> None:
    assert refused(hours=week(*hours))[0] == field


def test_special_days_are_in_order_and_each_day_in_one_only() -> None:
    thanks = SpecialDays(date(2026, 11, 26), date(2026, 11, 27), " Thanks\ngiving ")
    new_year = SpecialDays(date(2027, 1, 1), date(2027, 1, 1), "", open_from(10, 12))
    assert checked(special=(new_year, thanks)).special == (replace(thanks, name="Thanks giving"), new_year)
    black_friday = SpecialDays(date(2026, 11, 27), date(2026, 11, 27))
    field, words = refused(special=(black_friday, thanks))
    assert field == "special/0/since" and "2026-11-27" in words
    assert refused(special=(replace(thanks, until=date(2026, 11, 25)),))[0] == "special/0/until"
    late = replace(new_year, hours=open_from(12, 11))
    assert refused(special=(thanks, late))[0] == "special/1/hours/0/closes"
    many = tuple(SpecialDays(day, day) for day in map(date.fromordinal, range(740_000, 740_201)))
    assert refused(special=many)[0] == "special"
    assert len(checked(special=many[:200]).special) == 200


def test_codes_are_tidied_and_stand_once() -> None:
    codes = ("80301-1234", "803 01", "803*", "k1*")
    assert checked(area=Area("flagged", codes)).area.codes == ("80301", "803*", "K1*")
    assert checked("GB", area=Area("refused", ("sw1a 1aa", "EC1*"))).area.codes == ("SW1A1AA", "EC1*")


@pytest.mark.parametrize(
    ("area", "field", "words"),
    [
        (Area("refused", ()), "area/codes", "Add the postal codes"),
        (Area("flagged", ()), "area/codes", "Add the postal codes"),
        (Area("refused", ("80301", "8030")), "area/codes/1", r"8030*"),
        (Area("any", ("Boulder county",)), "area/codes/0", "803*"),
        (Area("refused", ("*",)), "area/codes/0", "803*"),
        (Area("refused", ("8*3*",)), "area/codes/0", "803*"),
        (Area("refused", ("",)), "area/codes/0", "803*"),
        (Area("any", tuple(map(str, range(10_000, 12_001)))), "area/codes", "2,000"),
    ],
)
def test_an_area_that_can_t_be(area: Area, field: str, words: str) -> None:
    found = refused(area=area)
    assert found[0] == field and words in found[1]


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("notice", 0, 1440), ("horizon", 1, 730), ("window", 0, 480), ("crews", 1, 100), ("cutoff", 0, 720),
        ("remind", 0, 336),
    ],
)  # fmt: skip
def test_numbers_have_bounds(name: str, least: int, most: int) -> None:
    for value in (least, most):
        assert getattr(checked(**{name: value, **({"notice": 0} if name == "horizon" else {})}), name) == value
    for value in (least - 1, most + 1):
        assert refused(**{name: value})[0] == name


def test_a_notice_beyond_the_horizon_leaves_no_day() -> None:
    assert checked(notice=2160, horizon=90).notice == 2160
    field, words = refused(notice=2160, horizon=89)
    assert field == "notice" and "horizon" in words
    assert refused(notice=2161, horizon=700)[0] == "notice"
    assert checked(horizon=1, notice=24).horizon == 1
    assert refused(horizon=1, notice=25)[0] == "notice"


@pytest.mark.parametrize("step", [0, 1, 7, 25, 1440, -30])
def test_steps_are_some_of_those_of_a_clock(step: int) -> None:
    field, words = refused(step=step)
    assert field == "step" and "5, 10, 15" in words
    assert all(checked(step=one).step == one for one in STEPS)


def test_texts_are_tidied() -> None:
    found = checked(
        policy=" Late?\r\nWe charge\u202e half. ", services=(a_service(words=" We\u200b mow.\n\nAnd rake. "),)
    )
    assert found.policy == "Late?\nWe charge half."
    assert found.services[0].words == "We mow.\n\nAnd rake."
    assert refused(policy="x" * 2001)[0] == "policy"


def test_too_much_text_for_one_item_of_the_store() -> None:
    questions = tuple(Question("", f"{n}" + "愛" * 149) for n in range(10))
    services = tuple(a_service("", f"S{n}", words="愛" * 500, questions=questions) for n in range(50))
    field, words = refused(services=services)
    assert field == "services" and "fewer words" in words


def test_too_many_services() -> None:
    assert len(checked(services=named(*map(str, range(50)))).services) == 50
    assert refused(services=named(*map(str, range(51))))[0] == "services"


@pytest.mark.parametrize(
    "nothing",
    [
        {"services": ()},
        {"services": (a_service(on=False),)},
        {"hours": ((),) * 7},
        {"hours": ((),) * 7, "special": (SpecialDays(date(2026, 11, 26), date(2026, 11, 26)),)},
    ],
)
def test_it_is_on_only_while_there_is_something_to_book(nothing: dict[str, Any]) -> None:
    on = an_offer()
    off = replace(on, on=False)
    with pytest.raises(Conflict, match="nothing to book yet") as early:
        checking.checked(replace(off, **nothing), replace(on, **nothing))
    with pytest.raises(Conflict, match="nothing left to book") as late:
        checking.checked(on, replace(on, **nothing))
    assert {early.value.kind, late.value.kind} == {"booking-not-ready"}
    assert not checking.checked(on, replace(off, **nothing)).on
    assert not checking.checked(off, replace(off, **nothing)).on


def test_special_hours_are_hours() -> None:
    market = SpecialDays(date(2026, 12, 5), date(2026, 12, 6), "Market", open_from(9, 12))
    assert checking.checked(NEW, an_offer(hours=((),) * 7, special=(market,))).on


def test_what_is_as_it_was_stands_in_nobody_s_way() -> None:
    older = an_offer(a_service(minutes=3), step=7, notice=9000)
    assert checking.checked(older, replace(older, policy=" Be there. ")) == replace(older, policy="Be there.")
    with pytest.raises(Invalid):
        checking.checked(older, replace(older, step=8))


@given(st.integers(0, DAY))
def test_times_of_day_are_read_as_they_are_written(minutes: int) -> None:
    assert minutes_of(clock(minutes)) == minutes


SPANS = st.lists(st.integers(0, DAY), min_size=2, max_size=2, unique=True).map(
    lambda pair: (Span(min(pair), max(pair)),)
)
OFFERS = st.builds(
    Offer, on=st.booleans(),
    services=st.lists(st.builds(
        Service, id=st.text(max_size=9), name=st.text(max_size=9), words=st.text(max_size=9),
        minutes=st.integers(5, 99),
        price=st.builds(Price, kind=st.sampled_from(get_args(PriceKind)), amount=st.integers(0, 10**10)),
        questions=st.lists(st.builds(Question, st.text(max_size=9), st.text(max_size=9), st.booleans())).map(tuple),
        on=st.booleans(), before=st.integers(0, 9), after=st.integers(0, 9),
    ), max_size=3).map(tuple),
    hours=st.tuples(*[st.one_of(st.just(()), SPANS)] * 7),
    special=st.lists(
        st.builds(SpecialDays, st.dates(), st.dates(), st.text(max_size=9), SPANS), max_size=3
    ).map(tuple),
    area=st.builds(Area, st.sampled_from(get_args(AreaRule)), st.lists(st.text(max_size=5), max_size=3).map(tuple)),
    notice=st.integers(0, 99), horizon=st.integers(1, 99), step=st.sampled_from(STEPS), window=st.integers(0, 480),
    crews=st.integers(1, 9), confirming=st.sampled_from(("once", "request")), cutoff=st.integers(0, 9),
    policy=st.text(max_size=9), remind=st.integers(0, 9), version=st.just(4),
)  # fmt: skip


@given(OFFERS)
def test_an_offer_lies_in_its_row_as_it_is(offer: Offer) -> None:
    assert offers.to_offer({"offer": offers.written(offer), "version": 4}) == offer


def test_a_company_that_has_decided_nothing() -> None:
    assert offers.to_offer(None) == FRESH
    assert not FRESH.on and FRESH.hours[4] == open_from(8, 17) and FRESH.hours[5:] == ((), ())


def test_the_trail_tells_what_became_of_it() -> None:
    mowing = a_service(price=Price("from", 4500), after=15, questions=(Question("pets", "Any pets?", True),))
    before = an_offer(mowing)
    after = an_offer(
        replace(mowing, name="Mowing", after=0), a_service("rats", "Rats"), notice=48,
        hours=(open_from(8, 12, 13, 17), *before.hours[1:]),
        special=(SpecialDays(date(2026, 11, 26), date(2026, 11, 27), "Thanksgiving"),
                 SpecialDays(date(2027, 1, 1), date(2027, 1, 1), "", open_from(10, 12))),
        area=Area("refused", ("803*",)),
    )  # fmt: skip
    assert [(one.field, one.old, one.new) for one in changes(telling.told(before), telling.told(after))] == [
        ("booking/notice", 12, 48),
        ("booking/hours/monday", ["08:00–17:00"], ["08:00–12:00", "13:00–17:00"]),
        ("booking/area/rule", "any", "refused"),
        ("booking/area/codes", [], ["803*"]),
        ("booking/services", ["Lawn mowing"], ["Mowing", "Rats"]),
        ("booking/services/lawn-mowing/name", "Lawn mowing", "Mowing"),
        ("booking/services/lawn-mowing/after", 15, None),
        ("booking/special/2026-11-26", None, "Thanksgiving; closed; until 2026-11-27"),
        ("booking/special/2027-01-01", None, "10:00–12:00"),
        ("booking/services/rats/on", None, True),
        ("booking/services/rats/name", None, "Rats"),
        ("booking/services/rats/minutes", None, 60),
    ]


@given(OFFERS, OFFERS)
def test_whatever_differs_is_told(before: Offer, after: Offer) -> None:
    """Two services of one id, or two special days of one date, are no offer."""
    for one in (before, after):
        ids = [service.id for service in one.services], [days.since for days in one.special]
        questions = [[asked.id for asked in service.questions] for service in one.services]
        if any(len(set(few)) < len(few) for few in (*ids, *questions)):
            return
    plain = [replace(one, services=(), special=()) for one in (before, after)]
    assert bool(changes(*map(telling.told, plain))) == (plain[0] != plain[1])
