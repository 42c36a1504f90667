"""Which keys a call to DynamoDB or S3 sends, whatever it is. A call this does not understand is said to send one that
nobody owns, so that nothing goes past unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

# The attributes that are a key, of a table or of an index. `list` is by_tenant's.
PARTITIONS = {"tenants": ("tenant",), "customers": ("customer", "list"), "tokens": ("token",)}
HASH = {table: names[0] for table, names in PARTITIONS.items()}
BY_TASK = "by_task"
UNKNOWN = "?"
# A presigned form is made by way of the one, and is looked at when it is signed; botocore asks the other where a bucket
# is when S3 answers strangely.
NAMES_NO_KEY = ("CreateBucket", "HeadBucket")

_EQUALS = re.compile(r"\s*(#?\w+)\s*=\s*(:\w+)\b")
_SETS = re.compile(r"(#?\w+)\s*=\s*(:\w+)\b")


class SentKey(NamedTuple):
    """`place` is a table's short name, 's3', or 'by_task': the index across companies."""

    place: str
    partition: str

    def __str__(self) -> str:
        return f"{self.place} {self.partition}"


def of_dynamodb(operation: str, params: dict[str, Any]) -> Iterator[SentKey]:
    """Every partition that this call names."""
    if operation in ("BatchGetItem", "BatchWriteItem"):
        for name, wanted in params["RequestItems"].items():
            for key in wanted["Keys"] if operation == "BatchGetItem" else map(_of_batch, wanted):
                yield from _of_item(_short(name), key)
    elif operation in ("TransactWriteItems", "TransactGetItems"):
        for one in params["TransactItems"]:
            for write in one.values():
                yield from _of_write(write)
    elif operation == "Query":
        yield from _of_query(params)
    elif operation in ("GetItem", "PutItem", "UpdateItem", "DeleteItem"):
        yield from _of_write(params)
    else:
        yield SentKey(UNKNOWN, operation)


def of_s3(operation: str, params: dict[str, Any]) -> Iterator[SentKey]:
    """Every object or folder that this call names."""
    found = [params[name] for name in ("Key", "Prefix") if params.get(name)]
    found += [one["Key"] for one in params.get("Delete", {}).get("Objects", ())]
    if source := params.get("CopySource"):
        found.append(source["Key"] if isinstance(source, dict) else source.lstrip("/").partition("/")[2])
    for key in found:
        yield SentKey("s3", key)
    if not found and operation not in NAMES_NO_KEY:
        yield SentKey(UNKNOWN, operation)


def of_post(fields: dict[str, Any], policy: dict[str, Any]) -> Iterator[SentKey]:
    """What a presigned form lets its holder upload to."""
    yield SentKey("s3", fields.get("key", ""))
    for condition in policy.get("conditions", ()):
        if isinstance(condition, list) and condition[1] == "$key":
            yield SentKey("s3", condition[2])


def _short(table: str) -> str:
    return table.rpartition("-")[2]


def _text(value: Any) -> str:
    return str(next(iter(value.values()))) if isinstance(value, dict) else str(value)


def _of_batch(request: dict[str, Any]) -> dict[str, Any]:
    ((_, one),) = request.items()
    item: dict[str, Any] = one.get("Key") or one["Item"]
    return item


def _of_item(table: str, item: dict[str, Any]) -> Iterator[SentKey]:
    if HASH.get(table) not in item:
        yield SentKey(UNKNOWN, table)
    for name in PARTITIONS.get(table, ()):
        if name in item:
            yield SentKey(table, _text(item[name]))


def _of_write(write: dict[str, Any]) -> Iterator[SentKey]:
    table = _short(write["TableName"])
    yield from _of_item(table, write.get("Item") or write["Key"])
    for name, value in _SETS.findall(write.get("UpdateExpression", "")):
        if write.get("ExpressionAttributeNames", {}).get(name, name) in PARTITIONS.get(table, ()):
            yield SentKey(table, _text(write["ExpressionAttributeValues"][value]))


def _of_query(params: dict[str, Any]) -> Iterator[SentKey]:
    table = _short(params["TableName"])
    found = _EQUALS.match(params.get("KeyConditionExpression", ""))
    if not found:
        yield SentKey(UNKNOWN, "Query")
        return
    place = BY_TASK if params.get("IndexName") == BY_TASK else table
    yield SentKey(place, _text(params["ExpressionAttributeValues"][found[2]]))
    if after := params.get("ExclusiveStartKey"):
        yield from _of_item(table, after)
