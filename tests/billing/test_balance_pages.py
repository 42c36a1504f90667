"""Paying all that is owed, by card, bank account or credit, as a browser meets it; and the history of payments."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.billing.actions import money_back
from chalicelib.billing.records import from_methods
from chalicelib.customers.actions import link as links
from chalicelib.customers.records import change_profile, change_sums
from chalicelib.tenants.records import change_company
from tests.billing.till import ASKS_THE_BANK, BANK, DECLINES, NEW, RETURNING_BANK, Till, check_books
from tests.billing.wire import Wire
from tests.browser import Browser, Page
from tests.builders import Company, a_company
from tests.conftest import Clock

NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def till(evergreen: Company, clock: Clock) -> Till:
    return Till(evergreen.customer(saved_card="pm_card_visa"), clock)


@pytest.fixture
def at_home(till: Till, browser: Browser) -> Browser:
    """Signed in."""
    assert browser.sign_in("evergreen").status == 200
    return browser


def owing(till: Till, *amounts: int) -> list[Any]:
    """Invoices, the first one due first."""
    today = till.clock().date()
    return [till.person.invoice(one, due=today + timedelta(days=n - 5)) for n, one in enumerate(amounts)]


def form(browser: Browser) -> dict[str, str]:
    return dict(browser.get("/evergreen/balance").form("/payments").fields)


# What is shown is what is paid


def test_each_invoice_is_shown_oldest_due_first_and_paid_just_so(at_home: Browser, till: Till) -> None:
    later, first, small = owing(till, 12_000, 7_050, 300)[::-1]
    page = at_home.get("/evergreen/balance")
    shown = re.findall(r"Invoice (\d+) (?:Overdue|Due)[^$]*(\$[\d.]+)", page.text)
    assert shown == [(small.number, "$120.00"), (first.number, "$70.50"), (later.number, "$3.00")]
    assert "Pay $193.50" in page.text
    receipt = at_home.submit("/payments")
    assert "Thank you" in receipt.text and "$193.50" in receipt.text
    paid = re.findall(r"Invoice (\d+) (\$[\d.]+)", receipt.text)
    assert paid == shown
    assert [one.amount for one in till.payments] == [19_350] and len(till.charges()) == 1
    assert all(till.invoice(one).due == 0 for one in (later, first, small))
    check_books(till.person)


def test_the_page_costs_the_caller_s_read_and_one_query(at_home: Browser, till: Till, wire: Wire) -> None:
    owing(till, 12_000, 7_050, 300)
    till.pays(till.person.invoice(), till.banks_with())
    for path, calls in (("balance", ["BatchGetItem", "Query"]), ("payments", ["BatchGetItem", "Query"])):
        wire.calls.clear()
        assert at_home.get(f"/evergreen/{path}").status == 200
        assert [call.what for call in wire.calls] == [f"dynamodb {one}" for one in calls]


def test_an_invoice_under_way_is_named_and_left_out(at_home: Browser, till: Till) -> None:
    waiting, one, other = owing(till, 9_900, 12_000, 5_000)
    till.pays(waiting, NEW)
    page = at_home.get("/evergreen/balance")
    assert f"a payment is not finished: Invoice {waiting.number}" in page.text and "Pay $170.00" in page.text
    at_home.submit("/payments")
    assert [till.invoice(each).due for each in (waiting, one, other)] == [9_900, 0, 0]


def test_an_invoice_in_another_currency_is_named_and_left_out(at_home: Browser, till: Till) -> None:
    owing(till, 12_000, 5_000)
    foreign = till.person.invoice(7_000, currency="EUR")
    page = at_home.get("/evergreen/balance")
    assert "another currency" in page.text and foreign.number in page.text and "Pay $170.00" in page.text


def test_the_only_invoice_has_a_page_of_its_own(at_home: Browser, till: Till) -> None:
    (only,) = owing(till, 12_000)
    assert at_home.get("/evergreen/balance").url.endswith(f"/invoices/{only.id}/pay")


def test_nothing_to_pay_is_said(at_home: Browser, till: Till) -> None:
    assert "all paid up" in at_home.get("/evergreen/balance").text
    (only,) = owing(till, 12_000)
    till.pays(only, till.banks_with())
    page = at_home.get("/evergreen/balance")
    assert "Nothing to pay right now" in page.text and only.number in page.text
    assert not [one for one in page.forms if one.action.endswith("/payments")]


def test_of_more_than_fit_the_oldest_are_offered_and_it_is_said(at_home: Browser, till: Till) -> None:
    invoices = owing(till, *([100] * 93))
    page = at_home.get("/evergreen/balance")
    assert "the oldest 90 of your invoices" in page.text and "Pay $90.00" in page.text
    at_home.submit("/payments", method=NEW, follow=False)
    assert [till.invoice(one).in_flight for one in invoices[88:]] == [100, 100, 0, 0, 0]
    rest = at_home.get("/evergreen/balance")
    assert "Pay $3.00" in rest.text, "room is made for those under way"
    assert "the oldest" not in rest.text


# Account credit


def test_credit_is_used_first_if_the_customer_says_so(at_home: Browser, till: Till) -> None:
    till.has_credit(2_500)
    owing(till, 2_000, 12_000)
    page = at_home.get("/evergreen/balance")
    assert "Use your account credit of $25.00 first" in page.text and "charged $115.00" in page.text
    assert "credit" not in page.form("/payments").fields, "it is not used unasked"
    receipt = at_home.submit("/payments", credit="2500")
    assert "Paid with Visa •••• 4242 $115.00" in receipt.text and "From account credit $25.00" in receipt.text
    assert [one["amount"] for one in till.charges()] == [11_500] and till.person.now.sums.credit == 0
    check_books(till.person)


def test_a_part_can_be_paid_by_credit_too(at_home: Browser, till: Till) -> None:
    till.has_credit(2_500)
    (invoice,) = owing(till, 12_000)
    at_home.get("/evergreen/balance")
    at_home.submit("/payments", credit="2500", amount="20")
    assert till.invoice(invoice).paid == 2_000 and till.person.now.sums.credit == 500
    assert till.charges() == []
    check_books(till.person)


def test_credit_that_was_spent_in_another_tab_is_said(at_home: Browser, till: Till) -> None:
    till.has_credit(2_500)
    first, _, _ = owing(till, 2_000, 12_000, 3_000)
    fields = {**form(at_home), "credit": "2500"}
    at_home.get(f"/evergreen/invoices/{first.id}/pay")
    at_home.submit("/payments", credit="2500")
    other = at_home.get("/evergreen/balance").form("/payments").fields
    page = at_home.post("/evergreen/payments", {**fields, "parts": other["parts"]})
    assert page.status == 409 and "account credit has changed" in page.text
    assert "Use your account credit of $5.00 first" in page.text
    assert till.charges() == []


@pytest.mark.parametrize("path", ["balance", "pay"])
def test_what_credit_covers_needs_no_stripe(world, browser: Browser, clock: Clock, path: str) -> None:
    till = Till(a_company(world, "Bright Pools", "bright", connected=False).customer(), clock)
    till.has_credit(20_000)
    invoices = owing(till, *([12_000, 5_000] if path == "balance" else [12_000]))
    browser.sign_in("bright")
    page = browser.get("/bright/balance" if path == "balance" else f"/bright/invoices/{invoices[0].id}/pay")
    assert "Pay with account credit" in page.text and "Pay with " not in page.text.replace("Pay with account", "")
    assert "Thank you" in browser.submit("/payments").text
    assert all(till.invoice(one).due == 0 for one in invoices)


def test_without_stripe_the_company_is_named_instead(world, browser: Browser, clock: Clock) -> None:
    till = Till(a_company(world, "Bright Pools", "bright", connected=False).customer(), clock)
    owing(till, 12_000, 5_000)
    browser.sign_in("bright")
    page = browser.get("/bright/balance")
    assert "please contact Bright Pools" in page.text and "tel:3035550142" in page.links
    assert 'class="button"' not in page.html
    forged = {**form_of(page), "method": "new"}
    assert browser.post("/bright/payments", forged).status == 403 and till.payments == []


def form_of(page: Page) -> dict[str, str]:
    return dict(page.form("/payments").fields)


# Twice, too late, forged


def test_a_double_submit_pays_once(at_home: Browser, till: Till) -> None:
    owing(till, 12_000, 7_050)
    fields = form(at_home)
    first = at_home.post("/evergreen/payments", fields)
    again = at_home.post("/evergreen/payments", fields)
    alone = at_home.post("/evergreen/payments", {"attempt": fields["attempt"]})
    other = at_home.post("/evergreen/payments", {**fields, "parts": f"{NOBODYS}:5", "credit": "x"})
    assert {one.url for one in (first, again, alone)} == {first.url}, "the attempt is what counts"
    assert other.url == first.url + "?done=before" and "already made, for $190.50" in other.text
    assert len(till.charges()) == 1


def test_what_was_paid_in_another_tab_is_left_out_of_a_fresh_offer(at_home: Browser, till: Till) -> None:
    gone, _, _ = owing(till, 12_000, 7_050, 300)
    fields = {**form(at_home), "method": NEW, "keep": "yes"}
    till.pays(gone, till.saved)
    page = at_home.post("/evergreen/payments", fields)
    assert page.status == 409 and "have changed since this page was opened" in page.text
    assert "Pay $73.50" in page.text and gone.number not in page.text
    fresh = form_of(page)
    assert (fresh["method"], fresh["keep"]) == (NEW, "yes"), "what was chosen is kept"
    assert "Thank you" in at_home.submit("/payments", method=till.saved).text
    check_books(till.person)


def test_all_paid_in_another_tab_is_said_kindly(at_home: Browser, till: Till) -> None:
    owing(till, 12_000, 7_050)
    fields = form(at_home)
    till.pays_balance(till.saved)
    page = at_home.post("/evergreen/payments", fields)
    assert page.status == 409 and "have changed" in page.text and "all paid up" in page.text


@pytest.mark.parametrize(
    "parts",
    ["", " ", "x", ":", "x:1", "{id}", "{id}:", "{id}:-1", "{id}:1e3", "{id}:٣", "{id}:1 {id}:1", "{id}:12000 x:1",
     "{id}:12000 {id}:12000", "{nobody}:1 {nobody}:2", "{lee}:5000 {id}:12000", "{lee}:5000", "{id}:" + "9" * 900,
     "{id}:11999 {other}:7050", "{id}:0 {other}:7050", "é:1 é:2", "#:1", "a b c", "{id}:12001", "{id}:1"],
)  # fmt: skip
def test_forged_parts_get_clear_words(at_home: Browser, evergreen: Company, till: Till, parts: str) -> None:
    one, other = owing(till, 12_000, 7_050)
    lee = evergreen.customer("Lee Park", email="lee@example.com", password=None).invoice(5_000)
    forged = parts.format(id=one.id, other=other.id, nobody=NOBODYS, lee=lee.id)
    page = at_home.post("/evergreen/payments", {**form(at_home), "parts": forged})
    assert page.status in (409, 422) and "Please check this" in page.text and "Pay $190.50" in page.text
    assert till.payments == [] and till.charges() == []


def test_parts_too_long_for_any_balance_are_refused_in_words(at_home: Browser, till: Till) -> None:
    owing(till, 12_000, 7_050)
    page = at_home.post("/evergreen/payments", {**form(at_home), "parts": "x" * 5_000})
    assert page.status == 422 and "too long" in page.text


@pytest.mark.parametrize("credit", ["x", "-1", "1e3", "9" * 40, "1"])
def test_forged_credit_gets_clear_words(at_home: Browser, till: Till, credit: str) -> None:
    till.has_credit(2_500)
    owing(till, 12_000, 7_050)
    page = at_home.post("/evergreen/payments", {**form(at_home), "credit": credit})
    assert page.status == 409 and "account credit has changed" in page.text
    assert len(till.payments) == 1 and till.charges() == []


# Ways to pay


def test_the_ways_to_pay_are_offered_as_they_are(at_home: Browser, till: Till) -> None:
    bank = till.banks_with()
    owing(till, 12_000, 7_050)
    page = at_home.get("/evergreen/balance")
    assert f'value="{bank}"' in page.html and "about 4 business days" in page.text
    assert "A new card or bank account" in page.text and "Keep it for next time" in page.text
    assert "/evergreen/wallet" in page.links
    till.clock.time = till.clock().replace(year=2040)
    at_home.sign_in("evergreen")
    late = at_home.get("/evergreen/balance")
    assert "Expired" in late.text and form_of(late)["method"] == bank, "an expired card is not offered"


def test_what_the_company_hides_is_not_shown(at_home: Browser, till: Till) -> None:
    owing(till, 12_000, 7_050)
    hidden = frozenset({"payment_options", "add_methods"})
    change_company(till.company.store, till.company.company, hidden=hidden)
    page = at_home.get("/evergreen/balance")
    assert "Keep it for next time" not in page.text and "/evergreen/wallet" not in page.links
    assert "A new card" in page.text, "paying once with a new one stays possible"
    at_home.submit("/payments", method=NEW, keep="yes", follow=False)
    assert [one.keeps for one in till.payments] == [False]


def test_a_bank_account_that_is_not_proven_is_not_offered(at_home: Browser, till: Till) -> None:
    owing(till, 12_000, 7_050)
    bank = till.banks_with()
    methods = [replace(one, state="unverified") if one.id == bank else one for one in till.account.methods]
    kept = from_methods(methods)
    till.company.store.write(change_profile(till.company.store, till.person.id, methods=kept))
    assert bank not in at_home.get("/evergreen/balance").html


def test_a_bank_payment_is_processing_everywhere_until_it_is_paid(at_home: Browser, till: Till) -> None:
    one, other = owing(till, 12_000, 7_050)
    at_home.get("/evergreen/balance")
    page = at_home.submit("/payments", method=till.banks_with())
    assert "Processing until Nov 30" in page.text and "by Monday, November 30" in page.text
    assert "Thank you" not in page.text
    sheet = at_home.get(f"/evergreen/invoices/{one.id}")
    assert "Processing until Nov 30" in sheet.text and "should arrive by Monday, November 30" in sheet.text
    assert "Processing until Nov 30" in at_home.get("/evergreen/payments").text
    assert at_home.get("/evergreen/invoices").text.count("Processing until Nov 30") == 2
    till.time_passes(hours=24 * 8)
    at_home.sign_in("evergreen")
    assert "Thank you" in at_home.get(page.url).text
    assert till.invoice(one).due == till.invoice(other).due == 0
    check_books(till.person)


def test_what_waits_for_the_customer_says_so_everywhere(evergreen: Company, browser: Browser, clock: Clock) -> None:
    """The bank's check was left: nothing is charged until somebody goes on, or until it is canceled."""
    till = Till(evergreen.customer(saved_card=ASKS_THE_BANK), clock)
    browser.sign_in("evergreen")
    till.has_credit(2_500)
    one, _ = owing(till, 12_000, 7_050)
    payment = till.pays_balance(till.saved, credit=2_500)
    page = browser.get(f"/evergreen/payments/{payment.id}")
    assert "wants to check that it’s you $165.50" in page.text, "what the card is charged, not what is paid"
    assert "From account credit −$25.00" in page.text
    for path in ("", "/balance", f"/invoices/{one.id}", "/invoices"):
        shown = browser.get(f"/evergreen{path}")
        assert "not finished" in shown.text and "under way" not in shown.text, path
        assert path == "/invoices" or f"/evergreen/payments/{payment.id}" in shown.links, path
        assert path == "/invoices" or "Finish or cancel it" in shown.text, path
        assert "Nothing to pay" not in shown.text, path
    owing(till, 9_900, 1_000)
    shown = browser.get("/evergreen")
    assert "Pay $109.00" in shown.text and "Payment not finished Finish or cancel it $190.50" in shown.text
    shown = browser.get("/evergreen/balance")
    assert f"/evergreen/payments/{payment.id}" in shown.links and "Pay $109.00" in shown.text


def test_a_bank_payment_that_comes_back_says_why_and_what_to_do(at_home: Browser, till: Till) -> None:
    owing(till, 12_000, 7_050)
    payment = till.pays_balance(NEW)
    till.at_checkout(payment, bank=RETURNING_BANK)
    till.comes_back(payment)
    till.time_passes(hours=24 * 8)
    at_home.sign_in("evergreen")
    page = at_home.get(f"/evergreen/payments/{payment.id}")
    assert "didn’t go through" in page.text and "there wasn’t enough money in the account" in page.text
    assert "became due again" in page.text and "You have not been charged" not in page.text
    again = at_home.get(next(link for link in page.links if link.endswith("/balance")))
    assert "Pay $190.50" in again.text


def test_a_new_bank_account_is_asked_for_on_stripe_s_page(at_home: Browser, till: Till) -> None:
    owing(till, 12_000, 7_050)
    at_home.get("/evergreen/balance")
    away = at_home.submit("/payments", method=NEW, follow=False)
    back = till.world.stripe.pay(away.headers["location"], bank=BANK)
    assert back.location is not None and "Processing until" in at_home.get(back.location).text


# What became of it


def test_a_declined_balance_leads_back_to_the_balance(evergreen: Company, browser: Browser, clock: Clock) -> None:
    till = Till(evergreen.customer(saved_card=DECLINES), clock)
    owing(till, 12_000, 7_050)
    browser.sign_in("evergreen")
    browser.get("/evergreen/balance")
    page = browser.submit("/payments")
    assert "Use another card" in page.text and "/evergreen/balance" in page.links
    assert "Pay $190.50" in browser.get("/evergreen/balance").text


def test_an_unanswered_balance_can_be_asked_for_again(at_home: Browser, till: Till) -> None:
    owing(till, 12_000, 7_050)
    at_home.get("/evergreen/balance")
    till.world.stripe.faults.timeout_before(times=2)
    checking = at_home.submit("/payments")
    till.clock.forward(seconds=31)
    at_home.get(checking.url)
    assert "Thank you" in at_home.submit("/payments").text
    assert len(till.charges()) == 1
    check_books(till.person)


def test_what_went_back_is_on_the_receipt_and_on_the_invoice(at_home: Browser, till: Till) -> None:
    (invoice,) = owing(till, 12_000)
    payment = till.pays(invoice, till.saved)
    till.gets_back(payment, 3_000)
    page = at_home.get(f"/evergreen/payments/{payment.id}")
    assert "Refunded in part" in page.text and "Money that went back Refunded Nov 23, 2026 $30.00" in page.text
    sheet = at_home.get(f"/evergreen/invoices/{invoice.id}")
    assert "Refunded −$30.00" in sheet.text and "Pay $30.00" in sheet.text
    till.disputes(payment)
    at_home.deliver_webhooks()
    page = at_home.get(f"/evergreen/payments/{payment.id}")
    assert "Taken back by the bank" in page.text and "Thank you" not in page.text


def test_receipt_and_invoice_can_be_taken_along(at_home: Browser, till: Till) -> None:
    (invoice,) = owing(till, 12_000)
    payment = till.pays(invoice, till.saved)
    for path in (f"/evergreen/invoices/{invoice.id}", f"/evergreen/payments/{payment.id}"):
        assert f"{path}/pdf" in at_home.get(path).links


# The history


def test_the_history_is_empty_at_first(at_home: Browser) -> None:
    assert "No payments yet" in at_home.get("/evergreen/payments").text


def test_every_payment_is_listed_with_what_became_of_it(at_home: Browser, till: Till) -> None:
    owing(till, 1_000, 2_000, 3_000, 4_000, 5_000)
    paid = till.pays_balance(till.saved)
    till.clock.forward(minutes=1)
    refunded = till.pays(till.person.invoice(700), till.saved)
    till.gets_back(refunded, 700)
    till.clock.forward(minutes=1)
    unfinished = till.pays(till.person.invoice(800), NEW)
    page = at_home.get("/evergreen/payments")
    listed = [link.rpartition("/")[2] for link in page.links if "/payments/" in link]
    assert listed == [unfinished.id, refunded.id, paid.id], "the newest first"
    assert "Visa •••• 4242 $150.00 Nov 23, 2026 Invoices " in page.text and "and 2 more Paid See receipt" in page.text
    assert "Refunded $7.00 refunded Nov 23, 2026" in page.text
    assert "Not finished Finish or cancel it" in page.text
    assert "Cancel this payment" in at_home.get(f"/evergreen/payments/{unfinished.id}").text


def test_the_history_is_read_a_page_at_a_time(at_home: Browser, till: Till, evergreen: Company) -> None:
    for number in range(23):
        till.hands_over(100 + number)
        till.clock.forward(minutes=1)
    first = at_home.get("/evergreen/payments")
    older = next(link for link in first.links if "cursor=" in link)
    second = at_home.get(older)
    assert first.text.count("See receipt") == 20 and second.text.count("See receipt") == 3
    assert "$1.22" in first.text and "$1.00" in second.text
    assert not [link for link in second.links if "cursor=" in link]
    evergreen.customer("Lee Park", email="lee@example.com")
    lee = Browser(at_home.app, at_home.world)
    lee.sign_in("evergreen", "lee@example.com")
    assert lee.get(older).status == 422, "a page of somebody else's list is no page"
    for forged in ("x", "%00", "A" * 400):
        assert at_home.get(f"/evergreen/payments?cursor={forged}").status == 422


def test_the_page_offers_the_credit_that_it_then_uses(at_home: Browser, till: Till) -> None:
    till.has_credit(2_500)
    owing(till, 2_000, 520)
    page = at_home.get("/evergreen/balance")
    assert "you’re then charged $0.50" in page.text
    done = at_home.post("/evergreen/payments", {**form(at_home), "credit": "2500"})
    assert done.status == 200 and till.payments[0].credit == 2_470 and till.person.now.sums.credit == 30


def test_who_came_by_a_link_keeps_no_new_card(till: Till, browser: Browser) -> None:
    """A link is forwarded, and read by others: it sees and pays, and changes nothing that lasts."""
    links.send(till.world.services, till.company.store, till.person.now)
    link = re.findall(r"/evergreen/link/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))[0]
    browser.get(link)
    browser.submit(link)
    owing(till, 2_000, 520)
    page = browser.get("/evergreen/balance")
    assert "Keep it for next time" not in page.text
    browser.post("/evergreen/payments", {**page.form("/payments").fields, "method": NEW, "keep": "yes"})
    assert till.payments[0].state == "starting" and not till.payments[0].keeps


def test_an_evening_is_the_companys_evening(at_home: Browser, till: Till) -> None:
    """Seven in the evening in Denver is tomorrow in London: the list, the receipt and the refund say today."""
    till.clock.forward(hours=9)  # 21:00 on Monday in Denver, 04:00 on Tuesday in UTC
    payment = till.pays(till.person.invoice(12_000), till.saved)
    money_back.refund(till.world.services, till.person.account, payment.id, 500, "refund-1")
    for path in ("/evergreen/payments", f"/evergreen/payments/{payment.id}"):
        text = at_home.get(path).text
        assert "Nov 23, 2026" in text and "Nov 24, 2026" not in text


def test_a_secret_of_stripes_does_not_stay_in_the_address(at_home: Browser, till: Till) -> None:
    payment = till.pays(till.person.invoice(12_000), till.saved)
    here = f"/evergreen/payments/{payment.id}"
    page = at_home.get(here + "?payment_intent=pi_1&payment_intent_client_secret=pi_1_secret_x")
    assert page.url.endswith(here)


def test_a_form_shown_again_is_still_its_own_page(at_home: Browser, till: Till) -> None:
    """Choosing the language there must not lose it."""
    invoice = till.person.invoice(12_000)
    sent = dict(at_home.get(f"/evergreen/invoices/{invoice.id}/pay").form("/payments").fields)
    page = at_home.post("/evergreen/payments", {**sent, "amount": "999"})
    assert page.form("/language").fields["next"] == f"/evergreen/invoices/{invoice.id}/pay"


def test_what_a_bank_took_back_is_not_paid_up(at_home: Browser, till: Till) -> None:
    customer = till.person.now
    till.company.store.write(
        change_sums(till.company.store, customer.id, customer.sums, replace(customer.sums, credit=-2_500))
    )
    page = at_home.get("/evergreen/balance")
    assert "Owed from a returned payment" in page.text and "paid up" not in page.text
    assert "(303) 555-0142" in page.text


def test_what_no_card_can_pay_gives_way_to_the_companys_contact(at_home: Browser, till: Till) -> None:
    owing(till, 30)
    for path in ("/evergreen/balance", "/evergreen"):
        page = at_home.get(path)
        assert "Pay $0.30" not in page.text and "(303) 555-0142" in page.text
    till.has_credit(30)
    (small,) = owing(till, 20)
    page = at_home.get(f"/evergreen/invoices/{small.id}/pay")
    assert "Pay with account credit" in page.text
    at_home.post("/evergreen/payments", page.form("/payments").fields)
    assert till.invoice(small).due == 0 and till.person.now.sums.credit == 10


def test_nothing_is_kept_where_nobody_could_see_it(at_home: Browser, till: Till) -> None:
    change_company(till.company.store, till.company.company, hidden=frozenset({"payment_options"}))
    owing(till, 2_000, 520)
    page = at_home.get("/evergreen/balance")
    assert "Keep it for next time" not in page.text
    at_home.post("/evergreen/payments", {**page.form("/payments").fields, "method": NEW, "keep": "yes"})
    assert till.payments[0].state == "starting" and not till.payments[0].keeps
