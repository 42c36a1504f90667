"""A stage's stack: changed by a change set, watched while it changes, and quoted where it fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.deploy.aws import Aws, Refused, in_words

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
HOURS = 2
"""How long a stack may take. CloudFront takes minutes; all else seconds."""

FRESH = {"", "REVIEW_IN_PROGRESS"}
BROKEN = {
    "ROLLBACK_COMPLETE": "its first deployment failed, and CloudFormation can only delete what is left of it",
    "ROLLBACK_FAILED": "its first deployment failed, and so did taking it back",
    "DELETE_FAILED": "its deletion stopped half way",
    "UPDATE_ROLLBACK_FAILED": "an update failed, and so did taking it back",
}
WAY_ON = {
    "UPDATE_ROLLBACK_FAILED": "aws cloudformation continue-update-rollback --stack-name {name} --region {region}",
}
DELETE = "aws cloudformation delete-stack --stack-name {name} --region {region}"


@dataclass(frozen=True)
class Stack:
    """CloudFormation's stack of this name. `pause`: seconds between two looks."""

    aws: Aws
    name: str
    pause: float = 4.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def status(self) -> str:
        """'' while there is none."""
        return str(self._described().get("StackStatus", ""))

    def is_new(self) -> bool:
        return self.status() in FRESH

    def outputs(self) -> dict[str, str]:
        return {one["OutputKey"]: one["OutputValue"] for one in self._described().get("Outputs", [])}

    def _described(self) -> dict[str, Any]:
        cloudformation = self.aws.client("cloudformation")
        with in_words(f"look at the stack {self.name}"):
            try:
                found: dict[str, Any] = cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
            except cloudformation.exceptions.ClientError as error:
                if "does not exist" in str(error):
                    return {}
                raise
        return found

    def check(self) -> None:
        """Refused if the stack can't be changed as it stands."""
        status = self.status()
        if status in BROKEN:
            way = WAY_ON.get(status, DELETE).format(name=self.name, region=self.aws.region)
            raise Refused(
                f"The stack {self.name} is {status}: {BROKEN[status]}. Its events say why. Then:\n  {way}\n"
                "Tables and bucket of files outlive a stack that was there: docs/operations.md, Later deployments."
            )
        if status.endswith("_IN_PROGRESS") and status not in FRESH:
            raise Refused(f"The stack {self.name} is being changed already ({status}). Wait until that is over.")

    def change(self, template_url: str, parameters: Mapping[str, str]) -> bool:
        """Make the stack this, and wait for it. Whether anything changed; Refused quotes what failed."""
        self.check()
        kind = "CREATE" if self.is_new() else "UPDATE"
        cloudformation = self.aws.client("cloudformation")
        with in_words(f"prepare the change of {self.name}"):
            made = cloudformation.create_change_set(
                StackName=self.name, ChangeSetName=f"deploy-{time.time_ns()}", ChangeSetType=kind,
                TemplateURL=template_url,
                Capabilities=CAPABILITIES,
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            )  # fmt: skip
        changes = self._prepared(made["Id"])
        if not changes:
            self.aws.say(f"{self.name}: no changes")
            return False
        self.aws.say(f"{self.name}: {len(changes)} resources to {'make' if kind == 'CREATE' else 'change'}")
        for warning in replacements(changes):
            self.aws.say(f"  {warning}")
        seen = {one["EventId"] for one in self._events()}
        with in_words(f"change the stack {self.name}"):
            # What is kept when a stack is deleted is not kept when making it fails: a second try needs the names.
            cloudformation.execute_change_set(ChangeSetName=made["Id"], RetainExceptOnCreate=kind == "CREATE")
        self._watch(seen)
        return True

    def _prepared(self, id: str) -> list[dict[str, Any]]:
        """The changes of a change set once it is ready; none if there is nothing to do."""
        cloudformation = self.aws.client("cloudformation")
        changes: list[dict[str, Any]] = []
        more: dict[str, str] = {}
        for _ in self._looks():
            with in_words(f"read the change of {self.name}"):
                found = cloudformation.describe_change_set(ChangeSetName=id, **more)
            if found["Status"] in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
                continue
            if found["Status"] == "FAILED":
                reason = found.get("StatusReason", "")
                with in_words(f"drop the change of {self.name}"):
                    cloudformation.delete_change_set(ChangeSetName=id)
                if any(words in reason for words in NO_CHANGES):
                    return []
                raise Refused(f"CloudFormation does not take this change of {self.name}: {reason}")
            changes += [one["ResourceChange"] for one in found["Changes"] if "ResourceChange" in one]
            if not found.get("NextToken"):
                break
            more = {"NextToken": found["NextToken"]}
        return changes

    def _looks(self) -> Any:
        """One look after another, a pause between, until it has taken too long."""
        until = self.clock() + HOURS * 3600
        yield
        while self.clock() < until:
            self.sleep(self.pause)
            yield
        raise Refused(f"The stack {self.name} was not done in {HOURS} hours. Look at it in AWS's console.")

    def _watch(self, seen: set[str]) -> None:
        failed: list[str] = []
        for _ in self._looks():
            # The status first: what happened before it is among the events read after it.
            status = self.status()
            for event in self._events(seen):
                seen.add(event["EventId"])
                line = told(event)
                self.aws.say(f"  {line}")
                if event["ResourceStatus"].endswith("FAILED") and "cancelled" not in line:
                    failed.append(line)
            if status.endswith("_IN_PROGRESS") and not status.endswith("CLEANUP_IN_PROGRESS"):
                continue
            if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"):
                return
            lines = "".join(f"\n  {line}" for line in failed) or "\n  Its events in AWS's console say why."
            raise Refused(f"The stack {self.name} is {status}: it was taken back.{lines}")

    def _events(self, seen: set[str] | None = None) -> list[dict[str, Any]]:
        """Its events, oldest first; those not `seen`, as far as AWS's pages must be turned for them."""
        found: list[dict[str, Any]] = []
        cloudformation = self.aws.client("cloudformation")
        with in_words(f"read the events of {self.name}"):
            for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=self.name):
                events = page["StackEvents"]
                fresh = [one for one in events if seen is None or one["EventId"] not in seen]
                found += fresh
                if len(fresh) < len(events):
                    break
        return found[::-1]


def told(event: Mapping[str, Any]) -> str:
    """An event as a line: which resource, what became of it, and why if AWS says so."""
    line = f"{event['ResourceStatus']:<28} {event['LogicalResourceId']} ({event.get('ResourceType', '')})"
    reason = event.get("ResourceStatusReason", "")
    return f"{line}: {reason}" if reason else line


def replacements(changes: list[dict[str, Any]]) -> list[str]:
    """What would be made anew or removed, which deserves a look."""
    lines = []
    for one in changes:
        if one.get("Action") == "Remove":
            lines.append(f"removes {one['LogicalResourceId']} ({one['ResourceType']})")
        elif one.get("Replacement") == "True":
            lines.append(f"replaces {one['LogicalResourceId']} ({one['ResourceType']})")
    return lines
