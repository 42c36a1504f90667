"""What a company's staff does with money: void, write off, credit an invoice, take cash and checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.billing import records, rules
from chalicelib.billing.actions import staff
from chalicelib.customers import records as customers
from chalicelib.errors import Conflict, Invalid, NotFound, Unavailable
from tests.billing.till import NEW, Till, check_books, receipts
from tests.billing.wire import Wire
from tests.builders import Company
from tests.conftest import Clock


def free(till: Till) -> int:
    return till.person.now.sums.credit


# Void


def test_a_void_invoice_is_owed_no_longer(dana: Till) -> None:
    invoice, other = dana.person.invoice(12_000), dana.person.invoice(500)
    assert dana.void(invoice) == dana.invoice(invoice)
    now = dana.invoice(invoice)
    assert (now.status, now.due, now.paid) == ("void", 0, 0)
    assert dana.owed == ((other.id, 500),), "it is off the list of what is owed"
    assert (dana.person.now.sums.balance, dana.person.now.sums.open_count, free(dana)) == (500, 1, 0)
    assert dana.person.ledger() == [], "no money has moved"
    check_books(dana.person)


def test_what_had_been_paid_on_it_becomes_credit(dana: Till) -> None:
    dana.has_credit(1_000)
    invoice = dana.person.invoice(12_000)
    payment = dana.orders([(invoice.id, 5_000)], dana.saved, credit=1_000)
    cash = dana.hands_over(2_000, to=[invoice])
    dana.void(invoice)
    assert free(dana) == 7_000
    assert {(one.payment_id, one.amount) for one in dana.invoice(invoice).posted if one.kind == "voided"} == {
        (payment.id, -5_000), (cash.id, -2_000)
    }  # fmt: skip
    (row,) = (one for one in dana.person.ledger() if one["kind"] == "voided")
    assert (row["amount"], row["credit"]) == (0, 7_000)
    check_books(dana.person)


def test_voiding_twice_is_voiding_once(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    dana.pays(invoice, dana.saved, amount=5_000)
    assert dana.void(invoice) == dana.void(invoice)
    assert free(dana) == 5_000
    check_books(dana.person)


def test_an_invoice_of_more_payments_than_a_transaction_holds_is_voided_too(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    day = invoice.issued_on
    for number in range(2):
        dana.hands_over(100, to=[invoice])
        before = dana.invoice(invoice)
        many = tuple(replace(before.posted[0], payment_id=f"{number}x{n}", amount=10) for n in range(60))
        paid = replace(before, paid=before.paid + 600, posted=(*before.posted, *many))
        sums = dana.person.now.sums
        dana.person.company.store.transact(
            records.change_invoice(dana.person.company.store, dana.person.id, before, paid),
            customers.change_sums(dana.person.company.store, dana.person.id, sums, rules.move(sums, [before], [paid])),
        )
    dana.void(invoice)
    assert (dana.invoice(invoice).status, free(dana)) == ("void", 1_400)
    assert len([one for one in dana.invoice(invoice).posted if one.on == day and one.kind == "voided"]) == 122


@pytest.mark.parametrize("closes", ["void", "write_off"])
def test_what_is_under_way_is_waited_for(dana: Till, closes: str) -> None:
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, NEW, amount=5_000)
    with pytest.raises(Conflict, match="under way"):
        getattr(dana, closes)(invoice)
    dana.cancels(payment)
    getattr(dana, closes)(invoice)
    assert dana.invoice(invoice).due == 0
    check_books(dana.person)


@pytest.mark.parametrize("closes", ["void", "write_off"])
def test_a_payment_that_begins_in_the_same_moment(dana: Till, wire: Wire, closes: str) -> None:
    """Whoever comes first: it is paid and not closed, or closed and not paid."""
    for number in range(5):
        invoice, cut, started = dana.person.invoice(1_000), [number], len(wire.calls)

        def cut_in(here: int, _: Any, at: int = started, left: list[int] = cut, which: Any = invoice) -> None:
            if left and here >= at + left[0]:
                left.clear()
                dana.pays(which, NEW)

        wire.plan = cut_in  # type: ignore[assignment]
        try:
            getattr(dana, closes)(invoice)
        except Conflict:
            assert dana.invoice(invoice).in_flight == 1_000
        wire.heal()
        assert (dana.invoice(invoice).status == "open") == bool(dana.invoice(invoice).in_flight)
        check_books(dana.person)
        dana.time_passes()


@pytest.mark.parametrize("status", ["draft", "written_off"])
def test_only_an_open_invoice_is_voided(dana: Till, status: str) -> None:
    invoice = dana.person.invoice(status=status)
    with pytest.raises(Conflict, match="Only an open"):
        dana.void(invoice)
    assert dana.invoice(invoice) == invoice


def test_another_customers_invoice_is_unknown(dana: Till, evergreen: Company, clock: Clock) -> None:
    lee = Till(evergreen.customer("Lee Park", email="lee@example.com", password=None), clock)
    theirs = lee.person.invoice()
    for does in (dana.void, dana.write_off, lambda one: dana.credits(one, 1)):
        with pytest.raises(NotFound):
            does(theirs)
    with pytest.raises(NotFound):
        dana.hands_over(100, to=[theirs])
    assert lee.invoice(theirs) == theirs and dana.payments == []


# Write off


def test_a_written_off_invoice_keeps_what_was_paid(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    dana.pays(invoice, dana.saved, amount=5_000)
    assert dana.write_off(invoice) == dana.write_off(invoice) == dana.invoice(invoice)
    now = dana.invoice(invoice)
    assert (now.status, now.paid, now.due, free(dana)) == ("written_off", 5_000, 0, 0)
    assert dana.owed == () and dana.person.now.sums.balance == 0
    with pytest.raises(Conflict, match="nothing left"):
        dana.pays(invoice, dana.saved, amount=7_000)
    with pytest.raises(Conflict, match="Only an open"):
        dana.void(invoice)
    check_books(dana.person)


# Credit notes


def test_a_credit_note_takes_off_what_is_owed(dana: Till) -> None:
    invoice = dana.person.invoice(12_000)
    after = dana.credits(invoice, 2_000)
    assert after == dana.invoice(invoice) and (after.credited, after.due) == (2_000, 10_000)
    assert dana.person.now.sums.balance == 10_000 and free(dana) == 0
    dana.credits(invoice, 10_000)
    assert dana.owed == () and dana.person.now.sums.open_count == 0
    check_books(dana.person)


@pytest.mark.parametrize(("amount", "most"), [(0, "70.00"), (-1, "70.00"), (7_001, "70.00"), (10**30, "70.00")])
def test_no_more_is_credited_than_is_due_and_not_under_way(dana: Till, amount: int, most: str) -> None:
    invoice = dana.person.invoice(12_000)
    dana.hands_over(3_000, to=[invoice])
    dana.pays(invoice, NEW, amount=2_000)
    with pytest.raises(Conflict) as refused:
        dana.credits(invoice, amount)
    assert str(refused.value) == f"At most {most} USD of this invoice can be credited."
    assert dana.credits(invoice, 7_000).payable == 0
    check_books(dana.person)


def test_the_same_credit_note_again_changes_nothing(dana: Till) -> None:
    """A double click, and one that comes late."""
    invoice = dana.person.invoice(12_000)
    first, second = dana.attempt(), dana.attempt()
    assert dana.credits(invoice, 2_000, first) == dana.credits(invoice, 2_000, first) == dana.invoice(invoice)
    assert dana.invoice(invoice).credited == 2_000
    dana.credits(invoice, 2_000, second)
    dana.hands_over(8_000, to=[invoice])
    assert dana.credits(invoice, 2_000, first).credited == 4_000, "nothing is due any more, and nothing is asked"
    check_books(dana.person)


def test_a_credit_note_whose_answer_is_lost_is_given_once(dana: Till, wire: Wire) -> None:
    invoice = dana.person.invoice(12_000)
    wire.down("dynamodb TransactWriteItems", "lost after", times=1)
    assert dana.credits(invoice, 2_000).credited == 2_000
    wire.heal()
    assert dana.invoice(invoice).credited == 2_000
    check_books(dana.person)


# Cash and checks


def test_cash_pays_the_oldest_first(dana: Till) -> None:
    today = dana.clock().date()
    old, middle, new = (
        dana.person.invoice(total, due=today - timedelta(days=9 - n)) for n, total in enumerate((1_000, 2_000, 3_000))
    )
    payment = dana.hands_over(2_500, "Check 1042")
    assert [(one.invoice_id, one.amount) for one in payment.allocations] == [(old.id, 1_000), (middle.id, 1_500)]
    assert [dana.invoice(one).due for one in (old, middle, new)] == [0, 500, 3_000]
    assert dana.invoice(old).posted[0].method == "Check 1042" and payment.account == ""
    assert len(receipts(dana.person)) == 1 and dana.charges() == []
    check_books(dana.person)


def test_cash_pays_the_invoices_that_were_chosen_in_their_order(dana: Till) -> None:
    one, other, last = (dana.person.invoice(total) for total in (1_000, 2_000, 3_000))
    payment = dana.hands_over(4_000, to=[last, one])
    assert [dana.invoice(each).due for each in (one, other, last)] == [0, 2_000, 0]
    assert payment.to_credit == 0
    with pytest.raises(Invalid, match="is paid: leave it out"):
        dana.hands_over(500, to=[other, one])
    assert (dana.invoice(other).due, free(dana)) == (2_000, 0), "nothing was taken"
    check_books(dana.person)


def test_the_same_invoice_chosen_twice_is_chosen_once(dana: Till) -> None:
    one = dana.person.invoice(1_000)
    assert dana.hands_over(1_500, to=[one, one]).to_credit == 500
    check_books(dana.person)


def test_the_same_payment_entered_twice_is_one(dana: Till) -> None:
    invoice, id = dana.person.invoice(1_000), dana.attempt()
    first = dana.hands_over(1_500, id=id)
    assert dana.hands_over(1_500, id=id) == dana.hands_over(9_999, id=id) == dana.payment(first)
    assert (dana.invoice(invoice).due, free(dana), len(dana.payments)) == (0, 500, 1)
    check_books(dana.person)


def test_two_of_staff_enter_at_once(dana: Till, wire: Wire) -> None:
    for number in range(4):
        invoice, id, cut, started = dana.person.invoice(1_000), dana.attempt(), [number], len(wire.calls)

        def cut_in(here: int, _: Any, at: int = started, left: list[int] = cut, id: str = id) -> None:
            if left and here >= at + left[0]:
                left.clear()
                dana.hands_over(1_000, id=id)

        wire.plan = cut_in  # type: ignore[assignment]
        assert dana.hands_over(1_000, id=id).state == "succeeded"
        wire.heal()
        assert dana.invoice(invoice).due == 0
    assert free(dana) == 0 and len(dana.payments) == 4
    check_books(dana.person)


def test_what_is_under_way_is_not_paid_by_cash_too(dana: Till) -> None:
    invoice = dana.person.invoice(10_000)
    dana.pays(invoice, NEW, amount=6_000)
    assert dana.hands_over(10_000).to_credit == 6_000
    assert dana.invoice(invoice).payable == 0 and free(dana) == 6_000
    check_books(dana.person)


def test_an_invoice_in_another_currency_does_not_stop_the_others(dana: Till) -> None:
    euros = dana.person.invoice(2_000, currency="EUR", due=dana.clock().date() - timedelta(days=30))
    dollars = dana.person.invoice(1_000)
    assert dana.hands_over(1_500).to_credit == 500
    assert dana.invoice(dollars).due == 0 and dana.invoice(euros) == euros


@pytest.mark.parametrize(
    ("amount", "method", "field"),
    [
        (0, "Cash", "amount"),
        (-5, "Cash", "amount"),
        (rules.MOST + 1, "Cash", "amount"),
        (5, "", "method"),
        (5, "  ", "method"),
    ],
)
def test_an_entry_that_says_too_little_is_refused(dana: Till, amount: int, method: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        dana.hands_over(amount, method)
    assert refused.value.field == field and dana.payments == []


def test_more_invoices_than_fit_are_paid_as_far_as_they_go(dana: Till) -> None:
    for _ in range(93):
        dana.person.invoice(100)
    assert (dana.hands_over(9_000).to_credit, len(dana.owed)) == (0, 3)
    check_books(dana.person)


# Quarrels


@pytest.mark.parametrize("what", ["void", "write_off", "cash"])
def test_an_endless_quarrel_ends_in_words_and_changes_nothing(dana: Till, wire: Wire, what: str) -> None:
    invoice = dana.person.invoice(50_000)

    def always(_: int, call: Any) -> None:
        if call.what == "dynamodb TransactWriteItems":
            wire.heal()
            dana.credits(invoice, 1)
            wire.plan = always

    wire.plan = always
    with pytest.raises(Unavailable):
        dana.hands_over(1_000) if what == "cash" else getattr(dana, what)(invoice)
    wire.heal()
    now = dana.invoice(invoice)
    assert now.status == "open" and now.paid == 0 and dana.payments == []
    check_books(dana.person)


def test_when_the_answer_is_lost_it_is_done_once(dana: Till, wire: Wire) -> None:
    """botocore sends it again, and its condition fails: that is our own success."""
    invoice = dana.person.invoice(12_000)
    dana.pays(invoice, dana.saved, amount=5_000)
    wire.down("dynamodb TransactWriteItems", "lost after", times=1)
    assert dana.void(invoice).status == "void"
    other, id = dana.person.invoice(500), dana.attempt()
    wire.down("dynamodb TransactWriteItems", "lost after", times=1)
    assert dana.hands_over(800, id=id).to_credit == 300
    wire.heal()
    assert free(dana) == 5_300 and dana.invoice(other).due == 0
    assert len(dana.person.ledger()) == 3
    check_books(dana.person)


def test_cash_pays_what_lies_behind_a_payment_under_way(dana: Till) -> None:
    for _ in range(3):
        dana.pays(dana.person.invoice(1_000), NEW)
    behind = dana.person.invoice(2_000)
    dana.hands_over(2_000)
    assert dana.invoice(behind).due == 0 and dana.person.now.sums.credit == 0
    check_books(dana.person)


def test_more_invoices_than_fit_are_refused_with_the_figure(dana: Till) -> None:
    many = [f"{number:026d}" for number in range(91)]
    with pytest.raises(Invalid, match="at most 90"):
        staff.take_payment(dana.world.services, dana.person.account, dana.attempt(), 100, "Cash", many)
