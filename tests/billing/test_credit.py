"""Account credit: where it comes from, put aside when a payment starts, used first, given back when it fails."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.billing.actions import money_back, staff
from chalicelib.errors import Conflict, Invalid, NotAllowed, NotFound
from chalicelib.tenants import records as tenants
from sandbox.world import World
from tests.billing.till import ASKS_THE_BANK, DECLINES, NEW, Till, check_books, receipts
from tests.billing.wire import Wire
from tests.builders import Company, a_company
from tests.conftest import Clock


def free(till: Till) -> int:
    return till.person.now.sums.credit


def pays_with_credit(till: Till, invoice: Any, amount: int, credit: int, method: str = "", attempt: str = "") -> Any:
    return till.orders([(invoice.id, amount)], method or till.saved, credit=credit, attempt=attempt)


def test_what_is_left_of_a_manual_payment_becomes_credit(dana: Till) -> None:
    invoice = dana.person.invoice(10_000)
    payment = dana.hands_over(12_500)
    assert (payment.amount, payment.to_credit, free(dana)) == (12_500, 2_500, 2_500)
    assert dana.invoice(invoice).due == 0
    assert dana.person.ledger()[0]["credit"] == 2_500
    check_books(dana.person)


@pytest.mark.parametrize("method", ["saved", NEW])
def test_credit_is_used_first_when_it_is_asked_for(dana: Till, method: str) -> None:
    dana.has_credit(3_000)
    invoice, chosen = dana.person.invoice(10_000), dana.saved if method == "saved" else NEW
    payment = pays_with_credit(dana, invoice, 10_000, 3_000, chosen)
    assert (payment.amount, payment.credit) == (7_000, 3_000)
    dana.at_checkout(payment)
    assert dana.comes_back(payment).state == "succeeded"
    assert [(one.kind, one.amount) for one in dana.invoice(invoice).posted] == [("credit", 3_000), ("charge", 7_000)]
    assert free(dana) == 0 and [one["amount"] for one in dana.charges()] == [7_000]
    check_books(dana.person)


def test_credit_is_left_alone_when_it_is_not_asked_for(dana: Till) -> None:
    dana.has_credit(3_000)
    payment = dana.pays(dana.person.invoice(10_000), dana.saved)
    assert (payment.amount, payment.credit, free(dana)) == (10_000, 0, 3_000)


def test_of_a_balance_it_pays_the_oldest(dana: Till) -> None:
    dana.has_credit(3_000)
    one, other = dana.person.invoice(2_000), dana.person.invoice(5_000)
    payment = dana.pays_balance(dana.saved, credit=3_000)
    assert {part.invoice_id: part.credit for part in payment.allocations} == {one.id: 2_000, other.id: 1_000}
    assert [(part.kind, part.amount) for part in dana.invoice(one).posted] == [("credit", 2_000)]
    assert [(part.kind, part.amount) for part in dana.invoice(other).posted] == [("credit", 1_000), ("charge", 4_000)]
    check_books(dana.person)


def test_while_the_payment_is_under_way_nobody_else_can_use_it(dana: Till) -> None:
    dana.has_credit(3_000)
    invoice, other = dana.person.invoice(10_000), dana.person.invoice(5_000)
    payment = pays_with_credit(dana, invoice, 10_000, 3_000, NEW)
    assert free(dana) == 0
    (pending,) = dana.person.now.sums.pending
    assert (pending.payment, pending.amount, pending.credit) == (payment.id, 10_000, 3_000)
    with pytest.raises(Conflict, match="credit has changed"):
        pays_with_credit(dana, other, 5_000, 3_000)
    with pytest.raises(Conflict, match="of account credit"):
        staff.apply_credit(dana.world.services, dana.person.account, dana.attempt(), other.id, 1)
    check_books(dana.person)


@pytest.mark.parametrize("how", ["canceled", "expired", "declined", "check left", "never heard of", "refused"])
def test_it_comes_back_when_nothing_becomes_of_the_payment(evergreen: Company, clock: Clock, how: str) -> None:
    card = {"declined": DECLINES, "check left": ASKS_THE_BANK}.get(how, "pm_card_visa")
    till = Till(evergreen.customer(password=None, saved_card=card), clock)
    till.has_credit(3_000)
    invoice = till.person.invoice(10_000)
    if how == "never heard of":
        till.world.stripe.faults.timeout_before(times=2)
    if how == "refused":
        till.world.stripe.restrict_account(till.company.company.stripe_account)
    method = NEW if how in ("canceled", "expired") else till.saved
    payment = pays_with_credit(till, invoice, 10_000, 3_000, method)
    if how == "canceled":
        till.cancels(payment)
    till.time_passes()
    assert till.payment(payment).state in ("failed", "canceled")
    assert free(till) == 3_000 and till.invoice(invoice).payable == 10_000 and till.person.now.sums.pending == ()
    assert till.invoice(invoice).posted == ()
    check_books(till.person)


def test_the_same_form_twice_uses_it_once(dana: Till) -> None:
    dana.has_credit(3_000)
    invoice, attempt = dana.person.invoice(10_000), dana.attempt()
    for _ in range(3):
        assert pays_with_credit(dana, invoice, 10_000, 3_000, attempt=attempt).state == "succeeded"
    assert free(dana) == 0 and len(dana.charges()) == 1
    check_books(dana.person)


# Credit alone


@pytest.mark.parametrize("credit", [10_000, 12_000])
def test_credit_that_covers_all_needs_no_card_and_no_stripe(dana: Till, wire: Wire, credit: int) -> None:
    dana.has_credit(credit)
    invoice, attempt = dana.person.invoice(10_000), dana.attempt()
    wire.calls.clear()
    payment = dana.orders([(invoice.id, 10_000)], NEW, credit=10_000, attempt=attempt)
    assert (payment.state, payment.amount, payment.credit, payment.account) == ("succeeded", 0, 10_000, "")
    assert not wire.of("stripe") and [call.items for call in wire.of("dynamodb TransactWriteItems")] == [5]
    assert dana.invoice(invoice).due == 0 and free(dana) == credit - 10_000
    assert f"message#receipt-{payment.id}" in {row["item"] for row in receipts(dana.person)}
    assert dana.orders([(invoice.id, 10_000)], NEW, credit=10_000, attempt=attempt) == dana.payment(payment)
    check_books(dana.person)


def test_credit_pays_where_no_account_is_connected(world: World, clock: Clock) -> None:
    company = a_company(world, "Evergreen Pest & Lawn", "evergreen", connected=False)
    dana = Till(company.customer(password=None), clock)
    dana.has_credit(6_000)
    one, other = dana.person.invoice(2_000), dana.person.invoice(4_000)
    with pytest.raises(NotAllowed):
        dana.pays_balance(NEW, credit=0)
    assert dana.pays_balance(NEW, credit=6_000).state == "succeeded"
    assert dana.invoice(one).due == dana.invoice(other).due == 0


def test_where_no_account_is_connected_credit_alone_must_be_enough(world: World, clock: Clock) -> None:
    company = a_company(world, "Evergreen Pest & Lawn", "evergreen", connected=False)
    dana = Till(company.customer(password=None), clock)
    dana.has_credit(1_000)
    invoice = dana.person.invoice(4_000)
    with pytest.raises(NotAllowed):
        dana.orders([(invoice.id, 4_000)], NEW, credit=1_000)
    assert dana.orders([(invoice.id, 1_000)], NEW, credit=1_000).state == "succeeded"
    assert dana.invoice(invoice).due == 3_000


def test_two_clicks_at_once_pay_once_by_credit(dana: Till, wire: Wire) -> None:
    dana.has_credit(50_000)
    for number in range(4):
        invoice, attempt, cut = dana.person.invoice(1_000), dana.attempt(), [number]
        started = len(wire.calls)

        def cut_in(here: int, _: Any, at: int = started, left: list[int] = cut, which: Any = invoice,
                   attempt: str = attempt) -> None:  # fmt: skip
            if left and here >= at + left[0]:
                left.clear()
                dana.orders([(which.id, 1_000)], NEW, credit=1_000, attempt=attempt)

        wire.plan = cut_in  # type: ignore[assignment]
        assert dana.orders([(invoice.id, 1_000)], NEW, credit=1_000, attempt=attempt).state == "succeeded"
        wire.heal()
        assert dana.invoice(invoice).due == 0
    assert free(dana) == 46_000
    check_books(dana.person)


# What is sent, and what changed


@pytest.mark.parametrize("credit", [1, 2_999, 3_001, 10_000, -1, -3_000, 10**30])
def test_another_credit_than_there_is_changes_nothing(dana: Till, credit: int) -> None:
    dana.has_credit(3_000)
    invoice = dana.person.invoice(10_000)
    before = dana.payments
    with pytest.raises(Conflict, match="credit has changed"):
        pays_with_credit(dana, invoice, 10_000, credit)
    assert dana.payments == before and dana.charges() == [] and free(dana) == 3_000


def test_credit_that_changed_since_it_was_shown(dana: Till) -> None:
    dana.has_credit(3_000)
    invoice = dana.person.invoice(10_000)
    staff.apply_credit(dana.world.services, dana.person.account, dana.attempt(), invoice.id, 1_000)
    with pytest.raises(Conflict, match="credit has changed"):
        pays_with_credit(dana, invoice, 9_000, 3_000)
    assert pays_with_credit(dana, invoice, 9_000, 2_000).state == "succeeded"
    check_books(dana.person)


def test_credit_that_is_owed_is_none_to_pay_with_and_none_to_pay(dana: Till) -> None:
    """A bank took back what had become credit and was spent: the credit is below zero."""
    voided = dana.person.invoice(3_000)
    paid = dana.pays(voided, dana.saved)
    dana.void(voided)
    spent = dana.person.invoice(3_000)
    pays_with_credit(dana, spent, 3_000, 3_000)
    dana.disputes(paid)
    money_back.settle_back(dana.world.services, dana.person.account, paid.id)
    assert free(dana) == -3_000
    invoice = dana.person.invoice(10_000)
    for credit in (-3_000, 3_000, -1):
        with pytest.raises(Conflict, match="credit has changed"):
            pays_with_credit(dana, invoice, 10_000, credit)
    assert pays_with_credit(dana, invoice, 10_000, 0).amount == 10_000
    assert free(dana) == -3_000
    dana.hands_over(4_000)
    assert free(dana) == 1_000, "money that staff takes makes up for it first"
    check_books(dana.person)


def test_a_part_is_paid_by_credit_and_card(dana: Till) -> None:
    dana.has_credit(700)
    invoice = dana.person.invoice(10_000)
    with pytest.raises(Invalid, match="smallest"):
        pays_with_credit(dana, invoice, 400, 400)
    payment = pays_with_credit(dana, invoice, 2_000, 700)
    assert (payment.amount, payment.credit, dana.invoice(invoice).due) == (1_300, 700, 8_000)
    dana.has_credit(5_000)
    check_books(dana.person)


def test_a_part_smaller_than_the_credit_uses_only_so_much(dana: Till) -> None:
    dana.has_credit(5_000)
    invoice = dana.person.invoice(10_000)
    assert pays_with_credit(dana, invoice, 2_000, 2_000).amount == 0
    assert (dana.invoice(invoice).due, free(dana)) == (8_000, 3_000)


def test_an_expired_or_unknown_card_does_not_matter_where_nothing_is_charged(dana: Till) -> None:
    dana.has_credit(5_000)
    invoice = dana.person.invoice(5_000)
    assert pays_with_credit(dana, invoice, 5_000, 5_000, "whatever the form says").state == "succeeded"


def test_the_company_takes_no_parts_by_credit_either(dana: Till) -> None:
    tenants.change_company(dana.company.store, dana.company.company, partial_payments=False)
    dana.has_credit(2_000)
    invoice = dana.person.invoice(10_000)
    with pytest.raises(Invalid, match="in full"):
        pays_with_credit(dana, invoice, 2_000, 2_000)
    assert pays_with_credit(dana, invoice, 10_000, 2_000).amount == 8_000


# Staff


def test_staff_applies_credit_once(dana: Till) -> None:
    dana.has_credit(3_000)
    invoice, id = dana.person.invoice(10_000), dana.attempt()
    for _ in range(3):
        done = staff.apply_credit(dana.world.services, dana.person.account, id, invoice.id, 2_000)
        assert (done.state, done.credit, done.amount) == ("succeeded", 2_000, 0)
    assert (dana.invoice(invoice).due, free(dana)) == (8_000, 1_000)
    check_books(dana.person)


@pytest.mark.parametrize("amount", [0, -5, 3_001, 10_001])
def test_staff_applies_no_more_than_there_is(dana: Till, amount: int) -> None:
    dana.has_credit(3_000)
    invoice = dana.person.invoice(10_000)
    with pytest.raises(Conflict, match="of account credit"):
        staff.apply_credit(dana.world.services, dana.person.account, dana.attempt(), invoice.id, amount)
    assert free(dana) == 3_000 and dana.invoice(invoice) == invoice


def test_staff_applies_no_more_than_is_due_and_only_to_this_customers_invoices(dana: Till) -> None:
    dana.has_credit(30_000)
    held = dana.person.invoice(10_000)
    dana.pays(held, NEW, amount=6_000)
    for invoice, amount in ((held, 4_001), (dana.person.invoice(500, status="void"), 1)):
        with pytest.raises(Conflict, match="is due on this invoice"):
            staff.apply_credit(dana.world.services, dana.person.account, dana.attempt(), invoice.id, amount)
    with pytest.raises(NotFound):
        staff.apply_credit(dana.world.services, dana.person.account, dana.attempt(), "unknown", 1)
    check_books(dana.person)


def test_so_much_less_credit_is_used_that_the_rest_can_be_charged(dana: Till) -> None:
    dana.has_credit(2_500)
    invoice = dana.person.invoice(2_520)
    with pytest.raises(Conflict, match="credit has changed"):
        pays_with_credit(dana, invoice, 2_520, 2_500)
    payment = pays_with_credit(dana, invoice, 2_520, 2_470)
    assert (payment.state, payment.amount, free(dana)) == ("succeeded", 50, 30)
    check_books(dana.person)


def test_what_no_card_can_pay_is_refused_before_anybody_is_asked(dana: Till, wire: Wire) -> None:
    invoice = dana.person.invoice(30)
    with pytest.raises(Invalid, match="Online payments start at"):
        dana.pays(invoice, dana.saved)
    assert not wire.of("stripe") and dana.payments == []
