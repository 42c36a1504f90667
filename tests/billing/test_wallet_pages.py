"""The wallet's pages, through a browser: what is offered, what is hidden, and who is asked to prove more first."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.customers.actions import link as links
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants.actions import stripe_account
from tests.billing.purse import INSTANT, TYPED_IN, Purse
from tests.billing.till import Till
from tests.browser import Browser, Page
from tests.builders import Company
from tests.conftest import Clock

WALLET = "/evergreen/wallet"
DETAILS = {"expiry": "04/31", "name": "Dana W", "line1": "1 Elm St", "city": "Denver", "state": "CO",
           "postal_code": "80202"}  # fmt: skip


@pytest.fixture
def purse(evergreen: Company) -> Purse:
    return Purse(evergreen.customer())


@pytest.fixture
def dana(purse: Purse, browser: Browser) -> Browser:
    """Dana's browser, signed in by password."""
    browser.sign_in("evergreen")
    return browser


@pytest.fixture
def by_link(purse: Purse, evergreen: Company, browser: Browser) -> Browser:
    """Dana's browser, come in by a mailed link."""
    import re

    links.send(browser.world.services, evergreen.store, purse.person.now)
    found = re.search(r"/evergreen/link/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))
    assert found
    browser.get(found.group())
    browser.submit(found.group())
    return browser


def hide(company: Company, *permissions: str) -> None:
    tenant_records.change_company(company.store, company.company, hidden=frozenset(permissions))


def at_stripe(browser: Browser, page: Page, **how: Any) -> Page:
    """On Stripe's page: pick a card or an account, and come back."""
    url = page.headers["location"]
    answer = browser.world.stripe.browse(url, how) if how.get("kind") else browser.world.stripe.pay(url, **how)
    return browser.get(answer.headers["Location"])


# Adding


def test_a_card_is_added_on_stripes_page(dana: Browser) -> None:
    page = dana.get(WALLET)
    assert "Nothing saved yet" in page.text
    away = dana.submit("/wallet/cards")
    assert away.status == 303 and "/c/pay/" in away.headers["location"]
    page = at_stripe(dana, away)
    assert page.url.endswith("/wallet?done=card") and "Your card is saved." in page.text
    assert "Visa •••• ending in 4242" in page.text and "Expires 12/28" in page.text and "Default" in page.text


def test_the_way_back_without_a_card_is_the_wallet(dana: Browser, purse: Purse) -> None:
    dana.get(WALLET)
    session = dana.submit("/wallet/cards").headers["location"].rpartition("/")[2]
    page = dana.get(purse.stripe.get("checkout.session", session)["cancel_url"])
    assert page.url.endswith(WALLET) and "Nothing saved yet" in page.text


def test_a_bank_account_is_added_and_ready(dana: Browser) -> None:
    dana.get(WALLET)
    page = at_stripe(dana, dana.post("/evergreen/wallet/bank-accounts", {}), bank=INSTANT)
    assert "Your bank account is saved." in page.text and "Stripe Test Bank •••• ending in 6789" in page.text


def test_a_bank_account_typed_in_is_verified_by_its_code(dana: Browser, purse: Purse) -> None:
    dana.get(WALLET)
    page = at_stripe(dana, dana.post("/evergreen/wallet/bank-accounts", {}), **TYPED_IN)
    assert "verify it once the deposit has arrived" in page.text and "Not verified yet" in page.text
    bank = purse.methods[0]
    page = dana.get(f"{WALLET}/{bank.id}")
    assert f"/evergreen/wallet/{bank.id}/verification" in page.links and "Tuesday, November 24" in page.text
    page = dana.get(f"{WALLET}/{bank.id}/verification")
    assert "You have 10 tries." in page.text and "starts with SM" in page.text and "Thursday, December 3" in page.text
    page = dana.submit("/verification", code="SM99ZZ")
    assert page.status == 422 and "Tries left: 9" in page.text and "You have 9 tries." in page.text
    assert page.form("/verification").fields["code"] == "SM99ZZ"
    page = dana.submit("/verification", code="SM11AA")
    assert "Your bank account is verified." in page.text
    assert dana.get(f"{WALLET}/{bank.id}/verification").url.endswith(bank.id)


def test_two_amounts_have_two_fields(dana: Browser, purse: Purse) -> None:
    bank = purse.types_bank()
    setup = purse.stripe.get("setup_intent", bank.setup)
    setup["next_action"]["verify_with_microdeposits"]["microdeposit_type"] = "amounts"
    purse.refresh()
    page = dana.get(f"{WALLET}/{bank.id}/verification")
    assert "Two small deposits" in page.text and "You have 3 tries." in page.text
    assert set(page.form("/verification").fields) == {"amount1", "amount2"}
    assert "Your bank account is verified." in dana.submit("/verification", amount1="0.32", amount2="45").text


@pytest.mark.parametrize(("code", "words"), [("SM33CC", "too many wrong tries"), ("SM44DD", "is over")])
def test_a_verification_that_is_over_leads_to_adding_it_again(
    dana: Browser, purse: Purse, code: str, words: str
) -> None:
    bank = purse.types_bank()
    dana.get(f"{WALLET}/{bank.id}/verification")
    page = dana.submit("/verification", code=code)
    assert page.url.endswith(bank.id) and words in page.text and "Add it again" in page.text
    assert dana.submit("/bank-accounts").status == 303


def test_only_a_us_company_offers_us_bank_accounts(dana: Browser, evergreen: Company) -> None:
    tenant_records.change_company(evergreen.store, evergreen.company, currency="CAD")
    page = dana.get(WALLET)
    assert "Add a card" in page.text and "bank-accounts" not in page.html
    assert dana.post("/evergreen/wallet/bank-accounts", {}).status == 403


# One of them


def test_make_default_and_remove(dana: Browser, purse: Purse) -> None:
    purse.adds()
    card = purse.adds("5555555555554444")
    dana.get(f"{WALLET}/{card.id}")
    page = dana.submit("/default")
    assert "This is your default now." in page.text and purse.default == "Mastercard •••• 4444"
    page = dana.submit("/removal")
    assert page.url.endswith("/wallet?done=removed") and "Removed." in page.text
    assert purse.names == ["Visa •••• 4242"] and purse.default == "Visa •••• 4242"
    assert dana.get(f"{WALLET}/{card.id}").status == 404


def test_removed_twice_it_is_removed(dana: Browser, purse: Purse) -> None:
    """A double click without JavaScript, or a second tab."""
    card = purse.adds()
    dana.post(f"{WALLET}/{card.id}/removal", {})
    assert "Removed." in dana.page.text  # type: ignore[union-attr]
    page = dana.post(f"{WALLET}/{card.id}/removal", {})
    assert page.url.endswith("/wallet?done=gone") and "isn’t on file" in page.text
    assert purse.names == []


def test_what_was_never_on_file_is_not_said_to_be_removed(dana: Browser, purse: Purse) -> None:
    purse.adds()
    page = dana.post(f"{WALLET}/pm_of_somebody_else/removal", {})
    assert page.url.endswith("/wallet?done=gone") and "isn’t on file" in page.text and "Removed" not in page.text
    assert purse.names == ["Visa •••• 4242"]


def test_details_are_changed_and_shown_again(dana: Browser, purse: Purse) -> None:
    card = purse.adds()
    dana.get(f"{WALLET}/{card.id}/details")
    page = dana.submit("/details", **DETAILS)
    assert "Your changes are saved." in page.text and "Expires 04/31" in page.text
    fields = dana.get(f"{WALLET}/{card.id}/details").form("/details").fields
    assert fields == {**DETAILS, "line2": ""}


def test_a_wrong_date_keeps_what_was_typed(dana: Browser, purse: Purse) -> None:
    card = purse.adds()
    dana.get(f"{WALLET}/{card.id}/details")
    page = dana.submit("/details", **{**DETAILS, "expiry": "01/20"})
    assert page.status == 422 and "This date has passed" in page.text
    assert page.form("/details").fields["line1"] == "1 Elm St" and purse.methods[0].expires == "12/28"


def test_a_bank_accounts_page_asks_for_no_date(dana: Browser, purse: Purse) -> None:
    bank = purse.adds_bank()
    page = dana.get(f"{WALLET}/{bank.id}/details")
    assert "expiry" not in page.form("/details").fields
    assert "Your changes are saved." in dana.submit("/details", name="Dana W").text


def test_a_card_that_expired_or_will_soon_says_so(dana: Browser, purse: Purse) -> None:
    soon, old = purse.adds(), purse.adds("5555555555554444")
    purse.at_stripe(soon)["card"].update(exp_month=12, exp_year=2026)
    purse.at_stripe(old)["card"].update(exp_month=10, exp_year=2026)
    purse.refresh()
    text = dana.get(WALLET).text
    assert "Expires soon" in text and "Expired 10/26" in text
    page = dana.get(f"{WALLET}/{old.id}")
    assert "has expired" in page.text and not [one for one in page.forms if one.action.endswith("/default")]
    assert dana.post(f"{WALLET}/{old.id}/default", {}).status == 409


def test_what_a_payment_needs_is_not_offered_for_removal(dana: Browser, purse: Purse, clock: Clock) -> None:
    bank = purse.adds_bank()
    payment = Till(purse.person, clock).pays(purse.person.invoice(12_000), bank.id)
    page = dana.get(f"{WALLET}/{bank.id}")
    assert "A payment of $120.00 with it is under way." in page.text
    assert f"/evergreen/payments/{payment.id}" in page.links
    assert not [one for one in page.forms if one.action.endswith("/removal")]
    refused = dana.post(f"{WALLET}/{bank.id}/removal", {})
    assert refused.status == 409 and "A payment of $120.00 with it is under way" in refused.text
    assert purse.methods[0].usable


def test_a_removal_cut_off_is_looked_after(dana: Browser, purse: Purse, clock: Clock) -> None:
    """The process died between mark and Stripe: a minute later the card is back in sight."""
    from chalicelib.billing.actions import wallet

    card = purse.adds()
    wallet._mark(purse.world.services, purse.person.account, card.id)
    assert "4242" not in dana.get(WALLET).text
    clock.forward(minutes=2)
    assert "4242" in dana.get(WALLET).text and purse.methods[0].usable


@pytest.mark.parametrize("path", ["", "/details", "/verification", "/default", "/removal"])
def test_another_customers_card_is_not_there(
    dana: Browser, purse: Purse, evergreen: Company, bluewave: Company, path: str
) -> None:
    ruth_purse = Purse(evergreen.customer("Ruth Alvarez", email="ruth@example.com"))
    neighbour_purse = Purse(bluewave.customer("Nia Brooks", email="nia@example.com"))
    ruth, neighbour = ruth_purse.adds(), neighbour_purse.adds()
    for id in (ruth.id, neighbour.id, "pm_nobody"):
        assert dana.get(f"{WALLET}/{id}{path}").status == 404
        if path == "/removal":
            answer = dana.post(f"{WALLET}/{id}{path}", {})
            assert answer.url.endswith("/wallet?done=gone"), "as if it were removed already: that tells nothing"
        elif path:
            assert dana.post(f"{WALLET}/{id}{path}", {**DETAILS, "code": "SM11AA"}).status == 404
    ids = [one.id for one in ruth_purse.methods] + [one.id for one in neighbour_purse.methods]
    assert ids == [ruth.id, neighbour.id]


def test_posts_reloaded_or_typed_lead_to_a_page(dana: Browser, purse: Purse) -> None:
    card = purse.adds()
    for path, page in (("/cards", ""), ("/bank-accounts", ""), (f"/{card.id}/default", f"/{card.id}"),
                       (f"/{card.id}/removal", f"/{card.id}")):  # fmt: skip
        assert dana.get(WALLET + path).url.endswith(WALLET + page)


@pytest.mark.parametrize("id", ["%2e%2e", "x%5cy", "%00", "x" * 600, "%c3%a9"])
@pytest.mark.parametrize("path", ["", "/default", "/removal", "/details", "/verification"])
def test_an_address_that_no_card_can_have_is_not_found(dana: Browser, path: str, id: str) -> None:
    assert dana.get(f"{WALLET}/{id}{path}", follow=False).status == 404


def test_the_way_back_asks_stripe_and_says_when_it_is_silent(dana: Browser, wire: Any) -> None:
    away = dana.post("/evergreen/wallet/cards", {})
    back = dana.world.stripe.pay(away.headers["location"]).headers["Location"]
    wire.down("stripe GET")
    assert "it will be here in a minute" in dana.get(back).text
    wire.heal()
    assert "Your card is saved." in dana.get(back).text


def test_a_note_is_one_of_ours(dana: Browser) -> None:
    assert 'role="status"' not in dana.get(f"{WALLET}?done=<script>").html


def test_pages_say_no_numbers_in_the_log(dana: Browser, purse: Purse, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="chalicelib"):
        purse.adds()
        bank = purse.types_bank()
        dana.get(f"{WALLET}/{bank.id}/verification")
        dana.submit("/verification", code="SM99ZZ")
    for secret in ("4242424242424242", "000222222227", "SM99ZZ", "dana@example.com"):
        assert secret not in caplog.text


# What the company lets customers do


CHANGES = ("/cards", "/bank-accounts", "/{id}/default", "/{id}/details", "/{id}/removal", "/{bank}/verification")
PAGES = ("", "/added", "/{id}", "/{id}/details", "/{bank}/verification")


def test_a_hidden_wallet_is_not_there(dana: Browser, purse: Purse, evergreen: Company) -> None:
    ids = {"id": purse.adds().id, "bank": purse.types_bank().id}
    hide(evergreen, "payment_options")
    for path in (*PAGES, *CHANGES):
        assert dana.get(WALLET + path.format(**ids), follow=False).status == 404, path
    for path in CHANGES:
        assert dana.post(WALLET + path.format(**ids), {**DETAILS, "code": "SM11AA"}).status == 404, path
    assert [one.state for one in purse.methods] == ["ready", "unverified"] and purse.methods[0].expires == "12/28"


def test_without_adding_the_rest_works(dana: Browser, purse: Purse, evergreen: Company) -> None:
    card, bank = purse.adds(), purse.types_bank()
    hide(evergreen, "add_methods")
    page = dana.get(WALLET)
    assert "Add a" not in page.text and not [one for one in page.forms if "/wallet" in one.action]
    for path in ("/cards", "/bank-accounts"):
        assert dana.post(WALLET + path, {}).status == 404
        assert dana.get(WALLET + path, follow=False).status == 404
    dana.get(f"{WALLET}/{bank.id}/verification")
    page = dana.submit("/verification", code="SM44DD")
    assert "is over" in page.text and "Add it again" not in page.text
    dana.get(f"{WALLET}/{card.id}")
    assert dana.submit("/removal").status == 200 and len(purse.methods) == 1


def test_without_deleting_the_rest_works(dana: Browser, purse: Purse, evergreen: Company) -> None:
    card = purse.adds()
    hide(evergreen, "delete_methods")
    page = dana.get(f"{WALLET}/{card.id}")
    assert "Remove" not in page.text
    assert dana.post(f"{WALLET}/{card.id}/removal", {}).status == 404 and purse.names == ["Visa •••• 4242"]
    assert dana.get(f"{WALLET}/{card.id}/removal", follow=False).status == 404
    assert dana.post("/evergreen/wallet/cards", {}).status == 303


@pytest.mark.parametrize("connected", [True, False])
def test_a_company_that_cant_take_charges_says_so_kindly(
    dana: Browser, purse: Purse, evergreen: Company, connected: bool
) -> None:
    purse.adds()
    stripe_account.connect_stripe(dana.world.services, evergreen.store, evergreen.company.stripe_account, False)
    if not connected:
        tenant_records.change_company(evergreen.store, evergreen.company, stripe_account="")
    page = dana.get(WALLET)
    assert "can’t take new cards or bank accounts online just now" in page.text and "Add a" not in page.text
    assert ("4242" in page.text) == connected
    assert dana.post("/evergreen/wallet/cards", {}).status == 403


# Come in by a mailed link


def test_a_link_may_look(by_link: Browser, purse: Purse) -> None:
    card = purse.adds()
    assert "4242" in by_link.get(WALLET).text
    assert "Expires 12/28" in by_link.get(f"{WALLET}/{card.id}").text


@pytest.mark.parametrize("change", CHANGES)
def test_a_link_proves_more_before_each_change(by_link: Browser, purse: Purse, change: str) -> None:
    purse.adds()
    ids = {"id": purse.adds("5555555555554444").id, "bank": purse.types_bank().id}
    before = purse.person.now.methods
    form_page = WALLET + f"/{ids['id']}"
    by_link.get(form_page)
    page = by_link.post(WALLET + change.format(**ids), {**DETAILS, "code": "SM11AA"})
    assert "Confirm that it’s you" in page.text
    assert f"/evergreen/step-up?next={form_page.removeprefix('/evergreen')}" in page.url
    assert purse.person.now.methods == before
    back = by_link.submit("/step-up", password="green-lawn-2026")
    assert form_page in back.url and "Now you can make your change" in back.text


@pytest.mark.parametrize("path", ["/{id}/details", "/{bank}/verification"])
def test_a_form_is_not_filled_in_before(by_link: Browser, purse: Purse, path: str) -> None:
    ids = {"id": purse.adds().id, "bank": purse.types_bank().id}
    path = path.format(**ids)
    assert by_link.get(WALLET + path).url.endswith(f"/step-up?next=/wallet{path}")
    page = by_link.submit("/step-up", password="green-lawn-2026")
    assert page.status == 200 and page.url.endswith(WALLET + path)


def test_after_the_proof_the_change_goes_through(by_link: Browser, purse: Purse) -> None:
    card = purse.adds()
    by_link.get(f"{WALLET}/{card.id}")
    by_link.submit("/removal")
    by_link.submit("/step-up", password="green-lawn-2026")
    assert by_link.submit("/removal").url.endswith("/wallet?done=removed") and purse.names == []


def test_hidden_is_hidden_from_links_too(by_link: Browser, evergreen: Company) -> None:
    hide(evergreen, "payment_options")
    assert by_link.post("/evergreen/wallet/cards", {}).status == 404
