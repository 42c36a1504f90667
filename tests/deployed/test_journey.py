"""The main journey in a browser, on a phone, through the deployed CloudFront, API Gateway and Lambda: a company begins,
its customer comes in by a mailed link, pays by card at Stripe, and has the receipt mailed by the queue's function."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from infra.deploy import smoke
from tests.deployed.conftest import Installation

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

PASSWORD = "seven green gardens"


def test_from_a_new_company_to_a_mailed_receipt(
    installation: Installation, person: Callable[..., BrowserContext]
) -> None:
    admin = _a_company(installation, person())
    dana = installation.call(
        "PUT", "/customers/ext:1042",
        {"name": "Dana Whitfield", "contacts": [{"name": "Dana Whitfield", "email": "dana@example.com"}]}, admin,
    )  # fmt: skip
    installation.call(
        "PUT", "/invoices/ext:20871",
        {
            "customer": "ext:1042", "number": "20871", "title": "Quarterly pest control",
            "issued_on": "2026-11-01", "due_on": "2026-12-31",
            "lines": [{"description": "Perimeter treatment", "quantity": "1", "unit_price": 12000}],
        },
        admin,
    )  # fmt: skip
    installation.call("POST", f"/customers/{dana['id']}/access/invites", token=admin)

    page = person().new_page()
    page.goto(_link(installation.mail("portal|account", "dana@example.com")["BodyText"]))
    page.get_by_role("button", name="Continue as Dana").click()
    page.wait_for_url(f"{installation.url}/bright")
    expect(page.get_by_role("heading", level=1)).to_contain_text("$120.00")
    page.get_by_role("link", name="Invoices", exact=True).click()
    page.locator("main a[href*='/invoices/']").first.click()
    page.get_by_role("link", name=re.compile(r"^Pay \$120\.00")).click()
    page.get_by_role("button", name=re.compile(r"^Pay \$120\.00")).click()
    page.wait_for_url(f"{installation.stripe.url}/**")
    page.get_by_role("button", name=re.compile("4242")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    page.get_by_role("link", name=re.compile("20871")).click()
    expect(page.locator("main")).to_contain_text("Paid")

    receipt = installation.mail("receipt", "dana@example.com")
    assert "$120.00" in receipt["BodyText"] and "20871" in receipt["BodyText"]
    assert _webhook_answers(installation) == {200}
    assert installation.call("GET", "/invoices/ext:20871", token=admin)["status"] == "paid"


def test_the_smoke_test_of_a_deployment_finds_all_well(installation: Installation) -> None:
    assert smoke.look(installation.url, installation.get) == []


def test_the_same_package_again_changes_nothing(installation: Installation) -> None:
    before = _changed(installation)
    assert before is not None
    assert installation.again().url == installation.url
    assert _changed(installation) == before


def _a_company(installation: Installation, context: BrowserContext) -> str:
    """Made as an operator makes one, joined by its first admin, connected to Stripe; the admin's token."""
    printed = installation.make("tenant", NAME="Bright Pools", SLUG="bright", EMAIL="owner@bright.example")
    company, token = re.findall(r"/console#/invite/([^/\s]+)/(\S+)", printed)[0]
    joined = installation.call(
        "POST", "/invites/acceptance", {"company": company, "token": token, "password": PASSWORD}
    )
    page = context.new_page()
    page.goto(re.findall(r"https?://\S+", installation.make("connect", SLUG="bright"))[-1])
    page.get_by_role("button").first.click()
    page.wait_for_url(f"{installation.stripe.url}/**")
    page.get_by_role("button").first.click()
    page.wait_for_url(f"{installation.url}/**")
    return str(joined["access_token"])


def _link(text: str) -> str:
    return re.findall(r"https?://\S+/bright/\S+", text)[0]


def _webhook_answers(installation: Installation) -> set[int | None]:
    """What the deployed API said to every webhook of Stripe's that was tried."""
    return {
        attempt.status
        for event in installation.stripe.events
        for delivery in event.deliveries
        for attempt in delivery.attempts
    }


def _changed(installation: Installation) -> object:
    """When the stack was last changed."""
    (stack,) = installation.aws.client("cloudformation").describe_stacks()["Stacks"]
    return stack.get("LastUpdatedTime")
