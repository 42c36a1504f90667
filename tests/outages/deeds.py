"""What people do on the portal's pages, with the scene set for each: a route that takes a form is in here, or a test
fails."""

from __future__ import annotations

from collections.abc import Callable

from tests.access import test_portal as portal
from tests.access.scene import Caller
from tests.billing.purse import Purse
from tests.billing.till import Till
from tests.browser import Page
from tests.builders import PASSWORD
from tests.outages.outage import Outage
from tests.test_house import routes

# Done, as often as it takes: the same form each time, as one who presses the button again.
Goes = Callable[[], Page]
Deed = Callable[[Outage], Goes]
DEEDS: dict[str, Deed] = {}


def deed(*names: str) -> Callable[[Deed], Deed]:
    """`names`: the route, and which way it is taken where there are several."""

    def register(made: Deed) -> Deed:
        DEEDS.update(dict.fromkeys(names, made))
        return made

    return register


def dana(outage: Outage, by: str = "password") -> Caller:
    return outage.scene.customer("Dana", outage.scene.dana.person, by)  # type: ignore[arg-type]


def posts(caller: Caller, path: str, **form: str) -> Goes:
    return lambda: caller.asks("POST", f"/evergreen{path}", form)


def _pays(outage: Outage, method: str) -> Goes:
    has = outage.scene.dana
    attempt = outage.world.services.new_id(outage.clock())
    invoice = has.person.invoice(4_000)
    return posts(
        dana(outage), "/payments", invoice=invoice.id, amount="40.00", method=method, attempt=attempt, keep="yes"
    )


@deed("POST /{slug}/payments by saved card")
def by_saved_card(outage: Outage) -> Goes:
    return _pays(outage, outage.scene.dana.method)


@deed("POST /{slug}/payments by Checkout")
def by_checkout(outage: Outage) -> Goes:
    """As far as Stripe's page, which is Stripe's."""
    return _pays(outage, "new")


@deed("GET /{slug}/payments/{id} paid")
def back_from_checkout(outage: Outage) -> Goes:
    """Paid on Stripe's page, and back."""
    has = outage.scene.dana
    till = Till(has.person, outage.clock)
    payment = till.pays(has.person.invoice(4_000), "new")
    till.at_checkout(payment)
    caller = dana(outage)
    return lambda: caller.asks("GET", f"/evergreen/payments/{payment.id}")


@deed("POST /{slug}/payments the balance")
def the_balance(outage: Outage) -> Goes:
    has = outage.scene.dana
    has.person.invoice(4_000)
    caller = dana(outage)
    form = caller.asks("GET", "/evergreen/balance").form("/payments")
    return lambda: caller.asks("POST", form.action, {**form.fields, "method": has.method})


@deed("POST /{slug}/payments/{id}/cancellation")
def cancels(outage: Outage) -> Goes:
    return posts(dana(outage), f"/payments/{outage.scene.dana.under_way.id}/cancellation")


@deed("POST /{slug}/wallet/cards", "POST /{slug}/wallet/bank-accounts")
def adds(outage: Outage) -> Goes:
    return posts(dana(outage), "/wallet/cards")


@deed("GET /{slug}/wallet/added")
def has_added(outage: Outage) -> Goes:
    """Typed in on Stripe's page, and back."""
    caller = dana(outage)
    outage.world.stripe.pay(Purse(outage.scene.dana.person).opens(), "5555555555554444")
    return lambda: caller.asks("GET", "/evergreen/wallet/added?kind=card")


@deed("POST /{slug}/wallet/{id}/default")
def prefers(outage: Outage) -> Goes:
    other = Purse(outage.scene.dana.person).adds("5555555555554444")
    return posts(dana(outage), f"/wallet/{other.id}/default")


@deed("POST /{slug}/wallet/{id}/details")
def changes_details(outage: Outage) -> Goes:
    return posts(dana(outage), f"/wallet/{outage.scene.dana.method}/details", expiry="04/29", name="Dana Whitfield")


@deed("POST /{slug}/wallet/{id}/verification")
def verifies(outage: Outage) -> Goes:
    bank = Purse(outage.scene.dana.person).types_bank()
    return posts(dana(outage), f"/wallet/{bank.id}/verification", code="SM11AA")


@deed("POST /{slug}/wallet/{id}/removal")
def removes(outage: Outage) -> Goes:
    other = Purse(outage.scene.dana.person).adds("5555555555554444")
    return posts(dana(outage), f"/wallet/{other.id}/removal")


@deed("POST /{slug}/connect/{token}")
def connects(outage: Outage) -> Goes:
    return posts(Caller("nobody"), f"/connect/{outage.scene.dana.connect}")


@deed("POST /{slug}/step-up/code")
def asks_for_a_code(outage: Outage) -> Goes:
    return posts(dana(outage, "link"), "/step-up/code", next="/wallet")


@deed("POST /{slug}/sign-in/code")
def asks_to_sign_in(outage: Outage) -> Goes:
    return posts(Caller("nobody"), "/sign-in/code", login="otto@example.com", next="/")


@deed("POST /{slug}/link/{token}/renewal", "POST /{slug}/l/{token}/renewal")
def renews(outage: Outage) -> Goes:
    outage.clock.forward(days=8)
    return posts(Caller("nobody"), f"/link/{outage.scene.dana.link}/renewal")


@deed("POST /{slug}/password/forgotten")
def forgets(outage: Outage) -> Goes:
    return posts(Caller("nobody"), "/password/forgotten", login="otto@example.com")


@deed("POST /{slug}/password/reset/{token}")
def resets(outage: Outage) -> Goes:
    return posts(Caller("nobody"), f"/password/reset/{outage.scene.dana.reset}", password="maple-street-77")


@deed("POST /{slug}/password")
def changes_password(outage: Outage) -> Goes:
    return posts(dana(outage), "/password", password="maple-street-77", current=PASSWORD, next="/")


@deed("POST /{slug}/estimates/{id}/acceptance")
def accepts(outage: Outage) -> Goes:
    return _answers_estimate(outage, "acceptance", signature="Dana Whitfield", agreed="yes")


@deed("POST /{slug}/estimates/{id}/refusal")
def declines(outage: Outage) -> Goes:
    return _answers_estimate(outage, "refusal", reason="Too much.")


@deed("POST /{slug}/estimates/{id}/changes")
def asks_for_changes(outage: Outage) -> Goes:
    return _answers_estimate(outage, "changes", text="Without the back yard, please.")


def _answers_estimate(outage: Outage, how: str, **typed: str) -> Goes:
    caller, path = dana(outage), f"/estimates/{outage.scene.dana.estimate.id}/{how}"
    form = caller.asks("GET", f"/evergreen{path}").form(how)
    return posts(caller, path, **{**form.fields, **typed})


@deed("POST /{slug}/visits/{id}/rating")
def rates(outage: Outage) -> Goes:
    return posts(dana(outage), f"/visits/{outage.scene.dana.visit}/rating", stars="2", comment="Left out the yard.")


@deed("POST /{slug}/review")
def reviews(outage: Outage) -> Goes:
    return posts(dana(outage), "/review", score="3", comment="Late.")


@deed("POST /{slug}/contact")
def writes(outage: Outage) -> Goes:
    caller = Caller("nobody")
    form = caller.asks("GET", "/evergreen/contact").form("/contact")
    outage.clock.forward(minutes=1)
    typed = {"name": "Ann", "email": "ann@example.com", "message": "Wasps under the roof."}
    return posts(caller, "/contact", **{**form.fields, **typed})


@deed("POST /widget/v1/{slug}/messages")
def writes_in_the_widget(outage: Outage) -> Goes:
    form = {"name": "Ann", "email": "ann@example.com", "message": "Wasps under the roof.", "page": "x"}
    return lambda: Caller("nobody").asks("POST", "/widget/v1/evergreen/messages", form, "application/json")


@deed("POST /{slug}/book/review/{draft}")
def books(outage: Outage) -> Goes:
    caller, draft = dana(outage), outage.scene.dana.draft
    form = caller.asks("GET", f"/evergreen/book/review/{draft}").form(draft)
    return posts(caller, f"/book/review/{draft}", **form.fields)


@deed("POST /{slug}/bookings/{id}/cancellation")
def cancels_booking(outage: Outage) -> Goes:
    return _about_booking(outage, "/cancellation")


@deed("POST /{slug}/bookings/{id}/time")
def moves_booking(outage: Outage) -> Goes:
    return _about_booking(outage, "/time", "?at=20261202T1600Z")


def _about_booking(outage: Outage, page: str, query: str = "") -> Goes:
    caller, path = dana(outage), f"/bookings/{outage.scene.dana.booking}{page}"
    return posts(caller, path, **caller.asks("GET", f"/evergreen{path}{query}").form(page).fields)


# What is made only when somebody looks: they look.
LOOKS: dict[Deed, Callable[[Outage], str]] = {
    accepts: lambda outage: f"/evergreen/estimates/{outage.scene.dana.estimate.id}/pdf",
}
# These ask nobody but the store, with a good form or without: they are sent as the matrix sends them.
PLAIN = {
    "POST /{slug}/accounts", "POST /{slug}/language", "POST /{slug}/sign-out", "POST /{slug}/sign-in",
    "POST /{slug}/sign-in/code/check", "POST /{slug}/sign-in/link/{token}", "POST /{slug}/step-up",
    "POST /{slug}/step-up/code/check", "POST /{slug}/link/{token}", "POST /{slug}/l/{token}",
    "POST /{slug}/review/later", "POST /{slug}/book/{service}/{time}", "POST /{slug}/bookings/{id}/account",
    "POST /{slug}/bookings/{id}/answer", "POST /widget/v1/{slug}/pings", "POST /stripe/webhooks",
}  # fmt: skip


def plain(outage: Outage, name: str) -> Goes:
    (route,) = (one for one in routes() if portal.name(one) == name)
    has, caller = outage.scene.dana, dana(outage)
    path = portal.path_of_kind(route, has) or portal.filled(route, has)[0]
    return lambda: portal.ask(caller, route, path)
