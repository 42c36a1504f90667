"""Every route of the API, and everybody who must not get past it: the one right problem, and the very same for what is
another company's and for what is not there. A route that is not in these tables fails, and so does a door without a
room."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from chalicelib.web.api import shapes
from chalicelib.web.api.routes import ANY, ApiRoute
from sandbox.world import World
from tests.access.api_scene import QUERIES, REFRESH, ApiScene, Records, name, routes, secrets_in, some_records
from tests.access.scene import NO_TOKEN, NOTHING, a_scene, an_address
from tests.billing.till import THOROUGH
from tests.booking.offers import offering
from tests.builders import ADMIN_PASSWORD, Company, a_company
from tests.client import Answer, Client
from tests.conftest import Clock

# How each path parameter is filled in with what exists elsewhere; `ours` to mix it with. By the path up to it.
THEIRS: dict[str, Callable[[Records, Records], tuple[str, ...]]] = {
    "/customers/{id}": lambda has, ours: (has.customer, has.external, f"{has.company.store.tenant}%23{has.customer}"),
    "/customers/{id}/access/links/{link}": lambda has, ours: (has.link,),
    "/customers/{id}/messages/{message}": lambda has, ours: (has.message, has.link, has.invoice),
    "/invoices/{id}": lambda has, ours: (
        has.invoice, has.draft, has.external, mixed(ours.customer, has.invoice), mixed(has.customer, ours.invoice),
        has.payment, has.customer,
    ),
    "/estimates/{id}": lambda has, ours: (
        has.estimate, has.draft_estimate, has.won_estimate, has.external, mixed(ours.customer, has.estimate),
        mixed(has.customer, ours.estimate), has.invoice, has.customer,
    ),
    "/payments/{id}": lambda has, ours: (
        has.payment, mixed(ours.customer, has.payment), mixed(has.customer, ours.payment), has.invoice,
    ),
    "/bulk-invites/{id}": lambda has, ours: (has.bulk,),
    "/keys/{id}": lambda has, ours: (has.key, ours.bulk),
    "/leads/{id}": lambda has, ours: (has.lead, f"{has.company.store.tenant}%23lead-{has.lead}", has.customer),
    "/documents/{id}": lambda has, ours: (
        has.document, has.external, mixed(ours.customer, has.document), mixed(has.customer, ours.document),
        mixed("everyone", has.document), has.invoice, has.customer, has.document_upload,
    ),
    "/visits/{id}": lambda has, ours: (
        has.visit, has.external, mixed(ours.customer, has.visit), mixed(has.customer, ours.visit), has.invoice,
        has.customer,
    ),
    "/visits/{id}/photos/{photo}": lambda has, ours: (has.photo, has.visit),
    "/ratings/{id}": lambda has, ours: (
        has.rating, mixed(ours.customer, has.rating), mixed(has.customer, ours.rating), has.invoice, has.customer,
    ),
    "/bookings/{id}": lambda has, ours: (
        has.booking, has.request, f"{has.company.store.tenant}%23booking-{has.booking}", f"booking-{has.booking}",
        mixed(ours.customer, f"-{has.booking}"), has.lead, has.block, ours.block,
    ),
    "/booking-blocks/{id}": lambda has, ours: (has.block, has.booking, ours.lead),
    "/message-templates/{name}": lambda has, ours: (has.customer, "variables", "layout", "Portal_Invite"),
    "/message-templates/{name}/email/{language}": lambda has, ours: ("fr", "EN", has.customer),
    "/message-templates/{name}/sms/{language}": lambda has, ours: ("fr", "EN", has.customer),
    "/suppressions/{id}": lambda has, ours: (has.suppression, ours.customer),
    "/team/{email}": lambda has, ours: (has.member, f"owner@{has.company.slug}.example"),
}  # fmt: skip
OURS: dict[str, Callable[[Records], str]] = {
    "/customers/{id}": lambda has: has.customer,
    "/customers/{id}/access/links/{link}": lambda has: has.link,
    "/customers/{id}/messages/{message}": lambda has: has.message,
    "/invoices/{id}": lambda has: has.draft,
    "/estimates/{id}": lambda has: has.draft_estimate,
    "/payments/{id}": lambda has: has.payment,
    "/bulk-invites/{id}": lambda has: has.bulk,
    "/keys/{id}": lambda has: has.key,
    "/leads/{id}": lambda has: has.lead,
    "/documents/{id}": lambda has: has.document,
    "/visits/{id}": lambda has: has.visit,
    "/visits/{id}/photos/{photo}": lambda has: has.photo,
    "/ratings/{id}": lambda has: has.rating,
    "/bookings/{id}": lambda has: has.booking,
    "/booking-blocks/{id}": lambda has: has.block,
    "/message-templates/{name}": lambda has: "portal_invite",
    "/message-templates/{name}/email/{language}": lambda has: "en",
    "/message-templates/{name}/sms/{language}": lambda has: "es",
    "/suppressions/{id}": lambda has: has.suppression,
    "/team/{email}": lambda has: has.member,
}
NOBODYS = (
    NOTHING, f"{NOTHING}-{NOTHING}", "ext:nothing", "nobody@example.com", "ext:", "ext:a%23b", "-", "~", "..", "%2e%2e",
    "%23", "a%23b", "%00", "%0a", "%ff", "%F0%9F%8F%A1", "x" * 290, "x" * 400, "x" * 3000, NO_TOKEN,
)  # fmt: skip
# What has pages, and something on them in this scene.
LISTS = {
    "GET /customers", "GET /invoices", "GET /estimates", "GET /documents", "GET /visits", "GET /leads", "GET /ratings",
    "GET /suppressions", "GET /audit", "GET /booking-requests",
}  # fmt: skip
# By an id of the caller's own that is new, these make what is not there.
UPSERTS = {"PUT /customers/{id}", "PUT /invoices/{id}", "PUT /estimates/{id}", "PUT /visits/{id}"}

# What is sent where the route's own example is none, or names things of its own.
LINES = [{"description": "Quarterly pest control", "unit_price": 12_000}]
ESTIMATE = {"number": "M-2", "issued_on": "2026-11-20", "lines": LINES}
INVOICE = {"number": "M-1", "issued_on": "2026-11-20", "due_on": "2026-12-04", "lines": LINES}
DOCUMENT = {"name": "Service agreement", "category": "contract"}
BOOKING = {"service": "lawn-mowing", "starts_at": "2026-12-01T08:00:00-07:00"}
VISIT = {"title": "Ants", "starts_at": "2026-11-25T08:00:00-07:00", "ends_at": "2026-11-25T10:00:00-07:00"}
BODIES: dict[str, Callable[[Records], Any]] = {
    "POST /session/companies": lambda has: {"email": "nobody@example.com", "password": "wrong-horse-1"},
    "POST /session": lambda has: {"email": "nobody@example.com", "password": "wrong-horse-1"},
    "PUT /session/password": lambda has: {"current": "wrong-horse-1", "password": "maple-street-77"},
    "POST /invites/look": lambda has: {"company": has.company.store.tenant, "token": NO_TOKEN},
    "POST /invites/acceptance": lambda has: {
        "company": has.company.store.tenant, "token": NO_TOKEN, "password": "maple-street-77",
    },
    "POST /password-resets/acceptance": lambda has: {"token": NO_TOKEN, "password": "maple-street-77"},
    "PUT /settings/logo": lambda has: {"upload": has.upload},
    "PUT /customers/{id}": lambda has: {"name": "Robin Gale"},
    "PUT /customers/{id}/access/password": lambda has: {"password": "maple-street-77"},
    "PATCH /customers/{id}/access": lambda has: {"on": True},
    "POST /bulk-invites": lambda has: {"customers": [has.customer]},
    "POST /invoices": lambda has: {"customer": has.customer, **INVOICE},
    "PUT /invoices/{id}": lambda has: {"customer": has.customer, **INVOICE},
    "POST /estimates": lambda has: {"customer": has.customer, **ESTIMATE},
    "PUT /estimates/{id}": lambda has: {"customer": has.customer, **ESTIMATE},
    "POST /documents": lambda has: {"customer": has.customer, "upload": has.document_upload, **DOCUMENT},
    "POST /visits": lambda has: {"customer": has.customer, **VISIT},
    "PUT /visits/{id}": lambda has: {"customer": has.customer, **VISIT},
    "POST /visits/{id}/photos": lambda has: {"upload": has.upload},
    "POST /bookings": lambda has: {"customer": has.customer, **BOOKING},
    "PUT /bookings/{id}/customer": lambda has: {"customer": has.customer},
    "POST /customers/{id}/credit-uses": lambda has: {"invoice": has.invoice, "amount": 100},
    "POST /import": lambda has: {"customer": {"name": "Robin Gale", "external_id": "import-1"}},
}  # fmt: skip
CONDITION = {"if_match": '"0"'}

# Ids in bodies and queries: how they are filled in with what is somebody's. The same refusal for nobody's.
NAMED: dict[str, tuple[str, Callable[[Records], Any]]] = {
    "POST /invoices customer": ("422 invalid", lambda has: has.customer),
    "PUT /invoices/{id} customer": ("422 invalid", lambda has: has.customer),
    "POST /estimates customer": ("422 invalid", lambda has: has.customer),
    "PUT /estimates/{id} customer": ("422 invalid", lambda has: has.customer),
    "POST /customers/{id}/payments invoices": ("422 invalid", lambda has: [has.invoice]),
    "POST /customers/{id}/credit-uses invoice": ("422 invalid", lambda has: has.invoice),
    "POST /documents customer": ("422 invalid", lambda has: has.customer),
    "POST /documents upload": ("422 invalid", lambda has: has.document_upload),
    "GET /documents customer": ("200", lambda has: has.customer),
    "POST /visits customer": ("422 invalid", lambda has: has.customer),
    "PUT /visits/{id} customer": ("422 invalid", lambda has: has.customer),
    "GET /visits customer": ("200", lambda has: has.customer),
    "POST /visits/{id}/photos upload": ("422 invalid", lambda has: has.upload),
    "POST /bookings customer": ("422 invalid", lambda has: has.customer),
    "PUT /bookings/{id}/customer customer": ("422 invalid", lambda has: has.customer),
    "GET /booking-slots besides": ("422 invalid", lambda has: f"{has.booking}&since=2026-11-24"),
    "PUT /settings/logo upload": ("404 not-found", lambda has: has.upload),
    "POST /bulk-invites customers": ("422 invalid", lambda has: [has.customer]),
    "GET /invoices customer": ("200", lambda has: has.customer),
    "GET /estimates customer": ("200", lambda has: has.customer),
    "POST /message-templates/{name}/previews customer": ("422 invalid", lambda has: has.customer),
}

# Open to anybody: what those get who bring nothing that is good for it.
OPEN: dict[str, str] = {
    "POST /session/companies": "422 invalid",
    "POST /session": "422 invalid",
    "POST /session/refresh": "401 unauthenticated",
    "DELETE /session": "401 unauthenticated",
    "POST /invites/look": "404 not-found",
    "POST /invites/acceptance": "404 not-found",
    "POST /password-resets": "202",
    "POST /password-resets/acceptance": "404 not-found",
}


def mixed(customer: str, thing: str) -> str:
    """A customer's id, and what belongs to another one."""
    return f"{customer}-{thing.partition('-')[2]}"


@pytest.fixture
def scene(world: World, clock: Clock, evergreen: Company, bluewave: Company, no_limits: None) -> ApiScene:
    expired = evergreen.admin()
    return ApiScene(world, clock, evergreen, bluewave, a_scene(world, clock, evergreen, bluewave), expired)


def parameters(route: ApiRoute) -> list[str]:
    return re.findall(r"\{(\w+)\}", route.path)


def elsewhere(route: ApiRoute, scene: ApiScene) -> Iterator[dict[str, str]]:
    """The route's parameters with something in them that exists, and is not evergreen's."""
    names = parameters(route)
    for one in names:
        ours = {name: OURS[upto(route, name)](scene.ours) for name in names if name != one}
        for value in THEIRS[upto(route, one)](scene.theirs, scene.ours):
            yield {**ours, one: value}


def missing(route: ApiRoute, scene: ApiScene) -> Iterator[dict[str, str]]:
    """With what nobody has: one that is spelled like ours, and some that are spelled oddly, others at each route."""
    names, turn = parameters(route), scoped().index(route)
    odd = [one for place, one in enumerate(NOBODYS) if THOROUGH or place % 5 == turn % 5]
    for one in names:
        ours = {name: OURS[upto(route, name)](scene.ours) for name in names if name != one}
        yield from ({**ours, one: value} for value in (NOTHING, *odd))


def upto(route: ApiRoute, parameter: str) -> str:
    return route.path.partition("{" + parameter + "}")[0] + "{" + parameter + "}"


_keys = iter(range(1_000_000))


def ask(
    client: Client, route: ApiRoute, path: dict[str, str], has: Records | None = None, body: Any = None, query: str = ""
) -> Answer:
    """What this caller gets here, with a body that is right for whose things are `has`."""
    client.address = an_address()
    if body is None and has is not None:
        body = BODIES[name(route)](has) if name(route) in BODIES else route.example
    headers = dict(CONDITION) if route.conditional else {}
    if route.method == "POST":
        headers["idempotency_key"] = f"matrix-{next(_keys)}"
    if route.content_type != "application/json" and body is not None:
        headers["content_type"] = route.content_type
        body = json.dumps(body) + "\n"
    query = query or QUERIES.get(name(route), "")
    answer = client.send(route.method, route.path.format(**path) + query, body, **headers)
    told = [*secrets_in(name(route), answer)]
    assert not told, f"{name(route)} tells {told}"
    return answer


def word(answer: Answer) -> str:
    """'404 not-found', or the status of what is no problem."""
    if answer.status < 400:
        return str(answer.status)
    assert answer.headers["content-type"] == "application/problem+json", answer.headers
    assert answer.json["status"] == answer.status
    return f"{answer.status} {answer.kind}"


def whole(answer: Answer) -> str:
    return f"{answer.status} {sorted(answer.headers.items())} {answer.text}"


def check(route: ApiRoute, who: object, answers: dict[str, Answer], right: str) -> None:
    """All of these are the one right answer, to the letter."""
    for asked, answer in answers.items():
        assert word(answer) == right, f"{who}: {name(route)} {asked} -> {answer.text}"
    different = {whole(answer): asked for asked, answer in answers.items()}
    assert len(different) == 1, f"{who}: {name(route)} tells apart {different}"


def scoped() -> list[ApiRoute]:
    return [route for route in routes() if route.scope is not None]


def test_every_route_is_in_the_matrix() -> None:
    for route in routes():
        for one in parameters(route):
            assert upto(route, one) in THEIRS, f"how does {one} of {name(route)} exist elsewhere?"
        if route.body is not None:
            assert name(route) in BODIES or route.example is not None, f"what is sent to {name(route)}?"
    assert {name(route) for route in routes() if route.scope is None} == set(OPEN)
    known = {name(route) for route in routes()}
    assert known >= UPSERTS and known >= BODIES.keys()
    assert {f"{route} {one}" for route, one in ids_in_bodies()} <= NAMED.keys()
    assert {one.rpartition(" ")[0] for one in NAMED} <= known


def ids_in_bodies() -> Iterator[tuple[str, str]]:
    """Fields of bodies and queries that name something else of the company's."""
    for route in routes():
        for shape in (route.body, route.query):
            if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
                for one in msgspec.structs.fields(shape):
                    if repr(shapes.Id) in repr(one.type) or one.name in ("upload", "customer", "customers", "link"):
                        yield name(route), one.name


def test_nobody_gets_in_without_a_credential_that_stands(scene: ApiScene) -> None:
    for route in scoped():
        paths: list[dict[str, str]] = [{}]
        if parameters(route):
            paths = [next(elsewhere(route, scene)), next(missing(route, scene))]
        for turn, knock in enumerate(scene.strangers):
            # Nobody's credential is looked at before anything else is: for most, one of the two will do.
            asked = paths if THOROUGH or turn < 2 else paths[turn % len(paths) :][:1]
            answers = {str(path): ask(knock.client, route, path, scene.ours) for path in asked}
            check(route, knock, answers, "401 unauthenticated")
            assert all(one.headers["www-authenticate"] == "Bearer" for one in answers.values())
            assert not any(one.cookies for one in answers.values())


def test_a_credential_does_what_it_may_and_no_more(scene: ApiScene) -> None:
    """Roles and scopes come before everything else: a refusal tells nothing of what is there."""
    for route in scoped():
        if route.scope == ANY:
            continue
        refused = {"a key without the scope": scene.key_without(route.scope)}
        if route.scope.startswith("team:"):
            refused["a key with all scopes"] = scene.all_a_key_may
        if route.scope.endswith(":write"):
            refused["somebody who may only read"] = scene.reader
        ids: list[dict[str, str]] = [{}]
        if parameters(route):
            ids = [next(elsewhere(route, scene)), next(missing(route, scene))]
        for who, client in refused.items():
            answers = {str(path): ask(client, route, path, scene.ours) for path in ids}
            check(route, who, answers, "403 missing-scope")


def test_what_is_another_companys_is_refused_like_what_is_not_there(scene: ApiScene) -> None:
    before = everything(scene.theirs.company)
    for route in (one for one in scoped() if parameters(one)):
        callers = {"an admin": scene.owner}
        if not route.scope.startswith("team:"):
            callers["a key"] = scene.all_a_key_may
        if route.scope.endswith(":read"):
            callers["somebody who may only read"] = scene.reader
        for who, client in callers.items():
            ids = [*elsewhere(route, scene), *missing(route, scene)]
            if who != "an admin" and not THOROUGH:
                ids = [ids[0], ids[-1]]
            if name(route) in UPSERTS:
                ids = [one for one in ids if not one["id"].startswith("ext:")]
            answers = {str(path)[:80]: ask(client, route, path, scene.ours) for path in ids}
            check(route, who, answers, "404 not-found")
    assert everything(scene.bluewave) == before


def test_what_is_off_is_there_for_nobody(scene: ApiScene) -> None:
    """An add-on that a company has not: its routes are like no routes, with what exists and with what does not, until
    it is on again."""
    of_booking = [one for one in scoped() if one.add_on is not None]
    assert {name(one) for one in of_booking} == {
        "GET /bookings", "POST /bookings", "GET /bookings/{id}", "PUT /bookings/{id}/status",
        "PUT /bookings/{id}/time", "PUT /bookings/{id}/proposal", "PUT /bookings/{id}/customer",
        "GET /booking-requests", "GET /booking-slots", "POST /booking-blocks", "DELETE /booking-blocks/{id}",
    }  # fmt: skip
    ours, callers = scene.ours, (("an admin", scene.owner), ("a key", scene.all_a_key_may))
    # A key's first call is noted with it.
    assert all(client.get("/session").status == 200 for _, client in callers)
    before = everything(scene.evergreen)
    offering(scene.evergreen, on=False)
    off = everything(scene.evergreen)
    for route in of_booking:
        own = {one: OURS[upto(route, one)](ours) for one in parameters(route)}
        paths = [own, *(missing(route, scene) if own else ())]
        for who, client in callers:
            answers = {str(path): ask(client, route, path, ours) for path in paths}
            if route.body is not None:
                answers["garbage"] = ask(client, route, own, body="{")
            check(route, who, answers, "404 not-found")
    assert everything(scene.evergreen) == off
    offering(scene.evergreen)
    assert everything(scene.evergreen).keys() == before.keys()
    assert scene.owner.get(f"/bookings/{ours.booking}").json["status"] == "confirmed"


def test_ids_in_bodies_and_queries_too(scene: ApiScene) -> None:
    before = everything(scene.theirs.company)
    known = {name(one): one for one in routes()}
    for place, (right, value) in NAMED.items():
        route, field = known[place.rpartition(" ")[0]], place.rpartition(" ")[2]
        path = {one: OURS[upto(route, one)](scene.ours) for one in parameters(route)}
        answers = {}
        for which, has in (("theirs", scene.theirs), ("nobody's", nobodys(scene.ours))):
            if route.method == "GET":
                answers[which] = ask(scene.owner, route, path, query=f"?{field}={value(has)}")
            else:
                body = BODIES[name(route)](scene.ours) if name(route) in BODIES else dict(route.example)
                answers[which] = ask(scene.owner, route, path, body={**body, field: value(has)})
        check(route, place, answers, right)
    assert everything(scene.bluewave) == before


def test_ids_in_the_lines_of_an_import_too(scene: ApiScene) -> None:
    before = everything(scene.theirs.company)
    route = next(one for one in routes() if name(one) == "POST /import")

    def told(has: Records) -> list[Any]:
        by_id = {"invoice": {**INVOICE, "customer": has.customer, "external_id": "import-2"}}
        by_own = {"invoice": {**INVOICE, "customer": "ext:unheard-of", "external_id": "import-3"}}
        money = {"amount": 100, "method": "Cash", "received_on": "2026-11-20", "external_id": "import-4"}
        paid = {"payment": {**money, "customer": scene.ours.customer, "invoices": [has.invoice]}}
        lines = "\n".join(map(json.dumps, (by_id, by_own, paid)))
        answer = scene.owner.post("/import", lines, content_type=route.content_type)
        assert answer.status == 200
        return [json.loads(one) for one in answer.text.splitlines()]

    theirs = told(scene.theirs)
    assert theirs == told(nobodys(scene.ours)) and all("error" in one for one in theirs)
    assert everything(scene.bluewave) == before


def nobodys(ours: Records) -> Records:
    thing = f"{NOTHING}-{NOTHING}"
    return Records(ours.company, ours.owner, NOTHING, thing, thing, thing, thing, NOTHING, NOTHING, NOTHING,
                   "nobody@example.com", NOTHING, "ext:nothing", NOTHING, NOTHING, NOTHING,
                   booking=NOTHING)  # fmt: skip


def test_by_ones_own_id_what_another_company_calls_so_is_not_met(scene: ApiScene) -> None:
    """Two companies may call their things alike; an upsert makes the caller's own."""
    before = everything(scene.theirs.company)
    for route in (one for one in routes() if name(one) in UPSERTS):
        made = [ask(scene.owner, route, {"id": one}, scene.ours) for one in (scene.theirs.external, "ext:brand-new")]
        assert [one.status for one in made] == [made[0].status] * 2 and made[0].status in (200, 201)
        assert len({one.json["id"] for one in made}) == 2
        assert scene.theirs.customer not in made[0].text and scene.theirs.invoice not in made[0].text
    assert everything(scene.bluewave) == before


def test_what_is_refused_is_there_for_whom_it_is_of(scene: ApiScene) -> None:
    """Otherwise the matrix would prove nothing: with the same bodies, their owner gets to all of these things."""
    gently = ("GET", "PATCH", "PUT", "POST", "DELETE")
    ours = scene.ours
    for route in sorted((one for one in scoped() if parameters(one)), key=lambda one: gently.index(one.method)):
        path = {one: OURS[upto(route, one)](ours) for one in parameters(route)}
        answer = ask(scene.owner, route, path, ours)
        # What they have may not be in the state that this needs; it is there.
        assert answer.status < 300 or answer.status in (409, 412), f"{name(route)}: {answer.text}"


def test_who_has_nothing_is_shown_nothing(scene: ApiScene, world: World) -> None:
    """A company that has just begun: its lists are empty, whatever others have."""
    theirs = (scene.theirs, scene.ours)
    redrock = a_company(world, "Redrock Pools", "redrock", connected=False)
    offering(redrock)
    owner = redrock.admin()
    reader = redrock.admin("reader@redrock.example", "read-only")
    for client in (owner, reader):
        for route in (one for one in scoped() if one.method == "GET" and not parameters(one)):
            answer = ask(client, route, {})
            assert answer.status == 200, f"{name(route)}: {answer.text}"
            for has in theirs:
                ids = (has.customer, has.invoice, has.payment, has.key, has.member, has.bulk, has.lead, has.suppression,
                       has.estimate, has.booking, has.block)  # fmt: skip
                for value in (*ids, "Robin", "pest"):
                    assert value not in answer.text, f"{name(route)} shows {value}"
            if name(route) in LISTS - {"GET /audit"} | {"GET /keys", "GET /bookings"}:
                assert answer.json["items"] == []
    for route in (one for one in scoped() if parameters(one)):
        wanted = [next(elsewhere(route, scene)), next(missing(route, scene))]
        check(route, "an empty company", {str(one): ask(owner, route, one, scene.ours) for one in wanted},
              "404 not-found")  # fmt: skip


def test_a_cursor_of_another_list_is_none(scene: ApiScene) -> None:
    some_records(scene.bluewave, scene.theirs.owner)
    lists = [one for one in scoped() if one.query is not None and "cursor" in one.query.__struct_fields__]
    cursors: dict[str, str] = {}
    for route in (one for one in lists if "limit" in one.query.__struct_fields__):
        path = {"id": scene.theirs.customer} if parameters(route) else {}
        answer = ask(scene.theirs.owner, route, path, query="?limit=1")
        if answer.json["next"]:
            cursors[name(route)] = answer.json["next"]
            assert ask(scene.theirs.owner, route, path, query=f"?cursor={answer.json['next']}").status == 200
    assert cursors.keys() >= LISTS
    for route in lists:
        path = {"id": scene.ours.customer} if parameters(route) else {}
        answers = {
            of: ask(scene.owner, route, path, query=f"?cursor={cursor}")
            for of, cursor in (*cursors.items(), ("made up", "garbage"))
        }
        check(route, "a cursor of another company's", answers, "422 invalid")


def test_what_is_open_to_anybody_opens_nothing_by_itself(scene: ApiScene) -> None:
    """Another company's or another kind's token is like a made-up one; somebody else's credential is like none."""
    stranger = Client(scene.world)
    portal, tenant = scene.portal, scene.evergreen.store.tenant
    mailed = (NO_TOKEN, *portal.dana.mailed, *portal.ruth.mailed)
    for route in (one for one in routes() if one.scope is None):
        right, sent = OPEN[name(route)], BODIES.get(name(route))
        bodies = [sent(scene.ours) if sent else route.example]
        if bodies[0] and "token" in bodies[0]:
            wanted = mailed if "company" not in bodies[0] else (NO_TOKEN, portal.dana.link, portal.ruth.invite)
            bodies = [{**bodies[0], "token": one} for one in wanted]
        if bodies[0] and "email" in bodies[0]:
            emails = ("nobody@example.com", "owner@evergreen.example", "second@evergreen.example", "dana@example.com")
            bodies = [{**bodies[0], "email": one} for one in emails]
        if "company" in (bodies[0] or {}):
            bodies += [{**one, "company": NOTHING} for one in bodies]
        answers = {str(body): ask(stranger, route, {}, body=body) for body in bodies}
        # A password takes long to look at.
        for knock in scene.strangers[:3] if "password" in (bodies[0] or {}) else scene.strangers:
            if knock.name != "an admin's cookie alone":
                answers[knock.name] = ask(knock.client, route, {}, body=bodies[0])
        check(route, "anybody", answers, right)
    assert tenant


def test_a_secret_in_an_answer_would_be_seen(scene: ApiScene) -> None:
    """All the answers above are looked through: this is how the looking fails."""
    made = scene.owner.post("/keys", {"name": "A test's", "scopes": ["customers:read"]})
    assert [*secrets_in("POST /keys", made)] == [] and [*secrets_in("GET /keys", made)] != []
    for secret in ("$argon2id$v=19", "0123456789abcdef" * 4, f"http://localhost/evergreen/link/{NO_TOKEN}",
                   scene.owner.cookies[REFRESH], "whsec_abc", '{"password": "x"}'):  # fmt: skip
        assert [*secrets_in("GET /keys", Answer(200, {}, [], f"[{secret}]"))] != [], secret


def test_a_session_of_one_company_is_none_of_another(scene: ApiScene) -> None:
    """Somebody who serves both works for the one they have signed in to."""
    wanted = {"email": "owner@evergreen.example", "role": "read-only"}
    assert scene.theirs.owner.post("/team", wanted).status == 201
    client = Client(scene.world)
    assert client.sign_in("owner@evergreen.example", ADMIN_PASSWORD).status == 201, "the invite is not accepted yet"
    assert client.get(f"/customers/{scene.theirs.customer}").status == 404
    refused = client.sign_in("owner@evergreen.example", ADMIN_PASSWORD, company=scene.bluewave.store.tenant)
    assert word(refused) == "422 invalid"


def everything(company: Company) -> dict[str, Any]:
    """All that lies in a company's partitions, but what counts and remembers calls."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.dynamodb.models import dynamodb_backends

    from sandbox.world import REGION

    found: dict[str, Any] = {}
    for table in dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables.values():
        for item in table.all_items():
            attributes = item.to_json()["Attributes"]
            key = json.dumps([attributes.get(one) for one in ("tenant", "customer", "token", "item")])
            if company.store.tenant in key and "#tries#" not in key:
                found[key] = attributes
    return found
