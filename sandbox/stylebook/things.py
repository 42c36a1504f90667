"""Sample things that pages show: a company, a customer's view of it, invoices, payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.billing.rules import Line, State, StateKind
from chalicelib.billing.views import BackView, InvoiceItem, InvoiceSheet, MethodChoice, PaymentView, Standing, UnderWay
from chalicelib.home.portal import Summary
from chalicelib.web.pages import CompanyView, PageContext

Sample = tuple[str, PageContext, dict[str, Any]]

TODAY = date(2026, 11, 22)
ARRIVES = date(2026, 11, 27)


EVERGREEN = CompanyView(
    slug="evergreen",
    name="Evergreen Pest & Lawn",
    colour="#2f6b3a",
    logo_url=None,
    phone="(303) 555-0142",
    email="hello@evergreen.example",
    address=("2150 Larimer Street", "Denver, CO 80205"),
    locale="en-US",
    currency="USD",
    time_zone="America/Denver",
)


def context(language: str = "en", path: str = "", me: str | None = "Dana Whitfield", **changes: Any) -> PageContext:
    page = PageContext("", EVERGREEN, language, me, TODAY, "/evergreen" + path, wallet=True, contact=True)
    return replace(page, **changes)


def an_item(number: int, title: str, days: int, total: int, kind: StateKind, due: int | None = None) -> InvoiceItem:
    """An invoice due `days` from today (before it, when negative)."""
    left = 0 if kind in ("paid", "void", "written_off") else total if due is None else due
    on_its_way = left if kind == "processing" else 0
    due_on = TODAY + timedelta(days)
    return InvoiceItem(
        id=f"01JD{number:022d}",
        number=str(number),
        title=title,
        issued_on=due_on - timedelta(14),
        due_on=due_on,
        total=total,
        due=left,
        payable=left - on_its_way if kind in ("due", "overdue", "part_paid") else 0,
        in_flight=on_its_way,
        state=State(kind, abs(days)),
        expected_on=ARRIVES if kind == "processing" else None,
        unfinished=False,
    )


ITEMS = (
    an_item(1068, "Fall lawn aeration", 11, 14500, "due"),
    an_item(1061, "Quarterly pest control", 3, 12000, "due"),
    an_item(1054, "Wasp nest removal", -12, 18900, "overdue"),
    an_item(1049, "Perimeter treatment, garage and shed", -1, 22000, "part_paid", due=7750),
    an_item(1043, "Monthly lawn care, October", -20, 9500, "processing"),
    an_item(1037, "Monthly lawn care, September", -50, 9500, "paid"),
    an_item(1031, "Quarterly pest control", -86, 12000, "paid"),
    an_item(1024, "Sprinkler check", -110, 6500, "void"),
    an_item(1018, "Monthly lawn care, June", -140, 9500, "written_off"),
    an_item(1012, "Spring fertilization and weed control", -170, 128450, "paid"),
)

LINES = (
    Line("Quarterly pest control, inside and out", "1", 8500, 8500),
    Line("Rodent bait station", "3", 900, 2700),
)


def an_invoice(item: InvoiceItem, paid: int = 0, credited: int = 0, notes: str = "") -> InvoiceSheet:
    fields = {name: getattr(item, name) for name in InvoiceItem.__slots__}
    return InvoiceSheet(
        **fields,
        lines=LINES,
        subtotal=11200,
        tax=item.total - 11200,
        tax_name="Colorado sales tax 7.15%",
        paid=paid,
        credited=credited,
        notes=notes,
        bill_to=("Dana Whitfield", "418 Juniper Lane", "Littleton, CO 80123"),
    )


VISA = MethodChoice("pm_visa", "Visa", "4242", "04/28", is_default=True, expired=False, kind="card")
MASTERCARD = MethodChoice("pm_mc", "Mastercard", "4444", "09/25", is_default=False, expired=True, kind="card")
BANK = MethodChoice("pm_bank", "Stripe Test Bank", "6789", "", is_default=False, expired=False, kind="bank")
NOTHING = Summary(balance=0, in_flight=0, credit=0, open_count=0, overdue_count=None, next_due=None)
OWING = Summary(balance=62650, in_flight=9500, credit=2500, open_count=5, overdue_count=1, next_due=date(2026, 11, 25))
PAID_AT = datetime(2026, 11, 22, 17, 4, tzinfo=UTC)
DEBIT = UnderWay("01JDPAY", 9500, ARRIVES, late=False, unfinished=False)
LATE = UnderWay("01JDPAY", 9500, TODAY - timedelta(2), late=True, unfinished=False)
CHECKOUT = UnderWay("01JDPAY", 9800, None, late=False, unfinished=True)

_STANDINGS: dict[str, Standing] = {
    "starting": "open", "requires_action": "open", "processing": "processing", "succeeded": "paid", "failed": "failed",
    "canceled": "canceled",
}  # fmt: skip


def a_payment(state: str, **changes: Any) -> PaymentView:
    number = "7K3M9Q2XVB" if state == "succeeded" else ""
    made = PaymentView(
        "01JDPAY", state, _STANDINGS[state], 12000, 0, 12000, 0, "Visa •••• 4242", PAID_AT, number,
        ((ITEMS[1].id, "1061", 12000),), (), None, late=False, returned=False,
    )  # fmt: skip
    return replace(made, **changes)


def a_back(kind: str, amount: int, state: str, why: str = "") -> BackView:
    return BackView(kind, amount, state, PAID_AT + timedelta(3), why)
