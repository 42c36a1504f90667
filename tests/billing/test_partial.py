"""Paying a part of an invoice: never under the company's minimum unless less is due, never over what is due."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import Conflict, Invalid
from chalicelib.tenants import records as tenants
from tests.billing.till import NEW, Till, check_books, receipts
from tests.billing.wire import Wire


def company_says(till: Till, **values: Any) -> None:
    tenants.change_company(till.company.store, till.company.company, **values)


@pytest.mark.parametrize("method", ["saved", NEW])
def test_a_part_is_paid_and_then_the_rest(dana: Till, method: str) -> None:
    invoice, chosen = dana.person.invoice(12_000), dana.saved if method == "saved" else NEW
    for amount, left in ((5_000, 7_000), (7_000, 0)):
        payment = dana.pays(invoice, chosen, amount=amount)
        dana.at_checkout(payment)
        assert dana.comes_back(payment).state == "succeeded"
        assert dana.invoice(invoice).due == left
    assert [one.amount for one in dana.invoice(invoice).posted] == [5_000, 7_000]
    assert len(receipts(dana.person)) == 2
    check_books(dana.person)


def test_the_rest_can_be_paid_with_the_balance(dana: Till) -> None:
    invoice, other = dana.person.invoice(12_000), dana.person.invoice(800)
    dana.pays(invoice, dana.saved, amount=11_700)
    assert dict(dana.owed) == {invoice.id: 300, other.id: 800}, "less than the minimum is no hindrance"
    assert dana.pays_balance(dana.saved).amount == 1_100
    check_books(dana.person)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (499, "The smallest payment is 5.00 USD."),
        (12_001, "That is more than is due. You can pay up to 120.00 USD."),
    ],
)
def test_too_little_and_too_much_is_refused_with_the_figure(dana: Till, amount: int, words: str) -> None:
    invoice = dana.person.invoice(12_000)
    with pytest.raises(Invalid) as refused:
        dana.pays(invoice, dana.saved, amount=amount)
    assert str(refused.value) == words and refused.value.field == "amount"
    assert dana.invoice(invoice) == invoice and dana.payments == []


def test_where_less_than_the_minimum_is_due_it_is_paid_whole(dana: Till) -> None:
    invoice = dana.person.invoice(300)
    with pytest.raises(Invalid, match="in full"):
        dana.pays(invoice, dana.saved, amount=299)
    assert dana.pays(invoice, dana.saved, amount=300).state == "succeeded"


def test_the_company_sets_the_minimum(dana: Till) -> None:
    company_says(dana, minimum_payment=2_500)
    invoice = dana.person.invoice(12_000)
    with pytest.raises(Invalid) as refused:
        dana.pays(invoice, dana.saved, amount=2_499)
    assert str(refused.value) == "The smallest payment is 25.00 USD."
    assert dana.pays(invoice, dana.saved, amount=2_500).state == "succeeded"


def test_the_company_takes_no_parts(dana: Till) -> None:
    company_says(dana, partial_payments=False)
    invoice = dana.person.invoice(12_000)
    for amount in (1, 5_000, 11_999):
        with pytest.raises(Invalid) as refused:
            dana.pays(invoice, dana.saved, amount=amount)
        assert str(refused.value) == "This invoice can only be paid in full: 120.00 USD."
    assert dana.pays(invoice, dana.saved).state == "succeeded"


@pytest.mark.parametrize(("currency", "least", "words"), [("JPY", 50, "50 JPY"), ("KWD", 5_000, "5.000 KWD")])
def test_the_minimum_is_five_or_what_stripe_takes(dana: Till, currency: str, least: int, words: str) -> None:
    company_says(dana, currency=currency)
    invoice = dana.person.invoice(1_000_000, currency=currency)
    with pytest.raises(Invalid) as refused:
        dana.pays(invoice, NEW, amount=least - 1)
    assert str(refused.value) == f"The smallest payment is {words}."


def test_two_parts_at_once_never_pay_over_the_total(dana: Till, wire: Wire) -> None:
    """Each fits by itself, both do not; the one comes in at any call of the other."""
    saved = dana.saved
    for number in range(7):
        invoice, cut, ends = dana.person.invoice(10_000), [number], []
        started = len(wire.calls)

        def cut_in(here: int, _: Any, at: int = started, left: list[int] = cut, which: Any = invoice,
                   ends: list[Any] = ends) -> None:  # fmt: skip
            if left and here >= at + left[0]:
                left.clear()
                ends.append(pays_six(which))

        def pays_six(which: Any) -> Any:
            try:
                return dana.pays(which, saved, amount=6_000).state
            except (Invalid, Conflict) as word:
                return str(word)

        wire.plan = cut_in  # type: ignore[assignment]
        ends.append(pays_six(invoice))
        wire.heal()
        if cut:
            ends.append(pays_six(invoice))  # the one was over before it
        assert sorted(ends, reverse=True) == ["succeeded", "That is more than is due. You can pay up to 40.00 USD."]
        assert dana.invoice(invoice).paid == 6_000
    check_books(dana.person)


def test_two_parts_that_both_fit_are_both_paid(dana: Till) -> None:
    invoice = dana.person.invoice(10_000)
    first, second = dana.pays(invoice, NEW, amount=6_000), dana.pays(invoice, NEW, amount=4_000)
    assert dana.invoice(invoice).holds == {first.id: 6_000, second.id: 4_000}
    with pytest.raises(Conflict, match="already under way"):
        dana.pays(invoice, dana.saved, amount=500)
    for payment in (second, first):
        dana.at_checkout(payment)
        assert dana.comes_back(payment).state == "succeeded", "the other one changed the invoice meanwhile"
    assert dana.invoice(invoice).due == 0
    check_books(dana.person)


def test_a_part_that_fails_frees_only_itself(dana: Till) -> None:
    invoice = dana.person.invoice(10_000)
    first, second = dana.pays(invoice, NEW, amount=6_000), dana.pays(invoice, NEW, amount=4_000)
    dana.cancels(first)
    assert dana.invoice(invoice).holds == {second.id: 4_000} and dana.invoice(invoice).payable == 6_000
    dana.at_checkout(second)
    dana.time_passes()
    assert dana.invoice(invoice).due == 6_000
    check_books(dana.person)
