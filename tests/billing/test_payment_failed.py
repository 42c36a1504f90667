"""A payment that failed is told by a message where the customer was not there to see it: once, and never of what the
page has just told them."""

from __future__ import annotations

import json

import pytest

import app as wiring
from chalicelib.billing.rules import Payment
from chalicelib.customers import records as customers
from chalicelib.messages import actions as messages
from chalicelib.messages.records import templates
from chalicelib.messages.rules.template import Choice
from sandbox.world import queued, sent_mail, sent_texts
from tests.billing.till import ASKS_THE_BANK, BANK, DECLINES, NEW, RETURNING_BANK, Till, check_books, outbox
from tests.billing.wire import Call, Wire, forgetting
from tests.builders import Company
from tests.conftest import Clock


@pytest.fixture
def lee(evergreen: Company, clock: Clock) -> Till:
    """Somebody whose bank wants to check each payment."""
    made = evergreen.customer("Lee Park", email="lee@example.com", password=None, saved_card=ASKS_THE_BANK)
    return Till(made, clock)


@pytest.fixture
def sam(evergreen: Company, clock: Clock) -> Till:
    """Somebody whose card is declined."""
    made = evergreen.customer("Sam Okafor", email="sam@example.com", password=None, saved_card=DECLINES)
    return Till(made, clock)


def fails_at_the_bank(till: Till) -> Payment:
    payment = till.pays(till.person.invoice(12_000), till.saved)
    till.world.stripe.browse(payment.next_url, {"answer": "fail"})
    return payment


def standing(till: Till) -> list[str]:
    """Those about payments that failed, as the outbox has them."""
    return [row["state"] for row in outbox(till.person, "failed-")]


def why(till: Till) -> str:
    (row,) = outbox(till.person, "failed-")
    words: str = json.loads(row["body"])["values"]["payment"]["why"]
    return words


def time_passes(till: Till, minutes: float = 5) -> None:
    """The sweep hands over what is due, and the worker sends it."""
    till.clock.forward(minutes=minutes)
    messages.sweep(till.world.services)
    for _ in range(2):  # an SMS beside a mail comes after it
        for body in queued(till.world.outputs):
            messages.deliver(till.world.services, body["tenant"], body["customer"], body["message"])


# Told


def test_who_never_came_back_from_the_bank_is_told_once(lee: Till) -> None:
    payment = fails_at_the_bank(lee)
    assert lee.webhooks(wiring.app)
    assert lee.payment(payment).state == "failed"
    for _ in range(3):
        time_passes(lee)
    (mail,) = (one.raw_data.replace("=\n", "") for one in sent_mail())
    assert "To: lee@example.com" in mail and "$120.00" in mail and "nothing was charged" in mail
    assert standing(lee) == ["sent"]
    check_books(lee.person)


def test_its_link_leads_to_the_payment(lee: Till) -> None:
    payment = fails_at_the_bank(lee)
    lee.webhooks(wiring.app)
    (row,) = outbox(lee.person, "failed-")
    assert json.loads(row["body"])["path"] == f"/payments/{payment.id}"


def test_a_check_that_nobody_finished_says_what_to_do(lee: Till) -> None:
    lee.pays(lee.person.invoice(), lee.saved)
    lee.time_passes()
    assert lee.payments[0].state == "canceled"
    assert why(lee).startswith("Your bank wants to check that it's you.")
    check_books(lee.person)


def test_a_payment_that_was_being_checked_and_came_to_nothing_is_told(dana: Till) -> None:
    """The page said that we were still looking, and to wait."""
    dana.world.stripe.faults.timeout_before(times=2)
    dana.pays(dana.person.invoice(), dana.saved)
    dana.time_passes()
    assert dana.payments[0].state == "canceled"
    assert why(dana).startswith("We got no answer from the card network")


def test_a_decline_whose_answer_was_lost_is_told(sam: Till, wire: Wire) -> None:
    wire.down("stripe POST", "lost after")
    sam.pays(sam.person.invoice(), sam.saved)
    wire.heal()
    sam.time_passes()
    assert sam.payments[0].state == "failed" and standing(sam) == ["pending"]
    check_books(sam.person)


def test_a_customer_with_a_number_alone_is_told_by_sms_if_the_company_wants_it(lee: Till) -> None:
    store = lee.company.store
    profile = customers.change_profile(store, lee.person.id, emails="[]", phones='["(303) 555-0142"]', contacts="[]")
    store.write(profile)
    fails_at_the_bank(lee)
    lee.webhooks(wiring.app)
    store.write(templates.decide(store, "payment_failed", Choice(), Choice(sms=True)))
    time_passes(lee)
    ((number, text),) = sent_texts()
    assert number == "+13035550142" and "$120.00" in text and "/evergreen/l/" in text
    assert not sent_mail()


# Not told


def test_what_the_page_says_needs_no_message(sam: Till) -> None:
    payment = sam.pays(sam.person.invoice(), sam.saved)
    assert sam.comes_back(payment).state == "failed"
    sam.webhooks(wiring.app)
    time_passes(sam)
    assert standing(sam) == [] and not sent_mail()


def test_who_comes_back_a_moment_after_stripes_word_sees_it_on_the_page(lee: Till) -> None:
    payment = fails_at_the_bank(lee)
    lee.webhooks(wiring.app)
    time_passes(lee, 1)
    assert not sent_mail(), "it waits for them"
    assert lee.comes_back(payment).state == "failed"
    time_passes(lee, 30)
    assert standing(lee) == ["skipped"] and not sent_mail()
    check_books(lee.person)


def test_whenever_stripes_word_comes_in_while_they_pay_it_is_only_on_the_page(sam: Till, wire: Wire) -> None:
    """Between any two calls of the payment and of the page that follows."""
    number, skipped = 0, 0
    while True:
        with forgetting(sam.world):
            made: list[Call] = []

            def cut_in(_: int, call: Call, at: int = number, made: list[Call] = made) -> None:
                made.append(call)
                if len(made) == at + 1:
                    wire.heal()
                    assert {503, 200} >= set(sam.webhooks(wiring.app))

            wire.plan = cut_in
            sam.comes_back(sam.pays(sam.person.invoice(), sam.saved))
            wire.heal()
            sam.webhooks(wiring.app)
            sam.time_passes(hours=1)
            assert sam.payments[0].state == "failed" and standing(sam) in ([], ["skipped"]), number
            skipped += len(standing(sam))
            check_books(sam.person)
            if len(made) <= number:
                break
            number += 1
    assert number >= 6 and skipped >= 1


def test_who_gives_it_up_knows(lee: Till) -> None:
    payment = lee.pays(lee.person.invoice(), lee.saved)
    lee.cancels(payment)
    lee.webhooks(wiring.app)
    assert lee.payment(payment).state == "canceled" and standing(lee) == []


def test_who_gives_it_up_knows_even_if_stripe_is_faster(lee: Till, wire: Wire) -> None:
    payment = lee.pays(lee.person.invoice(), lee.saved)
    cut = [True]

    def cut_in(_: int, call: Call) -> None:
        if cut and call.what == "dynamodb TransactWriteItems":
            cut.clear()
            lee.webhooks(wiring.app)

    wire.plan = cut_in
    lee.cancels(payment)
    wire.heal()
    assert standing(lee) == ["pending"]
    lee.comes_back(payment)
    assert standing(lee) == ["skipped"]


def test_who_left_checkout_has_paid_nothing_and_knows(dana: Till) -> None:
    dana.pays(dana.person.invoice(), NEW)
    dana.time_passes()
    assert dana.payments[0].state == "canceled" and standing(dana) == []


def test_a_bank_debit_that_came_back_has_a_message_of_its_own(dana: Till) -> None:
    """Though we may hear only of its end."""
    payment = dana.pays(dana.person.invoice(), NEW)
    dana.at_checkout(payment, bank=RETURNING_BANK)
    dana.world.stripe.pending_webhooks()
    dana.clock.forward(days=8)
    dana.world.stripe.advance()
    dana.webhooks(wiring.app)
    assert dana.payment(payment).state == "failed"
    told = {row["item"].removeprefix("message#") for row in outbox(dana.person)}
    assert told == {f"returned-{payment.id}", f"returned-{payment.id}-company"}
    check_books(dana.person)


def test_one_that_arrives_is_not_told_as_failed(dana: Till) -> None:
    payment = dana.pays(dana.person.invoice(), NEW)
    dana.at_checkout(payment, bank=BANK)
    dana.time_passes(hours=24 * 8)
    assert dana.payment(payment).state == "succeeded" and standing(dana) == []


# The page


def test_the_page_is_there_when_the_outbox_is_not(sam: Till, wire: Wire) -> None:
    payment = sam.pays(sam.person.invoice(), sam.saved)
    wire.down("dynamodb UpdateItem")
    assert sam.comes_back(payment).state == "failed"


def test_a_failure_of_long_ago_costs_the_page_nothing(sam: Till, wire: Wire) -> None:
    payment = sam.pays(sam.person.invoice(), sam.saved)
    sam.comes_back(payment)
    assert len(wire.of("dynamodb UpdateItem")) == 1
    sam.clock.forward(hours=1)
    sam.comes_back(payment)
    assert len(wire.of("dynamodb UpdateItem")) == 1
