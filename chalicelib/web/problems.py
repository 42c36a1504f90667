"""Error words as pages: in the reader's language, with the way on. Where the words' numbers stand is `errors.py`."""

from __future__ import annotations

from urllib.parse import quote

from chalice.app import Response

from chalicelib import errors
from chalicelib.customers.rules import is_local_path
from chalicelib.services import Services
from chalicelib.web import access, responses
from chalicelib.web.access import Anyone, Caller, Visitor
from chalicelib.web.errors import UNEXPECTED, UNEXPECTED_TEXT, status
from chalicelib.web.replies import Page, SeeOther


def answer(services: Services, caller: Caller, method: str, error: errors.PortalError) -> Response:
    """The page, or the way on, for an error word."""
    if isinstance(caller, Visitor) and isinstance(error, errors.Unauthenticated):
        return responses.respond(services, caller, SeeOther(_sign_in_path(services, caller, method)))
    if isinstance(caller, Visitor) and isinstance(error, errors.PasswordChangeDue):
        return responses.respond(services, caller, SeeOther("/password"))
    number, title = status(error)
    extra = {"Retry-After": str(error.retry_after)} if isinstance(error, errors.TooMany) else {}
    try:
        response = responses.respond(services, caller, _page(services, caller, number, title, error.text, error.values))
    except errors.PortalError:
        # The store does not even say whose portal this is: the page of no company.
        nobody = Anyone(services, caller.request)
        response = responses.respond(services, nobody, _page(services, nobody, number, title, error.text, error.values))
    response.headers.update(extra)
    return response


def _sign_in_path(services: Services, caller: Visitor, method: str) -> str:
    """Sign-in, and then back to where they were: the page asked for, or the page the form was on."""
    settings, slug = services.settings, caller.slug
    if method == "GET":
        back = caller.request.path.removeprefix(f"/{slug}") or "/"
    else:
        back = access.came_from(caller.request, settings.origin, settings.prefix, slug)
    if back == "/" or not is_local_path(back):
        return "/sign-in"
    return f"/sign-in?next={quote(back, safe='/')}"


def _page(services: Services, caller: Caller, number: int, title: str, text: str, values: dict[str, object]) -> Page:
    from chalicelib.web.pages import translate

    reads = responses.context_of(services, caller).language
    first_page = (translate(reads, errors.N_("Go to the first page")), responses.root(services, caller))
    home = [] if isinstance(caller, Anyone) else [first_page]
    return Page(
        "problem.html",
        {"title": translate(reads, title), "detail": say(services, caller, text, values), "actions": home},
        number,
    )


def say(services: Services, caller: Caller, text: str, values: dict[str, object]) -> str:
    """An error's text in the reader's language, amounts as the company's country writes them."""
    from chalicelib.money import Money
    from chalicelib.web.formats import Formats
    from chalicelib.web.pages import translate

    context = responses.context_of(services, caller)
    company = context.company
    shown = dict(values)
    if company is not None:
        fmt = Formats(context.language, company.locale, company.currency, company.time_zone)
        shown = {k: fmt.money(v.amount, v.currency) if isinstance(v, Money) else v for k, v in values.items()}
    return translate(context.language, text, **shown)


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
