"""What is on file: Stripe has the truth, the profile a copy; and a payment under way keeps what it needs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import app as wiring
from chalicelib.billing import records
from chalicelib.billing.actions import pay, wallet
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import methods as rules
from chalicelib.customers import records as customers
from chalicelib.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany, Unavailable
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants.actions import stripe_account
from tests.billing.purse import TOLD, Purse
from tests.billing.till import NEW, Till, check_books, quietly
from tests.billing.wire import FAULTS, Killed, Wire
from tests.browser import deliver_webhook
from tests.builders import Company
from tests.conftest import Clock

VISA, MASTERCARD, AMEX = "4242424242424242", "5555555555554444", "378282246310005"


@pytest.fixture
def purse(evergreen: Company) -> Purse:
    """A customer whom Stripe does not know yet."""
    return Purse(evergreen.customer(password=None))


def till_of(purse: Purse, clock: Clock) -> Till:
    return Till(purse.person, clock)


def webhooks(purse: Purse) -> list[int]:
    pending = purse.world.stripe.pending_webhooks()
    return [deliver_webhook(wiring.app, body, signature) for _, body, signature in pending]


# Adding


def test_the_first_card_becomes_the_default_and_the_next_does_not(purse: Purse) -> None:
    first = purse.adds(VISA)
    purse.adds(MASTERCARD)
    assert purse.names == ["Visa •••• 4242", "Mastercard •••• 4444"]
    assert purse.default == "Visa •••• 4242"
    (customer,) = purse.customers()
    assert customer["invoice_settings"]["default_payment_method"] == first.id


def test_stripe_knows_the_customer_by_the_companys_names(purse: Purse) -> None:
    purse.adds()
    (customer,) = purse.customers()
    assert customer["metadata"] == {"tenant": purse.person.company.store.tenant, "customer": purse.person.id}
    assert (customer["name"], customer["email"]) == ("Dana Whitfield", "dana@example.com")
    assert purse.person.now.stripe_customer == customer["id"]
    assert purse.person.now.stripe_account == purse.person.company.company.stripe_account


def test_two_tabs_end_with_one_customer_at_stripe(purse: Purse) -> None:
    before = purse.person.account
    one, other = (wallet.known_at_stripe(purse.world.services, before) for _ in range(2))
    assert one.customer.stripe_customer == other.customer.stripe_customer == purse.person.now.stripe_customer
    assert len(purse.customers()) == 1


def test_who_was_known_elsewhere_meanwhile_stays_that(purse: Purse, evergreen: Company) -> None:
    """Two tabs, and Stripe made one for each: the one that was stored first is it."""
    before, account = purse.person.account, evergreen.company.stripe_account
    evergreen.store.write(customers.know_at_stripe(evergreen.store, before.customer, account, "cus_first"))
    assert wallet.known_at_stripe(purse.world.services, before).customer.stripe_customer == "cus_first"
    assert purse.person.now.stripe_customer == "cus_first"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("number", range(4))
def test_whatever_is_lost_while_adding_one_customer_is_made(purse: Purse, wire: Wire, number: int, fault: Any) -> None:
    wire.fails(number, fault)
    with suppress(Killed):
        quietly(purse.opens)
    wire.heal()
    purse.adds()
    assert len(purse.customers()) == 1 and purse.names == ["Visa •••• 4242"]


def test_a_bank_account_signed_in_to_is_ready_at_once(purse: Purse) -> None:
    bank = purse.adds_bank()
    assert (bank.kind, bank.state, bank.words, bank.expires) == ("bank", "ready", "Stripe Test Bank •••• 6789", "")
    assert [one.id for one in purse.person.account.methods] == [bank.id] and bank.is_default


@pytest.mark.parametrize("currency", ["CAD", "EUR", "JPY"])
def test_a_us_bank_account_is_for_us_dollars(purse: Purse, evergreen: Company, currency: str) -> None:
    tenant_records.change_company(evergreen.store, evergreen.company, currency=currency)
    with pytest.raises(NotAllowed):
        purse.opens("bank")
    assert purse.adds().words == "Visa •••• 4242"


def test_a_company_that_cant_take_charges_takes_no_new_cards(purse: Purse, evergreen: Company) -> None:
    purse.adds()
    stripe_account.connect_stripe(purse.world.services, evergreen.store, evergreen.company.stripe_account, False)
    with pytest.raises(NotAllowed, match="can't be added"):
        purse.opens()
    assert purse.names == ["Visa •••• 4242"], "what is on file stays in sight"


def test_what_stripe_will_not_open_is_said_in_words(purse: Purse, wire: Wire) -> None:
    purse.adds()
    wire.down("stripe POST /v1/checkout/sessions", "disconnected")
    with pytest.raises(Unavailable):
        purse.opens()


def test_cards_are_not_tried_by_the_hundred(purse: Purse) -> None:
    with pytest.raises(TooMany):
        for _ in range(21):
            purse.opens()


def test_what_another_account_had_on_file_is_nothing_at_the_new_one(purse: Purse, evergreen: Company) -> None:
    purse.adds()
    other = purse.world.stripe.connect_account("Evergreen anew")
    stripe_account.connect_stripe(purse.world.services, evergreen.store, other, True)
    assert purse.names == []
    purse.adds(MASTERCARD)
    assert purse.names == ["Mastercard •••• 4444"] and purse.default == "Mastercard •••• 4444"


def test_no_more_than_twenty_are_carried_along(purse: Purse) -> None:
    first = purse.adds()
    client, account = purse.world.stripe.client(), {"stripe_account": purse.person.company.company.stripe_account}
    for _ in range(24):
        client.v1.payment_methods.attach("pm_card_amex", {"customer": purse.person.now.stripe_customer}, account)
    purse.refresh()
    assert len(purse.methods) == rules.MOST_METHODS and purse.methods[0] == first


# The default


def test_another_can_be_made_the_default(purse: Purse) -> None:
    purse.adds(VISA)
    purse.prefers(purse.adds(MASTERCARD))
    assert purse.names == ["Mastercard •••• 4444", "Visa •••• 4242"]
    assert purse.default == "Mastercard •••• 4444"


def test_after_the_default_is_removed_the_next_one_is(purse: Purse) -> None:
    visa = purse.adds(VISA)
    purse.adds(MASTERCARD)
    purse.removes(visa)
    assert purse.names == ["Mastercard •••• 4444"] and purse.default == "Mastercard •••• 4444"


def test_an_expired_card_is_not_the_next_default_if_another_works(purse: Purse, clock: Clock) -> None:
    visa, old = purse.adds(VISA), purse.adds(MASTERCARD)
    purse.adds(AMEX)
    purse.at_stripe(old)["card"].update(exp_month=10, exp_year=2026)
    purse.refresh()
    purse.removes(visa)
    assert purse.default == "American Express •••• 0005"


def test_an_expired_card_can_not_be_made_the_default(purse: Purse) -> None:
    purse.adds(VISA)
    old = purse.adds(MASTERCARD)
    purse.at_stripe(old)["card"].update(exp_month=10, exp_year=2026)
    purse.refresh()
    with pytest.raises(Conflict, match="expired"):
        purse.prefers(old)
    assert purse.default == "Visa •••• 4242"


# Details


def test_a_cards_date_and_address_are_changed_at_stripe(purse: Purse) -> None:
    card = purse.adds()
    purse.changes(card, "4/31")
    assert purse.named("4242").expires == "04/31"
    assert wallet.billing(purse.world.services, purse.person.account, card.id) == TOLD


def test_a_bank_accounts_name_and_address_are_changed(purse: Purse) -> None:
    bank = purse.adds_bank()
    purse.changes(bank, "", replace(TOLD, line2="Unit 4"))
    assert purse.at_stripe(bank)["billing_details"]["address"]["line2"] == "Unit 4"


@pytest.mark.parametrize(("typed", "read"), [
    ("04/28", (4, 2028)), ("4/28", (4, 2028)), ("04 / 2028", (4, 2028)), ("0428", (4, 2028)), ("12-46", (12, 2046)),
    ("11/26", (11, 2026)), (" 4.28 ", (4, 2028)),
])  # fmt: skip
def test_a_date_is_read_as_people_type_it(typed: str, read: tuple[int, int]) -> None:
    assert rules.read_expiry(typed, date(2026, 11, 30)) == read


@pytest.mark.parametrize("typed", ["", "x", "13/28", "00/28", "10/26", "04/47", "4/2", "04/28/29", "٠٤/٢٨", "428"])
def test_what_is_no_date_of_a_card_is_refused(typed: str, purse: Purse) -> None:
    with pytest.raises(Invalid) as wrong:
        rules.read_expiry(typed, date(2026, 11, 30))
    assert wrong.value.field == "expiry"


def test_what_the_network_does_not_take_is_said_at_its_field(purse: Purse) -> None:
    card = purse.adds()
    http: Any = purse.world.services.payments._http_client
    answer = http._answer
    from sandbox.stripe.http import json_response

    error = {"type": "card_error", "code": "invalid_expiry_year", "message": "no"}
    http._answer = lambda request: json_response(402, {"error": error}, {})
    with pytest.raises(Invalid) as wrong:
        purse.changes(card)
    http._answer = answer
    assert wrong.value.field == "expiry"


def test_what_is_gone_at_stripe_is_gone_here(purse: Purse, evergreen: Company) -> None:
    visa, _ = purse.adds(VISA), purse.adds(MASTERCARD)
    client = purse.world.stripe.client()
    client.v1.payment_methods.detach(visa.id, {}, {"stripe_account": evergreen.company.stripe_account})
    with pytest.raises(NotFound):
        purse.changes(visa)
    assert purse.names == ["Mastercard •••• 4444"]


@pytest.mark.parametrize(
    ("card", "soon", "expired"),
    [((10, 2026), False, True), ((11, 2026), True, False), ((12, 2026), True, False), ((1, 2027), False, False)],
)
def test_a_card_expires_soon_in_its_last_two_months(card: tuple[int, int], soon: bool, expired: bool) -> None:
    method = rules.Method("pm", "Visa", "4242", *card)
    today = date(2026, 11, 22)
    assert (method.expires_soon(today), method.expired(today)) == (soon, expired)
    assert rules.Method("pm", "Visa", "4242", 1, 2027).expires_soon(date(2026, 12, 1))


# Somebody else's


@pytest.mark.parametrize("whose", ["another customer's", "another company's", "nobody's"])
def test_what_is_not_the_customers_is_not_there(
    purse: Purse, evergreen: Company, bluewave: Company, wire: Wire, whose: str
) -> None:
    purse.adds()
    foreign = replace(purse.methods[0], id="pm_nobody")
    if whose != "nobody's":
        company = evergreen if whose == "another customer's" else bluewave
        other = Purse(company.customer("Ruth Alvarez", email="ruth@example.com", password=None))
        foreign = other.adds(MASTERCARD)
    for change in (purse.prefers, purse.changes, lambda one: purse.verifies(one, "SM11AA")):
        with pytest.raises(NotFound):
            change(foreign)
    with pytest.raises(NotFound):
        wallet.billing(purse.world.services, purse.person.account, foreign.id)
    wire.calls.clear()
    purse.removes(foreign)
    assert not wire.of("stripe") and not wire.of("dynamodb UpdateItem"), "as if it were removed already"
    assert purse.names == ["Visa •••• 4242"]


# Removing


def test_what_is_removed_is_gone_for_good(purse: Purse) -> None:
    card = purse.adds()
    purse.removes(card)
    assert purse.names == [] and purse.at_stripe(card)["customer"] is None
    purse.removes(card)  # a second click finds it done
    assert purse.names == []


def test_a_payment_under_way_keeps_its_method(purse: Purse, clock: Clock) -> None:
    bank, till = purse.adds_bank(), till_of(purse, clock)
    payment = till.pays(purse.person.invoice(12_000), bank.id)
    assert payment.state == "processing"
    with pytest.raises(Conflict) as refused:
        purse.removes(bank)
    assert "A payment of 120.00 USD with it is under way" in str(refused.value)
    assert purse.named("6789").usable and purse.at_stripe(bank)["customer"]
    till.time_passes(hours=24 * 9)
    assert till.comes_back(payment).state == "succeeded"
    purse.removes(bank)
    assert purse.names == []


def test_another_method_can_be_removed_meanwhile(purse: Purse, clock: Clock) -> None:
    bank, card = purse.adds_bank(), purse.adds()
    till_of(purse, clock).pays(purse.person.invoice(), bank.id)
    purse.removes(card)
    assert purse.names == ["Stripe Test Bank •••• 6789"]


def test_a_payment_that_begins_while_a_method_is_removed_finds_it_gone(purse: Purse, clock: Clock, wire: Wire) -> None:
    """The account was read before the removal; the payment decides by what it reads itself."""
    card, till, invoice = purse.adds(), till_of(purse, clock), purse.person.invoice()
    stale = purse.person.account
    begun: list[Any] = []

    def pays_at_detach(_: int, call: Any) -> None:
        if call.what.endswith("/detach") and not begun:
            begun.append(None)
            order = pay.Order(((invoice.id, 12_000),), card.id, till.attempt())
            begun[0] = quietly(pay.start, purse.world.services, stale, order)

    wire.plan = pays_at_detach
    purse.removes(card)
    assert isinstance(begun[0], Invalid) and begun[0].field == "method"
    assert till.charges() == [] and purse.names == []
    check_books(purse.person)


def test_a_removal_that_begins_while_a_payment_does_is_refused(purse: Purse, clock: Clock, wire: Wire) -> None:
    bank, till, invoice = purse.adds_bank(), till_of(purse, clock), purse.person.invoice()
    tried: list[Any] = []

    def removes_at_charge(_: int, call: Any) -> None:
        if call.what == "stripe POST /v1/payment_intents" and not tried:
            tried.append(None)
            tried[0] = quietly(purse.removes, bank)

    wire.plan = removes_at_charge
    assert till.pays(invoice, bank.id).state == "processing"
    assert isinstance(tried[0], Conflict) and purse.named("6789").usable


def test_a_payment_between_look_and_mark_is_seen(purse: Purse, clock: Clock, wire: Wire) -> None:
    """The removal has read the profile when the payment begins: its write fails, and it looks again."""
    bank, till, invoice = purse.adds_bank(), till_of(purse, clock), purse.person.invoice()
    paid: list[Any] = []

    def pays_before_the_mark(_: int, call: Any) -> None:
        if call.what == "dynamodb UpdateItem" and not paid:
            paid.append(None)
            paid[0] = till.pays(invoice, bank.id)

    wire.plan = pays_before_the_mark
    with pytest.raises(Conflict, match="under way"):
        purse.removes(bank)
    assert paid[0].state == "processing" and purse.at_stripe(bank)["customer"]


def test_a_card_put_on_file_between_look_and_mark_stays_in_the_copy(purse: Purse, wire: Wire) -> None:
    """The removal has read the copy when a webhook renews it; and then it is cut off before it asks Stripe again."""
    card, url = purse.adds(VISA), purse.opens()
    added: list[Any] = []

    def adds_before_the_mark(_: int, call: Any) -> Any:
        if call.what == "dynamodb UpdateItem" and not added:
            added.append(None)
            purse.world.stripe.pay(url, MASTERCARD)
            purse.refresh()
        return "killed before" if call.what.endswith("/detach") else None

    wire.plan = adds_before_the_mark
    with pytest.raises(Killed):
        purse.removes(card)
    assert added and purse.names == ["Mastercard •••• 4444"] and wallet.leaving(purse.person.account)


@pytest.mark.parametrize("fault", ["lost before", "error", "throttled", "disconnected"])
def test_what_stripe_did_not_remove_is_back_and_it_is_said(purse: Purse, wire: Wire, fault: Any) -> None:
    card = purse.adds()
    wire.down(f"stripe POST /v1/payment_methods/{card.id}/detach", fault)
    with pytest.raises(Unavailable, match="still on file"):
        purse.removes(card)
    wire.heal()
    assert purse.named("4242").usable and purse.person.account.methods


def test_a_removal_whose_answer_was_lost_has_happened(purse: Purse, wire: Wire) -> None:
    card = purse.adds()
    wire.down(f"stripe POST /v1/payment_methods/{card.id}/detach", "lost after")
    purse.removes(card)
    assert purse.names == [] and purse.at_stripe(card)["customer"] is None


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("number", range(9))
def test_whatever_is_lost_while_removing_the_copy_is_true_in_the_end(
    purse: Purse, wire: Wire, clock: Clock, number: int, fault: Any
) -> None:
    card, _ = purse.adds(VISA), purse.adds(MASTERCARD)
    wire.calls.clear()
    wire.fails(number, fault)
    with suppress(Killed):
        quietly(purse.removes, card)
    wire.heal()
    clock.forward(minutes=2)
    purse.refresh()
    attached = purse.at_stripe(card)["customer"] is not None
    assert ("Visa •••• 4242" in purse.names) == attached
    assert purse.default == ("Visa •••• 4242" if attached else "Mastercard •••• 4444")
    assert not wallet.leaving(purse.person.account)


def test_an_answer_from_before_the_removal_brings_nothing_back(purse: Purse, wire: Wire) -> None:
    """A refresh has Stripe's list in its hands while the card is removed: it asks again."""
    card, _ = purse.adds(VISA), purse.adds(MASTERCARD)
    purse.at_stripe(card)["card"]["exp_year"] = 2031
    removed: list[Any] = []

    def removed_before_the_copy(_: int, call: Any) -> None:
        if call.what == "dynamodb UpdateItem" and not removed:
            removed.append(None)
            purse.removes(card)

    wire.plan = removed_before_the_copy
    purse.refresh()
    assert removed and purse.names == ["Mastercard •••• 4444"]


def test_a_look_during_the_removal_leaves_the_mark(purse: Purse, wire: Wire) -> None:
    card, looked = purse.adds(), list[Any]()

    def looks_at_detach(_: int, call: Any) -> None:
        if call.what.endswith("/detach") and not looked:
            looked.append(None)
            purse.refresh()
            looked[0] = (purse.names, purse.person.account.methods)

    wire.plan = looks_at_detach
    purse.removes(card)
    assert looked[0] == ([], ()) and purse.names == []


# Micro-deposits


def test_a_bank_account_typed_in_waits_for_its_deposit(purse: Purse) -> None:
    bank = purse.types_bank()
    assert (bank.state, bank.deposit, bank.tries_left, bank.is_default) == ("unverified", "code", 10, False)
    assert bank.arrives_on == date(2026, 11, 24) and bank.verify_by == date(2026, 12, 3)
    assert purse.person.account.methods == (), "it is not offered for paying"


def test_it_can_not_be_paid_with_before(purse: Purse, clock: Clock) -> None:
    bank = purse.types_bank()
    with pytest.raises(Invalid):
        till_of(purse, clock).pays(purse.person.invoice(), bank.id)
    with pytest.raises(Conflict, match="isn't verified"):
        purse.prefers(bank)


@pytest.mark.parametrize("code", ["SM11AA", "sm11aa", " sm 11 aa "])
def test_the_right_code_verifies_it(purse: Purse, code: str) -> None:
    bank = purse.types_bank()
    purse.verifies(bank, code)
    (done,) = purse.methods
    assert (done.id, done.state, done.is_default, done.setup) == (bank.id, "ready", True, "")
    purse.verifies(bank, code)  # a second click finds it done


def by_amounts(purse: Purse) -> Any:
    """A bank account to which Stripe sends two amounts instead of a code."""
    bank = purse.types_bank()
    setup = purse.stripe.get("setup_intent", bank.setup)
    setup["next_action"]["verify_with_microdeposits"]["microdeposit_type"] = "amounts"
    purse.refresh()
    return purse.named("2227")


@pytest.mark.parametrize("amounts", [("32", "45"), ("0.32", "0.45"), ("$.45", "32"), ("0,32", " 45 ")])
def test_the_right_amounts_verify_it_however_they_are_typed(purse: Purse, amounts: tuple[str, str]) -> None:
    bank = by_amounts(purse)
    assert (bank.deposit, bank.tries_left) == ("amounts", 3)
    purse.verifies(bank, "", *amounts)
    assert purse.named("2227").state == "ready"


@pytest.mark.parametrize("typed", ["", "x", "0", "100", "1.00", "32.5", "-3", "0.321", "³²", "3 2"])
def test_what_can_be_no_deposit_spends_no_try(purse: Purse, typed: str) -> None:
    bank = by_amounts(purse)
    with pytest.raises(Invalid) as wrong:
        purse.verifies(bank, "", "32", typed)
    assert wrong.value.field == "amount2" and purse.named("2227").tries_left == 3


@pytest.mark.parametrize("typed", ["", "SM11", "11AASM", "SM11AAA", "SM11A!", "ＳＭ11AA"])
def test_what_can_be_no_code_spends_no_try(purse: Purse, typed: str) -> None:
    bank = purse.types_bank()
    with pytest.raises(Invalid, match="starts with SM") as wrong:
        purse.verifies(bank, typed)
    assert wrong.value.field == "code" and purse.named("2227").tries_left == 10


def test_wrong_codes_are_counted_to_ten(purse: Purse) -> None:
    bank = purse.types_bank()
    for left in range(9, 0, -1):
        with pytest.raises(Invalid) as wrong:
            purse.verifies(bank, "SM99ZZ")
        assert wrong.value.values["left"] == purse.named("2227").tries_left == left
    purse.refresh()
    assert purse.named("2227").tries_left == 1, "a look at Stripe does not forget the count"
    with pytest.raises(Conflict, match="too many wrong tries"):
        purse.verifies(bank, "SM99ZZ")
    assert purse.named("2227").state == "failed" and purse.person.account.methods == ()


def test_wrong_amounts_are_counted_to_three(purse: Purse) -> None:
    bank = by_amounts(purse)
    answers = [quietly(purse.verifies, bank, "", "1", "2") for _ in range(3)]
    assert [getattr(one, "values", {}).get("left") for one in answers[:2]] == [2, 1]
    assert isinstance(answers[2], Conflict) and purse.named("2227").failure == "attempts_exceeded"


def test_the_tries_left_are_counted_where_stripe_does_not_say_them(purse: Purse) -> None:
    from chalicelib.billing.gateway import Refused

    bank, gate = purse.types_bank(), purse.world.services.payments

    def silent(*_: Any) -> None:
        raise Refused("mismatch")

    gate.verify_deposit = silent
    with pytest.raises(Invalid) as wrong:
        purse.verifies(bank, "SM99ZZ")
    assert wrong.value.values["left"] == purse.named("2227").tries_left == 9


@pytest.mark.parametrize(("code", "words"), [("SM33CC", "too many wrong tries"), ("SM44DD", "time .* is over")])
def test_what_is_over_is_said_and_can_be_added_again(purse: Purse, code: str, words: str) -> None:
    bank = purse.types_bank()
    with pytest.raises(Conflict, match=words):
        purse.verifies(bank, code)
    failed = purse.named("2227")
    assert failed.state == "failed"
    with pytest.raises(Conflict, match=words):
        purse.verifies(failed, "SM11AA")
    again = purse.types_bank()
    assert again.state == "unverified" and len(purse.methods) == 1, "the new one stands in the old one's place"
    purse.verifies(again, "SM11AA")
    assert [one.state for one in purse.methods] == ["ready"]


def test_a_deposit_that_nobody_answered_expires(purse: Purse, clock: Clock) -> None:
    purse.types_bank()
    clock.forward(days=15)
    purse.world.stripe.advance()
    assert set(webhooks(purse)) == {200}
    assert purse.named("2227").failure == "timeout"


def test_verified_on_stripes_own_page_it_is_ready_here(purse: Purse) -> None:
    bank = purse.types_bank()
    client = purse.world.stripe.client()
    account: Any = {"stripe_account": purse.person.company.company.stripe_account}
    client.v1.setup_intents.verify_microdeposits(bank.setup, {"descriptor_code": "SM11AA"}, account)
    purse.verifies(bank, "SM11AA")
    assert purse.named("2227").state == "ready"


@pytest.mark.parametrize("fault", ["lost after", "error after", "doubled"])
def test_a_right_code_whose_answer_was_lost_is_right(purse: Purse, wire: Wire, fault: Any) -> None:
    bank = purse.types_bank()
    wire.down("stripe POST /v1/setup_intents", fault)
    quietly(purse.verifies, bank, "SM11AA")
    wire.heal()
    purse.verifies(bank, "SM11AA")
    assert purse.named("2227").state == "ready"


@pytest.mark.parametrize("over", [False, True])
def test_an_account_that_waits_or_failed_can_be_removed(purse: Purse, over: bool) -> None:
    bank = purse.types_bank()
    if over:
        quietly(purse.verifies, bank, "SM44DD")
    purse.removes(bank)
    assert purse.names == []
    purse.refresh()
    assert purse.names == [] and purse.stripe.get("setup_intent", bank.setup)["status"] == "canceled"


# What Stripe says


def test_stripes_events_bring_the_copy_up_to_date(purse: Purse) -> None:
    purse.world.stripe.pay(purse.opens())
    assert purse.names == []
    assert set(webhooks(purse)) == {200}
    assert purse.names == ["Visa •••• 4242"] and purse.default == "Visa •••• 4242"


def test_a_card_that_the_network_renewed_is_mirrored(purse: Purse) -> None:
    card = purse.adds()
    webhooks(purse)
    method = purse.at_stripe(card)
    method["card"].update(exp_year=2033, last4="1111")
    with purse.world.stripe.engine.lock:
        purse.world.stripe.engine.emit(purse.stripe, "payment_method.automatically_updated", method)
    assert webhooks(purse) == [200]
    assert purse.methods[0].expires == "12/33" and purse.names == ["Visa •••• 1111"]


def test_what_the_company_does_at_stripe_is_mirrored(purse: Purse, evergreen: Company) -> None:
    visa, mastercard = purse.adds(VISA), purse.adds(MASTERCARD)
    client, account = purse.world.stripe.client(), {"stripe_account": evergreen.company.stripe_account}
    cus = purse.person.now.stripe_customer
    client.v1.customers.update(cus, {"invoice_settings": {"default_payment_method": mastercard.id}}, account)
    webhooks(purse)
    assert purse.default == "Mastercard •••• 4444"
    client.v1.payment_methods.detach(mastercard.id, {}, account)
    webhooks(purse)
    assert purse.names == [visa.words] and purse.default == visa.words


def test_a_customer_deleted_at_stripe_is_made_anew(purse: Purse, evergreen: Company, clock: Clock) -> None:
    purse.adds()
    webhooks(purse)
    client, account = purse.world.stripe.client(), {"stripe_account": evergreen.company.stripe_account}
    client.v1.customers.delete(purse.person.now.stripe_customer, {}, account)
    assert set(webhooks(purse)) == {200}
    assert (purse.person.now.stripe_customer, purse.names) == ("", [])
    clock.forward(hours=25)
    assert purse.adds(MASTERCARD).words == "Mastercard •••• 4444"


def test_an_event_of_somebody_elses_wallet_changes_nothing(purse: Purse, evergreen: Company, bluewave: Company) -> None:
    """Bluewave names Evergreen's customer in its own metadata, on its own account."""
    purse.adds()
    copy = purse.person.now.methods
    webhooks(purse)
    client, account = purse.world.stripe.client(), {"stripe_account": bluewave.company.stripe_account}
    named = {"tenant": evergreen.store.tenant, "customer": purse.person.id}
    customer = client.v1.customers.create({"metadata": named}, account)
    client.v1.payment_methods.attach("pm_card_amex", {"customer": customer.id}, account)
    assert set(webhooks(purse)) == {200}
    assert purse.person.now.methods == copy


def test_a_customer_that_is_not_the_profiles_is_nobodys(purse: Purse, evergreen: Company) -> None:
    purse.adds()
    webhooks(purse)
    client, account = purse.world.stripe.client(), {"stripe_account": evergreen.company.stripe_account}
    named = {"tenant": evergreen.store.tenant, "customer": purse.person.id}
    for metadata in (named, {}, {**named, "customer": "nobody"}):
        other = client.v1.customers.create({"metadata": metadata}, account)
        client.v1.payment_methods.attach("pm_card_amex", {"customer": other.id}, account)
    assert set(webhooks(purse)) == {200}
    assert purse.names == ["Visa •••• 4242"]


def test_a_checkout_that_takes_a_payment_is_no_event_of_the_wallet(dana: Till) -> None:
    payment = dana.pays(dana.person.invoice(), NEW)
    dana.world.stripe.pay(payment.next_url)
    dana.webhooks(wiring.app)
    assert dana.payment(payment).state == "succeeded"
    check_books(dana.person)


def test_stripe_not_answering_an_event_is_delivered_again(purse: Purse, wire: Wire) -> None:
    purse.world.stripe.pay(purse.opens())
    post = purse.world.stripe.pending_webhooks()
    wire.down("stripe GET")
    statuses = [deliver_webhook(wiring.app, body, signature) for _, body, signature in post]
    assert 424 in statuses and purse.names == []
    wire.heal()
    assert {deliver_webhook(wiring.app, body, signature) for _, body, signature in post} == {200}
    assert purse.names == ["Visa •••• 4242"]


# A card kept while paying


def kept(purse: Purse, clock: Clock) -> Any:
    till, invoice = till_of(purse, clock), purse.person.invoice()
    order = pay.Order(((invoice.id, 12_000),), NEW, till.attempt(), keep=True)
    payment = pay.start(purse.world.services, purse.person.account, order)
    purse.world.stripe.pay(payment.next_url)
    return payment


def test_a_card_kept_while_paying_is_on_file_when_the_customer_is_back(purse: Purse, clock: Clock) -> None:
    payment = kept(purse, clock)
    assert till_of(purse, clock).comes_back(payment).state == "succeeded"
    assert purse.names == ["Visa •••• 4242"] and purse.default == "Visa •••• 4242"


def test_that_page_never_fails_for_it(purse: Purse, clock: Clock, wire: Wire) -> None:
    payment = kept(purse, clock)
    wire.down("stripe GET /v1/customers")
    assert till_of(purse, clock).comes_back(payment).state == "succeeded"
    wire.heal()
    webhooks(purse)
    assert purse.names == ["Visa •••• 4242"]


def test_a_customer_stripe_will_not_make_pays_all_the_same(purse: Purse, clock: Clock, wire: Wire) -> None:
    from chalicelib.billing.gateway import Refused

    def no(*_: Any) -> str:
        raise Refused("email_invalid")

    purse.world.services.payments.new_customer = no
    payment = kept(purse, clock)
    assert till_of(purse, clock).comes_back(payment).state == "succeeded"
    assert purse.names == []


# The copy itself


def test_the_copy_holds_all_there_is(purse: Purse) -> None:
    purse.adds()
    purse.types_bank()
    stored = purse.person.now.methods
    assert records.from_methods(records.to_methods(stored)) == stored
    assert "000222222227" not in stored and "110000000" not in stored


def test_a_refresh_that_finds_nothing_new_writes_nothing(purse: Purse, wire: Wire) -> None:
    purse.adds()
    wire.calls.clear()
    purse.refresh()
    assert not wire.of("dynamodb UpdateItem") and not wire.of("stripe POST")


def test_without_a_customer_at_stripe_there_is_nothing_to_ask(purse: Purse, wire: Wire) -> None:
    account: BillingAccount = purse.person.account
    wire.calls.clear()
    assert wallet.refresh(purse.world.services, account) == account and wire.calls == []
