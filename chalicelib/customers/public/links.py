"""Portal Links: what a link in a mail or an SMS shows, lets in by, and how an old one is renewed."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.customers.actions import link
from chalicelib.customers.public.routes import over, routes, went_to
from chalicelib.errors import NotFound
from chalicelib.tenants.rules import Company
from chalicelib.web import cookies
from chalicelib.web.access import Visitor
from chalicelib.web.replies import Page, Reply, SeeOther

_STARS = frozenset("12345")


@dataclass(frozen=True)
class Chosen:
    """The star that was pressed in a mail; '' for none."""

    stars: str


@routes.get("/{slug}/link/{token}")
@routes.get("/{slug}/l/{token}")
def link_page(caller: Visitor, token: str, query: Chosen) -> Reply:
    """The short address is for an SMS, where each character counts."""
    found = link.portal(caller.store, token)
    if found is None:
        return over(caller, None)
    mailed, customer = found
    if mailed.state(caller.services.now()) != "open":
        return over(caller, mailed, f"/link/{token}/renewal")
    if not customer.access:
        raise NotFound()
    stars = query.stars if _may_rate(mailed.path, query.stars) else ""
    return Page("link.html", {"name": customer.first_name, "action": caller.url(f"/link/{token}"), "stars": stars})


@routes.post("/{slug}/link/{token}")
@routes.post("/{slug}/l/{token}")
def continue_by_link(caller: Visitor, token: str, form: Chosen) -> Reply:
    try:
        session, found = link.use(caller.services, caller.store, token)
    except NotFound:
        return link_page(caller, token, form)
    return SeeOther(_leads_to(caller.company, found.path, form.stars), (cookies.session(caller.services, session),))


@routes.post("/{slug}/link/{token}/renewal", page="/link/{token}")
@routes.post("/{slug}/l/{token}/renewal", page="/l/{token}")
def renew_link(caller: Visitor, token: str) -> Reply:
    to = link.renew(caller.services, caller.store, token, caller.request.address)
    return Page("link_sent.html", went_to(to))


def _leads_to(company: Company, path: str, stars: str) -> str:
    """Where a Portal Link leads. What the company hides by now is not there, also for a link that was mailed before: it
    opens the first page. A star of a mail is chosen already on the page that asks for it."""
    if company.hidden_at(path):
        return "/"
    return f"{path}?stars={stars}" if _may_rate(path, stars) else path


def _may_rate(path: str, stars: str) -> bool:
    """Whether a page takes a rating, and these are one. What else stands in an address goes no further."""
    return path.endswith("/rating") and stars in _STARS
