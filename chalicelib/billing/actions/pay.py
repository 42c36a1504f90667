"""Pay: from the button to Stripe. The hold is stored before Stripe hears of it; the payment's id is its key."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed
from chalicelib.billing import records, rules
from chalicelib.billing.actions import notices, wallet
from chalicelib.billing.actions.books import BillingAccount, Books, around, held, read
from chalicelib.billing.actions.settle import posting_of, settle
from chalicelib.billing.rules import Allocation, Invoice, Outcome, Payment
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import N_, Conflict, Invalid, NotAllowed, NotFound, Unavailable
from chalicelib.services import Services
from chalicelib.tokens import is_ulid

NEW_METHOD = "new"
TRIES = 5


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer confirmed: the invoices as the page showed them, each with the amount to pay of it (minor
    units). One of them may be paid in part; several are paid whole. `method` is a saved one's id or `new`, `attempt`
    the id minted with the form, `credit` the account credit that the page said would be used first; `keep` saves a new
    card or bank account."""

    invoices: tuple[tuple[str, int], ...]
    method: str
    attempt: str
    credit: int = 0
    keep: bool = False


def start(services: Services, account: BillingAccount, order: Order) -> Payment:
    """Begin a payment. The same attempt again is the same payment, whatever else is sent along.

    Conflict: nothing left to pay, the amounts changed, or a payment is under way. Invalid: an amount or a method that
    can't be. NotAllowed: the company can't take payments yet.
    """
    made_at, now = _made_at(order.attempt), services.now()
    for _ in range(TRIES):
        existing, invoices, customer = _fresh(account, order)
        if existing is not None:
            return _go_on(services, account, existing, now)
        # The methods too are those of this read: one that is being removed must not be paid with.
        account = replace(account, customer=customer)
        rules.check_attempt(made_at, now)
        payment = _decide(account, order, invoices, customer, now)
        named = {one.id: one for one in invoices}
        paid = tuple(named[one.invoice_id] for one in payment.allocations)
        if not payment.amount:
            done = post_at_once(services, account, payment, paid)
            if done is not None:
                return done
            continue
        books = _begin(account, customer, payment, paid)
        if books is not None:
            return _call(services, account, books)
    raise Unavailable()


def _made_at(attempt: str) -> datetime:
    """When the form was made. Invalid: no form of ours has this attempt."""
    from ulid import ULID

    if is_ulid(attempt):
        with suppress(ValueError):
            return ULID.from_str(attempt).datetime.astimezone(UTC)
    raise Invalid("", rules.TOO_OLD)


def _fresh(account: BillingAccount, order: Order) -> tuple[Payment | None, tuple[Invoice, ...], Customer]:
    """This very attempt, if it has begun; the invoices there are to pay; the customer. Read in one go: a second click
    must not take the first one's hold for somebody else's."""
    store, customer = account.store, account.customer.id
    wanted = dict.fromkeys(id for id, _ in order.invoices[: rules.MOST_INVOICES])
    payment, profile, *items = store.get(
        records.payment_key(store, customer, order.attempt),
        customers.profile_key(store, customer),
        *(records.invoice_key(store, customer, id) for id in wanted),
    )
    if profile is None:
        raise NotFound()
    return (
        records.to_payment(payment) if payment else None,
        tuple(records.to_invoice(item) for item in items if item and item["status"] != "draft"),
        customers.to_customer(profile),
    )


def _decide(
    account: BillingAccount, order: Order, invoices: tuple[Invoice, ...], customer: Customer, now: datetime
) -> Payment:
    """The payment that this order makes of what is owed now."""
    if not invoices:
        raise NotFound()
    if len(order.invoices) == 1:
        allocations = rules.allocate_invoice(invoices[0], order.invoices[0][1], account.terms)
    else:
        allocations = rules.allocate_shown(invoices, order.invoices, account.terms)
    total = sum(one.amount for one in allocations)
    if order.credit and order.credit != rules.usable_credit(total, customer.sums.credit, account.terms.currency):
        raise Conflict(N_("Your account credit has changed since this page was opened. Please look at it again."))
    allocations = rules.use_credit(allocations, order.credit)
    charge = total - order.credit
    rules.check_charge(charge, account.terms.currency)
    method_id, words = _method(account, order.method, now) if charge else ("", "")
    if charge and not account.can_charge:
        raise NotAllowed(N_("Online payment isn't available yet. Please contact us to pay."))
    may_keep = account.company.shows("add_methods") and account.company.shows("payment_options")
    keep = order.keep and not method_id and may_keep
    payment = Payment(
        order.attempt, "starting", charge, account.terms.currency, allocations, method_id,
        account.company.stripe_account if charge else "", now, now, method=words, credit=order.credit, keeps=keep,
    )  # fmt: skip
    return replace(payment, task_at=rules.next_look(payment, "starting", now))


def _method(account: BillingAccount, chosen: str, now: datetime) -> tuple[str, str]:
    """The saved method's id and words; ('', '') for a new one. Invalid: not this customer's, or expired."""
    if chosen == NEW_METHOD:
        return "", ""
    for one in account.methods:
        if one.id == chosen:
            if one.expired(account.day(now)):
                raise Invalid("method", N_("This card has expired. Choose another, or use a new card."))
            return one.id, one.words
    raise Invalid("method", N_("Choose how to pay."))


def _begin(
    account: BillingAccount, customer: Customer, payment: Payment, invoices: tuple[Invoice, ...]
) -> Books | None:
    """The payment and its holds, in one transaction: two writes and one for each invoice. None: something has moved,
    look again."""
    store = account.store
    on_hold = held(invoices, payment)
    kept = tuple(replace(one, version=one.version + 1) for one in on_hold)
    payment = replace(payment, held=kept)
    sums = rules.with_pending(rules.move(customer.sums, invoices, on_hold, -payment.credit), payment)
    try:
        store.transact(
            records.new_payment(store, customer.id, payment),
            *(records.change_invoice(store, customer.id, old, new) for old, new in zip(invoices, on_hold, strict=True)),
            customers.change_sums(store, customer.id, customer.sums, sums),
        )
    except ConditionFailed:
        return None
    return Books(payment, kept, replace(customer, sums=sums))


def post_at_once(
    services: Services,
    account: BillingAccount,
    payment: Payment,
    invoices: tuple[Invoice, ...],
    *also: Write,
    quiet: bool = False,
) -> Payment | None:
    """A payment that needs nobody's answer: credit alone, or money that staff has in hand. It is settled when it was
    made. One transaction, with `also` in it; None: something has moved, look again. `quiet`: without a receipt."""
    outcome = Outcome("succeeded", amount=payment.amount)
    after = rules.next_state(payment, outcome, payment.created_at)
    books = Books(payment, invoices, account.customer)
    posting = posting_of(services, account, books, after, outcome, -payment.credit, quiet=quiet)
    try:
        account.store.transact(
            records.new_payment(account.store, account.customer.id, posting.payment), *posting.writes, *also
        )
    except ConditionFailed:
        return None
    notices.hand_over(services, account, posting.sent)
    return posting.payment


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
        return settle(services, account, books, _ask(services, account, books.payment), watched=True)
    except Unavailable:
        return books.payment


def _ask(services: Services, account: BillingAccount, payment: Payment) -> Outcome:
    page = services.settings.portal(account.company.slug, f"/payments/{payment.id}")
    if payment.method_id:
        return services.payments.charge(account.payer(payment), payment, page)
    if payment.keeps:
        account = wallet.known_at_stripe(services, account)
    expires = payment.created_at + rules.CHECKOUT_LIFE
    title = _title(account.company.name, payment.allocations)
    return services.payments.open_checkout(account.payer(payment), payment, page, page, title, expires)


def _title(company: str, allocations: tuple[Allocation, ...]) -> str:
    """What Checkout's page says is being paid."""
    return ", ".join(f"{company} {one.number}" for one in allocations)


def look(services: Services, account: BillingAccount, payment_id: str) -> tuple[Payment, bool]:
    """A payment for the page that tells it, settled first if it is still under way, since the customer may have just
    come back. And whether that is how it is now: False where nobody could say, and it may be paid meanwhile."""
    books = read(account.store, account.customer.id, payment_id)
    if books.payment.final:
        notices.seen(services, account, books.payment)
        return books.payment, True
    try:
        settled = settle(services, account, books, watched=True)
    except Unavailable:
        return books.payment, False
    notices.seen(services, account, settled)
    if settled.keeps and settled.state == "succeeded":
        # Stripe will say so too; the customer who looks at the wallet next should not have to wait for it.
        with suppress(Unavailable):
            wallet.refresh(services, account)
    return settled, True


def cancel(services: Services, account: BillingAccount, payment_id: str) -> Payment:
    """Give an unfinished payment up: first at Stripe, then its hold. If it was paid meanwhile, it is paid."""
    books = around(account.store, account.customer.id, payment_id)
    if books.payment.final or books.payment.state == "processing":
        return books.payment
    if not rules.begun(books.payment):
        raise Conflict(N_("We are still checking this payment. Please wait a minute."))
    services.payments.cancel(account.payer(books.payment), books.payment)
    return settle(services, account, books, watched=True)
