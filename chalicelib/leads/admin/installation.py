"""The widget's installation: the code for the company's website, and whether it is at work there."""

from __future__ import annotations

from chalicelib.leads.actions import sightings
from chalicelib.leads.admin.shapes import Installation, SightingView
from chalicelib.leads.rules import widget
from chalicelib.web import assets
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.languages import language
from chalicelib.web.pages import translate

routes = ApiRoutes("Widget")
SCRIPT = "v1.js"


@routes.get("/widget", "settings:read")
def read_installation(caller: Admin) -> Installation:
    """Read the code that puts the widget on the company's website, and where it was last seen at work."""
    integrity = assets.widget(SCRIPT).integrity
    return Installation(
        plain=_code(caller),
        with_integrity=_code(caller, integrity),
        sightings=[SightingView(one.at.isoformat(), one.page) for one in sightings.seen(caller.store)],
        now=caller.services.now().isoformat(),
    )


def _code(caller: Admin, integrity: str = "") -> str | None:
    """None as long as the portal has no address."""
    settings, company = caller.services.settings, caller.company
    if not company.slug:
        return None
    script = f"{settings.public_url.rstrip('/')}/widget/{SCRIPT}"
    words = translate(language("", "", company.locale), widget.MY_ACCOUNT)
    return widget.code(script, company.slug, settings.portal(company.slug), words, integrity)
