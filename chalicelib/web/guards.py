"""The headers that guard every answer. `outermost.py` adds those of ALWAYS that an answer does not say otherwise, so
that they are on Chalice's own refusals too; `tests/web/test_security_headers.py` looks at all of them.
"""

from __future__ import annotations

from chalicelib.settings import Settings

# The strictest of each; what an answer needs beyond, it says itself.
ALWAYS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# What a browser opens as a page, or is led on by. Our own pages are told where somebody comes from, since a form is
# shown again where it was; others never are: addresses of ours may be keys.
PAGE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
}
# Pictures of mails, and what pages without an origin or of other websites load.
FOR_ALL = {"Cross-Origin-Resource-Policy": "cross-origin"}
# Files whose address says what is in them.
FOR_EVER = {**FOR_ALL, "Cache-Control": "public, max-age=31536000, immutable"}


def files_source(settings: Settings) -> str:
    """Where logos, photos and documents come from and go to, as a source of a Content-Security-Policy."""
    return settings.files_endpoint or f"https://s3.{settings.region}.amazonaws.com"
