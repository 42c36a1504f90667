"""What billing needs of a payment provider, and the values that go over to it and come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.billing.rules import Back, Method, Movement, Outcome, Payment

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
    for none; the names are those that we sent along, '' where there are none."""

    id: str
    type: str
    account: str
    created: int
    tenant: str = ""
    customer: str = ""
    payment: str = ""
    intent: str = ""


class Forged(Exception):
    """A webhook without a signature of ours, or too old to be one."""


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

    def saved_methods(self, account: str, stripe_customer: str) -> Sequence[Method]: ...

    def read_event(self, body: bytes, signature: str) -> Event: ...
