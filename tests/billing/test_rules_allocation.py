"""What may be paid and where it goes: one invoice whole or in part, the balance, account credit, staff's money."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing import rules
from chalicelib.billing.rules import MOST_INVOICES, Allocation, Invoice
from chalicelib.errors import Conflict, Invalid
from chalicelib.money import least_charge
from tests.billing.things import PARTS, TODAY, WHOLE, an_invoice

# One invoice


def test_an_invoice_is_paid_whole() -> None:
    assert rules.allocate_invoice(an_invoice(), 12_000, WHOLE) == (Allocation("inv", "10001", 12_000),)
    assert rules.allocate_invoice(an_invoice(paid=2_000, credited=1_000), 9_000, WHOLE)[0].amount == 9_000


@pytest.mark.parametrize("amount", [0, -1, 1, 11_999, 12_001, 10**30])
def test_where_parts_are_off_another_amount_is_refused_with_what_is_owed(amount: int) -> None:
    with pytest.raises(Invalid) as refused:
        rules.allocate_invoice(an_invoice(), amount, WHOLE)
    assert refused.value.field == "amount" and "120.00 USD" in str(refused.value)


@pytest.mark.parametrize("amount", [500, 501, 11_950, 12_000])
def test_a_part_is_taken(amount: int) -> None:
    assert rules.allocate_invoice(an_invoice(), amount, PARTS)[0].amount == amount


@pytest.mark.parametrize(
    ("invoice", "amount", "words"),
    [
        (an_invoice(), 499, "The smallest payment is 5.00 USD."),
        (an_invoice(), 0, "The smallest payment is 5.00 USD."),
        (an_invoice(), -12_000, "The smallest payment is 5.00 USD."),
        (an_invoice(), 12_001, "That is more than is due. You can pay up to 120.00 USD."),
        (an_invoice(paid=5_000, credited=1_000), 6_001, "That is more than is due. You can pay up to 60.00 USD."),
        (an_invoice(holds={"other": 10_000}), 2_001, "That is more than is due. You can pay up to 20.00 USD."),
        (an_invoice(300), 299, "This invoice can only be paid in full: 3.00 USD."),
        (an_invoice(500), 499, "This invoice can only be paid in full: 5.00 USD."),
    ],
)
def test_too_little_or_too_much_is_refused_with_the_figure(invoice: Invoice, amount: int, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.allocate_invoice(invoice, amount, PARTS)
    assert str(refused.value) == words


def test_what_is_less_than_the_minimum_is_paid_whole() -> None:
    assert rules.allocate_invoice(an_invoice(12_000, paid=11_700), 300, PARTS)[0].amount == 300


@pytest.mark.parametrize(
    ("invoice", "words"),
    [
        (an_invoice(paid=12_000), "nothing left"),
        (an_invoice(status="void"), "nothing left"),
        (an_invoice(status="written_off"), "nothing left"),
        (an_invoice(holds={"other": 12_000}), "under way"),
        (an_invoice(currency="EUR"), "another currency"),
    ],
)
def test_what_can_not_be_paid_says_why(invoice: Invoice, words: str) -> None:
    with pytest.raises(Conflict, match=words):
        rules.allocate_invoice(invoice, 12_000, WHOLE)


# The balance


@st.composite
def some_invoices(draw: st.DrawFn) -> list[Invoice]:
    made = []
    for number in range(draw(st.integers(0, 8))):
        total = draw(st.integers(0, 1_000))
        paid = draw(st.integers(0, total))
        one = an_invoice(
            total, id=f"i{number}", number=str(number), paid=paid,
            status=draw(st.sampled_from(["open", "open", "open", "draft", "void", "written_off"])),
            currency=draw(st.sampled_from(["USD", "USD", "USD", "EUR"])),
            due_on=TODAY + timedelta(days=draw(st.integers(-40, 40))),
        )  # fmt: skip
        held = draw(st.integers(0, one.payable))
        made.append(replace(one, holds={"other": held}) if held else one)
    return made


@given(some_invoices())
def test_the_balance_is_all_that_is_payable_oldest_due_first_and_never_over(invoices: list[Invoice]) -> None:
    named = {one.id: one for one in invoices}
    found = rules.allocate_balance(invoices, "USD")
    assert sum(one.amount for one in found) == sum(i.payable for i in invoices if i.currency == "USD")
    assert [named[one.invoice_id].due_on for one in found] == sorted(named[one.invoice_id].due_on for one in found)
    for one in found:
        invoice = named[one.invoice_id]
        assert 0 < one.amount == invoice.total - invoice.paid - invoice.in_flight
        assert invoice.status == "open" and invoice.currency == "USD" and one.number == invoice.number


@given(some_invoices(), st.randoms())
def test_what_was_shown_is_what_is_posted_in_whatever_order_it_is_sent_back(
    invoices: list[Invoice], dice: object
) -> None:
    shown = rules.allocate_balance(invoices, "USD")
    sent = [(one.invoice_id, one.amount) for one in shown]
    dice.shuffle(sent)  # type: ignore[attr-defined]
    if sent:
        assert rules.allocate_shown(invoices, sent, WHOLE) == shown
    else:
        with pytest.raises(Conflict):
            rules.allocate_shown(invoices, sent, WHOLE)


def test_of_too_many_invoices_the_oldest_that_fit_are_offered() -> None:
    many = [an_invoice(100, id=f"i{n:03}", due_on=TODAY - timedelta(days=n)) for n in range(MOST_INVOICES + 5)]
    found = rules.allocate_balance(many, "USD")
    assert len(found) == MOST_INVOICES and found[0].invoice_id == "i094"
    assert "i004" not in {one.invoice_id for one in found}, "the newest five wait"


TWO = (an_invoice(300, id="a"), an_invoice(500, id="b"), an_invoice(700, id="eur", currency="EUR"))


@pytest.mark.parametrize(
    "shown",
    [
        [],
        [("a", 300), ("b", 499)],
        [("a", 300), ("b", 501)],
        [("a", 300), ("unknown", 500)],
        [("a", 300), ("a", 300)],
        [("a", 300), ("b", 500), ("a", 300)],
        [("a", 0), ("b", 500)],
        [("a", -300), ("b", 500)],
        [("a", 300), ("eur", 700)],
    ],
)
def test_what_no_longer_stands_is_refused(shown: list[tuple[str, int]]) -> None:
    with pytest.raises(Conflict, match="have changed"):
        rules.allocate_shown(TWO, shown, PARTS)


def test_invoices_with_nothing_to_pay_are_no_payment() -> None:
    nothing = [an_invoice(300, id="a", paid=300), an_invoice(500, id="b", status="void")]
    with pytest.raises(Conflict, match="have changed"):
        rules.allocate_shown(nothing, [("a", 0), ("b", 0)], PARTS)


# Credit, and money that staff took


@given(st.lists(st.integers(1, 1_000), max_size=6), st.integers(-500, 8_000))
def test_credit_pays_the_oldest_first_and_never_more_than_there_is(amounts: list[int], credit: int) -> None:
    before = [Allocation(f"i{n}", str(n), amount) for n, amount in enumerate(amounts)]
    after = rules.use_credit(before, credit)
    assert sum(one.credit for one in after) == min(max(0, credit), sum(amounts))
    assert [replace(one, credit=0) for one in after] == before, "what each invoice gets is the same"
    assert all(0 <= one.credit <= one.amount and one.charge == one.amount - one.credit for one in after)
    covered = [one.credit == one.amount for one in after]
    assert sorted(covered, reverse=True) == covered, "one is covered before the next one gets any"
    assert sum(0 < one.credit < one.amount for one in after) <= 1


@given(some_invoices(), st.integers(0, 8_000))
def test_staffs_money_goes_over_the_invoices_in_order_and_no_cent_is_lost(invoices: list[Invoice], amount: int) -> None:
    named = {one.id: one for one in invoices}
    parts, left = rules.spread(invoices, amount)
    assert sum(one.amount for one in parts) + left == amount
    assert all(0 < one.amount <= named[one.invoice_id].payable for one in parts)
    assert left == 0 or sum(one.amount for one in parts) == sum(one.payable for one in invoices)
    order = [one.invoice_id for one in parts]
    assert order == [one.id for one in invoices if one.id in order]


# What the card networks do not charge


@pytest.mark.parametrize(
    ("total", "there", "used"),
    [(10_000, 2_500, 2_500), (2_520, 2_500, 2_470), (2_500, 2_500, 2_500), (2_550, 2_500, 2_500), (30, 20, 0),
     (60, 20, 10), (30, 30, 30), (100, 0, 0), (100, -50, 0)],
)  # fmt: skip
def test_credit_leaves_nothing_or_what_can_be_charged(total: int, there: int, used: int) -> None:
    assert rules.usable_credit(total, there, "USD") == used


@given(st.integers(0, 20_000), st.integers(-500, 20_000), st.sampled_from(["USD", "JPY"]))
def test_credit_is_never_more_than_there_is_or_is_owed(total: int, there: int, currency: str) -> None:
    used = rules.usable_credit(total, there, currency)
    assert 0 <= used <= max(0, min(total, there))
    if total >= least_charge(currency) or not total:
        rules.check_charge(total - used, currency)


@pytest.mark.parametrize("charge", [1, 49])
def test_too_little_to_charge_is_said_with_the_figure(charge: int) -> None:
    with pytest.raises(Invalid, match=r"start at 0\.50 USD"):
        rules.check_charge(charge, "USD")
    rules.check_charge(0, "USD")
    rules.check_charge(50, "USD")


@pytest.mark.parametrize("amount", [11_999, 11_951])
def test_a_part_that_leaves_too_little_to_pay_later_is_refused(amount: int) -> None:
    with pytest.raises(Invalid, match="would leave") as refused:
        rules.allocate_invoice(an_invoice(), amount, PARTS)
    assert refused.value.field == "amount"


@pytest.mark.parametrize(
    ("charge", "currency", "words"),
    [
        (100_000_000, "USD", "end at 999999.99 USD"),
        (12_345, "KWD", "in this currency"),
        (150, "UGX", "in this currency"),
    ],
)
def test_what_stripe_never_charges_is_said_before_it_is_asked(charge: int, currency: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        rules.check_charge(charge, currency)
    rules.check_charge(99_999_900, currency)
