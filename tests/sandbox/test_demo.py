"""The demo companies: what is promised is there, the sums are true, and it is the same each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib import passwords
from chalicelib.aws.store import Store
from chalicelib.billing import records as billing
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.customers import records
from chalicelib.customers.rules import Customer
from chalicelib.leads.actions import report
from chalicelib.leads.rules.lead import SOURCES, STATUSES
from chalicelib.leads.rules.report import Wanted
from chalicelib.leads.rules.submission import tidy, wrong
from chalicelib.messages import standard
from chalicelib.messages.records import outbox, suppressions, templates
from chalicelib.messages.rules.template import standard as standard_texts
from chalicelib.messages.writing import checking
from chalicelib.tenants.actions import companies
from chalicelib.tenants.records import audit
from sandbox import demo, people
from sandbox import world as worlds
from sandbox.demo import Demo
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import World
from tests.builders import ledger

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def a_world() -> World:
    return worlds.build(clock=lambda: NOW, stripe=StripeSandbox(lambda: NOW, deliver="manual"))


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[World, Demo]]:
    world = a_world()
    yield world, demo.fill(world)
    world.close()


@pytest.fixture(scope="module")
def evergreen(filled: tuple[World, Demo]) -> Store:
    return filled[1].stores[people.SLUG]


@pytest.fixture(scope="module")
def invoices(filled: tuple[World, Demo]) -> dict[str, list[Invoice]]:
    """Everybody's, newest first, by the customer's key."""
    found: dict[str, list[Invoice]] = {}
    for key, customer in filled[1].customers.items():
        found[key], last = billing.list_invoices(store_of(filled, key), customer.id, "all", 1000)
        assert last is None
    return found


EVERYBODY = [one.key for one in (*people.PEOPLE, *people.NEIGHBOURS)]


def store_of(filled: tuple[World, Demo], key: str) -> Store:
    return filled[1].stores[people.OTHER_SLUG if key in {one.key for one in people.NEIGHBOURS} else people.SLUG]


def person(filled: tuple[World, Demo], key: str) -> Customer:
    """As the store has it."""
    return records.customers(store_of(filled, key), [filled[1].customers[key].id])[0]


def test_the_sums_on_every_profile_are_true(filled: tuple[World, Demo], invoices: dict[str, list[Invoice]]) -> None:
    for everybody, slug in ((people.PEOPLE, people.SLUG), (people.NEIGHBOURS, people.OTHER_SLUG)):
        store = filled[1].stores[slug]
        for one in everybody:
            customer = person(filled, one.key)
            have = invoices[one.key]
            owed = [invoice for invoice in have if invoice.due > 0]
            sums = customer.sums
            assert len(have) == one.count, one.key
            in_flight = sum(i.in_flight for i in have)
            assert (sums.balance, sums.open_count) == (sum(i.due for i in owed), len(owed)), one.key
            assert sums.in_flight == in_flight == sum(each.amount for each in sums.pending), one.key
            assert sums.credit == one.credit
            payable, _ = billing.list_invoices(store, customer.id, "open", 1000)
            assert {invoice.id for invoice in payable} == {invoice.id for invoice in owed}, one.key


def test_every_invoice_adds_up(
    filled: tuple[World, Demo], evergreen: Store, invoices: dict[str, list[Invoice]]
) -> None:
    for key in ("dana", "sunrise"):
        customer = filled[1].customers[key]
        for invoice in invoices[key]:
            found = billing.invoice_with_details(evergreen, customer.id, invoice.id)
            assert found
            details = found[1]
            assert details.lines
            assert all(line.amount == int(line.quantity) * line.unit_price for line in details.lines)
            assert details.subtotal == sum(line.amount for line in details.lines)
            assert invoice.total == details.subtotal + details.tax > 0
            assert bool(details.tax) == bool(details.tax_name)
            assert invoice.paid + invoice.credited <= invoice.total
            assert invoice.issued_on <= TODAY
            assert invoice.issued_on <= invoice.due_on


def test_numbers_follow_the_dates_and_are_each_used_once(invoices: dict[str, list[Invoice]]) -> None:
    every = [one for p in people.PEOPLE for one in invoices[p.key]]
    in_order = sorted(every, key=lambda invoice: invoice.id)
    first = int(in_order[0].number)
    assert [int(one.number) for one in in_order] == list(range(first, first + len(every)))
    assert [one.issued_on for one in in_order] == sorted(one.issued_on for one in every)


def test_dana_has_seen_everything(filled: tuple[World, Demo], invoices: dict[str, list[Invoice]]) -> None:
    dana = person(filled, "dana")
    have = invoices["dana"]
    kinds = Counter("draft" if one.status == "draft" else one.state(TODAY).kind for one in have)
    assert len(have) == 60
    assert kinds.keys() >= {"draft", "due", "part_paid", "overdue", "paid", "void"}
    assert kinds["draft"] == 1
    assert (TODAY - have[-1].issued_on).days > 1000
    assert dana.sums.credit > 0
    cards = billing.to_methods(dana.methods)
    shown = [(card.brand, card.last4, card.is_default) for card in cards]
    assert shown == [("Visa", "4242", True), ("Visa", "3184", False)]
    assert len(invoices["ridgeline"]) == 600


def test_who_can_sign_in_can(filled: tuple[World, Demo]) -> None:
    for one in people.SIGN_INS:
        store = filled[1].stores[one.slug]
        (item,) = store.get(records.login_key(store, one.login))
        assert item, one.login
        login = records.to_login(item)
        assert passwords.verify(one.password, login.password)
        passwords.check(one.password)
        for account in records.customers(store, login.customers):
            assert account.access
            assert account.login == one.login


def test_the_special_ones_are_special(filled: tuple[World, Demo], evergreen: Store) -> None:
    home, rental = person(filled, "priya_home"), person(filled, "priya_rental")
    (item,) = evergreen.get(records.login_key(evergreen, "priya@example.com"))
    assert item
    assert records.to_login(item).customers == (home.id, rental.id)
    assert home.email == rental.email
    assert person(filled, "tom").must_change
    assert person(filled, "lucia").language == "es"
    assert not person(filled, "milehigh").access
    assert person(filled, "henry").login == ""
    assert person(filled, "kevin").sums.balance == 0
    other = person(filled, "dana_pools")
    assert other.email == person(filled, "dana").email
    assert other.name != person(filled, "dana").name


def test_both_companies_are_dressed_and_can_take_payments(filled: tuple[World, Demo]) -> None:
    world, made = filled
    for slug, store in made.stores.items():
        company = companies.company_of(store)
        assert (company.slug, company.charges_enabled) == (slug, True)
        assert company.time_zone == "America/Denver"
        bucket = world.services.settings.files_bucket
        found = world.services.files.client.get_object(Bucket=bucket, Key=f"{store.tenant}/logo/{company.logo}")
        assert found["ContentType"] == "image/svg+xml"
    assert len({companies.company_of(store).stripe_account for store in made.stores.values()}) == 2


def test_evergreen_has_been_written_to(evergreen: Store) -> None:
    """From everywhere, with every outcome; what was done is in the history and in the audit trail alike."""
    found = list(report.newest(evergreen, Wanted(), 100))
    suspected = list(report.newest(evergreen, Wanted(spam=True), 100))
    assert {one.status for one in found} == set(STATUSES) and {one.source for one in found} == set(SOURCES)
    assert len(suspected) == 2 and any(one.reasons for one in found), "some were wrongly suspected"
    told = []
    for one in (*found, *suspected):
        whole = report.whole(evergreen, one.id)
        assert len(whole.history) == one.version
        mailed = one.source != "booking" and not one.reasons
        assert (whole.mail is not None) == mailed, "a booking has a mail of its own"
        told += [(f"lead.{event.kind}", one.id, event.at) for event in whole.history]
        assert one.received_at < NOW.isoformat() and all(event.at < NOW.isoformat() for event in whole.history)
        wrote = one.wrote
        assert wrote.email == "" or wrote.email.endswith((".example", "@example.com"))
        assert wrote.phone == "" or "555" in wrote.phone
        assert tidy(**asdict(wrote)) == wrote and not wrong(wrote), "the form would have taken it"
    entries, _ = audit.entries(evergreen, 1000)
    assert sorted((e.action, e.target, e.at) for e in entries if e.action.startswith("lead.")) == sorted(told)
    assert any(event.kind == "note" for one in found for event in report.whole(evergreen, one.id).history)


def test_evergreen_has_told_its_customers(filled: tuple[World, Demo], evergreen: Store) -> None:
    """Of all kinds, and what became of each; nothing waits to be sent again. Bluewave has told nobody."""
    told = {one.key: outbox.log(evergreen, filled[1].customers[one.key].id, 100).items for one in people.PEOPLE}
    past = [row for rows in told.values() for row in rows if row["state"] != "pending"]
    assert {row["template"] for row in past} >= {
        "portal_invite", "invoice_ready", "invoice_reminder", "receipt", "debit_started", "debit_returned",
    }  # fmt: skip
    assert {(row["state"], row.get("outcome")) for row in past} == {
        ("sent", "delivered"), ("sent", "bounced"), ("skipped", None),
    }  # fmt: skip
    for row in past:
        assert row["posted_at"] < row.get("sent_at", "9") < row.get("outcome_at", "99")
        assert max(row["posted_at"], row.get("outcome_at", "")) < NOW.isoformat()
        assert (row["state"] == "sent") == bool(row.get("summary"))
        assert "task" not in row, "the sweep would send it again"
    assert not told["milehigh"], "nobody writes to a customer whose access is off"
    assert not outbox.log(filled[1].stores[people.OTHER_SLUG], filled[1].customers["omar"].id, 100).items


def test_one_address_gets_no_more(filled: tuple[World, Demo], evergreen: Store) -> None:
    customer = filled[1].customers["pruitt"]
    (stopped,) = [suppressions.to_suppression(item) for item in suppressions.suppressions(evergreen, 100).items]
    assert (stopped.address, stopped.cause, stopped.customer) == (customer.email, "bounced", customer.id)
    after, bounced = outbox.log(evergreen, customer.id, 100).items[:2]
    assert (bounced["item"], bounced["outcome"]) == (f"message#{stopped.message}", "bounced")
    assert after["state"] == "skipped" and after["posted_at"] > bounced["posted_at"]


def test_evergreen_writes_one_message_its_own_way(evergreen: Store) -> None:
    found = templates.choices(evergreen)
    assert found["receipt"].sms and found["invoice_ready"].texts.keys() == {"en"}
    own, template = found["invoice_ready"].texts["en"]["email"], standard.template("invoice_ready")
    assert own != standard_texts(template, "en", "email")
    assert not checking.problems(template, "email", own), "the console would have saved it"


# What was paid


def payments_of(filled: tuple[World, Demo], key: str) -> tuple[Store, list[Payment], list[dict[str, Any]]]:
    """A customer's store, payments newest first, and ledger."""
    store, id = store_of(filled, key), filled[1].customers[key].id
    payments, last = billing.list_payments(store, id, 1000)
    assert last is None
    return store, payments, ledger(store, id)


@pytest.mark.parametrize("key", EVERYBODY)
def test_the_books_of_everybody_balance(
    filled: tuple[World, Demo], invoices: dict[str, list[Invoice]], key: str
) -> None:
    _, payments, ledger = payments_of(filled, key)
    customer, have = person(filled, key), invoices[key]
    for one in have:
        assert one.paid == sum(entry.amount for entry in one.posted), one.number
        assert one.paid + one.credited + one.in_flight <= one.total
    posted = sum(entry.amount for one in have for entry in one.posted)
    assert posted + customer.sums.credit == sum(row["amount"] for row in ledger)
    assert customer.sums.credit == sum(row["credit"] for row in ledger)
    on_invoices = {(entry.payment_id, one.id, entry.amount) for one in have for entry in one.posted if entry.amount > 0}
    assert on_invoices == {
        (one.id, part.invoice_id, part.amount)
        for one in payments
        if one.state == "succeeded"
        for part in one.allocations
    }
    for one in payments:
        causes = {(row["kind"], row["amount"]) for row in ledger if row["payment"] == one.id}
        came = {("received", one.amount)} if one.state == "succeeded" else set()
        assert causes == came | {("refunded", -back.amount) for back in one.backs}
        assert one.amount == sum(part.amount for part in one.allocations) + one.to_credit
        held = {invoice.id for invoice in have if one.id in invoice.holds}
        assert held == (set() if one.final else {part.invoice_id for part in one.allocations})
        assert one.created_at <= NOW
        assert one.settled_at is None or one.settled_at <= NOW
    assert len({one.id for one in payments}) == len(payments)
    assert sum(row["kind"] == "received" for row in ledger) == sum(one.state == "succeeded" for one in payments)


@pytest.mark.parametrize("key", EVERYBODY)
def test_stripe_says_the_same_of_every_payment(filled: tuple[World, Demo], key: str) -> None:
    world, (store, payments, _) = filled[0], payments_of(filled, key)
    account = BillingAccount(store, companies.company_of(store), person(filled, key))
    for one in payments:
        if one.account:
            looked = world.services.payments.look(account.payer(one), one)
            assert (looked.kind, looked.intent, looked.failure) == (one.state, one.intent, one.failure)
            assert looked.method == ("" if one.state == "failed" else one.method)
            assert looked.amount == (one.amount if one.state == "succeeded" else 0)
            gone = world.services.payments.movements(account.payer(one), one)
            assert [(back.ours, back.amount, back.state) for back in gone] == [
                (back.id, back.amount, back.state) for back in one.backs
            ]
        else:
            assert (one.state, one.intent, one.method_id) == ("succeeded", "", "")


def test_stripe_knows_of_no_other_payment(filled: tuple[World, Demo]) -> None:
    ours = {one.id for key in EVERYBODY for one in payments_of(filled, key)[1] if one.account}
    charged = [charge["metadata"]["payment"] for charge in filled[0].stripe.state.every("charge")]
    assert sorted(charged) == sorted(ours)
    assert len(ours) > 40


def test_there_is_something_of_everything(filled: tuple[World, Demo]) -> None:
    dana, sunrise = payments_of(filled, "dana")[1], payments_of(filled, "sunrise")[1]
    together = next(one for one in dana if len(one.allocations) == 3)
    assert together.account
    check = next(one for one in dana if one.to_credit)
    assert (check.account, check.to_credit, check.method[:5]) == ("", 2_500, "Check")
    (refunded,) = [one for one in dana if one.backs]
    assert 0 < refunded.gone_back < refunded.amount
    assert refunded.refundable
    (under_way,) = [one for one in sunrise if not one.final]
    assert under_way.expected_on
    assert under_way.expected_on > TODAY
    (came_back,) = [one for one in sunrise if one.state == "failed"]
    assert came_back.failure == "R01"
    assert sum(one.state == "succeeded" and "Bank" in one.method for one in sunrise) >= 3
    assert {one.method for one in dana} >= {"Visa •••• 4242", "Cash"}
    assert max(len(one.allocations) for one in payments_of(filled, "ridgeline")[1]) > 10


def test_there_is_something_of_everything_on_file(filled: tuple[World, Demo]) -> None:
    home, grace, sunrise = (
        billing.to_methods(person(filled, key).methods) for key in ("priya_home", "grace", "sunrise")
    )
    assert [(one.expired(TODAY), one.expires_soon(TODAY)) for one in home] == [(False, True), (True, False)]
    assert [(one.kind, one.state) for one in grace] == [("card", "ready"), ("bank", "unverified")]
    assert [(one.kind, one.usable, one.is_default) for one in sunrise] == [("bank", True, True)]


def test_dana_is_mailed_what_is_new_today_and_a_link(filled: tuple[World, Demo]) -> None:
    """All else was sent in the past."""
    store, dana, queued = (
        filled[1].stores[people.SLUG],
        filled[1].customers["dana"].id,
        worlds.queued(filled[0].outputs),
    )
    assert {one["customer"] for one in queued} == {dana}
    read = [outbox.read(store, dana, one["message"]) for one in queued]
    assert [one and one["template"] for one in read] == ["estimate_ready", "visit_complete", "portal_link"]


def test_it_is_the_same_each_time(filled: tuple[World, Demo]) -> None:
    for one in people.COMPANIES:
        planned = demo.plan(*one, NOW)
        assert planned == demo.plan(*one, NOW)
        made = {key: customer.id for key, customer in filled[1].customers.items()}
        assert {history.person.key: history.id for history in planned}.items() <= made.items()
    assert filled[1].stores[people.SLUG].tenant == "01HB6QZ080Z38E62DSY7WQ06YQ"
