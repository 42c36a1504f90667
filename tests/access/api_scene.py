"""The scene of the API's matrix: what two companies have, made by their own calls, and everybody who calls."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from itertools import count
from typing import Any

import jwt

import app as wiring
from chalicelib.messages.records import suppressions
from chalicelib.tenants.rules.access import HELD, KEY_SCOPES
from chalicelib.web.api.doors import DOORS
from chalicelib.web.api.routes import ApiRoute
from chalicelib.web.cookies import SESSION
from sandbox.world import World
from tests.access.scene import NOTHING, Scene
from tests.booking.offers import offering
from tests.browser import Browser
from tests.builders import ADMIN_PASSWORD, Company, Person
from tests.client import Answer, Client
from tests.conftest import Clock
from tests.documents.desk import Desk
from tests.visits.camera import added
from tests.visits.planner import planned
from tests.visits.rater import rates, visited

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
REFRESH = "porchlight_admin"
_numbers = count(1)
# What is asked with where a list must be told what is wanted of it.
QUERIES = {
    "GET /bookings": "?since=2026-11-23&until=2026-12-31",
    "GET /booking-slots": "?service=lawn-mowing&since=2026-11-24",
}


def routes() -> list[ApiRoute]:
    """Every route of the API, by its door. A door with no room behind it fails."""
    return [route for module in DOORS for route in import_module(module).routes.routes]


def name(route: ApiRoute) -> str:
    return f"{route.method} {route.path}"


@dataclass(frozen=True)
class Records:
    """What a company has, by the ids that its own API gave."""

    company: Company
    owner: Client
    customer: str
    invoice: str
    paid_invoice: str
    draft: str
    payment: str
    link: str
    bulk: str
    key: str
    member: str
    upload: str
    external: str
    lead: str
    suppression: str
    message: str
    invite: str = ""
    visit: str = ""
    document: str = ""
    document_upload: str = ""
    photo: str = ""
    rating: str = ""
    estimate: str = ""
    draft_estimate: str = ""
    won_estimate: str = ""
    booking: str = ""
    request: str = ""
    block: str = ""


def some_records(company: Company, owner: Client) -> Records:
    """A customer with an invoice, one that is paid, a draft, a link; a key, somebody invited, a logo on its way,
    somebody who wrote, and an address that gets no more mail."""
    made = next(_numbers)
    external = f"own-{made}"

    def post(path: str, body: Any, **headers: str) -> Any:
        answer = owner.post(path, body, idempotency_key=f"made-{next(_numbers)}", **headers)
        assert answer.status in (200, 201, 202), f"{path}: {answer.text}"
        return answer.json

    contact = {"name": "Robin Gale", "email": f"robin-{made}@example.com"}
    customer = post("/customers", {"name": "Robin Gale", "contacts": [contact], "external_id": external})["id"]

    def invoice(total: int, **more: Any) -> Any:
        lines = [{"description": "Quarterly pest control", "unit_price": total}]
        number = {"number": f"R-{next(_numbers)}", "issued_on": "2026-11-20", "due_on": "2026-12-04"}
        return post("/invoices", {"customer": customer, **number, "lines": lines, **more})["id"]

    paid = invoice(5_000)
    payment = post(f"/customers/{customer}/payments", {"amount": 5_000, "method": "Cash"})["id"]
    still_open, draft = invoice(12_000, external_id=external), invoice(3_000, status="draft")
    offer = {"customer": customer, "issued_on": "2026-11-20", "lines": [{"description": "Barrier", "unit_price": 900}]}
    estimate = post("/estimates", {**offer, "number": f"E-{made}", "external_id": external})["id"]
    draft_estimate = post("/estimates", {**offer, "number": f"E-{made}-2", "status": "draft"})["id"]
    won_estimate = post("/estimates", {**offer, "number": f"E-{made}-3"})["id"]
    assert owner.put(f"/estimates/{won_estimate}/status", {"status": "won"}).status == 200
    bulk = post("/bulk-invites", {"customers": [customer]})["id"]
    post(f"/customers/{customer}/access/invites", None)
    member = post("/team", {"email": f"sam-{made}@{company.slug}.example", "role": "read-only"})["email"]
    robin = Person(company, customer)
    planned_visit = planned(owner, robin, external_id=external)
    photo = added(owner, company, planned_visit, PIXEL).json["photos"][0]["id"]
    visit = visited(owner, robin)
    assert rates(robin, visit, 2, "The back yard was left out.").status == 200
    Browser(wiring.app, company.world).deliver_mail()
    desk = Desk(company, owner)
    document_upload, document = desk.uploads(), desk.shares(robin, external_id=external)["id"]
    desk.shares(None)
    offering(company)
    mowing = {"service": "lawn-mowing", "starts_at": f"2027-01-{made % 25 + 1:02}T09:00:00-07:00"}
    booking = post("/bookings", {**mowing, "customer": customer})["id"]
    request = post("/bookings", {**mowing, "who": {"name": "Robin Gale"}, "confirmed": False})["id"]
    blocked = {"since": "2026-12-24T12:00:00-07:00", "until": "2026-12-25T12:00:00-07:00", "title": "Robin's day off"}
    block = post("/booking-blocks", blocked)["block"]["id"]
    # Links are made when they are sent.
    Browser(wiring.app, company.world).deliver_mail()
    links = owner.get(f"/customers/{customer}/access/links").json["items"]
    sent = owner.get(f"/customers/{customer}/messages").json["items"]
    message = next(one["id"] for one in sent if one["resendable"])
    key = post("/keys", {"name": "Office software", "scopes": ["customers:read"]})["id"]
    upload = post("/settings/logo/uploads", {"content_type": "image/png", "size": len(PIXEL)})["upload"]
    files = company.world.services.files.for_tenant(company.store.tenant)
    files.put(f"uploads/{upload}", PIXEL, "image/png")
    gone, then = f"robin-{made}@old.example", "2026-11-20T08:00:00+00:00"
    company.store.write(suppressions.suppress(company.store, gone, "bounced", "550 5.1.1", then, customer, "invite-1"))
    return Records(
        company, owner, customer, still_open, paid, draft, payment, links[0]["id"], bulk, key, member, upload,
        f"ext:{external}", company.lead("Robin Gale").id, suppressions.suppression_id(gone), message,
        estimate=estimate, draft_estimate=draft_estimate, won_estimate=won_estimate,
        visit=planned_visit["id"], photo=photo, rating=f"{customer}-{visit}", document=document,
        document_upload=document_upload, booking=booking, request=request, block=block,
    )  # fmt: skip


@dataclass(frozen=True)
class Knock:
    """Somebody who calls, and what has become of their credential."""

    name: str
    client: Client

    def __str__(self) -> str:
        return self.name


@dataclass
class ApiScene:
    """Evergreen is the company that calls; bluewave has what exists elsewhere."""

    world: World
    clock: Clock
    evergreen: Company
    bluewave: Company
    portal: Scene
    expired: Client
    owner: Client = field(init=False)

    def __post_init__(self) -> None:
        self.owner = self.evergreen.admin()

    @cached_property
    def theirs(self) -> Records:
        return some_records(self.bluewave, self.bluewave.admin())

    @cached_property
    def ours(self) -> Records:
        return some_records(self.evergreen, self.owner)

    @cached_property
    def reader(self) -> Client:
        return self.evergreen.admin("reader@evergreen.example", "read-only")

    def key(self, *scopes: str) -> Client:
        """A client by a key of evergreen's with these scopes."""
        answer = self.owner.post("/keys", {"name": "A test's", "scopes": scopes})
        assert answer.status == 201, answer.text
        return Client(self.world, answer.json["key"])

    @cached_property
    def all_a_key_may(self) -> Client:
        return self.key(*KEY_SCOPES)

    @cached_property
    def _without(self) -> dict[str, Client]:
        return {}

    def key_without(self, scope: str) -> Client:
        if scope not in self._without:
            self._without[scope] = self.key(*(one for one in KEY_SCOPES if one != scope))
        return self._without[scope]

    @cached_property
    def strangers(self) -> tuple[Knock, ...]:
        """Who must be taken for nobody."""
        world, owner = self.world, self.owner
        out = self.evergreen.admin("out@evergreen.example")
        assert out.delete("/session").status == 204
        removed = self.evergreen.admin("removed@evergreen.example")
        assert owner.delete("/team/removed@evergreen.example").status == 204
        changed = self.evergreen.admin("changed@evergreen.example")
        new = {"current": ADMIN_PASSWORD, "password": "maple-street-77"}
        assert replace(changed).put("/session/password", new).status == 200
        revoked = self.key(*KEY_SCOPES)
        mine = revoked.get("/session").json["id"]
        assert owner.delete(f"/keys/{mine}").status == 204
        kid = next(iter(world.services.secrets.signing))
        claims = jwt.decode(owner.token, options={"verify_signature": False})
        forged = jwt.encode(claims, "k" * 32, "HS256", headers={"kid": kid})
        good = self.all_a_key_may.token
        secret = good[:-43] + ("A" * 43)
        other_company = good.replace(self.evergreen.store.tenant, self.bluewave.store.tenant)
        dana, ruth = self.portal.owners
        tokens = {
            "nobody": "",
            "garbage": "garbage",
            "forged": forged,
            "unsigned": jwt.encode(claims, None, "none"),
            "a refresh token": owner.cookies[REFRESH],
            "a made-up key": f"plk_{NOTHING}_{NOTHING}_{'x' * 43}",
            "a key with another secret": secret,
            "another company's id in a key": other_company,
            "a customer's session": self.portal.session(dana),
            "another company's customer's session": self.portal.session(ruth),
            "a mailed link's session": self.portal.session(dana, "link"),
            "a mailed link's token": self.portal.dana.link,
        }
        cookies = {SESSION: self.portal.session(dana), REFRESH: owner.cookies[REFRESH]}
        return (
            *(Knock(who, Client(world, token)) for who, token in tokens.items()),
            Knock("a customer's cookie", Client(world, cookies={SESSION: cookies[SESSION]})),
            Knock("an admin's cookie alone", Client(world, cookies=cookies)),
            Knock("expired", replace(self.expired, cookies={})),
            Knock("signed out", replace(out, cookies={})),
            Knock("from before a change of password", replace(changed, cookies={})),
            Knock("taken off the team", replace(removed, cookies={})),
            Knock("a revoked key", revoked),
        )


# Hashes of passwords and of tokens (but for S3's signatures), links that are somebody's way in, keys of Stripe's.
SECRETS = (
    r"\$argon2\w+", r"fingerprint", r"(?<!ignature=)(?<!ignature\":\")\b[0-9a-f]{64}\b", r"whsec_\w+",
    r"sk_(test|live)_\w+", r"/(link|invite|reset|connect)/[\w/-]*[\w-]{43}", r"\"password\":\s*\"[^\"]+\"",
)  # fmt: skip


def secrets_in(route: str, answer: Answer) -> Iterator[str]:
    """What an answer must never tell, if it does."""
    for pattern in SECRETS:
        yield from (found[0] for found in re.finditer(pattern, answer.text))
    if route != "POST /keys":
        yield from re.findall(r"plk_\w{20,}", answer.text)
    for token in re.findall(r"eyJ[\w-]+\.[\w-]+\.[\w-]*", answer.text):
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if claims.get("aud") != "admin" or "access_token" not in answer.json:
            yield f"a token for {claims.get('aud')}"


assert set(HELD) == {"admin", "read-only"}, "another role: what may it do? Say so in the matrix."
