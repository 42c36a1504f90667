"""The routes of visits' pages, which the modules of this folder add to."""

from __future__ import annotations

from chalicelib.web.routes import Routes

routes = Routes("visits_portal")
