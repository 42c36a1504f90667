"""Ways in that staff send a customer: an invite, and a link to choose a password. Each stands in the audit trail."""

from __future__ import annotations

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers.actions import finding, link, password, people
from chalicelib.customers.records import profile
from chalicelib.customers.rules import Customer
from chalicelib.errors import Conflict
from chalicelib.messages import standard
from chalicelib.messages.actions import stopped
from chalicelib.messages.records import templates
from chalicelib.messages.rules.template import Choice, goes_by
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Change

INVITE = "portal_invite"


def check_open(company: Company) -> None:
    """Conflict where an invite would lead nowhere."""
    if not company.slug:
        raise Conflict("Your portal has no address yet. Choose one first.", kind="no-address")
    if not company.on:
        raise Conflict("Your portal is turned off. Turn it on first.", kind="portal-off")


def invite(services: Services, company: Company, which: str, id: str, note: Note) -> str:
    """Send the customer a way in, by mail or SMS as the company has its invite set. The address that it goes to, or the
    number. The same `id` again sends nothing new."""
    store = services.tables.for_tenant(company.id)
    customer = _let_in(store, which)
    (decided,) = store.get(templates.template_key(store, INVITE))
    to = invite_goes_to(templates.to_choice(decided), customer)
    if not to:
        raise _nowhere(templates.to_choice(decided))
    if to != customer.email:
        stopped.must_take_texts(services, to, company.locale)
    entry = note("access.invite", customer.id, [Change("to", None, to)])
    noted = profile.invited(store, customer, services.now())
    try:
        link.send(services, store, customer, template=INVITE, by="", link_id=id, also=[noted, entry])
    except ConditionFailed:
        raise _off() from None
    return to


def invite_goes_to(choice: Choice, customer: Customer) -> str:
    """The address of a customer's invite, or the number where it goes by SMS only; '' for nowhere. `choice` is what the
    company has decided of its invite."""
    template = standard.template(INVITE)
    mail = customer.email if goes_by(template, choice, "email") else ""
    return mail or (customer.phone if goes_by(template, choice, "sms") else "")


def _nowhere(choice: Choice) -> Conflict:
    template = standard.template(INVITE)
    if goes_by(template, choice, "email"):
        return Conflict("This customer has no e-mail address. Add one to a contact first.", kind="no-email")
    if goes_by(template, choice, "sms"):
        return Conflict("This customer has no phone number. Add one to a contact first.", kind="no-phone")
    return Conflict("The invite is turned off, its e-mail and its SMS. Turn one on under Messages.", kind="turned-off")


def send_reset(services: Services, store: Store, which: str, id: str, note: Note) -> str:
    """Mail the customer a link to choose a new password. The address it goes to. The same `id` sends nothing twice."""
    customer = _let_in(store, which)
    if not customer.email:
        raise Conflict("This customer has no e-mail address. Add one to a contact first.", kind="no-email")
    known = people.known([customer], customer.email)
    entry = note("access.send-reset", customer.id, [Change("to", None, customer.email)])
    login = _login_of_the_mailbox(store, customer)
    password.mail_reset(services, store, login, known, customer.language or "en", id, [entry])
    return customer.email


def _login_of_the_mailbox(store: Store, customer: Customer) -> str:
    """The login that a mail to the customer may set the password of: theirs if nobody else's account is behind it, else
    the address itself."""
    known = password.logins(store, (customer.login,)) if customer.login else {}
    alone = all(one == customer.id for login in known.values() for one in login.customers)
    return customer.login if customer.login and alone else customer.email


def _let_in(store: Store, which: str) -> Customer:
    customer = finding.find(store, which)
    if not customer.access:
        raise _off()
    return customer


def _off() -> Conflict:
    return Conflict("Portal access of this customer is turned off. Turn it on first.", kind="access-off")
