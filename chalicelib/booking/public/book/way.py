"""What goes along from page to page on the way to a booking, in the address: the draft, the postal code, and whether
somebody came by the widget. So each page can be opened by itself, reloaded, and gone back to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from chalicelib import tokens
from chalicelib.booking.actions import drafting
from chalicelib.booking.actions.drafting import Looked
from chalicelib.booking.public.callers import must_sign_in, signed_in
from chalicelib.booking.rules.booking import Source
from chalicelib.booking.rules.details import MOST_CODE
from chalicelib.booking.rules.drafts import LIFE, Draft
from chalicelib.errors import Conflict, NotFound
from chalicelib.web.access import Customer, Guest
from chalicelib.web.cookies import DRAFT, Cookie
from chalicelib.web.forms import AS_TYPED, LONGEST
from chalicelib.web.replies import Reply, SeeOther

MOST_TOKEN = 100
# What addresses of ours say is read, and all else is as if it had not been said.
WHATEVER = {LONGEST: 10_000_000, AS_TYPED: True}

# From what was typed in another browser.
ELSEWHERE = SeeOther("/book?why=elsewhere")


@dataclass(frozen=True, slots=True)
class Way:
    """`draft` is a token, '' for none that is ours; `found` what it stands for. `postal` is as it was typed."""

    draft: str = ""
    postal: str = ""
    widget: bool = False
    found: Looked | None = None

    def to(self, path: str, **more: str) -> str:
        """A page of the way below the portal's address."""
        values = {**more, "draft": self.draft, "postal": self.postal, "from": "widget" if self.widget else ""}
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{path}?{query}" if query else path

    @property
    def id(self) -> str:
        """The id of what is being booked; '' where there is no draft."""
        return self.draft.partition(".")[0]

    @property
    def done(self) -> Reply | None:
        """Where a draft leads that is booked already; None while it is not."""
        return SeeOther(f"/book/done/{self.draft}") if self.found and self.found.booking else None

    def source(self, caller: Guest) -> Source:
        if isinstance(caller, Customer):
            return "portal"
        if self.found and self.found.draft and self.found.draft.source != "portal":
            return self.found.draft.source
        return "widget" if self.widget else "page"


def here(caller: Guest) -> Way:
    """The way as this request goes it. NotFound: nothing can be booked online. Another's draft is nobody's, or asks
    for signing in again; another browser's is as none."""
    if not caller.company.booking:
        raise NotFound()
    query = caller.request.query
    token = query.get("draft", "")
    found = looked(caller, token) if token else None
    if found and found.elsewhere:
        found = None
    return Way(
        token if found else "", query.get("postal", "").strip()[:MOST_CODE], query.get("from") == "widget", found
    )


def looked(caller: Guest, token: str) -> Looked | None:
    """What a token stands for; None unless it is ours. Of a customer only they see it, and of a visitor the browser in
    which they typed: whoever made up a link with a token of theirs must not read what its reader types."""
    found = drafting.look(caller.services, caller.store, token) if len(token) <= MOST_TOKEN else None
    if found is None:
        return None
    one = found.booking or found.draft
    if one is None:
        return found
    if not one.customer:
        return found if _holds(caller, found.draft) else replace(found, draft=None, booking=None, elsewhere=True)
    if one.customer != signed_in(caller):
        must_sign_in(caller)
    return found


def keep(caller: Guest, token: str, draft: Draft) -> tuple[Cookie, ...]:
    """Keep what was typed: a customer's for them, a visitor's for this browser, by these cookies. TooMany: from there
    comes too much."""
    kept: tuple[Cookie, ...] = ()
    if not draft.customer:
        mine = _holder(caller) or drafting.new_holder(caller.services, caller.store)
        draft = replace(draft, holder=tokens.fingerprint(mine))
        kept = (Cookie(DRAFT, mine, int(LIFE.total_seconds())),)
    drafting.keep(caller.services, caller.store, token, draft, caller.request.address)
    return kept


def _holds(caller: Guest, draft: Draft | None) -> bool:
    mine = _holder(caller)
    return bool(mine) and draft is not None and tokens.same(draft.holder, tokens.fingerprint(mine))


def _holder(caller: Guest) -> str:
    """What the cookie says, as far as it may be one of ours."""
    value = caller.request.cookies.get(DRAFT, "")
    return value if re.fullmatch(r"[A-Za-z0-9_-]{43}", value) else ""


def instead(way: Way, wrong: NotFound | Conflict) -> SeeOther:
    """To what is offered, with what was typed, from a service that is not any more. Who has typed nothing has no reason
    to believe that it ever was: NotFound for what is not there at all."""
    if isinstance(wrong, NotFound) and not way.draft:
        raise wrong
    return SeeOther(way.to("/book", why="off"))
