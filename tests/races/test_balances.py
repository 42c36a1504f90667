"""Several pay what only one can pay: the balance from sixteen places, an invoice twice, two parts that are too much."""

from __future__ import annotations

from functools import partial

import pytest

from chalicelib.billing.actions import pay
from chalicelib.billing.rules import Payment
from chalicelib.errors import Conflict, PortalError
from chalicelib.services import Services
from tests.billing.till import NEW, Till
from tests.builders import Company
from tests.conftest import Clock
from tests.races.racing import ROUNDS, at_once, check_all, elsewhere


def a_customer(company: Company, clock: Clock) -> Till:
    return Till(company.customer(password=None, saved_card="pm_card_visa"), clock)


def start(services: Services, till: Till, order: pay.Order) -> partial[Payment]:
    """What a container does with a form, its customer read already."""
    return partial(pay.start, services, elsewhere(till, services), order)


@pytest.mark.parametrize("tabs", ["a double click", "sixteen tabs"])
def test_the_balance_is_paid_once(tabs: str, company: Company, containers: list[Services], clock: Clock) -> None:
    """With account credit, which is used once too."""
    for _ in range(ROUNDS):
        till = a_customer(company, clock)
        till.has_credit(500)
        for total in (1_000, 2_000, 3_000):
            till.person.invoice(total)
        charged, shown, form = len(till.charges()), till.owed, till.attempt()
        clients = containers[:2] if tabs == "a double click" else containers[:16]
        attempts = [form if tabs == "a double click" else till.attempt() for _ in clients]
        answers = at_once(
            [
                start(one, till, pay.Order(shown, till.saved, attempt, 500))
                for one, attempt in zip(clients, attempts, strict=True)
            ]
        )

        assert len({answer.id for answer in answers if isinstance(answer, Payment)}) == 1
        if tabs == "a double click":
            assert all(isinstance(answer, Payment) for answer in answers)
        else:
            assert {type(answer) for answer in answers} == {Payment, Conflict}, "the others are told in words"
        assert [one.due for one in till.invoices] == [0, 0, 0]
        assert till.person.now.sums.credit == 0
        assert [one["amount"] for one in till.charges()[charged:]] == [5_500]
    check_all(company)


@pytest.mark.parametrize("method", ["saved card", "checkout"])
def test_the_balance_or_its_invoice_is_paid_never_both(
    method: str, company: Company, containers: list[Services], clock: Clock
) -> None:
    for _ in range(ROUNDS):
        till = a_customer(company, clock)
        first, _second = till.person.invoice(1_000), till.person.invoice(2_000)
        by = till.saved if method == "saved card" else NEW
        orders = [pay.Order(till.owed, by, till.attempt()), pay.Order(((first.id, 1_000),), by, till.attempt())]
        answers = at_once([start(containers[n], till, order) for n, order in enumerate(orders)])

        won = [answer for answer in answers if isinstance(answer, Payment)]
        assert len(won) == 1 and any(isinstance(answer, Conflict) for answer in answers)
        till.at_checkout(won[0])
        assert till.comes_back(won[0]).state == "succeeded"
        assert sum(one.paid for one in till.invoices) == won[0].amount
    check_all(company)


def test_two_parts_never_pay_more_than_the_whole(company: Company, containers: list[Services], clock: Clock) -> None:
    for _ in range(ROUNDS):
        till = a_customer(company, clock)
        invoice = till.person.invoice(10_000)
        orders = [pay.Order(((invoice.id, 6_000),), till.saved, till.attempt()) for _ in range(2)]
        answers = at_once([start(containers[n], till, order) for n, order in enumerate(orders)])

        assert [isinstance(answer, Payment) for answer in answers].count(True) == 1
        assert [isinstance(answer, PortalError) for answer in answers].count(True) == 1
        assert till.invoice(invoice).paid == 6_000
    check_all(company)
