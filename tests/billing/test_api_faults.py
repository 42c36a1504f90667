"""Whatever goes wrong between any two steps of a request, sent again it comes to one invoice, one credit note, one
payment, one refund, and one line of the audit trail. And two of staff at once are one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.billing.rules import Invoice
from tests.billing.desk import fields, key, lines, made, own
from tests.billing.faults import Run, try_all
from tests.billing.till import Till, check_books
from tests.billing.wire import Wire
from tests.client import Answer, Client


def told(till: Till, action: str) -> int:
    """How often the audit trail tells of this."""
    store = till.company.store
    rows = store.query("tenants", store.tenant, prefix="audit#", limit=1000).items
    return sum(row["action"] == action for row in rows)


def sends(till: Till, does: Callable[[], Answer]) -> Callable[[], Answer]:
    """What is still said to be under way, since its process has died, is sent once more when it no longer is."""

    def goes() -> Answer:
        answer = does()
        if answer.status == 409 and answer.kind == "under-way":
            till.clock.forward(seconds=31)
            answer = does()
        return answer

    return goes


def once(till: Till, owner: Client, what: str) -> Run:
    """Something that a program sends, with its scene set."""
    again, person = key(), till.person.id
    money = {"idempotency_key": again}
    if what == "create":
        body = fields(till, external_id="inv-1")
        return Run(
            sends(till, lambda: owner.post("/invoices", body, **money)),
            lambda: [one.due for one in till.invoices] == [12_000] and told(till, "invoice.create") == 1,
        )
    if what == "upsert":
        return Run(
            lambda: owner.put("/invoices/ext:inv-1", fields(till)),
            lambda: [one.due for one in till.invoices] == [12_000] and told(till, "invoice.create") == 1,
        )
    status = "draft" if what in ("issue", "delete") else "open"
    invoice = made(owner, till, status=status, external_id="inv-1")
    (row,) = till.invoices
    place = f"/invoices/{invoice['id']}"
    if what == "change":
        body = fields(till, lines=lines(9_000), number="2", external_id="inv-2")
        return Run(
            lambda: owner.put(place, body),
            lambda: till.invoice(row).total == 9_000 and told(till, "invoice.change") == 1,
        )
    if what in ("issue", "void"):
        after = {"issue": "open", "void": "void"}[what]
        if what == "void":
            till.hands_over(3_000)
        return Run(
            lambda: owner.put(f"{place}/status", {"status": after}),
            lambda: till.invoice(row).status == after and told(till, f"invoice.{what}") == 1,
        )
    if what == "delete":
        return Run(lambda: owner.delete(place), lambda: till.invoices == [] and told(till, "invoice.delete") == 1)
    if what == "credit":
        return Run(
            sends(till, lambda: owner.post(f"{place}/credits", {"amount": 2_000}, **money)),
            lambda: till.invoice(row).credited == 2_000 and told(till, "invoice.credit") == 1,
        )
    if what == "cash":
        body = {"amount": 5_000, "method": "Cash", "invoices": ["ext:inv-1"]}
        return Run(
            sends(till, lambda: owner.post(f"/customers/{person}/payments", body, **money)),
            lambda: till.invoice(row).paid == 5_000 and told(till, "payment.enter") == 1,
        )
    if what == "use credit":
        till.has_credit(5_000)
        other = made(owner, till, number="2")
        body = {"invoice": other["id"], "amount": 5_000}
        return Run(
            sends(till, lambda: owner.post(f"/customers/{person}/credit-uses", body, **money)),
            lambda: till.person.now.sums.credit == 0 and told(till, "credit.use") == 1,
        )
    payment = till.pays(row, till.saved)
    return Run(
        sends(till, lambda: owner.post(f"/payments/{person}-{payment.id}/refunds", {"amount": 2_000}, **money)),
        lambda: till.payment(payment).gone_back == 2_000 and told(till, "payment.refund") == 1,
    )


@pytest.mark.parametrize(
    "what",
    ["create", "upsert", "change", "issue", "void", "delete", "credit", "cash", "use credit", "refund"],
)
def test_what_is_sent_again_is_done_once(owner: Client, dana: Till, wire: Wire, what: str) -> None:
    assert try_all(lambda till: once(till, owner, what), dana, wire, share=2) >= 6


# Two at once


def cut_in(wire: Wire, number: int, does: Callable[[], object]) -> None:
    """Somebody else does this just before the transaction after so many."""
    left = [number]

    def plan(_: int, call: Any) -> None:
        if call.what == "dynamodb TransactWriteItems":
            left[0] -= 1
            if left[0] < 0:
                wire.heal()
                does()

    wire.plan = plan  # type: ignore[assignment]


def changed(owner: Client, invoice: dict[str, Any], till: Till, total: int) -> Answer:
    return owner.put(f"/invoices/{invoice['id']}", fields(till, lines=lines(total)))


def test_a_payment_that_comes_in_while_an_invoice_is_being_made_less(owner: Client, dana: Till, wire: Wire) -> None:
    invoice = made(owner, dana)
    cut_in(wire, 0, lambda: dana.hands_over(8_000))
    refused = changed(owner, invoice, dana, 5_000)
    assert (refused.status, refused.kind) == (409, "below-paid")
    assert [one.due for one in dana.invoices] == [4_000]
    check_books(dana.person)


def test_an_invoice_that_is_voided_while_it_is_being_changed(owner: Client, dana: Till, wire: Wire) -> None:
    invoice = made(owner, dana)
    (row,) = dana.invoices
    cut_in(wire, 0, lambda: dana.void(row))
    assert changed(owner, invoice, dana, 5_000).kind == "invoice-closed"
    assert dana.invoice(row).total == 12_000
    check_books(dana.person)


def test_two_changes_at_once_are_one_after_the_other(owner: Client, dana: Till, wire: Wire) -> None:
    invoice = made(owner, dana)
    cut_in(wire, 0, lambda: changed(owner, invoice, dana, 7_000))
    assert changed(owner, invoice, dana, 5_000).json["total"] == 5_000
    assert [one.due for one in dana.invoices] == [5_000] and told(dana, "invoice.change") == 2
    check_books(dana.person)


def test_two_upserts_at_once_make_one_invoice(owner: Client, dana: Till, wire: Wire) -> None:
    first: list[Answer] = []
    cut_in(wire, 0, lambda: first.append(owner.put("/invoices/ext:inv-1", fields(dana))))
    second = owner.put("/invoices/ext:inv-1", fields(dana, lines=lines(9_000)))
    assert second.json["id"] == first[0].json["id"] and [one.total for one in dana.invoices] == [9_000]
    check_books(dana.person)


def test_two_creations_with_one_external_id(owner: Client, dana: Till, wire: Wire) -> None:
    first: list[Answer] = []
    cut_in(wire, 0, lambda: first.append(owner.post("/invoices", fields(dana, external_id="inv-1"))))
    second = owner.post("/invoices", fields(dana, external_id="inv-1"))
    assert (first[0].status, second.status, second.kind) == (201, 409, "external-id-taken")
    assert [own(first[0].json)] == [one.id for one in dana.invoices]
    check_books(dana.person)


def test_a_draft_that_is_issued_while_it_is_being_deleted(owner: Client, dana: Till, wire: Wire) -> None:
    draft = made(owner, dana, status="draft")
    cut_in(wire, 0, lambda: owner.put(f"/invoices/{draft['id']}/status", {"status": "open"}))
    assert owner.delete(f"/invoices/{draft['id']}").kind == "already-issued"
    assert [one.status for one in dana.invoices] == ["open"]
    check_books(dana.person)


def test_a_customer_who_pays_while_the_invoice_grows(owner: Client, dana: Till, wire: Wire) -> None:
    """What was shown is what is charged; the rest is still owed."""
    invoice = made(owner, dana)
    (row,) = dana.invoices
    cut_in(wire, 0, lambda: changed(owner, invoice, dana, 15_000))
    paid: Invoice = dana.invoice(row) if dana.pays(row, dana.saved) else row
    assert (paid.total, paid.paid, paid.due) == (15_000, 12_000, 3_000)
    check_books(dana.person)
