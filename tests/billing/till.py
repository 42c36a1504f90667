"""Words for tests about money: a customer pays, time passes, and the books must balance with what Stripe charged."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.aws.rows import Write
from chalicelib.billing import declines, records, rules
from chalicelib.billing.actions import keeping, money_back, pay, staff, sweep
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.actions.keeping import Plan
from chalicelib.billing.rules import Draft, Invoice, Line, Method, Payment
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Pending
from chalicelib.errors import PortalError
from chalicelib.tenants import records as tenants
from chalicelib.tenants.records import audit
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.rules.audit import Changes
from sandbox.world import World
from tests.browser import deliver_webhook
from tests.builders import Company, Person
from tests.conftest import Clock

# Many more examples and faults, for a night or a doubt: `PORCHLIGHT_THOROUGH=1 make test`.
THOROUGH = bool(os.environ.get("PORCHLIGHT_THOROUGH"))

NEW = "new"
DECLINES = "pm_card_chargeCustomerFail"
ASKS_THE_BANK = "pm_card_authenticationRequired"
# Numbers of bank accounts on Checkout's page: one that pays, one whose bank sends the debit back.
BANK, RETURNING_BANK = "000123456789", "000222222227"


@dataclass
class Till:
    """A customer of one company who pays."""

    person: Person
    clock: Clock

    @property
    def world(self) -> Any:
        return self.person.company.world

    @property
    def company(self) -> Company:
        return self.person.company

    def attempt(self) -> str:
        """What a form is minted with."""
        made: str = self.world.services.new_id(self.clock())
        return made

    @property
    def account(self) -> BillingAccount:
        """As a request reads it: in one go."""
        store = self.company.store
        company, profile = store.get(tenants.company_key(store), customers.profile_key(store, self.person.id))
        assert company is not None and profile is not None
        return BillingAccount(store, tenants.to_company(company), customers.to_customer(profile))

    @property
    def saved(self) -> str:
        """The saved card's id."""
        return self.account.methods[0].id

    def pays(self, invoice: Invoice, method: str, *, attempt: str = "", amount: int | None = None) -> Payment:
        shown = ((invoice.id, invoice.total if amount is None else amount),)
        return pay.start(self.world.services, self.account, pay.Order(shown, method, attempt or self.attempt()))

    def at_checkout(self, payment: Payment, *, bank: str = "") -> None:
        """The customer pays on Stripe's page, if there is one."""
        if payment.next_url:
            self.world.stripe.pay(payment.next_url, bank=bank or None)

    def comes_back(self, payment: Payment | str) -> Payment:
        """Opens the payment's page."""
        id = payment if isinstance(payment, str) else payment.id
        return pay.look(self.world.services, self.account, id)[0]

    def cancels(self, payment: Payment) -> Payment:
        return pay.cancel(self.world.services, self.account, payment.id)

    def payment(self, payment: Payment | str) -> Payment:
        """As the store has it."""
        id = payment if isinstance(payment, str) else payment.id
        found = records.payment(self.company.store, self.person.id, id)
        assert found is not None
        return found

    @property
    def payments(self) -> list[Payment]:
        return records.list_payments(self.company.store, self.person.id, 100)[0]

    def invoice(self, invoice: Invoice) -> Invoice:
        return self.person.invoice_now(invoice)

    @property
    def invoices(self) -> list[Invoice]:
        """All of them, the oldest first."""
        rows = [row for row in everything(self.person) if row["item"].startswith("invoice#")]
        return sorted(map(records.to_invoice, rows), key=lambda one: one.number)

    # What staff does

    def hands_over(self, amount: int, method: str = "Cash", *, id: str = "", to: Sequence[Invoice] = ()) -> Payment:
        """Money in hand, for these invoices or for what is owed; what is left of it is account credit."""
        ids = [one.id for one in to] or None
        return staff.take_payment(self.world.services, self.account, id or self.attempt(), amount, method, ids)

    def has_credit(self, amount: int) -> None:
        """More was handed over than was owed."""
        self.hands_over(self.person.now.sums.balance + amount)

    def gets_back(self, payment: Payment | str, amount: int, refund: str = "") -> Payment:
        """Staff refunds."""
        id = payment if isinstance(payment, str) else payment.id
        return money_back.refund(self.world.services, self.account, id, amount, refund or self.attempt())

    def void(self, invoice: Invoice) -> Invoice:
        return staff.void(self.world.services, self.account, invoice.id)

    def credits(self, invoice: Invoice, amount: int, note: str = "") -> Invoice:
        """A credit note; `note` is its id, a new one unless it is given."""
        return staff.credit(self.world.services, self.account, invoice.id, amount, note or self.attempt())

    def note(self, action: str, target: str, changed: Changes) -> Write:
        """The audit trail's line of what the company's software does."""
        store, now = self.company.store, self.clock()
        return audit.new_entry(
            store, self.attempt(), Actor("key", "k", "CRM"), "203.0.113.9", now, action, target, changed
        )

    def sends(self, draft: Draft) -> Plan:
        """The company's software sends an invoice, by its external id if it has one."""
        id = keeping.dated(self.world.services, self.attempt(), draft.issued_on)
        if draft.external_id:
            return keeping.upsert(self.account, id, draft, self.note)
        return keeping.create(self.account, id, draft, self.note)

    def changes(self, invoice: Invoice, **odd: Any) -> Plan:
        """Staff changes an invoice; `total` goes into its one line."""
        total = odd.pop("total", invoice.total)
        draft = Draft(
            invoice.number, invoice.issued_on, invoice.due_on, (Line("Lawn care", "1", total, total),), invoice.title,
            issued=invoice.status != "draft",
        )  # fmt: skip
        return keeping.change(self.account, invoice.id, replace(draft, **odd), self.note)

    def issues(self, invoice: Invoice) -> Invoice:
        return staff.issue(self.account, invoice.id)

    def deletes(self, invoice: Invoice) -> None:
        keeping.remove(self.account, invoice.id, self.note)

    def write_off(self, invoice: Invoice) -> Invoice:
        return staff.write_off(self.account, invoice.id)

    # What happens at Stripe

    def refunded_at_stripe(self, payment: Payment | str, amount: int) -> None:
        """Somebody gives money back on Stripe's own pages."""
        account: Any = {"stripe_account": self.company.company.stripe_account}
        wanted: Any = {"payment_intent": self.payment(payment).intent, "amount": amount}
        self.world.stripe.client().v1.refunds.create(wanted, account)

    def disputes(self, payment: Payment | str) -> str:
        """The customer's bank takes it back; the dispute's id."""
        intent = self.payment(payment).intent
        charge = next(one["id"] for one in self.charges() if one["payment_intent"] == intent)
        made: str = self.world.stripe.dispute(charge)
        return made

    # What time does

    def sweep(self) -> int:
        return sweep.sweep(self.world.services)

    def webhooks(self, app: Any) -> list[int]:
        """Deliver what Stripe has to say; the statuses it was answered with."""
        return [deliver_webhook(app, body, sign) for _, body, sign in self.world.stripe.pending_webhooks()]

    def time_passes(self, *, hours: float = 3) -> None:
        """Long enough for everything to end by itself, with the sweep at work and no customer about."""
        for _ in range(8):
            self.clock.forward(hours=hours / 8)
            self.world.stripe.advance()
            self.sweep()

    @property
    def quiet(self) -> bool:
        """Whether nothing is under way, neither in nor out."""
        rows = everything(self.person)
        payments = [records.to_payment(row) for row in rows if row["item"].startswith("payment#")]
        under_way = any(row["in_flight"] or "pending" in row for row in rows if row["item"] == "profile")
        return not under_way and all(one.final and not one.back_open for one in payments)

    def charges(self) -> list[dict[str, Any]]:
        """What Stripe took from anybody for this company."""
        return list(self.world.stripe.state.charges(self.company.company.stripe_account))

    # The whole balance, and bank accounts on file

    @property
    def owed(self) -> tuple[tuple[str, int], ...]:
        """What the balance page shows: invoice and amount, oldest due first."""
        found = records.oldest_due(self.company.store, self.person.id, 1000)
        return tuple((one.invoice_id, one.amount) for one in rules.allocate_balance(found, "USD"))

    def orders(self, shown: Sequence[tuple[str, int]], method: str, *, credit: int = 0, attempt: str = "") -> Payment:
        """Confirms these invoices and amounts."""
        order = pay.Order(tuple(shown), method, attempt or self.attempt(), credit)
        return pay.start(self.world.services, self.account, order)

    def pays_balance(self, method: str, *, credit: int = 0) -> Payment:
        return self.orders(self.owed, method, credit=credit)

    def banks_with(self, token: str = "pm_usBankAccount_success") -> str:
        """A test bank account on file, verified and with leave to debit it; its id."""
        client, account = self.world.stripe.client(), {"stripe_account": self.company.company.stripe_account}
        customer = self.person.now.stripe_customer
        accepted = {"type": "online", "online": {"ip_address": "198.51.100.1", "user_agent": "a browser"}}
        made = client.v1.setup_intents.create(
            {
                "customer": customer, "payment_method": token, "allowed_payment_method_types": ["us_bank_account"],
                "mandate_data": {"customer_acceptance": accepted}, "confirm": True,
            },
            account,
        )  # fmt: skip
        method = Method(str(made.payment_method), "Stripe Test Bank", "6789", kind="bank")
        kept = records.from_methods([*self.account.methods, method])
        self.company.store.write(customers.change_profile(self.company.store, self.person.id, methods=kept))
        return method.id


def outbox(person: Person, which: str = "") -> list[dict[str, Any]]:
    """The messages of a customer whose ids begin so."""
    store = person.company.store
    return store.query("customers", store.customer(person.id), prefix=f"message#{which}", limit=1000).items


def receipts(person: Person) -> list[dict[str, Any]]:
    return outbox(person, "receipt-")


# The books


def check_books(*people: Person) -> None:
    """The five invariants of the books of all customers of one company, against what Stripe took and gave back."""
    told: Counter[str] = Counter()
    company = people[0].company.company
    for person in people:
        told.update(check_customer(person, company.email))
    assert told == _at_stripe(people[0].company.world, company.stripe_account), "the ledger is not what Stripe did"


def check_customer(person: Person, office: str) -> Counter[str]:
    """A customer's books among themselves. What the ledger says of each payment on Stripe, net, by payment id."""
    rows = {row["item"]: row for row in everything(person)}
    profile = customers.to_customer(rows["profile"])
    sums = profile.sums
    invoices = [records.to_invoice(row) for item, row in rows.items() if item.startswith("invoice#")]
    payments = {one.id: one for one in (records.to_payment(r) for i, r in rows.items() if i.startswith("payment#"))}
    ledger = {item: row for item, row in rows.items() if item.startswith("ledger#")}
    # 2: the sums are the sums
    assert sums.balance == sum(one.due for one in invoices)
    assert sums.in_flight == sum(one.in_flight for one in invoices)
    assert sums.open_count == sum(one.due > 0 for one in invoices)
    set_aside = sum(one.credit for one in sums.pending)
    set_aside += sum(back.credit for one in payments.values() for back in one.backs if back.open)
    posted = sum(entry.amount for one in invoices for entry in one.posted)
    assert posted + sums.credit + set_aside == sum(row["amount"] for row in ledger.values())
    assert sums.credit + set_aside == sum(row["credit"] for row in ledger.values())
    assert sums.credit >= 0 or any(_taken(one) for one in payments.values()), "only a bank takes what was spent"
    under_way = sorted((one for one in payments.values() if not one.final), key=lambda one: one.id)
    assert sorted(sums.pending, key=lambda one: one.payment) == [
        Pending(one.id, one.total, one.credit, one.method_id, one.expected_on) for one in under_way
    ]
    for invoice in invoices:
        _check_invoice(invoice, payments)
        _check_names(person, invoice, rows)
    # 4: each movement has its cause, each cause its movement
    causes = {cause: what for one in payments.values() for cause, what in _movements(one).items()}
    causes |= {f"ledger#{one.id}#voided": (0, None) for one in invoices if f"ledger#{one.id}#voided" in ledger}
    assert all(one.status == "void" for one in invoices if f"ledger#{one.id}#voided" in ledger)
    assert {cause: row["amount"] for cause, row in ledger.items()} == {cause: what[0] for cause, what in causes.items()}
    for cause, (_, credit) in causes.items():
        assert credit is None or ledger[cause]["credit"] == credit, cause
    # 1: each thing is told once
    if profile.email:
        told = {item.removeprefix("message#") for item in rows if item.startswith(_TOLD)}
        perhaps = {f"failed-{one.id}" for one in payments.values() if _may_be_told(one)}
        assert told - perhaps == {name for one in payments.values() for name in _messages(one, office)}
    on_stripe: Counter[str] = Counter()
    for row in ledger.values():
        if row.get("payment") and payments[row["payment"]].account:
            on_stripe[row["payment"]] += row["amount"]
    return on_stripe


def everything(person: Person) -> list[dict[str, Any]]:
    """All of a customer's rows, in as few calls as there are pages."""
    store, rows, after = person.company.store, [], None
    while True:
        page = store.query("customers", store.customer(person.id), limit=1000, after=after)
        rows += page.items
        if page.last is None:
            return rows
        after = page.last


def _check_invoice(one: Invoice, payments: dict[str, Payment]) -> None:
    # 3: never more than the total
    assert one.paid >= 0 and one.paid + one.in_flight + one.credited <= one.total
    assert one.paid == sum(entry.amount for entry in one.posted)
    # 4: what is held is held for a payment that is under way, and for no other
    for payment_id, amount in one.holds.items():
        assert not payments[payment_id].final
        assert amount == next(a.amount for a in payments[payment_id].allocations if a.invoice_id == one.id)
    for payment_id in {entry.payment_id for entry in one.posted}:
        payment = payments[payment_id]
        planned = next(a for a in payment.allocations if a.invoice_id == one.id)
        assert payment.state == "succeeded"
        assert 0 <= one.posted_by(payment_id) <= planned.amount


def _check_names(person: Person, one: Invoice, rows: dict[str, dict[str, Any]]) -> None:
    """An invoice stands on the list of its state, has its own lines, and its external id leads to it."""
    store, row = person.company.store, rows[f"invoice#{one.id}"]
    assert row["list"] == f"{store.tenant}#invoice#{records.listed_status(one)}"
    assert row["list_key"] == f"{one.issued_on}#{person.id}#{one.id}"
    assert row["lines_version"] == rows[f"lines#{one.id}"]["version"] <= one.version
    if one.external_id:
        (item,) = store.get(records.external_key(store, one.external_id))
        assert item and records.to_owner(item) == (person.id, one.id)


def _taken(payment: Payment) -> bool:
    """Whether money of it went back without our asking: by a bank, or by somebody at Stripe."""
    return any(one.kind == "dispute" or one.id.startswith(("re_", "pyr_")) for one in payment.backs)


def _movements(payment: Payment) -> dict[str, tuple[int, int | None]]:
    """The ledger's rows that a payment must have: (amount, change of account credit where that is known)."""
    if payment.state != "succeeded":
        assert not payment.backs
        return {}
    made: dict[str, tuple[int, int | None]] = {
        f"ledger#{payment.id}#received": (payment.amount, payment.to_credit - payment.credit)
    }
    for back in payment.backs:
        out, again = ("refunded", "refund_undone") if back.kind == "refund" else ("disputed", "dispute_won")
        if back.state in ("done", "undone"):
            made[f"ledger#{payment.id}#{out}#{back.id}"] = (-back.amount, None)
        if back.state == "undone":
            made[f"ledger#{payment.id}#{again}#{back.id}"] = (back.amount, None)
    assert payment.gone_back <= payment.amount
    return made


_TOLD = tuple(f"message#{one}-" for one in ("receipt", "debit", "returned", "failed", "refund", "dispute"))


def _may_be_told(payment: Payment) -> bool:
    """Whether there may be a message that it failed: not one that has another, or that the customer gave up."""
    unpaid = payment.state in ("failed", "canceled")
    return unpaid and not payment.expected_on and not declines.is_return(payment.failure)


def _messages(payment: Payment, company: str) -> set[str]:
    """The messages that a payment must have caused, to the customer and to the company."""
    told = set()
    if payment.expected_on:
        told.add(f"debit-{payment.id}")
    if payment.state == "failed" and (payment.expected_on or declines.is_return(payment.failure)):
        told |= {f"returned-{payment.id}", f"returned-{payment.id}-company"}
    if payment.state == "succeeded":
        told.add(f"receipt-{payment.id}")
    for back in payment.backs:
        cause = f"{payment.id}-{back.id}"
        if back.state in ("done", "undone"):
            told |= {f"{back.kind}-{cause}"} | ({f"dispute-{cause}-company"} if back.kind == "dispute" else set())
        if back.state == "undone":
            told.add(f"{'refund-failed' if back.kind == 'refund' else 'dispute-won'}-{cause}-company")
    return {one for one in told if company or not one.endswith("-company")}


def _at_stripe(world: World, account: str) -> Counter[str]:
    """What Stripe took for each payment, less what it gave back; each was charged once at most."""
    stripe, charges = world.stripe.state.world(account), world.stripe.state.charges(account)
    names = {one["id"]: one["metadata"]["payment"] for one in stripe.all("payment_intent")}
    assert all(times == 1 for times in Counter(names[one["payment_intent"]] for one in charges).values())
    net: Counter[str] = Counter()
    for one in charges:
        net[names[one["payment_intent"]]] += one["amount"]
    for one in stripe.all("refund"):
        if one["status"] == "succeeded":
            net[names[one["payment_intent"]]] -= one["amount"]
    for one in stripe.all("dispute"):
        if one["status"] not in ("won", "prevented") and not one["status"].startswith("warning"):
            net[names[one["payment_intent"]]] -= one["amount"]
    return net


def quietly(action: Any, *arguments: Any, **named: Any) -> Any:
    """Do it; an error word is an answer too."""
    try:
        return action(*arguments, **named)
    except PortalError as word:
        return word
