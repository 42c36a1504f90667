"""Pages of the wallet: what is on file, one card or bank account, and what may be changed of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from chalicelib.billing.actions import wallet
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.portal.routes import account_of, routes
from chalicelib.billing.rules import Method
from chalicelib.billing.rules.methods import BillingDetails, Deposit, MethodKind, MethodState
from chalicelib.errors import Conflict, Invalid, NotFound, StepUpDue, Unavailable, Unreachable
from chalicelib.tenants.rules import Permission
from chalicelib.web.access import Customer, must_show
from chalicelib.web.errors import STATUS
from chalicelib.web.problems import form_errors, say
from chalicelib.web.replies import Away, Page, Reply, SeeOther
from chalicelib.web.responses import today

SILENT, _ = STATUS[Unreachable]
NOTES = ("card", "bank", "deposit", "default", "saved", "verified", "removed", "gone", "confirmed", "nothing")


@dataclass(frozen=True)
class Done:
    done: str


@dataclass(frozen=True)
class Added:
    kind: str


@dataclass(frozen=True)
class Details:
    expiry: str
    name: str
    line1: str
    line2: str
    city: str
    state: str
    postal_code: str


@dataclass(frozen=True)
class Answer:
    code: str
    amount1: str
    amount2: str


@dataclass(frozen=True, slots=True)
class WalletItem:
    """A card or bank account as pages show it."""

    id: str
    brand: str
    last4: str
    kind: MethodKind
    expires: str
    expired: bool
    expires_soon: bool
    is_default: bool
    state: MethodState
    deposit: Deposit
    arrives_on: date | None
    verify_by: date | None
    tries_left: int


@dataclass(frozen=True, slots=True)
class Busy:
    """The payment under way that needs a card or bank account."""

    payment: str
    amount: int


@routes.get("/{slug}/wallet")
def wallet_page(caller: Customer, query: Done) -> Reply:
    account = _wallet(caller)
    if wallet.leaving(account):
        # A removal of which nobody heard the end: what is on file, Stripe knows.
        with suppress(Unavailable):
            account = wallet.refresh(caller.services, account)
    values = {
        "methods": [item(one, today(caller)) for one in wallet.shown(account)],
        "done": _note(query.done),
        "closed": not account.can_charge,
        **_adding(caller, account),
    }
    return Page("wallet.html", values)


@routes.get("/{slug}/wallet/cards")
@routes.get("/{slug}/wallet/bank-accounts")
def adding_address(caller: Customer) -> Reply:
    """A form's own address, typed, reloaded, or after signing in: hidden with the form."""
    _wallet(caller, "add_methods")
    return SeeOther("/wallet")


@routes.post("/{slug}/wallet/cards")
def add_card(caller: Customer) -> Reply:
    return _add(caller, "card")


@routes.post("/{slug}/wallet/bank-accounts")
def add_bank_account(caller: Customer) -> Reply:
    return _add(caller, "bank")


@routes.get("/{slug}/wallet/added")
def added(caller: Customer, query: Added) -> Reply:
    """Back from Stripe's page: Stripe is asked what is on file now, whoever comes here."""
    account = _wallet(caller)
    kind: MethodKind = "bank" if query.kind == "bank" else "card"
    before = {one.id for one in account.on_file}
    try:
        account = wallet.refresh(caller.services, account)
    except Unavailable:
        return SeeOther("/wallet?done=nothing")
    found = [one for one in wallet.shown(account) if one.kind == kind]
    # Stripe's event may have been faster, and then nothing is new.
    states = [one.state for one in found if one.id not in before] or [one.state for one in found]
    done = "deposit" if "unverified" in states else kind if states else "nothing"
    return SeeOther(f"/wallet?done={done}")


@routes.get("/{slug}/wallet/{id}")
def method_page(caller: Customer, id: str, query: Done) -> Reply:
    account = _wallet(caller)
    method = wallet.one(account, id)
    busy = wallet.needed_by(account.customer, id)
    values = {
        "method": item(method, today(caller)),
        "done": _note(query.done),
        "busy": Busy(busy.payment, busy.amount - busy.credit) if busy else None,
        "can_remove": caller.company.shows("delete_methods"),
        "failure": say(caller.services, caller, wallet.over(method).text, {}) if method.state == "failed" else "",
        **_adding(caller, account),
    }
    return Page("wallet_method.html", values)


@routes.get("/{slug}/wallet/{id}/default")
def default_address(caller: Customer, id: str) -> Reply:
    return SeeOther(f"/wallet/{wallet.one(_wallet(caller), id).id}")


@routes.post("/{slug}/wallet/{id}/default")
def make_default(caller: Customer, id: str) -> Reply:
    wallet.make_default(caller.services, _wallet(caller, change=True), id)
    return SeeOther(f"/wallet/{id}?done=default")


@routes.get("/{slug}/wallet/{id}/details")
def details_page(caller: Customer, id: str) -> Reply:
    account = _wallet(caller, change=True)
    method = _proven(account, id)
    try:
        told = wallet.billing(caller.services, account, id)
    except Unreachable as silent:
        # Without what is there now there is no form: saved, it would take away all that it does not show.
        return _details_page(caller, method, None, _said(caller, silent))
    typed = Details(method.expires, told.name, told.line1, told.line2, told.city, told.state, told.postal_code)
    return _details_page(caller, method, typed, {})


@routes.post("/{slug}/wallet/{id}/details")
def change_details(caller: Customer, id: str, form: Details) -> Reply:
    account = _wallet(caller, change=True)
    method = _proven(account, id)
    try:
        # The country stays what it was: our forms don't ask for it.
        country = wallet.billing(caller.services, account, id).country
        told = BillingDetails(
            form.name.strip(), form.line1.strip(), form.line2.strip(), form.city.strip(), form.state.strip(),
            form.postal_code.strip(), country,
        )  # fmt: skip
        wallet.update(caller.services, account, id, form.expiry, told)
    except Invalid as wrong:
        return _details_page(caller, method, form, form_errors(caller, wrong), 422)
    except Unreachable as silent:
        return _details_page(caller, method, form, _said(caller, silent), SILENT)
    return SeeOther(f"/wallet/{id}?done=saved")


@routes.get("/{slug}/wallet/{id}/verification")
def verification_page(caller: Customer, id: str) -> Reply:
    method = wallet.one(_wallet(caller, change=True), id)
    if method.state != "unverified":
        return SeeOther(f"/wallet/{id}")
    return _verification_page(caller, method, Answer("", "", ""), {})


@routes.post("/{slug}/wallet/{id}/verification")
def verify(caller: Customer, id: str, form: Answer) -> Reply:
    account = _wallet(caller, change=True)
    try:
        wallet.verify(caller.services, account, id, form.code, (form.amount1, form.amount2))
    except Invalid as wrong:
        method = wallet.one(wallet.fresh(account), id)
        return _verification_page(caller, method, form, form_errors(caller, wrong), 422)
    except Unreachable as silent:
        method = wallet.one(wallet.fresh(account), id)
        return _verification_page(caller, method, form, _said(caller, silent), SILENT)
    except Conflict:
        return SeeOther(f"/wallet/{id}")
    return SeeOther(f"/wallet/{id}?done=verified")


@routes.get("/{slug}/wallet/{id}/removal")
def removal_address(caller: Customer, id: str) -> Reply:
    return SeeOther(f"/wallet/{wallet.one(_wallet(caller, 'delete_methods'), id).id}")


@routes.post("/{slug}/wallet/{id}/removal")
def remove(caller: Customer, id: str) -> Reply:
    removed = wallet.remove(caller.services, _wallet(caller, "delete_methods", change=True), id)
    return SeeOther(f"/wallet?done={'removed' if removed else 'gone'}")


def item(method: Method, day: date) -> WalletItem:
    return WalletItem(
        method.id, method.brand, method.last4, method.kind, method.expires, method.expired(day),
        method.expires_soon(day), method.is_default, method.state, method.deposit, method.arrives_on,
        method.verify_by, method.tries_left,
    )  # fmt: skip


def _wallet(caller: Customer, *also: Permission, change: bool = False) -> BillingAccount:
    """The wallet, as far as the company shows it. NotFound: what is hidden is not there. StepUpDue: a mailed link
    shows, and changes nothing."""
    must_show(caller, "payment_options", *also)
    if change and caller.session.proof == "link":
        raise StepUpDue()
    return account_of(caller)


def _adding(caller: Customer, account: BillingAccount) -> dict[str, bool]:
    """What may be added, with this company and now."""
    can = account.can_charge and caller.company.shows("add_methods")
    return {"can_add": can, "can_add_bank": can and caller.company.currency == "USD"}


def _add(caller: Customer, kind: MethodKind) -> Reply:
    account = _wallet(caller, "add_methods", change=True)
    address = caller.services.settings.portal
    back, done = address(caller.company.slug, "/wallet"), address(caller.company.slug, f"/wallet/added?kind={kind}")
    return Away(wallet.add(caller.services, account, kind, done, back))


def _proven(account: BillingAccount, method_id: str) -> Method:
    """One whose details Stripe lets be changed: it does not before a bank account is verified."""
    method = wallet.one(account, method_id)
    if method.state != "ready":
        raise NotFound()
    return method


def _said(caller: Customer, silent: Unreachable) -> dict[str, str]:
    """What stands above a form that nobody could take, or show."""
    return {"": say(caller.services, caller, silent.text, silent.values)}


def _details_page(
    caller: Customer, method: Method, typed: Details | None, errors: dict[str, str], status: int = 200
) -> Page:
    values = {"method": item(method, today(caller)), "typed": typed, "errors": errors}
    return Page("wallet_details.html", values, status)


def _verification_page(
    caller: Customer, method: Method, typed: Answer, errors: dict[str, str], status: int = 200
) -> Page:
    values = {"method": item(method, today(caller)), "typed": typed, "errors": errors}
    return Page("wallet_verification.html", values, status)


def _note(done: str) -> str:
    return done if done in NOTES else ""
