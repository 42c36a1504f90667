"""Whether lists of estimates, documents, visits, ratings and answers cost the same at any length: 10, 1,000 and 10,000
of each in companies of their own, on dynalite.

Full pages must cost exactly the same, in read units and in bytes; where there are but ten, no more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from bench.dynalite import Dynalite
from bench.flat import cost, growth
from bench.house import House, ask, event, house
from bench.npm import Missing
from bench.paperwork_rows import Place, by_table, company, count, rows
from bench.replay import like
from bench.settings_import import request
from bench.table import Figure, at_most, interleave, not_measured
from chalicelib import services as composition
from chalicelib.services import Services

SIZES = (10, 1_000, 10_000)
FULL = SIZES[1:]
ROUNDS = 60
LIMIT = 1.2
PORTAL = ("estimates", "documents", "visits")
API: dict[str, tuple[str, dict[str, str]]] = {
    "api_estimates": ("/estimates", {}),
    "api_documents": ("/documents", {}),
    "api_visits": ("/visits", {}),
    "api_ratings": ("/ratings", {}),
    "api_follow_ups": ("/ratings", {"follow_up": "open"}),
    "api_reviews": ("/reviews", {}),
    "api_report": ("/reports/ratings", {}),
}
NAMES = (*PORTAL, *API)


def flat() -> list[Figure]:
    """Fill dynalite with three companies, then ask for their lists in turns."""
    try:
        with house() as made, Dynalite() as dynalite:
            return _measure(made, dynalite)
    except Missing as why:
        figures = [f"paperwork.flat_{page}_{what}" for page in NAMES for what in ("units", "bytes", "time")]
        return [not_measured(name, str(why)) for name in figures]


def _measure(made: House, dynalite: Dynalite) -> list[Figure]:
    places = {size: company(made.services, size) for size in SIZES}
    settings = made.services.settings
    names = {one: getattr(settings, f"{one}_table") for one in ("tenants", "customers", "tokens")}
    dynalite.copy(settings)
    for size, place in places.items():
        for name, items in by_table(rows(place, size), names).items():
            dynalite.fill(name, items)
    services = like(made, dynalite.url)
    for size, place in places.items():
        count(place, services.tables.for_tenant(place.store.tenant), size)
    composition.use(services)
    try:
        asked = {name: {size: _request(name, size, place) for size, place in places.items()} for name in NAMES}
        return [figure for name, requests in asked.items() for figure in _page(services, name, requests)]
    finally:
        composition.use(made.services)


def _request(name: str, size: int, place: Place) -> dict[str, Any]:
    if name in API:
        path, query = API[name]
        return request("GET", path, place.key, query=query or None)
    return event("GET", f"/of-{size:05d}/{name}", cookie=place.cookie)


def _page(services: Services, name: str, requests: Mapping[int, dict[str, Any]]) -> list[Figure]:
    costs = {size: cost(services, one) for size, one in requests.items()}
    taken = interleave({str(size): _asking(one) for size, one in requests.items()}, ROUNDS, warm_up=3)
    times = {size: median(taken[str(size)]) * 1000 for size in SIZES}
    how = "; ".join(
        f"{size:,}: {one.units:g} units, {one.read} bytes read, {one.sent} sent" for size, one in costs.items()
    )
    units = at_most(f"paperwork.flat_{name}_units", growth([one.units for one in costs.values()]), 0, "units more", how)
    fewer, more = FULL
    clock = at_most(
        f"paperwork.flat_{name}_time", times[more] / times[fewer], LIMIT, "x",
        ", ".join(f"{times[size]:.2f} ms with {size:,}" for size in SIZES)
        + f"; {more:,} against {fewer:,}, medians of {ROUNDS} interleaved rounds",
    )  # fmt: skip
    if name == "api_report":  # its rows are the same, but larger numbers have more digits
        return [units, clock]
    read = at_most(f"paperwork.flat_{name}_bytes", growth([one.read for one in costs.values()]), 0, "bytes more", how)
    return [units, read, clock]


def _asking(one: dict[str, Any]) -> Callable[[], object]:
    return lambda: ask(one)
