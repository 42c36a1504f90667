"""One customer's lines of an import, done one after the other.

Consecutive lines of what is new go into one transaction: the customer, their invoices, the sums. When somebody else has
moved something, or an answer was lost, those lines are done again singly, by the actions that the API's own routes use.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from chalicelib.aws.rows import Write
from chalicelib.aws.store import TRANSACTION_LIMIT, ConditionFailed, Store
from chalicelib.billing import records
from chalicelib.billing.actions import keeping, staff
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.actions.keeping import ANOTHERS
from chalicelib.billing.records.entered import entered
from chalicelib.billing.rules import Details, Invoice
from chalicelib.billing.rules.imported import CustomerLine, InvoiceLine, Line, Outcome, PaymentLine, Result
from chalicelib.customers import records as customers
from chalicelib.customers.actions import editing, finding
from chalicelib.customers.actions.finding import OWN
from chalicelib.customers.rules import Customer, Sums
from chalicelib.errors import Conflict, Invalid, PortalError
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Changes, changes

log = logging.getLogger(__name__)

# Room for an invoice's own writes, its names' and the trail's row; and for the customer's sums.
MOST_WRITES, SUMS = 9, 1
# Bytes of lines: a transaction takes 4 MB, and rows are wordier than lines.
LARGEST = 300_000
NO_CUSTOMER = "There is no customer by this id. Send the customer's line before this one."
ENTERED = "A payment of this external_id was entered before, and it was another. Money is not changed: refund that one."


@dataclass
class Known:
    """What a window's lines name, as it was read: customers by id, the others by the company's own ids."""

    customers: dict[str, Customer] = field(default_factory=dict)
    invoices: dict[str, tuple[Invoice, Details]] = field(default_factory=dict)
    invoice_owners: dict[str, tuple[str, str]] = field(default_factory=dict)
    payment_owners: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class _Batch:
    """What is planned and not written yet. `made` is a new customer, as the transaction makes them."""

    made: Customer | None = None
    writes: list[Write] = field(default_factory=list)
    lines: list[tuple[Line, Outcome]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    size: int = 0
    count: int = 0

    def takes(self, size: int) -> bool:
        """Whether another invoice of this size fits."""
        return self.count + MOST_WRITES + SUMS <= TRANSACTION_LIMIT and self.size + size <= LARGEST

    def add(self, line: Line, outcome: Outcome, name: str, writes: Sequence[Write]) -> None:
        self.lines.append((line, outcome))
        self.writes += writes
        self.names.add(name)
        self.size += line.size
        self.count += len(writes)


class Filing:
    """The lines of one customer. `which` is how they name them; `customer` is None where they don't exist yet."""

    def __init__(
        self, services: Services, store: Store, company: Company, note: Note, left: Callable[[], float],
        customer: Customer | None, known: Known, which: str,
    ) -> None:  # fmt: skip
        self._services, self._store, self._company = services, store, company
        self._note, self._left, self._known, self._which = note, left, known, which
        # The customer with the sums as they will be, and the sums as they were read.
        self._customer, self._read = customer, customer.sums if customer else Sums()
        self._planned: dict[str, tuple[Invoice, Details]] = {}
        self._batch = _Batch()
        self._single, self._look = False, ""
        self._found: list[Outcome] = []

    def file(self, lines: Sequence[Line]) -> list[Outcome]:
        """What came of each line, in no order."""
        for line in lines:
            if self._left() <= 0:
                self._found.append(Outcome(line, "not_reached"))
                continue
            try:
                if isinstance(line.content, CustomerLine):
                    self._a_customer(line, line.content)
                elif isinstance(line.content, InvoiceLine):
                    self._an_invoice(line, line.content)
                elif isinstance(line.content, PaymentLine):
                    self._a_payment(line, line.content)
            except Exception as error:
                self._found.append(failed(line, error))
        self._write()
        return self._found

    # Customers

    def _a_customer(self, line: Line, content: CustomerLine) -> None:
        self._look_again()
        before = self._customer
        after, writes = editing.plan_customer(self._store, before, content.wanted, self._services.now(), self._new_id())
        if before is None:
            self._customer = self._batch.made = after
            self._batch.count += len(writes)
            self._batch.lines.append((line, Outcome(line, "created", after.id)))
        elif not writes:
            self._unchanged(line, after.id)
        else:
            self._write()
            self._customer_by_itself(line, content, self._new_id())

    def _customer_by_itself(self, line: Line, content: CustomerLine, id: str) -> None:
        noting = _Noting(self._note)
        which = OWN + content.wanted.external_id
        after, made = editing.upsert(self._services, self._store, which, content.wanted, noting, id)
        self._customer, self._read, self._look = after, after.sums, ""
        self._found.append(Outcome(line, "created" if made else noting.result, after.id))

    # Invoices

    def _an_invoice(self, line: Line, content: InvoiceLine) -> None:
        name = content.draft.external_id
        if not self._batch.takes(line.size) or name in self._batch.names:
            self._write()
        self._look_again()
        customer = self._there()
        owner, known = self._known.invoice_owners.get(name), self._known_invoice(name)
        if owner and owner[0] != customer.id:
            raise Conflict(ANOTHERS, kind="customer-fixed")
        id = self._dated(self._new_id(), content)
        if self._single or (owner and not known):
            self._write()
            self._invoice_by_itself(line, content, id)
            return
        plan = keeping.plan_invoice(
            self._store, customer.id, customer.sums, known, content.draft, id, self._company.currency
        )
        target = f"{customer.id}-{plan.invoice.id}"
        if not plan.writes:
            self._unchanged(line, target)
            return
        told = () if plan.made else (self._note("invoice.change", target, plan.changes),)
        outcome = Outcome(line, "created" if plan.made else "changed", target)
        self._batch.add(line, outcome, name, (*plan.writes, *told))
        self._customer = replace(customer, sums=plan.sums)
        self._planned[name] = (plan.invoice, plan.details)

    def _dated(self, id: str, content: InvoiceLine) -> str:
        return keeping.dated(self._services, id, content.draft.issued_on)

    def _known_invoice(self, name: str) -> tuple[Invoice, Details] | None:
        return self._planned.get(name) or self._known.invoices.get(name)

    def _invoice_by_itself(self, line: Line, content: InvoiceLine, id: str) -> None:
        account = BillingAccount(self._store, self._company, self._there())
        plan = keeping.upsert(account, id, content.draft, self._note)
        self._look = account.customer.id
        # What we made, with the answer lost, is found as made.
        made = plan.made or plan.invoice.id == id
        result: Result = "created" if made else "changed" if plan.writes else "unchanged"
        self._found.append(Outcome(line, result, f"{account.customer.id}-{plan.invoice.id}"))

    # Payments

    def _a_payment(self, line: Line, content: PaymentLine) -> None:
        self._write()
        if self._customer is None:
            self._look_again()
        services, account = self._services, BillingAccount(self._store, self._company, self._there())
        customer, name = account.customer.id, content.external_id
        _, at = staff.when_received(services, account, self._new_id(), content.received_on)
        id = keeping.dated(services, self._payment_id(name), content.received_on)
        target = f"{customer}-{id}"
        if owner := self._known.payment_owners.get(name):
            before = records.payment(self._store, *owner) if owner == (customer, id) else None
            if before is None or (before.amount, before.method) != (content.amount, content.method.strip()):
                raise Conflict(ENTERED, kind="payment-fixed")
            self._unchanged(line, target)
            return
        wanted = self._invoices(content, customer)
        told = {"amount": content.amount, "method": content.method, "received_on": content.received_on.isoformat()}
        staff.take_payment(
            services, account, id, content.amount, content.method, wanted,
            self._note("payment.enter", target, changes({}, told)), entered(self._store, name, customer, id),
            received_at=at, quiet=True,
        )  # fmt: skip
        self._look = customer
        self._known.payment_owners[name] = (customer, id)
        self._found.append(Outcome(line, "created", target))

    def _payment_id(self, name: str) -> str:
        """Always the same for an external id: what is sent again is the same payment."""
        from ulid import ULID

        return str(ULID.from_bytes(sha256(f"{self._store.tenant}#{name}".encode()).digest()[:16]))

    def _invoices(self, content: PaymentLine, customer: str) -> list[str] | None:
        """The invoices that a payment names, all of them this customer's."""
        if content.invoices is None:
            return None
        named = {one: one.removeprefix(OWN) for one in content.invoices if one.startswith(OWN)}
        items = self._store.get(*(records.external_key(self._store, name) for name in named.values()))
        owners = {one: records.to_owner(item) for one, item in zip(named, items, strict=True) if item}
        ids = []
        for place, one in enumerate(content.invoices):
            spelled, _, id = one.partition("-")
            owner, id = owners.get(one, ("", "")) if one in named else (spelled, id)
            if owner != customer or not id:
                raise Invalid(f"invoices/{place}", "This customer has no invoice by this id.")
            ids.append(id)
        return ids

    # Writing

    def _new_id(self) -> str:
        return self._services.new_id(self._services.now())

    def _there(self) -> Customer:
        if self._customer is None:
            raise Invalid("customer", NO_CUSTOMER)
        return self._customer

    def _look_again(self) -> None:
        """Where something has moved: from now on this customer's invoices are done singly."""
        if self._look:
            (self._customer,) = finding.find_all(self._store, [self._look])
            self._read = self._customer.sums if self._customer else Sums()
            self._planned.clear()
            self._single, self._look = True, ""

    def _unchanged(self, line: Line, id: str) -> None:
        """Nothing to write; but what it is compared with may be planned only."""
        outcome = Outcome(line, "unchanged", id)
        if self._batch.lines:
            self._batch.lines.append((line, outcome))
        else:
            self._found.append(outcome)

    def _write(self) -> None:
        """Write what is planned, all of it or, if that can't be, line by line."""
        batch, self._batch = self._batch, _Batch()
        if not batch.lines or self._customer is None:
            return
        sums = self._customer.sums
        if batch.made is not None:
            sums = replace(sums, version=0)
            made = replace(batch.made, sums=sums)
            batch.writes += customers.new_customer(self._store, made, self._services.now())
        elif sums is not self._read:
            batch.writes.append(customers.change_sums(self._store, self._customer.id, self._read, sums))
            sums = replace(sums, version=self._read.version + 1)
        try:
            if batch.writes:
                self._store.transact(*batch.writes)
        except ConditionFailed:
            self._one_by_one(batch)
        except Exception as error:
            self._look = self._which
            self._found += [failed(line, error) for line, _ in batch.lines]
        else:
            self._customer, self._read = replace(self._customer, sums=sums), sums
            self._found += [outcome for _, outcome in batch.lines]

    def _one_by_one(self, batch: _Batch) -> None:
        self._look = self._which
        for line, planned in batch.lines:
            try:
                self._look_again()
                # As what was to be made: if it was, with the answer lost, it is found as made.
                id = planned.id.rpartition("-")[2] if planned.result == "created" else self._new_id()
                if isinstance(line.content, CustomerLine):
                    self._customer_by_itself(line, line.content, id)
                elif isinstance(line.content, InvoiceLine):
                    self._invoice_by_itself(line, line.content, self._dated(id, line.content))
            except Exception as error:
                self._found.append(failed(line, error))


class _Noting:
    """Notes as asked, and remembers whether anything was."""

    def __init__(self, note: Note) -> None:
        self._note, self.noted = note, False

    def __call__(self, action: str, target: str, changes: Changes) -> Write:
        self.noted = True
        return self._note(action, target, changes)

    @property
    def result(self) -> Result:
        return "changed" if self.noted else "unchanged"


def failed(line: Line, error: Exception) -> Outcome:
    if not isinstance(error, PortalError):
        log.exception("unexpected: line %d of an import", line.number, exc_info=error)
    return Outcome(line, error=error)
