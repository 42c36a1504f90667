"""How often each page asks DynamoDB, counted at botocore, and what it is charged for it, counted by dynalite.

Counts are exact: the same on every machine, in every run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.dynalite import Dynalite
from bench.house import LOGIN, PASSWORD, SLUG, Call, House, Recorder, ask, event, house, nth_invoice, pay_form, recorded
from bench.npm import Missing
from bench.replay import like
from bench.table import Figure, at_most, not_measured, shown
from chalicelib import services as composition

PAGES = {"home": "the first page", "invoice_list": "the list of all invoices", "invoice": "one invoice"}


def measure() -> list[Figure]:
    """Ask for everything once on moto, for the pages again on dynalite."""
    with house() as made:
        requests = pages(made)
        counted = {name: recorded(made.services, request)[1] for name, request in requests.items()}
        counted["sign_in"] = sign_in(made)
        unit_figures = read_units(made, requests)  # before anything is paid
        paid = pay(made)
    figures = [calls(f"house.store_calls_{name}", counted[name], 2, PAGES[name]) for name in PAGES]
    figures.append(calls("house.store_calls_sign_in", counted["sign_in"], 3, "the password, typed right"))
    every = [*(call for each in counted.values() for call in each), *paid]
    scans = sum(one.operation == "Scan" for one in every)
    return [
        *figures,
        *unit_figures,
        *payment(paid),
        at_most("house.store_scans", scans, 0, "calls", f"among the {len(every)} calls of all of these requests"),
    ]


def pages(made: House) -> dict[str, dict[str, Any]]:
    """The events of the pages that are counted."""
    return {
        "home": made.get(f"/{SLUG}"),
        "invoice_list": made.get(f"/{SLUG}/invoices", filter="all"),
        "invoice": made.get(f"/{SLUG}/invoices/{nth_invoice(0).id}"),
    }


def sign_in(made: House) -> list[Call]:
    form = {"login": LOGIN, "password": PASSWORD, "next": "/"}
    return recorded(made.services, event("POST", f"/{SLUG}/sign-in", form=form), 303)[1]


def pay(made: House) -> list[Call]:
    """Pay an invoice by the saved card: the post of the form on the invoice's page."""
    page = ask(made.get(f"/{SLUG}/invoices/{nth_invoice(0).id}/pay"))["body"]
    form = pay_form(page)
    with Recorder(made.services) as recorder:
        answer = ask(event("POST", f"/{SLUG}/payments", form=form, cookie=made.cookie), 303)
        calls_made = recorder.take()
    if "/payments/" not in answer["headers"].get("Location", ""):
        raise RuntimeError("the saved card was not charged")
    return calls_made


def calls(name: str, made: list[Call], limit: int, what: str) -> Figure:
    return at_most(name, len(made), limit, "calls", f"{what}: {', '.join(one.operation for one in made) or 'none'}")


def payment(made: list[Call]) -> list[Figure]:
    """A saved card is charged at once, so its one request both starts and settles: a transaction for each."""
    items = [len(one.asked["TransactItems"]) for one in made if one.operation == "TransactWriteItems"]
    whole = ", ".join(one.operation for one in made)
    figures = [at_most("house.pay_transactions", len(items), 2, "transactions", f"of a charge in one request: {whole}")]
    for name, position in (("start", 0), ("settle", -1)):
        which = "the hold, before Stripe is asked" if name == "start" else "the money, when Stripe has answered"
        figures.append(at_most(f"house.pay_{name}_items", items[position], 5, "items", which))
    return figures


def read_units(made: House, requests: Mapping[str, dict[str, Any]]) -> list[Figure]:
    """moto makes capacity up, so the pages are asked for again on dynalite, over a copy of the tables."""
    try:
        with Dynalite() as dynalite:
            return _read_units(made, requests, dynalite)
    except Missing as why:
        return [not_measured(f"house.read_units_{name}", str(why), unit="units") for name in requests]


def _read_units(made: House, requests: Mapping[str, dict[str, Any]], dynalite: Dynalite) -> list[Figure]:
    dynalite.copy(made.services.settings)
    copied = like(made, dynalite.url)
    figures = []
    try:
        composition.use(copied)
        for name, request in requests.items():
            _, made_calls = recorded(copied, request)
            each = " + ".join(f"{one.units:g} ({one.operation})" for one in made_calls)
            total = sum(one.units for one in made_calls)
            figures.append(shown(f"house.read_units_{name}", total, "units", f"{PAGES[name]}: {each}, on dynalite"))
    finally:
        composition.use(made.services)
    return figures
