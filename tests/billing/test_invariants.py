"""The five invariants of money, held against anything that customers, Stripe, the network and dying processes can do,
in any order. `PORCHLIGHT_THOROUGH=1` tries a hundred times more."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

import app as wiring
from chalicelib.billing.rules import Invoice
from sandbox import world as sandbox_world
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.world import WEBHOOK_SECRET
from tests.billing.till import ASKS_THE_BANK, DECLINES, NEW, THOROUGH, Till, check_books, quietly
from tests.billing.wire import FAULTS, Killed, Wire, forgetting, on_the_wire
from tests.browser import deliver_webhook
from tests.builders import a_company
from tests.conftest import Clock

CARDS = {"works": "pm_card_visa", "declines": DECLINES, "asks the bank": ASKS_THE_BANK}


class Shared:
    """One world for all examples: what an example writes is forgotten after it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.stripe = StripeSandbox(self.clock, deliver="manual", signing_clock=lambda: datetime.now(UTC))
        self.stripe.add_webhook("http://localhost:8000/stripe/webhooks", WEBHOOK_SECRET, connect=True)
        self.world = sandbox_world.build(clock=self.clock, stripe=self.stripe)
        object.__setattr__(self.world.services.tables, "sleep", lambda seconds: None)
        company = a_company(self.world, "Evergreen Pest & Lawn", "evergreen")
        people = {card: company.customer(card, email=f"{card[0]}@example.com", password=None, saved_card=token)
                  for card, token in CARDS.items()}  # fmt: skip
        self.tills = {card: Till(person, self.clock) for card, person in people.items()}


class Money(RuleBasedStateMachine):
    """Customers whose saved cards work, decline and ask the bank; all may also use a new card on Checkout."""

    shared: Shared
    invoices: Bundle[tuple[Till, Invoice]] = Bundle("invoices")
    forms: Bundle[tuple[Till, Invoice, str, str]] = Bundle("forms")

    @initialize()
    def begins(self) -> None:
        shared = type(self).shared
        self.memory = forgetting(shared.world)
        self.memory.__enter__()
        self.stripe, self.clock, self.tills = shared.stripe, shared.clock, shared.tills
        self.charged_before = len(
            self.stripe.state.charges(next(iter(self.tills.values())).company.company.stripe_account)
        )
        self.stripe.faults.clear()
        self.stripe.pending_webhooks()
        self.wire_memory = on_the_wire(shared.world)
        self.wire: Wire = self.wire_memory.__enter__()
        self.post: list[tuple[str, bytes, str]] = []
        self.pages: list[tuple[Till, str]] = []

    def _does(self, action: Any, *arguments: Any, **named: Any) -> Any:
        """With whatever goes wrong meanwhile; a dead process has done what it had done."""
        done = None
        with suppress(Killed):
            done = quietly(action, *arguments, **named)
        self.wire.heal()
        return None if isinstance(done, Exception) else done

    # What customers do

    @rule(target=invoices, card=st.sampled_from(sorted(CARDS)), total=st.integers(50, 90_000))
    def the_company_sends_an_invoice(self, card: str, total: int) -> tuple[Till, Invoice]:
        till = self.tills[card]
        return till, till.person.invoice(total)

    @rule(target=forms, which=invoices, new=st.booleans())
    def a_form_is_opened(self, which: tuple[Till, Invoice], new: bool) -> tuple[Till, Invoice, str, str]:
        till, invoice = which
        return till, invoice, NEW if new else till.saved, till.attempt()

    @rule(form=forms)
    def it_is_sent(self, form: tuple[Till, Invoice, str, str]) -> None:
        """Again and again, from any tab: each form is one attempt."""
        till, invoice, method, attempt = form
        if self._does(till.pays, invoice, method, attempt=attempt):
            self.pages.append((till, attempt))

    @rule(form=forms)
    def it_is_sent_twice(self, form: tuple[Till, Invoice, str, str]) -> None:
        self.it_is_sent(form)
        self.it_is_sent(form)

    @precondition(lambda self: self.pages)
    @rule(data=st.data(), does=st.sampled_from(["pays", "pays with a bad card", "confirms", "refuses"]))
    def the_customer_goes_on_at_stripe(self, data: st.DataObject, does: str) -> None:
        till, attempt = data.draw(st.sampled_from(self.pages))
        page = till.payment(attempt).next_url
        if "/3ds/" in page:
            self.stripe.browse(page, {"answer": "fail" if does == "refuses" else "complete"})
        elif page:
            card = {"pays with a bad card": "4000000000000002", "confirms": "4000002760003184"}.get(does)
            answer = self.stripe.pay(page, card) if card else self.stripe.pay(page)
            if does == "confirms" and "/3ds/" in (answer.location or ""):
                self.stripe.browse(answer.location, {"answer": "complete"})

    @precondition(lambda self: self.pages)
    @rule(data=st.data(), cancels=st.booleans())
    def the_payments_page_is_opened(self, data: st.DataObject, cancels: bool) -> None:
        till, attempt = data.draw(st.sampled_from(self.pages))
        self._does(till.comes_back, attempt)
        if cancels:
            self._does(lambda: till.cancels(till.payment(attempt)))

    # What Stripe, time and the network do

    @rule(how=st.sampled_from(["in order", "backwards", "twice", "lost", "later"]))
    def webhooks_arrive(self, how: str) -> None:
        self.post += self.stripe.pending_webhooks()
        if how == "later":
            return
        for _, body, signature in {"backwards": self.post[::-1], "twice": self.post * 2, "lost": []}.get(
            how, self.post
        ):
            with suppress(Killed):
                assert deliver_webhook(wiring.app, body, signature) in (200, 503)
            self.wire.heal()
        self.post.clear()

    @rule(minutes=st.sampled_from([1, 3, 16, 40, 70]))
    def time_passes(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)
        self.stripe.advance()

    @rule()
    def the_sweep_runs(self) -> None:
        self._does(self.tills["works"].sweep)

    @rule(after=st.integers(0, 13), fault=st.sampled_from(FAULTS))
    def something_goes_wrong(self, after: int, fault: Any) -> None:
        """With the call after so many."""
        self.wire.fails(len(self.wire.calls) + after, fault)

    @rule(after=st.booleans())
    def stripe_is_down(self, after: bool) -> None:
        self.wire.down("stripe", "lost after" if after else "lost before", times=2)

    # What must hold

    @invariant()
    def no_invoice_has_more_paid_and_in_flight_than_its_total(self) -> None:
        if not hasattr(self, "tills") or self.wire.plan.__qualname__ != "nothing":
            return
        for till in self.tills.values():
            sums = till.person.now.sums
            assert sums.balance >= sums.in_flight >= 0

    def teardown(self) -> None:
        if not hasattr(self, "memory"):
            return
        try:
            self.wire.heal()
            tills = list(self.tills.values())
            for minutes in (16, 16, 61, 61):
                self.clock.forward(minutes=minutes)
                self.stripe.advance()
                tills[0].sweep()
            self.webhooks_arrive("twice")
            assert not any(till.person.now.sums.in_flight for till in tills), "a hold hangs"
            assert all(payment.final for till in tills for payment in till.payments)
            check_books(*(till.person for till in tills), charged_before=self.charged_before)
        finally:
            self.wire_memory.__exit__(None, None, None)
            self.memory.__exit__(None, None, None)


Money.TestCase.settings = settings(
    max_examples=2_000 if THOROUGH else 20,
    stateful_step_count=40 if THOROUGH else 16,
    suppress_health_check=list(HealthCheck),
)


def test_money_is_never_charged_twice_nor_lost() -> None:
    Money.shared = Shared()
    try:
        Money.TestCase("runTest").runTest()
    finally:
        Money.shared.world.close()
