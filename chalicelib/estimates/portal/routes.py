"""The routes of estimates' pages, which the modules of this folder add to."""

from __future__ import annotations

from chalicelib.web.routes import Routes

routes = Routes("estimates_portal")
