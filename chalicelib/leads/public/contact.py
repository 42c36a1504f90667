"""The contact form as a page of the portal: open to all, and it knows who is signed in."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from chalicelib.errors import Invalid, PortalError, TooMany, Unavailable
from chalicelib.leads.actions import receiving
from chalicelib.leads.public.typed import Typed
from chalicelib.leads.rules import submission
from chalicelib.leads.rules.lead import Sender, Source, Submission
from chalicelib.web.access import Customer, Guest
from chalicelib.web.errors import status
from chalicelib.web.problems import say
from chalicelib.web.replies import Page, Reply, SeeOther
from chalicelib.web.routes import Routes

routes = Routes("leads_contact")


@routes.get("/{slug}/contact")
def contact_page(caller: Guest) -> Reply:
    if not caller.company.takes_messages:
        return _closed(caller)
    return _page(caller, receiving.new_form(caller.services, caller.store), _known(caller))


@routes.post("/{slug}/contact")
def send_message(caller: Guest, form: Typed) -> Reply:
    if not caller.company.takes_messages:
        return _closed(caller)
    wrote, wrong = form.tidied, form.wrong
    if on_file := _on_file(caller, wrote):
        wrong = [one for one in wrong if one.field != "email"]
    if wrong:
        return _again(caller, form, *wrong)
    sender, source = _sender(caller)
    try:
        receiving.receive(
            caller.services, caller.store, caller.company, replace(wrote, **on_file), sender, source,
            form=form.form, trap=form.homepage,
        )  # fmt: skip
    except (TooMany, Unavailable) as refused:
        return _again(caller, form, refused)
    return SeeOther("/contact/sent")


@routes.get("/{slug}/contact/sent")
def sent_page(caller: Guest) -> Reply:
    if not caller.company.takes_messages:
        return _closed(caller)
    return Page("contact_sent.html")


def _closed(caller: Guest) -> Page:
    """The form is gone, but not the links to it in mails and on websites."""
    return Page("contact_off.html", {"detail": say(caller.services, caller, receiving.OFF, {})}, 404)


def _sender(caller: Guest) -> tuple[Sender, Source]:
    address, language = caller.request.address, caller.language
    if not isinstance(caller, Customer):
        return Sender(address, language), "page"
    return Sender(address, language, caller.profile.id, caller.profile.name, _by_link(caller)), "portal"


def _by_link(caller: Guest) -> bool:
    return isinstance(caller, Customer) and caller.session.proof == "link"


def _contact(caller: Guest) -> dict[str, str]:
    """How the customer is reached as far as we know."""
    if not isinstance(caller, Customer):
        return {"email": "", "phone": ""}
    return {"email": caller.profile.email, "phone": (*caller.profile.phones, "")[0]}


def _on_file(caller: Guest, wrote: Submission) -> dict[str, str]:
    """What stands for an empty contact of who came by a mailed link: the one that we have, and do not show, since the
    link may have been passed on."""
    return _contact(caller) if _by_link(caller) and not wrote.email and not wrote.phone else {}


def _known(caller: Guest) -> Typed:
    """What we know already and may show: who is signed in, and which website they come from."""
    referer = caller.request.headers.get("referer", "")
    ours = urlsplit(caller.services.settings.origin).netloc
    place = submission.place(referer)
    page = "" if place.partition("/")[0] == ours else place
    if not isinstance(caller, Customer):
        return Typed(page=page)
    shown = {} if _by_link(caller) else _contact(caller)
    return Typed(name=caller.profile.name, page=page, **shown)


def _again(caller: Guest, typed: Typed, *wrong: PortalError) -> Page:
    """The form as it was typed, and what to do about it. Its token stays, and with it which message this is, unless it
    is none: a new form is not held against anybody a second time."""
    services, store = caller.services, caller.store
    good = receiving.shown_at(services, store, typed.form) is not None
    (first, *_) = wrong
    wait = first.retry_after if isinstance(first, TooMany) else 0
    told = {one.field if isinstance(one, Invalid) else "": say(services, caller, one.text, one.values) for one in wrong}
    return _page(
        caller, typed.form if good else receiving.new_form(services, store), typed.read, told, status(first)[0], wait
    )


def _page(
    caller: Guest, form: str, typed: Typed, told: dict[str, str] | None = None, number: int = 200, wait: int = 0
) -> Page:
    on_file = _by_link(caller) and any(_contact(caller).values())
    values = {"form": form, "typed": typed, "errors": told or {}, "on_file": on_file}
    return Page("contact.html", values, number, path="/contact", retry_after=wait)
