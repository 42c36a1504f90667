"""Where Stripe delivers its events. Open to the world; only a signature of ours gets anything done."""

from __future__ import annotations

import logging

from chalicelib.billing.actions import webhooks
from chalicelib.billing.gateway import Forged
from chalicelib.web.access import Anyone
from chalicelib.web.replies import Plain, Reply
from chalicelib.web.routes import Routes

routes = Routes("billing_public")
log = logging.getLogger(__name__)


@routes.post("/stripe/webhooks", content_type="application/json", own_pages_only=False)
def stripe_event(caller: Anyone) -> Reply:
    try:
        word = webhooks.take(caller.services, caller.request.body, caller.request.headers.get("stripe-signature", ""))
    except Forged:
        return Plain("no signature of ours, or too old", status=400)
    log.info("stripe event: %s", word)
    return Plain(word)
