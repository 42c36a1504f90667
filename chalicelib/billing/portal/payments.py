"""Pages of paying: the form, and what became of a payment."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.billing import declines, rules, views
from chalicelib.billing.actions import invoices, pay
from chalicelib.billing.portal.routes import account_of, routes
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.errors import Conflict, Invalid
from chalicelib.web.access import Customer
from chalicelib.web.problems import say
from chalicelib.web.replies import Away, Page, Reply, SeeOther
from chalicelib.web.responses import today


@dataclass(frozen=True)
class Pay:
    invoice: str
    amount: str
    method: str
    attempt: str


@dataclass(frozen=True)
class Waiting:
    wait: str


@routes.get("/{slug}/invoices/{id}/pay")
def pay_page(caller: Customer, id: str) -> Reply:
    found, _ = invoices.one(caller.store, caller.profile.id, id)
    return _pay_page(caller, found)


@routes.post("/{slug}/payments", page="/invoices")
def start_payment(caller: Customer, form: Pay) -> Reply:
    amount = int(form.amount) if form.amount.isascii() and form.amount.isdigit() else 0
    order = pay.Order(((form.invoice, amount),), form.method, form.attempt)
    try:
        payment = pay.start(caller.services, account_of(caller), order)
    except (Invalid, Conflict) as wrong:
        found, _ = invoices.one(caller.store, caller.profile.id, form.invoice)
        if found.payable <= 0:
            raise  # there is no form to show again, only the words
        return _pay_page(caller, found, wrong)
    return Away(payment.next_url) if payment.next_url else SeeOther(f"/payments/{payment.id}")


@routes.get("/{slug}/payments/{id}")
def payment(caller: Customer, id: str, query: Waiting) -> Reply:
    found = pay.look(caller.services, account_of(caller), id)
    wait = min(max(int(query.wait), 2), 60) if query.wait.isascii() and query.wait.isdigit() else 2
    return Page("payment.html", {**_payment_values(caller, found), "wait": wait})


@routes.post("/{slug}/payments/{id}/cancellation", page="/payments/{id}")
def cancel_payment(caller: Customer, id: str) -> Reply:
    pay.cancel(caller.services, account_of(caller), id)
    return SeeOther(f"/payments/{id}")


def _pay_page(caller: Customer, found: Invoice, wrong: Invalid | Conflict | None = None) -> Reply:
    """The form, with an attempt of its own; or the invoice, when there is nothing to pay on it."""
    if wrong is None and (found.payable <= 0 or not caller.company.charges_enabled):
        return SeeOther(f"/invoices/{found.id}")
    now = caller.services.now()
    errors = {}
    if wrong is not None:
        field = wrong.field if isinstance(wrong, Invalid) else ""
        errors = {field: say(caller.services, caller, wrong.text, wrong.values)}
    values = {
        "invoice": views.item(found, today(caller)),
        "amount": found.payable,
        "methods": [views.choice(one, today(caller)) for one in account_of(caller).methods],
        "attempt": caller.services.new_id(now),
        "action": caller.url("/payments"),
        "errors": errors,
    }
    return Page("pay.html", values, 200 if wrong is None else 409 if isinstance(wrong, Conflict) else 422)


def _same_again(caller: Customer, payment: Payment) -> dict[str, str]:
    """The form that sends the very same payment once more, when nobody has heard of it."""
    return {
        "action": caller.url("/payments"),
        "invoice": payment.allocations[0].invoice_id,
        "method": payment.method_id or pay.NEW_METHOD,
    }


def _payment_values(caller: Customer, payment: Payment) -> dict[str, object]:
    went_wrong = payment.state == "failed" or payment.failure
    failure = say(caller.services, caller, declines.words(payment.failure), {}) if went_wrong else None
    again = caller.url(f"/invoices/{payment.allocations[0].invoice_id}/pay")
    waiting = payment.state in ("starting", "requires_action")
    return {
        "payment": views.receipt(payment),
        "failure": failure,
        "retry": again if payment.state in ("failed", "canceled") else payment.next_url or None,
        "refresh": waiting and not payment.next_url,
        "again": _same_again(caller, payment) if rules.may_repeat(payment, caller.services.now()) else None,
        "cancel": caller.url(f"/payments/{payment.id}/cancellation") if waiting and payment.next_url else None,
    }
