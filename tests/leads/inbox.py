"""The company's inbound leads as its software sees them, and many leads at once, put where they would be."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.leads.records import leads
from chalicelib.leads.rules.lead import Lead, Submission
from sandbox.world import REGION
from tests.builders import Company
from tests.client import Answer, Client

MARK = "\ufeff"


def pages(owner: Client, query: str = "", limit: int = 20) -> list[list[dict[str, Any]]]:
    """All pages of the list."""
    found, cursor = [], ""
    for _ in range(300):
        answer = owner.get(f"/leads?limit={limit}&{query}" + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status == 200, answer.text
        found.append(answer.json["items"])
        cursor = answer.json["next"]
        if not cursor:
            return found
    raise AssertionError("the list never ends")


def names(owner: Client, query: str = "", limit: int = 20) -> list[str]:
    return [one["name"] for page in pages(owner, query, limit) for one in page]


def parts(owner: Client, query: str = "") -> list[Answer]:
    """All parts of an export, by the links from one to the next."""
    found, path = [], f"/leads/export?{query}"
    for _ in range(50):
        answer = owner.get(path)
        assert answer.status == 200, answer.text
        found.append(answer)
        if "link" not in answer.headers:
            return found
        address, relation = answer.headers["link"].split("; ")
        assert relation == 'rel="next"'
        target = urlsplit(address.strip("<>"))
        assert f"{target.scheme}://{target.netloc}" == "http://localhost:8000"
        path = target.path.removeprefix("/api/v1") + "?" + target.query
    raise AssertionError("the export never ends")


def exported(owner: Client, query: str = "") -> list[dict[str, str]]:
    """The rows of all parts of an export, put together."""
    text = "".join(one.text for one in parts(owner, query))
    assert text.startswith(MARK) and text.count(MARK) == 1
    return list(csv.DictReader(io.StringIO(text.removeprefix(MARK), newline="")))


def a_lead(company: Company, at: datetime, message: str = "There are ants in the kitchen.", **values: Any) -> Lead:
    """A lead that nobody has written yet."""
    id = company.world.services.new_id(at)
    wrote = Submission(f"Visitor {id[-4:]}", "nora@example.com", "", message)
    received = at.astimezone(UTC).isoformat(timespec="microseconds")
    return Lead(id, received, wrote, **{"source": "widget", "language": "en", **values})


def keep(company: Company, many: Sequence[Lead]) -> None:
    """Many rows at once, as a write would leave them: 10,000 writes take longer than all else that a test does."""
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table(company.world.services.tables.customers)
    for one in many:
        row = leads.new_lead(company.store, one).row.get_save_kwargs_from_instance()["Item"]
        table.put_item(row)
