"""Twenty clients pay the same invoice at once: one charge."""

from __future__ import annotations

from functools import partial

import pytest

from chalicelib.billing.actions import pay
from chalicelib.billing.rules import Payment
from chalicelib.errors import Conflict
from chalicelib.services import Services
from tests.billing.till import NEW, Till
from tests.builders import Company
from tests.conftest import Clock
from tests.races.racing import ROUNDS, at_once, check_all, elsewhere


@pytest.mark.parametrize("tabs", ["one form", "many forms"])
@pytest.mark.parametrize("way", ["saved card", "checkout"])
def test_twenty_at_once_pay_once(
    tabs: str, way: str, company: Company, containers: list[Services], clock: Clock
) -> None:
    for number in range(max(2, ROUNDS // 4)):
        till = Till(company.customer(f"Dana {number}", password=None, saved_card="pm_card_visa"), clock)
        invoice = till.person.invoice(12_000)
        method, form = NEW if way == "checkout" else till.saved, till.attempt()
        attempts = [form if tabs == "one form" else till.attempt() for _ in containers]
        answers = at_once(
            [
                partial(pay.start, one, elsewhere(till, one), pay.Order(((invoice.id, 12_000),), method, attempt))
                for one, attempt in zip(containers, attempts, strict=True)
            ]
        )

        begun = {answer.id for answer in answers if isinstance(answer, Payment)}
        assert len(begun) == 1, "one payment won"
        if tabs == "one form":
            assert not [answer for answer in answers if not isinstance(answer, Payment)]
        else:
            assert {type(answer) for answer in answers} == {Payment, Conflict}, "the others are told in words"
        (payment,) = till.payments
        if way == "checkout":
            assert payment.next_url
            till.world.stripe.pay(payment.next_url)
        # All of them come back at once too, while the sweep is at work.
        looks = [partial(pay.look, one, elsewhere(till, one), payment.id) for one in containers]
        seen = at_once(looks)
        assert all(isinstance(one, tuple) and isinstance(one[0], Payment) for one in seen), seen
        assert till.payment(payment).state == "succeeded"
        assert till.invoice(invoice).due == 0
        assert len([c for c in till.charges() if c["amount"] == 12_000]) == number + 1
        assert len(till.person.ledger()) == 1
    check_all(company)
