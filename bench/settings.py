"""The settings API: how much a bulk import takes in, what lists and search ask the store at any size, and how much the
console loads before it shows something.

Imports run in processes of their own, with the store stubbed in a file (`settings_import.py`); lists run on dynalite.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.dynalite import Dynalite
from bench.house import NOW, House, house, recorded
from bench.npm import Missing
from bench.replay import like
from bench.settings_import import api_key, request
from bench.table import Figure, at_most, not_measured, shown
from chalicelib import services as composition
from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.billing import records as billing
from chalicelib.billing.rules import Details, Invoice
from chalicelib.customers import records
from chalicelib.customers.rules import Contact, Customer, with_contacts
from chalicelib.services import new_ulid
from chalicelib.web import assets, console

ROOT = Path(__file__).parent.parent
FEW, MANY = 1_000, 10_000
SIZES = (100, 100_000)
SEARCH = "dana wh"
LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "customers": ("/customers", {"limit": "50"}),
    "search": ("/customers", {"search": SEARCH, "limit": "50"}),
    "invoices": ("/invoices", {"limit": "50"}),
}
FIRST_LOAD = 60_000


def measure() -> list[Figure]:
    return [*imports(), *lists(), first_load()]


# The import


def imports() -> list[Figure]:
    """A tenth of the customers, then all of them: as much memory for both."""
    few, many = _import(FEW), _import(MANY)
    rate = many["rows"] / many["cpu"]
    how = f"{MANY:,} customers with five invoices each, {many['requests']:.0f} requests of {6 * FEW:,} lines at most"
    grown = many["peak"] - many["started"], few["peak"] - few["started"]
    return [
        shown("settings.import_rows", rate, "rows/s",
              f"{how}; {many['items']:,.0f} items in {many['calls']:,.0f} calls; our own processor time, the store's "
              f"taken off; {many['rows'] / many['seconds']:,.0f} rows/s on the clock with it"),
        shown("settings.import_calls", many["calls"] / many["rows"], "calls a row", how),
        shown("settings.import_memory", many["peak"], "MB",
              f"the most at once; the process had {many['started']:.0f} before, so an import takes {grown[0]:.0f}"),
        at_most("settings.import_memory_growth", many["peak"] / few["peak"], 1.1, "x",
                f"{MANY:,} customers take {grown[0]:.1f} MB more than the process had, {FEW:,} take {grown[1]:.1f}"),
    ]  # fmt: skip


def _import(customers: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.settings_import", str(customers)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1_800)
    if done.returncode:
        raise RuntimeError(f"the import of {customers} broke: {done.stderr[-2000:]}")
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


# Lists and search


def lists() -> list[Figure]:
    """The same pages of a small company and of a large one."""
    try:
        with house() as made, Dynalite() as dynalite:
            return _lists(made, dynalite)
    except Missing as why:
        return [not_measured(f"settings.calls_{name}", str(why)) for name in LISTS]


def _lists(made: House, dynalite: Dynalite) -> list[Figure]:
    settings = made.services.settings
    keys = {size: api_key(made.services, f"of-{size}") for size in SIZES}
    dynalite.copy(settings)
    for size, key in keys.items():
        store = made.services.tables.for_tenant(key.split("_")[1])
        for table, name in ((settings.tenants_table, "tenants"), (settings.customers_table, "customers")):
            dynalite.fill(table, _company(store, size, name))
    services = like(made, dynalite.url)
    composition.use(services)
    figures = []
    try:
        for name, (path, query) in LISTS.items():
            counts = {}
            for size, key in keys.items():
                answer, calls = recorded(services, request("GET", path, key, query=query))
                if len(json.loads(answer["body"])["items"]) != 50:
                    raise RuntimeError(f"{path} of {size:,} customers shows another page: {answer['body'][:300]}")
                counts[size] = [one.operation for one in calls]
            small, large = (len(counts[size]) for size in SIZES)
            how = f"{small} with {SIZES[0]} customers, {large} with {SIZES[1]:,}: {', '.join(counts[SIZES[1]])}"
            figures.append(at_most(f"settings.calls_{name}_growth", large - small, 0, "calls more", how))
            figures.append(shown(f"settings.calls_{name}", large, "calls", how))
    finally:
        composition.use(made.services)
    return figures


def _company(store: Store, size: int, table: str) -> Iterator[dict[str, Any]]:
    """The rows of so many customers in a table, each with an invoice and the row by which the search finds them. The
    first is made as the actions make it, the others differ from it by their ids only."""
    for number in range(size):
        id = f"{new_ulid(NOW)[:10]}{number:016d}"
        if number == 0:
            first, writes = id, [one for one in _rows(store, id) if one.row.Meta.table_name == table]
            patterns = [json.dumps(one.row.get_save_kwargs_from_instance()["Item"]) for one in writes]
        for pattern in patterns:
            yield json.loads(pattern.replace(first, id))


def _rows(store: Store, id: str) -> list[Write]:
    day = NOW.date()
    contact = Contact("Dana Whitfield", "dana@example.com", "(303) 555-0117")
    customer = with_contacts(Customer(id, "Dana Whitfield", "Dana", created_at=NOW.isoformat()), (contact,))
    invoice = Invoice(id, "20871", "Quarterly pest control", "open", day, day, "USD", 12_000)
    profile, *lookups = records.new_customer(store, customer, NOW)
    found = [one for one in lookups if getattr(one.row, "item", "").startswith(f"find#{SEARCH}")]
    return [profile, *found, billing.new_invoice(store, id, invoice, Details((), 12_000))[0]]


# The console


def first_load() -> Figure:
    """All that a browser fetches before a page stands: signed out, and signed in on the guide, whichever is first."""
    sent = {"the page": console.page("").encode()}
    for name in ("portal.css", "mark.svg"):
        sent[name] = assets.read(assets.STATIC / name).content
    by_name = console.files().by_name
    for name in sorted({"console.css"} | _reached("main.js", "sign-in.js", "home.js", "guide.js")):
        sent[name] = by_name[name].content
    sizes = {name: len(gzip.compress(content, 6)) for name, content in sent.items()}
    largest = ", ".join(f"{name} {size:,}" for name, size in sorted(sizes.items(), key=lambda one: -one[1])[:5])
    how = f"{len(sizes)} files, gzip, each by itself; the largest: {largest}"
    return at_most("settings.console_first_load", sum(sizes.values()), FIRST_LOAD, "bytes", how)


def _reached(*names: str) -> set[str]:
    """These modules and all that they import at once."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            text = console.files().by_name[name].content.decode()
            waiting += re.findall(r"(?:from|^import)\s*['\"]\./([\w-]+\.js)['\"]", text, flags=re.MULTILINE)
    return found
