"""moto's reads, without what it does again and again; the other half of moto_speed.py, which says what holds for both.

Here are the questions to a table or an index that are asked in the plain way, and the answers, which moto goes through
value by value along the shapes of the service's model, though they are as they are sent already.
"""

from __future__ import annotations

import json
from base64 import b64encode
from binascii import crc32
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import Any, cast

from moto.core.utils import camelcase_to_underscores, get_service_model
from moto.dynamodb.comparisons import OpDefault, get_comparison_func
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import RESULT_SIZE_LIMIT, Table
from moto.dynamodb.models.utilities import dynamo_to_dict
from moto.dynamodb.responses import DynamoResult

PLAIN = frozenset({"S", "N", "BOOL", "NULL"})
QUICK = frozenset(
    {"BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"}
)  # fmt: skip
"""What is answered here. Whatever goes wrong goes moto's own way, and so does everything else."""
FORMAT = "application/x-amz-json-1.0"

FULL = RESULT_SIZE_LIMIT - 405_000
"""What is below has room for any row."""

_query = Table.query
_numbers = count(1)


# Values


def make_value(self: DynamoType, given: Any) -> None:
    """As moto does, which asks twice for each text what it is."""
    if type(given) is DynamoType:
        kind, value = given.type, given.value
    else:
        kind, value = next(iter(given.items()))
    if kind == "L":
        value = [DynamoType(one) for one in value]
    elif kind == "M":
        value = {name: DynamoType(one) for name, one in value.items()}
    self.type, self.value = kind, value


def as_told(self: DynamoResult, result: Any) -> None:
    """Values as they are sent. moto asks of each text whether it is a day, a row or something else."""
    self._result = _told(result)


def _told(one: Any) -> Any:
    kind = type(one)
    if kind is dict or kind is LimitedSizeDict:
        return {
            name: {inner.type: inner.value} if type(inner) is DynamoType and inner.type in PLAIN else _told(inner)
            for name, inner in one.items()
        }
    if kind is list:
        return [_told(inner) for inner in one]
    return one if kind is str or kind is int else dynamo_to_dict(one)


def size(self: Item) -> int:
    """In bytes, as moto counts them."""
    total = 0
    for name, one in self.attrs.items():
        value = one.value
        if one.type == "S":
            total += len(value) if value.isascii() else len(value.encode())
        else:
            total += one.size()
        total += len(name) if name.isascii() else len(name.encode())
    return total


# Answers


def answer(handler: Any, target: str) -> Any:
    """What a handler with its parameters set answers to a request."""
    operation = target.partition(".")[2]
    if operation not in QUICK:
        return handler.call_action()
    handler.body = handler.params
    try:
        told = found(handler, operation)
    except Exception as error:
        # Nothing was written. moto has the words for what is wrong.
        setattr(handler, _action(operation), _refusing(error))
        return handler.call_action()
    body = json.dumps(told, default=_blob)
    headers = {**handler.response_headers, "Content-Type": FORMAT, "x-amzn-requestid": f"{next(_numbers):052}",
               "x-amz-crc32": str(crc32(body.encode()))}  # fmt: skip
    return 200, headers, body


def found(handler: Any, operation: str) -> dict[str, Any]:
    """The answer's members, as they are sent; what is wrong is raised."""
    result = getattr(handler, _action(operation))().result
    return {name: result[name] for name in _members(operation) if result.get(name) is not None}


def _refusing(error: Exception) -> Callable[[], Any]:
    def refuse() -> Any:
        raise error

    return refuse


@lru_cache
def _action(operation: str) -> str:
    return str(camelcase_to_underscores(operation))


@lru_cache
def _members(operation: str) -> tuple[str, ...]:
    return tuple(get_service_model("dynamodb").operation_model(operation).output_shape.members)


def _blob(value: Any) -> str:
    return b64encode(value).decode()


# Questions


def query(
    self: Table, hash_key: Any, range_comparison: str | None, range_objs: list[DynamoType], limit: int | None,
    exclusive_start_key: Any, scan_index_forward: bool, projection_expressions: Any, index_name: str | None = None,
    consistent_read: bool = False, filter_expression: Any = None, hash_key_conditions: Any = None,
    range_key_conditions: Any = None, **filter_kwargs: Any,
) -> tuple[list[Item], int, Any]:  # fmt: skip
    """One partition of a table or of an index, with texts for keys. moto sorts the whole table for each question, and
    measures each row twice."""
    bounds = [one.value for one in range_objs]
    page = None
    if (
        not (filter_kwargs or projection_expressions or limit == 0)
        and type(filter_expression) is OpDefault
        and not (consistent_read and index_name)
        and all(one.type == "S" for one in (hash_key, *range_objs))
        and [one for one, _ in hash_key_conditions] == _keys(self, index_name)[:1]
        and len(range_key_conditions) == bool(range_comparison)
    ):
        compare = get_comparison_func(range_comparison) if range_comparison else None
        page = _page(self, hash_key, index_name, compare, bounds, limit, exclusive_start_key, scan_index_forward)
    if page is None:
        return _query(
            self, hash_key, range_comparison, range_objs, cast(int, limit), exclusive_start_key, scan_index_forward,
            projection_expressions, index_name, consistent_read, filter_expression, hash_key_conditions,
            range_key_conditions, **filter_kwargs,
        )  # fmt: skip
    return page


def _keys(table: Table, index_name: str | None) -> list[str | None]:
    """The attributes that rows are found by, and stand in the order of; none where there is not one of each."""
    if index_name is None:
        return [table.hash_key_attr, table.range_key_attr]
    index = next((one for one in table.all_indexes() if one.name == index_name), None)
    if index is None:
        return []
    of_index = [one["AttributeName"] for one in index.schema]
    return [*of_index, table.hash_key_attr, table.range_key_attr] if len(of_index) == 2 else []


def _page(
    table: Table, hash_key: DynamoType, index_name: str | None, compare: Any, bounds: list[str], limit: int | None,
    begins: Any, forward: bool,
) -> tuple[list[Item], int, Any] | None:  # fmt: skip
    """None, where some key is no text."""
    of_hash, *order = _keys(table, index_name)
    if None in order or not order:
        return None
    after: tuple[str, ...] | None = None
    if begins is not None:
        if any(begins.get(one, {}).keys() != {"S"} for one in (of_hash, *order)):
            return None
        if begins[of_hash]["S"] != hash_key.value:
            return None
        after = tuple(begins[one]["S"] for one in order)
    rows: list[tuple[tuple[str, ...], Item]] = []
    if index_name is None and table.range_key_type == "S":
        rows = [((cast(DynamoType, one.range_key).value,), one) for one in _candidates(table, hash_key, of_hash)]
    for item in () if rows else _candidates(table, hash_key, of_hash):
        keys: list[str] = []
        for one in order:
            value = item.attrs.get(cast(str, one))
            if value is None:
                break
            if value.type != "S":
                return None
            keys.append(value.value)
        else:
            rows.append((tuple(keys), item))
    rows.sort(key=lambda row: row[0], reverse=not forward)
    found: list[Item] = []
    weight, last = 0, None
    for place, item in rows:
        if after is not None and (place <= after if forward else place >= after):
            continue
        if len(found) == limit or (weight > FULL and weight + item.size() > RESULT_SIZE_LIMIT):
            last = table._get_last_evaluated_key(found[-1], index_name)
            break
        if compare is None or compare(place[0], *bounds):
            found.append(item)
            weight += item.size()
    if index_name is not None:
        index = table.get_index(index_name)
        found = [index.project(one) for one in found]
    return found, len(found), last


def _candidates(table: Table, hash_key: DynamoType, of_hash: str | None) -> list[Item]:
    partitions: Any = table.items
    if of_hash == table.hash_key_attr:
        return list(partitions.get(hash_key, {}).values())
    wanted = hash_key.value
    found = []
    for partition in partitions.values():
        for item in partition.values():
            has = item.attrs.get(of_hash)
            if has is not None and has.value == wanted and has.type == "S":
                found.append(item)
    return found
