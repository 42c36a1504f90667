"""Calls to AWS, in tests, without the way there and back: botocore's requests, retries and answers are two thirds
of a call to moto.

What is asked of whom is the same: the hooks of the watches are told as botocore tells them, moto's own functions work
on what was sent, and its answer is what it would be on the wire. Whatever goes wrong takes the whole way, once more; so
does a call that a test's wire lets go wrong (tests/billing/wire.py), and all of tests/aws, which is about that way.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from botocore.client import BaseClient
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.dynamodb.responses import DynamoHandler
from moto.sqs.models import sqs_backends
from moto.sqs.responses import SQSResponse
from moto.ssm.models import ssm_backends
from moto.utilities.utils import get_partition

from sandbox import moto_reads
from sandbox.world import REGION

ENDPOINTS = {f"https://{service}.{REGION}.amazonaws.com" for service in ("dynamodb", "sqs", "ssm")}
TAKEN = SimpleNamespace(status_code=200)
SAID = {"HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}

_whole_way = BaseClient._make_api_call
MOTO = BotocoreStubber.__call__
_parameters: dict[str, tuple[Any, Any]] = {}
"""What was read below a path, and what there was then."""


def install() -> None:
    """Once for a run."""
    BaseClient._make_api_call = _call


@contextmanager
def closed() -> Iterator[None]:
    """All calls take the whole way."""
    BaseClient._make_api_call = _whole_way
    try:
        yield
    finally:
        install()


def _call(self: Any, operation: str, params: dict[str, Any]) -> Any:
    shorter = SHORTER.get(operation)
    if shorter is None or not botocore_stubber.enabled or self.meta.endpoint_url not in ENDPOINTS:
        return _whole_way(self, operation, params)
    if BotocoreStubber.__call__ is not MOTO and (shorter not in (_of_dynamodb, _to_queue) or _wire() is None):
        return _whole_way(self, operation, params)
    return shorter(self, operation, params)


def _wire() -> Any:
    """Where a test counts calls and lets them go wrong, if it does."""
    return getattr(BotocoreStubber.__call__, "wire", None)


def _of_dynamodb(self: Any, operation: str, params: dict[str, Any]) -> Any:
    return _answer(self, operation, params, DynamoHandler(), moto_reads.found)


def _to_queue(self: Any, operation: str, params: dict[str, Any]) -> Any:
    return _answer(self, operation, params, SQSResponse(), _of_queue)


def _from_queue(self: Any, operation: str, params: dict[str, Any]) -> Any:
    """Most look once more, until there is nothing."""
    queues: Any = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues
    queue = queues.get(params["QueueUrl"].rpartition("/")[2])
    if queue is None or queue._messages or params.get("WaitTimeSeconds") != 0:
        return _whole_way(self, operation, params)
    _tell(self, operation, params=params, model=self._service_model.operation_model(operation), context={})
    return {"ResponseMetadata": dict(SAID)}


def _of_queue(handler: Any, operation: str) -> dict[str, Any]:
    act = {"SendMessage": handler.send_message, "DeleteMessage": handler.delete_message}[operation]
    return dict(act().result or {})


def _answer(self: Any, operation: str, params: dict[str, Any], handler: Any, found: Callable[..., Any]) -> Any:
    model, context, service = self._service_model.operation_model(operation), dict[str, Any](), _service(self)
    _tell(self, operation, params=params, model=model, context=context)
    try:
        text = json.dumps(params)
    except TypeError:  # something binary
        return _whole_way(self, operation, params)
    wire = _wire()
    if wire is not None:
        fault = wire.next_fault(wire.call(service, operation, json.loads(text)))
        if fault is not None:
            wire.decided.append(fault)
            return _whole_way(self, operation, params)
    handler.region, handler.partition, handler.current_account = REGION, get_partition(REGION), DEFAULT_ACCOUNT_ID
    handler.params = handler.body = json.loads(text)
    handler.querystring, handler.uri_match = {}, {}
    try:
        answer = found(handler, operation)
    except Exception:
        if wire is not None:
            wire.decided.append(None)
        return _whole_way(self, operation, params)
    answer["ResponseMetadata"] = dict(SAID)
    self.meta.events.emit(
        f"after-call.{service}.{operation}", http_response=TAKEN, parsed=answer, model=model, context=context
    )
    return answer


def _of_parameters(self: Any, operation: str, params: dict[str, Any]) -> Any:
    """Each test's services read their secrets. They are the same until somebody puts others there."""
    backend: Any = ssm_backends[DEFAULT_ACCOUNT_ID][REGION]
    there = [(name, len(versions), versions[-1].value) for name, versions in backend._parameters.items() if versions]
    asked = json.dumps(params)
    if asked not in _parameters or _parameters[asked][0] != there:
        _parameters[asked] = (there, _whole_way(self, operation, params))
    else:
        model = self._service_model.operation_model(operation)
        _tell(self, operation, params=params, model=model, context={})
    return copy.deepcopy(_parameters[asked][1])


def _service(self: Any) -> str:
    return str(self._service_model.service_id.hyphenize())


def _tell(self: Any, operation: str, **what: Any) -> None:
    service = _service(self)
    for event in ("provide-client-params", "before-parameter-build"):
        self.meta.events.emit(f"{event}.{service}.{operation}", **what)


SHORTER: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(moto_reads.QUICK, _of_dynamodb),
    "SendMessage": _to_queue, "DeleteMessage": _to_queue, "ReceiveMessage": _from_queue,
    "GetParametersByPath": _of_parameters,
}  # fmt: skip
