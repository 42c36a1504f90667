"""From a view's reply to Chalice's response: the page rendered for who looks at it, and the headers that guard it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from chalice.app import Response

from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from chalicelib.web.access import Anyone, Caller, Customer, Visitor
from chalicelib.web.guards import FOR_ALL, PAGE, files_source
from chalicelib.web.languages import language
from chalicelib.web.paths import is_local_path
from chalicelib.web.replies import Away, Page, Plain, Reply, SeeOther

if TYPE_CHECKING:
    from chalicelib.web.formats import Formats
    from chalicelib.web.pages import CompanyView, PageContext


def respond(services: Services, caller: Caller, reply: Reply) -> Response:
    """Chalice's response for a view's reply."""
    if isinstance(reply, Plain):
        return Response(reply.body, {**PAGE, "Content-Type": reply.content_type, **reply.headers}, reply.status)
    if isinstance(reply, Away):
        return _away(services, reply)
    headers: dict[str, Any] = {**PAGE, "Cache-Control": "no-store"}
    base = root(services, caller)
    if reply.cookies:
        headers["Set-Cookie"] = [cookie.header(base or "/", services.settings.secure) for cookie in reply.cookies]
    if isinstance(reply, SeeOther):
        if not is_local_path(reply.path):
            raise AssertionError("a redirect must stay on the portal")
        path = base if reply.path == "/" else base + reply.path
        return Response("", {**headers, "Location": path or "/"}, 303)
    return _page(services, caller, reply, headers)


def _away(services: Services, reply: Away) -> Response:
    """On to Stripe or to a file; nowhere else, whatever a view says."""
    settings = services.settings
    own = tuple(one for one in (settings.stripe_url, settings.files_endpoint) if one)
    if not reply.url.startswith(("https://", *own)) or not reply.url.isprintable():
        raise AssertionError("a redirect must lead to a known place")
    keep = f"private, max-age={reply.max_age}" if reply.max_age else "no-store"
    loads = FOR_ALL if reply.for_all else {}
    return Response("", {**PAGE, **loads, "Location": reply.url, "Cache-Control": keep}, 303)


def _page(services: Services, caller: Caller, reply: Page, headers: dict[str, Any]) -> Response:
    from chalicelib.web import pages

    context = context_of(services, caller)
    if reply.status >= 400:
        context = replace(context, reference=caller.request.id)
    if reply.path and not isinstance(caller, Anyone):
        context = replace(context, path=f"/{slug_of(caller)}{reply.path}")
    html = pages.render(reply.template, context, **reply.values)
    if reply.retry_after:
        headers["Retry-After"] = str(reply.retry_after)
    headers["Content-Type"] = "text/html; charset=utf-8"
    headers["Content-Security-Policy"] = _policy(services, pages.style_hash(context))
    headers["Content-Language"] = context.language
    return Response(html, headers, reply.status)


def root(services: Services, caller: Caller) -> str:
    if isinstance(caller, Anyone):
        return services.settings.prefix
    return f"{services.settings.prefix}/{slug_of(caller)}"


def slug_of(caller: Visitor | Customer) -> str:
    """The portal's address. A redirect needs no more than this, so it must not read the company."""
    return caller.slug if isinstance(caller, Visitor) else caller.company.slug


def context_of(services: Services, caller: Caller) -> PageContext:
    """Who looks at a page, in what language, and where its links lead."""
    from chalicelib.web import pages

    if isinstance(caller, Anyone):
        accepts = caller.request.headers.get("accept-language", "")
        return pages.PageContext(
            prefix=services.settings.prefix,
            company=None,
            language=language("", accepts, "en"),
            me=None,
            today=services.now().astimezone(UTC).date(),
            path=caller.request.path,
        )
    company, customer = caller.company, caller if isinstance(caller, Customer) else None
    return pages.PageContext(
        prefix=services.settings.prefix,
        company=_view(company, services.settings.prefix),
        language=caller.language,
        me=customer.profile.name if customer else None,
        today=today(caller),
        path=caller.request.path,
        link_session=customer is not None and customer.session.proof == "link",
        accounts=len(customer.session.accounts) if customer else 1,
        wallet=company.shows("payment_options"),
        invoices=company.shows("invoices"),
        contact=company.takes_messages,
        estimates=company.shows("estimates"),
        documents=company.shows("documents"),
        booking=company.booking,
    )


def formats(caller: Visitor | Customer) -> Formats:
    """How amounts and dates are written, and read, for this caller."""
    from chalicelib.web.formats import Formats

    company = caller.company
    return Formats(caller.language, company.locale, company.currency, company.time_zone)


@lru_cache(maxsize=64)
def _view(company: Company, prefix: str) -> CompanyView:
    from chalicelib.web.company_view import view

    logo = f"{prefix}/{company.slug}/logo/{quote(company.logo, safe='')}" if company.logo else None
    return view(company, logo)


def _policy(services: Services, style: str) -> str:
    """No inline script or style but the one whose hash this is. Forms may end at Stripe: browsers apply
    form-action to the redirect after a post too."""
    pages = " ".join(f"https://{name}.stripe.com" for name in ("checkout", "hooks", "connect"))
    stripe = services.settings.stripe_url or pages
    files = files_source(services.settings)
    return (
        f"default-src 'none'; style-src 'self' '{style}'; script-src 'self'; img-src 'self' {files} data:; "
        f"connect-src 'self'; form-action 'self' {stripe}; base-uri 'none'; frame-ancestors 'none'"
    )


def today(caller: Visitor | Customer) -> date:
    """The day it is where the company is."""
    return caller.services.now().astimezone(ZoneInfo(caller.company.time_zone)).date()
