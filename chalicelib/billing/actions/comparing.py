"""Read one company's books, and what Stripe says, for the audit: each customer as of one moment.

Mends nothing: what came back of a payment and was never heard of is handed to the sweep, and reported all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.billing import records
from chalicelib.billing.gateway import Activity, Payer
from chalicelib.billing.records import audits
from chalicelib.billing.rules import Movement, Payment
from chalicelib.billing.rules import audit as rules
from chalicelib.billing.rules.audit import CustomerBooks, Drift, Entry, Taken
from chalicelib.customers import records as customers
from chalicelib.services import Services

TRIES = 5
# What was written down this shortly before Stripe was asked may not be in its lists yet.
LISTS_TAKE = timedelta(minutes=5)
# Of two keys each: one read takes a hundred.
A_READ = 45


@dataclass
class Comparison:
    """One company's books beside Stripe's, which is asked for once a run."""

    services: Services
    store: Store
    currency: str
    since: datetime
    _activities: dict[str, tuple[datetime, Activity | None]] = field(default_factory=dict)

    def customer(self, customer: str) -> tuple[list[Drift], Counter[str], set[str]]:
        """What does not agree in one customer's books, what was looked at, and the Stripe accounts that were met."""
        books = self._books(customer)
        if books is None:
            return [], Counter(moving=1), set()
        counted = Counter(
            customers=1, invoices=len(books.invoices), payments=len(books.payments), ledger_rows=len(books.entries)
        )
        drifts, lately, accounts = rules.check(books), 0, set()
        payments = {one.id: one for one in books.payments}
        for entry in books.entries:
            payment = payments.get(entry.payment)
            if entry.at < self.since or payment is None or not payment.account:
                continue
            accounts.add(payment.account)
            lately += 1
            drifts += self._at_stripe(customer, entry, payment)
        counted["ledger_rows_at_stripe"] += lately
        return drifts, counted, accounts

    def _books(self, customer: str) -> CustomerBooks | None:
        """All that the books say, of one moment: every movement of money moves the sums' version, so what was read
        between two looks at the same version belongs together. None: it kept moving, or there is no such customer."""
        key = customers.profile_key(self.store, customer)
        (profile,) = self.store.get(key)
        for _ in range(TRIES):
            if profile is None:
                return None
            sums = customers.to_customer(profile).sums
            invoices, payments, entries = audits.all_of(self.store, customer)
            (profile,) = self.store.get(key)
            if profile is not None and customers.to_customer(profile).sums.version == sums.version:
                return CustomerBooks(customer, self.currency, sums, invoices, payments, entries)
        return None

    def _at_stripe(self, customer: str, entry: Entry, payment: Payment) -> Iterator[Drift]:
        """Whether what the ledger says of the last days has happened at Stripe."""
        asked_at, activity = self.activity(payment.account)
        if activity is None or entry.at > asked_at - LISTS_TAKE:
            return
        if entry.kind == rules.RECEIVED:
            taken = next((one for one in activity.taken if (one.customer, one.payment) == (customer, payment.id)), None)
            if taken is None and payment.created_at < self.since:
                taken = self._taken_before(customer, payment)
            drift = rules.check_received(entry, payment, taken)
        else:
            back = next((one for one in payment.backs if entry.cause.endswith(f"#{one.id}")), None)
            if back is None:
                return  # the books' own checks have said so
            listed = [one.movement for one in activity.gone_back]
            movement = rules.movement_of(back, listed)
            if movement is None:
                movement = rules.movement_of(back, self._movements(customer, payment))
            drift = rules.check_back(payment, back, movement)
        if drift is not None:
            yield replace(drift, customer=customer)

    def activity(self, account: str) -> tuple[datetime, Activity | None]:
        """What an account took and gave back lately, and when Stripe was asked."""
        if account not in self._activities:
            asked_at = self.services.now()
            found = self.services.payments.activity(account, self.store.tenant, self.since)
            self._activities[account] = (asked_at, found)
        return self._activities[account]

    def _taken_before(self, customer: str, payment: Payment) -> Taken | None:
        """A payment that was begun before the days that are listed: a bank debit, mostly."""
        found = self.services.payments.look(self._payer(customer, payment), payment)
        if found.kind != "succeeded":
            return None
        return Taken(found.intent, customer, payment.id, found.amount, found.currency or payment.currency)

    def _movements(self, customer: str, payment: Payment) -> Sequence[Movement]:
        return self.services.payments.movements(self._payer(customer, payment), payment)

    def _payer(self, customer: str, payment: Payment) -> Payer:
        return Payer(payment.account, self.store.tenant, customer, "", "")

    def account(self, account: str) -> tuple[list[Drift], Counter[str]]:
        """What Stripe took and gave back on an account, and the books don't say; and what was looked at."""
        _, activity = self.activity(account)
        if activity is None:
            return [], Counter(accounts_not_shown=1)
        found = [*self._taken(activity), *self._gone_back(activity)]
        counted = Counter(stripe_payments=len(activity.taken), stripe_refunds_and_disputes=len(activity.gone_back))
        return found, counted

    def _taken(self, activity: Activity) -> Iterator[Drift]:
        for start in range(0, len(activity.taken), A_READ):
            some = activity.taken[start : start + A_READ]
            items = self.store.get(
                *(records.payment_key(self.store, one.customer, one.payment) for one in some),
                *(records.entry_key(self.store, one.customer, f"{one.payment}#{rules.RECEIVED}") for one in some),
            )
            for one, payment, entry in zip(some, items[: len(some)], items[len(some) :], strict=True):
                drift = rules.check_taken(
                    one,
                    records.to_payment(payment) if payment else None,
                    records.to_entry(entry) if entry else None,
                    self.services.now(),
                )
                if drift is not None:
                    yield replace(drift, customer=one.customer)

    def _gone_back(self, activity: Activity) -> Iterator[Drift]:
        for one in activity.gone_back:
            payment = records.payment(self.store, one.customer, one.payment)
            if payment is None:
                words = f"Stripe has a {one.movement.kind} ({one.movement.id}) of payment {one.payment}, which "
                yield Drift("stripe", words + "the books don't know.", one.customer)
                continue
            drift = rules.check_gone_back(payment, one.movement, self.services.now())
            if drift is not None:
                self._hand_over(one.customer, payment)
                yield replace(drift, customer=one.customer)

    def _hand_over(self, customer: str, payment: Payment) -> None:
        """Let the sweep look at a payment of which something came back unheard: every event of it was lost."""
        if payment.final and payment.task_at is None:
            again = replace(payment, task_at=self.services.now())
            with suppress(ConditionFailed):
                self.store.write(records.change_payment(self.store, customer, payment, again))
