"""The report as CSV: what a spreadsheet and a program read is what was written, and nobody's words are a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib import sheets
from chalicelib.leads.actions import report
from chalicelib.leads.rules import sheet
from chalicelib.leads.rules.lead import STATUSES, Lead, Submission
from tests.api.told import operation
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock
from tests.leads.inbox import MARK, a_lead, exported, keep, names, parts

HEADER = (
    "id,received_at,status,spam,reasons,source,page,name,email,phone,service,preferred_time,message,language,customer,"
    "booking"
)


def test_a_file_as_a_spreadsheet_opens_it(owner: Client, evergreen: Company) -> None:
    lead = evergreen.lead(
        "Beck, Nora", phone="(303) 555-0119", message="Ants.\nThe “big” ones, says \"Lou\"", page="example.com/a,b",
        service="Ameisen – schnell", preferred_time="", reasons=("links",), customer="01ARZ3NDEKTSV4RRFFQ69G5FAV",
    )  # fmt: skip
    answer = owner.get("/leads/export")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="leads-2026-11-23.csv"'
    assert answer.headers["cache-control"] == "no-store" and "link" not in answer.headers
    assert answer.text == (
        f"{MARK}{HEADER}\r\n"
        f'{lead.id},2026-11-23T12:00:00-07:00,new,false,links,widget,"example.com/a,b","Beck, Nora",'
        'nora@example.com,(303) 555-0119,Ameisen – schnell,,"Ants.\nThe “big” ones, says ""Lou""",en,'
        "01ARZ3NDEKTSV4RRFFQ69G5FAV,\r\n"
    )


def test_the_names_of_columns_are_the_apis(owner: Client, evergreen: Company) -> None:
    evergreen.lead()
    assert set(HEADER.split(",")) == set(owner.get("/leads").json["items"][0])


def test_nothing_is_a_file_with_a_header(owner: Client) -> None:
    assert owner.get("/leads/export").text == f"{MARK}{HEADER}\r\n"


def test_the_file_is_of_the_day_it_is_where_the_company_is(owner: Client, clock: Clock) -> None:
    clock.time = datetime(2026, 11, 24, 6, 59, tzinfo=UTC)
    token = owner.sign_in("owner@evergreen.example")
    assert token.status == 201
    assert "leads-2026-11-23.csv" in owner.get("/leads/export").headers["content-disposition"]


def test_times_have_the_offset_of_their_day(owner: Client, evergreen: Company) -> None:
    for at in ("2026-11-01T07:30", "2026-11-01T08:30", "2026-07-04T18:00"):
        evergreen.lead(at=datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert [one["received_at"] for one in exported(owner)] == [
        "2026-11-01T01:30:00-07:00", "2026-11-01T01:30:00-06:00", "2026-07-04T12:00:00-06:00",
    ]  # fmt: skip


FILTERS = ["", "status=new", "status=won&source=page", "source=widget", "spam=true", "since=2026-11-21",
           "since=2026-11-20&until=2026-11-21&source=portal", "spam=true&status=new"]  # fmt: skip


@pytest.mark.parametrize("query", FILTERS)
def test_it_has_what_the_list_has(
    owner: Client, evergreen: Company, clock: Clock, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = ("widget", "page", "portal")
    keep(evergreen, [
        a_lead(evergreen, clock.time - timedelta(hours=3 * number), status=STATUSES[number % 4],
               source=sources[number % 3], spam=number % 5 == 0)
        for number in range(40)
    ])  # fmt: skip
    monkeypatch.setattr(report, "SHEET_ROWS", 7)
    monkeypatch.setattr(report, "SHEET_AT_ONCE", 3)
    found = exported(owner, query)
    assert [one["name"] for one in found] == names(owner, query)
    assert found, "a filter that finds nothing proves nothing"


def test_a_long_report_comes_in_parts(owner: Client, evergreen: Company, clock: Clock) -> None:
    """However the parts are cut, they are one file when put together; each fits Lambda's answer."""
    made = [a_lead(evergreen, clock.time - timedelta(minutes=number)) for number in range(report.SHEET_ROWS + 1)]
    keep(evergreen, made)
    first, second = parts(owner)
    assert first.text.count("\r\n") == report.SHEET_ROWS + 1 and second.text.count("\r\n") == 1
    assert not second.text.startswith(MARK) and HEADER not in second.text
    assert [one["id"] for one in exported(owner)] == [one.id for one in made]


def test_a_part_is_never_larger_than_lambda_answers(owner: Client, evergreen: Company, clock: Clock) -> None:
    long = '\U0001f41c"' * 2_000
    keep(evergreen, [a_lead(evergreen, clock.time - timedelta(minutes=one), message=long) for one in range(200)])
    found = parts(owner)
    assert len(found) == 2
    for one in found:
        assert len(json.dumps({"statusCode": 200, "headers": one.headers, "body": one.text})) < 6 * 1024 * 1024
    assert len(exported(owner)) == 200


def test_a_link_keeps_the_filters_and_is_good_for_them_only(
    owner: Client, evergreen: Company, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    for number in range(3):
        evergreen.lead(str(number), at=clock.time - timedelta(hours=number), source="page")
    monkeypatch.setattr(report, "SHEET_ROWS", 1)
    answer = owner.get("/leads/export?source=page&since=2026-11-01&status=new")
    link = answer.headers["link"]
    assert link.startswith("<http://localhost:8000/api/v1/leads/export?status=new&source=page&since=2026-11-01&cursor=")
    cursor = link.partition("cursor=")[2].partition(">")[0]
    for path in (f"/leads/export?cursor={cursor}", f"/leads?status=new&source=page&since=2026-11-01&cursor={cursor}"):
        refused = owner.get(path)
        assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "?cursor")


# Formulas


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("http://evil.example","Click")', '\'=HYPERLINK("http://evil.example","Click")'),
        ("+1 (303) 555-0142", "'+1 (303) 555-0142"),
        ("+13035550142", "'+13035550142"),
        ("-2+3", "'-2+3"),
        ("- ants\n- wasps", "'- ants\n'- wasps"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n=1", "'\n'=1"),
        # Where a spreadsheet separates by semicolons or tabs, what is after one is a cell; a line may be a row.
        ("hello;=cmd|'/c calc'!A1", "hello;'=cmd|'/c calc'!A1"),
        ("hello; \t@SUM(A1)", "hello; \t'@SUM(A1)"),
        ("Hello,\n=1+1\r\n-2", "Hello,\n'=1+1\r\n'-2"),
        ('hello;"=1+1"', 'hello;\'"=1+1"'),
        ("ants; wasps; and 2+2", "ants; wasps; and 2+2"),
        ("Hello,\nants\tand wasps", "Hello,\nants\tand wasps"),
        ("  =1", "'  =1"),
        ("\u00a0\u200b=1", "'\u00a0\u200b=1"),
        ("＝1＋1", "'＝1＋1"),  # as it is typed in Japan
        ("(303) 555-0142", "(303) 555-0142"),
        ("303-555-0142", "303-555-0142"),
        ("nora+ants@example.com", "nora+ants@example.com"),
        ("It's = to that", "It's = to that"),
        ("'quoted'", "'quoted'"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula_and_all_can_be_read(text: str, cell: str) -> None:
    assert sheets.harmless(text) == cell
    assert cell.replace("'", "") == text.replace("'", ""), "nothing else is changed"


WORDS = st.text(st.sampled_from("=+-@\t\r\n\"', ;a1é\U0001f41c＝\u00a0"), max_size=8)


@given(st.tuples(*[WORDS] * 7))
@example(("=", "+", "-", "@", "\t", "\r", '"'))
@example((";=", ';"=', "\n- ", "\t+", ";;@", "\r\n=", ";"))
def test_whatever_is_written_a_row_is_read_as_it_was(typed: tuple[Any, ...]) -> None:
    lead = Lead("01A", "2026-11-23T19:00:00.000000+00:00", Submission(*typed), "page", "en")
    (cells,) = csv.reader(io.StringIO(sheet.row(lead, "America/Denver"), newline=""), strict=True)
    assert len(cells) == len(sheet.COLUMNS)
    read = dict(zip(sheet.COLUMNS, cells, strict=True))
    for name, text in zip(Submission.__slots__, typed, strict=True):
        assert read[name].replace("'", "") == text.replace("'", "")
        assert not read[name].startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
    # Nor does a cell begin so for who separates by something else, and does not know what our quotes are around.
    for cell in re.split("[;\t\r\n]", sheet.row(lead, "America/Denver")):
        assert not cell.lstrip(' \u00a0"').startswith(("=", "+", "-", "@", "＝"))
    assert read["received_at"] == datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("America/Denver")).isoformat()


# What the document says


def test_the_document_tells_of_a_file() -> None:
    told = operation("GET", "/leads/export")
    answer = told["responses"]["200"]
    assert answer["content"] == {"text/csv; charset=utf-8": {"schema": {"type": "string"}}}
    assert {"Content-Disposition", "Link", "RateLimit"} <= answer["headers"].keys()
    assert "requestBody" not in told
    assert f"up to {report.SHEET_ROWS:,} at once" in told["description"]
    assert f"looks through {report.LOOKED_THROUGH} leads" in operation("GET", "/leads")["description"]
