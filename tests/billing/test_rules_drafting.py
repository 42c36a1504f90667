"""What makes an invoice, and what of one may change when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.billing import rules
from chalicelib.billing.rules import Details, Draft, Invoice, Line, Posted
from chalicelib.errors import Conflict, Invalid
from tests.billing.things import TODAY

LINES = (Line("Perimeter treatment", "1", 12_000, 12_000),)
DRAFT = Draft("20871", TODAY, TODAY + timedelta(days=14), LINES)
MOST = 100_000_000_00
CASH = Posted("pay", TODAY, "Cash", 5_000)
BACK = Posted("pay", TODAY, "Cash", -5_000, "refund")


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [
        ("1", 12_000, 12_000),
        ("2.5", 333, 833),
        ("0.5", 333, 167),
        ("-2.5", 333, -833),
        ("0.0001", 4_999, 0),
        ("0.0001", 5_000, 1),
        ("1.5", -3, -5),
        ("999999999.9999", 1_000_000_000, 999_999_999_999_900_000),
    ],
)
def test_a_line_comes_to_quantity_times_price_rounded_half_up(quantity: str, price: int, amount: int) -> None:
    assert rules.line_amount(quantity, price) == amount


def test_a_draft_is_tidied() -> None:
    sent = replace(
        DRAFT, number="  20871 \t B ", title=" Quarterly\npest  control ", bill_to=(" Dana ", " ", "Boulder")
    )
    tidy = rules.check_draft(sent)
    assert (tidy.number, tidy.title, tidy.bill_to) == ("20871 B", "Quarterly pest control", ("Dana", "Boulder"))


def test_nothing_stays_in_it_that_nobody_sees() -> None:
    sent = replace(
        DRAFT, title="\u202eLawn\u200b care", tax_name="Ta\u2066x", notes="a\u202e\r\nb",
        bill_to=("\u200bDana", "\u200b"), lines=(Line("Seed\u202e\u200b\nand soil", "1", 1, 1),),
    )  # fmt: skip
    tidy = rules.check_draft(sent)
    assert (tidy.title, tidy.tax_name, tidy.notes, tidy.bill_to) == ("Lawn care", "Tax", "a\nb", ("Dana",))
    assert tidy.lines[0].description == "Seed\nand soil"
    assert rules.check_draft(tidy) == tidy


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"number": "\u3164"}, "number"),
        ({"lines": (Line("\u200b\u2060", "1", 1, 1),)}, "lines/0/description"),
        ({"number": "  "}, "number"),
        ({"number": "12\u20613"}, "number"),
        ({"issued_on": date(1, 1, 1)}, "issued_on"),
        ({"issued_on": date(1979, 12, 31)}, "issued_on"),
        ({"due_on": date(9999, 12, 31)}, "due_on"),
        ({"due_on": TODAY - timedelta(days=1)}, "due_on"),
        ({"lines": (Line("", "1", 1, 1),)}, "lines/0/description"),
        ({"lines": (*LINES, Line("Gold", "1", 0, MOST + 1))}, "lines/1/amount"),
        ({"lines": (Line("Discount", "1", -1, -1),)}, "lines"),
        ({"lines": (Line("Gold", "1", MOST, MOST),), "tax": 1}, "lines"),
        ({"lines": tuple(Line("🌿" * 500, "1", 1, 1) for _ in range(200))}, "lines"),
    ],
)
def test_what_can_be_no_invoice_is_named(odd: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        rules.check_draft(replace(DRAFT, **odd))
    assert wrong.value.field == field


def test_an_invoice_may_come_to_nothing() -> None:
    """A visit under warranty: it is issued, and owes nothing."""
    free = rules.check_draft(replace(DRAFT, lines=(*LINES, Line("Under warranty", "1", -12_000, -12_000))))
    invoice, details = rules.make_invoice("inv", free, "USD")
    assert (invoice.total, invoice.due, invoice.status, details.subtotal) == (0, 0, "open", 0)
    assert rules.changeable(invoice) == "all", "no money has touched it"


# What may change when

STATES: dict[str, dict[str, Any]] = {
    "draft": {"status": "draft"},
    "open": {},
    "part paid": {"paid": 5_000, "posted": (CASH,)},
    "part credited": {"credited": 5_000},
    "on its way": {"holds": {"pay": 5_000}},
    "paid and given back": {"posted": (CASH, BACK)},
    "paid": {"paid": 12_000, "posted": (replace(CASH, amount=12_000),)},
    "paid before": {"paid": 12_000},
    "credited": {"credited": 12_000},
    "void": {"status": "void"},
    "written off": {"status": "written_off"},
}
MAY: dict[str, str] = {
    "draft": "all", "open": "all", "part paid": "not_below_paid", "part credited": "not_below_paid",
    "on its way": "not_below_paid", "paid and given back": "not_below_paid", "paid": "nothing",
    "paid before": "nothing", "credited": "nothing", "void": "nothing", "written off": "nothing",
}  # fmt: skip
LEAST = {"paid and given back": 0, "part paid": 5_000, "part credited": 5_000, "on its way": 5_000}
CHANGES: dict[str, dict[str, Any]] = {
    "title": {"title": "Spring"},
    "notes": {"notes": "Gate code 1234"},
    "due day": {"due_on": TODAY + timedelta(days=30)},
    "more": {"lines": (Line("Perimeter treatment", "1", 20_000, 20_000),)},
    "just what is paid": {"lines": (Line("Perimeter treatment", "1", 5_000, 5_000),)},
    "less": {"lines": (Line("Perimeter treatment", "1", 4_999, 4_999),)},
    "number": {"number": "20872"},
    "date": {"issued_on": TODAY - timedelta(days=1)},
}


def an_invoice(state: str) -> tuple[Invoice, Details]:
    invoice, details = rules.make_invoice("inv", DRAFT, "USD")
    return replace(invoice, **STATES[state]), details


@pytest.mark.parametrize("state", STATES)
def test_which_of_its_parts_may_still_change(state: str) -> None:
    assert rules.changeable(an_invoice(state)[0]) == MAY[state]


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("state", STATES)
def test_what_may_change_when(state: str, what: str) -> None:
    invoice, details = an_invoice(state)
    wanted = replace(DRAFT, issued=state != "draft", **CHANGES[what])
    refused = ""
    if MAY[state] == "nothing":
        refused = "invoice-closed"
    elif MAY[state] == "not_below_paid":
        if what in ("number", "date"):
            refused = "has-payments"
        elif wanted.total < LEAST[state]:
            refused = "below-paid"
    if refused:
        with pytest.raises(Conflict) as conflict:
            rules.change_invoice(invoice, details, wanted)
        assert conflict.value.kind == refused
        return
    after, new = rules.change_invoice(invoice, details, wanted)
    assert (after.number, after.title, after.issued_on, after.due_on, after.total, new.lines, new.notes) == (
        wanted.number, wanted.title, wanted.issued_on, wanted.due_on, wanted.total, wanted.lines, wanted.notes,
    )  # fmt: skip
    kept = ("id", "status", "currency", "paid", "credited", "holds", "posted", "version")
    assert all(getattr(after, name) == getattr(invoice, name) for name in kept)


def test_below_what_is_paid_says_how_much_that_is() -> None:
    invoice, details = an_invoice("open")
    invoice = replace(invoice, paid=3_000, credited=1_000, holds={"pay": 500}, posted=(replace(CASH, amount=3_000),))
    with pytest.raises(Conflict, match=r"45\.00 USD"):
        rules.change_invoice(invoice, details, replace(DRAFT, lines=(Line("Less", "1", 4_499, 4_499),)))


@pytest.mark.parametrize("state", STATES)
def test_the_same_again_is_the_very_same_whatever_has_become_of_it(state: str) -> None:
    known = an_invoice(state)
    assert rules.change_invoice(*known, replace(DRAFT, issued=state != "draft")) == known


@pytest.mark.parametrize("state", [one for one in STATES if one != "draft"])
def test_what_is_issued_is_no_draft_again(state: str) -> None:
    with pytest.raises(Conflict) as conflict:
        rules.change_invoice(*an_invoice(state), replace(DRAFT, issued=False))
    assert conflict.value.kind == "already-issued"


@pytest.mark.parametrize("state", STATES)
def test_what_the_companys_software_calls_it_may_always_change_and_is_kept_if_left_out(state: str) -> None:
    invoice, details = an_invoice(state)
    named, _ = rules.change_invoice(invoice, details, replace(DRAFT, issued=state != "draft", external_id="a-1"))
    assert named == replace(invoice, external_id="a-1")
    again, _ = rules.change_invoice(named, details, replace(DRAFT, issued=state != "draft"))
    assert again == named


@pytest.mark.parametrize("state", STATES)
def test_only_a_draft_is_issued_or_deleted(state: str) -> None:
    invoice, _ = an_invoice(state)
    if invoice.status in ("void", "written_off"):
        with pytest.raises(Conflict):
            rules.issue(invoice)
    else:
        assert rules.issue(invoice) == replace(invoice, status="open")
    if state == "draft":
        rules.must_be_draft(invoice)
    else:
        with pytest.raises(Conflict):
            rules.must_be_draft(invoice)
