"""What DynamoDB bills for the calls that are made while a `Meter` runs, and how often other services are called.

moto makes capacity up, so units are worked out from the items themselves, by DynamoDB's own rules: a strong read is one
unit for each 4 KB, a write one for each 1 KB of the larger of before and after, twice that in a transaction; an index
is written when what it holds of an item changes, and twice when its key does. Local indexes are taken to cost twice in
a transaction too, which is said nowhere.
"""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from botocore.client import BaseClient

Item = dict[str, dict[str, Any]]
RESOURCES = Path(__file__).parent.parent / "infra" / "resources.json"
READ, WRITE = 4096, 1024
_KINDS = {"Put": "Put", "Update": "Update", "Delete": "Delete", "ConditionCheck": "ConditionCheck"}
_SINGLE = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}


@dataclass(frozen=True)
class Index:
    """An index, by the attributes of its key; a local one has its table's partition key."""

    name: str
    keys: tuple[str, str]
    local: bool
    keys_only: bool


@dataclass(frozen=True)
class Table:
    keys: tuple[str, ...]
    indexes: tuple[Index, ...]


@dataclass
class Tally:
    """What was used since the last time: DynamoDB's units (`listed`: those of its writes that went to each
    index), the calls by service and operation, the seconds they took here, and the bytes that went into mails."""

    reads: float = 0
    writes: float = 0
    listed: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    seconds: float = 0
    mail_bytes: int = 0


class Meter:
    """Counts every call that boto3 makes while `running`, by whichever client."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._tables = _tables()
        self._mine = False
        self._look = boto3.client("dynamodb")

    def take(self) -> Tally:
        taken, self.tally = self.tally, Tally()
        return taken

    @contextmanager
    def running(self) -> Iterator[None]:
        make: Callable[..., dict[str, Any]] = BaseClient._make_api_call

        def counted(client: BaseClient, operation: str, told: dict[str, Any]) -> dict[str, Any]:
            if self._mine:
                return make(client, operation, told)
            service = client.meta.service_model.service_name
            began = time.process_time()
            writes = self._before(operation, told) if service == "dynamodb" else []
            answer = make(client, operation, told)
            if service == "dynamodb":
                self.tally.writes += sum(units for one in writes for units in self._written(*one))
                self.tally.reads += self._read(operation, told, answer)
            elif operation == "SendRawEmail" or (service == "sesv2" and operation == "SendEmail"):
                self.tally.mail_bytes += _raw_bytes(told)
            self.tally.seconds += time.process_time() - began
            self.tally.calls[f"{service}.{operation}"] += 1
            return answer

        with patch.object(BaseClient, "_make_api_call", counted):
            yield

    # Writes

    def _before(self, operation: str, told: dict[str, Any]) -> list[tuple[str, str, Item, Item | None, bool]]:
        """What is written: kind, table, key, the item before, and whether in a transaction."""
        if operation in _SINGLE:
            wanted = [(_SINGLE[operation], told)]
        elif operation == "TransactWriteItems":
            wanted = [(kind, one[kind]) for one in told["TransactItems"] for kind in _KINDS if kind in one]
        else:
            return []
        found = []
        for kind, one in wanted:
            table = one["TableName"]
            key = one.get("Key") or {name: one["Item"][name] for name in self._of(table).keys}
            found.append((kind, table, key, self._item(table, key), operation == "TransactWriteItems"))
        return found

    def _written(self, kind: str, table: str, key: Item, before: Item | None, together: bool) -> Iterator[int]:
        after = before if kind == "ConditionCheck" else self._item(table, key)
        times = 2 if together else 1
        yield times * max(_units(before, WRITE), _units(after, WRITE), 1)
        if kind != "ConditionCheck":
            for index in self._of(table).indexes:
                units = (times if index.local else 1) * _index_units(self._of(table), index, before, after)
                self.tally.listed[index.name] += units
                yield units

    def _item(self, table: str, key: Item) -> Item | None:
        self._mine = True
        try:
            found: Item | None = self._look.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
            return found
        finally:
            self._mine = False

    # Reads

    def _read(self, operation: str, told: dict[str, Any], answer: dict[str, Any]) -> float:
        if operation == "BatchGetItem":
            asked = sum(len(one["Keys"]) for one in told["RequestItems"].values())
            found = [item for items in answer["Responses"].values() for item in items]
            # A key with nothing at it costs a unit too.
            return sum(_units(one, READ) for one in found) + asked - len(found)
        if operation == "GetItem":
            return max(_units(answer.get("Item"), READ), 1) * (1 if told.get("ConsistentRead") else 0.5)
        if operation == "Query":
            size = sum(_size(one) for one in answer["Items"])
            return max(math.ceil(size / READ), 1) * (1 if told.get("ConsistentRead") else 0.5)
        return 0

    def _of(self, name: str) -> Table:
        return self._tables[name.rpartition("-")[2]]


def _tables() -> dict[str, Table]:
    """The tables by the last part of their names, as the template has them."""
    found = {}
    for resource in json.loads(RESOURCES.read_text(encoding="utf-8"))["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            told = resource["Properties"]
            indexes = [
                Index(
                    one["IndexName"],
                    (_names(one)[0], _names(one)[1]),
                    kind == "LocalSecondaryIndexes",
                    one["Projection"]["ProjectionType"] == "KEYS_ONLY",
                )
                for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
                for one in told.get(kind, ())
            ]
            name = told["TableName"]["Fn::Sub"].rpartition("-")[2]
            found[name] = Table(tuple(_names(told)), tuple(indexes))
    return found


def _names(told: dict[str, Any]) -> list[str]:
    return [one["AttributeName"] for one in told["KeySchema"]]


def _index_units(table: Table, index: Index, before: Item | None, after: Item | None) -> int:
    old, new = (_entry(table, index, one) for one in (before, after))
    if old == new:
        return 0
    if old and new and all(old[name] == new[name] for name in index.keys):
        return max(_units(old, WRITE), _units(new, WRITE))
    return _units(old, WRITE) + _units(new, WRITE)


def _entry(table: Table, index: Index, item: Item | None) -> Item | None:
    """What an index holds of an item; nothing, if the item lacks its key."""
    if item is None or not all(name in item for name in index.keys):
        return None
    return {name: item[name] for name in (*table.keys, *index.keys)} if index.keys_only else item


def _units(item: Item | None, each: int) -> int:
    return math.ceil(_size(item) / each) if item else 0


def _size(item: Item) -> int:
    """An item's bytes as DynamoDB counts them: names and values."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def _value(value: dict[str, Any]) -> int:
    ((kind, inside),) = value.items()
    if kind == "S":
        return len(inside.encode())
    if kind == "N":
        return len(inside) // 2 + 2
    if kind in ("SS", "NS"):
        return 3 + sum(len(one.encode()) for one in inside)
    if kind == "L":
        return 3 + sum(1 + _value(one) for one in inside)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _value(one) for name, one in inside.items())
    return 1


def _raw_bytes(told: dict[str, Any]) -> int:
    raw = told.get("RawMessage", {}).get("Data") or told.get("Content", {}).get("Raw", {}).get("Data") or b""
    return len(raw)
