"""Whose money it is, and what of it was read: shared by every action that moves some."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chalicelib.aws.store import Store
from chalicelib.billing import records, rules
from chalicelib.billing.gateway import Payer
from chalicelib.billing.rules import Invoice, Method, Payment, Terms
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound
from chalicelib.money import digits, least_charge
from chalicelib.tenants.rules import Company


@dataclass(frozen=True, slots=True)
class BillingAccount:
    """Whose payment it is: the company, its store, the customer."""

    store: Store
    company: Company
    customer: Customer

    def payer(self, payment: Payment) -> Payer:
        """As Stripe is told. The account is the payment's own, whatever the company has connected since."""
        return self.payer_at(payment.account)

    def payer_at(self, account: str) -> Payer:
        """The customer at a Stripe account: one whom another account knows is a stranger there."""
        known = self.customer.stripe_customer if self.customer.stripe_account == account else ""
        return Payer(account, self.store.tenant, self.customer.id, self.customer.email, known)

    def day(self, now: datetime) -> date:
        """The day it is where the company is."""
        return now.astimezone(ZoneInfo(self.company.time_zone)).date()

    @property
    def terms(self) -> Terms:
        """What the company lets be paid; its minimum is five of the currency where it has not said."""
        company = self.company
        least = company.minimum_payment or 5 * 10 ** digits(company.currency)
        return Terms(company.currency, company.partial_payments, max(least, least_charge(company.currency)))

    @property
    def methods(self) -> tuple[Method, ...]:
        """The customer's saved cards and bank accounts that can be paid with, the default first."""
        return tuple(one for one in self.on_file if one.usable)

    @property
    def on_file(self) -> tuple[Method, ...]:
        """All that is saved with the company, unverified bank accounts too."""
        if self.customer.stripe_account != self.company.stripe_account:
            return ()
        return records.to_methods(self.customer.methods)

    @property
    def can_charge(self) -> bool:
        return bool(self.company.stripe_account) and self.company.charges_enabled


@dataclass(frozen=True, slots=True)
class Books:
    """A payment with all that it changes."""

    payment: Payment
    invoices: tuple[Invoice, ...]
    customer: Customer


def read(store: Store, customer: str, payment_id: str) -> Books:
    """The payment and the customer, in one read, with the invoices as the payment left them when it began: if somebody
    has changed one since, the write will fail and they are read. NotFound if there is no such payment."""
    found, profile = store.get(records.payment_key(store, customer, payment_id), customers.profile_key(store, customer))
    if found is None or profile is None:
        raise NotFound()
    return in_hand(store, customer, records.to_payment(found), customers.to_customer(profile))


def in_hand(store: Store, customer: str, payment: Payment, profile: Customer) -> Books:
    """The books of a payment that was just read: nothing more is read unless its picture of the invoices is missing."""
    if payment.allocations and not payment.held and not payment.final:
        return around(store, customer, payment.id)
    return Books(payment, payment.held, profile)


def around(store: Store, customer: str, payment_id: str) -> Books:
    """The payment with its invoices as they are now."""
    payment = records.payment(store, customer, payment_id)
    if payment is None:
        raise NotFound()
    profile, *items = store.get(
        customers.profile_key(store, customer),
        *(records.invoice_key(store, customer, one.invoice_id) for one in payment.allocations),
    )
    if profile is None:
        raise NotFound()
    found = tuple(records.to_invoice(item) for item in items if item)
    return Books(payment, found, customers.to_customer(profile))


def held(invoices: tuple[Invoice, ...], payment: Payment) -> tuple[Invoice, ...]:
    """The invoices with this payment's hold on each, as they are before it is written."""
    amounts = {one.invoice_id: one.amount for one in payment.allocations}
    return tuple(rules.hold(invoice, payment.id, amounts[invoice.id]) for invoice in invoices)
