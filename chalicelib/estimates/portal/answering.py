"""The customer's answer to an estimate: accept it, decline it, ask for changes. A page each, with one question."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from chalicelib.errors import Conflict, Invalid, PortalError, TooMany, Unavailable
from chalicelib.estimates import pdf
from chalicelib.estimates.actions import deciding, papers, reading
from chalicelib.estimates.actions.reading import Whole
from chalicelib.estimates.portal import views
from chalicelib.estimates.portal.routes import routes
from chalicelib.estimates.rules import Signing, request_id
from chalicelib.web import forms
from chalicelib.web.access import Customer, must_show
from chalicelib.web.errors import status
from chalicelib.web.problems import say
from chalicelib.web.replies import Page, Reply, SeeOther
from chalicelib.web.responses import today

# What is too long or odd is said at its field, beside what was typed.
_TYPED = {forms.LONGEST: 20_000, forms.AS_TYPED: True}


@dataclass(frozen=True)
class Acceptance:
    """`revision` is that of the offer which the page showed."""

    revision: str = ""
    agreed: str = ""
    signature: str = field(default="", metadata=_TYPED)


@dataclass(frozen=True)
class Refusal:
    revision: str = ""
    reason: str = field(default="", metadata=_TYPED)


@dataclass(frozen=True)
class Changes:
    """`request` is minted with the form: sent twice, it is one."""

    revision: str = ""
    request: str = ""
    text: str = field(default="", metadata=_TYPED)


@routes.get("/{slug}/estimates/{id}/acceptance")
def acceptance_page(caller: Customer, id: str) -> Reply:
    whole = _whole(caller, id)
    return _answered(caller, whole, "acceptance") or _acceptance_page(caller, whole, Acceptance())


@routes.post("/{slug}/estimates/{id}/acceptance")
def accept(caller: Customer, id: str, form: Acceptance) -> Reply:
    must_show(caller, "estimates")
    services, store, company, profile = caller.services, caller.store, caller.company, caller.profile
    try:
        decision = deciding.accept(
            services, store, company, profile, id, _number(form.revision), form.signature, form.agreed == "yes",
            _signing(caller),
        )  # fmt: skip
    except (Invalid, Conflict) as wrong:
        whole = _whole(caller, id)
        return _over(caller, whole, "acceptance") or _acceptance_page(caller, whole, form, wrong)
    with suppress(Unavailable):
        # The acceptance stands: without S3 its paper is drawn when somebody asks for it.
        papers.keep(services, store, company, profile, id, decision, pdf.draw)
    return SeeOther(f"/estimates/{id}/acceptance")


@routes.get("/{slug}/estimates/{id}/refusal")
def refusal_page(caller: Customer, id: str) -> Reply:
    whole = _whole(caller, id)
    return _answered(caller, whole, "refusal") or _refusal_page(caller, whole, Refusal())


@routes.post("/{slug}/estimates/{id}/refusal")
def decline(caller: Customer, id: str, form: Refusal) -> Reply:
    must_show(caller, "estimates")
    try:
        deciding.decline(
            caller.services, caller.store, caller.company, caller.profile, id, _number(form.revision), form.reason,
            _signing(caller),
        )  # fmt: skip
    except (Invalid, Conflict) as wrong:
        whole = _whole(caller, id)
        return _over(caller, whole, "refusal") or _refusal_page(caller, whole, form, wrong)
    return SeeOther(f"/estimates/{id}/refusal")


@routes.get("/{slug}/estimates/{id}/changes")
def changes_page(caller: Customer, id: str) -> Reply:
    whole = _whole(caller, id)
    if whole.estimate.status != "pending":
        return SeeOther(f"/estimates/{id}")
    return _changes_page(caller, whole, Changes())


@routes.post("/{slug}/estimates/{id}/changes")
def ask_for_changes(caller: Customer, id: str, form: Changes) -> Reply:
    must_show(caller, "estimates")
    try:
        deciding.ask_for_changes(
            caller.services, caller.store, caller.company, caller.profile, id, _number(form.revision), form.text,
            _signing(caller), request_id(form.request),
        )  # fmt: skip
    except (Invalid, Conflict, TooMany) as wrong:
        whole = _whole(caller, id)
        if whole.estimate.status != "pending":
            return SeeOther(f"/estimates/{id}")
        return _changes_page(caller, whole, form, wrong)
    return SeeOther(f"/estimates/{id}?done=changes")


def _whole(caller: Customer, id: str) -> Whole:
    must_show(caller, "estimates")
    return reading.one(caller.store, caller.profile.id, id)


def _number(sent: str) -> int:
    """A revision as our own pages send it; -1, which none is, for anything else."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= 9 else -1


def _signing(caller: Customer) -> Signing:
    agent = caller.request.headers.get("user-agent", "")
    return Signing(caller.request.address, agent, caller.services.now(), caller.language)


def _over(caller: Customer, whole: Whole, asked: str) -> Reply | None:
    """The way to where it is told how it ended; None while there is something to decide."""
    pending = whole.estimate.standing(today(caller)) == "pending"
    return None if pending else SeeOther(f"/estimates/{whole.estimate.id}/{asked}")


def _answered(caller: Customer, whole: Whole, asked: str) -> Reply | None:
    """What was decided, or the way to where that is told; None while there is something to decide."""
    standing, decided = whole.estimate.standing(today(caller)), whole.decision
    if standing == "pending":
        return None
    if decided is None:
        return SeeOther(f"/estimates/{whole.estimate.id}")
    told_at = "acceptance" if decided.kind == "accepted" else "refusal"
    if asked != told_at:
        return SeeOther(f"/estimates/{whole.estimate.id}/{told_at}")
    values = {"estimate": views.item(whole.estimate, today(caller)), "decision": views.decision(decided)}
    return Page("estimate_decided.html", values)


def _acceptance_page(caller: Customer, whole: Whole, typed: Acceptance, wrong: PortalError | None = None) -> Reply:
    return _page(caller, whole, "acceptance", "estimate_accept.html", typed, wrong)


def _refusal_page(caller: Customer, whole: Whole, typed: Refusal, wrong: PortalError | None = None) -> Reply:
    return _page(caller, whole, "refusal", "estimate_decline.html", typed, wrong)


def _changes_page(caller: Customer, whole: Whole, typed: Changes, wrong: PortalError | None = None) -> Reply:
    request = request_id(typed.request) or caller.services.new_id(caller.services.now())
    return _page(caller, whole, "changes", "estimate_changes.html", typed, wrong, request=request)


def _page(
    caller: Customer, whole: Whole, asked: str, template: str, typed: object, wrong: PortalError | None, **more: str
) -> Page:
    """The question about the offer as it is now; with what is `wrong`, and what was typed."""
    errors: dict[str, str] = {}
    if isinstance(wrong, Invalid):
        told = ((wrong.field, wrong.text), *wrong.also)
        # By name is how they stand on the page: 'agreed' above 'signature'.
        errors = {field: say(caller.services, caller, text, wrong.values) for field, text in sorted(told)}
    elif wrong is not None:
        errors = {"": say(caller.services, caller, wrong.text, wrong.values)}
    values = {
        "estimate": views.sheet(whole.estimate, whole.details, today(caller)), "typed": typed, "errors": errors, **more,
    }  # fmt: skip
    number = status(wrong)[0] if wrong else 200
    wait = wrong.retry_after if isinstance(wrong, TooMany) else 0
    return Page(template, values, number, path=f"/estimates/{whole.estimate.id}/{asked}", retry_after=wait)
