"""The shortcut in moto's copying: a transaction that fails must still leave everything as it was."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models.dynamo_type import Item

from sandbox.moto_speed import share_scalars
from sandbox.world import environment

ROW = {"id": {"S": "a"}, "n": {"N": "1"}, "tags": {"SS": ["x"]}, "deep": {"M": {"m": {"L": [{"N": "1"}]}}}}


@pytest.fixture
def table() -> Iterator[boto3.client]:
    environment()
    share_scalars()
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
    share_scalars()
    row = Item(None, None, ROW)  # type: ignore[arg-type]
    twin = copy.deepcopy(row)
    assert twin.attrs == row.attrs
    assert twin.attrs["n"] is row.attrs["n"]
    assert twin.attrs["deep"] is not row.attrs["deep"]
    twin.attrs["n"] = twin.attrs["deep"]
    assert row.attrs["n"].value == "1"
