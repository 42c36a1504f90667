"""Where Stripe delivers its events, and where a company connects its Stripe account. Open to the world; only a
signature of ours, or a private link's token, gets anything done."""

from __future__ import annotations

import logging

from chalicelib.billing.actions import connect
from chalicelib.billing.gateway import Forged
from chalicelib.billing.rules import connection
from chalicelib.errors import Unreachable
from chalicelib.tenants.actions import stripe_account
from chalicelib.web.access import Anyone, Visitor
from chalicelib.web.problems import say
from chalicelib.web.replies import Away, Page, Plain, Reply
from chalicelib.web.routes import Routes

routes = Routes("billing_public")
log = logging.getLogger(__name__)


@routes.post("/stripe/webhooks", content_type="application/json", own_pages_only=False)
def stripe_event(caller: Anyone) -> Reply:
    from chalicelib.billing.actions import webhooks

    try:
        word = webhooks.take(caller.services, caller.request.body, caller.request.headers.get("stripe-signature", ""))
    except Forged:
        return Plain("no signature of ours, or too old", status=400)
    log.info("stripe event: %s", word)
    return Plain(word)


@routes.get("/{slug}/connect/{token}", even_off=True)
def connection_page(caller: Visitor, token: str) -> Reply:
    stripe_account.open_connect(caller.services, caller.store, token)
    action = caller.url(f"/connect/{token}")
    try:
        found = connect.look(caller.services, caller.store)
    except Unreachable as silent:
        said = say(caller.services, caller, silent.text, {})
        return Page("connect.html", {"kind": "silent", "state": said, "needs": [], "action": action})
    values = {
        "kind": found.kind,
        "state": say(caller.services, caller, connection.WORDS[found.kind], {}),
        "needs": [say(caller.services, caller, one, {}) for one in found.needs],
        "action": action,
    }
    return Page("connect.html", values)


@routes.post("/{slug}/connect/{token}", even_off=True)
def go_to_onboarding(caller: Visitor, token: str) -> Reply:
    stripe_account.open_connect(caller.services, caller.store, token)
    back = caller.services.settings.portal(caller.slug, f"/connect/{token}")
    return Away(connect.onboard(caller.services, caller.store, back))
