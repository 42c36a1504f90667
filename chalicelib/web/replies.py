"""What a view answers: a page, a redirect, or bytes. Views know nothing of headers; the route wrapper adds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.web.cookies import Cookie


@dataclass(frozen=True)
class Page:
    """A template and what it is given. `path`, below the portal's address, is the page it is, where that is not the one
    that was asked for: a form shown again by its post. `retry_after`: in how many seconds it may be sent again."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    cookies: tuple[Cookie, ...] = ()
    path: str = ""
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class SeeOther:
    """On to a page of this portal; `path` is below its address: '/invoices'."""

    path: str
    cookies: tuple[Cookie, ...] = ()


@dataclass(frozen=True, slots=True)
class Away:
    """On to a page that is not ours: Stripe's, a presigned file. `url` comes from them, never from the request.
    `for_all`: a picture that mails and pages of others show."""

    url: str
    max_age: int = 0
    for_all: bool = False


@dataclass(frozen=True, slots=True)
class Plain:
    """Bytes or text as they are."""

    body: str | bytes
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Reply = Page | SeeOther | Away | Plain
