"""Words for tests about money: a customer pays, time passes, and the books must balance with what Stripe charged."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import Any

from chalicelib.billing import records
from chalicelib.billing.actions import pay, sweep
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.errors import PortalError
from tests.browser import deliver_webhook
from tests.builders import Company, Person
from tests.conftest import Clock

# Many more examples and faults, for a night or a doubt: `PORCHLIGHT_THOROUGH=1 make test`.
THOROUGH = bool(os.environ.get("PORCHLIGHT_THOROUGH"))

NEW = "new"
DECLINES = "pm_card_chargeCustomerFail"
ASKS_THE_BANK = "pm_card_authenticationRequired"


@dataclass
class Till:
    """A customer of one company who pays."""

    person: Person
    clock: Clock

    @property
    def world(self) -> Any:
        return self.person.company.world

    @property
    def company(self) -> Company:
        return self.person.company

    def attempt(self) -> str:
        """What a form is minted with."""
        made: str = self.world.services.new_id(self.clock())
        return made

    @property
    def saved(self) -> str:
        """The saved card's id."""
        return self.person.account.methods[0].id

    def pays(self, invoice: Invoice, method: str, *, attempt: str = "", amount: int | None = None) -> Payment:
        shown = ((invoice.id, invoice.total if amount is None else amount),)
        return pay.start(self.world.services, self.person.account, pay.Order(shown, method, attempt or self.attempt()))

    def comes_back(self, payment: Payment | str) -> Payment:
        """Opens the payment's page."""
        id = payment if isinstance(payment, str) else payment.id
        return pay.look(self.world.services, self.person.account, id)

    def cancels(self, payment: Payment) -> Payment:
        return pay.cancel(self.world.services, self.person.account, payment.id)

    def payment(self, payment: Payment | str) -> Payment:
        """As the store has it."""
        id = payment if isinstance(payment, str) else payment.id
        found = records.payment(self.company.store, self.person.id, id)
        assert found is not None
        return found

    @property
    def payments(self) -> list[Payment]:
        return records.list_payments(self.company.store, self.person.id, 100)[0]

    def invoice(self, invoice: Invoice) -> Invoice:
        return self.person.invoice_now(invoice)

    def sweep(self) -> int:
        return sweep.sweep(self.world.services)

    def webhooks(self, app: Any) -> list[int]:
        """Deliver what Stripe has to say; the statuses it was answered with."""
        return [deliver_webhook(app, body, sign) for _, body, sign in self.world.stripe.pending_webhooks()]

    def time_passes(self, *, hours: float = 3) -> None:
        """Long enough for everything to end by itself, with the sweep at work and no customer about."""
        for _ in range(8):
            self.clock.forward(hours=hours / 8)
            self.world.stripe.advance()
            self.sweep()

    def charges(self) -> list[dict[str, Any]]:
        """What Stripe took from anybody for this company."""
        return list(self.world.stripe.state.charges(self.company.company.stripe_account))


def receipts(person: Person) -> list[dict[str, Any]]:
    page = person.company.store.query(
        "customers", person.company.store.customer(person.id), prefix="message#receipt-", limit=1000
    )
    return page.items


def check_books(*people: Person, charged_before: int = 0) -> None:
    """The five invariants of the books of all customers of one company, against Stripe's charges; without so many of
    the first ones, when the books have forgotten them."""
    company = people[0].company
    world, account = company.world, company.company.stripe_account
    stripe = world.stripe.state.world(account)
    posted: Counter[tuple[str, int]] = Counter()
    for person in people:
        store, sums = company.store, person.now.sums
        page = store.query("customers", store.customer(person.id), prefix="invoice#", limit=1000)
        invoices = [records.to_invoice(item) for item in page.items]
        payments = {one.id: one for one in records.list_payments(store, person.id, 1000)[0]}
        ledger: list[dict[str, Any]] = person.ledger()
        # 2: the sums are the sums
        assert sums.balance == sum(one.due for one in invoices)
        assert sums.in_flight == sum(one.in_flight for one in invoices)
        assert sums.open_count == sum(one.due > 0 for one in invoices)
        assert sum(one.amount for i in invoices for one in i.posted) + sums.credit == sum(r["amount"] for r in ledger)
        for one in invoices:
            # 3: never more than the total
            assert one.paid + one.in_flight <= one.total
            # 4: what is held is held for a payment that is under way, and for no other
            for payment_id, amount in one.holds.items():
                assert not payments[payment_id].final
                assert amount == next(a.amount for a in payments[payment_id].allocations if a.invoice_id == one.id)
        for payment in payments.values():
            rows = [row for row in ledger if row["payment"] == payment.id]
            assert len(rows) == (payment.state == "succeeded")
            posted.update((payment.id, int(row["amount"])) for row in rows)
        assert len(ledger) == sum(one.state == "succeeded" for one in payments.values())
        # 1: one receipt for each
        if person.now.email:
            paid = {f"message#receipt-{one.id}" for one in payments.values() if one.state == "succeeded"}
            assert {row["item"] for row in receipts(person)} == paid
    # 1 and 5: what Stripe took is what the ledger says, each charge once
    charged: Counter[tuple[str, int]] = Counter()
    for charge in world.stripe.state.charges(account)[charged_before:]:
        intent = stripe.get("payment_intent", charge["payment_intent"])
        charged[intent["metadata"]["payment"], charge["amount"]] += 1
    assert charged == posted
    assert all(times == 1 for times in charged.values())


def quietly(action: Any, *arguments: Any, **named: Any) -> Any:
    """Do it; an error word is an answer too."""
    try:
        return action(*arguments, **named)
    except PortalError as word:
        return word
