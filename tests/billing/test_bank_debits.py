"""Bank debits: on their way for days, never paid before the bank says so; and what comes back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

import app as wiring
from chalicelib.billing.actions import pay
from chalicelib.errors import Conflict
from tests.billing.till import BANK, NEW, RETURNING_BANK, Till, check_books, outbox, receipts
from tests.billing.wire import Wire
from tests.browser import deliver_webhook

RETURNS = [
    ("pm_usBankAccount_insufficientFunds", "R01"),
    ("pm_usBankAccount_accountClosed", "R02"),
    ("pm_usBankAccount_noAccount", "R03"),
    ("pm_usBankAccount_debitNotAuthorized", "R10"),
]


def mails(till: Till) -> dict[str, dict[str, Any]]:
    """What lies in the outbox, by id: the template, to whom, and what it says."""
    return {
        row["item"].removeprefix("message#"): {"template": row["template"], "to": row["to"],
                                                 **json.loads(row["body"])["values"].get("payment", {})}
        for row in outbox(till.person)
    }  # fmt: skip


def days_pass(till: Till, days: int) -> None:
    for _ in range(days * 4):
        till.clock.forward(hours=6)
        till.world.stripe.advance()
        till.sweep()


@pytest.mark.parametrize("way", ["saved", "checkout"])
def test_a_debit_is_on_its_way_for_days_and_then_paid(dana: Till, way: str) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, dana.banks_with() if way == "saved" else NEW)
    dana.at_checkout(payment, bank=BANK)
    payment = dana.comes_back(payment)
    assert (payment.state, payment.expected_on) == ("processing", date(2026, 11, 30)), "Thanksgiving is no bank day"
    assert payment.method.endswith("•••• 6789") and not payment.next_url
    now = dana.invoice(invoice)
    assert (now.paid, now.payable, now.state(date(2026, 11, 23)).kind) == (0, 0, "processing")
    (pending,) = dana.person.now.sums.pending
    assert (pending.payment, pending.amount, pending.expected_on) == (payment.id, 12_000, date(2026, 11, 30))
    assert receipts(dana.person) == [], "not paid yet"
    days_pass(dana, 3)
    assert dana.payment(payment).state == "processing" and dana.invoice(invoice).payable == 0
    days_pass(dana, 5)
    assert dana.payment(payment).state == "succeeded" and dana.invoice(invoice).due == 0
    assert dana.person.now.sums.pending == ()
    assert set(mails(dana)) == {f"debit-{payment.id}", f"receipt-{payment.id}"}
    check_books(dana.person)


def test_that_it_has_begun_is_told_once(dana: Till) -> None:
    """By the answer, by webhooks twice, by the return page and the sweep."""
    bank = dana.banks_with()
    first, second = dana.pays(dana.person.invoice(1_000), bank), dana.pays(dana.person.invoice(2_000), bank)
    post = dana.world.stripe.pending_webhooks()
    for _, body, signature in post * 2:
        assert deliver_webhook(wiring.app, body, signature) == 200
    for payment in (first, second, first):
        assert dana.comes_back(payment).state == "processing"
    days_pass(dana, 1)
    told = mails(dana)
    assert set(told) == {f"debit-{first.id}", f"debit-{second.id}"}
    mail = told[f"debit-{first.id}"]
    assert (mail["template"], mail["to"], mail["expected_on"]) == ("debit_started", dana.person.now.email, "2026-11-30")
    check_books(dana.person)


def test_a_debit_begun_in_the_evening_counts_from_the_companys_day(dana: Till) -> None:
    dana.clock.time = datetime(2026, 12, 1, 3, tzinfo=UTC)  # Monday evening in Denver
    assert dana.pays(dana.person.invoice(), dana.banks_with()).expected_on == date(2026, 12, 4)


@pytest.mark.parametrize(("token", "code"), RETURNS)
@pytest.mark.parametrize("hears", ["webhook", "sweep"])
def test_a_debit_that_comes_back_opens_the_invoice_again(dana: Till, token: str, code: str, hears: str) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, dana.banks_with(token))
    assert payment.state == "processing"
    if hears == "sweep":
        days_pass(dana, 8)
    else:
        dana.clock.forward(days=8)
        dana.world.stripe.advance()
        assert set(dana.webhooks(wiring.app) * 2) == {200}
    after = dana.payment(payment)
    assert (after.state, after.failure) == ("failed", code)
    now = dana.invoice(invoice)
    assert (now.payable, now.holds, now.posted) == (12_000, {}, ())
    assert dana.person.now.sums.pending == () and dana.person.ledger() == []
    told = mails(dana)
    assert set(told) == {f"debit-{payment.id}", f"returned-{payment.id}", f"returned-{payment.id}-company"}
    assert told[f"returned-{payment.id}"]["to"] == dana.person.now.email
    assert told[f"returned-{payment.id}-company"]["to"] == dana.company.company.email
    dana.sweep()
    assert mails(dana) == told
    assert dana.pays(invoice, dana.saved).state == "succeeded", "a card pays it now"
    check_books(dana.person)


def test_a_debit_on_checkout_that_comes_back(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, NEW)
    dana.at_checkout(payment, bank=RETURNING_BANK)
    assert dana.comes_back(payment).state == "processing"
    days_pass(dana, 8)
    assert (dana.payment(payment).state, dana.payment(payment).failure) == ("failed", "R01")
    assert dana.invoice(invoice).payable == 12_000
    check_books(dana.person)


def test_a_bank_that_comes_back_later_takes_it_as_a_dispute(dana: Till) -> None:
    """After it had arrived: the payment stays what it was, and the money is gone."""
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, dana.banks_with("pm_usBankAccount_dispute"))
    dana.webhooks(wiring.app)
    dana.clock.forward(days=8)
    dana.world.stripe.advance()
    for _ in range(2):
        assert set(dana.webhooks(wiring.app)) <= {200}
    after = dana.payment(payment)
    assert after.state == "succeeded" and [(one.kind, one.state, one.amount) for one in after.backs] == [
        ("dispute", "done", 12_000)
    ]
    assert dana.invoice(invoice).due == 12_000
    assert sum(row["amount"] for row in dana.person.ledger()) == 0
    cause = f"dispute-{payment.id}-{after.backs[0].id}"
    assert {cause, f"{cause}-company", f"receipt-{payment.id}"} <= set(mails(dana))
    check_books(dana.person)


def test_it_stays_on_its_way_as_long_as_the_bank_likes(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, dana.banks_with("pm_usBankAccount_processing"))
    days_pass(dana, 15)
    assert dana.payment(payment).state == "processing" and dana.invoice(invoice).payable == 0
    assert dana.payment(payment).expected_on == date(2026, 11, 30), "what was said stays said"
    assert dana.cancels(payment).state == "processing", "a debit that has begun can't be called back"
    with pytest.raises(Conflict, match="under way"):
        dana.pays(invoice, dana.saved)
    check_books(dana.person)


def test_credit_used_with_a_debit_waits_with_it_and_comes_back_with_it(dana: Till) -> None:
    dana.has_credit(2_000)
    invoice = dana.person.invoice(12_000)
    bank = dana.banks_with("pm_usBankAccount_insufficientFunds")
    payment = dana.orders([(invoice.id, 12_000)], bank, credit=2_000)
    assert (payment.state, payment.amount, dana.person.now.sums.credit) == ("processing", 10_000, 0)
    days_pass(dana, 8)
    assert (dana.payment(payment).state, dana.person.now.sums.credit) == ("failed", 2_000)
    assert dana.invoice(invoice).payable == 12_000
    check_books(dana.person)


def test_a_balance_by_debit_is_one_read_and_one_transaction_to_settle(dana: Till, wire: Wire) -> None:
    invoices = [dana.person.invoice(1_000 + n) for n in range(7)]
    bank = dana.banks_with()
    payment = dana.pays_balance(bank)
    dana.clock.forward(days=8)
    dana.world.stripe.advance()
    account = dana.person.account
    wire.calls.clear()
    assert pay.look(dana.world.services, account, payment.id)[0].state == "succeeded"
    assert [call.what for call in wire.of("dynamodb")] == ["dynamodb BatchGetItem", "dynamodb TransactWriteItems"]
    assert all(dana.invoice(one).due == 0 for one in invoices)
    check_books(dana.person)


def test_an_account_that_was_blocked_since_is_refused_and_frees_the_invoice(dana: Till) -> None:
    bank = dana.banks_with("pm_usBankAccount_accountClosed")
    dana.pays(dana.person.invoice(1_000), bank)
    days_pass(dana, 8)
    invoice = dana.person.invoice(2_000)
    assert dana.pays(invoice, bank).state == "failed"
    assert dana.invoice(invoice).payable == 2_000
    check_books(dana.person)
