"""The list that the booking pages put their routes on."""

from __future__ import annotations

from chalicelib.web.routes import Routes

routes = Routes("booking")
