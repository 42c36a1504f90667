"""The API of invoices: from draft to paid, void or written off."""

from __future__ import annotations

from chalicelib.billing.actions import delivering, invoices, keeping, listing, staff
from chalicelib.billing.actions.keeping import ANOTHERS
from chalicelib.billing.admin import finding, presenting
from chalicelib.billing.admin.shapes import (
    Credit,
    Delivery,
    InvoiceFields,
    InvoiceList,
    InvoiceSearch,
    InvoiceView,
    StatusSetting,
)
from chalicelib.customers.actions import finding as people
from chalicelib.errors import Conflict
from chalicelib.tenants.rules.audit import Change
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.ids import external, thing
from chalicelib.web.api.replies import Sent
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import MailSent

routes = ApiRoutes("Invoices")

EXAMPLE = {
    "customer": "ext:1042",
    "external_id": "inv-20871",
    "number": "20871",
    "title": "Quarterly pest control",
    "issued_on": "2026-11-23",
    "due_on": "2026-12-07",
    "lines": [{"description": "Perimeter treatment", "quantity": "1.5", "unit_price": 8000}],
    "tax": 960,
    "tax_name": "Sales tax 8%",
}


@routes.get("/invoices", "invoices:read")
def list_invoices(caller: Admin, query: InvoiceSearch) -> InvoiceList:
    """List invoices, newest first; those found by `number` in the order of their numbers. What was just changed may
    take a moment to be listed. With more than one of `status`, `customer` and `number` a page may be short: go on
    while there is a `next`."""
    store, status = caller.store, query.status or None
    scope = f"{store.tenant}#invoices#{query.status}#{query.customer}#{query.number}"
    after, customer = parts.begins(caller, scope, query.cursor), ""
    if query.customer:
        (known,) = people.find_all(store, [query.customer])
        if known is None:
            return InvoiceList([], None)
        customer = known.id
    if query.number:
        page = listing.by_number(store, query.number, customer, status, query.limit, after)
    elif customer:
        page = listing.of_customer(store, customer, status, query.limit, after)
    else:
        page = listing.of_company(store, status, query.limit, after)
    rows = [presenting.row(one.customer, page.names.get(one.customer, ""), one.invoice) for one in page.items]
    return InvoiceList(rows, parts.goes_on(caller, scope, page.last))


@routes.post("/invoices", "invoices:write", errors=(Conflict,), example=EXAMPLE)
def create_invoice(caller: Admin, body: InvoiceFields) -> InvoiceView:
    """Create an invoice. A draft is the company's own: it owes nothing, and its customer does not see it.

    `external-id-taken`: another invoice has this `external_id`.
    """
    draft, account = presenting.draft(body), finding.named_account(caller, body.customer)
    id = keeping.dated(caller.services, caller.new_id(), draft.issued_on)
    kept = keeping.create(account, id, draft, caller.note)
    return presenting.invoice(account.customer, kept.invoice, kept.details)


@routes.get("/invoices/{id}", "invoices:read")
def read_invoice(caller: Admin, id: str) -> InvoiceView:
    """Read an invoice, with its lines and what payments did to it."""
    return _look(caller, *finding.invoice(caller, id))


@routes.put("/invoices/{id}", "invoices:write", also=(201,), errors=(Conflict,), example=EXAMPLE)
def change_invoice(caller: Admin, id: str, body: InvoiceFields) -> Sent[InvoiceView]:
    """Change an invoice; by an `ext:` id of yours that is new, create it (201). What is so already is not written
    again, so that this is safe to repeat.

    A draft may change wholly; so may an open invoice that no money has touched, but for its customer. With money on it
    (paid, credited, on its way) its number and issue date stay (`has-payments`), and its total may not fall below that
    money (`below-paid`, which says how much it is). One that is paid, void or written off does not change
    (`invoice-closed`), one that is issued is never a draft again (`already-issued`), and none goes to another customer
    (`customer-fixed`). `changeable` of an invoice says which of these hold.
    """
    if id.startswith(people.OWN):
        draft = presenting.draft(body, external(id))
        account = finding.named_account(caller, body.customer)
        made = keeping.dated(caller.services, caller.new_id(), draft.issued_on)
        kept = keeping.upsert(account, made, draft, caller.note)
    else:
        customer, invoice = finding.invoice(caller, id)
        invoices.whole(caller.store, customer, invoice)
        draft, account = presenting.draft(body), finding.named_account(caller, body.customer)
        if customer != account.customer.id:
            raise Conflict(ANOTHERS, kind="customer-fixed")
        kept = keeping.change(account, invoice, draft, caller.note)
    view = presenting.invoice(account.customer, kept.invoice, kept.details)
    return Sent(view, status=201 if kept.made else 200)


@routes.delete("/invoices/{id}", "invoices:write", errors=(Conflict,))
def delete_invoice(caller: Admin, id: str) -> None:
    """Delete a draft. An issued invoice is never deleted: void it (`already-issued`)."""
    customer, invoice = finding.invoice(caller, id)
    keeping.remove(finding.account(caller, customer), invoice, caller.note)


@routes.put("/invoices/{id}/status", "invoices:write", errors=(Conflict,), example={"status": "void"})
def set_invoice_status(caller: Admin, id: str, body: StatusSetting) -> InvoiceView:
    """Issue a draft, or void or write off an open invoice. The same again changes nothing.

    What was paid on a voided invoice becomes account credit; written off, it stays, and the rest is given up. Neither
    can be while a payment is under way or being refunded (`under-way`), and neither is ever undone (`invoice-closed`).
    """
    customer, invoice = finding.invoice(caller, id)
    account, target = finding.account(caller, customer), thing(customer, invoice)
    if body.status == "open":
        staff.issue(account, invoice, caller.note("invoice.issue", target, [Change("status", "draft", "open")]))
    elif body.status == "void":
        note = caller.note("invoice.void", target, [Change("status", "open", "void")])
        staff.void(caller.services, account, invoice, note)
    else:
        note = caller.note("invoice.write_off", target, [Change("status", "open", "written_off")])
        staff.write_off(account, invoice, note)
    return _look(caller, customer, invoice)


@routes.post("/invoices/{id}/credits", "invoices:write", keyed="must", errors=(Conflict,), example={"amount": 500})
def credit_invoice(caller: Admin, id: str, body: Credit) -> InvoiceView:
    """Take something off what is owed on an open invoice: a credit note. `more-than-due`: at most what is due and not
    on its way, and the answer says how much that is."""
    customer, invoice = finding.invoice(caller, id)
    note = caller.note("invoice.credit", thing(customer, invoice), [Change("credit_note", None, body.amount)])
    account = finding.account(caller, customer)
    staff.credit(caller.services, account, invoice, body.amount, caller.new_id(), note)
    return _look(caller, customer, invoice)


@routes.post(
    "/invoices/{id}/deliveries",
    "invoices:write",
    status=202,
    errors=(Conflict,),
    example={"by": "email", "as": "invoice"},
)
def deliver_invoice(caller: Admin, id: str, body: Delivery) -> MailSent:
    """Send the customer a link that opens this invoice, without a password.

    It works for as many days as the settings say, and goes even where the company has turned the message off. The
    answer says where to. What became of it stands among the customer's messages.

    Not for drafts and void invoices (`invoice-not-open`), nor a reminder of one with nothing due that is not on its way
    (`nothing-due`); not where the customer has no address (`no-address`) or number (`no-phone`), mail to it is stopped
    (`suppressed`) or its owner answered STOP (`stopped`), or where they could not see it: the portal is off
    (`portal-off`), the customer's access is (`access-off`), or the company hides invoices (`invoices-hidden`).
    """
    customer, invoice = finding.invoice(caller, id)
    account = finding.account(caller, customer)
    order = delivering.Order(body.to, body.by, body.as_)
    return MailSent(delivering.deliver(caller.services, account, invoice, order, caller.note, caller.new_id()))


def _look(caller: Admin, customer: str, id: str) -> InvoiceView:
    return presenting.invoice(*invoices.whole(caller.store, customer, id))
