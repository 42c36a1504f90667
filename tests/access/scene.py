"""The scene of the matrix: two companies full of things, customers who have some and one who has none, and everybody
who might come to the door with something in their hand that must not open it."""

from __future__ import annotations

import json
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from itertools import count
from urllib.parse import parse_qsl, urlencode

import jwt
import pytest

import app as wiring
from chalicelib.aws.rows import change
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.booking.actions import drafting
from chalicelib.booking.actions import offering as offering_actions
from chalicelib.booking.rules import drafts
from chalicelib.booking.rules.details import Given
from chalicelib.customers import records as customer_records
from chalicelib.customers import session_tokens
from chalicelib.customers.actions import code, link, password
from chalicelib.customers.actions import session as sessions
from chalicelib.customers.rules import Proof
from chalicelib.tenants.actions import stripe_account
from chalicelib.tenants.records.company import PROFILE, CompanyRow
from chalicelib.tenants.rules.access import KEY_SCOPES
from chalicelib.tenants.throttle import counters
from chalicelib.web.api import limits
from chalicelib.web.cookies import SESSION
from chalicelib.web.routes import FORM
from sandbox.world import World
from tests.billing.till import Till
from tests.booking.offers import a_service, offering
from tests.booking.office import TUESDAY, books
from tests.browser import Browser, Page, call, to_page
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.documents.desk import Desk, own
from tests.estimates.offers import Offer, offer
from tests.visits.camera import added, picture
from tests.visits.planner import done, own_id

NOTHING = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
"""An id that is spelled like ours, and is nothing's."""
NO_TOKEN = "x" * 43
_addresses = count(1)


def lift_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits are tested elsewhere, and would answer here in the place of what is looked for. What is left of the API's
    is told, and not counted: that would be a fourth of all the time."""
    count = counters.count
    told = {"RateLimit-Policy": '"calls";q=600;w=60', "RateLimit": '"calls";r=599;t=60'}
    monkeypatch.setattr(limits, "spend", lambda caller: told)
    monkeypatch.setattr(counters, "count", lambda *given: count(*given[:-1], 1_000_000))


def an_address() -> str:
    """A caller's address that nobody has had before: limits by address are tested elsewhere."""
    number = next(_addresses)
    return f"198.{18 + number // 62_500}.{number // 250 % 250}.{number % 250}"


@dataclass(frozen=True)
class Caller:
    """What somebody has in their hand: it is sent with everything."""

    name: str
    bearer: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    def asks(self, method: str, path: str, form: dict[str, str] | None = None, content_type: str = FORM) -> Page:
        """A page of the portal, or what a form of its own leads to."""
        headers = {"accept-language": "en-US", "sec-fetch-site": "same-origin", "origin": "http://localhost:8000"}
        headers.update(self.headers)
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.bearer:
            headers["authorization"] = f"Bearer {self.bearer}"
        if method == "POST":
            headers["content-type"] = content_type
        path, _, query = path.partition("?")
        made = json.dumps if content_type == "application/json" else urlencode
        body = made(form or {}) if method == "POST" else None
        return to_page(call(wiring.app, method, path, dict(parse_qsl(query)), headers, body, an_address()), path)


@dataclass(frozen=True)
class Things:
    """What a company and its customer have."""

    company: Company
    person: Person
    invoice: Invoice
    estimate: Offer
    document: str
    visit: str
    photo: str
    payment: Payment
    under_way: Payment
    method: str
    logo: str
    link: str
    sign_in_link: str
    reset: str
    invite: str
    connect: str
    # What the company offers online, a time of it, what this customer is about to book, and has booked.
    service: str
    time: str
    draft: str
    booking: str

    @property
    def mailed(self) -> tuple[str, ...]:
        """Tokens of all kinds: one must not pass for another."""
        return (self.link, self.sign_in_link, self.reset, self.invite, self.connect)


@dataclass
class Scene:
    """Evergreen is the company that is asked, bluewave the other one. Dana and Ruth have things, Otto has none."""

    world: World
    clock: Clock
    evergreen: Company
    bluewave: Company
    otto: Person
    # Dana and Ruth; what they have is made when it is asked for.
    owners: tuple[Person, Person]
    expired: tuple[Caller, ...]

    @cached_property
    def dana(self) -> Things:
        return _filled(self.world, self.clock, self.owners[0])

    @cached_property
    def ruth(self) -> Things:
        return _filled(self.world, self.clock, self.owners[1])

    def session(self, person: Person, proof: Proof = "password") -> str:
        """The cookie of a session that was opened this way."""
        return a_session(self.world, person, proof)

    def customer(self, name: str, person: Person, proof: Proof = "password") -> Caller:
        return Caller(name, cookies={SESSION: self.session(person, proof)})

    @cached_property
    def admin(self) -> Client:
        return self.evergreen.admin()

    @cached_property
    def strangers(self) -> tuple[Caller, ...]:
        """Who must be taken for nobody, at every page of evergreen's that is for its customers."""
        world, owner = self.world, self.admin
        out = self.customer("signed out", self.otto)
        assert out.asks("POST", "/evergreen/sign-out").status == 303
        gone = self.evergreen.customer("Vera Lind", email="vera@example.com")
        off = self.evergreen.customer("Nils Holm", email="nils@example.com")
        revoked, closed = self.customer("all sessions ended", gone), self.customer("access turned off", off)
        gone.company.store.write(customer_records.raise_epoch(gone.company.store, gone.id, gone.now.epoch))
        off.company.store.write(customer_records.change_profile(off.company.store, off.id, access=False))
        forged = jwt.encode(
            {**jwt.decode(self.session(self.dana.person), options={"verify_signature": False})}, "k" * 32, "HS256",
            headers={"kid": next(iter(world.services.secrets.signing))},
        )  # fmt: skip
        unsigned = jwt.encode(jwt.decode(forged, options={"verify_signature": False}), None, "none")
        reader = self.evergreen.admin("reader@evergreen.example", "read-only")
        key = owner.post("/keys", {"name": "Office software", "scopes": list(KEY_SCOPES)}).json["key"]
        return (
            Caller("nobody"),
            Caller("garbage", cookies={SESSION: "garbage"}),
            Caller("forged", cookies={SESSION: forged}),
            Caller("unsigned", cookies={SESSION: unsigned}),
            *self.expired, out, revoked, closed,
            self.customer("another company's customer", self.ruth.person),
            self.customer("another company's customer, by link", self.ruth.person, "link"),
            Caller("an admin's token", owner.token, dict(owner.cookies)),
            Caller("a read-only admin's token", reader.token, dict(reader.cookies)),
            Caller("an API key", key),
            Caller("an API key as a cookie", cookies={SESSION: key}),
            Caller("an admin's token as a cookie", cookies={SESSION: owner.token}),
            Caller("an admin's refresh token as a cookie", cookies={SESSION: owner.cookies["porchlight_admin"]}),
            Caller("a customer's session as a bearer token", self.session(self.dana.person)),
            Caller("a mailed link's token as a cookie", cookies={SESSION: self.dana.link}),
        )  # fmt: skip


def a_session(world: World, person: Person, proof: Proof = "password") -> str:
    opened = sessions.start(world.services, person.company.store, person.id, proof)
    return session_tokens.write(world.services.secrets, opened)


def a_scene(world: World, clock: Clock, evergreen: Company, bluewave: Company) -> Scene:
    dana = evergreen.customer(saved_card="pm_card_visa")
    ruth = bluewave.customer("Ruth Vance", email="ruth@example.com", saved_card="pm_card_visa")
    otto = evergreen.customer("Otto Brandt", email="otto@example.com")
    offering(evergreen)
    offering(bluewave, a_service("pool-care", "Pool care"))
    expired = (
        Caller("expired", cookies={SESSION: a_session(world, dana)}),
        Caller("expired, by link", cookies={SESSION: a_session(world, dana, "link")}),
    )
    clock.forward(hours=13)
    return Scene(world, clock, evergreen, bluewave, otto, (dana, ruth), expired)


def _filled(world: World, clock: Clock, person: Person) -> Things:
    company, till, services = person.company, Till(person, clock), world.services
    store, email = company.store, person.now.email
    invoice, paid, begun = person.invoice(12_000), person.invoice(7_000), person.invoice(5_000)
    payment, under_way = till.pays(paid, till.saved), till.pays(begun, "new")
    logo = f"{services.new_id(clock())}.png"
    store.write(change(CompanyRow(store.tenant, PROFILE), "logo", logo=logo))
    link.send(services, store, person.now)
    code.ask(services, store, email, an_address(), "en", "/")
    password.forgotten(services, store, email, an_address(), "en")
    mailed = dict(_tokens(Browser(wiring.app, world).deliver_mail(), company.slug))
    document = own(Desk(company, company.admin()).shares(person))
    visit = done(company.admin(), person, clock() - timedelta(hours=3))
    photo = added(company.admin(), company, visit, picture()).json["photos"][0]
    return Things(
        company, person, invoice, offer(person), document, own_id(visit), photo["id"], payment, under_way, till.saved,
        logo, mailed["link"], mailed["sign-in/link"], mailed["password/reset"], _invite(company),
        stripe_account.invite_to_connect(services, store), *_booked(person),
    )  # fmt: skip


def _booked(person: Person) -> tuple[str, str, str, str]:
    """Service, time, the draft of a booking, and a booking."""
    company, services = person.company, person.company.world.services
    (service,) = offering_actions.read(company.store).services
    draft, wanted = drafting.new_token(services, company.store), drafts.Draft(service.id, TUESDAY, Given(), person.id)
    drafting.keep(services, company.store, draft, replace(wanted, source="portal"), an_address())
    booking = books(company.admin(), person=person, service=service.id)["id"]
    return service.id, drafts.spell_time(TUESDAY), draft, booking


def _tokens(mails: list[str], slug: str) -> Iterator[tuple[str, str]]:
    for mail in mails:
        text = quopri.decodestring(mail.encode()).decode("utf-8", "replace")
        yield from re.findall(rf"/{slug}/([a-z/-]+)/([\w-]{{43}})", text)


def _invite(company: Company) -> str:
    """The invite of a second admin, still open."""
    from chalicelib import tokens
    from chalicelib.tenants.records import people

    services, email = company.world.services, f"second@{company.slug}.example"
    token = tokens.derive(services.secrets.links, "invite", company.store.tenant, email, "test")
    now = services.now()
    company.store.write(people.new_admin(company.store, email, "admin", now))
    company.store.write(people.new_invite(company.store, tokens.fingerprint(token), email, 0, now.replace(year=2027)))
    return token
