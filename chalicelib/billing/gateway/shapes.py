"""What billing needs of a payment provider, and the values that go over to it and come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.billing.rules import Back, Method, Movement, Outcome, Payment
from chalicelib.billing.rules.audit import GoneBack, Taken
from chalicelib.billing.rules.connection import Connection
from chalicelib.billing.rules.methods import BillingDetails, MethodKind

# The failure of a payment that Stripe would not even begin; the bank had no say in it.
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays whom: the connected account, and the names that go into Stripe's metadata so that an event finds us."""

    account: str
    tenant: str
    customer: str
    email: str
    stripe_customer: str


@dataclass(frozen=True, slots=True)
class Event:
    """A verified webhook event, only as far as it says where to look. `intent` is the payment intent it is about, ''
    for none; the names are those that we sent along, '' where there are none; `stripe_customer` is whose thing it is,
    or was, and `mode` a Checkout session's."""

    id: str
    type: str
    account: str
    created: int
    tenant: str = ""
    customer: str = ""
    payment: str = ""
    intent: str = ""
    stripe_customer: str = ""
    mode: str = ""


class Refused(Exception):
    """Stripe will not do this with what is on file. `left`: how many tries it says are left, None if it does not."""

    def __init__(self, code: str, left: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.left = left


class Forged(Exception):
    """A webhook without a signature of ours, or too old to be one."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A Stripe account to be made for a company. The same again, `key` and all, is the same account; `country` is two
    letters or ''."""

    key: str
    tenant: str
    name: str
    email: str
    country: str


@dataclass(frozen=True, slots=True)
class Activity:
    """What an account took and gave back since some day."""

    taken: tuple[Taken, ...]
    gone_back: tuple[GoneBack, ...]


class Gateway(Protocol):
    """What billing needs of a payment provider."""

    def charge(self, payer: Payer, payment: Payment, return_url: str) -> Outcome: ...

    def open_checkout(
        self, payer: Payer, payment: Payment, success_url: str, cancel_url: str, title: str, expires: datetime
    ) -> Outcome: ...

    def look(self, payer: Payer, payment: Payment) -> Outcome: ...

    def cancel(self, payer: Payer, payment: Payment) -> None: ...

    def refund(self, payer: Payer, payment: Payment, back: Back) -> Movement: ...

    def movements(self, payer: Payer, payment: Payment) -> Sequence[Movement]: ...

    def names_of(self, account: str, intent: str) -> tuple[str, str, str]: ...

    def new_customer(self, payer: Payer, name: str) -> str: ...

    def owner_of(self, account: str, stripe_customer: str) -> tuple[str, str]: ...

    def saved_methods(self, account: str, stripe_customer: str) -> Sequence[Method]: ...

    def open_setup(self, payer: Payer, kind: MethodKind, currency: str, success_url: str, cancel_url: str) -> str: ...

    def set_default(self, account: str, stripe_customer: str, method_id: str) -> None: ...

    def billing_of(self, account: str, method_id: str) -> BillingDetails: ...

    def update_method(
        self, account: str, method: Method, billing: BillingDetails, expiry: tuple[int, int] | None
    ) -> None: ...

    def remove_method(self, account: str, method: Method) -> None: ...

    def verify_deposit(self, account: str, setup: str, code: str, amounts: Sequence[int]) -> None: ...

    def make_account(self, wanted: NewAccount) -> str: ...

    def onboarding_link(self, account: str, back: str) -> str: ...

    def account(self, account: str) -> Connection | None: ...

    def activity(self, account: str, tenant: str, since: datetime) -> Activity | None: ...

    def read_event(self, body: bytes, signature: str) -> Event: ...
