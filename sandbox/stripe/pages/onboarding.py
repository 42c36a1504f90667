"""Connect onboarding: one page where a business would tell Stripe about itself, and one button that says
it did."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.engine import Engine
from sandbox.stripe.http import Response, html_response, see_other
from sandbox.stripe.pages.layout import notice, page, text
from sandbox.stripe.resources import accounts

Json = dict[str, Any]


def answer(engine: Engine, account: str, token: str, form: dict[str, str] | None) -> Response:
    """`form` is None to look and a dictionary to press. A link that is used up or old leads to its
    refresh_url."""
    platform = engine.state.world()
    found = platform.tables.get("account", {}).get(account)
    link = platform.secret(account).get("links", {}).get(token)
    if found is None or link is None:
        return html_response(notice("No such page", "Ask for a new link."), 404)
    if form is None:
        if link["used"] or link["expires"] <= engine.now():
            return see_other(link["refresh_url"])
        link["used"] = True
        return html_response(_page(found))
    if form.get("answer") == "finish":
        accounts.finish_onboarding(engine, found)
    return see_other(link["return_url"])


def _page(account: Json) -> str:
    name = account["business_profile"]["name"] or account["email"] or account["id"]
    return page(
        "Get paid with Stripe",
        f'<form class="card" method="post"><h1>Get paid with Stripe</h1><p>{text(name)}</p>'
        '<p class="soft">Stripe would ask about the business, its owners and its bank account here. '
        "In the sandbox "
        "one press answers all of it.</p>"
        '<button class="do" name="answer" value="finish">Agree and submit</button>'
        '<button class="plain" name="answer" value="later">Save for later</button></form>',
    )
