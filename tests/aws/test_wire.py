"""Answers read as they were sent are what botocore's own parser makes of them, and what isn't simple goes to it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.parsers import create_parser

from chalicelib.aws import rows, wire
from chalicelib.aws.store import ConditionFailed, Tables
from tests.builders import Company

MODEL = botocore.session.get_session().get_service_model("dynamodb")
ITEM = {
    "customer": {"S": "t#c"},
    "total": {"N": "12000"},
    "access": {"BOOL": True},
    "nothing": {"NULL": True},
    "lines": {"L": [{"M": {"amount": {"N": "1"}, "words": {"SS": ["a", "b"]}}}]},
    "empty": {"M": {}},
}
CONSUMED = {"TableName": "customers", "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}}
COLLECTION = {"ItemCollectionKey": {"customer": {"S": "t#c"}}, "SizeEstimateRangeGB": [0.0, 1.0]}
ANSWERS: dict[str, list[dict[str, Any]]] = {
    "BatchGetItem": [
        {"Responses": {"customers": [ITEM, ITEM], "tokens": []}, "UnprocessedKeys": {}, "ConsumedCapacity": [CONSUMED]},
        {
            "Responses": {},
            "UnprocessedKeys": {"customers": {"Keys": [{"customer": {"S": "x"}}], "ConsistentRead": True}},
        },
    ],
    "BatchWriteItem": [{"UnprocessedItems": {"customers": [{"PutRequest": {"Item": ITEM}}]}}],
    "DeleteItem": [{}, {"Attributes": ITEM}],
    "GetItem": [{}, {"Item": ITEM, "ConsumedCapacity": CONSUMED}],
    "PutItem": [{}, {"Attributes": ITEM, "ItemCollectionMetrics": COLLECTION}],
    "Query": [
        {"Items": [], "Count": 0, "ScannedCount": 0},
        {"Items": [ITEM], "Count": 1, "ScannedCount": 3, "LastEvaluatedKey": {"customer": {"S": "x"}}},
    ],
    "TransactGetItems": [{"Responses": [{"Item": ITEM}, {}], "ConsumedCapacity": [CONSUMED]}],
    "TransactWriteItems": [{}, {"ConsumedCapacity": [CONSUMED], "ItemCollectionMetrics": {"customers": [COLLECTION]}}],
    "UpdateItem": [{"Attributes": ITEM, "ConsumedCapacity": CONSUMED}],
}


def response(body: bytes, status: int = 200) -> dict[str, Any]:
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-requestid": "REQUEST", "x-amz-crc32": "1"}
    return {"status_code": status, "headers": headers, "body": body, "context": {"operation_name": "any"}}


def both(operation: str, body: bytes, status: int = 200, error: str = "") -> tuple[Any, Any]:
    """What we read and what botocore reads: the answer's shape, or that of an error."""
    shape = MODEL.shape_for_error_code(error) if error else MODEL.operation_model(operation).output_shape
    ours = wire.AsSent(create_parser("json")).parse(response(body, status), shape)
    return ours, create_parser("json").parse(response(body, status), shape)


class NeverAsked:
    def parse(self, response: dict[str, Any], shape: Any) -> Any:
        raise AssertionError("botocore was asked")


def test_every_answer_named_is_an_operation_tried_here() -> None:
    assert {MODEL.operation_model(name).output_shape.name for name in ANSWERS} == wire.ANSWERS


@pytest.mark.parametrize(("operation", "answer"), [(name, one) for name, many in ANSWERS.items() for one in many])
def test_an_answer_is_what_botocore_reads_without_asking_it(operation: str, answer: dict[str, Any]) -> None:
    body = json.dumps(answer).encode()
    ours, theirs = both(operation, body)
    assert ours == theirs
    assert ours["ResponseMetadata"] == {
        "RequestId": "REQUEST",
        "HTTPStatusCode": 200,
        "HTTPHeaders": {
            "content-type": "application/x-amz-json-1.0",
            "x-amzn-requestid": "REQUEST",
            "x-amz-crc32": "1",
        },
    }
    shape = MODEL.operation_model(operation).output_shape
    assert wire.AsSent(NeverAsked()).parse(response(body), shape) == ours


@pytest.mark.parametrize("value", [{"B": "AAEC"}, {"BS": ["AAEC", "/w=="]}, {"L": [{"M": {"in": {"B": "AAEC"}}}]}])
def test_binary_attributes_are_bytes(value: dict[str, Any]) -> None:
    ours, theirs = both("Query", json.dumps({"Items": [{"blob": value}]}).encode())
    assert ours == theirs
    assert repr(b"\x00\x01\x02") in str(ours)


@pytest.mark.parametrize("text", ["B", "BS", 'a "B": b', "\u2028 ñ 🐝", '{"S": 1}', ""])
def test_texts_that_look_like_tags_are_texts(text: str) -> None:
    ours, theirs = both("Query", json.dumps({"Items": [{"B": {"S": text}, "name": {"S": text}}]}).encode())
    assert ours == theirs
    assert ours["Items"][0]["name"]["S"] == text


def test_members_the_model_does_not_know_and_nulls_are_left_out() -> None:
    ours, theirs = both("Query", b'{"Items": [], "Count": 0, "New": {"a": 1}, "LastEvaluatedKey": null}')
    assert ours == theirs
    assert set(ours) == {"Items", "Count", "ResponseMetadata"}


@pytest.mark.parametrize("body", [b"", b"<html>proxy</html>", b"{", b"\xff"])
def test_what_is_no_json_is_read_as_botocore_reads_it(body: bytes) -> None:
    shape = MODEL.operation_model("Query").output_shape
    try:
        theirs = create_parser("json").parse(response(body), shape)
    except Exception as error:
        with pytest.raises(type(error)):
            wire.AsSent(create_parser("json")).parse(response(body), shape)
    else:
        assert wire.AsSent(create_parser("json")).parse(response(body), shape) == theirs


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ConditionalCheckFailedException"), (400, "ProvisionedThroughputExceededException"),
        (400, "TransactionCanceledException"), (400, "ValidationException"), (500, "InternalServerError"),
    ],
)  # fmt: skip
def test_errors_are_botocores(status: int, code: str) -> None:
    sent = {
        "__type": f"com.amazonaws.dynamodb.v20120810#{code}",
        "message": "words",
        "Item": ITEM,
        "CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": ITEM, "Message": "no"}],
    }
    ours, theirs = both("TransactWriteItems", json.dumps(sent).encode(), status)
    assert ours == theirs
    assert ours["Error"] == {"Code": code, "Message": "words"}
    if MODEL.shape_for_error_code(code):
        ours, theirs = both("TransactWriteItems", json.dumps(sent).encode(), status, error=code)
        assert ours == theirs


def test_a_gateways_html_for_a_503_is_an_error() -> None:
    ours, theirs = both("Query", b"<html>Service Unavailable</html>", 503)
    assert ours == theirs
    assert ours["Error"]["Code"] == "503"


def test_other_operations_are_botocores() -> None:
    ours, theirs = both("DescribeTable", b'{"Table": {"TableName": "customers", "CreationDateTime": 1.5e9}}')
    assert ours == theirs
    assert ours["Table"]["CreationDateTime"].year == 2017


class Network:
    """Answers a client's requests one after the other: (status, body) each."""

    def __init__(self, tables: Tables, *answers: tuple[int, bytes]) -> None:
        self.left, self.sent = list(answers), 0
        tables.connection.client.meta.events.register("before-send.dynamodb", self)

    def __call__(self, request: Any, **_: object) -> AWSResponse:
        self.sent += 1
        self.agent = request.headers["User-Agent"]
        status, body = self.left.pop(0)
        headers = {"x-amzn-RequestId": "R", "x-amz-crc32": str(zlib.crc32(body))}
        if body.startswith(b"spoilt"):
            body = body.removeprefix(b"spoilt")
        return AWSResponse("http://127.0.0.1", status, headers, Body(body))


class Body:
    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.content


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Tables:
    """A client of its own, behind no moto; retries wait for nothing."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    return Tables("tenants", "customers", "tokens", "us-east-1")


def test_a_throttled_call_and_a_spoilt_answer_are_tried_again(tables: Tables) -> None:
    throttled = b'{"__type": "x#ProvisionedThroughputExceededException", "message": "slow down"}'
    page = b'{"Items": [{"customer": {"S": "t#c"}, "item": {"S": "invoice#1"}, "total": {"N": "5"}}], "Count": 1}'
    network = Network(tables, (400, throttled), (200, b"spoilt" + page), (200, page))
    found = tables.for_tenant("t").query("customers", "t#c", prefix="invoice#")
    assert found.items == [{"customer": "t#c", "item": "invoice#1", "total": 5}]
    assert network.sent == 3


def test_the_agent_is_the_sdks_own_said_once(tables: Tables) -> None:
    network = Network(tables, (200, b'{"Items": []}'))
    tables.for_tenant("t").query("customers", "t#c", prefix="invoice#")
    agent = network.agent.decode() if isinstance(network.agent, bytes) else network.agent
    assert agent.startswith("Botocore/")
    assert agent.count("Botocore/") == 1


def test_a_transaction_says_which_condition_failed(evergreen: Company) -> None:
    dana = evergreen.customer()
    row = rows.CustomersRow(evergreen.store.customer(dana.id), "profile")
    with pytest.raises(ConditionFailed) as failed:
        evergreen.store.transact(rows.create(row, "profile"))
    assert failed.value.names == ("profile",)
