"""What belongs to no company: static files, and the bare address."""

from __future__ import annotations

from chalicelib.errors import N_, NotFound
from chalicelib.web import assets
from chalicelib.web.access import Anyone, Guest, Visitor
from chalicelib.web.guards import FOR_EVER
from chalicelib.web.problems import say
from chalicelib.web.replies import Away, Page, Plain, Reply
from chalicelib.web.routes import Routes

routes = Routes("web_public")

LOGO_LINK_SECONDS = 60 * 60


@routes.get("/assets/{name}")
def asset(caller: Anyone, name: str) -> Reply:
    content, content_type = assets.read_asset(name)
    if content is None:
        raise NotFound()
    return Plain(content.decode(), content_type, headers=FOR_EVER)


@routes.get("/api/openapi.json")
def openapi(caller: Anyone) -> Reply:
    """What the settings API is, for programs."""
    from chalicelib.web.api.openapi import rendered

    text, etag = rendered(caller.services.settings.public_url)
    headers = {"ETag": etag, "Cache-Control": "public, max-age=300"}
    if caller.request.headers.get("if-none-match") == etag:
        return Plain("", "application/json", 304, headers)
    return Plain(text, "application/json", headers=headers)


@routes.get("/{slug}/logo/{name}", even_off=True)
def logo(caller: Visitor, name: str) -> Reply:
    if not caller.company.logo or name != caller.company.logo:
        raise NotFound()
    files = caller.services.files.for_tenant(caller.store.tenant)
    # The link outlives what the browser remembers of it.
    return Away(files.link(f"logo/{name}", LOGO_LINK_SECONDS), max_age=LOGO_LINK_SECONDS // 2, for_all=True)


@routes.get("/")
def bare(caller: Anyone) -> Reply:
    text = N_("Open the portal by the link in your company's e-mail or on its website.")
    detail = say(caller.services, caller, text, {})
    return Page("problem.html", {"title": "Porchlight", "detail": detail, "actions": []})


@routes.get("/{slug}/{page}")
def no_such_page(caller: Guest, page: str) -> Reply:
    """What a mistyped address gets: the company's own page, not the gateway's."""
    raise NotFound()


@routes.get("/{slug}/{page}/{rest}")
def no_such_page_below(caller: Guest, page: str, rest: str) -> Reply:
    raise NotFound()
