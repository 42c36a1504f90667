"""A company's own Stripe account: one of it, brought through onboarding, believed only as Stripe says it is now."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

import app as wiring
from chalicelib.billing.actions import connect
from chalicelib.billing.rules.connection import Connection, in_words, standing
from chalicelib.errors import Conflict, NotAllowed, Unavailable
from chalicelib.tenants import records
from chalicelib.tenants.actions import activation, stripe_account
from infra import connect as command
from sandbox.stripe.webhooks import sign
from sandbox.world import WEBHOOK_SECRET, World
from tests.billing.till import NEW, Till, check_books
from tests.billing.wire import FAULTS, Killed, Wire
from tests.browser import Browser, deliver_webhook
from tests.builders import Company, a_company
from tests.conftest import Clock

BACK = "http://localhost:8000/bright/connect/x"


@pytest.fixture
def bright(world: World) -> Company:
    """A company that has no Stripe account yet."""
    return a_company(world, "Bright Pools", "bright", connected=False)


def accounts(world: World) -> list[dict[str, Any]]:
    return list(world.stripe.state.world().all("account"))


def finishes(world: World, link: str) -> None:
    """The company goes through Stripe's pages."""
    world.stripe.browse(link)
    world.stripe.browse(link, {"answer": "finish"})


def event(type: str, account: str, **thing: Any) -> int:
    """A signed event of an account; the status it is answered with."""
    body = json.dumps(
        {"id": f"evt_{type}", "object": "event", "type": type, "created": int(time.time()), "account": account,
         "data": {"object": {"id": account, "object": "account", **thing}}}
    ).encode()  # fmt: skip
    return deliver_webhook(wiring.app, body, sign(body, WEBHOOK_SECRET, datetime.now(UTC)))


def test_onboarding_ends_with_a_company_that_can_take_payments(bright: Company, world: World) -> None:
    services = world.services
    assert connect.look(services, bright.store).kind == "none"
    link = connect.onboard(services, bright.store, BACK)
    (account,) = accounts(world)
    assert bright.company.stripe_account == account["id"]
    assert not bright.company.charges_enabled
    found = connect.look(services, bright.store)
    assert found.kind == "open"
    assert "the bank account your money goes to" in found.needs
    finishes(world, link)
    assert connect.look(services, bright.store).kind == "ready"
    assert bright.company.charges_enabled


def test_the_account_is_the_companys_own(bright: Company, world: World) -> None:
    """It pays Stripe's fees, bears its losses and has Stripe's full dashboard: charges on it are direct charges."""
    connect.onboard(world.services, bright.store, BACK)
    (account,) = accounts(world)
    assert account["controller"]["fees"] == {"payer": "account"}
    assert account["controller"]["losses"] == {"payments": "stripe"}
    assert account["controller"]["stripe_dashboard"] == {"type": "full"}
    assert account["metadata"] == {"tenant": bright.store.tenant}
    assert account["country"] == "US"
    assert {"card_payments", "us_bank_account_ach_payments"} <= account["capabilities"].keys()


def test_each_link_is_a_fresh_one_to_the_same_account(bright: Company, world: World) -> None:
    first, second = (connect.onboard(world.services, bright.store, BACK) for _ in range(2))
    assert first != second
    assert len(accounts(world)) == 1


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", range(9))
def test_whatever_is_lost_one_company_has_one_account(
    bright: Company, world: World, wire: Wire, fault: Any, step: int
) -> None:
    wire.fails(step, fault)
    with suppress(Unavailable, Conflict, Killed):
        connect.onboard(world.services, bright.store, BACK)
    wire.heal()
    assert connect.onboard(world.services, bright.store, BACK)
    assert [one["id"] for one in accounts(world)] == [bright.company.stripe_account]


@pytest.mark.parametrize("change", [{"name": "Brighter Pools"}, {"email": "new@bright.example"}, {"locale": "es-MX"}])
def test_after_a_lost_answer_the_companys_words_may_change(
    bright: Company, world: World, wire: Wire, change: dict[str, Any]
) -> None:
    """Stripe would refuse the same key with other words, for a day."""
    wire.down("stripe POST /v1/accounts", "lost after")
    with suppress(Unavailable):
        connect.onboard(world.services, bright.store, BACK)
    wire.heal()
    records.change_company(bright.store, bright.company, **change)
    assert connect.onboard(world.services, bright.store, BACK)
    assert bright.company.stripe_account == accounts(world)[-1]["id"]


def test_a_double_click_makes_one_account(bright: Company, world: World, wire: Wire) -> None:
    """The second click comes while the first waits for Stripe's answer."""
    cut = [True]

    def cut_in(_: int, call: Any) -> None:
        if cut and call.what == "stripe POST /v1/account_links":
            cut.clear()
            connect.onboard(world.services, bright.store, BACK)

    wire.plan = cut_in
    connect.onboard(world.services, bright.store, BACK)
    cut.append(True)

    def late(_: int, call: Any) -> None:
        if cut and call.what == "dynamodb TransactWriteItems":
            cut.clear()
            connect.onboard(world.services, bright.store, BACK)

    wire.plan = late
    connect.onboard(world.services, bright.store, BACK)
    assert [one["id"] for one in accounts(world)] == [bright.company.stripe_account]


def test_an_account_serves_one_company(bright: Company, evergreen: Company, world: World) -> None:
    with pytest.raises(Conflict):
        stripe_account.adopt_account(world.services, bright.store, evergreen.company.stripe_account)
    assert not bright.company.stripe_account


# What Stripe tells


def test_a_changed_account_is_asked_for_and_not_believed(evergreen: Company, world: World) -> None:
    account = evergreen.company.stripe_account
    world.stripe.restrict_account(account)
    for body in world.stripe.pending_webhooks():
        assert deliver_webhook(wiring.app, body[1], body[2]) == 200
    assert not evergreen.company.charges_enabled
    # An event from before, delivered late, says that all is well.
    assert event("account.updated", account, charges_enabled=True) == 200
    assert not evergreen.company.charges_enabled


def test_an_event_may_come_twice_and_in_any_order(bright: Company, world: World) -> None:
    finishes(world, connect.onboard(world.services, bright.store, BACK))
    account = bright.company.stripe_account
    world.stripe.restrict_account(account)
    post = world.stripe.pending_webhooks()
    for _, body, signature in [*post[::-1], *post]:
        assert deliver_webhook(wiring.app, body, signature) == 200
        assert not bright.company.charges_enabled


def test_a_disconnected_account_stays_known_and_takes_no_charges(evergreen: Company, world: World, wire: Wire) -> None:
    account = evergreen.company.stripe_account
    wire.down("stripe GET /v1/accounts", "disconnected")
    assert event("account.application.deauthorized", account) == 200
    assert evergreen.company.stripe_account == account
    assert not evergreen.company.charges_enabled
    assert connect.look(world.services, evergreen.store).kind == "gone"
    wire.heal()
    assert event("account.updated", account) == 200
    assert evergreen.company.charges_enabled, "connected again"


def test_in_place_of_a_gone_account_comes_one_other(evergreen: Company, world: World, wire: Wire) -> None:
    old = evergreen.company.stripe_account
    wire.down("stripe GET /v1/accounts", "disconnected", times=1)
    connect.onboard(world.services, evergreen.store, BACK)
    connect.onboard(world.services, evergreen.store, BACK)
    new = evergreen.company.stripe_account
    assert sorted(one["id"] for one in accounts(world)) == sorted([old, new])
    assert new != old


def test_an_account_that_was_left_says_nothing_of_the_company(dana: Till, evergreen: Company, wire: Wire) -> None:
    """And what is under way on it is still settled."""
    old = evergreen.company.stripe_account
    payment = dana.pays(dana.person.invoice(), NEW)
    dana.world.stripe.pay(payment.next_url)
    wire.down("stripe GET /v1/accounts", "disconnected", times=1)
    finishes(dana.world, connect.onboard(dana.world.services, evergreen.store, BACK))
    wire.heal()
    connect.look(dana.world.services, evergreen.store)
    dana.world.stripe.restrict_account(old)
    assert set(dana.webhooks(wiring.app)) == {200}
    assert evergreen.company.charges_enabled
    assert dana.payment(payment).state == "succeeded"


@pytest.mark.parametrize("account", ["acct_unknown", ""])
def test_an_event_of_nobodys_account_changes_nothing(evergreen: Company, account: str) -> None:
    assert event("account.updated", account) == 200
    assert event("account.application.deauthorized", account) == 200
    assert evergreen.company.charges_enabled


def test_another_companys_event_changes_nothing_here(evergreen: Company, bluewave: Company, world: World) -> None:
    world.stripe.restrict_account(bluewave.company.stripe_account)
    assert event("account.updated", bluewave.company.stripe_account) == 200
    assert evergreen.company.charges_enabled
    assert not bluewave.company.charges_enabled


def test_when_stripe_does_not_answer_nothing_is_changed(evergreen: Company, wire: Wire) -> None:
    wire.down("stripe")
    assert event("account.updated", evergreen.company.stripe_account) == 424
    wire.heal()
    assert evergreen.company.charges_enabled


def test_whoever_asked_later_is_believed(evergreen: Company, world: World, wire: Wire) -> None:
    """Stripe says yes; before that is written down it says no to somebody else."""
    account, cut = evergreen.company.stripe_account, [True]

    def cut_in(_: int, call: Any) -> None:
        if cut and call.what == "dynamodb UpdateItem":
            cut.clear()
            world.stripe.restrict_account(account)
            connect.look(world.services, evergreen.store)

    wire.plan = cut_in
    assert connect.look(world.services, evergreen.store).kind == "open"
    assert not evergreen.company.charges_enabled


# In the middle of a payment


@pytest.mark.parametrize("how", ["restricted", "disconnected"])
def test_a_saved_card_on_a_disabled_account_is_refused_in_words(dana: Till, wire: Wire, how: Any) -> None:
    """The company does not know yet; Stripe does."""
    invoice = dana.person.invoice()
    if how == "restricted":
        dana.world.stripe.restrict_account(dana.company.company.stripe_account)
    else:
        wire.down("stripe", "disconnected")
    payment = dana.pays(invoice, dana.saved)
    assert (payment.state, payment.failure) == ("failed", "refused")
    assert dana.invoice(invoice).in_flight == 0
    wire.heal()
    check_books(dana.person)


def test_a_checkout_that_was_open_is_settled_when_its_account_takes_no_more(dana: Till) -> None:
    """Paid just before: the money is there. Not paid: the hold ends with the page."""
    paid, left = dana.person.invoice(), dana.person.invoice()
    first, second = dana.pays(paid, NEW), dana.pays(left, NEW)
    dana.world.stripe.pay(first.next_url)
    dana.world.stripe.restrict_account(dana.company.company.stripe_account)
    dana.webhooks(wiring.app)
    assert not dana.company.company.charges_enabled
    assert dana.payment(first).state == "succeeded"
    dana.time_passes()
    assert dana.payment(second).state == "canceled"
    assert (dana.invoice(paid).due, dana.invoice(left).in_flight) == (0, 0)
    with pytest.raises(NotAllowed, match="contact us"):
        dana.pays(left, dana.saved)
    check_books(dana.person)


def test_a_checkout_on_a_disconnected_account_waits_and_is_settled_when_it_can_be(dana: Till, wire: Wire) -> None:
    """Nobody can tell whether it was paid, so nothing is decided: no customer pays twice."""
    invoice = dana.person.invoice()
    payment = dana.pays(invoice, NEW)
    dana.world.stripe.pay(payment.next_url)
    wire.down("stripe", "disconnected")
    event("account.application.deauthorized", dana.company.company.stripe_account)
    dana.time_passes(hours=6)
    assert dana.payment(payment).state == "starting"
    assert dana.invoice(invoice).payable == 0
    wire.heal()
    dana.time_passes(hours=2)
    assert dana.payment(payment).state == "succeeded"
    check_books(dana.person)


# The private page


def page_of(company: Company) -> str:
    token = stripe_account.invite_to_connect(company.world.services, company.store)
    return f"/{company.slug}/connect/{token}"


def test_the_page_leads_to_stripe_and_back(bright: Company, browser: Browser, world: World) -> None:
    url = page_of(bright)
    page = browser.get(url)
    assert "Not connected to Stripe yet" in page.text
    away = browser.submit(url)
    link = away.headers["location"]
    assert away.status == 303 and link.startswith(world.stripe.url)
    finishes(world, link)
    back = world.stripe.browse(link).location
    assert back == f"http://localhost:8000{url}"
    page = browser.get(back)
    assert "You can take payments" in page.text
    assert not page.forms or not any(one.action.endswith(url) for one in page.forms)
    assert bright.company.charges_enabled


def test_half_way_the_page_says_what_is_missing(bright: Company, browser: Browser) -> None:
    url = page_of(bright)
    browser.get(url)
    browser.submit(url)
    page = browser.get(url)
    assert "Stripe still needs" in page.text
    assert "the bank account your money goes to" in page.text
    assert page.form(url)


def test_the_link_is_good_for_a_week_and_again(bright: Company, browser: Browser, clock: Clock) -> None:
    url = page_of(bright)
    for _ in range(3):
        assert browser.get(url).status == 200
    other = page_of(bright)
    assert browser.get(url).status == browser.get(other).status == 200
    clock.forward(days=7, minutes=1)
    assert browser.get(url).status == 404
    assert browser.post(url, {}).status == 404


@pytest.mark.parametrize("token", ["x", "a" * 43, "%23", "x" * 3000])
def test_without_the_token_there_is_no_such_page(bright: Company, browser: Browser, token: str, world: World) -> None:
    assert browser.get(f"/bright/connect/{token}").status == 404
    assert browser.post(f"/bright/connect/{token}", {}).status == 404
    assert accounts(world) == []


def test_a_link_is_one_companys(bright: Company, bluewave: Company, browser: Browser) -> None:
    assert browser.get(page_of(bright).replace("bright", "bluewave")).status == 404


def test_an_admins_invite_does_not_open_it(world: World, browser: Browser) -> None:
    from chalicelib.tenants.rules import Company as Wanted

    made = activation.activate(world.services, Wanted("", "sunny", "Sunny"), "owner@sunny.example")
    token = made.invite_url.rpartition("/")[2]
    assert browser.get(f"/sunny/connect/{token}").status == 404


def test_another_website_cannot_press_the_button(bright: Company, browser: Browser, world: World) -> None:
    url = page_of(bright)
    assert browser.post(url, {}, headers={"sec-fetch-site": "cross-site"}).status == 403
    assert accounts(world) == []


def test_when_stripe_does_not_answer_the_page_says_so(bright: Company, browser: Browser, wire: Wire) -> None:
    url = page_of(bright)
    browser.get(url)
    wire.down("stripe")
    page = browser.submit(url)
    assert page.status == 424
    assert "try again" in page.text


# In words


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (None, "gone"),
        (Connection("acct_1", charges_enabled=True), "ready"),
        (Connection("acct_1", needs=("external_account",), disabled="requirements.past_due"), "open"),
        (Connection("acct_1"), "open"),
        (Connection("acct_1", details_submitted=True, disabled="requirements.pending_verification"), "checking"),
        (Connection("acct_1", details_submitted=True, disabled="rejected.fraud"), "refused"),
    ],
)
def test_where_a_company_stands(found: Connection | None, kind: str) -> None:
    assert standing("acct_1", found).kind == kind
    assert standing("", None).kind == "none"


def test_what_stripe_needs_is_said_once_in_words() -> None:
    needs = ("person_1Ab.first_name", "person_1Ab.dob.day", "person_1Ab.verification.document", "company.tax_id",
             "business_profile.url", "tos_acceptance.ip", "external_account", "something.new")  # fmt: skip
    words = in_words(needs)
    assert len(words) == 7
    assert words[-1] == "a few more details"


def test_a_closed_account_is_said_to_be_closed(evergreen: Company, world: World, browser: Browser) -> None:
    world.stripe.restrict_account(evergreen.company.stripe_account, "rejected.fraud")
    with pytest.raises(Conflict, match="closed this account"):
        connect.onboard(world.services, evergreen.store, BACK)
    url = page_of(evergreen)
    page = browser.get(url)
    assert "Stripe has closed this account" in page.text
    assert not any(one.action.endswith(url) for one in page.forms)


# The operator's command


def test_the_operator_gets_the_state_and_a_link(bright: Company, world: World, browser: Browser) -> None:
    outcome = command.invite(world.services, command.Wanted("bright"))
    assert outcome.state == "Not connected to Stripe yet."
    assert browser.get(outcome.link).status == 200
    connect.onboard(world.services, bright.store, BACK)
    assert "It needs: " in command.invite(world.services, command.Wanted("bright")).state


def test_the_operator_is_told_what_is_wrong(world: World, wire: Wire, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no portal" in command.invite(world.services, command.Wanted("nowhere")).error
    assert command.main({}) == 1
    assert "make connect SLUG=bright" in capsys.readouterr().err
    assert command.main({"SLUG": "bright", "PORCHLIGHT_STAGE": "prod"}) == 1
    assert "PORCHLIGHT_AUDITS_QUEUE" in capsys.readouterr().err
