"""Pay: from the button to Stripe. The hold is stored before Stripe hears of it; the payment's id is its key."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.aws.store import ConditionFailed
from chalicelib.billing import records, rules
from chalicelib.billing.actions.settle import Account, Books, read, settle
from chalicelib.billing.rules import Invoice, Method, Outcome, Payment
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import N_, Conflict, Invalid, NotAllowed, NotFound, Unavailable
from chalicelib.services import Services

NEW_METHOD = "new"
TRIES = 5


def methods(account: Account) -> tuple[Method, ...]:
    """The customer's saved cards, the default first."""
    return records.to_methods(account.customer.methods)


def start(services: Services, account: Account, invoice_id: str, amount: int, method: str, attempt: str) -> Payment:
    """Pay one invoice whole. `amount` is what the page showed, `attempt` the id minted with its form.

    The same attempt again is the same payment, whatever else is sent along. Conflict: nothing left to pay, the amount
    changed, or a payment is under way. NotAllowed: the company can't take payments yet.
    """
    now = services.now()
    existing = _known(account, attempt)
    if existing is not None:
        return _go_on(services, account, existing)
    rules.check_attempt(_made_at(attempt), now)
    if not account.company.stripe_account or not account.company.charges_enabled:
        raise NotAllowed(N_("Online payment isn't available yet. Please contact us to pay."))
    method_id, words = _method(account, method, now)
    books = _begin(account, invoice_id, amount, method_id, words, attempt, now)
    if books is not None:
        return _call(services, account, books)
    books = read(account.store, account.customer.id, attempt)
    # Ours after all, written by a call whose answer was lost? Then nobody else will ask Stripe.
    ours = books.payment.called_at == now and not rules.begun(books.payment)
    return _call(services, account, books) if ours else _go_on(services, account, books)


def _known(account: Account, attempt: str) -> Books | None:
    if len(attempt) != 26 or not attempt.isalnum() or not attempt.isascii():
        raise Invalid("", N_("This page is too old. Please check the amount and pay again."))
    try:
        return read(account.store, account.customer.id, attempt)
    except NotFound:
        return None


def _made_at(attempt: str) -> datetime:
    from ulid import ULID

    try:
        return ULID.from_str(attempt).datetime.astimezone(UTC)
    except ValueError:
        raise Invalid("", N_("This page is too old. Please check the amount and pay again.")) from None


def _method(account: Account, chosen: str, now: datetime) -> tuple[str, str]:
    """The saved method's id and words; ('', '') for a new one. Invalid: not this customer's, or expired."""
    if chosen == NEW_METHOD:
        return "", ""
    for one in methods(account):
        if one.id == chosen:
            if one.expired(account.day(now)):
                raise Invalid("method", N_("This card has expired. Choose another, or use a new card."))
            return one.id, f"{one.brand} •••• {one.last4}"
    raise Invalid("method", N_("Choose how to pay."))


def _begin(
    account: Account, invoice_id: str, amount: int, method_id: str, words: str, attempt: str, now: datetime
) -> Books | None:
    """The payment and its hold, in one transaction of three writes. None: this very attempt has begun already."""
    store, customer = account.store, account.customer
    for _ in range(TRIES):
        invoice, customer = _fresh(account, invoice_id)
        allocations = rules.allocate_invoice(invoice, amount)
        payment = Payment(
            attempt, "starting", amount, invoice.currency, allocations, method_id, account.company.stripe_account, now,
            now, method=words,
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
        except ConditionFailed as failed:
            if "payment" in failed.names:
                return None
            continue
        held = replace(held, version=held.version + 1)
        return Books(payment, (held,), replace(customer, sums=sums))
    raise Unavailable()


def _fresh(account: Account, invoice_id: str) -> tuple[Invoice, Customer]:
    store = account.store
    invoice, profile = store.get(
        records.invoice_key(store, account.customer.id, invoice_id),
        customers.profile_key(store, account.customer.id),
    )
    if invoice is None or profile is None or invoice["status"] == "draft":
        raise NotFound()
    return records.to_invoice(invoice), customers.to_customer(profile)


def _go_on(services: Services, account: Account, books: Books) -> Payment:
    """The same attempt again: a double click, the back button, a page sent twice."""
    payment, now = books.payment, services.now()
    if not rules.may_repeat(payment, now):
        return payment
    # Say so first: the sweep must not give the payment up while this call is under way.
    called = replace(payment, called_at=now)
    try:
        account.store.write(records.change_payment(account.store, account.customer.id, payment, called))
    except ConditionFailed:
        books = read(account.store, account.customer.id, payment.id)
        ours = books.payment.called_at == now and not rules.begun(books.payment)
        return _call(services, account, books) if ours else books.payment
    return _call(services, account, replace(books, payment=replace(called, version=called.version + 1)))


def _call(services: Services, account: Account, books: Books) -> Payment:
    """Ask Stripe. If it does not answer, or what it said can't be written down now, the payment stays `starting` and
    is looked for: nobody pays twice."""
    try:
        return settle(services, account, books, _ask(services, account, books.payment))
    except Unavailable:
        return books.payment


def _ask(services: Services, account: Account, payment: Payment) -> Outcome:
    base = f"{services.settings.public_url.rstrip('/')}/{account.company.slug}"
    page = f"{base}/payments/{payment.id}"
    if payment.method_id:
        return services.payments.charge(account.payer(payment), payment, page)
    title = ", ".join(f"{account.company.name} {one.number}" for one in payment.allocations)
    expires = payment.created_at + rules.CHECKOUT_LIFE
    return services.payments.open_checkout(account.payer(payment), payment, page, page, title, expires)


def look(services: Services, account: Account, payment_id: str) -> Payment:
    """A payment as it is now: settled first if it is still under way, since the customer may have just come back."""
    books = read(account.store, account.customer.id, payment_id)
    if books.payment.final:
        return books.payment
    try:
        return settle(services, account, books)
    except Unavailable:
        return books.payment


def cancel(services: Services, account: Account, payment_id: str) -> Payment:
    """Give an unfinished payment up: first at Stripe, then its hold. If it was paid meanwhile, it is paid."""
    books = read(account.store, account.customer.id, payment_id)
    if books.payment.final or books.payment.state == "processing":
        return books.payment
    if not rules.begun(books.payment):
        raise Conflict(N_("We are still checking this payment. Please wait a minute."))
    services.payments.cancel(account.payer(books.payment), books.payment)
    return settle(services, account, books)
