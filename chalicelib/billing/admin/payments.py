"""The API of payments: what came in, online or by hand, and what goes back."""

from __future__ import annotations

from chalicelib.billing.actions import history, money_back, staff
from chalicelib.billing.admin import finding, presenting
from chalicelib.billing.admin.shapes import CreditUse, ManualPayment, PaymentList, PaymentView, Refund
from chalicelib.errors import Conflict
from chalicelib.tenants.rules.audit import changes
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.days import day_if_any
from chalicelib.web.api.ids import thing
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Listing

routes = ApiRoutes("Payments")


@routes.get("/customers/{id}/payments", "payments:read")
def list_payments(caller: Admin, id: str, query: Listing) -> PaymentList:
    """List a customer's payments, online and by hand, newest first."""
    customer = finding.account(caller, id).customer.id
    scope = f"{caller.store.tenant}#{customer}#api-payments"
    page = history.page(caller.store, customer, parts.begins(caller, scope, query.cursor), query.limit)
    shown = [presenting.payment(customer, one) for one in page.payments]
    return PaymentList(shown, parts.goes_on(caller, scope, page.last))


@routes.post(
    "/customers/{id}/payments", "payments:write", keyed="must", errors=(Conflict,),
    example={"amount": 12000, "method": "Check 1042"},
)  # fmt: skip
def enter_payment(caller: Admin, id: str, body: ManualPayment) -> PaymentView:
    """Enter money that came in by hand. The customer is mailed a receipt."""
    account = finding.account(caller, id)
    day = day_if_any("received_on", body.received_on)
    payment, at = staff.when_received(caller.services, account, caller.new_id(), day)
    wanted = finding.invoices_of(caller, account.customer.id, body.invoices) if body.invoices else None
    told = {"amount": body.amount, "method": body.method, "received_on": account.day(at).isoformat()}
    note = caller.note("payment.enter", thing(account.customer.id, payment), changes({}, told))
    made = staff.take_payment(caller.services, account, payment, body.amount, body.method, wanted, note, received_at=at)
    return presenting.payment(account.customer.id, made)


@routes.post(
    "/customers/{id}/credit-uses", "payments:write", keyed="must", errors=(Conflict,),
    example={"invoice": "ext:inv-20871", "amount": 500},
)  # fmt: skip
def use_credit(caller: Admin, id: str, body: CreditUse) -> PaymentView:
    """Pay an invoice, or a part of it, out of account credit. `more-than-due`: more than there is, or than is due."""
    account, payment = finding.account(caller, id), caller.new_id()
    invoice = finding.invoice_of(caller, account.customer.id, body.invoice)
    told = {"invoice": thing(account.customer.id, invoice), "amount": body.amount}
    note = caller.note("credit.use", thing(account.customer.id, payment), changes({}, told))
    made = staff.apply_credit(caller.services, account, payment, invoice, body.amount, note)
    return presenting.payment(account.customer.id, made)


@routes.get("/payments/{id}", "payments:read")
def read_payment(caller: Admin, id: str) -> PaymentView:
    """Read a payment, with what went where and what came back."""
    customer, payment = finding.payment(id)
    return presenting.payment(customer, history.one(caller.store, customer, payment))


@routes.post(
    "/payments/{id}/refunds", "payments:write", keyed="must", errors=(Conflict,),
    example={"amount": 500, "reason": "Service came late"},
)  # fmt: skip
def refund_payment(caller: Admin, id: str, body: Refund) -> PaymentView:
    """Give a payment or a part of it back: at Stripe, or (for money taken by hand) on paper.

    The payment comes with the refund among its `refunds`; its `state` says how far it is. `starting` and `pending` go
    on by themselves: look at the payment again. It is taken off the invoices, the last one paid first, which are owed
    again.
    """
    customer, payment = finding.payment(id)
    account = finding.account(caller, customer)
    note = caller.note("payment.refund", id, changes({}, {"amount": body.amount, "reason": body.reason or None}))
    after = money_back.ask(caller.services, account, payment, body.amount, caller.new_id(), body.reason.strip(), note)
    return presenting.payment(customer, after)
