"""How the demo's customers come by what they have on file, and how their payments came about: at Stripe's sandbox as
the portal would have asked for them, at their time; or by hand, where there is no sandbox to have a past in."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.billing import records, rules
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.gateway import Payer
from chalicelib.billing.gateway.stripe_gateway import StripeGateway
from chalicelib.billing.rules import Allocation, Back, Movement, Outcome, Payment
from chalicelib.customers.rules import Customer
from sandbox.demo.past import Planned, new_id
from sandbox.people import Saved
from sandbox.stripe.cards import ROUTING
from sandbox.stripe.sandbox import StripeSandbox

if TYPE_CHECKING:
    import stripe

# Whoever saved a card did so before the first payment with it.
SAVED_BEFORE = timedelta(days=310)
# Four bank days of the sandbox's are no longer than this: it knows no holidays, and counts days by Greenwich.
DEBITS_TAKE = timedelta(days=7)
# How long somebody takes on Checkout's page.
ON_CHECKOUT = timedelta(minutes=2)
_CLICKED = {"type": "online", "online": {"ip_address": "203.0.113.7", "user_agent": "Mozilla/5.0"}}


@dataclass(frozen=True, slots=True)
class Till:
    """Where the money goes: a way into Stripe, and the connected account of a company by its name, '' if none.

    `sandbox` is the one that this leads to, if it is the sandbox: only there can things have happened in the past.
    """

    client: stripe.StripeClient
    gateway: StripeGateway
    account: Callable[[str], str]
    sandbox: StripeSandbox | None = None

    @classmethod
    def of_sandbox(cls, sandbox: StripeSandbox) -> Till:
        """In process, since its port may not be open yet."""
        gateway = StripeGateway("sk_test_sandbox", (), sandbox.url, sandbox.http_client())
        return cls(sandbox.client(), gateway, sandbox.connect_account, sandbox)

    def _at(self, then: datetime) -> AbstractContextManager[None]:
        return self.sandbox.at(then) if self.sandbox else nullcontext()

    # What is on file

    def with_saved(self, account: BillingAccount, saved: tuple[Saved, ...], now: datetime) -> Customer:
        """The customer at Stripe with these on file, the first one the default. Real Stripe takes the cards only: a
        bank account needs its owner's word."""
        if not self.sandbox:
            saved = tuple(one for one in saved if one.is_card)
        stripe_account = account.company.stripe_account
        if not saved or not stripe_account:
            return account.customer
        payer = account.payer_at(stripe_account)
        with self._at(now - SAVED_BEFORE):
            payer = replace(payer, stripe_customer=self.gateway.new_customer(payer, account.customer.name))
            methods = [self._save(payer, account.customer.name, one, now) for one in saved]
            self.gateway.set_default(stripe_account, payer.stripe_customer, methods[0])
        kept = records.from_methods(self.gateway.saved_methods(stripe_account, payer.stripe_customer))
        return replace(
            account.customer, stripe_account=stripe_account, stripe_customer=payer.stripe_customer, methods=kept
        )

    def _save(self, payer: Payer, name: str, saved: Saved, now: datetime) -> str:
        """The payment method's id; '' for a bank account whose deposit is still on its way."""
        v1, account = self.client.v1, {"stripe_account": payer.account}
        if not saved.is_card:
            typed = {
                "type": "us_bank_account",
                "billing_details": {"name": name},
                "us_bank_account": {
                    "routing_number": ROUTING, "account_number": saved.token, "account_holder_type": "individual",
                },
            }  # fmt: skip
            agreed: Any = {
                "customer": payer.stripe_customer, "confirm": True,
                "allowed_payment_method_types": ["us_bank_account"], "mandate_data": {"customer_acceptance": _CLICKED},
                "metadata": {"tenant": payer.tenant, "customer": payer.customer},
                **({"payment_method_data": typed} if saved.typed_in else {"payment_method": saved.token}),
            }  # fmt: skip
            with self._at(now - timedelta(days=1) if saved.typed_in else now - SAVED_BEFORE):
                made = v1.setup_intents.create(agreed, account)  # type: ignore[arg-type]
            return "" if saved.typed_in else str(made.payment_method)
        attached: Any = {"customer": payer.stripe_customer}
        method = v1.payment_methods.attach(saved.token, attached, account).id  # type: ignore[arg-type]
        if saved.expires is not None:
            month = now.year * 12 + now.month - 1 + saved.expires
            card: Any = {"card": {"exp_year": month // 12, "exp_month": month % 12 + 1}}
            v1.payment_methods.update(method, card, account)  # type: ignore[arg-type]
        return method

    # What was paid

    def take(self, account: BillingAccount, planned: Planned, page: str, now: datetime) -> Payment:
        """The payment as it stands now: arrived, come back, or a debit that is still under way. `page` is its page on
        the portal."""
        parts = tuple(Allocation(bill.invoice.id, bill.invoice.number, amount) for bill, amount in planned.parts)
        by_hand = planned.how == "hand" or not self.can_have_a_past(account)
        payment = Payment(
            planned.id, "starting", planned.amount, account.company.currency, parts, "",
            "" if by_hand else account.company.stripe_account, planned.at, planned.at,
        )  # fmt: skip
        if by_hand:
            paid = Outcome("succeeded", amount=planned.amount, method=planned.words)
            return rules.next_state(payment, paid, planned.at)
        if planned.how == "new":
            return self._by_checkout(account, payment, page)
        payment = replace(payment, method_id=account.methods[0].id)
        return self._by_saved(account, payment, planned, page, now)

    def can_have_a_past(self, account: BillingAccount) -> bool:
        return bool(self.sandbox and account.company.stripe_account)

    def _by_saved(
        self, account: BillingAccount, payment: Payment, planned: Planned, page: str, now: datetime
    ) -> Payment:
        payer, begun = account.payer(payment), payment.created_at
        with self._at(begun):
            if self.sandbox and planned.fate == "returned":
                self.sandbox.faults.decline_charge("insufficient_funds")
            outcome = self.gateway.charge(payer, payment, page)
        payment = rules.next_state(payment, outcome, begun, rules.bank_days_after(account.day(begun)))
        if payment.expected_on is None:
            return payment
        if planned.fate == "under_way":
            return replace(payment, task_at=rules.next_look(payment, "processing", now))
        for arrives in (begun + (payment.expected_on - account.day(begun)), begun + DEBITS_TAKE):
            with self._at(arrives):
                payment = rules.next_state(payment, self.gateway.look(payer, payment), arrives)
        return payment

    def _by_checkout(self, account: BillingAccount, payment: Payment, page: str) -> Payment:
        assert self.sandbox
        payer, opened, done = account.payer(payment), payment.created_at, payment.created_at + ON_CHECKOUT
        title = ", ".join(f"{account.company.name} {one.number}" for one in payment.allocations)
        with self._at(opened):
            outcome = self.gateway.open_checkout(payer, payment, page, page, title, opened + rules.CHECKOUT_LIFE)
        payment = rules.next_state(payment, outcome, opened)
        with self._at(done):
            self.sandbox.pay(payment.next_url)
            return rules.next_state(payment, self.gateway.look(payer, payment), done)

    # What went back

    def refund(self, account: BillingAccount, payment: Payment, amount: int, at: datetime) -> tuple[Payment, Back]:
        """The payment with a part of it given back, and the entry that says so."""
        asked = rules.ask_refund(payment, new_id(random.Random(payment.id), at), amount, "", at)
        payment = rules.with_back(payment, asked)
        done = Movement(asked.id, "refund", amount, "done", at, ours=asked.id)
        if payment.account:
            with self._at(at):
                done = self.gateway.refund(account.payer(payment), payment, asked)
        step = rules.next_step(payment, [done], at)
        assert step and step.money == "out"
        return rules.with_back(payment, step.back), step.back
