"""Pages of paying: the form of one invoice, what became of a payment, and all payments there were."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.billing import declines, rules, views
from chalicelib.billing.actions import history, invoices, pay
from chalicelib.billing.portal import balance, paying
from chalicelib.billing.portal.paying import Pay
from chalicelib.billing.portal.routes import account_of, routes
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.errors import N_, Conflict, Invalid, NotFound
from chalicelib.money import Money
from chalicelib.web import cursors
from chalicelib.web.access import Customer, must_show
from chalicelib.web.problems import say
from chalicelib.web.replies import Away, Page, Reply, SeeOther
from chalicelib.web.responses import formats, today


@dataclass(frozen=True)
class Waiting:
    """`wait` and `done` are ours; the other is what Stripe adds to the address of whoever comes back from the bank's
    check."""

    wait: str
    done: str
    payment_intent_client_secret: str


@dataclass(frozen=True)
class History:
    cursor: str


@routes.get("/{slug}/invoices/{id}/pay")
def pay_page(caller: Customer, id: str) -> Reply:
    must_show(caller, "invoices")
    found, _ = invoices.one(caller.store, caller.profile.id, id)
    if not paying.can_pay(caller, found):
        return SeeOther(f"/invoices/{found.id}")
    return _pay_page(caller, found)


@routes.get("/{slug}/payments")
def payment_list(caller: Customer, query: History) -> Reply:
    key, scope = caller.services.secrets.links, f"{caller.store.tenant}#{caller.profile.id}#payments"
    after = cursors.read(key, scope, query.cursor)
    page, day = history.page(caller.store, caller.profile.id, after), today(caller)
    values = {
        "payments": [views.payment(one, day) for one in page.payments],
        "next_cursor": cursors.write(key, scope, page.last),
        "first_page": after is None,
    }
    return Page("payments.html", values)


@routes.post("/{slug}/payments")
def start_payment(caller: Customer, form: Pay) -> Reply:
    """What the balance page or an invoice's own page asks for; the latter is hidden with the invoices."""
    if form.invoice:
        must_show(caller, "invoices")
    typed = formats(caller).read_money(form.amount)
    part = form.invoice and not form.parts
    shown = ((form.invoice, typed or 0),) if part else paying.read_parts(form.parts)
    credit = paying.credit_of(caller, form, sum(amount for _, amount in shown))
    order = pay.Order(shown, form.method, form.attempt, credit, bool(form.keep) and paying.may_keep(caller))
    try:
        payment = pay.start(caller.services, account_of(caller), order)
    except (Invalid, Conflict, NotFound) as wrong:
        return _refused(caller, form, wrong, unreadable=typed is None)
    if shown and not rules.is_for(payment, shown):
        # The form was sent before, for something else: that is the payment, and whoever sent it now must be told.
        return SeeOther(f"/payments/{payment.id}?done=before")
    return Away(payment.next_url) if payment.next_url else SeeOther(f"/payments/{payment.id}")


@routes.get("/{slug}/payments/{id}")
def payment(caller: Customer, id: str, query: Waiting) -> Reply:
    if query.payment_intent_client_secret:
        return SeeOther(f"/payments/{id}")  # a secret is nothing for an address bar, a history, a bookmark
    found, known = pay.look(caller.services, account_of(caller), id)
    wait = min(max(int(query.wait), 2), 60) if query.wait.isascii() and query.wait.isdigit() else 2
    values = {**_payment_values(caller, found, known), "wait": wait, "before": query.done == "before"}
    return Page("payment.html", values)


@routes.post("/{slug}/payments/{id}/cancellation", page="/payments/{id}")
def cancel_payment(caller: Customer, id: str) -> Reply:
    pay.cancel(caller.services, account_of(caller), id)
    return SeeOther(f"/payments/{id}")


def _refused(caller: Customer, form: Pay, wrong: Invalid | Conflict | NotFound, unreadable: bool) -> Reply:
    """The form again, as things are now, with what was typed and the words for what is wrong with it."""
    if not form.invoice:
        gone = Conflict(N_("The invoices have changed since this page was opened. Please look at them again."))
        return balance.again(caller, form, gone if isinstance(wrong, NotFound) else wrong)
    found, _ = invoices.one(caller.store, caller.profile.id, form.invoice)
    if isinstance(wrong, NotFound) or found.payable <= 0:
        raise wrong  # there is no form to show again, only the words
    if unreadable and isinstance(wrong, Invalid) and wrong.field == "amount":
        example = Money(found.payable, found.currency)
        wrong = Invalid("amount", N_("Write the amount like this: %(amount)s."), amount=example)
    return _pay_page(caller, found, form, wrong)


def _pay_page(
    caller: Customer, found: Invoice, sent: Pay | None = None, wrong: Invalid | Conflict | None = None
) -> Reply:
    least = rules.smallest(found, account_of(caller).terms)
    values = {
        **paying.values(caller, found.payable, sent, wrong, "amount" if least < found.payable else ""),
        "invoice": views.item(found, today(caller), caller.profile.sums.pending),
        "least": least if least < found.payable else None,
        "parts": paying.written([(found.id, found.payable)]),
    }
    return Page("pay.html", values, paying.status(wrong), path=f"/invoices/{found.id}/pay")


def _payment_values(caller: Customer, payment: Payment, known: bool) -> dict[str, object]:
    """`known`: it is as it is shown. Otherwise whoever has paid must not be told that they have not."""
    went_wrong = payment.state == "failed" or payment.failure
    failure = _words(caller, declines.words(payment.failure)) if went_wrong else None
    waiting = payment.state in ("starting", "requires_action")
    page = payment.next_url if known else ""
    parts, listed = payment.allocations, caller.company.shows("invoices")
    only = f"/invoices/{parts[0].invoice_id}" if listed and len(parts) == 1 else ""
    again, due_again = f"{only}/pay" if only else "/balance", only or ("/invoices" if listed else "/balance")
    return {
        "payment": views.payment(payment, today(caller), lambda text: _words(caller, text)),
        "failure": failure,
        "retry": caller.url(again) if payment.state in ("failed", "canceled") else page or None,
        "open_again": caller.url(due_again),
        "unheard": waiting and not known,
        "refresh": waiting and not page,
        "again": caller.url("/payments") if rules.may_repeat(payment, caller.services.now()) else None,
        "cancel": caller.url(f"/payments/{payment.id}/cancellation") if waiting and page else None,
    }


def _words(caller: Customer, text: str) -> str:
    return say(caller.services, caller, text, {})
