"""Pay: from the button to Stripe. The hold is stored before Stripe hears of it; the payment's id is its key."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.aws.store import ConditionFailed
from chalicelib.billing import records, rules
from chalicelib.billing.actions.settle import BillingAccount, Books, read, settle
from chalicelib.billing.rules import Invoice, Method, Outcome, Payment
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import N_, Conflict, Invalid, NotAllowed, NotFound, Unavailable
from chalicelib.services import Services

NEW_METHOD = "new"
TRIES = 5


def methods(account: BillingAccount) -> tuple[Method, ...]:
    """The customer's saved cards, the default first."""
    return records.to_methods(account.customer.methods)


def start(
    services: Services, account: BillingAccount, invoice_id: str, amount: int, method: str, attempt: str
) -> Payment:
    """Pay one invoice whole. `amount` is what the page showed, `attempt` the id minted with its form.

    The same attempt again is the same payment, whatever else is sent along. Conflict: nothing left to pay, the amount
    changed, or a payment is under way. NotAllowed: the company can't take payments yet.
    """
    if len(attempt) != 26 or not attempt.isalnum() or not attempt.isascii():
        raise Invalid("", N_("This page is too old. Please check the amount and pay again."))
    now = services.now()
    for _ in range(TRIES):
        existing, invoice, customer = _fresh(account, attempt, invoice_id)
        if existing is not None:
            return _go_on(services, account, existing, now)
        rules.check_attempt(_made_at(attempt), now)
        if not account.company.stripe_account or not account.company.charges_enabled:
            raise NotAllowed(N_("Online payment isn't available yet. Please contact us to pay."))
        if invoice is None:
            raise NotFound()
        books = _begin(account, customer, invoice, amount, _method(account, method, now), attempt, now)
        if books is not None:
            return _call(services, account, books)
    raise Unavailable()


def _made_at(attempt: str) -> datetime:
    from ulid import ULID

    try:
        return ULID.from_str(attempt).datetime.astimezone(UTC)
    except ValueError:
        raise Invalid("", N_("This page is too old. Please check the amount and pay again.")) from None


def _method(account: BillingAccount, chosen: str, now: datetime) -> tuple[str, str]:
    """The saved method's id and words; ('', '') for a new one. Invalid: not this customer's, or expired."""
    if chosen == NEW_METHOD:
        return "", ""
    for one in methods(account):
        if one.id == chosen:
            if one.expired(account.day(now)):
                raise Invalid("method", N_("This card has expired. Choose another, or use a new card."))
            return one.id, f"{one.brand} •••• {one.last4}"
    raise Invalid("method", N_("Choose how to pay."))


def _fresh(account: BillingAccount, attempt: str, invoice_id: str) -> tuple[Payment | None, Invoice | None, Customer]:
    """This very attempt, if it has begun; the invoice, if there is one to pay; the customer. Read in one go: a second
    click must not take the first one's hold for somebody else's."""
    store, customer = account.store, account.customer.id
    payment, invoice, profile = store.get(
        records.payment_key(store, customer, attempt),
        records.invoice_key(store, customer, invoice_id),
        customers.profile_key(store, customer),
    )
    if profile is None:
        raise NotFound()
    payable = invoice is not None and invoice["status"] != "draft"
    return (
        records.to_payment(payment) if payment else None,
        records.to_invoice(invoice) if invoice and payable else None,
        customers.to_customer(profile),
    )


def _begin(
    account: BillingAccount, customer: Customer, invoice: Invoice, amount: int, method: tuple[str, str], attempt: str,
    now: datetime,
) -> Books | None:  # fmt: skip
    """The payment and its hold, in one transaction of three writes. None: something has moved, look again."""
    store, (method_id, words) = account.store, method
    allocations = rules.allocate_invoice(invoice, amount)
    payment = Payment(
        attempt, "starting", amount, invoice.currency, allocations, method_id, account.company.stripe_account, now, now,
        method=words,
    )  # fmt: skip
    payment = replace(payment, task_at=rules.next_look(payment, "starting", now))
    held = rules.hold(invoice, attempt, amount)
    sums = rules.move(customer.sums, [invoice], [held])
    try:
        store.transact(
            records.new_payment(store, customer.id, payment),
            records.change_invoice(store, customer.id, invoice, held),
            customers.change_sums(store, customer.id, customer.sums, sums),
        )
    except ConditionFailed:
        return None
    return Books(payment, (replace(held, version=held.version + 1),), replace(customer, sums=sums))


def _go_on(services: Services, account: BillingAccount, payment: Payment, now: datetime) -> Payment:
    """The same attempt again: a double click, the back button, a page sent twice."""
    if payment.called_at == now and payment.state == "starting" and not rules.begun(payment):
        # Written by ourselves, in a call whose answer was lost: nobody else will ask Stripe.
        return _call(services, account, read(account.store, account.customer.id, payment.id))
    if not rules.may_repeat(payment, now):
        return payment
    # Say so first: the sweep must not give the payment up while this call is under way.
    called = replace(payment, called_at=now)
    with suppress(ConditionFailed):
        account.store.write(records.change_payment(account.store, account.customer.id, payment, called))
    books = read(account.store, account.customer.id, payment.id)
    if books.payment.called_at != now or rules.begun(books.payment):
        return books.payment  # somebody else was faster
    return _call(services, account, books)


def _call(services: Services, account: BillingAccount, books: Books) -> Payment:
    """Ask Stripe. If it does not answer, or what it said can't be written down now, the payment stays `starting` and
    is looked for: nobody pays twice."""
    try:
        return settle(services, account, books, _ask(services, account, books.payment))
    except Unavailable:
        return books.payment


def _ask(services: Services, account: BillingAccount, payment: Payment) -> Outcome:
    page = services.settings.portal(account.company.slug, f"/payments/{payment.id}")
    if payment.method_id:
        return services.payments.charge(account.payer(payment), payment, page)
    title = ", ".join(f"{account.company.name} {one.number}" for one in payment.allocations)
    expires = payment.created_at + rules.CHECKOUT_LIFE
    return services.payments.open_checkout(account.payer(payment), payment, page, page, title, expires)


def look(services: Services, account: BillingAccount, payment_id: str) -> Payment:
    """A payment as it is now: settled first if it is still under way, since the customer may have just come back."""
    books = read(account.store, account.customer.id, payment_id)
    if books.payment.final:
        return books.payment
    try:
        return settle(services, account, books)
    except Unavailable:
        return books.payment


def cancel(services: Services, account: BillingAccount, payment_id: str) -> Payment:
    """Give an unfinished payment up: first at Stripe, then its hold. If it was paid meanwhile, it is paid."""
    books = read(account.store, account.customer.id, payment_id)
    if books.payment.final or books.payment.state == "processing":
        return books.payment
    if not rules.begun(books.payment):
        raise Conflict(N_("We are still checking this payment. Please wait a minute."))
    services.payments.cancel(account.payer(books.payment), books.payment)
    return settle(services, account, books)
