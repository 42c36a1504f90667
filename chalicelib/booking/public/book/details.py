"""The third step: who, where, and what the company asks about the job."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from chalicelib.booking.actions import drafting, finding, offering
from chalicelib.booking.actions.drafting import Looked
from chalicelib.booking.actions.finding import Found
from chalicelib.booking.public import days
from chalicelib.booking.public.book import area, times, typed
from chalicelib.booking.public.book.way import Way, here, instead, keep, looked
from chalicelib.booking.public.callers import by_link, profile, signed_in
from chalicelib.booking.public.routes import routes
from chalicelib.booking.rules import Service
from chalicelib.booking.rules import details as rules
from chalicelib.booking.rules.area import territory
from chalicelib.booking.rules.details import Asked, Given
from chalicelib.booking.rules.drafts import Draft, read_time, spell_time
from chalicelib.customers.rules import Customer as Profile
from chalicelib.errors import N_, Conflict, Invalid, NotFound, PortalError, TooMany, Unavailable
from chalicelib.leads.rules.forms import shown_at
from chalicelib.leads.rules.submission import MUCH_TOO_LONG
from chalicelib.web.access import Guest
from chalicelib.web.errors import status
from chalicelib.web.problems import say
from chalicelib.web.replies import Page, Reply, SeeOther

AGAIN = N_("This page was open for a long time. Please look at it once more, and go on.")


@dataclass(frozen=True, slots=True)
class Step:
    """Where somebody stands: the way there, what was found at this time, and what is asked of them."""

    way: Way
    found: Found
    at: datetime
    asked: Asked
    customer: Profile | None

    @property
    def service(self) -> Service:
        return self.found.service

    @property
    def path(self) -> str:
        return f"/book/{self.service.id}/{spell_time(self.at)}"


@routes.get("/{slug}/book/{service}/{time}")
def details_page(caller: Guest, service: str, time: str) -> Reply:
    way = here(caller)
    try:
        step = way.done or _step(caller, way, service, time)
    except (NotFound, Conflict) as gone:
        return instead(way, gone)
    if not isinstance(step, Step):
        return step
    if not days.is_free(step.found, step.at):
        return times.elsewhere(caller, way, service, step.at)
    draft = way.found.draft if way.found else None
    given = draft.given if draft else Given(postal_code=way.postal)
    return _page(caller, step, way.draft or drafting.new_token(caller.services, caller.store), given, {})


@routes.post("/{slug}/book/{service}/{time}")
def keep_details(caller: Guest, service: str, time: str) -> Reply:
    way = here(caller)
    try:
        step = _step(caller, way, service, time)
    except (NotFound, Conflict) as gone:
        return _keep_all_the_same(caller, way, time, gone)
    if not isinstance(step, Step):
        return step
    sent = typed.read(caller.request.form(), step.service)
    found = looked(caller, sent.form)
    if found is None:
        token = drafting.new_token(caller.services, caller.store)
        return _again(caller, step, token, sent.given, Invalid("", AGAIN))
    if found.booking:
        return SeeOther(f"/book/done/{sent.form}")
    return _keep(caller, step, sent, found)


def _keep(caller: Guest, step: Step, sent: typed.Typed, found: Looked) -> Reply:
    """What was typed, kept if it will do; and on to the review, or to another time where this one has gone."""
    token = _token(caller, sent.form, found)
    given = rules.tidy(sent.given, step.asked, step.service)
    if wrong := _wrong(caller, step, given, sent):
        return _again(caller, step, token, sent.given, *wrong)
    way = Way(token, step.way.postal, step.way.widget, found)
    draft = Draft(step.service.id, step.at, given, signed_in(caller), way.source(caller), sent.trap)
    try:
        kept = keep(caller, token, draft)
    except (TooMany, Unavailable) as refused:
        return _again(caller, step, token, sent.given, refused)
    if not days.is_free(step.found, step.at):
        return replace(times.elsewhere(caller, way, step.service.id, step.at), cookies=kept)
    return SeeOther(f"/book/review/{token}", kept)


def _token(caller: Guest, token: str, found: Looked) -> str:
    """Under which it is kept: a token of its own, where this one is another browser's."""
    return drafting.new_token(caller.services, caller.store, shown_at(found.id)) if found.elsewhere else token


def _keep_all_the_same(caller: Guest, way: Way, time: str, gone: NotFound | Conflict) -> Reply:
    """To what is offered, from a service that was taken away meanwhile. What was typed is kept but for its answers, and
    is looked through with the next."""
    nothing, at = Service("", ""), read_time(time)
    sent = typed.read(caller.request.form(), nothing)
    found = looked(caller, sent.form) if at else None
    if at is None or found is None:
        return instead(way, gone)
    if found.booking:
        return SeeOther(f"/book/done/{sent.form}")
    way = Way(_token(caller, sent.form, found), way.postal, way.widget, found)
    asked = rules.asked_of(offering.read(caller.store).area, territory(caller.company.locale), profile(caller))
    given = rules.tidy(sent.given, asked, nothing)
    draft = Draft("", at, given, signed_in(caller), way.source(caller), sent.trap)
    kept = keep(caller, way.draft, draft)
    return replace(instead(way, gone), cookies=kept)


def _step(caller: Guest, way: Way, service: str, time: str) -> Step | Reply:
    """NotFound: there is no such time in any calendar, or no such service. Conflict: it is not offered any more.
    Otherwise the page to go to, where it is not this one."""
    at = read_time(time)
    if at is None:
        raise NotFound()
    day = days.day_of(caller, at)
    found = finding.look(caller.store, caller.company, service, day, 1, caller.services.now())
    customer = profile(caller)
    asked = rules.asked_of(found.offer.area, territory(caller.company.locale), customer)
    step = Step(way, found, at, asked, customer)
    # Asked of visitors on the way here already; those who come by another have it among the details.
    outside = area.asks(caller, found.offer, way, step.path) if customer else None
    return outside or step


def _wrong(caller: Guest, step: Step, given: Given, sent: typed.Typed) -> list[Invalid]:
    """What is wrong, each naming its field, in the order of the form."""
    country = territory(caller.company.locale)
    found = rules.wrong(given, step.asked, step.service, step.found.offer.area, country)
    told = {one.field: one for one in found}
    told |= {name: Invalid(name, MUCH_TOO_LONG) for name in sent.too_long}
    order = list(_fields(step.service))
    return sorted(told.values(), key=lambda one: order.index(one.field))


def _fields(service: Service) -> tuple[str, ...]:
    questions = (rules.ANSWER + one.id for one in service.questions)
    return ("name", "email", "phone", "street", "town", "postal_code", *questions, "notes")


def _again(caller: Guest, step: Step, token: str, given: Given, *wrong: PortalError) -> Page:
    """The form as it was typed, and what to do about it."""
    (first, *_) = wrong
    told = {
        one.field if isinstance(one, Invalid) else "": say(caller.services, caller, one.text, one.values)
        for one in wrong
    }
    wait = first.retry_after if isinstance(first, TooMany) else 0
    return _page(caller, step, token, given, told, status(first)[0], wait)


def _page(
    caller: Guest, step: Step, token: str, given: Given, told: dict[str, str], number: int = 200, wait: int = 0
) -> Page:
    way, customer = step.way, step.customer
    path = way.to(step.path)
    back = way.to(f"/book/{step.service.id}", day=days.day_of(caller, step.at).isoformat())
    values: dict[str, object] = {
        "service": step.service, "starts_at": step.at, "until": step.at + timedelta(minutes=step.found.offer.window),
        "asked": step.asked, "given": given, "form": token, "errors": told, "action": path, "back": back,
        "address": customer.address if customer else (), "by_link": by_link(caller),
        "contact": "" if customer is None or by_link(caller) else customer.email or customer.phone,
        "code_needed": step.asked.postal_code == "needed",
        "sign_in": "" if customer else f"/sign-in?next={quote(path, safe='/')}",
    }  # fmt: skip
    return Page("book_details.html", values, number, path=path, retry_after=wait)
