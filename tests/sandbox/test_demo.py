"""The demo companies: what is promised is there, the sums are true, and it is the same each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from chalicelib import passwords
from chalicelib.aws.store import Store
from chalicelib.billing import records as billing
from chalicelib.billing.rules import Invoice
from chalicelib.customers import records
from chalicelib.customers.rules import Customer
from chalicelib.tenants import actions as tenants
from sandbox import demo, people
from sandbox import world as worlds
from sandbox.demo import Demo
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import World

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
        store = filled[1].stores[people.OTHER_SLUG if key in {one.key for one in people.NEIGHBOURS} else people.SLUG]
        found[key], last = billing.list_invoices(store, customer.id, "all", 1000)
        assert last is None
    return found


def person(filled: tuple[World, Demo], key: str) -> Customer:
    """As the store has it."""
    made = filled[1].customers[key]
    store = next(s for s in filled[1].stores.values() if records.customers(s, [made.id]))
    return records.customers(store, [made.id])[0]


def test_the_sums_on_every_profile_are_true(filled: tuple[World, Demo], invoices: dict[str, list[Invoice]]) -> None:
    for everybody, slug in ((people.PEOPLE, people.SLUG), (people.NEIGHBOURS, people.OTHER_SLUG)):
        store = filled[1].stores[slug]
        for one in everybody:
            customer = person(filled, one.key)
            have = invoices[one.key]
            owed = [invoice for invoice in have if invoice.due > 0]
            sums = customer.sums
            assert len(have) == one.count, one.key
            assert (sums.balance, sums.open_count, sums.in_flight) == (sum(i.due for i in owed), len(owed), 0), one.key
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
        company = tenants.company_of(store)
        assert (company.slug, company.charges_enabled) == (slug, True)
        assert company.time_zone == "America/Denver"
        bucket = world.services.settings.files_bucket
        found = world.services.files.client.get_object(Bucket=bucket, Key=f"{store.tenant}/logo/{company.logo}")
        assert found["ContentType"] == "image/svg+xml"
    assert len({tenants.company_of(store).stripe_account for store in made.stores.values()}) == 2


def test_dana_is_mailed_a_link(filled: tuple[World, Demo]) -> None:
    (queued,) = worlds.queued(filled[0].outputs)
    assert queued["customer"] == filled[1].customers["dana"].id


def test_it_is_the_same_each_time(filled: tuple[World, Demo]) -> None:
    for one in people.COMPANIES:
        planned = demo.plan(*one, NOW)
        assert planned == demo.plan(*one, NOW)
        made = {key: customer.id for key, customer in filled[1].customers.items()}
        assert {history.person.key: history.customer.id for history in planned}.items() <= made.items()
    assert filled[1].stores[people.SLUG].tenant == "01HB6QZ080Z38E62DSY7WQ06YQ"
