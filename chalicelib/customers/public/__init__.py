"""Ways in, open to anybody who knows the portal's address. A GET shows; only a POST acts."""

from chalicelib.customers.public import codes, links, resets, signing_in
from chalicelib.customers.public.routes import routes

__all__ = ["codes", "links", "resets", "routes", "signing_in"]
