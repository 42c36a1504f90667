"""The five invariants of money, held against anything that customers, staff, Stripe, banks, the network and dying
processes do, in any order and in between each other. `PORCHLIGHT_THOROUGH=1` tries forty times more."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import stripe
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import app as wiring
from chalicelib.billing.actions import pay, staff
from chalicelib.billing.rules import Draft, Invoice, Line, Payment
from sandbox.world import World
from tests.billing.till import ASKS_THE_BANK, BANK, DECLINES, NEW, RETURNING_BANK, THOROUGH, Till, check_books, quietly
from tests.billing.wire import FAULTS, Call, Killed, Wire, forgetting, nothing, on_the_wire
from tests.browser import deliver_webhook
from tests.builders import Company
from tests.conftest import Clock

CARDS = {"works": "pm_card_visa", "declines": DECLINES, "asks the bank": ASKS_THE_BANK}
AT_CHECKOUT = {"pays": "4242424242424242", "pays with a bad card": "4000000000000002", "confirms": "4000002760003184",
               "pays, and refunds fail": "4000000000005126", "pays and disputes": "4000000000000259"}  # fmt: skip
BANKS = {"debits": BANK, "debits, and it comes back": RETURNING_BANK, "debits, and disputes later": "000555555559"}
CUT_INS = ["the same again", "another payment", "the page", "a cancellation", "the sweep", "webhooks", "a void",
           "a refund", "cash", "a change", "an upsert"]  # fmt: skip
# Of money that went back at Stripe only Stripe can tell: it delivers these for three days, so none is lost for ever.
MONEY_BACK = ("refund.", "charge.refund", "charge.dispute.")

# What goes wrong: at the how manieth call of which kind, what, and how often (both libraries repeat once at least). A
# fault of the wire, or somebody who does something in between.
CALLS = ["stripe POST", "stripe", "dynamodb TransactWriteItems", "dynamodb", ""]
trouble = (
    st.none()
    | st.none()
    | st.tuples(
        st.sampled_from(CALLS), st.integers(0, 2), st.sampled_from([*FAULTS, *CUT_INS]), st.sampled_from([1, 2, 9])
    )
)
which = st.integers(0, 5)
Post = list[tuple[str, bytes, str]]
Thing = TypeVar("Thing")


def one_of(things: Sequence[Thing], number: int) -> Thing | None:
    return things[number % len(things)] if things else None


class Money(RuleBasedStateMachine):
    """Customers with a saved card that works, one that declines and one that asks the bank. All may pay on Checkout,
    and have paid by card and by bank before."""

    tills: list[Till]
    stripe: Any
    clock: Clock

    @initialize(totals=st.lists(st.integers(50, 9_000), min_size=3, max_size=3))
    def the_company_sends_invoices(self, totals: list[int]) -> None:
        self.world: World = self.tills[0].world
        self.memory, self.on_wire, self.started = forgetting(self.world), on_the_wire(self.world), self.clock.time
        self.memory.__enter__()
        self.wire: Wire = self.on_wire.__enter__()
        self.late: Post = []
        self.forms: list[tuple[Till, pay.Order]] = []
        self.refunds: list[tuple[Till, Payment, int, str]] = []
        self.pages: dict[str, str] = {}
        self.acted = self.tills[0]
        for till, total in zip(self.tills, totals, strict=True):
            invoice = till.person.invoice(total)
            # Two tabs, and one of them for a new card.
            for method in (till.saved, NEW):
                self.forms.append((till, pay.Order(((invoice.id, total),), method, till.attempt())))

    # Who, and what goes wrong meanwhile

    def _till(self, number: int) -> Till:
        self.acted = self.tills[number % len(self.tills)]
        return self.acted

    def _form(self, number: int) -> tuple[Till, pay.Order]:
        # The latest first: they are of more interest than those that have long been sent.
        form = self.forms[-1 - number % len(self.forms)]
        self.acted = form[0]
        return form

    def _does(self, till: Till, wrong: Any, action: Callable[[], Any]) -> None:
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
                        self._cut_in(till, action, what)
                return None

            self.wire.plan = plan
        with suppress(Killed):
            quietly(action)
        self.wire.heal()

    def _cut_in(self, till: Till, action: Callable[[], Any], what: str) -> None:
        plan, self.wire.plan = self.wire.plan, nothing
        # A process may be slow by seconds, never by minutes.
        self.clock.forward(seconds=5)
        invoice, payment = one_of(till.invoices, 0), one_of(till.payments, 0)
        meanwhile: dict[str, Callable[[], object]] = {
            "the same again": action,
            "another payment": lambda: till.orders(till.owed, till.saved),
            "the page": lambda: payment and till.comes_back(payment),
            "a cancellation": lambda: payment and till.cancels(payment),
            "the sweep": till.sweep,
            "webhooks": lambda: self._deliver(self.stripe.pending_webhooks()),
            "a void": lambda: invoice and till.void(invoice),
            "a refund": lambda: payment and till.gets_back(payment, max(1, payment.refundable)),
            "cash": lambda: till.hands_over(700),
            "a change": lambda: invoice and till.changes(invoice, total=4_000),
            "an upsert": lambda: till.sends(self._draft(till, "kept", 5_000, True)),
        }
        quietly(meanwhile[what])
        self.wire.plan = plan

    def _deliver(self, post: Post) -> None:
        for one in post:
            if deliver_webhook(wiring.app, one[1], one[2]) != 200:
                self.late.append(one)

    # What customers do

    @rule(
        number=which,
        what=st.sampled_from(["one invoice", "a part", "the balance", "the balance"]),
        share=st.integers(10, 90),
        method=st.sampled_from(["saved", "saved", *AT_CHECKOUT, *BANKS, "leaves the page"]),
        credit=st.booleans(),
        wrong=trouble,
    )
    def a_customer_pays(self, number: int, what: str, share: int, method: str, credit: bool, wrong: Any) -> None:
        """What the page shows now, and sent at once; the form may be sent again."""
        till = self._till(number)
        shown = till.owed
        if shown and what != "the balance":
            id, due = shown[number % len(shown)]
            shown = ((id, due * share // 100 if what == "a part" else due),)
        free = max(0, till.person.now.sums.credit)
        used = min(free, sum(amount for _, amount in shown)) if credit else 0
        form = till, pay.Order(shown, till.saved if method == "saved" else NEW, till.attempt(), used)
        self.forms.append(form)
        self._sends(form, wrong)
        if method not in ("saved", "leaves the page"):
            self._goes_on(form, method)

    def _sends(self, form: tuple[Till, pay.Order], wrong: Any) -> None:
        till, order = form
        self._does(till, wrong, lambda: pay.start(self.world.services, till.account, order))

    @rule(number=which, how=st.sampled_from(["again", "and half a minute later again", "unanswered"]), wrong=trouble)
    def a_form_is_sent(self, number: int, how: str, wrong: Any) -> None:
        """Again and again, from any tab: each form is one attempt."""
        form = self._form(number)
        self._sends(form, ("stripe POST", 0, "lost after", 2) if how == "unanswered" else wrong)
        if how == "and half a minute later again":
            self.clock.forward(seconds=31)
            self._sends(form, None)

    @rule(number=which, does=st.sampled_from([*AT_CHECKOUT, *BANKS, "refuses"]))
    def the_customer_goes_on_at_stripe(self, number: int, does: str) -> None:
        self._goes_on(self._form(number), does)

    def _goes_on(self, form: tuple[Till, pay.Order], does: str) -> None:
        till, order = form
        for one in till.payments:
            if one.id == order.attempt and one.next_url:
                # A page once opened stays open in some tab.
                self.pages[one.id] = one.next_url
        page = self.pages.get(order.attempt, "")
        if "/3ds/" in page:
            self.stripe.browse(page, {"answer": "fail" if does == "refuses" else "complete"})
        elif page:
            card, bank = AT_CHECKOUT.get(does, "4242424242424242"), BANKS.get(does)
            answer = self.stripe.pay(page, card, bank=bank)
            if "/3ds/" in (answer.location or ""):
                self.stripe.browse(answer.location, {"answer": "complete"})

    @rule(number=which, does=st.sampled_from([pay.look, pay.cancel]), wrong=trouble)
    def a_payments_page_is_opened_or_canceled(self, number: int, does: Any, wrong: Any) -> None:
        till, order = self._form(number)
        self._does(till, wrong, lambda: does(self.world.services, till.account, order.attempt))

    # What the company does

    def _invoice(self, number: int) -> tuple[Till, Invoice]:
        till = self._till(number)
        invoices = till.invoices
        return till, invoices[-1 - number // 3 % len(invoices)]

    @rule(number=which, what=st.sampled_from(["new", "void", "written off", "less"]), share=st.integers(1, 100),
          wrong=trouble)  # fmt: skip
    def an_invoice_changes(self, number: int, what: str, share: int, wrong: Any) -> None:
        till, invoice = self._invoice(number)
        if what == "new":
            till.person.invoice(90 * share)
        else:
            amount, note = invoice.total * share // 100, till.attempt()
            changes: dict[str, Callable[[], object]] = {
                "void": lambda: till.void(invoice),
                "written off": lambda: till.write_off(invoice),
                "less": lambda: till.credits(invoice, amount, note),
            }
            self._does(till, wrong, changes[what])

    def _draft(self, till: Till, name: str, total: int, issued: bool) -> Draft:
        """What the company's software sends, by an id of its own or ('') by none."""
        day, line = till.clock().date(), Line("Lawn care", "1", total, total)
        external = f"{name}-{till.person.id}" if name else ""
        return Draft("500", day, day, (line,), issued=issued, external_id=external)

    @rule(number=which, name=st.sampled_from(["", "kept", "other"]), total=st.integers(0, 9_000), issued=st.booleans(),
          wrong=trouble)  # fmt: skip
    def the_companys_software_sends_an_invoice(
        self, number: int, name: str, total: int, issued: bool, wrong: Any
    ) -> None:
        till = self._till(number)
        draft = self._draft(till, name, total, issued)
        self._does(till, wrong, lambda: till.sends(draft))

    @rule(number=which, what=st.sampled_from(["total", "number", "issued", "deleted"]), total=st.integers(0, 12_000),
          wrong=trouble)  # fmt: skip
    def staff_changes_an_invoice(self, number: int, what: str, total: int, wrong: Any) -> None:
        till, invoice = self._invoice(number)
        changes: dict[str, Callable[[], object]] = {
            "total": lambda: till.changes(invoice, total=total),
            "number": lambda: till.changes(invoice, number=f"{invoice.number}b"),
            "issued": lambda: till.issues(invoice),
            "deleted": lambda: till.deletes(invoice),
        }
        self._does(till, wrong, changes[what])

    @rule(number=which, amount=st.integers(1, 12_000), to=st.sampled_from(["all", "one", "credit"]), wrong=trouble)
    def staff_enters_a_payment(self, number: int, amount: int, to: str, wrong: Any) -> None:
        """Cash, or account credit for an invoice."""
        till, invoice = self._invoice(number)
        id, account = till.attempt(), till.account
        part = min(account.customer.sums.credit, invoice.payable)
        ways: dict[str, Callable[[], object]] = {
            "all": lambda: till.hands_over(amount, id=id),
            "one": lambda: till.hands_over(amount, id=id, to=[invoice]),
            "credit": lambda: staff.apply_credit(self.world.services, account, id, invoice.id, part),
        }
        self._does(till, wrong, ways[to])

    @rule(number=which, place=which, share=st.sampled_from([10, 50, 100, 130]), again=st.booleans(), wrong=trouble)
    def a_payment_is_refunded(self, number: int, place: int, share: int, again: bool, wrong: Any) -> None:
        till = self._till(number)
        payment = one_of([one for one in till.payments if one.refundable], place)
        if payment and not (again and self.refunds):
            self.refunds.append((till, payment, max(1, payment.refundable * share // 100), till.attempt()))
        if self.refunds:
            till, payment, amount, id = self.refunds[-1]
            self._does(till, wrong, lambda: till.gets_back(payment, amount, id))

    # What Stripe, banks, time and the network do

    @rule(number=which, share=st.sampled_from([10, 50, 100]),
          what=st.sampled_from(["refund", "dispute", "dispute", "won", "lost"]))  # fmt: skip
    def money_moves_at_stripe(self, number: int, share: int, what: Any) -> None:
        account: Any = {"stripe_account": self.tills[0].company.company.stripe_account}
        mine = self.stripe.state.world(account["stripe_account"])
        charge = one_of([one for one in self.tills[0].charges()[::-1] if not one["refunded"]], number)
        dispute = one_of([one for one in mine.all("dispute") if one["status"] == "needs_response"], number)
        if what == "refund" and charge:
            amount: Any = max(1, (charge["amount"] - charge["amount_refunded"]) * share // 100)
            with suppress(stripe.InvalidRequestError):
                self.stripe.client().v1.refunds.create({"charge": charge["id"], "amount": amount}, account)
        elif what == "dispute" and charge and not charge["disputed"]:
            self.stripe.dispute(charge["id"])
        elif what in ("won", "lost") and dispute:
            self.stripe.close_dispute(dispute["id"], what)

    @rule(how=st.sampled_from(["in order", "backwards", "twice", "lost"]), number=which, wrong=trouble)
    def webhooks_arrive(self, how: str, number: int, wrong: Any) -> None:
        post = self.stripe.pending_webhooks()
        if how == "lost":
            self.late += [one for one in post if json.loads(one[1])["type"].startswith(MONEY_BACK)]
            return
        arriving = {"backwards": post[::-1], "twice": post * 2}.get(how, post)
        # Whatever is not answered for comes again.
        self.late += arriving
        self._does(self._till(number), wrong, lambda: self._deliver(arriving))

    @rule(minutes=st.sampled_from([1, 5, 16, 40, 70, 6_000]), number=which, wrong=trouble)
    def time_passes_and_the_sweep_runs(self, minutes: int, number: int, wrong: Any) -> None:
        self.clock.forward(minutes=minutes)
        self.stripe.advance()
        till = self._till(number)
        self._does(till, wrong, till.sweep)

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
            self._ends()
        finally:
            self.on_wire.__exit__(None, None, None)
            self.memory.__exit__(None, None, None)
            self.clock.time = self.started

    def _ends(self) -> None:
        for minutes in (16, 16, 61, 61, 4_400, 4_400):
            self.clock.forward(minutes=minutes)
            self.stripe.advance()
            self.tills[0].sweep()
        post, self.late = [*self.stripe.pending_webhooks(), *self.late], []
        self._deliver(post * 2)
        assert not self.late
        for till in self.tills:
            assert till.quiet, "something hangs"
            # More was never taken than was owed: only what is handed over may be too much.
            assert not any(one.to_credit for one in till.payments if one.account)
        check_books(*(till.person for till in self.tills))


Money.TestCase.settings = settings(
    max_examples=400 if THOROUGH else 16,
    stateful_step_count=30 if THOROUGH else 20,
    suppress_health_check=list(HealthCheck),
    # Making a failure smaller takes minutes.
    phases=(Phase.generate, Phase.shrink) if THOROUGH else (Phase.generate,),
)


def test_money_is_never_charged_twice_nor_lost(evergreen: Company, clock: Clock) -> None:
    people = [evergreen.customer(card, email=f"{card[0]}@example.com", password=None, saved_card=token)
              for card, token in CARDS.items()]  # fmt: skip
    Money.tills = [Till(person, clock) for person in people]
    Money.stripe, Money.clock = evergreen.world.stripe, clock
    for till in Money.tills:
        for bank in ("", BANK):
            till.person.invoice(3_000)
            till.at_checkout(till.orders(till.owed, NEW), bank=bank)
        till.hands_over(700)
    clock.forward(days=7)
    evergreen.world.stripe.advance()
    assert Money.tills[0].sweep() == 6 and all(till.quiet for till in Money.tills)
    evergreen.world.stripe.pending_webhooks()
    Money.TestCase("runTest").runTest()
