"""The API of estimates: from draft to decided, and to the invoice that is made of one."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.billing.actions.keeping import dated
from chalicelib.billing.admin import finding
from chalicelib.customers.actions import finding as people
from chalicelib.errors import Conflict, Stale
from chalicelib.estimates.actions import keeping, listing, marking, reading, sending
from chalicelib.estimates.actions.keeping import ANOTHERS
from chalicelib.estimates.admin import presenting
from chalicelib.estimates.admin.finding import estimate as find
from chalicelib.estimates.admin.shapes import (
    EstimateDelivery,
    EstimateFields,
    EstimateList,
    EstimateSearch,
    EstimateStatus,
    EstimateView,
)
from chalicelib.estimates.rules import Signing
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.ids import external
from chalicelib.web.api.replies import Sent, tagged
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import MailSent

routes = ApiRoutes("Estimates")

EXAMPLE = {
    "customer": "ext:1042",
    "external_id": "est-2114",
    "number": "2114",
    "title": "Lawn renovation",
    "issued_on": "2026-11-23",
    "expires_on": "2026-12-23",
    "lines": [
        {"description": "Aeration and overseeding", "unit_price": 94000},
        {"description": "Soil treatment", "quantity": "2", "unit_price": 15000},
    ],
    "tax": 9920,
    "tax_name": "Sales tax 8%",
}


@routes.get("/estimates", "estimates:read")
def list_estimates(caller: Admin, query: EstimateSearch) -> EstimateList:
    """List estimates, newest first; those found by `number` in the order of their numbers. What was just changed may
    take a moment to be listed. With more than one of `status`, `customer` and `number`, and with `status` pending or
    expired, a page may be short: go on while there is a `next`."""
    store, today = caller.store, caller.today()
    wanted = listing.Wanted(query.status or None, today)
    scope = f"{store.tenant}#estimates#{query.status}#{query.customer}#{query.number}"
    after, customer = parts.begins(caller, scope, query.cursor), ""
    if query.customer:
        (known,) = people.find_all(store, [query.customer])
        if known is None:
            return EstimateList([], None)
        customer = known.id
    if query.number:
        page = listing.by_number(store, query.number, customer, wanted, query.limit, after)
    elif customer:
        page = listing.of_customer(store, customer, wanted, query.limit, after)
    else:
        page = listing.of_company(store, wanted, query.limit, after)
    rows = [presenting.row(one.customer, page.names.get(one.customer, ""), one.estimate, today) for one in page.items]
    return EstimateList(rows, parts.goes_on(caller, scope, page.last))


@routes.post("/estimates", "estimates:write", errors=(Conflict,), example=EXAMPLE)
def create_estimate(caller: Admin, body: EstimateFields) -> Sent[EstimateView]:
    """Create an estimate. A draft is the company's own: its customer does not see it. A pending one waits for them;
    they are told once it is delivered.

    `external-id-taken`: another estimate has this `external_id`.
    """
    draft, account = presenting.draft(body), finding.named_account(caller, body.customer)
    id = dated(caller.services, caller.new_id(), draft.issued_on)
    keeping.create(keeping.desk(caller.services, account), id, draft, caller.note)
    return _look(caller, account.customer.id, id)


@routes.get("/estimates/{id}", "estimates:read")
def read_estimate(caller: Admin, id: str) -> Sent[EstimateView]:
    """Read an estimate: its lines and terms, how it was decided, what its customer would like changed. Its version is
    the ETag."""
    return _look(caller, *find(caller, id))


@routes.put(
    "/estimates/{id}", "estimates:write", also=(201,), versioned=True, errors=(Conflict, Stale), example=EXAMPLE
)
def change_estimate(caller: Admin, id: str, body: EstimateFields) -> Sent[EstimateView]:
    """Change an estimate; by an `ext:` id of yours that is new, create it (201). What is so already is not written
    again, so that this is safe to repeat.

    What a customer may have seen becomes another revision when it changes: who was looking at the one before is shown
    the new one before they accept. One that is won or lost does not change (`decided`): re-open it first. One that is
    issued is never a draft again (`already-issued`), and none goes to another customer (`customer-fixed`).

    Send the ETag of what you have read as If-Match where somebody else may write it too: then it is changed only if it
    is still so, or is so already (`stale`). What its customer does counts, too.
    """
    expected = caller.expected_version_if_any()
    if id.startswith(people.OWN):
        draft = presenting.draft(body, external(id))
        account = finding.named_account(caller, body.customer)
        made = dated(caller.services, caller.new_id(), draft.issued_on)
        kept = keeping.upsert(keeping.desk(caller.services, account), made, draft, caller.note, expected)
    else:
        customer, estimate = find(caller, id)
        reading.whole(caller.store, customer, estimate)
        draft, account = presenting.draft(body), finding.named_account(caller, body.customer)
        if customer != account.customer.id:
            raise Conflict(ANOTHERS, kind="customer-fixed")
        kept = keeping.change(keeping.desk(caller.services, account), estimate, draft, caller.note, expected)
    return replace(_look(caller, account.customer.id, kept.estimate.id), status=201 if kept.made else 200)


@routes.delete("/estimates/{id}", "estimates:write", errors=(Conflict,))
def delete_estimate(caller: Admin, id: str) -> None:
    """Delete a draft. An issued estimate is never deleted: mark it as lost (`already-issued`)."""
    customer, estimate = find(caller, id)
    keeping.remove(_desk(caller, customer), estimate, caller.note)


@routes.put(
    "/estimates/{id}/status",
    "estimates:write",
    errors=(Conflict,),
    example={"status": "won", "reason": "Agreed on the phone"},
)
def set_estimate_status(caller: Admin, id: str, body: EstimateStatus) -> Sent[EstimateView]:
    """Issue a draft, re-open a decided estimate, or say that one was decided elsewhere. The same again changes nothing.

    Every decision stays on record. A re-opened estimate is another revision: what its customer opened before decides
    nothing. A draft is issued before it is won or lost (`not-pending`); a decided one is re-opened before it is decided
    the other way (`decided`); one that became an invoice stays decided (`invoiced`). An expired one can be marked, and
    its customer can accept it once it has a later `expires_on`.
    """
    customer, estimate = find(caller, id)
    desk = _desk(caller, customer)
    if body.status == "pending":
        marking.open_again(desk, estimate, caller.note)
    else:
        signing = Signing(caller.request.address, "", caller.services.now())
        by = caller.actor.name or caller.actor.id
        marking.mark(desk, estimate, body.status, by, body.reason, signing, caller.note)
    return _look(caller, customer, estimate)


@routes.post("/estimates/{id}/deliveries", "estimates:write", status=202, errors=(Conflict,), example={"by": "email"})
def deliver_estimate(caller: Admin, id: str, body: EstimateDelivery) -> MailSent:
    """Send the customer a link that opens this estimate, without a password.

    It works for as many days as the settings say, and goes even where the company has turned the message off. The
    answer says where to. What became of it stands among the customer's messages.

    Not for one that does not wait for them: a draft or a decided one (`not-pending`), or one that has expired
    (`expired`); not where the customer has no address (`no-address`) or number (`no-phone`), mail to it is stopped
    (`suppressed`) or its owner answered STOP (`stopped`), or where they could not see it: the portal is off
    (`portal-off`), the customer's access is (`access-off`), or the company hides estimates (`estimates-hidden`).
    """
    customer, estimate = find(caller, id)
    account, order = finding.account(caller, customer), sending.Order(body.to, body.by)
    return MailSent(sending.deliver(caller.services, account, estimate, order, caller.note, caller.new_id()))


def _desk(caller: Admin, customer: str) -> keeping.Desk:
    return keeping.desk(caller.services, finding.account(caller, customer))


def _look(caller: Admin, customer: str, id: str) -> Sent[EstimateView]:
    """An estimate as it is now, with its version."""
    profile, whole = reading.whole(caller.store, customer, id)
    return tagged(presenting.estimate(profile, whole, caller.today()), whole.estimate.version)
