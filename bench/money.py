"""What a payment costs in calls: to DynamoDB, counted at botocore, and to Stripe, counted at its transport.

Counts are exact: the same on every machine, in every run. Every page of a customer begins with one read that says who
is asking; where a figure leaves it out, it says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bench.house import NOW, SLUG, Call, House, Recorder, ask, details, event, house, nth_invoice, pay_form, payer
from bench.table import Figure, at_most, shown
from chalicelib.billing.gateway.stripe_gateway import StripeGateway
from chalicelib.billing.rules import MOST_INVOICES
from chalicelib.services import new_ulid
from sandbox import issuing
from sandbox.stripe.http import Request, Response
from sandbox.stripe.transport import InProcessClient
from sandbox.world import WEBHOOK_SECRET

SIZES = (1, 10, MOST_INVOICES)
CARD, ASKS_THE_BANK, BANK = "pm_card_visa", "pm_card_authenticationRequired", "pm_usBankAccount_success"
# What one page or action may ask of the store: one read, and one transaction or Query.
READ_AND_WRITE = 2
STRIPE = 2


@dataclass
class Till:
    """A house whose calls are all counted: the store's by `recorder`, Stripe's in `asked`, each with how many of the
    store's there were before it."""

    house: House
    recorder: Recorder
    asked: list[tuple[str, int]] = field(default_factory=list)

    def take(self) -> tuple[list[Call], list[tuple[str, int]]]:
        """What was called since the last time."""
        asked, self.asked = self.asked, []
        return self.recorder.take(), asked

    def answer(self, request: Request) -> Response:
        """Stripe's sandbox, with the request counted."""
        self.asked.append((f"{request.method} {request.path}", len(self.recorder.calls)))
        return self.house.world.stripe.answer(request)

    def owes(self, count: int, token: str = CARD) -> str:
        """The session of a customer with so many open invoices and this on file."""
        made = payer(self.house.world, self.house.store, new_ulid(NOW), token)
        sums = made.sums
        for age in range(count):
            invoice = replace(nth_invoice(age, timedelta(days=1)), paid=0)
            sums = issuing.issue(self.house.store, made.id, sums, invoice, details(invoice))
        self.webhooks()  # of what was saved
        return self.house.session(made.id)

    def pays(self, cookie: str, **chosen: str) -> str:
        """Post the form that pays all that is owed. Where the browser goes on: a path of ours, or Stripe's page."""
        page = ask(event("GET", f"/{SLUG}/balance", cookie=cookie))
        if page["statusCode"] == 303:
            page = ask(event("GET", _path(page), cookie=cookie))
        form = pay_form(page["body"], **chosen)
        self.take()
        return str(ask(event("POST", f"/{SLUG}/payments", form=form, cookie=cookie), 303)["headers"]["Location"])

    def comes_back(self, payment: str, cookie: str) -> None:
        """The customer opens the payment's page. RuntimeError if it is not paid by then."""
        page = ask(event("GET", f"/{SLUG}/payments/{payment}", cookie=cookie))["body"]
        if "Thank you" not in page:
            raise RuntimeError(f"payment {payment} was not settled")

    def webhooks(self) -> int:
        """Deliver all that Stripe has to say. How many events there were."""
        waiting = self.house.world.stripe.pending_webhooks()
        for _, body, signature in waiting:
            told = event("POST", "/stripe/webhooks")
            told["body"] = body.decode()
            told["headers"] |= {"Content-Type": "application/json", "Stripe-Signature": signature}
            told["multiValueHeaders"] = {name: [value] for name, value in told["headers"].items()}
            ask(told, 200)
        return len(waiting)

    @property
    def newest_payment(self) -> str:
        """The id that Stripe was told last."""
        intents = list(self.house.world.stripe.state.every("payment_intent"))
        return str(intents[-1]["metadata"]["payment"])


def measure() -> list[Figure]:
    with _till() as till:
        return [
            _balance_page(till),
            *(figure for count in SIZES for figure in _start_and_settle(till, count)),
            _webhook(till),
            *_stripe_calls(till),
        ]


@contextmanager
def _till() -> Iterator[Till]:
    with house() as made, Recorder(made.services) as recorder:
        till, services = Till(made, recorder), made.services
        services.payments = StripeGateway(
            services.secrets.stripe_key, services.secrets.stripe_webhooks, made.world.stripe.url,
            InProcessClient(till.answer),
        )  # fmt: skip
        made.world.stripe.add_webhook("https://portal.example.com/stripe/webhooks", WEBHOOK_SECRET, connect=True)
        yield till


# The store


def _balance_page(till: Till) -> Figure:
    request = event("GET", f"/{SLUG}/balance", cookie=till.owes(MOST_INVOICES))
    ask(request)
    till.take()
    ask(request)
    calls, _ = till.take()
    how = f"with {MOST_INVOICES} invoices, the session's read among them: {_words(calls)}"
    return at_most("money.balance_page_calls", len(calls), 2, "calls", how)


def _start_and_settle(till: Till, count: int) -> list[Figure]:
    """A new card on Checkout: begun by the form, settled by the page that the customer comes back to."""
    cookie = till.owes(count)
    page = till.pays(cookie, method="new")
    calls, asked = till.take()
    before = calls[1 : asked[0][1]]
    noted = calls[asked[-1][1] :]
    till.house.world.stripe.pay(page)
    payment = till.newest_payment
    till.take()
    till.comes_back(payment, cookie)
    after = till.take()[0][1:]
    words = f"{count} invoice{'s' if count > 1 else ''}"
    start = (
        f"{words}, beside the session's read, before Stripe is asked: {_words(before)}; and its answer, noted: "
        f"{_words(noted)}"
    )
    settle = f"{words}, beside the session's read, on the page come back to: {_words(after)}"
    return [
        at_most(f"money.start_calls_{count}", len(before), READ_AND_WRITE, "calls", start),
        at_most(f"money.settle_calls_{count}", len(after), READ_AND_WRITE, "calls", settle),
    ]


def _webhook(till: Till) -> Figure:
    """The same by an event, nobody having come back."""
    till.webhooks()
    till.house.world.stripe.pay(till.pays(till.owes(10), method="new"))
    till.take()
    events = till.webhooks()
    calls, _ = till.take()
    how = f"10 invoices settled by webhooks alone, all {events} events of the payment together: {_words(calls)}"
    return shown("money.webhook_calls", len(calls), "calls", how)


def _words(calls: list[Call]) -> str:
    """'BatchGetItem of 12, TransactWriteItems of 13'."""
    return ", ".join(f"{one.operation} of {size}" if (size := _size(one)) else one.operation for one in calls) or "none"


def _size(call: Call) -> int:
    if call.operation == "BatchGetItem":
        return sum(len(table["Keys"]) for table in call.asked["RequestItems"].values())
    return len(call.asked.get("TransactItems", ()))


# Stripe


WAYS = {
    "saved_card": "a saved card, charged at once",
    "saved_card_asked": "a saved card whose bank asks the customer",
    "checkout": "a new card on Checkout",
    "bank_debit": "a saved bank account, days later",
}


def _stripe_calls(till: Till) -> Iterator[Figure]:
    """Whole payments: the customer comes back and the events come after, or every event comes before."""
    for name, what in WAYS.items():
        asked = _whole(till, name, events_first=False)
        how = f"{what}; the page come back to and then all events included: {', '.join(asked)}"
        yield at_most(f"money.stripe_calls_{name}", len(asked), STRIPE, "calls", how)
        asked = _whole(till, name, events_first=True)
        how = f"{what}; each event at once, before the customer is back, and each asks until the payment is final"
        yield shown(f"money.stripe_calls_{name}_events_first", len(asked), "calls", how)


def _whole(till: Till, way: str, *, events_first: bool) -> list[str]:
    """What Stripe was asked for one payment from the form on."""
    stripe = till.house.world.stripe
    cookie = till.owes(1, {"saved_card_asked": ASKS_THE_BANK, "bank_debit": BANK}.get(way, CARD))
    page = till.pays(cookie, **({"method": "new"} if way == "checkout" else {}))
    if events_first:
        till.webhooks()
    if way == "saved_card_asked":
        stripe.browse(page, {"answer": "complete"})
    elif way == "checkout":
        stripe.pay(page)
    elif way == "bank_debit":
        stripe.advance(NOW + timedelta(days=7))
    if events_first:
        till.webhooks()
    till.comes_back(till.newest_payment, cookie)
    till.webhooks()
    stripe.advance(NOW)
    # An id would differ from run to run.
    return [re.sub(r"/(pi|cs_test)_\w+", "/…", one) for one, _ in till.take()[1]]


def _path(answer: dict[str, Any]) -> str:
    location = str(answer["headers"]["Location"])
    return location[location.index(f"/{SLUG}") :]
