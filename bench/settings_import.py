"""An import of many customers with five invoices each, request by request: `python -m bench.settings_import 10000`.

It runs by itself, in a process that has never seen moto, so that its memory is Porchlight's. Prints what it measured as
JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.settings_store import KEYS, SettingsStore
from chalicelib import services as composition
from chalicelib import tokens
from chalicelib.aws import secrets
from chalicelib.services import Services, new_ulid
from chalicelib.settings import Settings
from chalicelib.tenants import api_keys
from chalicelib.tenants.actions import activation
from chalicelib.tenants.records import keys
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.access import KEY_SCOPES

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
INVOICES, A_REQUEST = 5, 1_000
NAMES = ("Dana Whitfield", "Lucía Ortega Ruiz", "Theo O'Brien", "Kim Nguyen", "Robin Gale")


def run(customers: int) -> dict[str, float]:
    """Import so many customers; what it took."""
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "none")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "none")
    with tempfile.TemporaryDirectory() as folder:
        store = SettingsStore(Path(folder) / "items")
        services = _services()
        composition.use(services)
        store.attach(services.tables.connection.client)
        key = api_key(services, "evergreen")
        _send(key, list(_lines(-20, 0)), Counter())  # loads and warms what it needs
        return _measured(store, key, customers)


def _measured(store: SettingsStore, key: str, customers: int) -> dict[str, float]:
    results: Counter[str] = Counter()
    started = _resident()
    memory = _Peak()
    spent, calls, items = store.spent, store.calls, store.items
    cpu, wall = time.process_time(), time.perf_counter()
    requests = 0
    for start in range(0, customers, A_REQUEST):
        left = list(_lines(start, min(start + A_REQUEST, customers)))
        while left:
            left = _send(key, left, results)
            requests += 1
    seconds = time.perf_counter() - wall
    if set(results) != {"created"}:
        raise RuntimeError(f"not all was created: {results}")
    return {
        "rows": results["created"], "requests": requests, "seconds": seconds,
        "cpu": time.process_time() - cpu - (store.spent - spent), "calls": store.calls - calls,
        "items": store.items - items, "started": started / 1e6, "peak": memory.stop() / 1e6,
    }  # fmt: skip


def _services() -> Services:
    needed = {one.name: "none" for one in fields(Settings) if one.default is MISSING}
    tables = {f"{one}_table": f"porchlight-bench-{one}" for one in KEYS}
    settings = {**needed, **tables, "public_url": "https://portal.example.com"}
    made = Services(Settings(**settings), clock=lambda: NOW)
    some = b64encode(b"k" * 32).decode()
    made.secrets = secrets.parse(
        {"signing_keys": json.dumps({"k": some}), "link_key": some, "stripe_secret_key": "none",
         "stripe_webhook_secrets": "none"}
    )  # fmt: skip
    return made


def api_key(services: Services, slug: str) -> str:
    """An API key of a new company."""
    wanted = Company("", slug, "Evergreen Pest & Lawn", "#2f6b3a", time_zone="America/Denver")
    return new_key(services, activation.activate(services, wanted, f"owner@{slug}.example").company.id)


def new_key(services: Services, tenant: str) -> str:
    """Another API key of a company."""
    spelled = api_keys.spell(services.secrets.links, tenant, new_ulid(NOW))
    key = api_keys.read(spelled)
    if key is None:
        raise RuntimeError("a key that can't be read")
    made = keys.ApiKey(
        key.id, "Office", tokens.fingerprint(key.secret), KEY_SCOPES, NOW.isoformat(), "owner@evergreen.example"
    )
    services.tables.for_tenant(tenant).write(keys.new_key(services.tables.for_tenant(tenant), made))
    return spelled


def _lines(first: int, last: int) -> Iterator[str]:
    """Customers of these numbers, each with their invoices."""
    for number in range(first, last):
        name, phone = NAMES[number % len(NAMES)], f"(303) 555-{number % 10_000:04d}"
        yield json.dumps({"customer": {
            "external_id": f"c{number}", "name": name, "address": ["12 Juniper Way", "Boulder, CO 80302"],
            "contacts": [{"name": name, "email": f"person{number}@example.com", "phone": phone}],
        }})  # fmt: skip
        for month in range(INVOICES):
            yield json.dumps({"invoice": {
                "external_id": f"i{number}-{month}", "customer": f"ext:c{number}", "number": f"{number}-{month}",
                "issued_on": f"2026-{month + 6:02d}-02", "due_on": f"2026-{month + 6:02d}-16",
                "title": "Quarterly pest control", "tax": 960, "tax_name": "Sales tax 8%",
                "lines": [{"description": "Perimeter treatment", "unit_price": 8_000},
                          {"description": "Wasp nest removal", "quantity": "2", "unit_price": 2_000}],
            }})  # fmt: skip


def request(method: str, path: str, key: str, body: str | None = None, query: Any = None) -> dict[str, Any]:
    """The gateway's event for a call of the API by a program."""
    path, headers = f"/api/v1{path}", {"Authorization": f"Bearer {key}", "Content-Type": "application/jsonl"}
    return {
        "resource": path, "path": path, "httpMethod": method, "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query and {name: [value] for name, value in query.items()},
        "pathParameters": None, "stageVariables": None,
        "requestContext": {
            "resourcePath": path, "httpMethod": method, "path": path, "identity": {"sourceIp": "203.0.113.7"},
        },
        "body": body, "isBase64Encoded": False,
    }  # fmt: skip


def _send(key: str, lines: list[str], results: Counter[str]) -> list[str]:
    """One request; the lines there was no time for."""
    answer = importlib.import_module("app").app(request("POST", "/import", key, "\n".join(lines)), None)
    if answer["statusCode"] != 200:
        raise RuntimeError(f"the import was answered with {answer['statusCode']}: {answer['body']}")
    left = []
    for text in answer["body"].splitlines():
        told = json.loads(text)
        if told.get("result") == "not_reached":
            left.append(lines[told["line"] - 1])
        else:
            results[told.get("result") or told["error"]["type"]] += 1
    return left


def _resident() -> int:
    """Bytes of memory this process has now."""
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE")


class _Peak:
    """Looks at the memory every few milliseconds until it is stopped."""

    def __init__(self) -> None:
        self._highest, self._over = _resident(), threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def _look(self) -> None:
        while not self._over.wait(0.005):
            self._highest = max(self._highest, _resident())

    def stop(self) -> int:
        self._over.set()
        self._watch.join()
        return self._highest


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
