"""The five invariants of money, held against anything that customers, Stripe, the network and dying processes do, in
any order and in between each other. `PORCHLIGHT_THOROUGH=1` tries forty times more."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import app as wiring
from chalicelib.billing.rules import Invoice
from sandbox.world import World
from tests.billing.till import ASKS_THE_BANK, DECLINES, NEW, THOROUGH, Till, check_books, quietly
from tests.billing.wire import FAULTS, Call, Killed, Wire, forgetting, nothing, on_the_wire
from tests.browser import deliver_webhook
from tests.builders import Company
from tests.conftest import Clock

CARDS = {"works": "pm_card_visa", "declines": DECLINES, "asks the bank": ASKS_THE_BANK}
CUT_INS = ["the same form", "another form", "the page", "a cancellation", "the sweep", "webhooks"]

# What goes wrong: at the how manieth call of which kind, what, and how often (both libraries repeat once at least). A
# fault of the wire, or somebody who does something in between.
CALLS = ["stripe POST", "stripe", "dynamodb TransactWriteItems", "dynamodb", ""]
trouble = st.none() | st.tuples(
    st.sampled_from(CALLS), st.integers(0, 2), st.sampled_from([*FAULTS, *CUT_INS]), st.sampled_from([1, 2, 9])
)
which = st.integers(0, 5)


class Money(RuleBasedStateMachine):
    """Customers with a saved card that works, one that declines and one that asks the bank. All may pay on Checkout."""

    tills: list[Till]
    stripe: Any
    clock: Clock

    @initialize(totals=st.lists(st.integers(50, 9_000), min_size=3, max_size=3))
    def the_company_sends_invoices(self, totals: list[int]) -> None:
        self.world: World = self.tills[0].world
        self.memory, self.on_wire = forgetting(self.world), on_the_wire(self.world)
        self.memory.__enter__()
        self.wire: Wire = self.on_wire.__enter__()
        self.charged_before = len(self.tills[0].charges())
        self.stripe.pending_webhooks()
        self.post: list[tuple[str, bytes, str]] = []
        self.forms: list[tuple[Till, Invoice, str, str]] = []
        self.opened: dict[str, str] = {}
        self.acted = self.tills[0]
        for till, total in zip(self.tills, totals, strict=True):
            invoice = till.person.invoice(total)
            # Two tabs, and one of them for a new card.
            for method in (till.saved, NEW):
                self.forms.append((till, invoice, method, till.attempt()))

    def _form(self, number: int) -> tuple[Till, Invoice, str, str]:
        form = self.forms[number % len(self.forms)]
        self.acted = form[0]
        return form

    def _does(self, form: tuple[Till, Invoice, str, str], wrong: Any, action: Callable[[], Any]) -> None:
        """With whatever goes wrong or happens meanwhile. A dead process has done what it had done."""
        if wrong is not None:
            kind, skip, what, times = wrong
            met: list[Call] = []

            def plan(_: int, call: Call) -> Any:
                if call.what.startswith(kind):
                    met.append(call)
                    if what in FAULTS and skip < len(met) <= skip + times:
                        return what
                    if what in CUT_INS and len(met) == skip + 1:
                        self._cut_in(form, what)
                return None

            self.wire.plan = plan
        with suppress(Killed):
            quietly(action)
        self.wire.heal()

    def _cut_in(self, form: tuple[Till, Invoice, str, str], what: str) -> None:
        till, invoice, method, attempt = form
        other = till.saved if method == NEW else NEW
        plan, self.wire.plan = self.wire.plan, nothing
        # A process may be slow by seconds, never by minutes.
        self.clock.forward(seconds=5)
        quietly(
            {
                "the same form": lambda: till.pays(invoice, method, attempt=attempt),
                "another form": lambda: till.pays(invoice, other),
                "the page": lambda: till.comes_back(attempt),
                "a cancellation": lambda: till.cancels(till.payment(attempt)) if self._begun(form) else None,
                "the sweep": till.sweep,
                "webhooks": lambda: self._deliver(self.stripe.pending_webhooks()),
            }[what]
        )
        self.wire.plan = plan

    def _begun(self, form: tuple[Till, Invoice, str, str]) -> bool:
        return any(payment.id == form[3] for payment in form[0].payments)

    def _deliver(self, post: list[tuple[str, bytes, str]]) -> None:
        for _, body, signature in post:
            assert deliver_webhook(wiring.app, body, signature) in (200, 503)

    # What customers do

    @rule(number=which, wrong=trouble)
    def a_form_is_sent(self, number: int, wrong: Any) -> None:
        """Again and again, from any tab: each form is one attempt."""
        form = till, invoice, method, attempt = self._form(number)
        self._does(form, wrong, lambda: till.pays(invoice, method, attempt=attempt))

    @rule(number=which, wrong=trouble)
    def a_form_is_sent_and_half_a_minute_later_again(self, number: int, wrong: Any) -> None:
        self.a_form_is_sent(number, wrong)
        self.clock.forward(seconds=31)
        self.a_form_is_sent(number, None)

    @rule(number=which)
    def a_form_is_sent_to_stripe_and_the_answer_is_lost(self, number: int) -> None:
        till, invoice, method, attempt = form = self._form(number)
        self._does(form, ("stripe POST", 0, "lost after", 2), lambda: till.pays(invoice, method, attempt=attempt))

    @rule(number=which, does=st.sampled_from(["pays", "pays with a bad card", "confirms", "refuses"]))
    def the_customer_goes_on_at_stripe(self, number: int, does: str) -> None:
        till, _, _, attempt = form = self._form(number)
        if self._begun(form):
            # A page once opened stays open in some tab.
            self.opened[attempt] = till.payment(attempt).next_url or self.opened.get(attempt, "")
        page = self.opened.get(attempt, "")
        if "/3ds/" in page:
            self.stripe.browse(page, {"answer": "fail" if does == "refuses" else "complete"})
        elif page:
            cards = {"pays with a bad card": "4000000000000002", "confirms": "4000002760003184"}
            answer = self.stripe.pay(page, cards.get(does, "4242424242424242"))
            if "/3ds/" in (answer.location or ""):
                self.stripe.browse(answer.location, {"answer": "complete"})

    @rule(number=which, wrong=trouble)
    def the_payments_page_is_opened(self, number: int, wrong: Any) -> None:
        till, _, _, attempt = form = self._form(number)
        self._does(form, wrong, lambda: till.comes_back(attempt))

    @rule(number=which, wrong=trouble)
    def a_payment_is_canceled(self, number: int, wrong: Any) -> None:
        till, _, _, attempt = form = self._form(number)
        if self._begun(form):
            self._does(form, wrong, lambda: till.cancels(till.payment(attempt)))

    # What Stripe, time and the network do

    @rule(how=st.sampled_from(["in order", "backwards", "twice", "lost"]), number=which, wrong=trouble)
    def webhooks_arrive(self, how: str, number: int, wrong: Any) -> None:
        post = self.stripe.pending_webhooks()
        arriving = {"backwards": post[::-1], "twice": post * 2, "lost": []}.get(how, post)
        self._does(self._form(number), wrong, lambda: self._deliver(arriving))

    @rule(minutes=st.sampled_from([1, 5, 16, 40, 70]), number=which, wrong=trouble)
    def time_passes_and_the_sweep_runs(self, minutes: int, number: int, wrong: Any) -> None:
        self.clock.forward(minutes=minutes)
        self.stripe.advance()
        self._does(self._form(number), wrong, self.tills[0].sweep)

    # What must hold

    @invariant()
    def nothing_is_held_beyond_what_is_owed(self) -> None:
        if hasattr(self, "wire"):
            assert self.wire.plan is nothing
            sums = self.acted.person.now.sums
            assert sums.balance >= sums.in_flight >= 0

    def teardown(self) -> None:
        if not hasattr(self, "wire"):
            return
        try:
            for minutes in (16, 16, 61, 61):
                self.clock.forward(minutes=minutes)
                self.stripe.advance()
                self.tills[0].sweep()
            self._deliver(self.stripe.pending_webhooks() * 2)
            assert not any(till.person.now.sums.in_flight for till in self.tills), "a hold hangs"
            assert all(payment.final for till in self.tills for payment in till.payments)
            assert not any(till.person.now.sums.credit for till in self.tills), "more was taken than was owed"
            check_books(*(till.person for till in self.tills), charged_before=self.charged_before)
        finally:
            self.on_wire.__exit__(None, None, None)
            self.memory.__exit__(None, None, None)


Money.TestCase.settings = settings(
    max_examples=400 if THOROUGH else 25,
    stateful_step_count=30 if THOROUGH else 12,
    suppress_health_check=list(HealthCheck),
    # Making a failure smaller takes minutes.
    phases=(Phase.generate, Phase.shrink) if THOROUGH else (Phase.generate,),
)


def test_money_is_never_charged_twice_nor_lost(evergreen: Company, clock: Clock) -> None:
    people = [evergreen.customer(card, email=f"{card[0]}@example.com", password=None, saved_card=token)
              for card, token in CARDS.items()]  # fmt: skip
    Money.tills = [Till(person, clock) for person in people]
    Money.stripe, Money.clock = evergreen.world.stripe, clock
    Money.TestCase("runTest").runTest()
