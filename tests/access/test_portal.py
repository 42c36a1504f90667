"""Every route of the portal, and everybody who must not get past it: the one right refusal, and the very same for what
is another's and for what is not there. A route that is not in these tables fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import product
from urllib.parse import quote

import pytest

from chalicelib import tokens
from chalicelib.booking.actions import drafting
from chalicelib.booking.rules import drafts, keys
from chalicelib.booking.rules.details import Given
from chalicelib.web.access import Anyone, Customer, Guest, Visitor
from chalicelib.web.cookies import DRAFT
from chalicelib.web.routes import ANY, FORM, Route
from sandbox.world import World
from tests.access.scene import NO_TOKEN, NOTHING, Caller, Scene, Things, a_scene
from tests.billing.till import THOROUGH
from tests.booking.offers import offering
from tests.booking.office import TUESDAY, books
from tests.browser import Page
from tests.builders import PASSWORD, Company
from tests.conftest import Clock
from tests.test_house import routes

# Of what a booking's key is derived: tenant, booking, customer.
Names = Callable[[str, str, str], tuple[str, ...]]
# How each path parameter is filled in: what somebody else has, and what nobody has. By the path up to it.
OTHERS: dict[str, Callable[[Things], Sequence[str]]] = {
    "/{slug}/invoices/{id}": lambda has: (has.invoice.id, f"{has.person.id}-{has.invoice.id}"),
    "/{slug}/estimates/{id}": lambda has: (has.estimate.id, f"{has.person.id}-{has.estimate.id}"),
    "/{slug}/documents/{id}": lambda has: (has.document, f"everyone-{has.document}", f"{has.person.id}-{has.document}"),
    "/{slug}/visits/{id}": lambda has: (has.visit, f"{has.person.id}-{has.visit}"),
    "/{slug}/visits/{id}/photos/{photo}": lambda has: (has.photo,),
    "/{slug}/payments/{id}": lambda has: (has.payment.id, has.under_way.id),
    "/{slug}/wallet/{id}": lambda has: (has.method,),
    "/{slug}/logo/{name}": lambda has: (has.logo,),
    "/{slug}/link/{token}": lambda has: has.mailed,
    "/{slug}/l/{token}": lambda has: has.mailed,
    "/{slug}/sign-in/link/{token}": lambda has: has.mailed,
    "/{slug}/password/reset/{token}": lambda has: has.mailed,
    "/{slug}/connect/{token}": lambda has: has.mailed,
    "/{slug}/book/{service}": lambda has: (has.service,),
    "/{slug}/book/{service}/{time}": lambda has: (has.time,),
    "/{slug}/book/review/{draft}": lambda has: (has.draft,),
    "/{slug}/book/done/{draft}": lambda has: (has.draft,),
    "/{slug}/bookings/{id}": lambda has: (has.booking, f"{has.person.id}-{has.booking}"),
    "/{slug}/{page}": lambda has: (has.invoice.id, has.person.id),
    "/{slug}/{page}/{rest}": lambda has: (has.invoice.id, has.person.id),
}
NOBODYS = (NOTHING, NO_TOKEN, "..", "%2e%2e", "%23", "a%23b", "%00", "-", "~", "x" * 1500, "%F0%9F%8F%A1", "%ff")

# What is posted, so that a refusal is not about the form.
FORMS: dict[str, dict[str, str]] = {
    "POST /{slug}/payments": {"invoice": "", "amount": "1.00", "method": "new", "attempt": NOTHING},
    "POST /{slug}/payments/{id}/cancellation": {},
    "POST /{slug}/estimates/{id}/acceptance": {"revision": "1", "agreed": "yes", "signature": "Dana Whitfield"},
    "POST /{slug}/estimates/{id}/refusal": {"revision": "1", "reason": "Not now"},
    "POST /{slug}/estimates/{id}/changes": {"revision": "1", "request": NOTHING, "text": "Less, please"},
    "POST /{slug}/visits/{id}/rating": {"stars": "4", "comment": "Very thorough."},
    "POST /{slug}/review": {"score": "8", "comment": ""},
    "POST /{slug}/review/later": {},
    "POST /{slug}/wallet/cards": {},
    "POST /{slug}/wallet/bank-accounts": {},
    "POST /{slug}/wallet/{id}/default": {},
    "POST /{slug}/wallet/{id}/details": {"expiry": "12/29", "name": "Dana"},
    "POST /{slug}/wallet/{id}/verification": {"code": "SM11AA"},
    "POST /{slug}/wallet/{id}/removal": {},
    "POST /{slug}/step-up": {"password": "wrong", "next": "/"},
    "POST /{slug}/step-up/code": {"next": "/"},
    "POST /{slug}/step-up/code/check": {"code": "000000", "next": "/"},
    "POST /{slug}/sign-in": {"login": "ruth@example.com", "password": PASSWORD, "next": "/"},
    "POST /{slug}/sign-in/code": {"login": "ruth@example.com", "next": "/"},
    "POST /{slug}/sign-in/code/check": {"code": "000000", "next": "/"},
    "POST /{slug}/sign-in/link/{token}": {},
    "POST /{slug}/link/{token}": {},
    "POST /{slug}/link/{token}/renewal": {},
    "POST /{slug}/l/{token}": {},
    "POST /{slug}/l/{token}/renewal": {},
    "POST /{slug}/password/forgotten": {"login": "ruth@example.com"},
    "POST /{slug}/password/reset/{token}": {"password": "maple-street-77"},
    "POST /{slug}/connect/{token}": {},
    "POST /{slug}/accounts": {"account": NOTHING},
    "POST /{slug}/password": {"password": "maple-street-77", "current": PASSWORD, "next": "/"},
    "POST /{slug}/sign-out": {},
    "POST /{slug}/language": {"language": "es", "next": "/"},
    "POST /stripe/webhooks": {},
    "POST /{slug}/contact": {"name": "Ann", "email": "ann@example.com", "message": "Wasps under the roof."},
    "POST /{slug}/book/{service}/{time}": {"name": "Ann", "email": "ann@example.com", "form": NO_TOKEN},
    "POST /{slug}/book/review/{draft}": {"time": ""},
    "POST /{slug}/bookings/{id}/account": {"version": "1", "account": NOTHING},
    "POST /{slug}/bookings/{id}/time": {"version": "1", "at": "20261202T1600Z"},
    "POST /{slug}/bookings/{id}/cancellation": {"version": "1", "note": ""},
    "POST /{slug}/bookings/{id}/answer": {"version": "1", "take": "yes"},
    "POST /widget/v1/{slug}/messages": {"name": "Ann", "email": "ann@example.com", "message": "Wasps under the roof."},
    "POST /widget/v1/{slug}/pings": {"page": "localhost:8000/contact"},
}

# What a customer who has nothing gets where no id is named.
EMPTY: dict[str, str] = {
    "GET /{slug}": "200",
    "GET /{slug}/balance": "200",
    "GET /{slug}/invoices": "200",
    "GET /{slug}/estimates": "200",
    "GET /{slug}/documents": "200",
    "GET /{slug}/visits": "200",
    "GET /{slug}/payments": "200",
    "POST /{slug}/payments": "422",
    "GET /{slug}/review": "200",
    "POST /{slug}/review": "303 /review",
    "POST /{slug}/review/later": "303 /",
    "GET /{slug}/wallet": "200",
    "GET /{slug}/wallet/cards": "303 /wallet",
    "GET /{slug}/wallet/bank-accounts": "303 /wallet",
    "POST /{slug}/wallet/cards": "303 away",
    "POST /{slug}/wallet/bank-accounts": "303 away",
    "GET /{slug}/wallet/added": "303 /wallet?done=nothing",
    "GET /{slug}/step-up": "303 /",
    "POST /{slug}/step-up": "422",
    "GET /{slug}/step-up/code": "303 /",
    "POST /{slug}/step-up/code": "303 /step-up/code?next=/",
    "POST /{slug}/step-up/code/check": "422",
}
# What a mailed link's session does not get to, however it is asked: it must prove more first.
MORE_THAN_A_LINK = {
    "POST /{slug}/wallet/cards",
    "POST /{slug}/wallet/bank-accounts",
    "POST /{slug}/wallet/{id}/default",
    "GET /{slug}/wallet/{id}/details",
    "POST /{slug}/wallet/{id}/details",
    "GET /{slug}/wallet/{id}/verification",
    "POST /{slug}/wallet/{id}/verification",
    "POST /{slug}/wallet/{id}/removal",
    "GET /{slug}/password",
    "POST /{slug}/password",
}

# What visitors get who have nothing, or something that is none of this page's.
VISITORS: dict[str, str] = {
    "GET /{slug}/sign-in": "200",
    "POST /{slug}/sign-in": "422",
    "GET /{slug}/sign-in/code": "303 /sign-in",
    "POST /{slug}/sign-in/code": "303 /sign-in/code",
    "GET /{slug}/sign-in/code/check": "303 /sign-in/code",
    "POST /{slug}/sign-in/code/check": "422",
    "GET /{slug}/sign-in/link/{token}": "404",
    "POST /{slug}/sign-in/link/{token}": "404",
    "GET /{slug}/link/{token}": "404",
    "POST /{slug}/link/{token}": "404",
    "POST /{slug}/link/{token}/renewal": "200",
    "GET /{slug}/link/{token}/renewal": "303 /link/ID",
    "GET /{slug}/l/{token}": "404",
    "POST /{slug}/l/{token}": "404",
    "POST /{slug}/l/{token}/renewal": "200",
    "GET /{slug}/l/{token}/renewal": "303 /l/ID",
    "GET /{slug}/accounts": "303 /sign-in?next=/accounts",
    "POST /{slug}/accounts": "303 /sign-in",
    "GET /{slug}/password/forgotten": "200",
    "POST /{slug}/password/forgotten": "200",
    "GET /{slug}/password/reset/{token}": "404",
    "POST /{slug}/password/reset/{token}": "404",
    "GET /{slug}/password": "303 /sign-in?next=/password",
    "POST /{slug}/password": "303 /sign-in",
    "GET /{slug}/signed-out": "200",
    "GET /{slug}/sign-out": "303 /",
    "POST /{slug}/sign-out": "303 /signed-out",
    "GET /{slug}/language": "303 /",
    "POST /{slug}/language": "303 /",
    "GET /{slug}/step-up/code/check": "303 /step-up/code",
    "GET /{slug}/payments/{id}/cancellation": "303 /payments/ID",
    "GET /{slug}/review/later": "303 /",
    "GET /{slug}/connect/{token}": "404",
    "POST /{slug}/connect/{token}": "404",
    "GET /{slug}/logo/{name}": "404",
    "GET /widget/v1/{slug}": "200",
    "GET /widget/v1/{slug}/panel": "200",
    "POST /widget/v1/{slug}/messages": "201",
    "POST /widget/v1/{slug}/pings": "204",
}
# What everybody gets, whoever they are; see `test_a_guest_is_known_by_their_own_session`.
GUESTS: dict[str, str] = {
    "GET /{slug}/{page}": "404",
    "GET /{slug}/{page}/{rest}": "404",
    "GET /{slug}/contact": "200",
    "POST /{slug}/contact": "303 /contact/sent",
    "GET /{slug}/contact/sent": "200",
    "GET /{slug}/book": "200",
    "GET /{slug}/book/{service}": "404",
    "GET /{slug}/book/{service}/{time}": "404",
    "POST /{slug}/book/{service}/{time}": "404",
    "GET /{slug}/book/review/{draft}": "404",
    "POST /{slug}/book/review/{draft}": "404",
    "GET /{slug}/book/done/{draft}": "404",
    "GET /{slug}/book/done/{draft}/calendar": "404",
    "GET /{slug}/bookings/{id}": "303 /sign-in?next=/bookings/ID",
    "GET /{slug}/bookings/{id}/calendar": "303 /sign-in?next=/bookings/ID/calendar",
    "GET /{slug}/bookings/{id}/account": "303 /sign-in?next=/bookings/ID/account",
    "POST /{slug}/bookings/{id}/account": "303 /sign-in",
    "GET /{slug}/bookings/{id}/time": "303 /sign-in?next=/bookings/ID/time",
    "POST /{slug}/bookings/{id}/time": "303 /sign-in",
    "GET /{slug}/bookings/{id}/cancellation": "303 /sign-in?next=/bookings/ID/cancellation",
    "POST /{slug}/bookings/{id}/cancellation": "303 /sign-in",
    "GET /{slug}/bookings/{id}/answer": "303 /sign-in?next=/bookings/ID/answer",
    "POST /{slug}/bookings/{id}/answer": "303 /sign-in",
}
ANYONE: dict[str, str] = {
    "GET /": "200",
    "GET /assets/{name}": "404",
    "GET /console": "200",
    "GET /console/{version}/{name}": "404",
    "GET /api/openapi.json": "200",
    "POST /stripe/webhooks": "400",
    "GET /widget/v1.js": "200",
    "GET /widget/v1-panel.js": "200",
    "OPTIONS /widget/v1/{slug}": "204",
    "OPTIONS /widget/v1/{slug}/panel": "204",
    "OPTIONS /widget/v1/{slug}/messages": "204",
    "OPTIONS /widget/v1/{slug}/pings": "204",
}


@pytest.fixture
def scene(world: World, clock: Clock, evergreen: Company, bluewave: Company, no_limits: None) -> Scene:
    return a_scene(world, clock, evergreen, bluewave)


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def parameters(route: Route) -> list[str]:
    return [one for one in re.findall(r"\{(\w+)\}", route.path) if one != "slug"]


def filled(route: Route, has: Things | None) -> list[dict[str, str]]:
    """The parameters of a route as somebody else's, or as nobody's; [{}] for a route that has none. Of what is spelled
    oddly each route gets some."""
    ways: list[dict[str, str]] = [{}]
    turn = routes().index(route)
    nobodys = [one for place, one in enumerate(NOBODYS) if THOROUGH or place < 2 or place % 4 == turn % 4]
    for one in parameters(route):
        upto = route.path[: route.path.index("{" + one + "}")] + "{" + one + "}"
        values = [*OTHERS[upto](has)] if has else nobodys
        ways = [{**way, one: value} for way in ways for value in values]
    return ways


def ask(caller: Caller, route: Route, path: dict[str, str], slug: str = "evergreen") -> Page:
    kind = "application/json" if route.embedded else FORM if route.content_type == ANY else route.content_type
    return caller.asks(route.method, route.path.format(slug=slug, **path), FORMS.get(name(route)), kind)


def told(page: Page, route: Route, path: dict[str, str], slug: str = "evergreen") -> tuple[str, str]:
    """The answer in a word, and all of it, but for the address that was asked for and the ids in it."""
    headers = {**page.headers, "location": page.headers.get("location", "").partition("?next=")[0]}
    whole = f"{page.status}\n{sorted(headers.items())}\n{page.html}\n{[one.split(';')[1:] for one in page.cookies]}"
    to = page.headers.get("location", "").removeprefix("http://localhost:8000")
    asked = route.path.format(slug=slug, **path)
    for sent in (asked, asked.removeprefix(f"/{slug}"), *sorted(path.values(), key=len, reverse=True)):
        for spelled in (sent, quote(sent, safe="/"), quote(quote(sent, safe="/"), safe="/")):
            if len(spelled) > 3:
                whole = whole.replace(spelled, "ID")
                to = to.replace(spelled, "ID") if sent in path.values() else to
    whole = re.sub(r"\b[0-9A-Z]{26}\.[\w-]{43}", "FORM", whole)
    if to.startswith(("http:", "https:")):
        return f"{page.status} away", whole
    return f"{page.status} {to.removeprefix(f'/{slug}') or '/'}" if to else str(page.status), whole


def test_every_route_is_in_the_matrix() -> None:
    known = {name(route): route for route in routes()}
    customers = {one for one, route in known.items() if route.who is Customer}
    named = {one for one in customers if parameters(known[one])}
    assert set(EMPTY) == customers - named, "what does a customer get there who has nothing?"
    assert set(VISITORS) == {one for one, route in known.items() if route.who is Visitor}
    assert set(GUESTS) == {one for one, route in known.items() if route.who == Guest}
    assert set(ANYONE) == {one for one, route in known.items() if route.who is Anyone}
    assert set(FORMS) == {one for one, route in known.items() if route.method == "POST"}
    assert set(known) >= MORE_THAN_A_LINK


def test_strangers_are_sent_to_sign_in(scene: Scene) -> None:
    """Whoever is nobody to this company, at every page of its customers', whatever the page is of."""
    for route in (one for one in routes() if one.who is Customer):
        paths = [*filled(route, scene.dana), *filled(route, None)[:2]]
        for turn, caller in enumerate(scene.strangers):
            # Who they are is looked at before anything else is: for most, one of these will do.
            for path in paths if THOROUGH or turn < 2 else [paths[turn % len(paths)]]:
                page = ask(caller, route, path)
                at = f"{caller}: {name(route)} {path}"
                assert page.status == 303, at
                assert page.headers["location"].startswith("/evergreen/sign-in"), at
                assert not page.cookies, at
                assert page.headers["cache-control"] == "no-store", at


def right(route: Route, caller: Caller) -> str:
    """The one right refusal for somebody who is signed in and asks for what is not theirs."""
    if "by link" in caller.name and name(route) in MORE_THAN_A_LINK:
        return "303 /step-up"
    # What is not on file is off it already: by the click before, say.
    return "303 /wallet" if name(route) == "POST /{slug}/wallet/{id}/removal" else "404"


def test_what_is_anothers_is_refused_like_what_is_not_there(scene: Scene) -> None:
    otto, ruth = scene.otto, scene.ruth.person
    callers = (
        (scene.customer("another customer", otto), "evergreen", (scene.dana, scene.ruth)),
        (scene.customer("another customer, by link", otto, "link"), "evergreen", (scene.dana, scene.ruth)),
        (scene.customer("another company's customer", ruth), "bluewave", (scene.dana,)),
        (scene.customer("another company's customer, by link", ruth, "link"), "bluewave", (scene.dana,)),
    )
    for route in (one for one in routes() if one.who is Customer and parameters(one)):
        for caller, slug, owners in callers:
            answers: dict[str, set[str]] = {}
            paths = [path for has in owners for path in filled(route, has)] + filled(route, None)
            for path in paths:
                word, whole = told(ask(caller, route, path, slug), route, path, slug)
                assert word.partition("?")[0] == right(route, caller), f"{caller}: {name(route)} {path}"
                answers.setdefault(whole, set()).add(str(path)[:80])
            assert len(answers) == 1, f"{caller}: {name(route)} tells apart {list(answers.values())}"


def test_what_is_refused_is_there_for_whom_it_is_of(scene: Scene) -> None:
    """Otherwise the matrix would prove nothing: the ids in it exist, and open to their owner."""
    dana = scene.customer("Dana", scene.dana.person)
    for route in (one for one in routes() if one.who is Customer and parameters(one)):
        path = filled(route, scene.dana)[0]
        # A card has no deposits to verify: like one that is verified, it is left as it is.
        allowed = {"404"} if "verification" in route.path else set()
        word, _ = told(ask(dana, route, path), route, path)
        assert word not in {"404", "500"} - allowed and "/sign-in" not in word, f"{name(route)}: {word}"


def test_who_has_nothing_is_shown_nothing(scene: Scene) -> None:
    otto = scene.customer("Otto", scene.otto)
    for route in (one for one in routes() if one.who is Customer and not parameters(one)):
        page = ask(otto, route, {})
        word, whole = told(page, route, {})
        assert word == EMPTY[name(route)], name(route)
        for theirs in ("Dana", "Ruth", scene.dana.invoice.id, scene.dana.method, "120.00", "70.00"):
            assert theirs not in whole, f"{name(route)} shows {theirs}"


def test_what_is_anothers_in_a_form_is_refused_like_what_is_not_there(scene: Scene) -> None:
    """Ids that are posted, and cursors: as little is told of them as of those in addresses."""
    pay = next(one for one in routes() if name(one) == "POST /{slug}/payments")
    choose = next(one for one in routes() if name(one) == "POST /{slug}/accounts")
    otto, dana = scene.customer("Otto", scene.otto), scene.customer("Dana", scene.dana.person)

    def form(caller: Caller, route: Route, **values: str) -> tuple[str, str]:
        sent = FORMS[name(route)] | {"attempt": scene.world.services.new_id(scene.clock())} | values
        word, whole = told(caller.asks("POST", route.path.format(slug="evergreen"), sent), route, {})
        for value in (sent["attempt"], *values.values()):
            whole = whole.replace(value, "SENT") if value else whole
        return word, re.sub(r"[0-9A-Z]{26}", "ULID", whole)

    others = (scene.dana, scene.ruth)
    alike = (
        [form(otto, pay, invoice=one) for one in (NOTHING, *(has.invoice.id for has in others))],
        [form(otto, pay, parts=f"{one}:12000") for one in (NOTHING, *(has.invoice.id for has in others))],
        [form(dana, pay, invoice=scene.dana.invoice.id, method=one) for one in ("pm_nothing", scene.ruth.method)],
        [form(otto, choose, account=one) for one in (NOTHING, *(has.person.id for has in others))],
    )
    for answers in alike:
        assert len(set(answers)) == 1, [word for word, _ in answers]
        assert answers[0][0] in ("404", "409", "422", "303 /sign-in"), answers[0][0]


def test_a_cursor_of_anothers_list_is_none(scene: Scene) -> None:
    for _ in range(25):
        scene.dana.person.invoice(100)
    dana, otto = scene.customer("Dana", scene.dana.person), scene.customer("Otto", scene.otto)
    (cursor,) = set(re.findall(r"cursor=([\w.%~-]+)", dana.asks("GET", "/evergreen/invoices?filter=all").html))
    assert dana.asks("GET", f"/evergreen/invoices?filter=all&cursor={cursor}").status == 200
    theirs = otto.asks("GET", f"/evergreen/invoices?filter=all&cursor={cursor}")
    made_up = otto.asks("GET", f"/evergreen/invoices?filter=all&cursor={cursor[::-1]}")
    assert theirs.status == 422
    assert theirs.html.replace(cursor, "") == made_up.html.replace(cursor[::-1], "")


def test_visitors_get_the_same_whatever_they_bring(scene: Scene) -> None:
    """A credential that is none is like having none; another company's token, or one of another kind, like a made-up
    one."""
    for route in (one for one in routes() if one.who in (Visitor, Guest)):
        answers: dict[str, set[str]] = {}
        for caller in scene.strangers:
            own = {**path_of_kind(route, scene.dana)}
            # An address that can't be one of ours leads nowhere; everything else goes on to the page itself.
            word_for_all = {**VISITORS, **GUESTS}[name(route)]
            made_up = filled(route, None)[:2] if word_for_all.startswith("303") else filled(route, None)
            paths = [*filled(route, scene.ruth), *filled(route, scene.dana), *made_up]
            for path in paths if THOROUGH or caller.name == "nobody" else paths[:1]:
                if path and path == own:
                    continue
                word, whole = told(ask(caller, route, path), route, path)
                assert word == word_for_all, f"{caller}: {name(route)} {path}"
                answers.setdefault(whole, set()).add(f"{caller} {path}"[:120])
        assert len(answers) == 1, f"{name(route)} tells apart {list(answers.values())}"


def test_a_guest_is_known_by_their_own_session(scene: Scene) -> None:
    """Pages that are open to all show a customer what is theirs, and to everybody else nobody's."""
    for proof in ("password", "link"):
        otto, ruth = scene.customer("Otto", scene.otto, proof), scene.customer("Ruth", scene.ruth.person, proof)
        for route in (one for one in routes() if one.who == Guest and not parameters(one)):
            for caller, slug, known in ((otto, "evergreen", "Otto Brandt"), (ruth, "bluewave", "Ruth Vance")):
                word, whole = told(ask(caller, route, {}, slug), route, {}, slug)
                assert word == GUESTS[name(route)], f"{caller}: {name(route)}"
                assert known in whole or word.startswith("303"), f"{caller}: {name(route)}"
                others = {"Otto Brandt", "Ruth Vance", "Dana Whitfield"} - {known}
                assert not [one for one in others if one in whole], f"{caller}: {name(route)}"
            _, whole = told(ask(ruth, route, {}), route, {})
            assert "Ruth" not in whole, f"another company's customer: {name(route)}"


def test_what_is_anothers_of_a_guests_pages_is_not_there(scene: Scene) -> None:
    """Who is signed in gets the same for somebody else's booking, for another company's, and for none."""
    otto, ruth = scene.otto, scene.ruth.person
    callers = (
        (scene.customer("another customer", otto), "evergreen", (scene.dana, scene.ruth)),
        (scene.customer("another customer, by link", otto, "link"), "evergreen", (scene.dana, scene.ruth)),
        (scene.customer("another company's customer", ruth), "bluewave", (scene.dana,)),
    )
    for route in (one for one in routes() if one.who == Guest and parameters(one)):
        for caller, slug, owners in callers:
            paths = [path for has in owners for path in filled(route, has)] + filled(route, None)
            if "service" in parameters(route) and slug == "evergreen":
                # What the company offers it offers to all.
                paths.remove(path_of_kind(route, scene.dana))
            answers: dict[str, set[str]] = {}
            for path in paths:
                word, whole = told(ask(caller, route, path, slug), route, path, slug)
                assert word == "404", f"{caller}: {name(route)} {path}"
                answers.setdefault(whole, set()).add(str(path)[:80])
            assert len(answers) == 1, f"{caller}: {name(route)} tells apart {list(answers.values())}"


def test_what_a_guest_is_refused_is_there_for_whom_it_is_of(scene: Scene) -> None:
    dana = scene.customer("Dana", scene.dana.person)
    of_guests = [one for one in routes() if one.who == Guest and parameters(one)]
    # What has become a booking has a calendar file, too.
    review = f"/evergreen/book/review/{scene.dana.draft}"
    looked_at = dana.asks("GET", review).form(scene.dana.draft).fields
    assert dana.asks("POST", review, looked_at).status == 303
    for route in of_guests:
        path = filled(route, scene.dana)[0]
        # The accounts that a booking may be put into are those of its visitor's address: it has one already. And there
        # is nothing at an address that leads nowhere.
        nothing = {"POST /{slug}/bookings/{id}/account", "GET /{slug}/{page}", "GET /{slug}/{page}/{rest}"}
        allowed = {"404"} if name(route) in nothing else set()
        word, _ = told(ask(dana, route, path), route, path)
        assert word not in {"404", "500"} - allowed and "/sign-in" not in word, f"{name(route)}: {word}"


def test_what_a_customer_is_about_to_book_asks_others_to_sign_in(scene: Scene) -> None:
    """Its token can't be guessed; whoever was given it still must be who began."""
    of_drafts = [one for one in routes() if "{draft}" in one.path]
    assert len(of_drafts) == 4
    for route in of_drafts:
        path = filled(route, scene.dana)[0]
        for caller in scene.strangers:
            page = ask(caller, route, path)
            assert page.status == 303 and "/sign-in" in page.headers["location"], f"{caller}: {name(route)}"
            assert "Dana" not in page.text and not page.cookies


def test_a_mailed_key_opens_its_own_booking_only(scene: Scene) -> None:
    """Of all kinds: in the mail and in the text message, from before it was its customer's and since."""
    nobody, links = Caller("nobody"), scene.world.services.secrets.links
    other = books(scene.admin, TUESDAY + timedelta(days=1))["id"]
    for kind, whose in product((keys.by_mail, keys.by_text), (True, False)):

        def key(has: Things, kind: Names = kind, whose: bool = whose) -> str:
            return tokens.derive(links, *kind(has.company.store.tenant, has.booking, has.person.id if whose else ""))

        _opens_its_own_only(scene, nobody, other, key)


def _opens_its_own_only(scene: Scene, nobody: Caller, other: str, key: Callable[[Things], str]) -> None:
    for page in ("", "/calendar", "/time", "/cancellation"):
        dana = f"/evergreen/bookings/{scene.dana.booking}{page}?key={key(scene.dana)}"
        assert nobody.asks("GET", dana).status == 200, page
        assert nobody.asks("GET", dana.replace("/evergreen/", "/bluewave/")).status == 404
        for id, secret in (
            (other, key(scene.dana)), (scene.dana.booking, key(scene.ruth)), (scene.ruth.booking, key(scene.ruth)),
            (NOTHING, key(scene.dana)), (scene.dana.booking, NO_TOKEN),
        ):  # fmt: skip
            assert nobody.asks("GET", f"/evergreen/bookings/{id}{page}?key={secret}").status == 404, page
    for route in (one for one in routes() if one.method == "POST" and "/bookings/{id}" in one.path):
        sent = {**FORMS[name(route)], "key": key(scene.dana)}
        path = route.path.format(slug="evergreen", id=other)
        assert nobody.asks("POST", path, sent).status == 404, name(route)


def test_what_is_on_its_way_to_be_booked_is_of_one_browser(scene: Scene) -> None:
    """A visitor's draft is nobody's without the cookie of the browser in which it was typed."""
    company, services = scene.evergreen, scene.world.services
    draft = drafting.new_token(services, company.store)
    typed = drafts.Draft(scene.dana.service, TUESDAY, Given("Ann Visitor"), holder=tokens.fingerprint("h" * 43))
    drafting.keep(services, company.store, draft, typed, "198.51.100.7")
    mine = Caller("the browser", cookies={DRAFT: "h" * 43})
    details = f"/evergreen/book/{scene.dana.service}/{scene.dana.time}?draft={draft}"
    assert "Ann Visitor" in mine.asks("GET", details).html
    others = (
        *scene.strangers, scene.customer("Dana", scene.dana.person),
        Caller("another browser", cookies={DRAFT: "x" * 43}),
    )  # fmt: skip
    for caller in others:
        assert "Ann Visitor" not in caller.asks("GET", details).html, f"{caller}"
    for route in (one for one in routes() if "{draft}" in one.path):
        for caller in others:
            page = ask(caller, route, {"draft": draft})
            assert page.status == 404 or page.headers["location"].endswith("/book?why=elsewhere"), f"{caller}"
            assert "Ann" not in page.html and not page.cookies


def test_online_booking_that_is_off_is_there_for_nobody(scene: Scene) -> None:
    """With what there is, and with what there is not: as any page that there never was."""
    nobody, dana = Caller("nobody"), scene.customer("Dana", scene.dana.person)
    of_booking = [one for one in routes() if one.path.startswith("/{slug}/book")]
    assert len(of_booking) > 15
    here = [filled(route, scene.dana)[0] for route in of_booking]
    offering(scene.evergreen, on=False)
    for caller in (nobody, dana):
        answers: dict[str, set[str]] = {}
        for route, path in zip(of_booking, here, strict=True):
            for one in (path, *filled(route, None)[:2]):
                word, _ = told(ask(caller, route, one), route, one)
                answers.setdefault(word, set()).add(name(route))
        assert answers.keys() == {"404"}, f"{caller}: {answers}"


def path_of_kind(route: Route, has: Things) -> dict[str, str]:
    """The one token that opens this page, or file that is shown to all; what the company offers, and what somebody is
    about to book, which asks them to sign in."""
    if route.path.startswith("/{slug}/book/"):
        return filled(route, has)[0]
    of = {
        "/{slug}/link": has.link, "/{slug}/l": has.link, "/{slug}/sign-in/link": has.sign_in_link,
        "/{slug}/password/reset": has.reset, "/{slug}/connect": has.connect, "/{slug}/logo": has.logo,
    }  # fmt: skip
    (one, *_) = [*parameters(route), ""]
    return {one: of[route.path.partition("/{" + one)[0]]} if route.path.partition("/{" + one)[0] in of else {}


def test_nobodys_address_is_nobodys(scene: Scene) -> None:
    """A portal that is not there is not there with any page, for anybody."""
    dana = scene.customer("Dana", scene.dana.person)
    for caller in (Caller("nobody"), dana):
        answers = set()
        for route in (one for one in routes() if one.who is not Anyone):
            for slug in ("nowhere", "api", "x"):
                path = filled(route, scene.dana)[0]
                page = ask(caller, route, path, slug)
                assert page.status == 404 and not page.cookies, f"{caller}: {name(route)}"
                answers.add("There is no portal at this address" in page.text)
        assert answers


def test_what_belongs_to_no_company(scene: Scene) -> None:
    for route in (one for one in routes() if one.who is Anyone):
        path = dict.fromkeys(parameters(route), NOTHING)
        bodies = set()
        for caller in scene.strangers:
            word, whole = told(ask(caller, route, path), route, path)
            assert word == ANYONE[name(route)], f"{caller}: {name(route)}"
            bodies.add(whole)
        assert len(bodies) == 1
