"""The widget's scripts. A published version is frozen: its address answers the same bytes for ever."""

from __future__ import annotations

from chalicelib.web import assets, embedded
from chalicelib.web.access import Anyone
from chalicelib.web.replies import Plain, Reply
from chalicelib.web.routes import Routes

routes = Routes("leads_widget_files")

A_DAY = {"Cache-Control": "public, max-age=86400"}


@routes.get("/widget/v1.js")
def loader(caller: Anyone) -> Reply:
    """What every page of a company's website loads."""
    return _script(caller, "v1.js")


@routes.get("/widget/v1-panel.js")
def panel(caller: Anyone) -> Reply:
    """What the loader loads once somebody opens the panel."""
    return _script(caller, "v1-panel.js")


def _script(caller: Anyone, name: str) -> Reply:
    asset = assets.widget(name)
    made = Plain(asset.content.decode(), asset.content_type, headers={**embedded.OPEN, **A_DAY})
    return embedded.unless_had(caller.request, made)
