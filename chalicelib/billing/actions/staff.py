"""What a company's staff does with money: issue, void, write off, credit an invoice, take cash and checks, use credit.

Each is one transaction, conditional on what was read. `also` (a line of the audit trail) is written with it: what is
found done already leaves no second one. Whoever calls proves first that they may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Key
from chalicelib.billing import records, rules
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.actions.keeping import dated
from chalicelib.billing.actions.pay import post_at_once
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import N_, Conflict, Invalid, NotFound, Unavailable
from chalicelib.money import Money
from chalicelib.services import Services

TRIES = 5
# Keys that DynamoDB takes in one read.
AT_ONCE = 100
CASH, CHECK = "Cash", "Check"
_NO_ROOM = {"draft": "is a draft", "void": "is void", "written_off": "is written off"}


def issue(account: BillingAccount, invoice_id: str, *also: Write) -> Invoice:
    """A draft is owed from now on. The same again changes nothing. Conflict: it is void or written off."""
    return _change(account, invoice_id, "open", lambda invoice: (rules.issue(invoice), 0, []), also)


def void(services: Services, account: BillingAccount, invoice_id: str, *also: Write) -> Invoice:
    """The invoice is owed no longer; what was paid on it becomes account credit. The same again changes nothing.

    Conflict: a payment is under way, or the invoice is not open.
    """
    day, now, store = account.day(services.now()), services.now(), account.store

    def change(invoice: Invoice) -> tuple[Invoice, int, list[Write]]:
        after, credit = rules.void(invoice, day)
        if not credit:
            return after, 0, []
        moved = records.voided(store, account.customer.id, invoice.id, invoice.currency, credit, now)
        _none_on_its_way_back(account, invoice)
        return after, credit, [moved]

    return _change(account, invoice_id, "void", change, also)


def _none_on_its_way_back(account: BillingAccount, invoice: Invoice) -> None:
    """That no payment on this invoice is being refunded: the refund counts on finding its money there. Conflict if one
    is. One that begins after this look moves the sums, on which the void depends."""
    store, customer = account.store, account.customer.id
    ids = list(dict.fromkeys(one.payment_id for one in invoice.posted))
    found = [
        item
        for first in range(0, len(ids), AT_ONCE)
        for item in store.get(*(records.payment_key(store, customer, id) for id in ids[first : first + AT_ONCE]))
    ]
    if any(records.to_payment(item).back_open for item in found if item):
        raise Conflict(N_("A payment of this invoice is being refunded. Wait until that is done."), kind="under-way")


def write_off(account: BillingAccount, invoice_id: str, *also: Write) -> Invoice:
    """The rest of an invoice is given up. The same again changes nothing. Conflict as for `void`."""
    return _change(account, invoice_id, "written_off", lambda invoice: (rules.write_off(invoice), 0, []), also)


def credit(
    services: Services, account: BillingAccount, invoice_id: str, amount: int, note_id: str, *also: Write
) -> Invoice:
    """Take something off what is owed on an invoice. `note_id` is of this credit note: the same again changes nothing,
    whatever has become of the invoice since. Conflict: more than is due and not under way."""
    store, customer, now = account.store, account.customer.id, services.now()

    def change(invoice: Invoice) -> tuple[Invoice, int, list[Write]]:
        note = records.new_credit_note(store, customer, invoice.id, note_id, amount, now)
        return rules.credit(invoice, amount), 0, [note]

    given = records.credit_note_key(store, customer, invoice_id, note_id)
    return _change(account, invoice_id, "", change, also, given)


def _change(
    account: BillingAccount,
    invoice_id: str,
    already: str,
    change: Callable[[Invoice], tuple[Invoice, int, list[Write]]],
    also: Sequence[Write],
    marker: Key | None = None,
) -> Invoice:
    """Gather, decide, apply: the invoice and the sums in one transaction, and again when something has moved. Nothing
    where the invoice is in this state already, or the marker there."""
    store = account.store
    for _ in range(TRIES):
        before, customer, done = _fresh(account, [invoice_id], marker)
        if not before:
            raise NotFound()
        (invoice,) = before
        if done or invoice.status == already:
            return invoice
        after, to_credit, more = change(invoice)
        sums = rules.move(customer.sums, [invoice], [after], to_credit)
        try:
            store.transact(
                records.change_invoice(store, customer.id, invoice, after),
                customers.change_sums(store, customer.id, customer.sums, sums),
                *more,
                *also,
            )
        except ConditionFailed:
            continue
        return replace(after, version=after.version + 1)
    raise Unavailable()


def _fresh(
    account: BillingAccount, ids: Sequence[str], marker: Key | None = None
) -> tuple[tuple[Invoice, ...], Customer, bool]:
    """These invoices, their customer, and whether there is a row at `marker`, in one read."""
    store, customer = account.store, account.customer.id
    own = customers.profile_key(store, customer)
    # Without a marker the profile stands in its place: a read takes the same key once.
    profile, done, *items = store.get(own, marker or own, *(records.invoice_key(store, customer, one) for one in ids))
    if profile is None:
        raise NotFound()
    invoices = tuple(records.to_invoice(one) for one in items if one)
    return invoices, customers.to_customer(profile), bool(marker and done)


def when_received(services: Services, account: BillingAccount, id: str, day: date | None) -> tuple[str, datetime]:
    """The id of a payment that came in by hand on a day (None: today, as it was when `id` was made), and when that was.
    The same id and day again are the same payment. Invalid: a day to come."""
    from ulid import ULID

    asked_at = ULID.from_str(id).datetime.astimezone(UTC)
    today = account.day(asked_at)
    if day is None:
        return id, asked_at
    # Of the day alone: a company that changes its time zone meanwhile must not take the same payment twice.
    made = dated(services, id, day)
    if day == today:
        return made, asked_at
    if not rules.FIRST_DAY <= day < today:
        raise Invalid("received_on", "Money is entered when it is there: use today or a day before.")
    noon = datetime.combine(day, time(12), ZoneInfo(account.company.time_zone)).astimezone(UTC)
    return made, noon


def take_payment(
    services: Services,
    account: BillingAccount,
    payment_id: str,
    amount: int,
    method: str,
    invoice_ids: Sequence[str] | None = None,
    *also: Write,
    received_at: datetime | None = None,
    quiet: bool = False,
) -> Payment:
    """Enter money that came in by hand (`method`: "Cash", "Check 1042"), minor units; now, or at `received_at`. The
    customer gets a receipt, unless `quiet`.

    It pays these invoices in order, or all that is owed, oldest due first; what is left becomes account credit.
    `payment_id` is a ULID of the day it came in; the same again is the same payment. Invalid: no amount, no method, an
    invoice by its place that takes no money.
    """
    if not 0 < amount <= rules.MOST:
        raise Invalid("amount", N_("Enter the amount that was paid."))
    if not method.strip():
        raise Invalid("method", N_("Say how it was paid: cash, or the check's number."))
    for _ in range(TRIES):
        known = records.payment(account.store, account.customer.id, payment_id)
        if known is not None:
            return known
        found, customer = _to_pay(account, invoice_ids)
        _must_be_in(account.terms.currency, found)
        allocations, _rest = rules.spread(found, amount)
        at, named = received_at or services.now(), {one.id: one for one in found}
        payment = Payment(
            payment_id, "starting", amount, account.terms.currency, allocations, "", "", at, at, method=method.strip()
        )
        paid = tuple(named[one.invoice_id] for one in allocations)
        done = post_at_once(services, replace(account, customer=customer), payment, paid, *also, quiet=quiet)
        if done is not None:
            return done
    raise Unavailable()


def _to_pay(account: BillingAccount, ids: Sequence[str] | None) -> tuple[Sequence[Invoice], Customer]:
    """The invoices that money is for, in order, all that is owed where none are named; and their customer."""
    if ids is None:
        _, customer, _ = _fresh(account, [])
        return _owed(account, customer), customer
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > rules.MOST_INVOICES:
        raise Invalid("invoices", N_("Choose at most %(count)s invoices at once."), count=rules.MOST_INVOICES)
    invoices, customer, _ = _fresh(account, wanted)
    if len(invoices) != len(wanted):
        raise NotFound()
    _must_take_money(ids, invoices)
    return invoices, customer


def apply_credit(
    services: Services, account: BillingAccount, payment_id: str, invoice_id: str, amount: int, *also: Write
) -> Payment:
    """Pay an invoice, or a part of it, out of account credit. `payment_id` as for `take_payment`.

    Conflict: more than there is, or than is due.
    """
    for _ in range(TRIES):
        known = records.payment(account.store, account.customer.id, payment_id)
        if known is not None:
            return known
        before, customer, _ = _fresh(account, [invoice_id])
        if not before:
            raise NotFound()
        _must_be_in(account.terms.currency, before)
        if not 0 < amount <= min(customer.sums.credit, before[0].payable):
            raise Conflict(
                "There is %(credit)s of account credit, and %(due)s is due on this invoice: use no more than either.",
                kind="more-than-due", credit=Money(customer.sums.credit, account.terms.currency),
                due=Money(before[0].payable, before[0].currency),
            )  # fmt: skip
        now = services.now()
        allocations = rules.use_credit(rules.spread(before, amount)[0], amount)
        payment = Payment(payment_id, "starting", 0, before[0].currency, allocations, "", "", now, now, credit=amount)
        done = post_at_once(services, replace(account, customer=customer), payment, before, *also)
        if done is not None:
            return done
    raise Unavailable()


def _owed(account: BillingAccount, customer: Customer) -> list[Invoice]:
    """What can be paid, oldest due first, as much of it as fits one transaction. Those under way lie among it: room is
    made for them."""
    limit = rules.MOST_INVOICES * (1 + len(customer.sums.pending))
    found = records.oldest_due(account.store, account.customer.id, limit)
    mine = [one for one in found if one.payable > 0 and one.currency == account.terms.currency]
    return mine[: rules.MOST_INVOICES]


def _must_take_money(named: Sequence[str], invoices: Sequence[Invoice]) -> None:
    """Invalid at the place of the first that has no room for any: what was meant for it must not become credit without
    a word."""
    known = {one.id: one for one in invoices}
    for place, id in enumerate(named):
        invoice = known[id]
        if invoice.payable > 0:
            continue
        why = _NO_ROOM.get(invoice.status, "is paid" if invoice.due <= 0 else "has a payment for all of it under way")
        raise Invalid(f"invoices/{place}", "Invoice %(number)s %(why)s: leave it out.", number=invoice.number, why=why)


def _must_be_in(currency: str, invoices: Sequence[Invoice]) -> None:
    if any(one.currency != currency for one in invoices):
        raise Conflict(N_("This invoice is in another currency. Please contact us to pay it."), kind="other-currency")
