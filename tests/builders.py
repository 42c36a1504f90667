"""Valid things, of which a test names only the odd part."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from chalicelib import passwords
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.billing import records as billing_records
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Details, Invoice, Line
from chalicelib.customers import records
from chalicelib.customers.rules import Customer, Login
from chalicelib.leads.records import leads
from chalicelib.leads.rules.lead import Lead, Submission
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants import rules as tenant_rules
from chalicelib.tenants.actions import activation, companies, stripe_account
from chalicelib.tenants.records import people
from chalicelib.tenants.rules.access import Role
from sandbox import issuing
from sandbox.world import World
from tests.client import Client

PASSWORD = "green-lawn-2026"
ADMIN_PASSWORD = "bright-porch-2026"
_numbers = count(10_001)


@dataclass
class Company:
    """A company in a test: its store, and the builders that fill it."""

    world: World
    store: Store
    slug: str

    @property
    def company(self) -> tenant_rules.Company:
        return companies.company_of(self.store)

    def customer(
        self,
        name: str = "Dana Whitfield",
        *,
        email: str = "dana@example.com",
        password: str | None = PASSWORD,
        saved_card: str | None = None,
        **values: object,
    ) -> Person:
        """A customer, with a login unless `password` is None, with a card on file if `saved_card` is a test token."""
        services, now = self.world.services, self.world.services.now()
        stripe_customer, methods = "", "[]"
        if saved_card:
            stripe_customer, methods = self._card_on_file(saved_card, name)
        made = Customer(
            services.new_id(now),
            name,
            name.split()[0],
            (email,) if email else (),
            address=("12 Juniper Way", "Boulder, CO"),
            logins=(email,) if password else (),
            stripe_account=self.company.stripe_account if stripe_customer else "",
            stripe_customer=stripe_customer,
            methods=methods,
        )
        made = replace(made, **values)  # type: ignore[arg-type]
        self.store.transact(*records.new_customer(self.store, made, now))
        if password:
            self.store.write(records.set_login(self.store, Login(email, (made.id,), _hash(password))))
        return Person(self, made.id)

    def admin(self, email: str = "", role: Role = "admin") -> Client:
        """Somebody of the company's team, signed in to the API; the owner unless another `email` is given."""
        services, name = self.world.services, email or f"owner@{self.slug}.example"
        now, platform = services.now(), services.tables.platform()
        if email:
            self.store.write(people.new_admin(self.store, name, role, now))
        self.store.write(people.change_admin(self.store, name, joined=True))
        with suppress(ConditionFailed):
            platform.write(people.set_person(name, _hash(ADMIN_PASSWORD), None))
        platform.write(tenant_records.login(name, self.store.tenant))
        client = Client(self.world)
        assert client.sign_in(name, ADMIN_PASSWORD, company=self.store.tenant).status == 201
        return client

    def lead(self, name: str = "Nora Beck", *, at: datetime | None = None, **values: Any) -> Lead:
        """Somebody who wrote by the widget, now or at another time; `values` are of the lead, or of what was typed."""
        services = self.world.services
        at = at or services.now()
        typed = {"email": "nora@example.com", "phone": "", "message": "There are ants in the kitchen."}
        typed |= {one: values.pop(one) for one in Submission.__slots__ if one in values}
        made = Lead(
            services.new_id(at), at.astimezone(UTC).isoformat(timespec="microseconds"), Submission(name, **typed),
            **{"source": "widget", "language": "en", **values},
        )  # fmt: skip
        self.store.write(leads.new_lead(self.store, made))
        return made

    def _card_on_file(self, token: str, name: str) -> tuple[str, str]:
        client, account = self.world.stripe.client(), {"stripe_account": self.company.stripe_account}
        customer = client.v1.customers.create({"name": name}, account).id
        method = client.v1.payment_methods.attach(token, {"customer": customer}, account)
        client.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method.id}}, account)
        saved = self.world.services.payments.saved_methods(self.company.stripe_account, customer)
        return customer, billing_records.from_methods(saved)


@dataclass
class Person:
    """A customer in a test."""

    company: Company
    id: str

    @property
    def now(self) -> Customer:
        """As the store has it."""
        return records.customers(self.company.store, [self.id])[0]

    @property
    def account(self) -> BillingAccount:
        return BillingAccount(self.company.store, self.company.company, self.now)

    def invoice(
        self, total: int = 12_000, *, due: date | None = None, status: str = "open", **values: object
    ) -> Invoice:
        made = an_invoice(self.company.world.services.now(), total, due=due, status=status, **values)
        details = Details((Line("Quarterly pest control", "1", total, total),), total)
        issuing.issue(self.company.store, self.id, self.now.sums, made, details)
        return made

    def invoice_now(self, invoice: Invoice) -> Invoice:
        return billing_records.invoices(self.company.store, self.id, [invoice.id])[0]

    def ledger(self) -> list[dict[str, Any]]:
        return ledger(self.company.store, self.id)


def ledger(store: Store, customer: str) -> list[dict[str, Any]]:
    """A customer's rows of the ledger, the last cause first."""
    return store.query("customers", store.customer(customer), prefix="ledger#", limit=1000).items


def a_company(world: World, name: str, slug: str, *, connected: bool = True) -> Company:
    """An activated company in Denver, able to take payments unless `connected` is False."""
    wanted = tenant_rules.Company(
        "", slug, name, "#2f6b3a", phone="(303) 555-0142", email=f"office@{slug}.example",
        address=("480 Pearl St", "Boulder, CO 80302"), time_zone="America/Denver",
    )  # fmt: skip
    made = activation.activate(world.services, wanted, f"owner@{slug}.example").company
    store = world.services.tables.for_tenant(made.id)
    if connected:
        stripe_account.connect_stripe(world.services, store, world.stripe.connect_account(name), True)
    return Company(world, store, slug)


def an_invoice(now: datetime, total: int = 12_000, *, due: date | None = None, status: str = "open",
               issued: date | None = None, **values: object) -> Invoice:  # fmt: skip
    from chalicelib.services import new_ulid

    issued = issued or now.date()
    at = datetime.combine(issued, now.timetz())
    made = Invoice(
        new_ulid(at.astimezone(UTC)), str(next(_numbers)), "Quarterly pest control", status, issued,  # type: ignore[arg-type]
        due or issued + timedelta(days=14), "USD", total,
    )  # fmt: skip
    return replace(made, **values)  # type: ignore[arg-type]


_hashes: dict[str, str] = {}


def _hash(password: str) -> str:
    """argon2 takes 25 ms; one hash of each password is enough for a test run."""
    if password not in _hashes:
        _hashes[password] = passwords.make(password)
    return _hashes[password]
