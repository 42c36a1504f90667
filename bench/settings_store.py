"""A DynamoDB in this process, for measuring what is ours of a long import: items lie in a file, so that memory tells of
Porchlight alone, and conditions and transactions are honoured.

It stands in at the HTTP layer: serializing, signing and parsing are botocore's own and are measured. The time that it
takes itself is counted apart. It knows the calls and the expressions that an import uses, and no others.
"""

from __future__ import annotations

import json
import operator
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSResponse

Item = dict[str, Any]
KEYS = {"tenants": ("tenant", "item"), "customers": ("customer", "item"), "tokens": ("token",)}
_TOKEN = re.compile(r"\s*(attribute_not_exists|attribute_exists|AND|OR|NOT|<=|>=|<>|[=<>()]|[#:]\w+)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_CLAUSE = re.compile(r"\b(SET|REMOVE|ADD)\b")


class Refused(Exception):
    """A condition that does not hold."""


class SettingsStore:
    """Answers one client. `spent` is the processor time it took itself, in seconds; `items` what was written."""

    def __init__(self, file: Path) -> None:
        self._rows = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("PRAGMA synchronous = OFF")
        self._rows.execute("PRAGMA cache_size = -4096")
        self._rows.execute("CREATE TABLE rows (key TEXT PRIMARY KEY, item TEXT) WITHOUT ROWID")
        self._lock = threading.Lock()
        self.spent, self.calls, self.items = 0.0, 0, 0

    def attach(self, client: Any) -> None:
        """Stand between this client and the network."""
        client.meta.events.register("before-send.dynamodb.*", self)

    def __call__(self, request: Any, event_name: str, **_: object) -> AWSResponse:
        began = time.thread_time()
        asked, operation = json.loads(request.body), event_name.rpartition(".")[2]
        with self._lock:
            try:
                status, answer = 200, getattr(self, "_" + operation)(asked)
            except Refused as refused:
                status, answer = 400, refused.args[0]
            self.calls += 1
            body = json.dumps(answer).encode()
            headers = {"Content-Type": "application/x-amz-json-1.0", "Content-Length": str(len(body))}
            self.spent += time.thread_time() - began
        return AWSResponse(request.url, status, headers, _Body(body))

    # The calls

    def _BatchGetItem(self, asked: Item) -> Item:
        found: dict[str, list[Item]] = {}
        for table, wanted in asked["RequestItems"].items():
            items = (self._read(_key(table, key)) for key in wanted["Keys"])
            found[table] = [one for one in items if one is not None]
        return {"Responses": found, "UnprocessedKeys": {}}

    def _PutItem(self, asked: Item) -> Item:
        return self._alone("Put", asked)

    def _UpdateItem(self, asked: Item) -> Item:
        return self._alone("Update", asked)

    def _alone(self, kind: str, asked: Item) -> Item:
        key, item = self._planned(kind, asked)
        if item is _REFUSED:
            raise Refused(_error("ConditionalCheckFailedException"))
        self._keep(key, item)
        return {"Attributes": item} if kind == "Update" else {}

    def _TransactWriteItems(self, asked: Item) -> Item:
        planned = [self._planned(kind, one) for each in asked["TransactItems"] for kind, one in each.items()]
        if len({key for key, _ in planned}) < len(planned):
            raise Refused(_error("ValidationException", message="one item twice in a transaction"))
        if any(item is _REFUSED for _, item in planned):
            codes = [{"Code": "ConditionalCheckFailed" if item is _REFUSED else "None"} for _, item in planned]
            raise Refused(_error("TransactionCanceledException", CancellationReasons=codes))
        for key, item in planned:
            self._keep(key, item)
        return {}

    # Items

    def _planned(self, kind: str, asked: Item) -> tuple[str, Item | None]:
        """Where a write goes, and what will be there: nothing for a delete, _REFUSED where its condition fails."""
        key = _key(asked["TableName"], asked["Item"] if kind == "Put" else asked["Key"])
        before = self._read(key)
        names, values = asked.get("ExpressionAttributeNames", {}), asked.get("ExpressionAttributeValues", {})
        if (condition := asked.get("ConditionExpression")) and not _holds(condition, before or {}, names, values):
            return key, _REFUSED
        if kind == "Put":
            return key, asked["Item"]
        if kind == "Delete":
            return key, None
        if kind == "ConditionCheck":
            return key, before
        return key, _updated(asked["UpdateExpression"], {**asked["Key"], **(before or {})}, names, values)

    def _read(self, key: str) -> Item | None:
        row = self._rows.execute("SELECT item FROM rows WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else None

    def _keep(self, key: str, item: Item | None) -> None:
        self.items += 1
        if item is None:
            self._rows.execute("DELETE FROM rows WHERE key = ?", (key,))
        else:
            self._rows.execute("INSERT OR REPLACE INTO rows VALUES (?, ?)", (key, json.dumps(item)))


_REFUSED: Item = {}


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._content


def _error(name: str, message: str = "", **more: Any) -> Item:
    return {"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": message, **more}


def _key(table: str, key: Item) -> str:
    return "\x1f".join((table, *(key[name]["S"] for name in KEYS[table.rpartition("-")[2]])))


def _holds(condition: str, item: Item, names: Item, values: Item) -> bool:
    """Whether a condition holds for an item, {} for one that is not there."""
    tokens: list[str] = _TOKEN.findall(condition)
    if "".join(tokens) != "".join(condition.split()):
        raise ValueError(f"this condition is not known here: {condition}")

    def value(token: str) -> Any:
        found = item.get(names[token]) if token[0] == "#" else values[token]
        if found is None:
            return None
        ((kind, plain),) = found.items()
        return int(plain) if kind == "N" else plain

    def either() -> bool:
        held: bool = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            other = both()
            held = held or other
        return held

    def both() -> bool:
        held: bool = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            other = one()
            held = held and other
        return held

    def one() -> bool:
        token = tokens.pop(0)
        if token == "NOT":
            return not one()
        if token == "(":
            held = either()
            tokens.pop(0)
            return held
        if token.startswith("attribute"):
            _, name, _ = tokens.pop(0), tokens.pop(0), tokens.pop(0)
            return (names[name] in item) is (token == "attribute_exists")
        compare, left, right = tokens.pop(0), value(token), value(tokens.pop(0))
        if left is None or right is None:
            return compare == "<>"
        return _COMPARE[compare](left, right)

    return either()


def _updated(expression: str, item: Item, names: Item, values: Item) -> Item:
    parts = _CLAUSE.split(expression)[1:]
    for clause, body in zip(parts[::2], parts[1::2], strict=True):
        for action in body.split(","):
            if clause == "SET":
                name, given = (one.strip() for one in action.split("="))
                item[names[name]] = values[given]
            elif clause == "REMOVE":
                item.pop(names[action.strip()], None)
            else:
                name, given = action.split()
                before = int(item.get(names[name], {"N": "0"})["N"])
                item[names[name]] = {"N": str(before + int(values[given]["N"]))}
    return item
