"""Every call to AWS that a function makes while tests run, held against that function's policy.

A call that the policy does not allow fails the test it was made in. What no test ever needed of a policy is told at
the end of a complete run (`unused`): somebody has to take it out, or to write the test that needs it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import parseaddr
from importlib import import_module
from typing import Any

from botocore import handlers

from chalicelib import services as composition
from sandbox.world import REGION
from tests.infra import policies
from tests.infra.policies import ACCOUNT, Grant, Request

# Where each function begins, as deep as tests go in: the functions of web/events.py only take the queue's text apart.
BEGINS = {
    "chalice.app:Chalice.__call__": "api_handler",
    "chalicelib.messages.actions:deliver": "send_messages",
    "chalicelib.messages.actions.events:note": "note_events",
    "chalicelib.messages.actions:sweep": "sweep",
    "chalicelib.billing.actions.sweep:sweep": "sweep",
    "chalicelib.visits.actions.asking:sweep": "sweep",
    "chalicelib.booking.actions.reminding:sweep": "sweep",
    "chalicelib.billing.actions.audit:start": "start_audits",
    "chalicelib.billing.actions.audit:company": "audit_company",
    "chalicelib.customers.actions.bulk_invites:run": "run_job",
    "chalicelib.documents.actions.telling:run": "run_job",
}
SINGLE = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}

refused: list[str] = []
"""What was not allowed in this test."""
used: dict[str, set[Grant]] = {function: set() for function in policies.documents()}
"""What of each function's policy was needed so far."""
_known: dict[tuple[str, str, Request], bool] = {}
_now: ContextVar[tuple[str, str] | None] = ContextVar("function", default=None)


@contextmanager
def within(function: str, stage: str) -> Iterator[None]:
    """What is called inside, `function` calls. One that begins another in place stays itself."""
    before = _now.set(_now.get() or (function, stage))
    try:
        yield
    finally:
        _now.reset(before)


@contextmanager
def meanwhile() -> Iterator[None]:
    """What somebody else does while a function runs: a test lets them cut in."""
    before = _now.set(None)
    try:
        yield
    finally:
        _now.reset(before)


def install() -> None:
    """Once for a run, before the first client is made."""
    handlers.BUILTIN_HANDLERS += [("provide-client-params", _asked), ("before-sign.s3.PutObject", _signed)]
    for place, function in BEGINS.items():
        module, _, name = place.partition(":")
        holder: Any = import_module(module)
        *outer, last = name.split(".")
        for one in outer:
            holder = getattr(holder, one)
        setattr(holder, last, _begun(getattr(holder, last), function))


def _begun(begin: Callable[..., Any], function: str) -> Callable[..., Any]:
    @functools.wraps(begin)
    def begun(*given: Any, **named: Any) -> Any:
        if composition._current is None:
            # Another app than ours: a test tries what stands around it.
            return begin(*given, **named)
        with within(function, composition._current.settings.stage):
            return begin(*given, **named)

    return begun


def judge(request: Request) -> None:
    """Note it as used, or as refused."""
    if (now := _now.get()) is None:
        return
    function, stage = now
    # Only what changes rows is judged by its keys; there are too many to remember.
    asked = (function, stage, request)
    allowed = None if request.leading else _known.get(asked)
    if allowed is None:
        grants = policies.of_functions(stage)[function].granting(request)
        used[function].update(grants)
        allowed = bool(grants)
        if not request.leading:
            _known[asked] = allowed
    if not allowed:
        refused.append(f"the policy of {function} does not allow {request}")


def unused(used: Mapping[str, set[Grant]]) -> list[str]:
    """What the policies allow and nobody needed."""
    return [
        f"{function}: {grant}"
        for function, policy in policies.of_functions("test").items()
        for grant in policy.grants
        if grant not in used[function] and not policies.is_for_lambda(function, grant)
    ]


# What a call asks of IAM


def _asked(params: dict[str, Any], model: Any, **_: Any) -> None:
    if _now.get() is not None:
        for request in requests(model.service_model.service_name, model.name, params):
            judge(request)


def _signed(request: Any, **_: Any) -> None:
    """A form for an upload is signed: who posts it does what our own role may do."""
    fields, policy = request.context.get("s3-presign-post-fields"), request.context.get("s3-presign-post-policy")
    if fields is not None:
        (bucket,) = (one["bucket"] for one in policy["conditions"] if "bucket" in one)
        put = {"Bucket": bucket, "Key": fields["key"], "Tagging": fields.get("tagging")}
        for one in requests("s3", "PutObject", put):
            judge(one)


def requests(service: str, operation: str, params: Mapping[str, Any]) -> Iterator[Request]:
    """What IAM is asked about one call. A call that this does not understand is one that no policy allows."""
    return _REQUESTS.get(service, _unknown)(operation, params, service)


def _of_dynamodb(operation: str, params: Mapping[str, Any], _: str) -> Iterator[Request]:
    if operation in ("BatchGetItem", "BatchWriteItem"):
        for table in params["RequestItems"]:
            yield Request(f"dynamodb:{operation}", _table(table))
    elif operation == "TransactWriteItems":
        for one in params["TransactItems"]:
            for kind, write in one.items():
                yield _write(SINGLE[kind], write)
    elif operation in ("UpdateItem", "DeleteItem", "PutItem"):
        yield _write(operation, params)
    elif "IndexName" in params:
        yield Request(f"dynamodb:{operation}", f"{_table(params['TableName'])}/index/{params['IndexName']}")
    else:
        yield Request(f"dynamodb:{operation}", _table(params.get("TableName", "*")))


def _write(operation: str, write: Mapping[str, Any]) -> Request:
    table = write["TableName"]
    if operation not in ("UpdateItem", "DeleteItem"):
        return Request(f"dynamodb:{operation}", _table(table))
    # A key of a table begins with its partition, which is the attribute that is called like the table.
    key = next(value for name, value in write["Key"].items() if name == table.rpartition("-")[2].removesuffix("s"))
    return Request(f"dynamodb:{operation}", _table(table), (str(key["S"]),))


def _table(name: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def _of_s3(operation: str, params: Mapping[str, Any], _: str) -> Iterator[Request]:
    # A presigned form is made by way of the first; botocore tries the second when S3 answers strangely, and can do
    # without.
    if operation in ("CreateBucket", "HeadBucket"):
        return
    place = f"arn:aws:s3:::{params['Bucket']}/{params.get('Key', '')}"
    yield Request("s3:GetObject" if operation == "HeadObject" else f"s3:{operation}", place)
    if params.get("Tagging"):
        yield Request("s3:PutObjectTagging", place)


def _of_sqs(operation: str, params: Mapping[str, Any], _: str) -> Iterator[Request]:
    queue = params.get("QueueUrl", "*").rpartition("/")[2]
    yield Request(f"sqs:{operation.removesuffix('Batch')}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")


def _of_ssm(operation: str, params: Mapping[str, Any], _: str) -> Iterator[Request]:
    name = params.get("Path") or params.get("Name") or "/*"
    yield Request(f"ssm:{operation}", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{name}")


def _of_ses(operation: str, params: Mapping[str, Any], _: str) -> Iterator[Request]:
    # What is sent as MIME asks for another action than what SES is to write, in the newer API too.
    action = "ses:SendRawEmail" if "Raw" in params.get("Content", ()) else f"ses:{operation}"
    sender = parseaddr(params.get("FromEmailAddress", ""))[1] or "*"
    yield Request(action, f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{sender}")
    if configuration := params.get("ConfigurationSetName"):
        yield Request(action, f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{configuration}")


def _of_sns(operation: str, params: Mapping[str, Any], _: str) -> Iterator[Request]:
    topic = params.get("TopicArn") or params.get("TargetArn")
    yield Request(f"sns:{operation}", topic or params.get("PhoneNumber", "*"))


def _unknown(operation: str, params: Mapping[str, Any], service: str) -> Iterator[Request]:
    yield Request(f"{service}:{operation}", "*")


_REQUESTS: dict[str, Callable[[str, Mapping[str, Any], str], Iterator[Request]]] = {
    "dynamodb": _of_dynamodb, "s3": _of_s3, "sqs": _of_sqs, "ssm": _of_ssm, "sesv2": _of_ses, "sns": _of_sns,
}  # fmt: skip
