"""A customer's cards and bank accounts on file. Stripe has the truth; what pages need is copied onto the profile.

The copy is written on condition of the one that was read before Stripe was asked, so that an older answer never
replaces a newer one, and nothing that was removed comes back.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.aws.store import ConditionFailed
from chalicelib.billing import records
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.gateway import Event, Refused
from chalicelib.billing.rules import Method
from chalicelib.billing.rules import methods as rules
from chalicelib.billing.rules.methods import BillingDetails, MethodKind
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer, Pending
from chalicelib.errors import N_, Conflict, Invalid, NotAllowed, NotFound, Unavailable
from chalicelib.money import Money
from chalicelib.services import Services
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants.throttle import Limit, throttle

log = logging.getLogger(__name__)

TRIES = 5
HOUR = 60 * 60
HEARD = (
    "setup_intent.succeeded", "setup_intent.requires_action", "setup_intent.setup_failed", "setup_intent.canceled",
    "payment_method.attached", "payment_method.detached", "payment_method.updated",
    "payment_method.automatically_updated", "customer.updated", "customer.deleted",
)  # fmt: skip


# What is there


def shown(account: BillingAccount) -> tuple[Method, ...]:
    """All that is on file and stays there, the default first."""
    return tuple(one for one in account.on_file if not one.leaving)


def one(account: BillingAccount, method_id: str) -> Method:
    """A card or bank account of this customer's. NotFound: unknown, or somebody else's."""
    for method in shown(account):
        if method.id == method_id:
            return method
    raise NotFound()


def needed_by(customer: Customer, method_id: str) -> Pending | None:
    """The payment under way that needs a method."""
    return next((one for one in customer.sums.pending if one.method_id == method_id), None)


def leaving(account: BillingAccount) -> bool:
    """Whether a removal has begun and nobody has heard how it ended."""
    return any(one.leaving for one in account.on_file)


def billing(services: Services, account: BillingAccount, method_id: str) -> BillingDetails:
    """The name and address of one, from Stripe: they are kept nowhere else."""
    method = one(account, method_id)
    try:
        return services.payments.billing_of(account.customer.stripe_account, method.id)
    except Refused:
        raise _gone(services, account, method) from None


# Changing it


def add(services: Services, account: BillingAccount, kind: MethodKind, success_url: str, cancel_url: str) -> str:
    """Where a card or bank account can be added: Stripe's page. NotAllowed: not with this company, or not now."""
    if not account.can_charge or (kind == "bank" and account.company.currency != "USD"):
        raise NotAllowed(N_("Cards and bank accounts can't be added online just now. Please contact us."))
    throttle(services, account.store, Limit("wallet", account.customer.id, 20, HOUR))
    account = known_at_stripe(services, account)
    payer = account.payer_at(account.company.stripe_account)
    try:
        if payer.stripe_customer:
            return services.payments.open_setup(payer, kind, account.company.currency, success_url, cancel_url)
    except Refused as refused:
        log.error("Stripe refused a page to add a %s at %s: %s", kind, payer.account, refused.code)
    raise NotAllowed(N_("Cards and bank accounts can't be added online just now. Please contact us."))


def make_default(services: Services, account: BillingAccount, method_id: str) -> None:
    """Say what is chosen first when something is paid. Conflict: it can't be paid with."""
    method = one(account, method_id)
    if not method.usable:
        raise Conflict(N_("This bank account isn't verified yet. Verify it first."))
    if method.expired(account.day(services.now())):
        raise Conflict(N_("This card has expired. Change its date first, or choose another card."))
    customer = account.customer
    try:
        services.payments.set_default(customer.stripe_account, customer.stripe_customer, method.id)
    except Refused:
        raise _gone(services, account, method) from None
    refresh(services, account)


def update(services: Services, account: BillingAccount, method_id: str, expiry: str, told: BillingDetails) -> None:
    """A card's new date, and the billing name and address. Invalid: not a date, or Stripe doesn't take it."""
    method = one(account, method_id)
    date = rules.read_expiry(expiry, account.day(services.now())) if method.kind == "card" else None
    try:
        services.payments.update_method(account.customer.stripe_account, method, told, date)
    except Refused as refused:
        if "exp" in refused.code:
            raise Invalid("expiry", N_("The card network didn't take this date. Check it on your card.")) from None
        refreshed = refresh(services, account)
        one(refreshed, method_id)
        raise Invalid("", N_("This couldn't be saved. Check the name and address, and try again.")) from None
    refresh(services, account)


def remove(services: Services, account: BillingAccount, method_id: str) -> bool:
    """Take a card or bank account off file, for good. False: it was not there, by the click before, say. Conflict: a
    payment under way needs it.

    It is marked in the copy first, on condition of the very sums that payments begin on: a payment that begins at the
    same moment is seen here, or finds the method gone.
    """
    method = _mark(services, account, method_id)
    if method is None:
        return False
    stripe_account, answered = account.customer.stripe_account, True
    try:
        services.payments.remove_method(stripe_account, method)
    except Unavailable:
        answered = False
    account = refresh(services, fresh(account), ended=method_id)
    if any(one.id == method_id for one in account.on_file):
        log.warning("method %s is still on file (%s)", method_id, "refused" if answered else "no answer")
        raise Unavailable(N_("This couldn't be removed just now, and is still on file. Please try again in a minute."))
    return True


def _mark(services: Services, account: BillingAccount, method_id: str) -> Method | None:
    for _ in range(TRIES):
        account = fresh(account)
        customer = account.customer
        method = next((one for one in account.on_file if one.id == method_id), None)
        if method is None:
            return None
        if busy := needed_by(customer, method_id):
            amount = Money(busy.amount - busy.credit, account.company.currency)
            raise Conflict(
                N_("A payment of %(amount)s with it is under way. You can remove it when that payment is done."),
                amount=amount,
            )
        kept = records.from_methods(rules.leave(account.on_file, method_id, services.now()))
        try:
            account.store.write(customers.mark_methods(account.store, customer, kept))
        except ConditionFailed:
            continue
        return method
    raise Unavailable()


def verify(services: Services, account: BillingAccount, method_id: str, code: str, amounts: Sequence[str]) -> None:
    """Prove a bank account by what its deposit said. Invalid: wrong, and how many tries are left, or nothing that
    could be right, which spends none. Conflict: too late or too often, and it must be added again."""
    method = one(account, method_id)
    if method.state == "ready":
        return
    if method.state == "failed":
        raise over(method)
    typed, cents = "", tuple[int, ...]()
    if method.deposit == "amounts":
        cents = tuple(rules.read_cents(text, f"amount{n}") for n, text in enumerate(amounts, start=1))
    else:
        typed = rules.read_code(code)
    try:
        services.payments.verify_deposit(account.customer.stripe_account, method.setup, typed, cents)
    except Refused as refused:
        if refused.code == "mismatch":
            left = max(method.tries_left - 1, 0) if refused.left is None else refused.left
            _count(account, method, left)
            raise Invalid(
                "" if cents else "code",  # which of the two is wrong, nobody says
                N_("That isn't what the bank was sent. Tries left: %(left)s."),
                left=left,
            ) from None
        # Over; or somebody was faster, in another tab or on Stripe's own page.
        now = one(refresh(services, account), method_id)
        if now.state == "unverified":
            raise Invalid("", N_("This couldn't be checked. Look at your bank statement again.")) from None
        if now.state == "failed":
            raise over(now) from None
        return
    refresh(services, account)


def over(method: Method) -> Conflict:
    """Why a bank account can't be verified any more, and what to do."""
    if method.failure == "timeout":
        return Conflict(N_("The time to verify this bank account is over. Please add it again."))
    if method.failure == "attempts_exceeded":
        return Conflict(
            N_("There were too many wrong tries, so this bank account can't be verified. Please add it again.")
        )
    return Conflict(N_("This bank account couldn't be verified. Please add it again."))


def _count(account: BillingAccount, method: Method, left: int) -> None:
    counted = [replace(one, tries_left=left) if one.id == method.id else one for one in account.on_file]
    try:
        account.store.write(customers.copy_methods(account.store, account.customer, records.from_methods(counted)))
    except ConditionFailed:
        log.info("the tries left of %s were not noted: a newer copy was", method.id)


def _gone(services: Services, account: BillingAccount, method: Method) -> Exception:
    """What to say when Stripe does not know a method of our copy: the copy is renewed, and the page is no more."""
    if any(one.id == method.id for one in shown(refresh(services, account))):
        return Unavailable()
    return NotFound()


# The copy


def refresh(services: Services, account: BillingAccount, ended: str = "") -> BillingAccount:
    """The account with what Stripe has on file now, kept on the profile. `ended`: the method whose removal is over."""
    for _ in range(TRIES):
        customer, known = account.customer, records.to_methods(account.customer.methods)
        if not customer.stripe_customer:
            return account
        found = services.payments.saved_methods(customer.stripe_account, customer.stripe_customer)
        found = _with_default(services, account, found, {one.id for one in known if one.leaving} - {ended})
        kept = records.from_methods(rules.renew(known, found, services.now(), ended))
        if kept == customer.methods:
            return account
        try:
            item = account.store.write(customers.copy_methods(account.store, customer, kept))
        except ConditionFailed:
            account = fresh(account)
            continue
        return replace(account, customer=customers.to_customer(item))
    raise Unavailable()


def _with_default(
    services: Services, account: BillingAccount, found: Sequence[Method], going: set[str]
) -> Sequence[Method]:
    """The methods with a default among them, named at Stripe: the first one added, or the next after a removal."""
    staying = [one for one in found if one.id not in going]
    if any(one.is_default for one in found):
        return found
    next_one = rules.heir(staying, account.day(services.now()))
    if next_one is None:
        return found
    customer = account.customer
    try:
        services.payments.set_default(customer.stripe_account, customer.stripe_customer, next_one.id)
    except Refused:
        return found  # it has just gone; who took it away will look again
    return [replace(one, is_default=one.id == next_one.id) for one in found]


def fresh(account: BillingAccount) -> BillingAccount:
    """The account as the store has it now."""
    (item,) = account.store.get(customers.profile_key(account.store, account.customer.id))
    if item is None:
        raise NotFound()
    return replace(account, customer=customers.to_customer(item))


def known_at_stripe(services: Services, account: BillingAccount) -> BillingAccount:
    """The account with its customer known at the company's Stripe account, made there now if need be; as it was if
    Stripe won't. Two tabs end with the same one."""
    for _ in range(TRIES):
        payer = account.payer_at(account.company.stripe_account)
        if payer.stripe_customer:
            return account
        try:
            made = services.payments.new_customer(payer, account.customer.name)
        except Refused as refused:
            log.error("Stripe refused a customer at %s: %s", payer.account, refused.code)
            return account
        try:
            note = customers.know_at_stripe(account.store, account.customer, payer.account, made)
            return replace(account, customer=customers.to_customer(account.store.write(note)))
        except ConditionFailed:
            account = fresh(account)
    raise Unavailable()


# Stripe's events


def hears(event: Event) -> bool:
    """Whether an event is about what is on file. A Checkout page that takes a payment is not."""
    return event.type in HEARD or (event.type == "checkout.session.completed" and event.mode == "setup")


def take(services: Services, tenant: str, event: Event) -> str:
    """Renew the copy of whom the event is about. It only mirrors, so that an event may come twice, late or never."""
    named = (event.tenant, event.customer)
    if not all(named) and event.stripe_customer:
        named = services.payments.owner_of(event.account, event.stripe_customer)
    if not all(named):
        return "ignored"
    if named[0] != tenant:
        log.warning("event %s names a company that its account is not of", event.id)
        return "foreign"
    store = services.tables.for_tenant(tenant)
    profile, company = store.get(customers.profile_key(store, named[1]), tenant_records.company_key(store))
    if profile is None or company is None:
        return "unknown"
    customer = customers.to_customer(profile)
    if (customer.stripe_account, customer.stripe_customer) != (event.account, event.stripe_customer):
        return "foreign"
    account = BillingAccount(store, tenant_records.to_company(company), customer)
    if event.type == "customer.deleted":
        return _forget(account)
    refresh(services, account)
    return "refreshed"


def _forget(account: BillingAccount) -> str:
    """The company has deleted the customer at Stripe: whoever pays next is made there anew."""
    try:
        account.store.write(customers.know_at_stripe(account.store, account.customer, None, None))
    except ConditionFailed:
        return "repeated"
    return "forgotten"
