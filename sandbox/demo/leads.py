"""Who wrote to Evergreen lately, by its website, its contact page and the portal, and what its office made of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.customers.rules import Customer
from chalicelib.leads.records import leads
from chalicelib.leads.rules.lead import STATUSES, Event, Lead, Reason, Source, Submission
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.tenants.records import audit
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.rules.audit import Change
from sandbox.demo.office import ADDRESS
from sandbox.demo.past import new_id
from sandbox.people import TEAM

SITE = "www.evergreen.example"
OFFICE = Actor("admin", TEAM[0].email, TEAM[0].email)


@dataclass(frozen=True, slots=True)
class Wrote:
    """A message, so many hours ago, and what was done after how many hours more: a status, 'spam', 'no spam', or a
    note's text. `customer` is the demo's key of whoever was signed in."""

    hours: float
    what: Submission
    source: Source
    language: str = "en"
    customer: str = ""
    reasons: tuple[Reason, ...] = ()
    done: tuple[tuple[float, str], ...] = ()


INBOX = (
    Wrote(2, Submission("Hannah Ostrow", "hannah@ostrow.example", "(303) 555-0134",
                        "There is a wasp nest under our porch, about the size of a football. We have small kids, so "
                        "soon would be great.", "Wasp nest removal", "Weekday afternoons", SITE), "widget"),
    Wrote(5, Submission("Dana Whitfield", "dana@example.com", "(303) 555-0117",
                        "Could you add the back fence to the next visit? The ants are on that side now.",
                        preferred_time="Same day as the lawn, please"), "portal", customer="dana"),
    Wrote(20, Submission("Marisol Vega", "marisol@vega.example", "",
                         "¿Cuánto cuesta el tratamiento contra hormigas para una casa de tres habitaciones?",
                         "Control de hormigas"), "page", "es"),
    Wrote(28, Submission("Best Rankings", "growth@ranks.example", "",
                         "First page in 7 days! https://ranks.example/a https://ranks.example/b "
                         "https://ranks.example/c"), "widget", reasons=("too_fast", "links")),
    Wrote(50, Submission("Terrence Boyd", "", "+1 720 555 0151",
                         "Mice in the garage. Call me after five, I can't pick up at work.", "Rodents",
                         "After 5 pm", f"{SITE}/services"), "widget",
          done=((3, "contacted"), (3.1, "Left a message on his voicemail. Try again Thursday after five."))),
    Wrote(96, Submission("Corner Bakery Golden", "office@cornerbakery.example", "(303) 555-0168",
                         "We need a monthly plan with paperwork for the health inspector. Two locations.",
                         "Commercial pest control", "", f"{SITE}/business"), "widget",
          done=((2, "contacted"), (26, "Met Lou at the Golden store. Quote sent for both: 145.00 a month each."))),
    Wrote(240, Submission("Ines Lindqvist", "ines@lindqvist.example", "(720) 555-0102",
                          "Our lawn has brown rings since August. Can somebody look at it?", "Lawn care",
                          "Saturday mornings", SITE), "widget",
          done=((1, "contacted"), (70, "Necrotic ring spot. Plan: aeration now, treatment in spring."), (71, "won"))),
    Wrote(310, Submission("Paul Adeyemi", "paul@adeyemi.example", "(303) 555-0145",
                          "Price for mosquito treatment of a small yard, once, before a wedding on Saturday?",
                          "Mosquitoes", "Friday"), "page",
          done=((4, "contacted"), (5, "Booked out on Friday; he went with somebody else."), (5.1, "lost"))),
    Wrote(420, Submission("Rosa Feld", "rosa@feld.example", "",
                          "You treated my mother’s house (the Brandts, Elk Trail). Could you do ours too? Pictures: "
                          "https://photos.example/1 https://photos.example/2 https://photos.example/3"), "page",
          reasons=("links",), done=((15, "no spam"), (15.2, "contacted"), (90, "won"))),
    Wrote(500, Submission("Quick Loans", "offers@loans.example", "", "Business credit approved. Reply YES."), "page",
          done=((10, "spam"),)),
)  # fmt: skip


def rows(store: Store, company: Company, customers: Mapping[str, Customer], now: datetime) -> Iterator[Write]:
    """All of it: the leads as they stand, their history with its lines of the audit trail, the mails about them."""
    chance = random.Random(f"{company.slug} is written to")
    for one in INBOX:
        at = now - timedelta(hours=one.hours)
        signed_in = customers[one.customer].id if one.customer else ""
        lead = Lead(
            new_id(chance, at), at.isoformat(timespec="microseconds"), one.what, one.source, one.language, signed_in,
            spam=bool(one.reasons), reasons=one.reasons,
        )  # fmt: skip
        if not lead.spam:
            yield _mail(store, company, lead, at)
        for after, what in one.done:
            then = at + timedelta(hours=after)
            lead, event, changes = _work(lead, what, new_id(chance, then), then)
            yield leads.new_event(store, lead.id, event)
            action = f"lead.{event.kind}"
            yield audit.new_entry(store, new_id(chance, then), OFFICE, ADDRESS, then, action, lead.id, changes)
        yield leads.new_lead(store, lead)


def _work(lead: Lead, what: str, id: str, at: datetime) -> tuple[Lead, Event, list[Change]]:
    """The lead after it, and how the history and the trail tell of it."""
    number = lead.version + 1
    if what in STATUSES:
        after = replace(lead, status=what, version=number)
        event = Event(id, at.isoformat(), OFFICE, number, "status", lead.status, after.status)
        return after, event, [Change("status", lead.status, after.status)]
    if what in ("spam", "no spam"):
        after = replace(lead, spam=what == "spam", version=number)
        old, new = str(lead.spam).lower(), str(after.spam).lower()
        return (
            after,
            Event(id, at.isoformat(), OFFICE, number, "spam", old, new),
            [Change("spam", lead.spam, after.spam)],
        )
    return replace(lead, version=number), Event(id, at.isoformat(), OFFICE, number, "note", text=what), []


def _mail(store: Store, company: Company, lead: Lead, at: datetime) -> Write:
    """The mail to the company, which went out at once."""
    message = Message(f"new-lead-{lead.id}", "new_lead", company.leads_to, company.locale[:2])
    made = outbox.new_message(store, leads.home(lead.id), message, at)
    row = cast(outbox.MessageRow, made.row)
    row.state, row.task, row.task_at = "sent", None, None
    return made
