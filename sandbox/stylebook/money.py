"""Sample pages of money: the first page, invoices, paying, payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.billing.rules import Posted
from chalicelib.estimates.rules.waiting import WaitingEstimate
from chalicelib.home.actions import NAMED
from chalicelib.home.portal import Booked, Coming, ToRate
from sandbox.stylebook.things import (
    ARRIVES,
    BANK,
    CHECKOUT,
    DEBIT,
    ITEMS,
    LATE,
    MASTERCARD,
    NOTHING,
    OWING,
    TODAY,
    VISA,
    Sample,
    a_back,
    a_payment,
    an_invoice,
    an_item,
    context,
)

DUE = ITEMS[1]
UNFINISHED = replace(ITEMS[4], expected_on=None, unfinished=True)
MORNING = datetime(2026, 11, 30, 15, tzinfo=UTC)
COMING = Coming("01JDNEXT", "Quarterly pest control", "Marcus Bell", MORNING, MORNING + timedelta(hours=2), False)
TO_RATE = ToRate("01JDLAST", "Fall lawn aeration", "Marcus Bell", datetime(2026, 11, 20, 17, tzinfo=UTC))
ESTIMATES = (
    WaitingEstimate("01JDEST4", "217", "Lawn renovation", 124000, date(2026, 12, 23)),
    WaitingEstimate("01JDEST3", "214", "", 38000, None),
    WaitingEstimate("01JDEST2", "209", "Rodent exclusion for the crawl space and the garage", 89500, TODAY),
    WaitingEstimate("01JDEST1", "201", "Mosquito treatment", 12000, date(2027, 11, 1)),
)
NOON = datetime(2026, 11, 27, 19, tzinfo=UTC)
BOOKED = (
    Booked("01JDBOOK1", "Gutter cleaning", "requested", NOON, NOON),
    Booked(
        "01JDBOOK2",
        "Mosquito treatment, front and back yard",
        "confirmed",
        MORNING + timedelta(3),
        MORNING + timedelta(3.125),
    ),
)
PROPOSED = Booked("01JDBOOK3", "Sprinkler check", "proposed", MORNING + timedelta(1), MORNING + timedelta(1, hours=2))
PAID = Posted("01JDPAY", date(2026, 11, 20), "Visa •••• 4242", 12250, "charge")


def samples(language: str) -> dict[str, Sample]:
    return {**_first_page(language), **_invoices(language), **_paying(language), **_payments(language)}


def unlisted(sample: Sample) -> Sample:
    """The same where the company hides its invoices."""
    template, page, values = sample
    return template, replace(page, invoices=False), values


def _first_page(language: str) -> dict[str, Sample]:
    def home(summary: Any, invoices: Any, **values: Any) -> Sample:
        always = {
            "pending": [], "can_pay": True, "only": None, "at_once": True, "estimates": (), "more_estimates": False,
            "named": NAMED, "rate": None, "documents": 0, "many_documents": False, "coming": None, "asks": False,
            "proposed": (), "booked": (),
        }  # fmt: skip
        page = values.pop("page", context(language))
        return "home.html", page, {"summary": summary, "invoices": invoices, **always, **values}

    one = replace(NOTHING, balance=12000, open_count=1, next_due=date(2026, 11, 25))
    debit = replace(NOTHING, balance=9500, in_flight=9500, open_count=1)
    books = context(language, booking=True)
    return {
        "home-booking": home(NOTHING, ITEMS[5:7], page=books),
        "home-booked": home(
            one, (DUE, *ITEMS[5:8]), only=DUE.id, coming=COMING, proposed=(PROPOSED,), booked=BOOKED, page=books
        ),
        "home": home(OWING, ITEMS[:5], pending=[DEBIT], page=context(language, accounts=2)),
        "home-one": home(one, (DUE, *ITEMS[5:8]), only=DUE.id),
        "home-many": home(replace(OWING, balance=1_204_650, open_count=141, next_due=None), ITEMS[:5], at_once=False),
        "home-no-pay": home(OWING, ITEMS[:3], can_pay=False, pending=[CHECKOUT]),
        "home-paid": home(replace(NOTHING, credit=2500), ITEMS[5:7], page=context(language, link_session=True)),
        "home-in-flight": home(debit, ITEMS[4:7], pending=[DEBIT]),
        "home-unfinished": home(debit, (UNFINISHED, *ITEMS[5:7]), pending=[CHECKOUT]),
        "home-unfinished-and-debit": home(debit, (UNFINISHED, *ITEMS[4:7]), pending=[CHECKOUT, DEBIT]),
        "home-late": home(debit, ITEMS[4:7], pending=[LATE]),
        "home-taken-back": home(replace(NOTHING, credit=-4000), ITEMS[5:7]),
        "home-taken-back-owing": home(replace(OWING, credit=-4000), ITEMS[:5]),
        "home-empty": home(NOTHING, ()),
        "home-no-invoices": unlisted(home(OWING, (), pending=[DEBIT])),
        "home-waiting": home(
            one, (DUE, *ITEMS[5:8]), only=DUE.id, estimates=ESTIMATES[:1], rate=TO_RATE, documents=2, coming=COMING
        ),
        "home-waiting-many": home(
            NOTHING,
            ITEMS[5:7],
            estimates=ESTIMATES,
            documents=20,
            many_documents=True,
            coming=replace(COMING, under_way=True),
            asks=True,
        ),
        "home-waiting-more": home(
            NOTHING,
            (),
            estimates=ESTIMATES[1:2],
            more_estimates=True,
            documents=1,
            rate=replace(TO_RATE, technician=""),
            coming=replace(COMING, under_way=True, technician="", ends_at=MORNING),
        ),
    }


def _invoices(language: str) -> dict[str, Sample]:
    listed, detail = context(language, "/invoices"), context(language, f"/invoices/{DUE.id}")

    def listing(items: Any, filter: str = "all", cursor: str | None = None, first: bool = True) -> Sample:
        values = {"items": items, "filter": filter, "next_cursor": cursor, "first_page": first}
        return "invoices.html", listed, values

    def invoice(sheet: Any, **values: Any) -> Sample:
        return "invoice.html", detail, {"invoice": sheet, "payments": (), "pending": (), "can_pay": True, **values}

    went_back = (
        PAID,
        replace(PAID, method="", amount=2000, kind="credit"),
        replace(PAID, amount=-3000, kind="refund"),
        replace(PAID, amount=-4000, kind="dispute"),
    )
    return {
        "invoices": listing(ITEMS * 2, cursor="bmV4dA=="),
        "invoices-older": listing(ITEMS[5:], cursor="bmV4dA==", first=False),
        "invoices-none-open": listing((), "open"),
        "invoices-none": listing(()),
        "invoices-end": listing((), first=False),
        "invoice": invoice(an_invoice(DUE, notes="Please keep the gate open on the morning of the visit.")),
        "invoice-no-pay": invoice(an_invoice(DUE), can_pay=False),
        "invoice-part-paid": invoice(an_invoice(ITEMS[3], paid=12250, credited=2000), payments=[PAID]),
        "invoice-gone-back": invoice(an_invoice(ITEMS[3], paid=7250, credited=7000), payments=went_back),
        "invoice-paid": invoice(an_invoice(ITEMS[6], paid=12000), payments=[PAID]),
        "invoice-processing": invoice(an_invoice(ITEMS[4]), pending=[DEBIT]),
        "invoice-late": invoice(an_invoice(ITEMS[4]), pending=[LATE]),
        "invoice-checkout": invoice(an_invoice(UNFINISHED), pending=[CHECKOUT]),
        "invoice-void": invoice(an_invoice(ITEMS[7])),
    }


def _paying(language: str) -> dict[str, Sample]:
    def values(amount: int, **changes: Any) -> dict[str, Any]:
        credit = changes.pop("credit", 0)
        return {
            "amount": amount,
            "credit": min(credit, amount),
            "credit_there": credit,
            "methods": [VISA, BANK, MASTERCARD],
            "can_charge": True,
            "banks": True,
            "may_keep": True,
            "least_charge": 50,
            "attempt": "01JDATTEMPT",
            "action": "/evergreen/payments",
            "parts": f"{DUE.id}:{DUE.payable}",
            **changes,
        }

    def pay(**changes: Any) -> Sample:
        detail = context(language, f"/invoices/{DUE.id}/pay")
        return "pay.html", detail, {"invoice": DUE, "least": 500, **values(DUE.payable, **changes)}

    def balance(items: Any, **changes: Any) -> Sample:
        always = {
            "items": items,
            "under_way": [],
            "waiting": [],
            "foreign": [],
            "more": False,
            "can_pay": True,
            "owed_besides": 0,
        }
        total = sum(one.payable for one in items)
        return "balance.html", context(language, "/balance"), {**always, **values(total, **changes)}

    owed = [ITEMS[2], ITEMS[3], ITEMS[1], ITEMS[0]]
    many = [an_item(2000 + n, "Quarterly pest control", n - 40, 12000, "overdue") for n in range(40)]
    expired = {"method": "This card has expired. Choose another, or use a new card."}
    over = {"amount": "That is more than is due. You can pay up to $120.00."}
    changed = {"": "The invoices have changed since this page was opened. Please look at them again."}
    only_cards = {"methods": [], "banks": False, "may_keep": False}
    return {
        "pay": pay(),
        "pay-new": pay(methods=[], least=None),
        "pay-new-card": pay(least=None, **only_cards),
        "pay-credit": pay(credit=2500),
        "pay-credit-only": pay(credit=20_000, can_charge=False),
        "pay-wrong": pay(errors=expired, values={"method": MASTERCARD.id, "amount": "$50.00", "keep": "yes"}),
        "pay-over": pay(errors=over, values={"method": BANK.id, "amount": "1,200", "credit": "2500"}, credit=2500),
        "balance": balance(owed, under_way=[ITEMS[4]], credit=2500),
        "balance-many": balance(many, more=True, foreign=["1009"]),
        "balance-covered": balance(owed[:2], credit=100_000),
        "balance-changed": balance(owed, errors=changed, values={"method": "new", "keep": "", "credit": ""}),
        "balance-no-pay": balance(owed, can_pay=False, can_charge=False, methods=[]),
        "balance-under-way": balance((), under_way=[ITEMS[4]]),
        "balance-unfinished": balance((), under_way=[UNFINISHED], waiting=[CHECKOUT]),
        "balance-left-out": balance(owed, under_way=[UNFINISHED, ITEMS[4]], waiting=[CHECKOUT]),
        "balance-none": balance(()),
        "balance-no-invoices": unlisted(balance(owed, under_way=[ITEMS[4]])),
    }


def _payments(language: str) -> dict[str, Sample]:
    receipt, again = context(language, "/payments/01JDPAY"), f"/evergreen/invoices/{DUE.id}/pay"
    cancel = "/evergreen/payments/01JDPAY/cancellation"
    bank = "Stripe Test Bank •••• 6789"

    def payment(state: str, shown: dict[str, Any] | None = None, **values: Any) -> Sample:
        always = {
            "failure": None,
            "retry": None,
            "unheard": False,
            "before": False,
            "open_again": "/evergreen/invoices",
            "refresh": False,
            "cancel": None,
            "again": None,
        }
        return "payment.html", receipt, {**always, "payment": a_payment(state, **(shown or {})), **values}

    def listing(payments: Any, cursor: str | None = None, first: bool = True) -> Sample:
        values = {"payments": payments, "next_cursor": cursor, "first_page": first}
        return "payments.html", context(language, "/payments"), values

    parts = tuple((one.id, one.number, one.payable) for one in ITEMS[:4])
    whole = {"amount": 39750, "credit": 2500, "total": 42250, "to_credit": 10650, "allocations": parts}
    refunded = {
        "standing": "part_refunded",
        "backs": (a_back("refund", 3000, "done"), a_back("refund", 800, "pending")),
    }
    why = "The payment wasn’t authorized."
    taken = {"standing": "taken_back", "method": bank, "backs": (a_back("dispute", 12000, "done", why),)}
    returned = "Your bank sent this payment back: the account is closed. Use another bank account, or a card."
    every = [
        a_payment("starting", method=""),
        a_payment("processing", method=bank, expected_on=ARRIVES),
        a_payment("succeeded", **whole),
        a_payment("succeeded", **refunded),
        a_payment("succeeded", **taken),
        a_payment("succeeded", standing="refunded", backs=(a_back("refund", 12000, "done"),)),
        a_payment("succeeded", amount=0, credit=12000, method=""),
        a_payment("failed"),
        a_payment("canceled"),
    ]
    return {
        "payments": listing(every, cursor="bmV4dA=="),
        "payments-none": listing(()),
        "payments-end": listing((), first=False),
        "payment": payment("succeeded"),
        "payment-before": payment("succeeded", before=True),
        "payment-balance": payment("succeeded", whole),
        "payment-refunded": payment("succeeded", refunded),
        "payment-taken-back": payment("succeeded", taken),
        "payment-credit": payment("succeeded", {"amount": 0, "credit": 12000, "method": ""}),
        "payment-starting": payment("starting", refresh=True),
        "payment-unheard": payment("starting", refresh=True, again="/evergreen/payments"),
        "payment-silent": payment("starting", refresh=True, unheard=True),
        "payment-open": payment("starting", retry="/evergreen/payments/01JDPAY/checkout", cancel=cancel),
        "payment-open-before": payment(
            "starting", before=True, retry="/evergreen/payments/01JDPAY/checkout", cancel=cancel
        ),
        "payment-action": payment("requires_action", retry="/evergreen/payments/01JDPAY/action", cancel=cancel),
        "payment-processing": payment("processing", {"method": bank, "expected_on": ARRIVES}, refresh=True, wait=8),
        "payment-late": payment("processing", {"method": bank, "expected_on": TODAY, "late": True}),
        "payment-failed": payment(
            "failed", failure="Your bank said the card has expired. Use another card.", retry=again
        ),
        "payment-returned": payment("failed", {"method": bank, "returned": True}, failure=returned, retry=again),
        "payment-canceled": payment("canceled", retry=again),
        "payment-no-invoices": unlisted(payment("succeeded", whole)),
    }
