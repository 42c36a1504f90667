"""Settling: whoever comes first does it, all who come later find it done, and no cent goes astray."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import app as wiring
from chalicelib.aws.metrics import Metrics
from chalicelib.aws.store import ConditionFailed
from chalicelib.billing import records, rules
from chalicelib.billing.actions.books import BillingAccount, Books, read
from chalicelib.billing.actions.settle import settle
from chalicelib.billing.rules import Invoice, Outcome
from chalicelib.customers import records as customers
from chalicelib.errors import Unavailable
from chalicelib.messages import actions as messages
from sandbox.world import sent_mail
from tests.billing.till import NEW, Till, check_books, receipts
from tests.billing.wire import Wire
from tests.builders import Company
from tests.conftest import Clock


def staff_changes(till: Till, invoice: Invoice, **values: Any) -> None:
    """What the company's staff does to an invoice while a payment is under way."""
    store, customer = till.company.store, till.person.now
    before = till.invoice(invoice)
    after = replace(before, **values)
    store.transact(
        records.change_invoice(store, customer.id, before, after),
        customers.change_sums(store, customer.id, customer.sums, rules.move(customer.sums, [before], [after])),
    )


def on_checkout(till: Till, total: int = 12_000) -> tuple[Invoice, Any]:
    invoice = till.person.invoice(total)
    payment = till.pays(invoice, NEW)
    till.world.stripe.pay(payment.next_url)
    return invoice, payment


def books(till: Till, payment: Any) -> Books:
    return read(till.company.store, till.person.id, payment.id)


@pytest.mark.parametrize("status", ["void", "written_off"])
def test_money_for_an_invoice_that_staff_closed_becomes_credit(dana: Till, status: str) -> None:
    invoice, payment = on_checkout(dana)
    staff_changes(dana, invoice, status=status)
    assert dana.comes_back(payment).state == "succeeded"
    assert dana.person.now.sums.credit == 12_000
    assert dana.person.ledger()[0]["credit"] == 12_000
    check_books(dana.person)


@pytest.mark.parametrize("succeeds", [True, False])
def test_credit_used_on_an_invoice_that_staff_closed_is_credit_again(dana: Till, succeeds: bool) -> None:
    dana.has_credit(2_000)
    invoice = dana.person.invoice(12_000)
    payment = dana.orders([(invoice.id, 12_000)], NEW, credit=2_000)
    staff_changes(dana, invoice, status="void")
    if succeeds:
        dana.at_checkout(payment)
        assert dana.comes_back(payment).to_credit == 12_000
    else:
        dana.cancels(payment)
    assert dana.person.now.sums.credit == (12_000 if succeeds else 2_000)
    assert dana.invoice(invoice).holds == {} and dana.invoice(invoice).paid == 0
    check_books(dana.person)


def test_money_that_no_longer_fits_becomes_credit(dana: Till) -> None:
    invoice, payment = on_checkout(dana)
    staff_changes(dana, invoice, credited=5_000)
    dana.comes_back(payment)
    assert (dana.invoice(invoice).paid, dana.person.now.sums.credit) == (7_000, 5_000)
    check_books(dana.person)


def test_an_invoice_changed_in_the_very_moment_is_read_again(dana: Till, wire: Wire) -> None:
    """Staff credits the invoice between our reading it and our writing it."""
    invoice, payment = on_checkout(dana)
    cut = [True]

    def cut_in(_: int, call: Any) -> None:
        if cut and call.what == "dynamodb TransactWriteItems":
            cut.clear()
            staff_changes(dana, invoice, credited=5_000)

    wire.plan = cut_in
    assert dana.comes_back(payment).state == "succeeded"
    assert (dana.invoice(invoice).paid, dana.person.now.sums.credit) == (7_000, 5_000)
    check_books(dana.person)


def test_return_page_webhook_and_sweep_at_once_settle_once(dana: Till, wire: Wire) -> None:
    """Between any two calls of the one, the other runs from start to end."""
    for number in range(12):
        invoice, payment = on_checkout(dana, 1_000 + number)
        started = len(wire.calls)
        cut = [True]

        def cut_in(here: int, _: Any, at: int = started + number, left: list[bool] = cut, which: Any = payment) -> None:
            if left and here >= at:
                left.clear()
                dana.comes_back(which)

        wire.plan = cut_in  # type: ignore[assignment]
        assert dana.comes_back(payment).state == "succeeded"
        wire.heal()
        assert dana.invoice(invoice).paid == 1_000 + number
    check_books(dana.person)


def test_settling_again_changes_nothing(dana: Till) -> None:
    _, payment = on_checkout(dana)
    dana.comes_back(payment)
    before = (dana.person.now, dana.payment(payment), dana.person.ledger(), receipts(dana.person))
    stale = Books(replace(dana.payment(payment), state="starting"), (), dana.person.now)
    for outcome in ("succeeded", "failed", "canceled", "unknown", "requires_action", "processing", "open"):
        settle(dana.world.services, dana.person.account, books(dana, payment), Outcome(outcome, "pi_1", amount=12_000))
    assert (dana.person.now, dana.payment(payment), dana.person.ledger(), receipts(dana.person)) == before
    assert stale.payment.state == "starting"


def test_an_answer_from_before_somebody_else_heard_more_is_asked_for_again(dana: Till, wire: Wire) -> None:
    """The sweep heard "not yet" and was slow; meanwhile the payment moved on. Its old answer must not count."""
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, NEW)
    slow = books(dana, payment)
    dana.world.stripe.pay(payment.next_url)
    moved = replace(slow.payment, called_at=dana.clock() + timedelta(seconds=1))
    dana.company.store.write(records.change_payment(dana.company.store, dana.person.id, slow.payment, moved))
    old_answer = Outcome("requires_action", "pi_old", next_url="https://bank.example")
    assert settle(dana.world.services, dana.person.account, slow, old_answer).state == "succeeded"
    assert "pi_old" not in dana.payment(payment).intent


def test_what_was_received_counts_and_not_what_was_asked_for(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, NEW)
    settle(dana.world.services, dana.person.account, books(dana, payment), Outcome("succeeded", "pi_1", amount=11_000))
    assert dana.invoice(invoice).due == 1_000 and dana.person.ledger()[0]["amount"] == 11_000
    other = dana.person.invoice(500)
    more = dana.pays(other, NEW)
    settle(dana.world.services, dana.person.account, books(dana, more), Outcome("succeeded", "pi_2", amount=700))
    assert dana.invoice(other).due == 0 and dana.person.now.sums.credit == 200


@pytest.mark.parametrize("way", ["saved", "checkout"])
def test_money_taken_in_another_currency_is_posted_nowhere_and_raises_the_alarm(
    dana: Till, wire: Wire, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    """Must not happen: a person has to look, and until then nobody pays the invoice again."""
    invoice = dana.person.invoice()
    if way == "saved":
        dana.world.stripe.faults.timeout_after(times=2)
    payment = dana.pays(invoice, dana.saved if way == "saved" else NEW)
    dana.at_checkout(payment)
    (intent,) = dana.world.stripe.state.world(dana.company.company.stripe_account).all("payment_intent")
    intent["currency"] = "eur"
    assert dana.comes_back(payment).state == "starting"
    assert 503 in dana.webhooks(wiring.app)
    dana.clock.forward(hours=1)
    dana.sweep()
    assert [one.levelname for one in caplog.records if "was taken in eur" in one.message][:1] == ["ERROR"]
    now = dana.invoice(invoice)
    assert (now.paid, now.payable, dana.person.ledger(), receipts(dana.person)) == (0, 0, [], [])
    intent["currency"] = "usd"
    dana.time_passes()
    assert dana.payment(payment).state == "succeeded"
    check_books(dana.person)


def test_a_payment_that_says_more_of_itself_moves_no_other(dana: Till, wire: Wire) -> None:
    """Checkout's address is the payment's alone: what else is under way is not written again."""
    first = dana.pays(dana.person.invoice(1_000), NEW)
    wire.calls.clear()
    dana.pays(dana.person.invoice(2_000), NEW)
    assert [call.items for call in wire.of("dynamodb TransactWriteItems")][-1] == 1
    moved = replace(first, task_at=dana.clock())
    dana.company.store.write(
        records.change_payment(dana.company.store, dana.person.id, dana.payment(first), replace(moved, checkout=""))
    )
    asked = Outcome("open", checkout=first.checkout, next_url=first.next_url)
    before = dana.person.now.sums
    settle(dana.world.services, dana.person.account, books(dana, first), asked)
    assert dana.person.now.sums == before
    check_books(dana.person)


def test_an_endless_quarrel_over_the_same_rows_ends_in_words(dana: Till, wire: Wire) -> None:
    invoice, payment = on_checkout(dana)

    def always(_: int, call: Any) -> None:
        if call.what == "dynamodb TransactWriteItems":
            wire.heal()
            staff_changes(dana, invoice, credited=dana.invoice(invoice).credited + 1)
            wire.plan = always

    wire.plan = always
    with pytest.raises(Unavailable):
        settle(dana.world.services, dana.person.account, books(dana, payment))
    wire.heal()
    assert dana.person.ledger() == []
    dana.time_passes()
    assert dana.payment(payment).state == "succeeded"
    check_books(dana.person)


def test_a_version_protects_every_row(dana: Till) -> None:
    invoice, payment = on_checkout(dana)
    old = books(dana, payment)
    dana.comes_back(payment)
    store, customer = dana.company.store, dana.person.id
    for write in (
        records.change_payment(store, customer, old.payment, old.payment),
        records.change_invoice(store, customer, old.invoices[0], old.invoices[0]),
        customers.change_sums(store, customer, old.customer.sums, old.customer.sums),
    ):
        with pytest.raises(ConditionFailed):
            store.write(write)
    assert dana.invoice(invoice).due == 0


# The receipt


def deliver(till: Till, payment: Any) -> None:
    messages.deliver(till.world.services, till.company.store.tenant, till.person.id, f"receipt-{payment.id}")


def test_a_receipt_goes_out_once_however_often_the_queue_brings_it(dana: Till) -> None:
    _, payment = on_checkout(dana)
    dana.comes_back(payment)
    for _ in range(3):
        deliver(dana, payment)
    (mail,) = sent_mail()
    assert "$120.00" in mail.raw_data and dana.payment(payment).receipt_number in mail.raw_data


def test_when_mail_is_down_the_payment_stands_and_the_receipt_goes_out_later(dana: Till, wire: Wire) -> None:
    _, payment = on_checkout(dana)
    dana.comes_back(payment)
    wire.down("sesv2")
    with pytest.raises(Unavailable):
        deliver(dana, payment)
    assert dana.payment(payment).state == "succeeded" and not sent_mail()
    wire.heal()
    dana.clock.forward(minutes=5)
    assert messages.sweep(dana.world.services) == 1
    deliver(dana, payment)
    assert len(sent_mail()) == 1


def test_when_the_queue_is_down_the_payment_stands_and_the_sweep_hands_the_receipt_over(dana: Till, wire: Wire) -> None:
    invoice = dana.person.invoice()
    wire.down("sqs")
    payment = dana.pays(invoice, dana.saved)
    wire.heal()
    assert payment.state == "succeeded" and not sent_mail()
    dana.clock.forward(minutes=3)
    wire.calls.clear()
    assert messages.sweep(dana.world.services) == 1
    assert wire.of("sqs SendMessage")
    deliver(dana, payment)
    assert len(sent_mail()) == 1


def test_a_customer_without_an_address_pays_without_a_receipt(dana: Till) -> None:
    person = dana.company.customer("Lee Park", email="", password=None)
    till = Till(person, dana.clock)
    invoice = person.invoice()
    payment = till.pays(invoice, NEW)
    till.world.stripe.pay(payment.next_url)
    assert till.comes_back(payment).state == "succeeded"
    assert receipts(person) == []
    check_books(person, dana.person)


def test_looking_at_a_finished_payment_asks_nobody(dana: Till, wire: Wire) -> None:
    payment = dana.pays(dana.person.invoice(), dana.saved)
    wire.calls.clear()
    dana.comes_back(payment)
    assert not wire.of("stripe")


def test_an_account_names_the_payments_own_stripe_account(dana: Till) -> None:
    payment = dana.pays(dana.person.invoice(), dana.saved)
    account = dana.person.account
    elsewhere = BillingAccount(account.store, replace(account.company, stripe_account="acct_other"), account.customer)
    assert elsewhere.payer(payment).account == account.company.stripe_account
    assert account.methods and not elsewhere.methods, "what another account has on file is nothing here"


def test_a_payment_without_its_picture_reads_its_invoices(dana: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Histories can be too long for a row; then the picture is left out."""
    monkeypatch.setattr("chalicelib.billing.records.payments.LARGEST_PICTURE", 10)
    invoice, payment = on_checkout(dana)
    assert not dana.payment(payment).held
    assert dana.comes_back(payment).state == "succeeded"
    assert dana.invoice(invoice).due == 0 and dana.person.now.sums.credit == 0
    check_books(dana.person)


# What an operator sees of it


def test_a_payment_that_is_decided_is_counted_once(dana: Till) -> None:
    """By whoever was first; what only began is not."""
    lines: list[dict[str, Any]] = []
    dana.world.services.metrics = Metrics("test", lambda line: lines.append(json.loads(line)))
    _, payment = on_checkout(dana)
    assert lines == []
    dana.comes_back(payment)
    dana.comes_back(payment)
    dana.webhooks(wiring.app)
    dana.sweep()
    assert [(one["PaymentsSucceeded"], one["Stage"], one["tenant"]) for one in lines] == [
        (1, "test", dana.company.store.tenant)
    ]


def test_so_is_one_that_was_declined(evergreen: Company, clock: Clock) -> None:
    lines: list[dict[str, Any]] = []
    evergreen.world.services.metrics = Metrics("test", lambda line: lines.append(json.loads(line)))
    dana = Till(evergreen.customer(password=None, saved_card="pm_card_chargeCustomerFail"), clock)
    assert dana.pays(dana.person.invoice(12_000), dana.saved).state == "failed"
    assert [one["PaymentsFailed"] for one in lines] == [1]
    said = json.dumps(lines)
    assert dana.person.id not in said and "pi_" not in said
