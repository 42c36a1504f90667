"""Whether a page costs the same however long a customer's history is: 10, 1,000 and 100,000 invoices, on dynalite.

With ten invoices the first page and the list of all show fewer rows than a page holds, and so they cost less: they
must cost no more than a full page does, and full pages must all cost the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

import boto3

from bench.dynalite import Dynalite
from bench.house import NOW, SLUG, House, ask, details, event, house, nth_invoice, recorded
from bench.npm import Missing
from bench.replay import like
from bench.table import Figure, at_most, interleave, not_measured
from chalicelib import services as composition
from chalicelib.billing import records
from chalicelib.services import Services, new_ulid

SIZES = (10, 1_000, 100_000)
FULL = SIZES[1:]
ROUNDS = 60
LIMIT = 1.2
EVERY = timedelta(hours=2)
PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "home": (f"/{SLUG}", {}),
    "invoice_list": (f"/{SLUG}/invoices", {"filter": "all"}),
    "open_invoices": (f"/{SLUG}/invoices", {"filter": "open"}),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one page costs: read units, bytes from the store, bytes of the page."""

    units: float
    read: int
    sent: int


def measure() -> list[Figure]:
    """Fill dynalite with three customers, then ask for their pages in turns."""
    try:
        with house() as made, Dynalite() as dynalite:
            return _measure(made, dynalite)
    except Missing as why:
        figures = [f"house.flat_{page}_{what}" for page in PAGES for what in ("units", "bytes", "time")]
        return [not_measured(name, str(why)) for name in figures]


def _measure(made: House, dynalite: Dynalite) -> list[Figure]:
    settings, moto = made.services.settings, boto3.client("dynamodb")
    dynalite.make_tables(settings.stage)
    dynalite.fill(settings.tenants_table, moto.scan(TableName=settings.tenants_table)["Items"])
    for size in SIZES:
        dynalite.fill(settings.customers_table, history(made, moto, size))
    asked = {
        page: {size: event("GET", path, query, cookie=made.session(customer_id(size))) for size in SIZES}
        for page, (path, query) in PAGES.items()
    }
    services = like(made, dynalite.url)
    composition.use(services)
    try:
        return [figure for page, requests in asked.items() for figure in flat(services, page, requests)]
    finally:
        composition.use(made.services)


def flat(services: Services, page: str, requests: Mapping[int, dict[str, Any]]) -> list[Figure]:
    """One page for customers of all sizes: counts compared exactly, times by their medians."""
    costs = {size: cost(services, request) for size, request in requests.items()}
    taken = interleave({str(size): _asking(request) for size, request in requests.items()}, ROUNDS, warm_up=5)
    times = {size: median(taken[str(size)]) * 1000 for size in SIZES}
    how = "; ".join(
        f"{size:,} invoices: {one.units:g} units, {one.read} bytes read, {one.sent} sent" for size, one in costs.items()
    )
    slowest = max(times[size] for size in FULL) / min(times.values())
    return [
        at_most(f"house.flat_{page}_units", growth([one.units for one in costs.values()]), 0, "units more", how),
        at_most(f"house.flat_{page}_bytes", growth([one.read for one in costs.values()]), 0, "bytes more", how),
        at_most(
            f"house.flat_{page}_time",
            slowest,
            LIMIT,
            "x",
            ", ".join(f"{times[size]:.2f} ms with {size:,}" for size in SIZES)
            + f" invoices; the slowest against the quickest, medians of {ROUNDS} interleaved rounds",
        ),
    ]


def growth(values: Sequence[float]) -> float:
    """How far full pages differ, or how much more the short history costs than a full page; 0 is flat."""
    short, *full = values
    return max(max(full) - min(full), short - min(full))


def _asking(request: dict[str, Any]) -> Callable[[], object]:
    return lambda: ask(request)


def cost(services: Services, request: dict[str, Any]) -> Cost:
    answer, calls = recorded(services, request)
    units = sum(one.units for one in calls)
    return Cost(units, sum(len(one.answered) for one in calls), len(answer["body"].encode()))


def history(made: House, moto: Any, size: int) -> Iterator[dict[str, Any]]:
    """A customer with so many invoices: Dana's profile, and rows that are Dana's in all that a page reads.

    The first forty are made as billing makes them, older ones differ from those only by key and number.
    """
    store, table = made.store, made.services.settings.customers_table
    partition, item = ({"S": store.customer(one)} for one in (made.dana, customer_id(size)))
    profile = moto.get_item(TableName=table, Key={"customer": partition, "item": {"S": "profile"}})["Item"]
    yield {**profile, "customer": item}
    rows: list[dict[str, Any]] = []
    for age in range(size):
        if age < 40:
            invoice = nth_invoice(age, EVERY)
            row = records.new_invoice(store, customer_id(size), invoice, details(invoice))[0].row
            rows.append(row.get_save_kwargs_from_instance()["Item"])
            yield rows[-1]
        else:
            at = NOW - timedelta(days=3) - age * EVERY
            key, number = {"S": f"invoice#{new_ulid(at)[:10]}{age:016d}"}, {"S": f"{900_000 - age}"}
            yield {**rows[20 + age % 20], "item": key, "number": number}


def customer_id(size: int) -> str:
    return f"{size:026d}"
