"""The company's Stripe account: where it stands, and the way to Stripe's own pages, where it goes on."""

from __future__ import annotations

from chalicelib.billing.actions import connect
from chalicelib.billing.admin.shapes import Onboarding, StripeView
from chalicelib.billing.rules import connection
from chalicelib.errors import Conflict, Unreachable
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Settings")

# Stripe sends the company back to the console, which asks again where it stands.
BACK = "?from=stripe"


@routes.get("/settings/stripe", "settings:read", errors=(Unreachable,))
def read_stripe(caller: Admin) -> StripeView:
    """Read where the company stands with Stripe now: Stripe is asked."""
    found = connect.look(caller.services, caller.store)
    return StripeView(found.kind, connection.WORDS[found.kind], list(found.needs))


@routes.post("/settings/stripe/onboarding", "settings:write", keyed="naturally", errors=(Conflict, Unreachable))
def start_stripe_onboarding(caller: Admin) -> Onboarding:
    """Get a page of Stripe's where the company connects its account, or goes on with it.

    It opens once, within minutes: ask for a new one each time.
    """
    back = caller.services.settings.console() + BACK
    return Onboarding(connect.onboard(caller.services, caller.store, back, caller.own_note("stripe.connect")))
