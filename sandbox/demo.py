"""The demo: Evergreen Pest & Lawn with twelve customers and three years of invoices, and Bluewave Pools next door.

The same every time on one day: dates count back from today, and what looks like chance comes from a fixed seed. Rows
are written by the features' own Writes, in batches: a transaction in moto copies the table each time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ulid import ULID

from chalicelib import passwords
from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.billing import records as billing
from chalicelib.billing.gateway import StripeGateway
from chalicelib.billing.rules import Details, Invoice, Line
from chalicelib.customers import records
from chalicelib.customers.actions import link
from chalicelib.customers.rules import Customer, Login, Sums
from chalicelib.services import Services
from chalicelib.tenants import actions as tenants
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants.rules import Company
from sandbox import catalogue
from sandbox.people import COMPANIES, SLUG, YEARS, Person
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import World

if TYPE_CHECKING:
    import stripe

ART = Path(__file__).parent / "art"
BATCH = 25  # what BatchWriteItem takes


@dataclass
class Demo:
    """What was made: companies' stores and customers by name."""

    stores: dict[str, Store] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Till:
    """Where the money goes: a way into Stripe, and the connected account of a company by its name, '' if none."""

    client: stripe.StripeClient
    gateway: StripeGateway
    account: Callable[[str], str]

    @classmethod
    def of_sandbox(cls, sandbox: StripeSandbox) -> Till:
        """In process, since its port may not be open yet."""
        gateway = StripeGateway("sk_test_sandbox", (), sandbox.url, sandbox.http_client())
        return cls(sandbox.client(), gateway, sandbox.connect_account)


def fill(world: World, till: Till | None = None) -> Demo:
    """Put both companies into an empty world, and mail Dana a link. `till`: the sandbox's unless another is given."""
    services, till = world.services, till or Till.of_sandbox(world.stripe)
    now = services.now()
    made = Demo()
    for company, people, first in COMPANIES:
        store = made.stores[company.slug] = _open(services, company, till, now)
        account = tenants.company_of(store).stripe_account
        histories = plan(company, people, first, now)
        customers = {one.person.key: _with_cards(till, account, one.customer, one.person.cards) for one in histories}
        writes = [write for one in histories for write in _rows(store, one, customers[one.person.key])]
        _write(services, [*writes, *_logins(store, people, list(customers.values()))])
        made.customers.update(customers)
    link.send(services, made.stores[SLUG], made.customers["dana"])
    return made


def _open(services: Services, company: Company, till: Till, now: datetime) -> Store:
    """The company, activated three years ago, with its logo, and able to take payments."""
    opened = _noon(now.date() - YEARS - timedelta(days=60), company)
    with _at(services, opened, random.Random(f"{company.slug} opens")):
        made = tenants.activate(services, company, f"owner@{company.slug}.example").company
    store = services.tables.for_tenant(made.id)
    logo = (ART / f"{company.slug}.svg").read_bytes()
    name = f"{sha256(logo).hexdigest()[:16]}.svg"
    services.files.for_tenant(made.id).put(f"logo/{name}", logo, "image/svg+xml")
    tenant_records.change_company(store, made, logo=name)
    if account := till.account(company.name):
        tenants.connect_stripe(services, store, account, True)
    return store


def _rows(store: Store, history: History, customer: Customer) -> Iterator[Write]:
    yield from records.new_customer(store, customer, history.joined)
    for bill in history.bills:
        yield from billing.new_invoice(store, customer.id, bill.invoice, bill.details)


def _logins(store: Store, people: Sequence[Person], customers: Sequence[Customer]) -> Iterator[Write]:
    """One for each password; it opens every account of that name."""
    for person in people:
        if person.password:
            accounts = tuple(one.id for one in customers if one.login == person.login_name)
            yield records.set_login(store, Login(person.login_name, accounts, _hash(person.password)))


@cache
def _hash(password: str) -> str:
    return passwords.make(password)


def _with_cards(till: Till, stripe_account: str, customer: Customer, tokens: Sequence[str]) -> Customer:
    """The customer at Stripe with these test cards attached, the first one the default."""
    if not tokens or not stripe_account:
        return customer
    v1, account = till.client.v1, {"stripe_account": stripe_account}
    made = v1.customers.create({"name": customer.name, "email": customer.email}, account).id  # type: ignore[arg-type]
    cards = [v1.payment_methods.attach(one, {"customer": made}, account).id for one in tokens]  # type: ignore[arg-type]
    v1.customers.update(made, {"invoice_settings": {"default_payment_method": cards[0]}}, account)  # type: ignore[arg-type]
    saved = till.gateway.saved_methods(stripe_account, made)
    return replace(customer, stripe_account=stripe_account, stripe_customer=made, methods=billing.from_methods(saved))


@contextmanager
def _at(services: Services, then: datetime, chance: random.Random) -> Iterator[None]:
    """For a moment it is then, and ids come from our own chance."""
    clock, new_id = services.clock, services.new_id
    services.clock, services.new_id = lambda: then, lambda at: _id(chance, at)
    try:
        yield
    finally:
        services.clock, services.new_id = clock, new_id


# The past: made up without a world


@dataclass
class Bill:
    invoice: Invoice
    details: Details


@dataclass
class History:
    """A customer with all invoices, newest first."""

    person: Person
    customer: Customer
    joined: datetime
    bills: list[Bill]


def plan(company: Company, people: Sequence[Person], first: int, now: datetime) -> list[History]:
    """A company's customers and what they were billed. `first` is the oldest invoice's number."""
    chance = random.Random(company.slug)
    today = now.astimezone(ZoneInfo(company.time_zone)).date()
    histories = []
    for person in people:
        bills = _past(person, company, today, chance)
        joined = _noon(today - timedelta(days=person.since + 14), company)
        histories.append(History(person, _customer(person, bills, _id(chance, joined)), joined, bills))
    _number([bill for one in histories for bill in one.bills], first)
    return histories


def _customer(person: Person, bills: Sequence[Bill], id: str) -> Customer:
    """The profile with the sums that its invoices come to."""
    owed = [bill.invoice for bill in bills if bill.invoice.due > 0]
    sums = Sums(balance=sum(one.due for one in owed), credit=person.credit, open_count=len(owed), version=len(bills))
    return Customer(
        id, person.name, person.first_name, (person.email,), (person.phone,) if person.phone else (), person.address,
        person.language, (person.login_name,) if person.login_name else (), person.access, person.must_change,
        sums=sums,
    )  # fmt: skip


# An unpaid invoice's state -> days from today until it is due.
_STATES = {"draft": 14, "due": 12, "due_soon": 3, "part_paid": 6, "overdue": -12, "long_overdue": -47}
TERMS = timedelta(days=14)


def _past(person: Person, company: Company, today: date, chance: random.Random) -> list[Bill]:
    """A customer's invoices, newest first."""
    bills = []
    step = person.since / max(person.count, 1)
    for n in range(person.count):
        state = person.states[n] if n < len(person.states) else "paid"
        days = round(n * step) + (chance.randrange(3) if n >= len(person.states) else 0)
        if state in _STATES:
            due = today + timedelta(days=_STATES[state])
            issued = min(due - TERMS, today)
        else:
            issued = today - timedelta(days=days + 1)
            due = issued + TERMS
        bills.append(_bill(person, company, state, issued, due, chance))
    bills.sort(key=lambda bill: bill.invoice.id, reverse=True)
    return bills


def _bill(person: Person, company: Company, state: str, issued: date, due: date, chance: random.Random) -> Bill:
    work = catalogue.pick(person.work, issued, chance)
    lines = tuple(Line(one.words, one.quantity, one.price, one.amount) for one in work.lines(chance))
    subtotal = sum(line.amount for line in lines)
    tax = catalogue.tax(work, lines)
    total = subtotal + tax
    status = state if state in ("draft", "void", "written_off") else "open"
    paid = {"paid": total, "part_paid": total * 4 // 10 // 100 * 100}.get(state, 0)
    credited = 0
    if state == "credited":
        credited = total // 10
        paid = total - credited
    at = _noon(issued, company) + timedelta(minutes=chance.randrange(300), seconds=chance.randrange(60))
    invoice = Invoice(
        _id(chance, at), "", work.title, status, issued, due, company.currency, total, paid, credited,  # type: ignore[arg-type]
    )  # fmt: skip
    details = Details(
        lines, subtotal, tax, catalogue.TAX_NAME if tax else "", work.note, (person.name, *person.address)
    )
    return Bill(invoice, details)


def _number(bills: Iterable[Bill], first: int) -> None:
    """The company's own numbers, in the order of issue."""
    for number, bill in enumerate(sorted(bills, key=lambda bill: bill.invoice.id), start=first):
        bill.invoice = replace(bill.invoice, number=str(number))


# Ids and rows


def _id(chance: random.Random, at: datetime) -> str:
    """A ULID of that time whose random part is our own."""
    milliseconds = int(at.timestamp() * 1000)
    return str(ULID.from_bytes(milliseconds.to_bytes(6, "big") + chance.randbytes(10)))


def _noon(day: date, company: Company) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(company.time_zone)).astimezone(UTC)


def _write(services: Services, writes: Sequence[Write]) -> None:
    """Plain puts, 25 at a time. Only for rows that nobody else writes meanwhile."""
    tables = services.tables
    by_table: dict[str, list[dict[str, Any]]] = {}
    for write in writes:
        assert write.kind == "put"
        item = write.row.get_save_kwargs_from_instance()["Item"]
        by_table.setdefault(tables.name(write.row.Meta.table_name), []).append({"PutRequest": {"Item": item}})
    for table, puts in by_table.items():
        for start in range(0, len(puts), BATCH):
            answer = tables.call("BatchWriteItem", {"RequestItems": {table: puts[start : start + BATCH]}})
            assert not answer.get("UnprocessedItems")
