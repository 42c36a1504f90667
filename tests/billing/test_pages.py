"""The pages of invoices and payments as a browser meets them, wrong input included: never a 5xx of our own making."""

from __future__ import annotations

import re
from typing import Any

import pytest

import app as wiring
from chalicelib.tenants.records import change_company
from tests.billing.till import DECLINES, NEW, Till, check_books
from tests.billing.wire import Wire
from tests.browser import Browser, Page
from tests.builders import Company, Person
from tests.conftest import Clock

NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def person(evergreen: Company) -> Person:
    return evergreen.customer(saved_card="pm_card_visa")


@pytest.fixture
def till(person: Person, clock: Clock) -> Till:
    return Till(person, clock)


@pytest.fixture
def at_home(person: Person, browser: Browser) -> Browser:
    """Signed in."""
    assert browser.sign_in("evergreen").status == 200
    return browser


def form(browser: Browser, invoice: Any) -> dict[str, str]:
    browser.get(f"/evergreen/invoices/{invoice.id}/pay")
    assert browser.page is not None
    return dict(browser.page.form("/payments").fields)


def without_ids(page: Page) -> str:
    return re.sub(r"[0-9A-HJKMNP-TV-Z]{26}", "ID", page.html)


# All is well


def test_the_saved_card_is_offered_first_and_pays(at_home: Browser, till: Till) -> None:
    invoice = till.person.invoice(12_000)
    fields = form(at_home, invoice)
    assert fields["method"] == till.saved and fields["amount"] == "$120.00"
    receipt = at_home.submit("/payments")
    assert receipt.status == 200 and "Paid" in receipt.text and "$120.00" in receipt.text
    assert "Paid" in at_home.get(f"/evergreen/invoices/{invoice.id}").text
    check_books(till.person)


def test_an_invoice_that_is_paid_has_no_form(at_home: Browser, till: Till) -> None:
    invoice = till.person.invoice()
    till.pays(invoice, till.saved)
    away = at_home.get(f"/evergreen/invoices/{invoice.id}/pay", follow=False)
    assert away.status == 303 and away.headers["location"].endswith(f"/invoices/{invoice.id}")


def test_pages_only_read(at_home: Browser, till: Till, wire: Wire) -> None:
    invoice = till.person.invoice()
    wire.calls.clear()
    for path in ("/invoices", "/invoices?filter=all", f"/invoices/{invoice.id}", f"/invoices/{invoice.id}/pay"):
        assert at_home.get(f"/evergreen{path}").status == 200
    assert {call.what for call in wire.calls} <= {"dynamodb BatchGetItem", "dynamodb Query"}


def test_an_invoice_in_another_currency_is_not_paid_here(at_home: Browser, till: Till) -> None:
    foreign = till.person.invoice(12_000, currency="EUR")
    page = at_home.get(f"/evergreen/invoices/{foreign.id}/pay")
    assert page.url.endswith(foreign.id) and "please contact Evergreen" in page.text


# Somebody else's


@pytest.mark.parametrize("path", ["/invoices/{}", "/invoices/{}/pay", "/payments/{}"])
def test_anothers_is_as_unknown_as_nobodys(
    at_home: Browser, evergreen: Company, bluewave: Company, clock: Clock, path: str
) -> None:
    lee = Till(evergreen.customer("Lee Park", email="lee@example.com", password=None), clock)
    ray = Till(bluewave.customer("Ray Cole", email="ray@example.com", password=None), clock)
    payments = "payments" in path
    theirs = [till.pays(till.person.invoice(), NEW).id if payments else till.person.invoice().id for till in (lee, ray)]
    draft = till_of(at_home, evergreen).invoice(status="draft").id
    nobodys = at_home.get("/evergreen" + path.format(NOBODYS))
    assert nobodys.status == 404
    for id in [*theirs, *([] if payments else [draft])]:
        page = at_home.get("/evergreen" + path.format(id))
        assert page.status == 404
        assert without_ids(page) == without_ids(nobodys), "nothing tells them apart"


def till_of(browser: Browser, company: Company) -> Person:
    page = company.store.query(
        "customers", f"{company.store.tenant}#customer", index=("by_tenant", "list", "list_key"), prefix="dana"
    )
    return Person(company, page.items[0]["customer"].rpartition("#")[2])


def test_anothers_invoice_can_not_be_paid_or_canceled(at_home: Browser, evergreen: Company, till: Till) -> None:
    lee = Till(evergreen.customer("Lee Park", email="lee@example.com", password=None), till.clock)
    own, theirs = till.person.invoice(), lee.person.invoice()
    fields = form(at_home, own)
    assert at_home.post("/evergreen/payments", {**fields, "invoice": theirs.id}).status == 404
    payment = lee.pays(theirs, NEW)
    assert at_home.post(f"/evergreen/payments/{payment.id}/cancellation", {}).status == 404
    assert lee.payment(payment).state == "starting" and till.charges() == []


# Wrong input


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        *((one, "Write the amount like this: $120.00.") for one in ("-120", "1e2", "120.000", "١٢٠", "²", "9" * 1999)),
        *((one, "Write the amount like this: $120.00.") for one in ("abc", "1 20", "12,0", "12,50", "<b>", "$")),
        *((one, "You can pay up to $120.00.") for one in ("120.01", "$1,000,000", "USD 121")),
        *((one, "The smallest payment is $5.00.") for one in ("0", "4.99", ".01")),
    ],
)
def test_an_amount_that_can_not_be_is_said_at_the_field(at_home: Browser, till: Till, typed: str, words: str) -> None:
    fields = form(at_home, till.person.invoice(12_000))
    page = at_home.post("/evergreen/payments", {**fields, "amount": typed})
    assert page.status == 422 and words in page.text
    assert page.form("/payments").fields["amount"] == typed, "what was typed is there to be mended"
    assert 'href="#amount"' in page.html and "<b>" not in page.html
    assert till.payments == []


def test_an_empty_amount_is_not_all_of_it(at_home: Browser, till: Till) -> None:
    fields = form(at_home, till.person.invoice(12_000))
    page = at_home.post("/evergreen/payments", {**fields, "amount": ""})
    assert page.status == 422 and "Write the amount like this: $120.00." in page.text
    assert till.payments == []


@pytest.mark.parametrize(("typed", "paid"), [("50", 5_000), ("20.00 USD", 2_000), (" $5 ", 500)])
def test_a_part_is_paid_as_people_type_it(at_home: Browser, till: Till, typed: str, paid: int) -> None:
    invoice = till.person.invoice(12_000)
    form(at_home, invoice)
    at_home.submit("/payments", amount=typed)
    assert till.invoice(invoice).paid == paid
    page = at_home.get(f"/evergreen/invoices/{invoice.id}")
    assert "Part paid" in page.text and f"Pay ${120 - paid / 100:.2f}" in page.text
    check_books(till.person)


def test_where_parts_are_off_the_amount_is_fixed(at_home: Browser, till: Till) -> None:
    company = till.company
    change_company(company.store, company.company, partial_payments=False)
    invoice = till.person.invoice(12_000)
    fields = form(at_home, invoice)
    assert "amount" not in fields and "Amount to pay" not in at_home.page.text  # type: ignore[union-attr]
    forged = at_home.post("/evergreen/payments", {**fields, "parts": "", "amount": "50"})
    assert forged.status == 422 and "only be paid in full: $120.00" in forged.text
    assert "Thank you" in at_home.submit("/payments").text
    assert till.invoice(invoice).due == 0


def test_what_is_less_than_the_minimum_is_paid_whole(at_home: Browser, till: Till) -> None:
    assert "amount" not in form(at_home, till.person.invoice(450))
    assert "$4.50" in at_home.submit("/payments").text
    assert [one.amount for one in till.payments] == [450]


def test_the_company_s_own_minimum_is_told(at_home: Browser, till: Till) -> None:
    change_company(till.company.store, till.company.company, minimum_payment=2_500)
    form(at_home, till.person.invoice(12_000))
    assert "at least $25.00" in at_home.page.text  # type: ignore[union-attr]


@pytest.mark.parametrize("field", ["invoice", "amount", "method", "attempt", "credit", "parts"])
@pytest.mark.parametrize(
    "value", ["x" * 10_000, "\x00", "a\x1bb", "\u202e" * 5, "x" * 1_999, "%00", "../..", "#", "<b>", "-1", "1:1"]
)
def test_no_field_makes_a_mistake_of_ours(at_home: Browser, till: Till, field: str, value: str) -> None:
    fields = form(at_home, till.person.invoice())
    page = at_home.post("/evergreen/payments", {**fields, field: value})
    assert page.status in (404, 409, 422), page.text
    assert "<b>" not in page.html
    assert till.payments == []


@pytest.mark.parametrize("missing", ["invoice", "amount", "method", "attempt"])
def test_a_missing_field_is_said_in_words(at_home: Browser, till: Till, missing: str) -> None:
    fields = form(at_home, till.person.invoice())
    del fields[missing]
    assert at_home.post("/evergreen/payments", fields).status in (404, 409, 422)
    assert till.payments == []


@pytest.mark.parametrize(
    "id", ["x", "x" * 1_200, "x" * 10_000, "%00", "%2e%2e", "ünï", "\ud800", "a#b", "invoice#1", "'", "0"]
)
def test_no_address_makes_a_mistake_of_ours(at_home: Browser, id: str) -> None:
    for path in (f"/invoices/{id}", f"/invoices/{id}/pay", f"/payments/{id}"):
        # As the gateway hands it over, undecoded; its own parser would cut a fragment off.
        assert (
            at_home._once("GET", "http://localhost:8000/evergreen" + path.replace("#", "%23"), None, {}).status == 404
        )
    assert at_home.post(f"/evergreen/payments/{id.replace('#', '%23')}/cancellation", {}).status == 404


@pytest.mark.parametrize("wait", ["", "5", "-1", "9" * 400, "abc", "٣"])
def test_no_waiting_time_makes_a_mistake_of_ours(at_home: Browser, till: Till, wait: str) -> None:
    till.world.stripe.faults.timeout_before("/v1/checkout", times=2)
    payment = till.pays(till.person.invoice(), NEW)
    assert at_home.get(f"/evergreen/payments/{payment.id}?wait={wait}").status == 200


def test_an_old_form_is_refused_in_words_and_offered_again(at_home: Browser, till: Till) -> None:
    fields = form(at_home, till.person.invoice())
    old = till.world.services.new_id(till.clock().replace(year=2025))
    page = at_home.post("/evergreen/payments", {**fields, "attempt": old})
    assert page.status == 422 and "too old" in page.text
    assert page.form("/payments").fields["attempt"] not in (old, fields["attempt"])


# Twice


def test_a_replayed_form_leads_to_the_same_receipt(at_home: Browser, till: Till) -> None:
    fields = form(at_home, till.person.invoice())
    first = at_home.post("/evergreen/payments", fields)
    for _ in range(3):
        again = at_home.post("/evergreen/payments", fields)
        assert (again.status, again.url) == (200, first.url)
    assert len(till.charges()) == 1


def test_a_form_sent_again_for_another_amount_is_told_what_was_paid(at_home: Browser, till: Till) -> None:
    """Back from the receipt, the amount is typed anew: whoever does so must not think that both were paid."""
    fields = form(at_home, till.person.invoice(12_000))
    receipt = at_home.post("/evergreen/payments", {**fields, "amount": "$5.00"})
    assert "already" not in receipt.text
    for amount in ("$7.00", "nonsense", ""):
        again = at_home.post("/evergreen/payments", {**fields, "amount": amount})
        assert (again.status, again.url) == (200, receipt.url + "?done=before")
        assert "This payment was already made, for $5.00. Nothing more was charged." in again.text
    assert at_home.post("/evergreen/payments", {**fields, "amount": "5"}).url == receipt.url, "the same amount"
    assert [one.amount for one in till.payments] == [500] and len(till.charges()) == 1
    check_books(till.person)


def test_a_form_sent_again_for_another_invoice_is_told_too(at_home: Browser, till: Till) -> None:
    one, other = till.person.invoice(12_000), till.person.invoice(500)
    fields = form(at_home, one)
    at_home.post("/evergreen/payments", fields)
    for odd in ({"invoice": other.id, "amount": "$120.00"}, {"invoice": "", "parts": f"{one.id}:12000 {other.id}:500"}):
        assert "already made, for $120.00" in at_home.post("/evergreen/payments", {**fields, **odd}).text
    assert len(till.charges()) == 1 and till.invoice(other).due == 500


def test_one_that_is_not_paid_yet_is_shown_in_the_place_of_stripes_page(at_home: Browser, till: Till) -> None:
    fields = {**form(at_home, till.person.invoice(12_000)), "method": NEW}
    first = at_home.post("/evergreen/payments", fields, follow=False)
    again = at_home.post("/evergreen/payments", {**fields, "amount": "$7.00"})
    assert "This payment was already begun, for $120.00. Nothing was charged for what you sent now." in again.text
    assert "Not paid yet" in again.text and first.headers["location"] in again.links
    assert at_home.post("/evergreen/payments", fields, follow=False).headers["location"] == first.headers["location"]


def test_asking_the_bank_again_is_no_other_amount(at_home: Browser, till: Till) -> None:
    till.world.stripe.faults.timeout_before("/v1/payment_intents", times=4)
    payment = till.pays(till.person.invoice(), till.saved)
    till.clock.forward(minutes=1)
    page = at_home.post("/evergreen/payments", {"attempt": payment.id})
    assert "done=" not in page.url and "already" not in page.text


def test_two_tabs_pay_once_and_the_second_is_told_so(at_home: Browser, till: Till) -> None:
    invoice = till.person.invoice()
    one, other = form(at_home, invoice), form(at_home, invoice)
    assert one["attempt"] != other["attempt"]
    at_home.post("/evergreen/payments", {**one, "method": NEW}, follow=False)
    second = at_home.post("/evergreen/payments", other)
    assert second.status == 409 and "already under way" in second.text
    assert not second.forms or "$0.00" not in second.text, "nothing to pay is not offered for paying"
    assert till.charges() == []


def test_paid_elsewhere_meanwhile_is_said_in_words(at_home: Browser, till: Till) -> None:
    invoice = till.person.invoice()
    fields = form(at_home, invoice)
    till.pays(invoice, till.saved)
    page = at_home.post("/evergreen/payments", fields)
    assert page.status == 409 and "nothing left to pay" in page.text


# Declined, canceled, refused


def test_a_decline_says_what_happened_and_what_to_do(evergreen: Company, browser: Browser, clock: Clock) -> None:
    till = Till(evergreen.customer(saved_card=DECLINES), clock)
    invoice = till.person.invoice()
    browser.sign_in("evergreen")
    browser.get(f"/evergreen/invoices/{invoice.id}/pay")
    page = browser.submit("/payments")
    assert page.status == 200
    assert "couldn't charge this card" in page.text.replace("’", "'") and "Use another card" in page.text
    assert "You have not been charged" in page.text
    again = browser.get(next(link for link in page.links if link.endswith("/pay")))
    assert again.form("/payments").fields["amount"] == "$120.00"


def test_the_customer_cancels_what_is_waiting_on_checkout(at_home: Browser, till: Till) -> None:
    invoice = till.person.invoice()
    payment = till.pays(invoice, NEW)
    at_home.get(f"/evergreen/payments/{payment.id}")
    page = at_home.submit("/cancellation")
    assert page.status == 200 and "canceled" in page.text.lower()
    assert till.invoice(invoice).payable == 12_000


def test_from_another_website_nothing_can_be_paid_or_canceled(at_home: Browser, till: Till) -> None:
    fields = form(at_home, till.person.invoice())
    other = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    assert at_home.post("/evergreen/payments", fields, headers=other).status == 403
    payment = till.pays(till.person.invoice(), NEW)
    assert at_home.post(f"/evergreen/payments/{payment.id}/cancellation", {}, headers=other).status == 403
    assert till.payment(payment).state == "starting"


def test_without_a_session_nothing_is_shown(evergreen: Company, browser: Browser, till: Till) -> None:
    payment = till.pays(till.person.invoice(), NEW)
    for path in ("/invoices", f"/invoices/{payment.allocations[0].invoice_id}", f"/payments/{payment.id}"):
        assert "/sign-in" in browser.get(f"/evergreen{path}", follow=False).headers["location"]


def test_refused_by_stripe_is_not_blamed_on_the_bank(at_home: Browser, till: Till) -> None:
    till.world.stripe.restrict_account(till.company.company.stripe_account)
    form(at_home, till.person.invoice())
    page = at_home.submit("/payments")
    assert "contact us" in page.text and "Your bank" not in page.text


# When nobody answers


def test_when_stripe_does_not_answer_the_page_waits_and_promises_no_double_charge(at_home: Browser, till: Till) -> None:
    till.world.stripe.faults.timeout_after(times=2)
    form(at_home, till.person.invoice())
    till.world.stripe.faults.timeout_before("GET /v1/payment_intents", times=2)
    page = at_home.submit("/payments")
    assert page.status == 200 and "charged twice" in page.text
    assert "Paid" in at_home.get(page.url).text


@pytest.mark.parametrize("what", ["dynamodb BatchGetItem", "dynamodb TransactWriteItems", "dynamodb"])
def test_when_the_store_does_not_answer_a_friendly_503_says_nothing_is_lost(
    at_home: Browser, till: Till, wire: Wire, what: str
) -> None:
    invoice = till.person.invoice()
    fields = form(at_home, invoice)
    wire.down(what, "throttled")
    page = at_home.post("/evergreen/payments", fields)
    wire.heal()
    assert page.status == 503 and "Nothing was lost" in page.text
    assert till.payments == [] and till.charges() == [] and till.invoice(invoice) == invoice
    assert "Paid" in at_home.post("/evergreen/payments", fields).text, "the very same form works afterwards"


def test_when_cancelling_is_not_answered_a_friendly_page_says_so(at_home: Browser, till: Till) -> None:
    payment = till.pays(till.person.invoice(), NEW)
    till.world.stripe.faults.timeout_before("/expire", times=2)
    assert at_home.post(f"/evergreen/payments/{payment.id}/cancellation", {}).status == 424
    assert till.payment(payment).state == "starting"


def test_webhook_and_browser_together(at_home: Browser, till: Till) -> None:
    invoice = till.person.invoice()
    payment = till.pays(invoice, NEW)
    back = till.world.stripe.pay(payment.next_url)
    assert set(at_home.deliver_webhooks(wiring.app)) == {200}
    assert back.location is not None and "Paid" in at_home.get(back.location).text
    check_books(till.person)


def test_a_payment_nobody_heard_of_says_so_and_can_be_tried_again(
    evergreen: Company, browser: Browser, clock: Clock
) -> None:
    dana = evergreen.customer(saved_card="pm_card_visa")
    invoice = dana.invoice(12_000)
    browser.sign_in("evergreen")
    browser.get(f"/evergreen/invoices/{invoice.id}/pay")
    browser.world.stripe.faults.timeout_before(times=2)
    checking = browser.submit("/payments")
    assert "Checking your payment" in checking.text and "Ask the bank again" not in checking.text
    clock.forward(seconds=31)
    page = browser.get(checking.url)
    assert "Ask the bank again" in page.text
    assert "Thank you" in browser.submit("/payments").text
    assert len(browser.world.stripe.state.charges(evergreen.company.stripe_account)) == 1


def test_one_given_up_says_that_nothing_was_charged(evergreen: Company, browser: Browser, clock: Clock) -> None:
    dana = evergreen.customer(saved_card="pm_card_visa")
    invoice = dana.invoice(12_000)
    browser.sign_in("evergreen")
    browser.get(f"/evergreen/invoices/{invoice.id}/pay")
    browser.world.stripe.faults.timeout_before(times=2)
    checking = browser.submit("/payments")
    clock.forward(minutes=20)
    page = browser.get(checking.url)
    assert "didn’t go through" in page.text and "nothing was charged" in page.text
    assert dana.invoice_now(invoice).payable == 12_000
