"""The shortcuts through moto: it answers as it does without them, and a transaction that fails leaves everything as it
was."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import product
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import Item

from sandbox.moto_speed import hurry, shortcuts
from sandbox.world import REGION, environment
from tests import shortcut

ROW = {"id": {"S": "a"}, "n": {"N": "1"}, "tags": {"SS": ["x"]}, "deep": {"M": {"m": {"L": [{"N": "1"}]}}}}


@pytest.fixture
def table() -> Iterator[boto3.client]:
    environment()
    hurry()
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName="t",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client.put_item(TableName="t", Item=ROW)
        yield client


def test_a_failed_transaction_leaves_every_kind_of_value_as_it_was(table: boto3.client) -> None:
    change = {
        "TableName": "t",
        "Key": {"id": {"S": "a"}},
        "UpdateExpression": "SET deep.m[0] = :two, fresh = :two ADD n :two, tags :tag",
        "ExpressionAttributeValues": {":two": {"N": "2"}, ":tag": {"SS": ["y"]}},
    }
    refused = {"TableName": "t", "Item": {"id": {"S": "b"}}, "ConditionExpression": "attribute_exists(id)"}
    with pytest.raises(table.exceptions.TransactionCanceledException):
        table.transact_write_items(TransactItems=[{"Update": change}, {"Put": refused}])
    assert table.get_item(TableName="t", Key={"id": {"S": "a"}})["Item"] == ROW
    table.transact_write_items(TransactItems=[{"Update": change}])
    found = table.get_item(TableName="t", Key={"id": {"S": "a"}})["Item"]
    assert (found["n"], found["fresh"], found["deep"]["M"]["m"]) == ({"N": "3"}, {"N": "2"}, {"L": [{"N": "2"}]})
    assert sorted(found["tags"]["SS"]) == ["x", "y"]


def test_copies_share_only_what_can_not_change() -> None:
    hurry()
    row = Item(None, None, ROW)  # type: ignore[arg-type]
    twin = copy.deepcopy(row)
    assert twin.attrs == row.attrs
    assert twin.attrs["n"] is row.attrs["n"]
    assert twin.attrs["deep"] is not row.attrs["deep"]
    twin.attrs["n"] = twin.attrs["deep"]
    assert row.attrs["n"].value == "1"


V: dict[str, Any] = {":a": {"S": "new"}, ":n": {"N": "5"}, ":e": {"S": ""}, ":b": {"B": b"bytes"}, ":z": {"SS": ["x"]}}
N = {"#id": "id", "#kind": "kind", "#n": "n", "#tags": "tags", "#deep": "deep", "#new": "new"}
UPDATES = [
    "SET #n = :n",
    "SET #n = :n, #new = :a REMOVE #tags",
    "REMOVE #tags, #deep, #new",
    "SET #n = #n + :n",
    "SET #new = if_not_exists(#n, :n)",
    "SET n = :n, #new = :b",
    "SET #deep.m[0] = :n",
    "SET #nothing.m = :n",
    "ADD #n :n DELETE #tags :z",
    "ADD #n :n SET #new = :a",
    "ADD #new :n",
    "ADD #kind :n",
    "ADD #n :a",
    "ADD #n :nowhere",
    "ADD #tags :z",
    "ADD #n :n, #n :n",
    "ADD #id :n",
    "SET #new = #nowhere",
    "SET #new = :nowhere",
    "SET #n = :n, #n = :n",
    "SET #n = :n SET #new = :a",
    "SET #id = :a",
    "SET #kind = :e",
    "SET #kind = :n",
    "SET kind = :n",
    "SET name = :a",
    "SET #n = ",
    "",
]
CONDITIONS = [
    None,
    "attribute_exists(id)",
    "attribute_not_exists(#id)",
    "#n = :n OR (attribute_exists(#tags) AND NOT #n > :n)",
    "begins_with(#kind, :a)",
    "#n BETWEEN :n AND :nowhere",
    "#n == :n",
]


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that is asked for, right and wrong."""
    key = {"id": {"S": "a"}}
    row = {**ROW, "kind": {"S": "kind"}}
    for words in UPDATES:
        for condition in CONDITIONS if words == UPDATES[1] else CONDITIONS[:1]:
            said = f"{words} {condition}"
            update = {
                "TableName": "t", "Key": key, "UpdateExpression": words,
                "ExpressionAttributeNames": {name: to for name, to in N.items() if f"{name}" in said},
                "ExpressionAttributeValues": {name: to for name, to in V.items() if name in said},
            }  # fmt: skip
            update = {name: value for name, value in update.items() if value != {}}
            if condition:
                update["ConditionExpression"] = condition
            for gone in (False, True):
                yield "delete_item", {"TableName": "t", "Key": key}
                if not gone:
                    yield "put_item", {"TableName": "t", "Item": row}
                yield "update_item", {**update, "ReturnValues": "ALL_NEW"}
                yield "transact_write_items", {"TransactItems": [{"Update": update}]}
                refused = {"TableName": "t", "Key": {"id": {"S": "-"}}, "ConditionExpression": "attribute_exists(id)"}
                yield "transact_write_items", {"TransactItems": [{"Update": update}, {"ConditionCheck": refused}]}
                yield "query", {
                    "TableName": "t", "KeyConditionExpression": "id = :id",
                    "ExpressionAttributeValues": {":id": {"S": "a"}},
                }  # fmt: skip
    put, gone = {"TableName": "t", "Item": row}, {"TableName": "t", "Key": key}
    yield "transact_write_items", {"TransactItems": [{"Put": put}, {"Delete": gone}]}
    yield "transact_write_items", {"TransactItems": [{"Delete": gone}, {"Put": {**put, "TableName": "none"}}]}
    yield "transact_write_items", {"TransactItems": [{"Delete": {**gone, "Key": {"no": {"S": "key"}}}}]}
    yield "put_item", {"TableName": "t", "Item": {**row, "much": {"S": "x" * 399_000}}}
    yield "put_item", {"TableName": "t", "Item": {**row, "much": {"S": "é" * 203_000}}}
    yield "update_item", {**gone, "UpdateExpression": "SET more = :x",
                          "ExpressionAttributeValues": {":x": {"S": "x" * 9_000}}}  # fmt: skip
    yield "batch_get_item", {"RequestItems": {"t": {"Keys": [key, {"id": {"S": "-"}}]}}}
    yield "get_item", {"TableName": "none", "Key": key}
    yield "scan", {"TableName": "t"}


def questions() -> Iterator[tuple[str, dict[str, Any]]]:
    """To a table whose rows have two keys, and to its indexes."""
    for p, s, list_, key in (
        ("a", "1", "x", "2"), ("a", "10", "x", "1"), ("a", "é", "x", "1"), ("a", "2", "y", "1"), ("b", "1", "x", "1"),
        ("b", "2", "", ""), ("ab", "0", "x", ""), ("B", "~", "", "3"), ("a", "20", "x", "3"),
    ):  # fmt: skip
        more = {name: {"S": value} for name, value in (("list", list_), ("key", key)) if value}
        yield "put_item", {"TableName": "rows", "Item": {"p": {"S": p}, "s": {"S": s}, "deep": ROW["deep"], **more}}
    bounds: list[tuple[str, dict[str, str]]] = [
        ("", {}), (" AND #s <= :s", {":s": "2"}), (" AND #s < :s", {":s": "2"}), (" AND #s = :s", {":s": "1"}),
        (" AND begins_with(#s, :s)", {":s": "1"}), (" AND #s BETWEEN :s AND :t", {":s": "1", ":t": "2"}),
        (" AND begins_with(#s, :nowhere)", {":s": "1"}),
    ]  # fmt: skip
    for index, (of_hash, of_range, values) in {
        "": ("p", "s", "ac"), "all": ("list", "key", "xy"), "keys": ("list", "key", "xy"), "same": ("p", "key", "ab"),
        "none": ("list", "key", "x"),
    }.items():  # fmt: skip
        for (words, bound), value, limit, forward in product(bounds, values, (None, 1, 2, 9), (True, False)):
            asked: dict[str, Any] = {
                "TableName": "rows", "KeyConditionExpression": "#p = :p" + words, "ScanIndexForward": forward,
                "ExpressionAttributeNames": {"#p": of_hash, **({"#s": of_range} if words else {})},
                "ExpressionAttributeValues": {name: {"S": to} for name, to in {":p": value, **bound}.items()},
                **({"IndexName": index} if index else {}), **({"Limit": limit} if limit else {}),
            }  # fmt: skip
            yield "query", asked
            start = {"p": {"S": "a"}, "s": {"S": "10"}, **({"list": {"S": "x"}, "key": {"S": "1"}} if index else {})}
            yield "query", {**asked, "ExclusiveStartKey": start}
        yield "query", {**asked, "ConsistentRead": True}
        yield "query", {**asked, "Select": "COUNT"}
        yield "query", {**asked, "FilterExpression": "attribute_exists(deep)"}
        yield "query", {**asked, "ExpressionAttributeValues": {":p": {"N": "1"}, ":s": {"S": "1"}}}
    yield "get_item", {"TableName": "rows", "Key": {"p": {"S": "a"}, "s": {"S": "é"}}}
    yield "delete_item", {"TableName": "rows", "Key": {"p": {"S": "a"}, "s": {"S": "é"}}, "ReturnValues": "ALL_OLD"}


@pytest.fixture
def rows(table: boto3.client) -> boto3.client:
    """A table as ours are."""

    def schema(of_hash: str, of_range: str) -> list[dict[str, str]]:
        return [
            {"AttributeName": of_hash, "KeyType": "HASH"},
            {"AttributeName": of_range, "KeyType": "RANGE"},
        ]

    table.create_table(
        TableName="rows",
        KeySchema=schema("p", "s"),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("p", "s", "list", "key")],
        GlobalSecondaryIndexes=[
            {"IndexName": name, "KeySchema": schema(*keys), "Projection": {"ProjectionType": kind}}
            for name, keys, kind in (
                ("all", ("list", "key"), "ALL"), ("keys", ("list", "key"), "KEYS_ONLY"), ("same", ("p", "key"), "ALL"),
            )
        ],
        BillingMode="PAY_PER_REQUEST",
    )  # fmt: skip
    return table


def test_questions_are_answered_as_without(rows: boto3.client, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = answers(rows, questions())
    with shortcut.closed():
        whole_way = answers(rows, questions())
        for owner, name, own, _ in shortcuts():
            if own is None:
                monkeypatch.delattr(owner, name)
            else:
                monkeypatch.setattr(owner, name, own)
        slow = answers(rows, questions())
    assert len(quick) > 800
    for one, other, third in zip(quick, whole_way, slow, strict=True):
        assert one == third
        assert other == third
    assert any(answer.get("LastEvaluatedKey") for _, _, answer in quick)


def answers(table: boto3.client, asks: Iterator[tuple[str, dict[str, Any]]] | None = None) -> list[Any]:
    found: list[Any] = []
    for name, asked in asks or operations():
        try:
            answer = getattr(table, name)(**asked)
        except ClientError as error:
            answer = error.response
        except Exception as error:  # moto stumbles over some of what is wrong
            answer = {"stumbled": type(error).__name__}
        answer.pop("ResponseMetadata", None)
        found.append((name, asked, answer))
    return found


def test_it_answers_as_it_does_without(table: boto3.client, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = answers(table)
    table.delete_item(TableName="t", Key={"id": {"S": "a"}})
    for owner, name, own, _ in shortcuts():
        if own is None:
            monkeypatch.delattr(owner, name)
        else:
            monkeypatch.setattr(owner, name, own)
    with shortcut.closed():
        slow = answers(table)
    assert len(quick) == len(slow) > 200
    for one, other in zip(quick, slow, strict=True):
        assert one == other


def test_rows_stand_in_the_order_of_their_keys(table: boto3.client) -> None:
    keys = {"p": "HASH", "s": "RANGE"}
    table.create_table(
        TableName="rows",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    for p, s in (("b", "1"), ("a", "é"), ("ab", "0"), ("a", "10"), ("B", "~"), ("a", "2")):
        table.put_item(TableName="rows", Item={"p": {"S": p}, "s": {"S": s}})
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].get_table("rows")
    ((own, quick),) = [(own, quick) for _, name, own, quick in shortcuts() if name == "all_items"]
    assert [one.to_json() for one in quick(backend)] == [one.to_json() for one in own(backend)]
    assert len(quick(backend)) == 6
