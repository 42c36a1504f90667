"""The audit's rules: books kept by the other rules always agree, and no number in them can be changed unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing import records, rules
from chalicelib.billing.rules import Allocation, Back, Invoice, Payment, Posted, audit
from chalicelib.billing.rules.audit import CustomerBooks, Entry, Progress, Taken, check
from chalicelib.customers.rules import Sums
from tests.billing.things import NOW, TODAY, a_back, a_movement, a_payment, an_invoice

Step = tuple[Literal["issue", "pay", "settle", "fail", "refund", "void", "credit"], int, int]


@dataclass
class Office:
    """Keeps a customer's books in memory, by the rules that the actions use."""

    sums: Sums = field(default_factory=Sums)
    invoices: dict[str, Invoice] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def books(self) -> CustomerBooks:
        return CustomerBooks(
            "c1", "USD", self.sums, [*self.invoices.values()], [*self.payments.values()], [*self.entries]
        )

    def does(self, step: Step) -> None:
        what, which, amount = step
        if what == "issue":
            id = f"i{len(self.invoices)}"
            self._move([], [replace(an_invoice(amount), id=id, paid=amount // 3 if which == 0 else 0)])
        elif what == "pay" and (found := self._pick(self.invoices, which, lambda one: one.payable > 0)):
            self._pay(found, min(amount, found.payable))
        elif what in ("settle", "fail") and (payment := self._pick(self.payments, which, lambda one: not one.final)):
            self._settle(payment, what == "settle")
        elif what == "refund" and (payment := self._pick(self.payments, which, lambda one: one.refundable > 0)):
            self._give_back(payment, min(amount, payment.refundable))
        elif what == "void" and (found := self._pick(self.invoices, which, lambda one: one.status == "open")):
            if not found.holds:
                after, credit = rules.void(found, TODAY)
                self._move([found], [after], credit)
                if credit:
                    self._write(f"{found.id}#voided", "voided", 0, credit, "")
        elif what == "credit" and (found := self._pick(self.invoices, which, lambda one: one.payable > 0)):
            self._move([found], [rules.credit(found, min(amount, found.payable))])

    @staticmethod
    def _pick(things: dict[str, Any], which: int, fits: Any) -> Any:
        found = [one for one in things.values() if fits(one)]
        return found[which % len(found)] if found else None

    def _move(self, before: Sequence[Invoice], after: Sequence[Invoice], credit: int = 0) -> None:
        self.sums = rules.move(self.sums, before, after, credit)
        self.invoices |= {one.id: one for one in after}

    def _write(self, cause: str, kind: str, amount: int, credit: int, payment: str) -> None:
        self.entries.append(Entry(cause, kind, amount, credit, payment, NOW))

    def _pay(self, invoice: Invoice, amount: int) -> None:
        credit = min(max(self.sums.credit, 0), amount // 2)
        id = f"p{len(self.payments)}"
        payment = a_payment(
            amount - credit, id=id, credit=credit, allocations=(Allocation(invoice.id, invoice.number, amount, credit),)
        )
        if len(self.sums.pending) < 20:
            self._move([invoice], [rules.hold(invoice, id, amount)], -credit)
            self.payments[id] = payment
            self.sums = rules.with_pending(self.sums, payment)

    def _settle(self, payment: Payment, paid: bool) -> None:
        (part,) = payment.allocations
        before = self.invoices[part.invoice_id]
        after, over = rules.release(before, payment.id), payment.credit
        done = replace(payment, state="succeeded" if paid else "failed", intent=f"pi_{payment.id}")
        if paid:
            over = 0
            for amount, kind in ((part.credit, "credit"), (part.charge, "charge")):
                after, left = rules.post(after, Posted(payment.id, TODAY, "", amount, kind))  # type: ignore[arg-type]
                over += left
            self._write(f"{payment.id}#received", "received", payment.amount, over - payment.credit, payment.id)
            done = replace(done, to_credit=over)
        self._move([before], [after], over)
        self.sums = rules.with_pending(self.sums, done)
        self.payments[payment.id] = done

    def _give_back(self, payment: Payment, amount: int) -> None:
        back = Back(f"r{len(payment.backs)}", "refund", amount, "done", NOW)
        before = [self.invoices[one.invoice_id] for one in payment.allocations]
        after, credit = rules.take_back(payment, back, before, self.sums.credit, TODAY)
        self._move(before, after, credit)
        self.payments[payment.id] = rules.with_back(payment, back)
        self._write(f"{payment.id}#refunded#{back.id}", "refunded", -amount, credit, payment.id)


kinds: Any = st.sampled_from(["issue", "issue", "pay", "pay", "settle", "settle", "fail", "refund", "void", "credit"])
steps: Any = st.lists(st.tuples(kinds, st.integers(0, 9), st.integers(1, 20_000)), max_size=40)


def kept(taken: Sequence[Step]) -> Office:
    office = Office()
    for step in taken:
        office.does(step)
    return office


@given(steps)
def test_books_kept_by_the_rules_agree(taken: list[Step]) -> None:
    assert check(kept(taken).books()) == []


@given(steps, st.sampled_from(["balance", "in_flight", "credit", "open_count"]), st.integers(1, 9_999))
def test_no_sum_can_be_changed_unseen(taken: list[Step], name: str, by: int) -> None:
    books = kept(taken).books()
    sums = replace(books.sums, **{name: getattr(books.sums, name) + by})
    assert [one.about for one in check(replace(books, sums=sums))] == [name]


@given(steps, st.integers(0, 99), st.integers(1, 9_999))
def test_no_row_of_the_ledger_can_be_lost_changed_or_invented_unseen(taken: list[Step], which: int, by: int) -> None:
    books = kept(taken).books()
    invented = Entry("p99#received", "received", by, 0, "p99", NOW)
    assert {one.about for one in check(replace(books, entries=[*books.entries, invented]))} == {"ledger"}
    if books.entries:
        place = which % len(books.entries)
        one, rest = books.entries[place], [*books.entries[:place], *books.entries[place + 1 :]]
        changed = replace(one, amount=one.amount + by)
        # A void of what was paid before Porchlight leaves nothing on the invoice: only the credit misses its row.
        assert {one.about for one in check(replace(books, entries=rest))} <= {"ledger", "credit"} != set()
        assert check(replace(books, entries=rest))
        assert {one.about for one in check(replace(books, entries=[*rest, changed]))} == {"ledger"}


@given(steps, st.integers(0, 99))
def test_no_payment_can_be_lost_unseen(taken: list[Step], which: int) -> None:
    books = kept(taken).books()
    living = [one for one in books.payments if one.state not in ("failed", "canceled")]
    if living:
        lost = living[which % len(living)]
        assert check(replace(books, payments=[one for one in books.payments if one != lost]))


@given(steps, st.integers(0, 99), st.integers(1, 9_999))
def test_no_invoice_can_be_changed_unseen(taken: list[Step], which: int, by: int) -> None:
    books = kept(taken).books()
    open_ones = [one for one in books.invoices if one.status == "open"]
    if open_ones:
        one = open_ones[which % len(open_ones)]
        others = [other for other in books.invoices if other != one]
        for changed in (
            replace(one, total=one.total + by),
            replace(one, paid=one.paid - by),
            replace(one, holds={**one.holds, "p99": by}),
            replace(one, posted=(*one.posted, Posted("p99", TODAY, "", by))),
        ):
            assert check(replace(books, invoices=[*others, changed])), changed


def test_the_ledgers_kinds_are_those_that_are_written(evergreen: Any) -> None:
    for kind in ("refund", "dispute"):
        back = a_back(100, kind=kind, state="undone", id="b")
        payment = a_payment(state="succeeded", backs=(back,))
        written = {
            records.went_back(evergreen.store, "c", payment, back, way, 0, NOW).row.item  # type: ignore[arg-type]
            for way in ("out", "in")
        } | {records.received(evergreen.store, "c", payment, payment.amount, 0, NOW).row.item}
        assert {f"ledger#{cause}" for cause in audit.moved_by(payment)} == written


# Against Stripe

TAKEN = Taken("pi_1", "c1", "pay", 12_000, "usd")
RECEIVED = Entry("pay#received", "received", 12_000, 0, "pay", NOW)


@pytest.mark.parametrize("state", ["starting", "requires_action", "processing"])
def test_a_payment_under_way_is_the_sweeps_work(state: Any) -> None:
    assert audit.check_taken(TAKEN, a_payment(state=state), None, NOW + timedelta(hours=23)) is None


@pytest.mark.parametrize("state", ["starting", "requires_action", "processing"])
def test_what_stripe_took_is_in_the_books_by_the_next_day(state: Any) -> None:
    found = audit.check_taken(TAKEN, a_payment(state=state), None, NOW + timedelta(days=3))
    assert found and "under way since" in found.words


def test_a_bank_debit_has_until_its_day_and_one_more() -> None:
    debit = a_payment(state="processing", expected_on=TODAY + timedelta(days=5))
    assert audit.check_taken(TAKEN, debit, None, NOW + timedelta(days=6)) is None
    assert audit.check_taken(TAKEN, debit, None, NOW + timedelta(days=7)) is not None


def test_a_payment_that_agrees() -> None:
    assert audit.check_taken(TAKEN, a_payment(state="succeeded", intent="pi_1"), RECEIVED, NOW) is None


@pytest.mark.parametrize(
    ("back", "movement", "drift"),
    [
        ("done", "done", False),
        ("undone", "undone", False),
        ("undone", "failed", False),
        ("failed", "failed", False),
        ("pending", "done", False),
        ("starting", "done", False),
        ("failed", "done", True),
        ("done", "failed", True),
        ("done", "undone", True),
        ("undone", "done", True),
    ],
)
def test_money_that_went_back_must_be_where_stripe_says(back: Any, movement: Any, drift: bool) -> None:
    payment = a_payment(state="succeeded", backs=(a_back(100, state=back),))
    assert bool(audit.check_gone_back(payment, a_movement(100, state=movement), NOW)) is drift


@pytest.mark.parametrize(
    ("state", "age", "drift"), [("done", 2, True), ("done", 0, False), ("pending", 2, False), ("failed", 2, False)]
)
def test_what_stripe_did_by_itself_has_an_hour_to_arrive(state: Any, age: float, drift: bool) -> None:
    movement = a_movement(100, state=state, at=NOW - timedelta(hours=age))
    assert bool(audit.check_gone_back(a_payment(state="succeeded"), movement, NOW)) is drift


def test_of_too_many_drifts_the_number_is_kept() -> None:
    progress = Progress(datetime(2026, 11, 23, 8))
    found = [audit.Drift("balance", f"{n}") for n in range(150)]
    for _ in range(2):
        progress = progress.with_findings(found, {"customers": 25})
    assert (progress.drift, len(progress.drifts), progress.counts) == (300, audit.MOST_WORDS, {"customers": 50})
