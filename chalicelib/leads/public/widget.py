"""What the widget on a company's website asks: how it looks, what its panel offers, a message, and a sign of life."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

from chalicelib.leads.actions import receiving, sightings
from chalicelib.leads.public.typed import Typed
from chalicelib.leads.rules import widget
from chalicelib.leads.rules.lead import Sender
from chalicelib.web import embedded
from chalicelib.web.access import Visitor
from chalicelib.web.colours import brand, is_colour
from chalicelib.web.pages import translate
from chalicelib.web.replies import Reply
from chalicelib.web.routes import Routes

routes = Routes("leads_widget", embedded=True)

A_MINUTE = {"Cache-Control": "public, max-age=60"}


@routes.get("/widget/v1/{slug}", even_off=True)
def configuration(caller: Visitor) -> Reply:
    """How the tab looks: asked by every page of the company's website, so one read, and kept for a minute.

    `panel`: whether there is more than one thing to choose from, else the tab is the way to the account; `contact` is
    where the form is to be had if the panel is not. A website may ask for a `colour` of its own by its code. `ping` is
    meant for the website that asks, yet there is no `Vary`: another one that a cache tells it gives its sign of life a
    minute later, or one that is not noted.
    """
    # The company came with the read: who asks the caller for it later must not read it again.
    caller.company, ping = sightings.look(caller.services, caller.store, caller.request.headers.get("origin", ""))
    company = caller.company
    if not widget.shown(company):
        return embedded.told(None, headers=A_MINUTE)
    asked = caller.request.query.get("colour", "")
    colours = brand(asked if is_colour(asked) else company.widget_colour or company.colour)
    told = {
        "label": company.widget_label or translate(caller.language, widget.label(company)),
        "side": company.widget_side,
        "colours": [colours.light, colours.on_light, colours.dark, colours.on_dark],
        "language": caller.language,
        "panel": len(widget.doors(company)) > 1,
        "contact": "/contact" if company.takes_messages else "",
        **({"ping": True} if ping else {}),
    }
    return embedded.unless_had(caller.request, embedded.told(told, headers=A_MINUTE))


@routes.get("/widget/v1/{slug}/panel", even_off=True)
def panel(caller: Visitor) -> Reply:
    """What the panel offers, once somebody opens it: a door with a `url` leads there. The form's token says when that
    was."""
    services, company = caller.services, caller.company
    if not widget.shown(company):
        return embedded.told(None)
    portal = services.settings.portal(company.slug)
    links = {"account": portal, "booking": f"{portal}/book?from=widget"}
    doors = [
        {
            "name": door.name,
            "label": translate(caller.language, door.label),
            "hint": translate(caller.language, door.hint),
            **({"url": links[door.name]} if door.name in links else {}),
        }
        for door in widget.doors(company)
    ]
    told = {
        "language": caller.language,
        "company": company.name,
        "form": receiving.new_form(services, caller.store),
        "doors": doors,
        "phone": company.phone,
        "email": company.email,
        "words": _words(caller.language),
        "fields": _fields(caller.language) if company.takes_messages else [],
    }
    return embedded.told(told)


@routes.post("/widget/v1/{slug}/messages")
def message(caller: Visitor, form: Typed) -> Reply:
    """A visitor's message."""
    receiving.must_be_open(caller.company)
    if wrong := form.wrong:
        return embedded.refused(caller.services, caller, *wrong)
    sender = Sender(caller.request.address, caller.language)
    receiving.receive(
        caller.services, caller.store, caller.company, form.tidied, sender, "widget", form=form.form, trap=form.homepage
    )
    return embedded.told({"received": True}, 201)


@routes.post("/widget/v1/{slug}/pings", even_off=True)
def ping(caller: Visitor) -> Reply:
    """A sign of life: which page the widget is on. What can't be believed is not kept, and nobody is told."""
    page, origin = embedded.sent(caller.request).get("page", ""), caller.request.headers.get("origin", "")
    sightings.note(caller.services, caller.store, page, origin)
    return embedded.told(None)


@cache
def _words(language: str) -> dict[str, str]:
    return {name: translate(language, text) for name, text in widget.WORDS.items()}


@cache
def _fields(language: str) -> list[dict[str, Any]]:
    """The form's fields. Each has all keys: what is missing, a page's scripts may have put into everything."""
    said = {"label", "hint", "missing"}
    return [
        {name: translate(language, value) if value and name in said else value for name, value in asdict(one).items()}
        for one in widget.FIELDS
    ]
