"""The page that pays all that is owed. What goes to which invoice is shown before, and posted just so."""

from __future__ import annotations

from chalicelib.billing import views
from chalicelib.billing.actions import balance
from chalicelib.billing.portal import paying
from chalicelib.billing.portal.routes import account_of, routes
from chalicelib.errors import Conflict, Invalid
from chalicelib.web.access import Customer
from chalicelib.web.replies import Page, Reply, SeeOther
from chalicelib.web.responses import today


@routes.get("/{slug}/balance")
def balance_page(caller: Customer) -> Reply:
    found = balance.offer(account_of(caller))
    only = len(found.parts) == 1 and not found.more and caller.company.shows("invoices")
    if only and paying.can_take(caller, found.total):
        return SeeOther(f"/invoices/{found.parts[0][0].id}/pay")
    return shown(caller, found)


def again(caller: Customer, sent: paying.Pay, wrong: Invalid | Conflict) -> Reply:
    """The page as it is now, with the words for what went wrong."""
    return shown(caller, balance.offer(account_of(caller)), sent, wrong)


def shown(
    caller: Customer, found: balance.Balance, sent: paying.Pay | None = None, wrong: Invalid | Conflict | None = None
) -> Reply:
    day, pending = today(caller), caller.profile.sums.pending
    values = {
        **paying.values(caller, found.total, sent, wrong),
        "parts": paying.written((invoice.id, part.amount) for invoice, part in found.parts),
        "items": [views.item(invoice, day, pending) for invoice, _ in found.parts],
        "under_way": [views.item(one, day, pending) for one in found.under_way],
        "waiting": [one for one in views.under_way(pending, day) if one.unfinished],
        "foreign": [one.number for one in found.foreign],
        "more": found.more,
        "owed_besides": max(0, -caller.profile.sums.credit),
        "can_pay": paying.can_take(caller, found.total),
    }
    return Page("balance.html", values, paying.status(wrong), path="/balance")
