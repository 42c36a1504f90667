"""Every call of every way to pay goes wrong once in every way there is, and the books must balance all the same:
charged once or not at all, and what was charged is posted."""

from __future__ import annotations

import pytest

from chalicelib.billing.rules import Invoice
from tests.billing.faults import Flow, Run, delivers, try_all
from tests.billing.till import ASKS_THE_BANK, BANK, DECLINES, NEW, RETURNING_BANK, Till, outbox
from tests.billing.wire import Wire


def by_saved_card(till: Till) -> Run:
    """Pay, and look at the page that follows."""
    invoice, attempt = till.person.invoice(1_000), till.attempt()

    def goes() -> None:
        till.pays(invoice, till.saved, attempt=attempt)
        till.comes_back(attempt)

    return Run(goes, lambda: till.invoice(invoice).paid == 1_000)


def by_checkout(till: Till) -> Run:
    """Be sent to Checkout, pay there, and come back."""
    invoice, attempt = till.person.invoice(1_000), till.attempt()

    def goes() -> None:
        till.at_checkout(till.pays(invoice, NEW, attempt=attempt))
        till.comes_back(attempt)

    return Run(goes, lambda: till.invoice(invoice).paid == 1_000)


def in_part(till: Till) -> Run:
    invoice, attempt = till.person.invoice(2_000), till.attempt()
    till.pays(invoice, till.saved, amount=700)
    till.world.stripe.pending_webhooks()
    return Run(
        lambda: till.pays(till.invoice(invoice), till.saved, attempt=attempt, amount=600),
        lambda: till.invoice(invoice).paid == 1_300,
    )


def the_balance(till: Till) -> Run:
    shown, attempt = _three_invoices(till), till.attempt()
    return Run(
        lambda: till.orders(shown, till.saved, attempt=attempt),
        lambda: [one.due for one in till.invoices] == [0, 0, 0],
    )


def the_balance_with_credit(till: Till) -> Run:
    till.has_credit(1_500)
    shown, attempt = _three_invoices(till), till.attempt()

    def goes() -> None:
        till.at_checkout(till.orders(shown, NEW, credit=1_500, attempt=attempt))
        till.comes_back(attempt)

    def done() -> bool:
        paid = [one.due for one in till.invoices] == [0, 0, 0]
        assert till.person.now.sums.credit == (0 if paid else 1_500)
        return paid

    return Run(goes, done)


def credit_alone(till: Till) -> Run:
    till.has_credit(1_500)
    invoice, attempt = till.person.invoice(1_000), till.attempt()
    return Run(
        lambda: till.orders([(invoice.id, 1_000)], "", credit=1_000, attempt=attempt),
        lambda: till.invoice(invoice).due == 0 and till.person.now.sums.credit == 500,
    )


def a_bank_debit_begins(till: Till) -> Run:
    invoice, attempt = till.person.invoice(1_000), till.attempt()

    def goes() -> None:
        till.at_checkout(till.pays(invoice, NEW, attempt=attempt), bank=BANK)
        till.comes_back(attempt)

    return Run(goes, lambda: till.invoice(invoice).paid == 1_000, hours=150)


def a_bank_debit_arrives(till: Till) -> Run:
    invoice = till.person.invoice(1_000)
    _debit_and_wait(till, invoice, BANK)
    return Run(delivers(till), lambda: till.invoice(invoice).paid == 1_000, sure=True)


def a_bank_debit_comes_back(till: Till) -> Run:
    invoice = till.person.invoice(1_000)
    payment = _debit_and_wait(till, invoice, RETURNING_BANK)

    def done() -> bool:
        now = till.payment(payment)
        return (now.state, now.failure, till.invoice(invoice).payable) == ("failed", "R01", 1_000)

    return Run(delivers(till), done, sure=True)


def a_check_at_the_bank_fails(till: Till) -> Run:
    """And the customer closes the page: they are told, once."""
    till.person = till.company.customer("Lee Park", email="lee@example.com", password=None, saved_card=ASKS_THE_BANK)
    payment = till.pays(till.person.invoice(1_000), till.saved)
    till.world.stripe.pending_webhooks()
    till.world.stripe.browse(payment.next_url, {"answer": "fail"})

    def done() -> bool:
        return till.payment(payment).state == "failed" and len(outbox(till.person, "failed-")) == 1

    return Run(delivers(till), done, sure=True)


def a_declined_card(till: Till) -> Run:
    till.person = till.company.customer("Sam Okafor", email="sam@example.com", password=None, saved_card=DECLINES)
    invoice, attempt = till.person.invoice(1_000), till.attempt()

    def goes() -> None:
        till.pays(invoice, till.saved, attempt=attempt)
        till.comes_back(attempt)

    def done() -> bool:
        return [one.state for one in till.payments] == ["failed"] and till.invoice(invoice).payable == 1_000

    return Run(goes, done)


def _three_invoices(till: Till) -> tuple[tuple[str, int], ...]:
    """As the balance page shows them."""
    for total in (1_000, 2_000, 3_000):
        till.person.invoice(total)
    return till.owed


def _debit_and_wait(till: Till, invoice: Invoice, bank: str) -> str:
    payment = till.pays(invoice, NEW)
    till.at_checkout(payment, bank=bank)
    assert till.comes_back(payment).state == "processing"
    till.world.stripe.pending_webhooks()
    till.clock.forward(days=7)
    till.world.stripe.advance()
    return payment.id


def a_checkout_is_canceled(till: Till) -> Run:
    invoice = till.person.invoice(1_000)
    payment = till.pays(invoice, NEW)
    return Run(
        lambda: till.cancels(payment),
        lambda: till.payment(payment).state == "canceled" and till.invoice(invoice).payable == 1_000,
        sure=True,
    )


def cash_with_a_remainder(till: Till) -> Run:
    invoice, attempt = till.person.invoice(1_000), till.attempt()
    return Run(
        lambda: till.hands_over(1_500, "Check 1042", id=attempt),
        lambda: till.invoice(invoice).due == 0 and till.person.now.sums.credit == 500,
    )


# (the flow, every so manieth fault, how many there are at least)
FLOWS: list[tuple[Flow, int, int]] = [
    (by_saved_card, 1, 25),
    (by_checkout, 1, 34),
    (in_part, 3, 8),
    (the_balance, 2, 11),
    (the_balance_with_credit, 2, 16),
    (credit_alone, 1, 9),
    (a_bank_debit_begins, 2, 16),
    (a_bank_debit_arrives, 2, 10),
    (a_bank_debit_comes_back, 2, 20),
    (a_checkout_is_canceled, 1, 22),
    (a_check_at_the_bank_fails, 2, 15),
    (a_declined_card, 2, 20),
    (cash_with_a_remainder, 1, 12),
]


@pytest.mark.parametrize(("flow", "share", "least"), FLOWS, ids=[flow.__name__ for flow, _, _ in FLOWS])
def test_whatever_call_goes_wrong_the_books_balance(flow: Flow, share: int, least: int, dana: Till, wire: Wire) -> None:
    assert try_all(flow, dana, wire, share) >= least
