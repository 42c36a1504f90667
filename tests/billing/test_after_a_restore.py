"""The customers table as it was some hours ago, Stripe as it is now: what comes back by itself, and what is only said.
docs/operations.md tells operators so."""

from __future__ import annotations

from typing import Any

import boto3

import app as wiring
from tests.billing.test_audit import words
from tests.billing.till import NEW, Till, check_books
from tests.browser import deliver_webhook


class Past:
    """The table at this moment; `again()` puts it back, as point-in-time recovery does."""

    def __init__(self, till: Till) -> None:
        self._table = boto3.resource("dynamodb").Table(till.world.services.settings.customers_table)
        self._rows = self._all()

    def _all(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._table.scan(ConsistentRead=True)["Items"]
        return found

    def again(self) -> None:
        with self._table.batch_writer() as batch:
            for row in self._all():
                batch.delete_item(Key={name: row[name] for name in ("customer", "item")})
        with self._table.batch_writer() as batch:
            for row in self._rows:
                batch.put_item(Item=row)


def test_a_payment_begun_before_comes_back_by_itself(dana: Till) -> None:
    invoice = dana.person.invoice(5_000)
    payment = dana.pays(invoice, NEW)
    past = Past(dana)
    dana.at_checkout(payment)
    dana.webhooks(wiring.app)
    assert dana.invoice(invoice).due == 0
    past.again()
    assert dana.invoice(invoice).in_flight == 5_000
    dana.clock.forward(hours=1)
    dana.sweep()
    assert dana.payment(payment).state == "succeeded"
    assert dana.invoice(invoice).due == 0
    check_books(dana.person)
    assert words(dana.company) == []


def test_a_payment_begun_after_does_not_and_the_audit_names_it_for_three_days(dana: Till) -> None:
    invoice = dana.person.invoice(5_000)
    past = Past(dana)
    payment = dana.pays(invoice, dana.saved)
    events = dana.world.stripe.pending_webhooks()
    past.again()
    assert [deliver_webhook(wiring.app, body, signature) for _, body, signature in events] == [200] * len(events)
    dana.clock.forward(hours=1)
    dana.sweep()
    assert dana.invoice(invoice).due == 5_000, "it could be paid twice now"
    (drift,) = words(dana.company)
    assert payment.id in drift
    assert drift.endswith("which the books don't know.")
    dana.hands_over(5_000, "Card, pi_1", to=[invoice])
    dana.clock.forward(days=1)
    assert len(words(dana.company)) == 1
    dana.clock.forward(days=3)
    assert words(dana.company) == []


def test_a_refund_since_then_is_named_and_brought_in_by_the_sweep(dana: Till) -> None:
    invoice = dana.person.invoice(5_000)
    payment = dana.pays(invoice, dana.saved)
    dana.webhooks(wiring.app)
    past = Past(dana)
    dana.gets_back(payment, 2_000)
    dana.webhooks(wiring.app)
    past.again()
    dana.clock.forward(hours=2)
    assert len(words(dana.company)) == 1
    dana.sweep()
    assert sum(one.amount for one in dana.payment(payment).backs) == 2_000
    check_books(dana.person)
    dana.clock.forward(days=1)
    assert words(dana.company) == []
