"""How many of Stripe's webhooks four workers settle in a second, and whether each had its effect, and only once.

The workers are processes, each with an application and clients of its own, as Lambdas are. They share one ministack,
whose transactions are as atomic as DynamoDB's, and one Stripe sandbox, each in a process of its own: what is measured
is all of them on this machine.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bench.house import company, event, wiring
from bench.ministack import Ministack, Missing
from bench.table import Figure, at_most, not_measured, shown
from chalicelib import services as composition
from chalicelib.aws.store import Store
from chalicelib.billing import records as billing
from chalicelib.billing.actions import pay
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Details, Invoice, Line
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.services import Services, new_ulid
from chalicelib.settings import Settings
from chalicelib.tenants.actions import companies
from sandbox import issuing
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import REGION, SENDER, WEBHOOK_SECRET, Aws, World, secrets_path

WORKERS, CUSTOMERS, EACH, AGAIN = 4, 100, 10, 10
TOTAL = 12_000
# An event as it is delivered: its body and its signature.
Delivery = tuple[str, str]


def measure(people: int = CUSTOMERS) -> list[Figure]:
    """Begin the payments, have them paid at Stripe, and then deliver the news of it, in no order."""
    try:
        with Ministack() as aws, StripeSandbox(_now, deliver="manual") as stripe:
            return _measure(aws, stripe, people)
    except Missing as why:
        return [
            not_measured("money.webhooks_per_second", str(why), unit="webhooks/s"),
            not_measured("money.webhooks_effects_wrong", str(why), goal="<= 0", unit="payments"),
        ]
    finally:
        composition.use(None)


def _now() -> datetime:
    return datetime.now(UTC)


def _measure(aws: Ministack, stripe: StripeSandbox, people: int) -> list[Figure]:
    stripe.add_webhook("http://localhost/stripe/webhooks", WEBHOOK_SECRET, True, ("payment_intent.succeeded",))
    outputs = aws.install("bench")
    settings = settings_on(outputs, aws.url, stripe.url)
    services = Services(settings)
    composition.use(services)
    store = company(World(services, stripe, Aws(None, outputs)))
    with multiprocessing.get_context("spawn").Pool(WORKERS, _begin_work, (settings,)) as pool:
        begun = pool.map(_customer, [(store.tenant, number) for number in range(people)], chunksize=1)
        for _, urls in begun:
            for url in urls:
                stripe.pay(url)
        events = [(body.decode(), signature) for _, body, signature in stripe.pending_webhooks()]
        deliveries = [*events, *events[::AGAIN]]
        random.Random(1).shuffle(deliveries)
        start = time.perf_counter()
        statuses = Counter(pool.imap_unordered(_deliver, deliveries, chunksize=4))
        seconds = time.perf_counter() - start
    wrong = sum(_wrong(store, customer) for customer, _ in begun) + _charged_wrong(stripe, store)
    count = people * EACH
    how = (
        f"{count:,} events, every tenth twice, in no order, by {WORKERS} processes on ministack and Stripe's sandbox, "
        f"in {seconds:.1f} s"
    )
    checked = (
        f"of {count:,}, all of them looked at: payment, invoice, ledger, receipt, charge; answers {dict(statuses)}"
    )
    return [
        shown("money.webhooks_per_second", count / seconds, "webhooks/s", how),
        at_most("money.webhooks_effects_wrong", wrong, 0, "payments", checked),
    ]


def settings_on(outputs: dict[str, str], aws: str, stripe: str) -> Settings:
    """Those of an installation on ministack; its template's outputs."""
    return Settings(
        stage="bench", public_url="http://localhost:8000", tenants_table=outputs["TenantsTable"],
        customers_table=outputs["CustomersTable"], tokens_table=outputs["TokensTable"],
        files_bucket=outputs["FilesBucket"], mail_from=SENDER,
        messages_queue=outputs["MessagesQueueUrl"].replace("localhost", "127.0.0.1"),
        audits_queue=outputs["AuditsQueueUrl"].replace("localhost", "127.0.0.1"),
        jobs_queue=outputs["JobsQueueUrl"].replace("localhost", "127.0.0.1"), secrets_path=secrets_path("bench"),
        region=REGION, aws_endpoint=aws, stripe_url=stripe,
    )  # fmt: skip


# In a worker


def _begin_work(settings: Settings) -> None:
    composition.use(Services(settings))


def _customer(wanted: tuple[str, int]) -> tuple[str, list[str]]:
    """A customer with some invoices, each on its way to be paid: the customer's id, and Checkout's pages."""
    tenant, number = wanted
    services = composition.services()
    store, now = services.tables.for_tenant(tenant), services.now()
    one = Customer(new_ulid(now), f"Customer {number}", "Customer", (f"customer{number}@example.com",))
    store.transact(*customers.new_customer(store, one, now))
    sums, urls = one.sums, []
    for place in range(EACH):
        made = Invoice(new_ulid(now), f"{number}-{place}", "Lawn care", "open", now.date(), now.date(), "USD", TOTAL)
        sums = issuing.issue(store, one.id, sums, made, Details((Line("Lawn care", "1", TOTAL, TOTAL),), TOTAL))
        account = BillingAccount(store, companies.company_of(store), one)
        order = pay.Order(((made.id, TOTAL),), pay.NEW_METHOD, new_ulid(now))
        urls.append(pay.start(services, account, order).next_url)
        sums = customers.customers(store, [one.id])[0].sums
    return one.id, urls


def _deliver(delivery: Delivery) -> int:
    """The status it is answered with."""
    body, signature = delivery
    request = event("POST", "/stripe/webhooks")
    request["headers"] |= {"Content-Type": "application/json", "Stripe-Signature": signature}
    request["body"] = body
    answer: dict[str, Any] = wiring(request, None)
    return int(answer["statusCode"])


# What came of it


def _wrong(store: Store, customer: str) -> int:
    """How many of a customer's payments did not have just the one effect."""
    rows: dict[str, dict[str, Any]] = {}
    after: dict[str, str] | None = None
    while True:
        page = store.query("customers", store.customer(customer), limit=1000, after=after)
        rows |= {row["item"]: row for row in page.items}
        after = page.last
        if after is None:
            break
    payments = [billing.to_payment(row) for item, row in rows.items() if item.startswith("payment#")]
    entries = Counter(row["payment"] for item, row in rows.items() if item.startswith("ledger#"))
    right: int = sum(
        one.state == "succeeded"
        and entries[one.id] == 1
        and rows[f"ledger#{one.id}#received"]["amount"] == one.amount
        and f"message#receipt-{one.id}" in rows
        and _posted(rows, one.allocations[0].invoice_id) == [one.id]
        for one in payments
    )
    sums = customers.to_customer(rows["profile"]).sums
    settled = (sums.balance, sums.in_flight, sums.credit, sums.pending) == (0, 0, 0, ())
    return EACH - right + (not settled)


def _posted(rows: dict[str, dict[str, Any]], invoice_id: str) -> Sequence[str]:
    """The payments that an invoice was paid by, if it is paid."""
    invoice = billing.to_invoice(rows[f"invoice#{invoice_id}"])
    return [one.payment_id for one in invoice.posted] if invoice.due == 0 else []


def _charged_wrong(stripe: StripeSandbox, store: Store) -> int:
    """How many were charged more than once."""
    charged = Counter(one["payment_intent"] for one in stripe.state.charges(companies.company_of(store).stripe_account))
    return sum(times != 1 for times in charged.values())
