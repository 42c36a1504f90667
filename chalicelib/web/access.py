"""Who is calling. A view's first argument is one of these; what it may reach hangs on it, and nothing else does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from chalicelib.aws.store import Store
from chalicelib.customers import records as customer_records
from chalicelib.customers import session_tokens
from chalicelib.customers.actions import session as session_actions
from chalicelib.customers.rules import Customer as Profile
from chalicelib.customers.rules import Session
from chalicelib.errors import NotFound, PasswordChangeDue, PortalOff, Unauthenticated
from chalicelib.services import Services
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants.actions import companies
from chalicelib.tenants.rules import Company, Permission
from chalicelib.web import cookies, languages
from chalicelib.web.paths import local_path
from chalicelib.web.requests import Request


@dataclass
class Anyone:
    """A caller outside of any portal: a browser fetching a stylesheet, Stripe with an event."""

    services: Services
    request: Request


@dataclass
class Visitor:
    """Somebody at a company's portal who has proven nothing. `slug` is its address, known before the company is.

    `speaks` is the language of a customer who is known, and kept out all the same.
    """

    services: Services
    request: Request
    store: Store
    slug: str
    speaks: str = ""

    @cached_property
    def company(self) -> Company:
        return companies.company_of(self.store)

    def must_be_on(self) -> None:
        """PortalOff while the company has turned its portal off: nobody comes in, and nothing is lost."""
        if not self.company.on:
            raise PortalOff()

    def url(self, path: str) -> str:
        """A page of this portal as a browser asks for it: '/invoices' -> '/api/evergreen/invoices'."""
        return portal_path(self.services, self.slug, path)

    @cached_property
    def session(self) -> Session | None:
        """The session of the cookie sent along, if it still stands; pages open to all only greet by it."""
        try:
            return customer(self.services, self.request, self.store, change_due=True).session
        except Unauthenticated:
            return None

    @cached_property
    def language(self) -> str:
        return languages.language(
            self.speaks or self.request.cookies.get(cookies.LANGUAGE, ""),
            self.request.headers.get("accept-language", ""),
            self.company.locale,
        )


@dataclass
class Customer:
    """Somebody signed in to one account of one company, as company and account are now."""

    services: Services
    request: Request
    store: Store
    company: Company
    profile: Profile
    session: Session

    def url(self, path: str) -> str:
        """A page of this portal as a browser asks for it."""
        return portal_path(self.services, self.company.slug, path)

    @cached_property
    def language(self) -> str:
        chosen = self.profile.language or self.request.cookies.get(cookies.LANGUAGE, "")
        return languages.language(chosen, self.request.headers.get("accept-language", ""), self.company.locale)


def portal_path(services: Services, slug: str, path: str) -> str:
    """`path` below the company's address and below the gateway's stage."""
    root = f"{services.settings.prefix}/{slug}"
    return root if path == "/" else root + path


Caller = Anyone | Visitor | Customer
# Whoever comes: a page that is open to all, and knows who is signed in.
Guest = Visitor | Customer


def signed_in(visitor: Visitor) -> Customer:
    """The customer that this visitor is: as `customer`, and also whoever is not is told of a portal that is off."""
    try:
        return customer(visitor.services, visitor.request, visitor.store)
    except PortalOff as off:
        visitor.speaks = off.language
        raise
    except Unauthenticated:
        visitor.must_be_on()
        raise


def known(visitor: Visitor) -> Guest:
    """The customer that this visitor is, or else the visitor. PortalOff, whoever it is."""
    try:
        return customer(visitor.services, visitor.request, visitor.store)
    except (Unauthenticated, PasswordChangeDue):
        visitor.must_be_on()
        return visitor


def customer(services: Services, request: Request, store: Store, *, change_due: bool = False) -> Customer:
    """The customer of the session cookie: company, profile and signed-out marker in one read.

    PortalOff, whatever the session. Unauthenticated: no session, another company's, ended, revoked. PasswordChangeDue
    unless `change_due` is allowed; a link session has nothing to do with the password and goes on.
    """
    cookie = request.cookies.get(cookies.SESSION, "")
    if not cookie:
        # Whoever comes for the first time need not wait for the secrets.
        raise Unauthenticated()
    session = session_tokens.read(services.secrets, cookie, services.now())
    if session.tenant != store.tenant:
        raise Unauthenticated()
    company, profile, ended = store.get(
        tenant_records.company_key(store),
        customer_records.profile_key(store, session.customer),
        customer_records.ended_key(store, session.id),
    )
    if company is None:
        raise NotFound()
    seen = tenant_records.to_company(company)
    found = customer_records.to_customer(profile) if profile else None
    if found and not session_actions.is_open(session, found, ended is not None, services.now()):
        found = None
    if not seen.on:
        raise PortalOff(found.language if found else "")
    if found is None:
        raise Unauthenticated()
    if found.must_change and session.proof != "link" and not change_due:
        raise PasswordChangeDue()
    return Customer(services, request, store, seen, found, session)


def must_show(caller: Customer, *permissions: Permission) -> None:
    """NotFound for what the company hides: it is not there, whoever has its address."""
    if not all(caller.company.shows(one) for one in permissions):
        raise NotFound()


def same_origin(request: Request, origin: str) -> bool:
    """Whether a POST comes from our own pages. Browsers say so in headers that no page can forge."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("origin") == origin


def came_from(request: Request, origin: str, prefix: str, slug: str) -> str:
    """The portal page a form was on ('/invoices/…'), from the Referer we told browsers to send us; '/' if unknown."""
    parts = urlsplit(request.headers.get("referer", ""))
    root = f"{prefix}/{slug}"
    if f"{parts.scheme}://{parts.netloc}" != origin or not parts.path.startswith(root):
        return "/"
    return local_path(parts.path.removeprefix(root) or "/")
