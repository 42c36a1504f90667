"""Sample pages of estimates: the list, the sheet in every standing, the questions, and what was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from chalicelib.billing.rules import Line
from chalicelib.estimates.portal.answering import Acceptance, Changes, Refusal
from chalicelib.estimates.portal.views import EstimateItem, EstimateSheet, Event
from chalicelib.estimates.rules import Standing
from sandbox.stylebook.things import PAID_AT, TODAY, Sample, context

UNTIL = date(2026, 12, 5)
TERMS = """\
1. The work is done by licensed technicians, in one or more visits that we agree on with you.

2. Weather can move a visit. Where we can, we tell you a day before.

3. Please keep children and animals off treated lawn until it is dry.

4. We come back free of charge if pests return within 30 days of a treatment.

5. You can cancel a visit up to 24 hours before it. What was done by then is charged.

6. An invoice follows each visit and is due within 14 days."""
REASON = "We found somebody nearer by.\nThank you all the same!"
WISH = "Could you leave out the beds at the back, and come on a weekday?"


def an_estimate(number: int, title: str, standing: Standing, total: int, asked: bool = False) -> EstimateItem:
    issued = TODAY - timedelta(days=(2050 - number) * 9)
    until = UNTIL if standing == "pending" else issued + timedelta(days=30)
    return EstimateItem(f"01JE{number:022d}", str(number), title, issued, until, "USD", total, standing, asked, "")


ITEMS = (
    an_estimate(2049, "Fall cleanup and winter treatment", "pending", 128400),
    an_estimate(2048, "Rodent guard for the garage, the shed and the crawl space", "pending", 64000, asked=True),
    an_estimate(2041, "Mosquito season plan", "won", 45000),
    an_estimate(2036, "", "lost", 21000),
    an_estimate(2030, "Sprinkler repair", "expired", 18950),
)


def a_sheet(item: EstimateItem, **changes: Any) -> EstimateSheet:
    fields = {name: getattr(item, name) for name in EstimateItem.__slots__}
    lines = (
        Line("Fall cleanup: leaves, beds, edges", "1", 45000, 45000),
        Line("Winter fertilizer", "3", 18000, 54000),
        Line("Perimeter treatment of house and garage against ants and spiders", "1", 21000, 21000),
    )
    made = EstimateSheet(
        **fields, revision=1, lines=lines, subtotal=120000, tax=item.total - 120000,
        tax_name="Colorado sales tax 7%", notes="We start in the back yard.", terms=TERMS,
    )  # fmt: skip
    return replace(made, **changes)


def samples(language: str) -> dict[str, Sample]:
    pending, _, won, lost, expired = (replace(one, total=128400) for one in ITEMS)
    accepted = Event("accepted", PAID_AT, True, "Dana Whitfield")
    declined = Event("declined", PAID_AT, True, text=REASON)
    wish = Event("changes", PAID_AT - timedelta(days=2), True, text=WISH)

    def here(path: str = "") -> Any:
        return context(language, f"/estimates{path}")

    def listing(items: tuple[EstimateItem, ...], cursor: str | None = None, first: bool = True) -> Sample:
        return "estimates.html", here(), {"items": items, "next_cursor": cursor, "first_page": first}

    def shown(item: EstimateItem, decision: Event | None = None, *history: Event, **more: Any) -> Sample:
        done = more.pop("done", "")
        values = {"estimate": a_sheet(item, **more), "decision": decision, "history": history, "done": done}
        return "estimate.html", here(f"/{item.id}"), values

    def asked(template: str, typed: object, item: EstimateItem = pending, **values: Any) -> Sample:
        changes = values.pop("changes", {})
        return template, here(f"/{item.id}"), {"estimate": a_sheet(item, **changes), "typed": typed, **values}

    def decided(item: EstimateItem, decision: Event) -> Sample:
        return "estimate_decided.html", here(f"/{item.id}"), {"estimate": item, "decision": decision}

    bare: dict[str, Any] = {"terms": "", "notes": "", "title": "", "expires_on": None, "subtotal": 128400, "tax": 0}
    unsigned = {"signature": "Type your full name: it is your signature.",
                "agreed": "Please read the terms, and tick the box if you agree to them."}  # fmt: skip
    changed = {"": "This estimate has changed since you opened it. Please look at it again."}
    empty = {"text": "Write what you would like changed."}
    return {
        "estimates": listing(ITEMS, "bmV4dA=="),
        "estimates-none": listing(()),
        "estimates-end": listing((), first=False),
        "estimate": shown(pending),
        "estimate-bare": shown(pending, **bare),
        "estimate-changes-asked": shown(replace(pending, changes_asked=True), None, wish),
        "estimate-changes-sent": shown(replace(pending, changes_asked=True), None, wish, done="changes"),
        "estimate-accepted": shown(won, accepted, wish),
        "estimate-invoiced": shown(replace(won, invoice="01JDINV"), accepted),
        "estimate-marked-accepted": shown(won, Event("accepted", PAID_AT, False)),
        "estimate-declined": shown(lost, declined),
        "estimate-marked-declined": shown(lost, Event("declined", PAID_AT, False)),
        "estimate-opened-again": shown(pending, None, declined, replace(accepted, by_customer=False, number=1), wish),
        "estimate-expired": shown(expired),
        "estimate-accept": asked("estimate_accept.html", Acceptance()),
        "estimate-accept-bare": asked("estimate_accept.html", Acceptance(), changes=bare),
        "estimate-accept-wrong": asked("estimate_accept.html", Acceptance("1", "", "D"), errors=unsigned),
        "estimate-accept-changed": asked("estimate_accept.html", Acceptance("1", "yes", "Dana Whitfield"),
                                         errors=changed),
        "estimate-decline": asked("estimate_decline.html", Refusal()),
        "estimate-decline-wrong": asked("estimate_decline.html", Refusal("1", REASON),
                                        errors={"reason": "This is too long: use 2000 characters at the most."}),
        "estimate-changes": asked("estimate_changes.html", Changes(), request="01JE"),
        "estimate-changes-wrong": asked("estimate_changes.html", Changes(), request="01JE", errors=empty),
        "estimate-changes-expired": asked("estimate_changes.html", Changes(), expired, request="01JE"),
        "estimate-decided": decided(won, accepted),
        "estimate-decided-marked": decided(won, Event("accepted", PAID_AT, False)),
        "estimate-declined-by-customer": decided(lost, declined),
        "estimate-declined-by-company": decided(lost, Event("declined", PAID_AT, False)),
    }  # fmt: skip
