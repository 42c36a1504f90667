"""Error words as pages: in the reader's language, with the way on. Where the words' numbers stand is `errors.py`."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from chalice.app import Response

from chalicelib import errors
from chalicelib.services import Services
from chalicelib.web import access, responses
from chalicelib.web.access import Anyone, Caller, Customer, Visitor
from chalicelib.web.errors import UNEXPECTED, UNEXPECTED_TEXT, status
from chalicelib.web.paths import local_path
from chalicelib.web.replies import Page, SeeOther

# Links of minutes: they will not be good any more when a portal that was off is on again.
SHORT_LIVED = ("/sign-in/link/", "/password/reset/")


def answer(services: Services, caller: Caller, error: errors.PortalError) -> Response:
    """The page, or the way on, for an error word."""
    if f"{caller.request.path}/".startswith("/api/"):
        # No company's address: a program has mistyped a path of the API's.
        from chalicelib.web.api import problems

        # Whatever the address was taken for, there is none.
        lost = isinstance(error, errors.NotFound | errors.NotAllowed | errors.Unauthenticated)
        return problems.answer(caller.request, errors.NotFound(problems.NO_ADDRESS) if lost else error, {})
    if isinstance(caller, Visitor) and isinstance(error, errors.Unauthenticated):
        return responses.respond(services, caller, SeeOther(_with_next("/sign-in", caller, services)))
    if isinstance(caller, Visitor) and isinstance(error, errors.PasswordChangeDue):
        return responses.respond(services, caller, SeeOther(_with_next("/password", caller, services)))
    if not isinstance(caller, Anyone) and isinstance(error, errors.StepUpDue):
        # What was posted is not done by itself afterwards: the page that it was on says so.
        note = "?done=confirmed" if caller.request.method == "POST" else ""
        return responses.respond(services, caller, SeeOther(_with_next("/step-up", caller, services, note)))
    number, title = status(error)
    extra = {"Retry-After": str(error.retry_after)} if isinstance(error, errors.WAIT) else {}
    try:
        if isinstance(error, errors.PortalOff) and not isinstance(caller, Anyone):
            response = responses.respond(services, caller, _off_page(caller, number))
        else:
            page = _page(services, caller, number, title, error.text, error.values)
            response = responses.respond(services, caller, page)
    except errors.PortalError:
        # The store does not even say whose portal this is: the page of no company.
        nobody = Anyone(services, caller.request)
        response = responses.respond(services, nobody, _page(services, nobody, number, title, error.text, error.values))
    response.headers.update(extra)
    return response


def _off_page(caller: Visitor | Customer, number: int) -> Page:
    """Instead of any page of a portal that is turned off: whom to ask, and what becomes of the link or the form."""
    path = caller.request.path.removeprefix(f"/{responses.slug_of(caller)}")
    if caller.request.method == "POST":
        came_by = "form"
    elif path.startswith(SHORT_LIVED):
        came_by = "short-lived link"
    else:
        came_by = "" if path in ("", "/", "/sign-in") else "link"
    return Page("off.html", {"came_by": came_by}, number)


def _with_next(page: str, caller: Visitor | Customer, services: Services, note: str = "") -> str:
    """A page on the way, and then back to where they were: the page asked for, or the page the form was on."""
    back = _came_for(services, caller)
    return page if back == "/" else f"{page}?next={quote(back + note, safe='/')}"


def _came_for(services: Services, caller: Visitor | Customer) -> str:
    """The page of this portal that was asked for, or that the posted form was on; '/' when nobody can tell."""
    settings, slug = services.settings, responses.slug_of(caller)
    if caller.request.method == "GET":
        back = caller.request.path.removeprefix(f"/{slug}") or "/"
        if caller.request.query:
            back += "?" + urlencode(caller.request.query)
    else:
        back = access.came_from(caller.request, settings.origin, settings.prefix, slug)
    return local_path(back)


def _page(services: Services, caller: Caller, number: int, title: str, text: str, values: dict[str, object]) -> Page:
    from chalicelib.web.pages import translate

    reads = responses.context_of(services, caller).language
    ways: list[tuple[str, str]] = []
    if not isinstance(caller, Anyone):
        back = _came_for(services, caller)
        if caller.request.method == "POST" and back != "/":
            ways.append((translate(reads, errors.N_("Go back")), caller.url(back)))
        ways.append((translate(reads, errors.N_("Go to the first page")), caller.url("/")))
    return Page(
        "problem.html",
        {"title": translate(reads, title), "detail": say(services, caller, text, values), "actions": ways},
        number,
    )


def say(services: Services, caller: Caller, text: str, values: dict[str, object]) -> str:
    """An error's text in the reader's language, amounts as the company's country writes them."""
    from chalicelib.money import Money
    from chalicelib.web.pages import translate

    language, shown = responses.context_of(services, caller).language, dict(values)
    if not isinstance(caller, Anyone):
        fmt = responses.formats(caller)
        shown = {k: fmt.money(v.amount, v.currency) if isinstance(v, Money) else v for k, v in values.items()}
    return translate(language, text, **shown)


def unexpected(services: Services, caller: Caller) -> Response:
    """The page for what nobody foresaw; it tells no details."""
    number, title = UNEXPECTED
    nobody = Anyone(services, caller.request)
    try:
        return responses.respond(services, caller, _page(services, caller, number, title, UNEXPECTED_TEXT, {}))
    except Exception:
        return responses.respond(services, nobody, _page(services, nobody, number, title, UNEXPECTED_TEXT, {}))


def form_errors(caller: Caller, error: errors.Invalid) -> dict[str, str]:
    """What a form shown again says: the field (or '' for all of it) and the words."""
    return {error.field: say(caller.services, caller, error.text, error.values)}
