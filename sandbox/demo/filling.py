"""Put the demo into an empty world. Rows are written by the features' own Writes, in batches: a transaction in moto
copies the table each time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from chalicelib import passwords
from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.billing import records as billing
from chalicelib.billing import rules
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Payment, Posted
from chalicelib.customers import records
from chalicelib.customers.actions import link
from chalicelib.customers.rules import Contact, Customer, Login, Sums, with_contacts
from chalicelib.services import Services
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants.actions import activation, companies, stripe_account
from chalicelib.tenants.rules import Company
from sandbox.demo import leads, told
from sandbox.demo.office import staff
from sandbox.demo.past import Bill, History, Planned, at_noon, plan
from sandbox.demo.then import at
from sandbox.demo.till import Till
from sandbox.demo.working import work
from sandbox.people import CEDAR, COMPANIES, PASSWORD, SLUG, TEAM, YEARS, Person
from sandbox.world import World

ART = Path(__file__).parent.parent / "art"
BATCH = 25  # what BatchWriteItem takes
# Staff give money back some days after it came.
REFUND_AFTER = timedelta(days=5)


@dataclass
class Demo:
    """What was made: companies' stores and customers by name."""

    stores: dict[str, Store] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)


def fill(world: World, till: Till | None = None) -> Demo:
    """Put all companies into an empty world, and mail Dana a link. `till`: the sandbox's unless another is given."""
    services, till = world.services, till or Till.of_sandbox(world.stripe)
    now = services.now()
    made = Demo()
    for company, people, first in COMPANIES:
        store = made.stores[company.slug] = _open(services, company, till, now)
        company = companies.company_of(store)
        accounts = [
            _Account(BillingAccount(store, company, _customer(store, company, one, till, now)), one)
            for one in plan(company, people, first, now)
        ]
        _pay(services, till, accounts, now)
        customers = {one.history.person.key: one.customer for one in accounts}
        made.customers.update(customers)
        _write(services, [write for one in accounts for write in one.profile()])
        # Before the many invoices: where there are few rows, moto is quick.
        work(services, store, company, people, customers, now)
        _write(services, [write for one in accounts for write in one.rows()])
        _write(services, _logins(store, people, [one.customer for one in accounts]))
        if company.slug == SLUG:
            _write(services, [*leads.rows(store, company, made.customers, now)])
            _write(services, [*told.choices(store), *told.rows(accounts, now)])
        staff(services, store, company, _hash(PASSWORD))
    with at(services, now, random.Random("cedar opens")):
        new = activation.activate(services, CEDAR, TEAM[-1].email).company
    staff(services, services.tables.for_tenant(new.id), new, _hash(PASSWORD))
    link.send(services, made.stores[SLUG], made.customers["dana"])
    return made


def _open(services: Services, company: Company, till: Till, now: datetime) -> Store:
    """The company, activated three years ago, with its logo, and able to take payments."""
    opened = at_noon(now.date() - YEARS - timedelta(days=60), company)
    with at(services, opened, random.Random(f"{company.slug} opens")):
        made = activation.activate(services, company, company.email).company
    store = services.tables.for_tenant(made.id)
    logo = (ART / f"{company.slug}.svg").read_bytes()
    name = f"{sha256(logo).hexdigest()[:16]}.svg"
    services.files.for_tenant(made.id).put(f"logo/{name}", logo, "image/svg+xml")
    tenant_records.change_company(store, made, logo=name)
    if account := till.account(company.name):
        stripe_account.connect_stripe(services, store, account, True)
    return store


def _customer(store: Store, company: Company, history: History, till: Till, now: datetime) -> Customer:
    person = history.person
    made = Customer(
        history.id, person.name, person.first_name, address=person.address, language=person.language,
        logins=(person.login_name,) if person.login_name else (), access=person.access, must_change=person.must_change,
        external_id=person.key,
    )  # fmt: skip
    answers = Contact(person.first_name if person.business else person.name, person.email, person.phone)
    made = _been_in(with_contacts(made, (answers,)), person, now)
    return till.with_saved(BillingAccount(store, company, made), person.saved, now)


def _been_in(customer: Customer, person: Person, now: datetime) -> Customer:
    """When they were invited, and last in the portal: whoever has a password was, unless it still waits for them."""
    if person.password is None:
        return customer
    invited = (now - timedelta(days=40 + len(person.name))).isoformat(timespec="seconds")
    last = (now - timedelta(days=len(person.name), hours=5)).isoformat(timespec="seconds")
    waits = person.must_change or not person.count
    return replace(customer, invited_at=invited, last_sign_in="" if waits else last)


@dataclass
class _Account:
    """A customer's money while it is made up: payments as they stand, ledger rows, account credit."""

    billing: BillingAccount
    history: History
    payments: list[Payment] = field(default_factory=list)
    ledger: list[Write] = field(default_factory=list)
    credit: int = 0

    @property
    def customer(self) -> Customer:
        """With the sums that the invoices come to."""
        sums = rules.move(Sums(), [], [bill.invoice for bill in self.history.bills], self.credit)
        for one in self.payments:
            if not one.final:
                sums = rules.with_pending(sums, one)
        return replace(self.billing.customer, sums=sums)

    @property
    def bills(self) -> Sequence[Bill]:
        """The newest first."""
        return self.history.bills

    def pay(self, till: Till, planned: Planned, page: str, now: datetime) -> None:
        """One payment, with what it does to invoices and ledger."""
        payment = till.take(self.billing, planned, page, now)
        if payment.state == "succeeded":
            self._received(payment, planned)
            if planned.refund:
                payment = self._gave_back(till, payment, planned, now)
            payment = replace(payment, to_credit=planned.over)
        elif payment.state == "processing":
            for bill, amount in planned.parts:
                bill.invoice = rules.hold(bill.invoice, payment.id, amount)
            payment = replace(payment, held=tuple(bill.invoice for bill, _ in planned.parts))
        self.payments.append(payment)

    def _received(self, payment: Payment, planned: Planned) -> None:
        at = payment.settled_at or payment.created_at
        for bill, amount in planned.parts:
            entry = Posted(payment.id, self.billing.day(at), payment.method, amount)
            bill.invoice, over = rules.post(bill.invoice, entry)
            assert not over
        store, customer = self.billing.store, self.billing.customer.id
        self.ledger.append(billing.received(store, customer, payment, payment.amount, planned.over, at))
        self.credit += planned.over

    def _gave_back(self, till: Till, payment: Payment, planned: Planned, now: datetime) -> Payment:
        """A refund, and the credit note that was its reason."""
        at = min(planned.at + REFUND_AFTER, now)
        bills = [bill for bill, _ in planned.parts]
        before, (payment, back) = payment, till.refund(self.billing, payment, planned.refund, at)
        invoices, credit = rules.take_back(
            before, back, [bill.invoice for bill in bills], self.credit, self.billing.day(at)
        )
        for bill, invoice in zip(bills, invoices, strict=True):
            bill.invoice = replace(invoice, credited=bill.credited)
        store, customer = self.billing.store, self.billing.customer.id
        self.ledger.append(billing.went_back(store, customer, payment, back, "out", credit, at))
        self.credit += credit
        return payment

    def profile(self) -> Iterator[Write]:
        yield from records.new_customer(self.billing.store, self.customer, self.history.joined)

    def rows(self) -> Iterator[Write]:
        store, customer = self.billing.store, self.customer
        for bill in self.history.bills:
            yield from billing.new_invoice(store, customer.id, bill.invoice, bill.details)
        for payment in self.payments:
            yield billing.new_payment(store, customer.id, payment)
        yield from self.ledger


def _pay(services: Services, till: Till, accounts: Sequence[_Account], now: datetime) -> None:
    """All that was paid to a company, in the order of time."""
    everything = [(one, planned) for one in accounts for planned in one.history.payments]
    for account, planned in sorted(everything, key=lambda each: each[1].at):
        if planned.fate and not till.can_have_a_past(account.billing):
            continue  # a debit that has not arrived: there is no bank to ask
        page = services.settings.portal(account.billing.company.slug, f"/payments/{planned.id}")
        account.pay(till, planned, page, now)


def _logins(store: Store, people: Sequence[Person], customers: Sequence[Customer]) -> list[Write]:
    """One for each password; it opens every account of that name."""
    return [
        records.set_login(
            store,
            Login(
                person.login_name,
                tuple(one.id for one in customers if one.login == person.login_name),
                _hash(person.password),
            ),
        )
        for person in people
        if person.password
    ]


@cache
def _hash(password: str) -> str:
    return passwords.make(password)


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
