"""What the functions' policies allow, as IAM reads them: an explicit Deny wins, then any Allow, else nothing.

It knows the part of IAM's language that our policies are written in, and refuses to judge by one that says more: a
condition it passed over would make a policy look narrower than it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from infra import package
from sandbox.world import REGION, SENDER

ACCOUNT = "123456789012"
KNOWN = frozenset({"Sid", "Effect", "Action", "Resource", "NotResource", "Condition"})


class Request(NamedTuple):
    """One thing that IAM is asked about. `leading` are the partition keys, where DynamoDB tells them."""

    action: str
    resource: str
    leading: tuple[str, ...] = ()

    def __str__(self) -> str:
        keys = f" (keys {', '.join(self.leading)})" if self.leading else ""
        return f"{self.action} on {self.resource}{keys}"


class Grant(NamedTuple):
    """The smallest thing that a policy gives: one action on one resource, as the policy spells it, for all stages."""

    sid: str
    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.sid}: {self.action} on {self.resource}"


@dataclass(frozen=True)
class Policy:
    """A function's policy. `excepted` are the grants that name what they are not about."""

    grants: Mapping[Grant, re.Pattern[str]]
    excepted: frozenset[Grant]
    denied: tuple[tuple[str, re.Pattern[str], tuple[re.Pattern[str], ...]], ...]

    def granting(self, request: Request) -> list[Grant]:
        """The grants that allow it; none: it is refused."""
        for action, resource, keys in self.denied:
            about = action == request.action and resource.fullmatch(request.resource)
            if about and (not keys or any(key.fullmatch(one) for key in keys for one in request.leading)):
                return []
        return [
            grant
            for grant, resource in self.grants.items()
            if grant.action == request.action and bool(resource.fullmatch(request.resource)) != (grant in self.excepted)
        ]


def read(document: Mapping[str, Any], names: Names) -> Policy:
    """A policy document of the template, with the names of an installation put in."""
    grants: dict[Grant, re.Pattern[str]] = {}
    excepted, denied = set(), []
    for statement in document["Statement"]:
        if not statement.keys() <= KNOWN:
            raise ValueError(f"{statement['Sid']} says more than can be judged: {sorted(statement.keys() - KNOWN)}")
        but = "NotResource" in statement
        resources = _list(statement["NotResource" if but else "Resource"])
        keys = _leading_keys(statement)
        if statement["Effect"] == "Deny":
            if but:
                raise ValueError(f"{statement['Sid']} denies by NotResource, which can't be judged")
            patterns = [like(names.value(one)) for one in resources]
            denied += [(action, one, keys) for action in _list(statement["Action"]) for one in patterns]
            continue
        if keys:
            raise ValueError(f"{statement['Sid']} allows on a condition, which can't be judged")
        for action in _list(statement["Action"]):
            if "*" in action or "?" in action:
                raise ValueError(f"{statement['Sid']} allows whatever is called {action}")
            for one in resources:
                grant = Grant(statement["Sid"], action, spelled(one))
                grants[grant] = like(names.value(one))
                if but:
                    excepted.add(grant)
    return Policy(grants, frozenset(excepted), tuple(denied))


def spelled(resource: Any) -> str:
    """A resource in one line, with its names not put in."""
    if isinstance(resource, str):
        return resource
    ((function, of),) = resource.items()
    if function == "Fn::Sub":
        return str(of)
    return f"${{{'.'.join(of) if function == 'Fn::GetAtt' else of}}}"


def like(pattern: str) -> re.Pattern[str]:
    """IAM's wildcards: any text, any character. All else is itself."""
    parts = (".*" if one == "*" else "." if one == "?" else re.escape(one) for one in pattern)
    return re.compile("".join(parts), re.DOTALL)


def _leading_keys(statement: Mapping[str, Any]) -> tuple[re.Pattern[str], ...]:
    conditions = statement.get("Condition", {})
    if not conditions:
        return ()
    if conditions.keys() != {"ForAnyValue:StringLike"} or conditions["ForAnyValue:StringLike"].keys() != {
        "dynamodb:LeadingKeys"
    }:
        raise ValueError(f"{statement['Sid']} has a condition that can't be judged: {conditions}")
    return tuple(like(one) for one in _list(conditions["ForAnyValue:StringLike"]["dynamodb:LeadingKeys"]))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# What the template's names stand for


@dataclass(frozen=True)
class Names:
    """The names and ARNs of one stage's resources, as CloudFormation would put them in."""

    stage: str
    resources: Mapping[str, Any]

    def value(self, value: Any) -> str:
        """A value of the template: a text, a Ref, an ARN or a Sub."""
        if isinstance(value, str):
            return value
        ((function, of),) = value.items()
        if function == "Ref":
            return self._ref(of)
        if function == "Fn::GetAtt" and of[1] == "Arn":
            return self._arn(of[0])
        if function == "Fn::Sub" and isinstance(of, str):
            return re.sub(r"\$\{([^}]+)\}", lambda found: self._named(found[1]), of)
        raise ValueError(f"{value} can't be read")

    def _named(self, name: str) -> str:
        return self._arn(name.removesuffix(".Arn")) if name.endswith(".Arn") else self._ref(name)

    def _ref(self, name: str) -> str:
        fixed = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "Stage": self.stage,
                 "AWS::StackName": f"porchlight-{self.stage}", "MailIdentity": SENDER}  # fmt: skip
        if name in fixed:
            return fixed[name]
        properties = self.resources[name]["Properties"]
        (called,) = (value for one, value in properties.items() if one in _NAMED_BY)
        return self.value(called)

    def _arn(self, name: str) -> str:
        return _ARN[self.resources[name]["Type"]].format(region=REGION, account=ACCOUNT, name=self._ref(name))


_NAMED_BY = frozenset({"Name", "TableName", "BucketName", "QueueName", "TopicName"})
_ARN = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{name}",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
}


# Our own


@lru_cache
def of_functions(stage: str) -> dict[str, Policy]:
    """The policy of each function, by the function's name in app.py."""
    names = Names(stage, package.merged_template(stage)["Resources"])
    return {function: read(document, names) for function, document in documents().items()}


@lru_cache
def documents() -> dict[str, dict[str, Any]]:
    """The policies as they are written."""
    folder = package.ROOT / ".chalice"
    functions = json.loads((folder / "config.json").read_text(encoding="utf-8"))["lambda_functions"]
    return {
        name: json.loads((folder / function["iam_policy_file"]).read_text(encoding="utf-8"))
        for name, function in functions.items()
    }


TAKES = {"send_messages": "MessagesQueue", "note_events": "EventsQueue", "audit_company": "AuditsQueue",
         "run_job": "JobsQueue"}  # fmt: skip
"""Whose messages start a function; a test compares this with the template."""


def is_for_lambda(function: str, grant: Grant) -> bool:
    """Whether it is what Lambda itself does in the function's role, and no call of ours shows: it writes the log, and
    takes from the queue that the function is there for
    (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html)."""
    if grant.action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        return True
    takes = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
    return grant.action in takes and grant.resource == f"${{{TAKES.get(function)}.Arn}}"
