"""The demo: Evergreen Pest & Lawn with twelve customers and three years of invoices, and Bluewave Pools next door.

The same every time on one day: dates count back from today, and what looks like chance comes from a fixed seed. Rows are
written by the features' own Writes, in batches: a transaction in moto copies the table each time.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ulid import ULID

from chalicelib import passwords
from chalicelib.aws.store import Store, Write
from chalicelib.billing import records as billing
from chalicelib.billing.rules import Details, Invoice, Line
from chalicelib.customers import records
from chalicelib.customers.actions import link
from chalicelib.customers.rules import Customer, Login, Sums
from chalicelib.services import Services
from chalicelib.tenants import actions as tenants
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants.rules import Company
from sandbox import catalogue
from sandbox.catalogue import Work
from sandbox.world import World

SLUG, OTHER_SLUG = "evergreen", "bluewave"
PASSWORD = "green-lawn-2026"
YEARS = timedelta(days=3 * 365)
ART = Path(__file__).parent / "art"
BATCH = 25  # what BatchWriteItem takes


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody who can sign in, for the table that `make run` prints."""

    slug: str
    login: str
    password: str
    what: str


@dataclass
class Demo:
    """What was made: companies' stores and customers by name."""

    stores: dict[str, Store] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    sign_ins: tuple[SignIn, ...] = ()


EVERGREEN = Company(
    "", SLUG, "Evergreen Pest & Lawn", "#2f6b3a", phone="(303) 555-0142", email="hello@evergreen.example",
    address=("2150 Larimer Street", "Denver, CO 80205"), time_zone="America/Denver",
)  # fmt: skip
BLUEWAVE = Company(
    "", OTHER_SLUG, "Bluewave Pools", "#0b6fa4", phone="(720) 555-0186", email="office@bluewave.example",
    address=("77 Lakeshore Drive", "Lakewood, CO 80226"), time_zone="America/Denver",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A customer to be made, and what kind of past it has.

    `states` are the newest invoices' states, newest first (see `_STATES`); all before them are paid. `count` is how many
    invoices there are in all, over three years or what `since` days back allows.
    """

    key: str
    name: str
    first_name: str
    email: str
    address: tuple[str, ...]
    work: Sequence[Work] = catalogue.HOME
    count: int = 0
    states: tuple[str, ...] = ()
    since: int = YEARS.days
    password: str | None = PASSWORD
    login: str = ""
    language: str = ""
    phone: str = ""
    credit: int = 0
    must_change: bool = False
    access: bool = True
    cards: tuple[str, ...] = ()


PEOPLE = (
    Person("dana", "Dana Whitfield", "Dana", "dana@example.com", ("418 Juniper Lane", "Littleton, CO 80123"), count=60,
           states=("draft", "due", "due_soon", "part_paid", "overdue", "paid", "credited", "paid", "void", "long_overdue"),
           phone="(303) 555-0117", credit=2_500, cards=("pm_card_visa", "pm_card_authenticationRequired")),
    Person("ridgeline", "Ridgeline Property Group", "Marcus", "accounts@ridgeline.example",
           ("1600 Broadway, Suite 1200", "Denver, CO 80202"), catalogue.PROPERTIES, 600,
           ("due", "due", "due_soon", "due_soon", "part_paid", "overdue", "overdue", "paid", "paid", "long_overdue", "void"),
           phone="(303) 555-0160", cards=("pm_card_amex",)),
    Person("priya_home", "Priya Raman", "Priya", "priya@example.com", ("2931 Birch Street", "Denver, CO 80207"),
           count=24, states=("due_soon", "paid", "overdue"), cards=("pm_card_mastercard",)),
    Person("priya_rental", "Priya Raman, rental", "Priya", "priya@example.com",
           ("5512 Quail Run, Unit B", "Aurora, CO 80015"), count=14, states=("due",), since=700, password=None),
    Person("tom", "Tom Alvarez", "Tom", "tom@example.com", ("87 Larkspur Court", "Golden, CO 80401"), count=9,
           states=("due",), since=420, must_change=True),
    Person("lucia", "Lucía Herrera", "Lucía", "lucia@example.com", ("1440 Magnolia Way", "Commerce City, CO 80022"),
           count=18, states=("overdue", "due", "paid"), language="es", phone="(720) 555-0129"),
    Person("pruitt", "Walter & June Pruitt", "Walter", "pruitts@example.com", ("9 Old Mill Road", "Morrison, CO 80465"),
           count=31, states=("paid",), credit=1_250),
    Person("kevin", "Kevin Tran", "Kevin", "kevin@example.com", ("3378 Alpine Street", "Boulder, CO 80304")),
    Person("sunrise", "Sunrise Early Learning Center", "Bea", "office@sunrise-elc.example",
           ("710 Garfield Avenue", "Wheat Ridge, CO 80033"), catalogue.BUSINESS, 36,
           ("due", "part_paid", "overdue", "long_overdue", "written_off"), phone="(303) 555-0175"),
    Person("grace", "Grace Nakamura", "Grace", "grace@example.com", ("245 Cottonwood Circle", "Arvada, CO 80004"),
           count=12, states=("due",), since=540, login="grace.n"),
    Person("henry", "Henry Brandt", "Henry", "henry@example.com", ("6021 Elk Trail", "Evergreen, CO 80439"), count=7,
           states=("overdue",), since=300, password=None),
    Person("milehigh", "Mile High Dental", "Rosa", "front.desk@milehighdental.example",
           ("3900 E Mexico Avenue, Suite 210", "Denver, CO 80210"), catalogue.BUSINESS, 40, ("due_soon", "paid"),
           access=False),
)  # fmt: skip

NEIGHBOURS = (
    Person("dana_pools", "Dana Kowalski", "Dana", "dana@example.com", ("15 Heron Point", "Lakewood, CO 80226"),
           catalogue.POOLS, 16, ("due", "paid", "overdue"), since=500, password="blue-pool-2026"),
    Person("omar", "Omar Haddad", "Omar", "omar@example.com", ("802 Marina Street", "Littleton, CO 80127"),
           catalogue.POOLS, 11, ("due_soon",), since=400, password=None),
)  # fmt: skip

SIGN_INS = (
    SignIn(SLUG, "dana@example.com", PASSWORD, "60 invoices, two cards (one asks the bank), credit"),
    SignIn(SLUG, "accounts@ridgeline.example", PASSWORD, "600 invoices"),
    SignIn(SLUG, "priya@example.com", PASSWORD, "two accounts: home and a rental"),
    SignIn(SLUG, "tom@example.com", PASSWORD, "must choose a new password"),
    SignIn(SLUG, "lucia@example.com", PASSWORD, "reads Spanish"),
    SignIn(SLUG, "grace.n", PASSWORD, "signs in by a user name"),
    SignIn(SLUG, "kevin@example.com", PASSWORD, "new, nothing there yet"),
    SignIn(OTHER_SLUG, "dana@example.com", "blue-pool-2026", "another Dana, another company"),
)


def fill(world: World, *, real_account: str | None = None) -> Demo:
    """Put both companies into an empty world, and mail Dana a link.

    `real_account`: a connected account of Stripe's own test mode; '' leaves the companies unconnected.
    """
    now = world.services.now()
    made = Demo(sign_ins=SIGN_INS)
    chance = random.Random(20_230_401)
    hashes: dict[str, str] = {}
    for company, people, first in ((EVERGREEN, PEOPLE, 10_241), (BLUEWAVE, NEIGHBOURS, 3_107)):
        store = _company(world, company, chance, now, real_account if company is EVERGREEN or not real_account else "")
        made.stores[company.slug] = store
        _people(world, store, people, first, chance, now, hashes, made)
    services = world.services
    link.send(services, made.stores[SLUG], made.customers["dana"])
    return made


def _company(world: World, company: Company, chance: random.Random, now: datetime, account: str | None) -> Store:
    """Activated three years ago, with its logo, and able to take payments."""
    services = world.services
    opened = _noon(now.date() - YEARS - timedelta(days=60), company)
    with _at(services, opened, chance):
        made = tenants.activate(services, company, f"owner@{company.slug}.example").company
    store = services.tables.for_tenant(made.id)
    logo = (ART / f"{company.slug}.svg").read_bytes()
    name = f"{sha256(logo).hexdigest()[:16]}.svg"
    services.files.for_tenant(made.id).put(f"logo/{name}", logo, "image/svg+xml")
    tenant_records.change_company(store, made, logo=name)
    if account is None:
        account = world.stripe.connect_account(company.name)
    if account:
        tenants.connect_stripe(services, store, account, True)
    return store


def _people(
    world: World, store: Store, people: Sequence[Person], first: int, chance: random.Random, now: datetime,
    hashes: dict[str, str], made: Demo,
) -> None:  # fmt: skip
    company = tenants.company_of(store)
    today = now.astimezone(ZoneInfo(company.time_zone)).date()
    pasts = [_past(person, company, today, chance) for person in people]
    _number([bill for past in pasts for bill in past], first)
    writes: list[Write] = []
    by_login: dict[str, list[str]] = {}
    for person, past in zip(people, pasts, strict=True):
        joined = _noon(today - timedelta(days=person.since + 14), company)
        customer = _customer(person, past, _id(chance, joined))
        if person.cards and company.stripe_account:
            customer = _cards(world, company, customer, person.cards)
        made.customers[person.key] = customer
        writes += records.new_customer(store, customer, joined)
        for bill in past:
            writes += billing.new_invoice(store, customer.id, bill.invoice, bill.details)
        by_login.setdefault(person.login or person.email, []).append(customer.id)
    for person in people:
        if person.password:
            name = person.login or person.email
            stored = hashes.get(person.password) or hashes.setdefault(person.password, passwords.make(person.password))
            writes.append(records.set_login(store, Login(name, tuple(by_login[name]), stored)))
    _write(world, writes)


def _customer(person: Person, past: Sequence[Bill], id: str) -> Customer:
    """The profile with the sums that its invoices come to."""
    open_ = [bill.invoice for bill in past if bill.invoice.due > 0]
    sums = Sums(balance=sum(one.due for one in open_), credit=person.credit, open_count=len(open_), version=len(past))
    login = (person.login or person.email) if person.password or person.key.endswith("_rental") else ""
    return Customer(
        id, person.name, person.first_name, (person.email,), (person.phone,) if person.phone else (), person.address,
        person.language, login, person.access, person.must_change, sums=sums,
    )  # fmt: skip


def _cards(world: World, company: Company, customer: Customer, tokens: Sequence[str]) -> Customer:
    """A customer at Stripe with these test cards attached, the first one the default."""
    stripe = world.services.payments._stripe  # type: ignore[attr-defined]
    if world.services.settings.stripe_url:
        stripe = world.stripe.client()  # its port is not open yet
    account = {"stripe_account": company.stripe_account}
    made = stripe.v1.customers.create({"name": customer.name, "email": customer.email}, account).id
    cards = [stripe.v1.payment_methods.attach(one, {"customer": made}, account).id for one in tokens]
    stripe.v1.customers.update(made, {"invoice_settings": {"default_payment_method": cards[0]}}, account)
    gateway = world.services.payments
    if world.services.settings.stripe_url:
        from chalicelib.billing.gateway import StripeGateway

        gateway = StripeGateway("sk_test_sandbox", ["unused"], world.stripe.url, world.stripe.http_client())
    saved = gateway.saved_methods(company.stripe_account, made)
    return replace(customer, stripe_customer=made, methods=billing.from_methods(saved))


@contextmanager
def _at(services: Services, then: datetime, chance: random.Random) -> Iterator[None]:
    """For a moment it is then, and ids come from our own chance."""
    clock, new_id = services.clock, services.new_id
    services.clock, services.new_id = lambda: then, lambda at: _id(chance, at)
    try:
        yield
    finally:
        services.clock, services.new_id = clock, new_id


# A past


@dataclass
class Bill:
    invoice: Invoice
    details: Details


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
    details = Details(lines, subtotal, tax, catalogue.TAX_NAME if tax else "", work.note, (person.name, *person.address))
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


def _write(world: World, writes: Sequence[Write]) -> None:
    """Plain puts, 25 at a time. Only for rows that nobody else writes meanwhile."""
    tables = world.services.tables
    by_table: dict[str, list[dict[str, Any]]] = {}
    for write in writes:
        assert write.kind == "put"
        item = write.row.get_save_kwargs_from_instance()["Item"]
        by_table.setdefault(tables.name(write.row.Meta.table_name), []).append({"PutRequest": {"Item": item}})
    for table, puts in by_table.items():
        for start in range(0, len(puts), BATCH):
            answer = tables.call("BatchWriteItem", {"RequestItems": {table: puts[start : start + BATCH]}})
            assert not answer.get("UnprocessedItems")
