"""What the forms that pay have in common: their fields, the ways to pay they offer, and what they say when refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from chalicelib.billing import rules, views
from chalicelib.billing.portal.routes import account_of
from chalicelib.billing.rules import Invoice
from chalicelib.errors import Conflict, Invalid
from chalicelib.money import least_charge
from chalicelib.web import forms
from chalicelib.web.access import Customer
from chalicelib.web.problems import say
from chalicelib.web.responses import today

# An invoice's id, a colon, an amount, a blank: room for all that one payment takes.
_LONGEST = rules.MOST_INVOICES * 45


@dataclass(frozen=True)
class Pay:
    """One invoice with the amount that was typed, or `parts`: the invoices as the page showed them. `credit` is the
    account credit that the page said there is, if it is to be used."""

    invoice: str
    amount: str
    method: str
    attempt: str
    credit: str
    keep: str
    parts: str = field(default="", metadata={forms.LONGEST: _LONGEST})


def written(parts: Iterable[tuple[str, int]]) -> str:
    """An allocation as the form carries it."""
    return " ".join(f"{id}:{amount}" for id, amount in parts)


def read_parts(sent: str) -> tuple[tuple[str, int], ...]:
    """What `written` made; () for anything else."""
    pairs = [one.partition(":") for one in sent.split(" ") if one]
    if not all(whole_number(amount) >= 0 for _, _, amount in pairs):
        return ()
    return tuple((id, whole_number(amount)) for id, _, amount in pairs)


def whole_number(text: str) -> int:
    """An amount in minor units as our own pages send it; -1 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else -1


def credit_of(caller: Customer, sent: Pay, total: int) -> int:
    """The account credit to use on this total: by the rule the page showed it by, of what the page said there was; -1,
    which nobody has, for what no page of ours says."""
    if not sent.credit:
        return 0
    if whole_number(sent.credit) < 0:
        return -1
    return rules.usable_credit(total, whole_number(sent.credit), caller.company.currency)


def can_pay(caller: Customer, invoice: Invoice) -> bool:
    """Whether an invoice's paying is offered: something is left to pay, in the company's currency, and it can be."""
    return invoice.payable > 0 and invoice.currency == caller.company.currency and can_take(caller, invoice.payable)


def may_keep(caller: Customer) -> bool:
    """Whether a new method may be kept: the company lets them, and a link alone does not prove who they are."""
    shown = caller.company.shows("add_methods") and caller.company.shows("payment_options")
    return shown and caller.session.proof != "link"


def can_take(caller: Customer, due: int) -> bool:
    """Whether so much can be paid here: the company takes payments, or account credit covers all of it."""
    account = account_of(caller)
    if 0 < due <= caller.profile.sums.credit:
        return True
    return account.can_charge and due >= least_charge(account.terms.currency)


def values(
    caller: Customer, due: int, sent: Pay | None, wrong: Invalid | Conflict | None, *fields: str
) -> dict[str, object]:
    """What both pages show: ways to pay, account credit, what was chosen before, and a fresh attempt. What is wrong is
    said at the choice of method, at one of the page's other `fields`, or above all of it."""
    account, day = account_of(caller), today(caller)
    chargeable = account.can_charge and due >= least_charge(account.terms.currency)
    credit = max(0, caller.profile.sums.credit)
    errors = {}
    if wrong is not None:
        name = wrong.field if isinstance(wrong, Invalid) and wrong.field in ("method", *fields) else ""
        errors = {name: say(caller.services, caller, wrong.text, wrong.values)}
    return {
        "amount": due,
        "credit": rules.usable_credit(due, credit, account.terms.currency),
        "credit_there": credit,
        "methods": [views.choice(one, day) for one in account.methods] if chargeable else [],
        "can_charge": chargeable,
        "banks": account.terms.currency == "USD",
        "least_charge": least_charge(account.terms.currency),
        "may_keep": may_keep(caller),
        "attempt": caller.services.new_id(caller.services.now()),
        "action": caller.url("/payments"),
        "errors": errors,
        "values": asdict(sent) if sent else {},
    }


def status(wrong: Invalid | Conflict | None) -> int:
    return 200 if wrong is None else 409 if isinstance(wrong, Conflict) else 422
