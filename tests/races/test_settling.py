"""Whoever hears first what became of a payment settles it, once: the return page, webhooks, the sweep, all at the same
moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from chalicelib.billing.actions import money_back, pay, sweep, wallet, webhooks
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Payment
from chalicelib.errors import Conflict, Invalid
from chalicelib.services import Services
from tests.billing.till import NEW, Till, receipts
from tests.builders import Company
from tests.conftest import Clock
from tests.races.racing import ROUNDS, at_once, check_all, elsewhere


def a_customer(company: Company, clock: Clock) -> Till:
    till = Till(company.customer(password=None, saved_card="pm_card_visa"), clock)
    till.world.stripe.pending_webhooks()
    return till


def events(till: Till) -> list[Callable[[Services], object]]:
    """What Stripe has to say, each to be taken by a container."""
    return [
        partial(lambda body, signature, services: webhooks.take(services, body, signature), body, signature)
        for _, body, signature in till.world.stripe.pending_webhooks()
    ]


def comes_back(till: Till, payment: Payment, services: Services) -> Payment:
    return pay.look(services, elsewhere(till, services), payment.id)[0]


@pytest.mark.parametrize("who", ["the return page and a webhook", "the sweep and a webhook", "sixteen webhooks"])
def test_one_settles_it(who: str, company: Company, containers: list[Services], clock: Clock) -> None:
    for _ in range(ROUNDS):
        till = a_customer(company, clock)
        invoice = till.person.invoice(12_000)
        payment = till.pays(invoice, NEW)
        till.at_checkout(payment)
        told = events(till)
        if who == "sixteen webhooks":
            many = [told[n % len(told)] for n in range(16)]
        elif who == "the sweep and a webhook":
            clock.forward(minutes=3)
            many = [told[-1], sweep.sweep]
        else:
            many = [told[-1], partial(comes_back, till, payment)]
        at_once([partial(one, services) for one, services in zip(many, containers, strict=False)])

        assert till.payment(payment).state == "succeeded"
        assert till.invoice(invoice).due == 0
        assert len(till.person.ledger()) == len(receipts(till.person)) == 1
    check_all(company)


def test_a_payment_and_its_refund_at_once_are_both_written_down(
    company: Company, containers: list[Services], clock: Clock
) -> None:
    """It was refunded and disputed at Stripe before anybody here knew that it was paid."""
    for _ in range(ROUNDS):
        till = a_customer(company, clock)
        invoice = till.person.invoice(12_000)
        payment = till.pays(invoice, NEW)
        till.at_checkout(payment)
        charge = till.charges()[-1]["id"]
        account = {"stripe_account": till.company.company.stripe_account}
        till.world.stripe.client().v1.refunds.create({"charge": charge, "amount": 2_000}, account)  # type: ignore[arg-type]
        till.world.stripe.dispute(charge)
        told = events(till) * 2
        at_once([partial(one, services) for one, services in zip(told, containers, strict=False)])

        assert till.payment(payment).gone_back == till.invoice(invoice).due == 12_000
        assert len(till.person.ledger()) == 3
    check_all(company)


def test_two_refunds_never_give_back_more_than_was_paid(
    company: Company, containers: list[Services], clock: Clock
) -> None:
    for _ in range(ROUNDS):
        till = a_customer(company, clock)
        payment = till.pays(till.person.invoice(10_000), till.saved)
        answers = at_once(
            [
                partial(money_back.refund, one, elsewhere(till, one), payment.id, 6_000, till.attempt())
                for one in containers[:2]
            ]
        )

        assert [isinstance(answer, Payment) for answer in answers].count(True) == 1
        assert [isinstance(answer, Invalid) for answer in answers].count(True) == 1
        assert till.payment(payment).gone_back == 6_000
    check_all(company)


def test_the_same_refund_many_times_at_once_is_one(company: Company, containers: list[Services], clock: Clock) -> None:
    for _ in range(ROUNDS):
        till = a_customer(company, clock)
        payment, refund = till.pays(till.person.invoice(10_000), till.saved), till.attempt()
        at_once(
            [partial(money_back.refund, one, elsewhere(till, one), payment.id, 3_000, refund) for one in containers[:8]]
        )
        till.gets_back(payment, 3_000, refund)
        assert till.payment(payment).gone_back == 3_000
    check_all(company)


def test_a_card_is_removed_or_paid_with(company: Company, containers: list[Services], clock: Clock) -> None:
    """Never is a payment begun with a card that is gone."""

    def remove(services: Services, account: BillingAccount) -> str:
        wallet.remove(services, account, account.methods[0].id)
        return "removed"

    for _ in range(ROUNDS):
        till = a_customer(company, clock)
        invoice = till.person.invoice(12_000)
        order = pay.Order(((invoice.id, 12_000),), till.saved, till.attempt())
        paid, removed = at_once(
            [
                partial(pay.start, containers[0], elsewhere(till, containers[0]), order),
                partial(remove, containers[1], elsewhere(till, containers[1])),
            ]
        )

        if isinstance(paid, Payment):
            # Once it is paid the card may go.
            assert paid.state == "succeeded"
            assert removed == "removed" or isinstance(removed, Conflict)
        else:
            assert isinstance(paid, Invalid) and removed == "removed"
            assert till.invoice(invoice).payable == 12_000
    check_all(company)
