"""The nightly audit: right books raise no alarm, wrong ones are said in words, and every company has its turn."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

import app as wiring
from chalicelib.aws.metrics import Metrics
from chalicelib.aws.rows import change
from chalicelib.aws.store import Tables
from chalicelib.billing import records
from chalicelib.billing.actions import audit, comparing
from chalicelib.billing.gateway import Payer
from chalicelib.billing.records import audits
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.customers import records as customers
from chalicelib.errors import Unavailable
from sandbox.world import World, queued
from tests.billing.till import BANK, NEW, Till, check_books
from tests.billing.wire import Killed, Wire, forgetting
from tests.builders import Company, Person
from tests.conftest import Clock
from tests.infra import calls

FOR_EVER = float("inf")


def drain(world: World, left: Callable[[], float] = lambda: FOR_EVER) -> int:
    """Run what is on the audits' queue until there is nothing; how many messages there were."""
    taken = 0
    while bodies := queued(world.outputs, "AuditsQueueUrl"):
        for body in bodies:
            audit.company(world.services, body["tenant"], body["date"], left)
            taken += 1
    return taken


def file(world: World, key: str) -> Any:
    files = world.services.files
    return json.loads(files.client.get_object(Bucket=files.bucket, Key=key)["Body"].read())


def night(company: Company) -> dict[str, Any]:
    """One night's audit; this company's report."""
    world = company.world
    audit.start(world.services)
    drain(world)
    found: dict[str, Any] = file(world, f"{company.store.tenant}/audit/{world.services.now().date()}.json")
    return found


def words(company: Company) -> list[str]:
    return [one["words"] for one in night(company)["drifts"]]


def about(company: Company) -> list[str]:
    return [one["about"] for one in night(company)["drifts"]]


@pytest.fixture
def metrics(world: World) -> list[dict[str, Any]]:
    """The lines that the audit writes for CloudWatch."""
    lines: list[dict[str, Any]] = []
    world.services.metrics = Metrics("test", lambda line: lines.append(json.loads(line)))
    return lines


@pytest.fixture
def busy(dana: Till) -> Till:
    """A customer with something of everything, whose books are right; an hour has passed."""
    whole, part, voided, cash, back, left = (dana.person.invoice(1_000 * n) for n in range(6, 12))
    dana.pays(whole, dana.saved)
    dana.pays(part, dana.saved, amount=2_500)
    dana.pays(voided, dana.saved)
    dana.void(voided)
    dana.hands_over(cash.total + 300, "Check 7", to=[cash])
    refunded = dana.pays(back, dana.saved)
    dana.gets_back(refunded, 4_000)
    dana.disputes(dana.pays(dana.person.invoice(700), dana.saved))
    dana.webhooks(wiring.app)
    dana.orders([(left.id, left.total)], dana.saved, credit=min(left.total, dana.person.now.sums.credit))
    dana.at_checkout(dana.pays(dana.person.invoice(5_000), NEW), bank=BANK)
    dana.webhooks(wiring.app)
    dana.pays(dana.person.invoice(1_200), NEW)
    dana.person.invoice(800, status="draft")
    dana.clock.forward(hours=1)
    check_books(dana.person)
    return dana


# Right books


def test_right_books_raise_no_alarm(busy: Till, metrics: list[dict[str, Any]]) -> None:
    report = night(busy.company)
    assert report["drifts"] == []
    assert report["drift"] == 0
    assert report["compared"]["customers"] == 1
    assert report["compared"]["invoices"] == 10
    assert report["compared"]["stripe_payments"] == 6, "the bank debit is still under way"
    assert report["compared"]["stripe_refunds_and_disputes"] == 2
    assert report["accounts"] == [busy.company.company.stripe_account]
    assert [line["MoneyDrift"] for line in metrics] == [0]


def test_nor_do_they_a_week_later(busy: Till) -> None:
    """The debit has arrived, the page left open has expired; what was begun before the days that Stripe lists too."""
    for _ in range(7):
        busy.clock.forward(days=1)
        busy.world.stripe.advance()
        busy.sweep()
        assert words(busy.company) == []
    assert busy.quiet


def test_a_company_without_stripe_and_one_without_customers(evergreen: Company, world: World) -> None:
    from tests.builders import a_company

    paper = a_company(world, "Paper & Sons", "paper", connected=False)
    till = Till(paper.customer(), world.services.clock)  # type: ignore[arg-type]
    till.hands_over(4_000, to=[till.person.invoice(3_000)])
    assert words(paper) == []
    assert file(world, f"{evergreen.store.tenant}/audit/2026-11-23.json")["compared"] == {}


def test_what_was_paid_before_porchlight_is_no_drift(dana: Till) -> None:
    dana.person.invoice(9_000, paid=9_000)
    part = dana.person.invoice(9_000, paid=2_000)
    dana.pays(part, dana.saved, amount=7_000)
    gone = dana.person.invoice(5_000, paid=5_000)
    dana.void(gone)
    assert words(dana.company) == []


def test_the_companys_other_business_is_none_of_ours(dana: Till) -> None:
    account: Any = {"stripe_account": dana.company.company.stripe_account}
    client = dana.world.stripe.client()
    wanted: Any = {"amount": 4_200, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True,
                   "allowed_payment_method_types": ["card"]}  # fmt: skip
    one = client.v1.payment_intents.create(wanted, account)
    client.v1.refunds.create({"payment_intent": one.id}, account)
    dana.clock.forward(hours=2)
    assert words(dana.company) == []


# Wrong books: (what somebody does to them, what the audit says)


def tamper(person: Person, item: str, row: Any, **values: Any) -> None:
    person.company.store.write(change(row(person.company.store.customer(person.id), item), "tampered", **values))


def profile(till: Till, **values: Any) -> None:
    tamper(till.person, "profile", customers.CustomerRow, **values)


def invoice(till: Till, number: int, **values: Any) -> Invoice:
    found = till.invoices[number]
    tamper(till.person, f"invoice#{found.id}", records.InvoiceRow, **values)
    return found


def entry(till: Till, kind: str) -> dict[str, Any]:
    return next(row for row in till.person.ledger() if row["kind"] == kind)


def gone(till: Till, item: str) -> None:
    tables = till.world.services.tables
    key = {"customer": {"S": till.company.store.customer(till.person.id)}, "item": {"S": item}}
    tables.call("DeleteItem", {"TableName": tables.customers, "Key": key})


def tampered_ledger(till: Till, kind: str, **values: Any) -> None:
    tamper(till.person, entry(till, kind)["item"], records.LedgerRow, **values)


def one_succeeded(till: Till) -> Payment:
    return next(one for one in till.payments if one.state == "succeeded" and one.account and not one.backs)


def payment_says(till: Till, payment: Payment, **values: Any) -> None:
    tamper(till.person, f"payment#{payment.id}", records.PaymentRow, **values)


def under_way(till: Till) -> Payment:
    return next(one for one in till.payments if not one.final)


Tampering = Callable[[Till], None]
TAMPERINGS: dict[str, tuple[Tampering, list[str], str]] = {
    "the balance": (
        lambda t: profile(t, balance=t.person.now.sums.balance + 1), ["balance"], "The balance says ",
    ),
    "how many are open": (lambda t: profile(t, open_count=99), ["open_count"], "99 invoices are said to be open"),
    "what is on its way": (lambda t: profile(t, in_flight=1), ["in_flight"], "0.01 USD is said to be on its way"),
    "the credit": (
        lambda t: profile(t, credit=t.person.now.sums.credit + 500), ["credit"], "Account credit is ",
    ),
    "what is listed as under way": (
        lambda t: profile(t, pending=None), ["pending", "pending"], "is not listed as under way, and is",
    ),
    "an invoice's total": (lambda t: invoice(t, 1, total=99_999) and None, ["balance"], "the invoices come to "),
    "an invoice paid by nobody": (
        lambda t: invoice(t, 1, paid=t.invoices[1].total) and None, ["balance"], "The balance says ",
    ),
    "an invoice paid less than it was": (
        lambda t: invoice(t, 0, paid=1) and None, ["invoice"], "says 0.01 USD is paid, and 60.00 USD was posted to it",
    ),
    "a hold let go": (
        lambda t: invoice(t, -2, holds=None) and None, ["hold"], "holds 0.00 USD for payment ",
    ),
    "a hold of nobody's": (
        lambda t: invoice(t, 1, holds='{"x": 700}') and None, ["hold"], "holds 7.00 USD for payment x",
    ),
    "a ledger row lost": (
        lambda t: gone(t, entry(t, "received")["item"]), ["ledger", "stripe"], "The ledger has no row ",
    ),
    "a ledger row invented": (
        lambda t: t.company.store.write(
            records.received(t.company.store, t.person.id, replace(one_succeeded(t), id="x"), 100, 0, t.clock())
        ) and None,
        ["ledger"], "The ledger has 1.00 USD as x#received, which nothing caused.",
    ),
    "a ledger row's amount": (
        lambda t: tampered_ledger(t, "received", amount=1), ["ledger", "stripe"], "The ledger has 0.01 USD as ",
    ),
    "a refund's row lost": (
        lambda t: gone(t, entry(t, "refunded")["item"]), ["ledger"], "of -40.00 USD.",
    ),
    "a ledger row's credit": (
        lambda t: tampered_ledger(t, "received", credit=77), ["ledger", "credit"], "of it is on invoices or in account",
    ),
    "a void's row lost": (
        lambda t: gone(t, entry(t, "voided")["item"]), ["ledger"], "and the ledger has no row",
    ),
    "a posting lost": (
        lambda t: invoice(t, 0, posted=None) and None, ["posted"], "of it went somewhere",
    ),
    "a refund forgotten": (
        lambda t: payment_says(t, next(one for one in t.payments if one.gone_back == 4_000), backs=None),
        ["ledger", "stripe"], "Stripe has a refund of 40.00 USD",
    ),
    "a payment forgotten": (
        lambda t: gone(t, f"payment#{one_succeeded(t).id}"), ["ledger", "posted", "stripe"],
        "which the books don't know",
    ),
    "a payment under way called off here only": (
        lambda t: payment_says(t, under_way(t), state="canceled"), ["hold", "pending"],
        "is listed as under way, and is not",
    ),
}  # fmt: skip


def test_whatever_somebody_does_to_the_books_is_said(busy: Till, bluewave: Company) -> None:
    """One after the other, each on right books."""
    for name, (does, kinds, sentence) in TAMPERINGS.items():
        with forgetting(busy.world):
            does(busy)
            report = night(busy.company)
            assert [one["about"] for one in report["drifts"]] == kinds, name
            assert any(sentence in one["words"] for one in report["drifts"]), (name, report["drifts"])
            assert {one["customer"] for one in report["drifts"]} == {busy.person.id}, name
            assert report["drift"] == len(kinds), name
            others = file(busy.world, f"{bluewave.store.tenant}/audit/{busy.clock().date()}.json")
            assert others["drift"] == 0, name
    assert words(busy.company) == []


def test_it_repairs_nothing(busy: Till) -> None:
    profile(busy, balance=1)
    before = busy.person.now
    assert about(busy.company) == ["balance"]
    busy.clock.forward(days=1)
    assert about(busy.company) == ["balance"], "said again each night"
    assert busy.person.now == before


# Against Stripe


def at_stripe(till: Till, payment: Payment) -> dict[str, Any]:
    found: dict[str, Any] = till.world.stripe.state.world(payment.account).get("payment_intent", payment.intent)
    return found


def test_money_that_stripe_took_for_a_payment_given_up(busy: Till) -> None:
    payment = one_succeeded(busy)
    payment_says(busy, payment, state="canceled")
    assert any(f"for payment {payment.id}, which is canceled" in one for one in words(busy.company))


def test_money_that_stripe_never_took(busy: Till) -> None:
    payment = one_succeeded(busy)
    at_stripe(busy, payment)["status"] = "canceled"
    (found,) = words(busy.company)
    assert found.startswith(f"The ledger says {payment.amount / 100:.2f} USD came in by payment {payment.id}")
    assert found.endswith("and Stripe took nothing for it.")


def test_another_amount_or_currency_than_stripe_took(busy: Till) -> None:
    one, other = [p for p in busy.payments if p.state == "succeeded" and p.account and not p.backs][:2]
    at_stripe(busy, one)["amount_received"] = 1
    at_stripe(busy, other)["currency"] = "eur"
    found = words(busy.company)
    assert len(found) == 2
    assert any(f"payment {one.id}, and Stripe took 0.01 USD." in line for line in found)
    assert any("EUR." in line for line in found)


def test_charged_twice_for_one_payment(busy: Till) -> None:
    payment = one_succeeded(busy)
    payer = Payer(payment.account, busy.company.store.tenant, busy.person.id, "", busy.person.now.stripe_customer)
    again = replace(payment, id="7" + payment.id[1:], method_id=busy.saved)
    busy.world.services.payments.charge(payer, again, "http://localhost:8000/")
    intents = busy.world.stripe.state.world(payment.account).all("payment_intent")
    second = next(one for one in intents if one["metadata"]["payment"] == again.id)
    second["metadata"]["payment"] = payment.id
    (found,) = words(busy.company)
    assert "charged twice?" in found and second["id"] in found and payment.intent in found


def test_a_refund_made_at_stripe_whose_webhook_was_lost(busy: Till) -> None:
    payment = one_succeeded(busy)
    busy.refunded_at_stripe(payment, 100)
    assert words(busy.company) == [], "its webhook may be on its way"
    busy.clock.forward(days=1)
    (found,) = words(busy.company)
    assert found.startswith("Stripe has a refund of 1.00 USD")
    assert f"of payment {payment.id}, which the books don't know." in found
    busy.webhooks(wiring.app)
    busy.clock.forward(days=1)
    assert words(busy.company) == []


def test_a_dispute_whose_webhook_was_lost(busy: Till) -> None:
    dispute = busy.disputes(one_succeeded(busy))
    busy.clock.forward(hours=2)
    (found,) = words(busy.company)
    assert found.startswith("Stripe has a dispute of ") and dispute in found
    busy.webhooks(wiring.app)


def test_a_dispute_won_without_anybody_telling_us(busy: Till) -> None:
    dispute = busy.disputes(one_succeeded(busy))
    busy.webhooks(wiring.app)
    busy.clock.forward(hours=2)
    assert words(busy.company) == []
    busy.world.stripe.close_dispute(dispute, "won")
    busy.clock.forward(days=1)
    assert any("is done, and at Stripe it is undone" in one for one in words(busy.company))
    busy.webhooks(wiring.app)
    busy.clock.forward(days=1)
    assert words(busy.company) == []


def test_a_refund_that_stripe_does_not_have(busy: Till) -> None:
    payment = next(one for one in busy.payments if one.gone_back == 4_000)
    del busy.world.stripe.state.world(payment.account).tables["refund"]
    found = words(busy.company)
    assert len(found) == 1
    assert f"of payment {payment.id} is done, and Stripe has none." in found[0]


def test_a_payment_on_an_account_the_company_has_left_is_compared_too(busy: Till) -> None:
    from chalicelib.billing.actions import connect

    old = busy.company.company.stripe_account
    new = busy.world.stripe.connect_account("Evergreen again")
    busy.company.store.write(
        change(connect.records.CompanyRow(busy.company.store.tenant, "profile"), "company", stripe_account=new)
    )
    at_stripe(busy, one_succeeded(busy))["amount_received"] = 1
    report = night(busy.company)
    assert report["accounts"] == sorted([old, new])
    assert report["drift"] == 1


def test_an_account_that_stripe_no_longer_shows_is_no_drift(busy: Till, wire: Wire) -> None:
    wire.down("stripe", "disconnected")
    report = night(busy.company)
    assert report["drift"] == 0
    assert report["compared"]["accounts_not_shown"] == 1


def test_hundreds_of_payments_are_compared_page_by_page(dana: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "A_READ", 2)
    for total in range(500, 505):
        dana.pays(dana.person.invoice(total), dana.saved)
    gone(dana, f"payment#{dana.payments[0].id}")
    dana.clock.forward(hours=1)
    assert night(dana.company)["compared"]["stripe_payments"] == 5
    assert "stripe" in about_again(dana)


def about_again(till: Till) -> list[str]:
    till.clock.forward(days=1)
    return about(till.company)


# While customers pay


def test_a_customer_who_pays_while_being_read_is_read_again(dana: Till, wire: Wire) -> None:
    open_one, paid = dana.person.invoice(), dana.person.invoice()
    cut = [True]

    def cut_in(_: int, call: Any) -> None:
        if cut and call.what == "dynamodb Query" and "payment#" in json.dumps(call.body):
            cut.clear()
            dana.pays(paid, dana.saved)

    wire.plan = cut_in
    report = night(dana.company)
    assert not cut
    assert report["drifts"] == []
    assert report["compared"]["customers"] == 1
    assert dana.invoice(open_one).due


def test_one_who_never_stands_still_is_left_for_tomorrow(dana: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    read = audits.all_of

    def moves(store: Any, customer: str) -> Any:
        found = read(store, customer)
        with calls.meanwhile():
            dana.person.invoice(100)
        return found

    monkeypatch.setattr(audits, "all_of", moves)
    report = night(dana.company)
    assert report["compared"] == {"moving": 1}
    assert report["drift"] == 0


def test_a_payment_that_settles_after_stripe_was_asked_is_no_drift(dana: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = dana.person.invoice(), dana.person.invoice()
    dana.pays(first, dana.saved)
    dana.clock.forward(hours=1)
    asked = comparing.Comparison.activity

    def then_somebody_pays(self: Any, account: str) -> Any:
        found = asked(self, account)
        with calls.meanwhile():
            if dana.invoice(second).due:
                dana.pays(second, dana.saved)
        return found

    monkeypatch.setattr(comparing.Comparison, "activity", then_somebody_pays)
    assert words(dana.company) == []


# The run


def test_every_company_has_its_turn_and_the_night_is_summed_up(
    busy: Till, bluewave: Company, world: World, metrics: list[dict[str, Any]]
) -> None:
    profile(busy, balance=1)
    assert audit.start(world.services) == 2
    with pytest.raises(Exception, match="NoSuchKey"):
        file(world, "platform/audit/2026-11-23.json")
    assert drain(world) == 2
    summary = file(world, "platform/audit/2026-11-23.json")
    assert summary == {"date": "2026-11-23", "companies": 2, "drift": 1, "drifting": [busy.company.store.tenant]}
    assert sorted(line["MoneyDrift"] for line in metrics) == [0, 1]


def test_a_night_without_companies_is_summed_up_by_whoever_began_it(world: World) -> None:
    assert audit.start(world.services) == 0
    assert file(world, "platform/audit/2026-11-23.json")["companies"] == 0


def test_the_metric_is_what_cloudwatch_reads(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    Metrics("prod").count("MoneyDrift", 3, clock(), tenant="t1")
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    line = json.loads(printed)
    assert line["MoneyDrift"] == 3 and line["Stage"] == "prod" and line["tenant"] == "t1"
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert told == {
        "Namespace": "Porchlight",
        "Dimensions": [["Stage"]],
        "Metrics": [{"Name": "MoneyDrift", "Unit": "Count"}],
    }
    assert line["_aws"]["Timestamp"] == int(clock().timestamp() * 1000)


def test_brought_again_it_does_no_harm(busy: Till, metrics: list[dict[str, Any]], wire: Wire) -> None:
    world, tenant = busy.world, busy.company.store.tenant
    for _ in range(2):
        audit.start(world.services)
    assert drain(world) == 2
    assert len(metrics) == 1
    wire.calls.clear()
    assert audit.company(world.services, tenant, "2026-11-23", lambda: FOR_EVER)
    assert not wire.of("dynamodb TransactWriteItems") and not wire.of("dynamodb Query") and not wire.of("stripe")
    assert file(world, "platform/audit/2026-11-23.json")["companies"] == 1


def several(company: Company, clock: Clock, count: int) -> list[Till]:
    made = []
    for n in range(count):
        till = Till(company.customer(f"Customer {n}", email=f"c{n}@example.com", password=None), clock)
        till.hands_over(2_000, to=[till.person.invoice(1_500)])
        made.append(till)
    return made


def test_when_time_runs_short_it_goes_on_where_it_was(
    evergreen: Company, clock: Clock, monkeypatch: pytest.MonkeyPatch, metrics: list[dict[str, Any]]
) -> None:
    monkeypatch.setattr(audit, "CUSTOMERS_A_PAGE", 2)
    tills = several(evergreen, clock, 5)
    profile(tills[0], balance=1)
    profile(tills[4], credit=0)
    audit.start(evergreen.world.services)
    runs = drain(evergreen.world, lambda: 10.0)
    assert runs == 4, "three pages of customers and one account"
    report = file(evergreen.world, f"{evergreen.store.tenant}/audit/2026-11-23.json")
    assert report["compared"]["customers"] == 5
    assert [one["about"] for one in report["drifts"]] == ["balance", "credit"]
    assert [line["MoneyDrift"] for line in metrics] == [2]


def _at(number: int, fault: Any, here: int, call: Any) -> Any:
    """A file on its way to S3 is read once here, so that it can't be delivered twice."""
    return fault if here == number and not (fault == "doubled" and call.what.startswith("s3")) else None


@pytest.mark.parametrize("fault", ["killed after", "lost after", "throttled", "doubled"])
def test_wherever_it_stops_the_next_delivery_ends_it(
    evergreen: Company, clock: Clock, wire: Wire, monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    """At each call in turn; every customer is counted once, every drift said once."""
    monkeypatch.setattr(audit, "CUSTOMERS_A_PAGE", 1)
    tills = several(evergreen, clock, 2)
    profile(tills[1], balance=1)
    services, tenant, number = evergreen.world.services, evergreen.store.tenant, 0
    while True:
        clock.forward(days=1)
        date = clock().date().isoformat()
        audit.start(services)
        queued(evergreen.world.outputs, "AuditsQueueUrl")
        wire.calls.clear()
        wire.plan = partial(_at, number, fault)
        with suppress(Killed, Unavailable):
            audit.company(services, tenant, date, lambda: FOR_EVER)
        reached = len(wire.calls) > number
        wire.heal()
        assert audit.company(services, tenant, date, lambda: FOR_EVER)
        report = file(evergreen.world, f"{tenant}/audit/{date}.json")
        assert (report["compared"]["customers"], report["drift"]) == (2, 1), number
        assert file(evergreen.world, f"platform/audit/{date}.json")["drift"] == 1
        if not reached:
            break
        number += 1
    assert number > 10


def test_when_the_queue_does_not_answer_the_schedule_is_tried_again(
    evergreen: Company, world: World, wire: Wire
) -> None:
    wire.down("sqs")
    with pytest.raises(Unavailable):
        audit.start(world.services)
    wire.heal()
    assert audit.start(world.services) == 1
    assert drain(world) == 1


def test_hundreds_of_companies_are_handed_over_in_batches(
    world: World, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.tenants.actions import companies

    pages: list[list[str]] = [[f"t{n}" for n in range(25)], ["u"]]
    monkeypatch.setattr(companies, "every_company", lambda services: iter(pages))
    assert audit.start(world.services) == 26
    assert len(wire.of("sqs SendMessageBatch")) == 4
    assert len(queued(world.outputs, "AuditsQueueUrl")) == 26


def test_companies_are_listed_page_by_page(
    evergreen: Company, bluewave: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.tenants.actions import companies

    monkeypatch.setattr(companies, "PAGE", 1)
    found = [one for page in companies.every_company(evergreen.world.services) for one in page]
    assert found == sorted([evergreen.store.tenant, bluewave.store.tenant])


def test_lambdas_clock_is_asked(busy: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through app.py's own handlers, as EventBridge and SQS call them."""
    from sandbox.worker import _SCHEDULED

    wiring.start_audits(_SCHEDULED, None)
    (body,) = queued(busy.world.outputs, "AuditsQueueUrl")
    batch = {"Records": [{"body": json.dumps(body), "receiptHandle": "x"}]}
    hurried = SimpleNamespace(get_remaining_time_in_millis=lambda: 9_000)
    wiring.audit_company(batch, hurried)
    assert len(queued(busy.world.outputs, "AuditsQueueUrl")) == 1, "the account is for the next run"
    wiring.audit_company(batch, None)
    assert file(busy.world, "platform/audit/2026-11-23.json")["companies"] == 1


def test_only_its_own_tenant_is_read(busy: Till, bluewave: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for the night's own row, no key of anybody else is touched."""
    touched: set[str] = set()
    call = Tables.call

    def noted(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        touched.add(json.dumps(arguments, default=str))
        return call(self, operation, arguments)

    monkeypatch.setattr(Tables, "call", noted)
    audit.company(busy.world.services, busy.company.store.tenant, "2026-11-23", lambda: FOR_EVER)
    assert touched
    assert not any(bluewave.store.tenant in one for one in touched)


def test_whose_it_is_comes_with_the_lists(dana: Till, wire: Wire) -> None:
    """However many the bank or the company took back of older payments, Stripe is not asked one by one."""
    refunded, disputed = (dana.pays(dana.person.invoice(), dana.saved) for _ in range(2))
    dana.clock.forward(days=5)
    dana.refunded_at_stripe(refunded, 100)
    dispute = dana.disputes(disputed)
    dana.clock.forward(hours=2)
    wire.calls.clear()
    report = night(dana.company)
    said = {one["words"].partition(" of ")[0]: one for one in report["drifts"]}
    assert {one["customer"] for one in said.values()} == {dana.person.id}
    assert set(said) == {"Stripe has a refund", "Stripe has a dispute"}
    assert dispute in said["Stripe has a dispute"]["words"] and disputed.id in said["Stripe has a dispute"]["words"]
    assert report["compared"]["stripe_refunds_and_disputes"] == 2
    assert {one.what for one in wire.of("stripe")} == {
        f"stripe GET /v1/{what}" for what in ("payment_intents", "refunds", "disputes")
    }


def test_what_came_back_and_was_never_told_is_reported_and_handed_to_the_sweep(
    evergreen: Company, clock: Clock
) -> None:
    dana = Till(evergreen.customer(saved_card="pm_card_visa"), clock)
    invoice = dana.person.invoice(12_000)
    payment = dana.pays(invoice, dana.saved)
    dana.disputes(payment)
    evergreen.world.stripe.pending_webhooks()  # lost, all of them
    clock.forward(hours=5)
    assert ["which the books don't know" in one for one in words(evergreen)] == [True]
    dana.sweep()
    assert dana.invoice(invoice).due == 12_000
    clock.forward(days=1)
    assert words(evergreen) == []
    check_books(dana.person)


def test_an_id_that_another_customer_has_too_is_no_drift(evergreen: Company, clock: Clock) -> None:
    """Browsers name payments: two customers may name theirs alike."""
    dana = Till(evergreen.customer(saved_card="pm_card_visa"), clock)
    eve = Till(evergreen.customer("Eve Sandoval", email="eve@example.com", saved_card="pm_card_visa"), clock)
    attempt = dana.attempt()
    dana.pays(dana.person.invoice(5_000), dana.saved, attempt=attempt)
    eve.pays(eve.person.invoice(3_000), eve.saved, attempt=attempt)
    clock.forward(hours=5)
    assert words(evergreen) == []


def test_money_that_the_books_never_settle_is_drift(evergreen: Company, clock: Clock) -> None:
    dana = Till(evergreen.customer(saved_card="pm_card_visa"), clock)
    payment = dana.pays(dana.person.invoice(5_000), NEW)
    evergreen.world.stripe.pay(payment.next_url)
    clock.forward(days=2, hours=1)
    assert ["under way since" in one for one in words(evergreen)] == [True]
