"""The routes of the ways in, and where all of them end: in a session, in a choice, or at a link that is over."""

from __future__ import annotations

from chalicelib.customers import rules
from chalicelib.customers.actions import session as sessions
from chalicelib.customers.rules import Link, Proof
from chalicelib.web import cookies
from chalicelib.web.access import Visitor
from chalicelib.web.cookies import Cookie
from chalicelib.web.replies import Page, SeeOther
from chalicelib.web.routes import Routes

routes = Routes("customers_public")


def let_in(caller: Visitor, accounts: tuple[str, ...], proof: Proof, path: str) -> SeeOther:
    """A session, or the choice among several accounts; never one of them silently."""
    if len(accounts) > 1:
        token = sessions.offer(caller.services, caller.store, accounts, proof, path)
        chooser = Cookie(cookies.CHOICE, token, int(sessions.CHOICE_LIFE.total_seconds()))
        return SeeOther("/accounts", (chooser, cookies.gone(cookies.SESSION), cookies.gone(cookies.CHALLENGE)))
    session = sessions.start(caller.services, caller.store, accounts[0], proof)
    return SeeOther(path, (cookies.session(caller.services, session), cookies.gone(cookies.CHALLENGE)))


def over(caller: Visitor, found: Link | None, renewal: str = "") -> Page:
    """Why a link no longer works, and, for one that only grew old, the button that sends a fresh one."""
    reason = found.state(caller.services.now()) if found else "unknown"
    action = caller.url(renewal) if renewal and reason == "expired" else None
    values = {"action": action, "reason": reason, **went_to(found.email if found and action else "")}
    return Page("link_expired.html", values, 404 if found is None else 410)


def went_to(to: str) -> dict[str, object]:
    """Where a link went, as whoever it went to knows it again."""
    return {"to": rules.masked(to), "by_sms": bool(to) and "@" not in to}
