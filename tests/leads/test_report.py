"""The inbound leads report: newest first, by status, source, days and suspicion, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count, pairwise, product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Invalid
from chalicelib.leads.actions import report
from chalicelib.leads.records import leads
from chalicelib.leads.rules.lead import SOURCES, STATUSES, Lead, Submission
from chalicelib.leads.rules.report import Wanted, period
from sandbox.world import World
from tests.billing.wire import Wire
from tests.builders import Company
from tests.client import Answer, Client
from tests.conftest import Clock
from tests.leads.inbox import a_lead, keep, names, pages

DENVER = "America/Denver"


@pytest.fixture
def some(evergreen: Company, clock: Clock) -> dict[str, Lead]:
    """Leads of every kind, an hour apart, the first the oldest."""
    kinds: dict[str, dict[str, Any]] = {
        "Ada": {"status": "lost", "source": "page"},
        "Ben": {"status": "won", "source": "widget"},
        "Cam": {"spam": True, "reasons": ("links",), "source": "page"},
        "Dee": {"status": "contacted", "source": "portal", "customer": "01ARZ3NDEKTSV4RRFFQ69G5FAV"},
        "Eli": {"source": "page"},
        "Fay": {"spam": True, "reasons": ("no_form", "too_fast"), "status": "won"},
        "Gus": {"source": "widget"},
    }
    made = {}
    for hours, (name, values) in enumerate(kinds.items()):
        made[name] = evergreen.lead(name, at=clock.time - timedelta(hours=10 - hours), **values)
    return made


# What is listed


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 100])
def test_all_but_the_suspected_newest_first(owner: Client, some: dict[str, Lead], limit: int) -> None:
    assert names(owner, "", limit) == ["Gus", "Eli", "Dee", "Ben", "Ada"]
    assert names(owner, "spam=false", limit) == ["Gus", "Eli", "Dee", "Ben", "Ada"]
    assert names(owner, "spam=true", limit) == ["Fay", "Cam"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=new", ["Gus", "Eli"]),
        ("status=contacted", ["Dee"]),
        ("status=won", ["Ben"]),
        ("status=lost", ["Ada"]),
        ("source=widget", ["Gus", "Ben"]),
        ("source=page", ["Eli", "Ada"]),
        ("source=portal", ["Dee"]),
        ("status=new&source=page", ["Eli"]),
        ("status=won&source=page", []),
        ("spam=true&status=won", ["Fay"]),
        ("spam=true&status=new&source=page", ["Cam"]),
        ("spam=true&source=portal", []),
    ],
)
@pytest.mark.parametrize("limit", [1, 20])
def test_filters(owner: Client, some: dict[str, Lead], query: str, expected: list[str], limit: int) -> None:
    assert names(owner, query, limit) == expected


def test_a_lead_as_it_is_told(owner: Client, evergreen: Company) -> None:
    made = evergreen.lead(
        "Nora Beck", phone="(303) 555-0119", message="Ants.\nEverywhere: “help”", service="Pest control",
        preferred_time="Mornings", page="example.com/contact", language="es", spam=True, reasons=("too_fast", "links"),
    )  # fmt: skip
    (row,) = owner.get("/leads?spam=true").json["items"]
    assert row == {
        "id": made.id, "received_at": "2026-11-23T19:00:00.000000+00:00", "name": "Nora Beck",
        "email": "nora@example.com", "phone": "(303) 555-0119", "message": "Ants.\nEverywhere: “help”",
        "service": "Pest control", "preferred_time": "Mornings", "source": "widget", "page": "example.com/contact",
        "language": "es", "customer": None, "booking": None, "status": "new", "spam": True,
        "reasons": ["too_fast", "links"],
    }  # fmt: skip
    assert owner.get(f"/leads/{made.id}").json["lead"] == row


def test_another_companys_are_not_among_them(owner: Client, bluewave: Company, some: dict[str, Lead]) -> None:
    bluewave.lead("Somebody else's")
    assert "Somebody else's" not in names(owner)
    assert names(bluewave.admin()) == ["Somebody else's"]


# Days


def test_days_are_where_the_company_is_and_both_included(owner: Client, evergreen: Company) -> None:
    """Denver is seven hours behind in November."""
    for at in ("2026-11-19T06:59:59.999999", "2026-11-19T07:00:00", "2026-11-20T06:59:59.999999",
               "2026-11-20T07:00:00"):  # fmt: skip
        evergreen.lead(at, at=datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert names(owner, "since=2026-11-19&until=2026-11-19") == ["2026-11-20T06:59:59.999999", "2026-11-19T07:00:00"]
    assert names(owner, "since=2026-11-20") == ["2026-11-20T07:00:00"]
    assert names(owner, "until=2026-11-18") == ["2026-11-19T06:59:59.999999"]
    assert names(owner, "since=2026-11-18&until=2026-11-20", 1) == names(owner)
    assert names(owner, "since=0001-01-01&until=9999-12-31") == names(owner)
    assert names(owner, "since=9999-12-31") == names(owner, "until=0001-01-01") == []
    assert names(owner, "since=0999-01-01") == names(owner)
    assert names(owner, "until=0999-01-01") == []


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-03-09", 24), ("2026-10-31", 24)]
)
def test_a_day_when_the_clocks_change_is_as_long_as_it_is(
    owner: Client, evergreen: Company, day: str, hours: int
) -> None:
    begins = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(DENVER)).astimezone(UTC)
    for hour in range(-1, 26):
        evergreen.lead(str(hour), at=begins + timedelta(hours=hour))
    assert names(owner, f"since={day}&until={day}", 100) == [str(hour) for hour in range(hours - 1, -1, -1)]


ZONES = [
    DENVER, "UTC", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe",
    # There the clocks change at midnight.
    "America/Havana", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "America/Sao_Paulo",
    # And there was no 30th of December 2011 at all.
    "Pacific/Apia",
]  # fmt: skip
BEGIN, END = datetime(2010, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


@cache
def changes(zone: str) -> list[datetime]:
    """The moments when the clocks of a zone change, and those around them."""
    here, found = ZoneInfo(zone), []
    for hour in range(0, (END - BEGIN) // timedelta(hours=1), 24):
        day = [BEGIN + timedelta(hours=hour + more) for more in range(25)]
        if day[0].astimezone(here).utcoffset() == day[-1].astimezone(here).utcoffset():
            continue
        for at, after in pairwise(day):
            if at.astimezone(here).utcoffset() != after.astimezone(here).utcoffset():
                found += [after + timedelta(minutes=minutes) for minutes in range(-90, 91, 30)]
                found.append(after - timedelta(microseconds=1))
    return found


moments = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))
near_changes = st.sampled_from(ZONES).flatmap(
    lambda zone: st.tuples(st.just(zone), moments | st.sampled_from(changes(zone) or [BEGIN]))
)


@given(near_changes, st.integers(-2, 2), st.integers(0, 2))
@settings(max_examples=300)
def test_a_moment_is_of_the_day_that_the_clock_there_showed(place: tuple[str, datetime], off: int, days: int) -> None:
    zone, at = place
    day = at.astimezone(ZoneInfo(zone)).date()
    since = day + timedelta(days=off)
    until = since + timedelta(days=days)
    first, before = period(since, until, zone)
    assert (first <= at.isoformat(timespec="microseconds") < before) == (since <= day <= until)


@given(st.dates(), st.dates(), st.sampled_from(ZONES))
def test_the_bounds_of_any_two_days_are_in_the_order_of_the_days(one: date, other: date, zone: str) -> None:
    first, last = sorted((one, other))
    begins, before = period(first, last, zone)
    later, _ = period(last, None, zone)
    assert begins <= later and (not before or begins <= before)


def test_days_that_end_before_they_begin_are_none() -> None:
    with pytest.raises(Invalid) as wrong:
        period(date(2026, 11, 2), date(2026, 11, 1), DENVER)
    assert wrong.value.field == "until"
    assert period(None, None, DENVER) == ("", "")
    assert period(date.min, date.max, "Asia/Tokyo") == ("", "")


def test_a_day_that_there_never_was_is_empty(evergreen: Company, wire: Wire) -> None:
    """DynamoDB refuses to look between bounds that are the wrong way round: it is not asked."""
    bounds = period(date(2011, 12, 30), date(2011, 12, 30), "Pacific/Apia")
    evergreen.lead(at=datetime(2011, 12, 30, 10, tzinfo=UTC))
    wire.calls.clear()
    assert report.page(evergreen.store, Wanted("", "", False, *bounds), 20).items == []
    assert wire.calls == []


@pytest.mark.parametrize(
    ("query", "pointer", "told"),
    [
        ("since=2026-02-30", "?since", "There is no such day. Write it as 2026-11-23."),
        ("until=2026-13-01", "?until", "There is no such day. Write it as 2026-11-23."),
        ("since=0000-01-01", "?since", "There is no such day. Write it as 2026-11-23."),
        ("since=2026-11-02&until=2026-11-01", "?until",
         "These days end before they begin. Send an until that is since, or later."),
        ("since=yesterday", "?since", "This is written in another way. A day where the company is, as 2026-11-23."),
        ("status=open", "?status", "'open' is none of the choices: contacted, lost, new, won, ''."),
        ("source=fax", "?source", "'fax' is none of the choices: booking, page, portal, widget, ''."),
        ("spam=perhaps", "?spam", "Send true or false."),
        ("limit=101", "?limit", "Send 100 or less."),
        ("colour=red", "?colour", "There is no field “colour” here. Leave it out, or check its spelling."),
    ],
)  # fmt: skip
def test_what_can_not_be_asked(owner: Client, query: str, pointer: str, told: str) -> None:
    for path in ("/leads", "/leads/export"):
        if "limit" in query and "export" in path:
            continue
        answer = owner.get(f"{path}?{query}")
        assert (answer.status, answer.json["errors"]) == (422, [{"pointer": pointer, "detail": told}])


# Cursors


@pytest.mark.parametrize(
    "other", ["status=new", "source=page", "spam=true", "since=2026-11-01", "until=2026-12-31", "status=won"]
)
def test_a_cursor_is_good_for_its_own_list_only(owner: Client, some: dict[str, Lead], other: str) -> None:
    cursor = owner.get("/leads?limit=1").json["next"]
    assert owner.get(f"/leads?limit=3&spam=false&cursor={cursor}").status == 200, "how many at once is no filter"
    for path in (f"/leads?{other}&cursor={cursor}", "/leads?cursor=x", f"/leads/export?cursor={cursor}"):
        answer = owner.get(path)
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "?cursor")


def test_leads_of_one_moment_are_all_listed_once(owner: Client, evergreen: Company) -> None:
    made = [evergreen.lead(status=STATUSES[number % 4]) for number in range(9)]
    for limit in (1, 2, 3, 20):
        found = [one["id"] for page in pages(owner, "", limit) for one in page]
        assert found == sorted((one.id for one in made), reverse=True)


def test_what_comes_in_while_pages_are_turned_moves_nothing(owner: Client, some: dict[str, Lead], clock: Clock,
                                                            evergreen: Company) -> None:  # fmt: skip
    first = owner.get("/leads?limit=2").json
    evergreen.lead("Hal")
    owner.put(f"/leads/{some['Dee'].id}/status", {"status": "won"})
    owner.put(f"/leads/{some['Gus'].id}/status", {"status": "lost"})
    second = owner.get(f"/leads?limit=2&cursor={first['next']}").json
    shown = [one["name"] for one in (*first["items"], *second["items"])]
    assert shown == ["Gus", "Eli", "Dee", "Ben"]


def test_one_that_is_on_two_lists_for_a_moment_is_shown_as_it_is_now(
    owner: Client, some: dict[str, Lead], evergreen: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its old list has not heard yet."""
    before = some["Eli"]
    owner.put(f"/leads/{before.id}/status", {"status": "won"})
    listed = leads.listed

    def behind(store: Any, folder: Any, limit: int, since: str, below: str) -> tuple[list[Lead], bool]:
        found, more = listed(store, folder, limit, since, below)
        late = [before] if folder == "new" and (not below or before.position < below) else []
        return sorted([*found, *late], key=lambda one: one.position, reverse=True)[:limit], more

    monkeypatch.setattr(leads, "listed", behind)
    for limit in (1, 2, 3, 20):
        found = [(one["name"], one["status"]) for page in pages(owner, "", limit) for one in page]
        assert found == [("Gus", "new"), ("Eli", "won"), ("Dee", "contacted"), ("Ben", "won"), ("Ada", "lost")]


# Against a model


@pytest.fixture
def companies(world: World) -> Iterator[Iterator[Company]]:
    """Companies with no leads yet."""
    yield (Company(world, world.services.tables.for_tenant(f"T{number}"), "model") for number in count())


minutes = st.integers(0, 3 * 24 * 60)
a_kind = st.tuples(minutes, st.sampled_from(STATUSES), st.sampled_from(SOURCES), st.booleans())
a_day = st.none() | st.integers(20, 24).map(lambda day: date(2026, 11, day))
BEGAN = datetime(2026, 11, 20, 7, tzinfo=UTC)


@given(st.data())
@settings(max_examples=40)
def test_a_list_is_what_a_plain_filter_finds(companies: Iterator[Company], data: st.DataObject) -> None:
    company = next(companies)
    there = [
        a_lead(company, BEGAN + timedelta(minutes=at), status=status, source=source, spam=spam)
        for at, status, source, spam in data.draw(st.lists(a_kind, max_size=30))
    ]
    keep(company, there)
    since, until = data.draw(a_day), data.draw(a_day)
    if since and until and until < since:
        since, until = until, since
    status = data.draw(st.sampled_from(("", *STATUSES)))
    source, spam = data.draw(st.sampled_from(("", *SOURCES))), data.draw(st.booleans())
    limit = data.draw(st.integers(1, 8))

    def fits(one: Lead) -> bool:
        day = datetime.fromisoformat(one.received_at).astimezone(ZoneInfo(DENVER)).date()
        return (
            one.spam == spam and status in ("", one.status) and source in ("", one.source)
            and (since or day) <= day <= (until or day)
        )  # fmt: skip

    expected = sorted((one for one in there if fits(one)), key=lambda one: (one.received_at, one.id), reverse=True)
    wanted, below = Wanted(status, source, spam, *period(since, until, DENVER)), ""
    found = []
    for _ in range(40):
        page = report.page(company.store, wanted, limit, below)
        assert len(page.items) == limit or not page.last, "a page is short, though more follows"
        assert page.items or not page.last
        found += page.items
        below = page.last
        if not below:
            break
    assert found == expected


# How much it takes


LISTS = [("", 4), ("status=new", 1), ("spam=true", 1), ("since=2026-11-01&until=2026-11-30", 4),
         ("status=won&since=2026-01-01", 1), ("source=page", 4), ("status=new&source=page", 1),
         ("spam=true&status=new", 1), ("spam=true&source=portal", 1)]  # fmt: skip


def asked(owner: Client, wire: Wire, path: str) -> tuple[int, Answer]:
    """How often the lists are asked; nothing else is, but who is calling."""
    wire.calls.clear()
    answer = owner.get(path)
    assert answer.status == 200, answer.text
    queries = wire.of("dynamodb Query")
    assert len(wire.calls) == len(queries) + 2
    assert all(one.body["IndexName"] == "by_tenant" for one in queries)
    return len(queries), answer


def test_a_page_takes_as_many_calls_with_10_000_leads(
    owner: Client, evergreen: Company, clock: Clock, wire: Wire
) -> None:
    for status, source in product(STATUSES, SOURCES):
        evergreen.lead(status=status, source=source)
    evergreen.lead(spam=True)
    for query, calls in LISTS:
        assert asked(owner, wire, f"/leads?{query}")[0] == calls, query
    keep(evergreen, ten_thousand(evergreen, clock))
    for query, calls in LISTS:
        assert asked(owner, wire, f"/leads?{query}")[0] == calls, query
    cursor = owner.get("/leads").json["next"]
    assert asked(owner, wire, f"/leads?cursor={cursor}")[0] == 4
    assert asked(owner, wire, "/leads/export")[0] == 4 + 2_000 // 500
    # One by a customer lies 1,200 leads deep in its list: it is looked for in steps, each as small as any other.
    found, cursor, steps = list[Any](), "", 0
    while len(found) < 2:
        calls, page = asked(owner, wire, "/leads?status=new&source=portal" + (f"&cursor={cursor}" if cursor else ""))
        assert calls <= 1 + report.LOOKED_THROUGH // report.AT_ONCE
        found += page.json["items"]
        cursor, steps = page.json["next"], steps + 1
    assert found[1]["message"] == "The one by a customer." and steps == 1_200 // report.LOOKED_THROUGH + 1


def ten_thousand(company: Company, clock: Clock) -> list[Lead]:
    """Of every status, an hour apart, and all from the website but one; and some spam, all of it lost."""
    made = [
        a_lead(company, clock.time - timedelta(days=1, hours=number), status=STATUSES[number % 4],
               source=SOURCES[number // 4 % 2])
        for number in range(10_000)
    ]  # fmt: skip
    spam = [a_lead(company, clock.time - timedelta(days=1 + n), status="lost", spam=True) for n in range(60)]
    deep = clock.time - timedelta(days=1, hours=4_800, minutes=1)
    return [*made, *spam, a_lead(company, deep, source="portal", message="The one by a customer.")]


def test_leads_whose_words_fill_a_query_are_read_on(evergreen: Company, owner: Client, clock: Clock) -> None:
    """DynamoDB answers a megabyte at the most."""
    long = "\U0001f41c" * 4_000
    made = [a_lead(evergreen, clock.time - timedelta(minutes=number), message=long) for number in range(60)]
    keep(evergreen, made)
    assert [one["id"] for page in pages(owner, "", 50) for one in page] == [one.id for one in made]
    assert [len(page) for page in pages(owner, "status=new", 50)] == [50, 10]


def test_every_status_has_its_list_and_spam_another() -> None:
    blank = Lead("A", "2026", Submission("A", "", "1", "Hi"), "page", "en")
    for status in STATUSES:
        assert replace(blank, status=status).folder == status
        assert replace(blank, status=status, spam=True).folder == "spam"
