"""An invoice: what it says of itself, and that whatever is done to it the sums stay the sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing import rules
from chalicelib.billing.rules import Invoice, Method, Posted, State
from chalicelib.customers.rules import Pending, Sums
from chalicelib.errors import Conflict
from tests.billing.things import NOW, TODAY, a_payment, an_invoice, sums_of

# States by day


@pytest.mark.parametrize(
    ("invoice", "state"),
    [
        (an_invoice(due_on=TODAY + timedelta(days=3)), State("due", 3)),
        (an_invoice(due_on=TODAY), State("due", 0)),
        (an_invoice(due_on=TODAY - timedelta(days=1)), State("overdue", 1)),
        (an_invoice(due_on=TODAY - timedelta(days=400)), State("overdue", 400)),
        (an_invoice(paid=1, due_on=TODAY + timedelta(days=2)), State("part_paid", 2)),
        (an_invoice(credited=1, due_on=TODAY), State("part_paid", 0)),
        (an_invoice(paid=1, due_on=TODAY - timedelta(days=2)), State("overdue", 2)),
        (an_invoice(holds={"p": 12_000}, due_on=TODAY - timedelta(days=2)), State("processing")),
        (an_invoice(holds={"p": 5_000}, due_on=TODAY - timedelta(days=2)), State("overdue", 2)),
        (an_invoice(paid=12_000), State("paid")),
        (an_invoice(paid=7_000, credited=5_000), State("paid")),
        (an_invoice(total=0), State("paid")),
        (an_invoice(status="void", paid=12_000), State("void")),
        (an_invoice(status="written_off", due_on=date(2020, 1, 1)), State("written_off")),
    ],
)
def test_an_invoice_says_where_it_stands(invoice: Invoice, state: State) -> None:
    assert invoice.state(TODAY) == state


@pytest.mark.parametrize("status", ["draft", "void", "written_off"])
def test_what_is_not_open_owes_nothing(status: str) -> None:
    assert an_invoice(status=status).due == an_invoice(status=status).payable == 0


def test_a_card_is_good_until_the_end_of_its_month() -> None:
    card = Method("pm", "Visa", "4242", 11, 2026)
    assert not card.expired(date(2026, 11, 30))
    assert card.expired(date(2026, 12, 1))


# Holding, releasing, posting: sums


@st.composite
def books(draw: st.DrawFn) -> tuple[list[Invoice], Sums]:
    """Some invoices of a customer, and the sums that are right for them."""
    invoices = []
    for number in range(draw(st.integers(1, 4))):
        total = draw(st.integers(0, 1000))
        paid = draw(st.integers(0, total))
        credited = draw(st.integers(0, total - paid))
        held = draw(st.integers(0, total - paid - credited))
        status = draw(st.sampled_from(["open", "open", "open", "void", "written_off"]))
        made = an_invoice(total, id=f"i{number}", paid=paid, credited=credited, status=status)
        invoices.append(replace(made, holds={"earlier": held}) if held else made)
    return invoices, sums_of(invoices, draw(st.integers(0, 500)))


def paying(amount: int, payment: str = "pay") -> Posted:
    return Posted(payment, TODAY, "Visa •••• 4242", amount)


@given(books(), st.data())
def test_whatever_is_done_the_sums_are_the_sums_and_no_invoice_is_overbooked(
    start: tuple[list[Invoice], Sums], data: st.DataObject
) -> None:
    invoices, sums = start
    for step in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(invoices) - 1))
        before, payment = invoices[place], data.draw(st.sampled_from(["a", "b", "earlier"]))
        amount, over = data.draw(st.integers(-5, 1200)), 0
        what = data.draw(st.sampled_from(["hold", "release", "post", "void", "write off", "credit"]))
        try:
            if what == "hold":
                after = rules.hold(before, f"{payment}{step}", amount)
            elif what == "release":
                after = rules.release(before, payment)
            elif what == "post":
                # Stripe received what was held, or what it says that it received.
                received = before.holds.get(payment, max(0, amount))
                after, over = rules.post(rules.release(before, payment), paying(received, payment))
                assert after.paid - before.paid + over == received, "no cent is lost"
                assert payment not in after.holds
            elif what == "void":
                after, over = rules.void(before, TODAY)
                assert (after.paid, over) == (0, before.paid), "what was paid is the customer's"
            elif what == "write off":
                after = rules.write_off(before)
                assert after.paid == before.paid and after.due == 0
            else:
                after = rules.credit(before, amount)
        except Conflict:
            allowed = {
                "hold": 0 < amount <= before.payable,
                "credit": before.status == "open" and 0 < amount <= before.payable,
            }.get(what, before.status == "open" and not before.holds)
            assert not allowed
            continue
        sums = rules.move(sums, [before], [after], over)
        invoices = [*invoices[:place], after, *invoices[place + 1 :]]
        assert sums == sums_of(invoices, sums.credit, sums.version)
        assert after.paid + after.in_flight <= after.total or after.status != "open"
    assert sums.version > 7 or invoices == start[0]


@given(st.integers(1, 10_000), st.data())
def test_holds_never_exceed_what_is_owed(total: int, data: st.DataObject) -> None:
    invoice = an_invoice(total)
    for number in range(6):
        amount = data.draw(st.integers(1, 10_000))
        if amount > invoice.payable:
            with pytest.raises(Conflict):
                rules.hold(invoice, f"p{number}", amount)
        else:
            invoice = rules.hold(invoice, f"p{number}", amount)
        assert invoice.paid + invoice.in_flight <= invoice.total
    for number in range(6):
        held = invoice.holds.get(f"p{number}", 0)
        invoice, over = rules.post(rules.release(invoice, f"p{number}"), paying(held))
        assert over == 0, "a hold keeps its room"
        assert invoice.paid + invoice.in_flight <= invoice.total


def test_money_for_one_payment_does_not_take_the_room_another_holds() -> None:
    held = rules.hold(an_invoice(10_000), "other", 6_000)
    after, over = rules.post(held, paying(7_000))
    assert (after.paid, over, after.in_flight) == (4_000, 3_000, 6_000)


def test_what_staff_credited_meanwhile_becomes_the_customers_credit() -> None:
    held = rules.hold(an_invoice(10_000), "pay", 10_000)
    after, over = rules.post(rules.release(replace(held, credited=4_000), "pay"), paying(10_000))
    assert (after.paid, over, after.due) == (6_000, 4_000, 0)


def test_money_for_an_invoice_voided_meanwhile_is_the_customers() -> None:
    after, over = rules.post(an_invoice(10_000, status="void"), paying(10_000))
    assert (after.paid, over, after.holds, after.posted) == (0, 10_000, {}, ())


def test_an_invoice_remembers_which_payment_paid_it() -> None:
    after, _ = rules.post(an_invoice(), paying(12_000))
    assert after.posted == (Posted("pay", TODAY, "Visa •••• 4242", 12_000, "charge"),)


def test_a_voided_invoice_says_where_its_money_went() -> None:
    paid = an_invoice(10_000)
    for entry in (paying(4_000, "a"), paying(1_000, "b"), replace(paying(2_000, "a"), kind="credit")):
        paid, _ = rules.post(paid, entry)
    after, credit = rules.void(paid, TODAY)
    assert credit == 7_000 and after.paid == 0
    assert [(one.payment_id, one.amount) for one in after.posted if one.kind == "voided"] == [
        ("a", -6_000),
        ("b", -1_000),
    ]
    assert sum(one.amount for one in after.posted) == 0


@pytest.mark.parametrize(
    "invoice", [an_invoice(status="void"), an_invoice(status="written_off"), an_invoice(status="draft")]
)
def test_only_an_open_invoice_is_voided_written_off_or_credited(invoice: Invoice) -> None:
    for change in (
        lambda: rules.void(invoice, TODAY),
        lambda: rules.write_off(invoice),
        lambda: rules.credit(invoice, 1),
    ):
        with pytest.raises(Conflict, match="Only an open"):
            change()


def test_what_is_under_way_keeps_an_invoice_from_being_closed_and_its_room_from_being_credited() -> None:
    held = rules.hold(an_invoice(10_000), "pay", 6_000)
    for close in (lambda: rules.void(held, TODAY), lambda: rules.write_off(held)):
        with pytest.raises(Conflict, match="under way"):
            close()
    assert rules.credit(held, 4_000).payable == 0
    with pytest.raises(Conflict) as refused:
        rules.credit(held, 4_001)
    assert str(refused.value) == "At most 40.00 USD of this invoice can be credited."


# What is under way


def test_the_sums_list_what_is_under_way_in_the_order_it_began() -> None:
    sums = Sums()
    for id in ("a", "b", "c"):
        sums = rules.with_pending(sums, a_payment(id=id))
    changed = rules.with_pending(sums, a_payment(id="a", method_id="other", expected_on=TODAY))
    assert [one.payment for one in changed.pending] == ["a", "b", "c"], "a change moves nobody"
    assert changed.pending[0] == Pending("a", 12_000, 0, "other", TODAY)
    assert rules.with_pending(sums, a_payment(id="a")) == sums, "the same again is no change"
    over = rules.with_pending(changed, a_payment(id="b", state="succeeded"))
    assert [one.payment for one in over.pending] == ["a", "c"]


def test_the_sums_say_what_is_paid_and_which_part_of_it_is_credit() -> None:
    (one,) = rules.with_pending(Sums(), a_payment(7_000, credit=5_000)).pending
    assert (one.amount, one.credit) == (12_000, 5_000)


def test_nobody_has_more_than_twenty_payments_under_way() -> None:
    sums = Sums()
    for number in range(20):
        sums = rules.with_pending(sums, a_payment(id=str(number)))
    with pytest.raises(Conflict, match="Too many"):
        rules.with_pending(sums, a_payment(id="one more"))
    assert rules.with_pending(sums, a_payment(id="3", expected_on=TODAY)).pending[3].expected_on == TODAY
    assert len(rules.with_pending(sums, a_payment(id="7", state="canceled", settled_at=NOW)).pending) == 19
