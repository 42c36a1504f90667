"""Connected accounts: worlds apart, and onboarding that opens one for charges."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from sandbox.stripe import StripeSandbox


def test_one_accounts_objects_are_missing_on_another(
    sandbox: StripeSandbox, client: stripe.StripeClient, customer: str, pay: Any
) -> None:
    intent = pay()
    other = sandbox.client(stripe_account=sandbox.connect_account("Green Lawns"))
    platform = sandbox.client()
    for stranger in (other, platform):
        with pytest.raises(stripe.InvalidRequestError, match="No such customer") as error:
            stranger.v1.customers.retrieve(customer)
        assert error.value.code == "resource_missing"
        with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
            stranger.v1.refunds.create({"payment_intent": intent.id})
        assert stranger.v1.payment_intents.list().data == []
    assert client.v1.customers.retrieve(customer).id == customer


def test_onboarding_opens_an_account_for_charges(sandbox: StripeSandbox, happened: Any) -> None:
    platform = sandbox.client()
    account = platform.v1.accounts.create(
        {"country": "US", "email": "owner@sunny.test", "business_profile": {"name": "Sunny"}}
    )
    assert not account.charges_enabled
    company = sandbox.client(stripe_account=account.id)
    payment: Any = {
        "amount": 900,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "allowed_payment_method_types": ["card"],
    }
    with pytest.raises(stripe.InvalidRequestError, match="cannot currently make charges"):
        company.v1.payment_intents.create(payment)
    link = platform.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "refresh_url": "https://portal.test/again",
            "return_url": "https://portal.test/connected",
        }
    )
    assert "Sunny" in sandbox.browse(link.url).text
    assert sandbox.browse(link.url).location == "https://portal.test/again", "a link opens once"
    assert sandbox.browse(link.url, {"answer": "finish"}).location == "https://portal.test/connected"
    assert happened()[-1] == "account.updated"
    assert sandbox.events[0].account == account.id
    now = platform.v1.accounts.retrieve(account.id)
    assert (now.charges_enabled, now.details_submitted) == (True, True)
    assert company.v1.payment_intents.create(payment).status == "succeeded"


def test_an_account_link_grows_old(sandbox: StripeSandbox, clock: Any) -> None:
    platform = sandbox.client()
    account = platform.v1.accounts.create({"country": "US"})
    link = platform.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "refresh_url": "https://portal.test/again",
            "return_url": "https://portal.test/connected",
        }
    )
    clock.passes(minutes=5)
    assert sandbox.browse(link.url).location == "https://portal.test/again"


def test_a_restricted_account_takes_no_more_charges(
    sandbox: StripeSandbox, company: str, pay: Any, happened: Any
) -> None:
    sandbox.restrict_account(company)
    assert happened() == ["account.updated"]
    with pytest.raises(stripe.InvalidRequestError, match="cannot currently make charges"):
        pay()


def test_an_account_is_updated_and_listed(sandbox: StripeSandbox, company: str) -> None:
    platform = sandbox.client()
    changed = platform.v1.accounts.update(company, {"metadata": {"tenant": "t1"}})
    assert changed.metadata
    assert changed.metadata.to_dict() == {"tenant": "t1"}
    assert [a.id for a in platform.v1.accounts.list().data] == [company]
