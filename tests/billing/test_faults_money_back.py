"""Every call of every way in which money goes back, or an invoice is owed no longer, goes wrong once in every way there
is: what Stripe gave back is in the ledger, once, and off the right invoices."""

from __future__ import annotations

import pytest

from chalicelib.billing.rules import Payment
from tests.billing.faults import Flow, Run, delivers, try_all
from tests.billing.test_faults_paying import FLOWS as PAYING
from tests.billing.till import BANK, NEW, Till
from tests.billing.wire import Wire

REFUND_FAILS = "4000000000005126"


def a_part_of_a_card_payment(till: Till) -> Run:
    payment, refund = _paid(till), till.attempt()
    return Run(lambda: till.gets_back(payment, 400, refund), lambda: _back(till, payment) == 400, hours=24)


def a_bank_payment(till: Till) -> Run:
    """It takes days to arrive."""
    payment, refund = _paid(till, bank=BANK), till.attempt()
    return Run(lambda: till.gets_back(payment, 1_000, refund), lambda: _back(till, payment) == 1_000, hours=150)


def cash(till: Till) -> Run:
    till.person.invoice(1_000)
    payment, refund = till.hands_over(1_000), till.attempt()
    return Run(lambda: till.gets_back(payment, 400, refund), lambda: _back(till, payment) == 400, hours=24)


def what_became_credit(till: Till) -> Run:
    """The invoice was voided: the money lies in account credit, and is taken from there."""
    payment, refund = _paid(till), till.attempt()
    till.void(till.invoices[0])

    def done() -> bool:
        assert till.invoices[0].paid == 0
        return _back(till, payment) == 400 and till.person.now.sums.credit == 600

    return Run(lambda: till.gets_back(payment, 400, refund), done, hours=24)


def a_refund_made_at_stripe(till: Till) -> Run:
    payment = _paid(till)
    till.refunded_at_stripe(payment, 300)
    till.refunded_at_stripe(payment, 100)
    return Run(delivers(till), lambda: _back(till, payment) == 400, sure=True)


def a_refund_that_the_bank_sends_back(till: Till) -> Run:
    payment = till.pays(till.person.invoice(1_000), NEW)
    till.world.stripe.pay(payment.next_url, REFUND_FAILS)
    till.comes_back(payment)
    till.gets_back(payment, 400)
    till.world.stripe.pending_webhooks()
    till.clock.forward(hours=2)
    till.world.stripe.advance()

    def done() -> bool:
        (back,) = till.payment(payment).backs
        return back.state == "undone" and till.invoices[0].due == 0

    return Run(delivers(till), done, sure=True)


def a_dispute(till: Till) -> Run:
    payment = _paid(till)
    till.disputes(payment)
    return Run(delivers(till), lambda: _back(till, payment) == till.invoices[0].due == 1_000, sure=True)


def a_dispute_of_what_was_spent(till: Till) -> Run:
    """It became account credit and paid another invoice: the credit is owed now."""
    payment = _paid(till)
    till.void(till.invoices[0])
    till.person.invoice(700)
    till.orders(till.owed, "", credit=700)
    till.disputes(payment)
    return Run(delivers(till), lambda: _back(till, payment) == 1_000 and till.person.now.sums.credit == -700, sure=True)


def a_dispute_that_is_won(till: Till) -> Run:
    payment = _paid(till)
    dispute = till.disputes(payment)
    delivers(till)()
    assert _back(till, payment) == 1_000
    till.world.stripe.close_dispute(dispute, "won")
    return Run(delivers(till), lambda: _back(till, payment) == till.invoices[0].due == 0, sure=True)


def a_dispute_that_nobody_heard_of_before_it_was_won(till: Till) -> Run:
    payment = _paid(till)
    till.world.stripe.close_dispute(till.disputes(payment), "won")
    return Run(delivers(till), lambda: till.payment(payment).backs[0].state == "undone", sure=True)


def a_part_paid_invoice_is_voided(till: Till) -> Run:
    invoice = till.person.invoice(1_000)
    till.pays(invoice, till.saved, amount=600)
    return Run(
        lambda: till.void(invoice),
        lambda: till.invoice(invoice).status == "void" and till.person.now.sums.credit == 600,
    )


def an_invoice_is_written_off(till: Till) -> Run:
    invoice = till.person.invoice(1_000)
    till.pays(invoice, till.saved, amount=600)
    return Run(lambda: till.write_off(invoice), lambda: till.invoice(invoice).status == "written_off")


def _paid(till: Till, bank: str = "") -> Payment:
    """An invoice of 1,000, paid."""
    payment = till.pays(till.person.invoice(1_000), NEW if bank else till.saved)
    till.at_checkout(payment, bank=bank)
    payment = till.comes_back(payment)
    if bank:
        till.clock.forward(days=7)
        till.world.stripe.advance()
        payment = till.comes_back(payment)
    assert payment.state == "succeeded"
    till.world.stripe.pending_webhooks()
    return payment


def _back(till: Till, payment: Payment) -> int:
    """What went back, by the payment; the invoices say the same where nothing became credit."""
    return till.payment(payment).gone_back


# (the flow, every so manieth fault, how many there are at least)
FLOWS: list[tuple[Flow, int, int]] = [
    (a_part_of_a_card_payment, 1, 40),
    (a_bank_payment, 4, 10),
    (cash, 2, 10),
    (what_became_credit, 4, 10),
    (a_refund_made_at_stripe, 5, 14),
    (a_refund_that_the_bank_sends_back, 5, 10),
    (a_dispute, 5, 12),
    (a_dispute_of_what_was_spent, 6, 10),
    (a_dispute_that_is_won, 6, 12),
    (a_dispute_that_nobody_heard_of_before_it_was_won, 8, 12),
    (a_part_paid_invoice_is_voided, 1, 6),
    (an_invoice_is_written_off, 1, 6),
]


@pytest.mark.parametrize(("flow", "share", "least"), FLOWS, ids=[flow.__name__ for flow, _, _ in FLOWS])
def test_whatever_call_goes_wrong_the_books_balance(flow: Flow, share: int, least: int, dana: Till, wire: Wire) -> None:
    assert try_all(flow, dana, wire, share) >= least


def test_three_hundred_faults_are_tried_each_time() -> None:
    assert sum(least for _, _, least in [*PAYING, *FLOWS]) >= 300
