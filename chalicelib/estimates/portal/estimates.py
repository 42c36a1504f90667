"""Pages of estimates: the list, the sheet, the paper."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.errors import N_, NotFound
from chalicelib.estimates import pdf
from chalicelib.estimates.actions import papers, reading
from chalicelib.estimates.portal import views
from chalicelib.estimates.portal.routes import routes
from chalicelib.web import cursors
from chalicelib.web.access import Customer, must_show
from chalicelib.web.pages import translate
from chalicelib.web.replies import Away, Page, Reply
from chalicelib.web.responses import today


@dataclass(frozen=True)
class Listing:
    cursor: str


@dataclass(frozen=True)
class Done:
    done: str


@dataclass(frozen=True)
class Of:
    """`decision` is the number of an acceptance, '' for how the estimate stands."""

    decision: str


@routes.get("/{slug}/estimates")
def estimate_list(caller: Customer, query: Listing) -> Reply:
    must_show(caller, "estimates")
    key, scope = caller.services.secrets.links, f"{caller.store.tenant}#{caller.profile.id}#estimates"
    after = cursors.read(key, scope, query.cursor)
    page, day = reading.page(caller.store, caller.profile.id, after), today(caller)
    values = {
        "items": [views.item(one, day) for one in page.estimates],
        "next_cursor": cursors.write(key, scope, page.last),
        "first_page": after is None,
    }
    return Page("estimates.html", values)


@routes.get("/{slug}/estimates/{id}")
def estimate_page(caller: Customer, id: str, query: Done) -> Reply:
    must_show(caller, "estimates")
    whole = reading.one(caller.store, caller.profile.id, id)
    stands = whole.decision
    values = {
        "estimate": views.sheet(whole.estimate, whole.details, today(caller)),
        "decision": views.decision(stands) if stands else None,
        "history": views.history(whole.decisions, whole.change_requests, stands),
        "done": query.done if query.done == "changes" else "",
    }
    return Page("estimate.html", values)


@routes.get("/{slug}/estimates/{id}/pdf")
def estimate_pdf(caller: Customer, id: str, query: Of) -> Reply:
    must_show(caller, "estimates")
    whole = reading.one(caller.store, caller.profile.id, id)
    called = translate(caller.language, N_("Estimate"))
    return Away(
        papers.link(
            caller.services, caller.store, caller.company, caller.profile, whole, caller.language, pdf.draw, called,
            _number(query.decision) if query.decision else papers.AS_IT_STANDS,
        )
    )  # fmt: skip


def _number(sent: str) -> int:
    """That of a decision as our own links have it."""
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 6 and int(sent)):
        raise NotFound()
    return int(sent)
