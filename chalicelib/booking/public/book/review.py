"""The fourth step: all of it once more, and the button that books it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.booking.actions import drafting, finding
from chalicelib.booking.actions.finding import Found
from chalicelib.booking.public import days
from chalicelib.booking.public.book import times
from chalicelib.booking.public.book.way import ELSEWHERE, WHATEVER, Way, here, instead, looked
from chalicelib.booking.public.callers import by_link, profile, signed_in
from chalicelib.booking.public.routes import routes
from chalicelib.booking.rules import details as rules
from chalicelib.booking.rules.area import territory
from chalicelib.booking.rules.drafts import Draft, read_time, reviewed, spell_time
from chalicelib.errors import Conflict, Invalid, NotFound, PortalError, TooMany, Unavailable
from chalicelib.web.access import Guest
from chalicelib.web.errors import status
from chalicelib.web.problems import say
from chalicelib.web.replies import Page, Reply, SeeOther


@dataclass(frozen=True)
class At:
    """The time, where another than the draft's was chosen since."""

    time: str = field(metadata=WHATEVER)


@dataclass(frozen=True)
class Pressed(At):
    """What the button sends: `seen` is the fingerprint of what was looked at."""

    seen: str = field(metadata=WHATEVER)


@routes.get("/{slug}/book/review/{draft}")
def review_page(caller: Guest, draft: str, query: At) -> Reply:
    way, kept = _kept(caller, draft)
    if not isinstance(kept, Draft):
        return kept
    return _review(caller, way, kept, read_time(query.time) or kept.starts_at)


@routes.post("/{slug}/book/review/{draft}")
def book(caller: Guest, draft: str, form: Pressed) -> Reply:
    way, kept = _kept(caller, draft)
    if not isinstance(kept, Draft):
        return kept
    at = read_time(form.time) or kept.starts_at
    try:
        drafting.book(
            caller.services, caller.store, caller.company, way.id, kept, at, form.seen,
            customer=profile(caller), language=caller.language, address=caller.request.address,
        )  # fmt: skip
    except Conflict as refused:
        if refused.kind == "service-off":
            return instead(way, refused)
        if refused.kind.startswith("slot-"):
            return times.elsewhere(caller, way, kept.service, at)
        return _review(caller, way, kept, at, refused)
    except (Invalid, TooMany, Unavailable) as refused:
        return _review(caller, way, kept, at, refused)
    return SeeOther(f"/book/done/{way.draft}")


def _kept(caller: Guest, token: str) -> tuple[Way, Draft | Reply]:
    """What was typed, or where to go where there is none, it is booked already, or somebody else is here by now."""
    here(caller)
    found = looked(caller, token)
    if found is None:
        raise NotFound()
    way = Way(token, found=found)
    if found.elsewhere:
        return way, ELSEWHERE
    if way.done:
        return way, way.done
    draft = found.draft
    if draft is None:
        return way, SeeOther("/book?why=over")
    if not draft.service:
        return way, SeeOther(way.to("/book", why="off"))
    if draft.customer != signed_in(caller):
        # They have signed in since: we know more of them, and ask less.
        return way, SeeOther(way.to(f"/book/{draft.service}/{spell_time(draft.starts_at)}"))
    return way, draft


def _review(caller: Guest, way: Way, draft: Draft, at: datetime, wrong: PortalError | None = None) -> Reply:
    day = days.day_of(caller, at)
    try:
        found = finding.look(caller.store, caller.company, draft.service, day, 1, caller.services.now())
    except (NotFound, Conflict) as gone:
        return instead(way, gone)
    anew = wrong is None or wrong.kind == "booking-changed"
    if anew and not days.is_free(found, at):
        return times.elsewhere(caller, way, draft.service, at)
    if anew and _lacks(caller, draft, found):
        return SeeOther(way.to(f"/book/{draft.service}/{spell_time(at)}"))
    return _page(caller, way, draft, at, found, wrong)


def _lacks(caller: Guest, draft: Draft, found: Found) -> bool:
    """Whether the company asks by now for more than was typed."""
    country = territory(caller.company.locale)
    asked = rules.asked_of(found.offer.area, country, profile(caller))
    return bool(rules.wrong(draft.given, asked, found.service, found.offer.area, country))


def _page(caller: Guest, way: Way, draft: Draft, at: datetime, found: Found, wrong: PortalError | None) -> Page:
    customer, offer, service = profile(caller), found.offer, found.service
    country = territory(caller.company.locale)
    who, asked = rules.booker(draft.given, customer, country), rules.asked_of(offer.area, country, customer)
    details = way.to(f"/book/{service.id}/{spell_time(at)}")
    cutoff = at - timedelta(hours=offer.cutoff)
    values: dict[str, object] = {
        "service": service, "starts_at": at, "until": at + timedelta(minutes=offer.window),
        "who": who, "seen": reviewed(offer, service, at, draft.given, who),
        "asks_where": asked.address or bool(asked.postal_code), "asks_who": asked.name or bool(asked.contact),
        "shows_contact": not by_link(caller),
        "answers": rules.answered(draft.given, service), "notes": draft.given.notes, "policy": offer.policy,
        # Where it is over already, there is nothing to say of it.
        "cutoff": cutoff if cutoff > caller.services.now() else None, "request": offer.confirming == "request",
        "time": spell_time(at), "action": f"/book/review/{way.draft}", "details": details,
        "back": details, "change_service": way.to("/book"),
        "change_time": way.to(f"/book/{service.id}", day=days.day_of(caller, at).isoformat()),
        "errors": {"": say(caller.services, caller, wrong.text, wrong.values)} if wrong else {},
    }  # fmt: skip
    wait = wrong.retry_after if isinstance(wrong, TooMany) else 0
    path = f"/book/review/{way.draft}?time={spell_time(at)}"
    return Page("book_review.html", values, status(wrong)[0] if wrong else 200, path=path, retry_after=wait)
