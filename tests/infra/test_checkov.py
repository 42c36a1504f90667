"""What checkov may find: each with a reason, and for those resources alone. `make audit` runs it."""

import json
from typing import Any

import pytest

from infra import checkov

EXCEPTIONS: dict[str, Any] = json.loads(checkov.EXCEPTIONS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("check", EXCEPTIONS)
def test_each_exception_has_its_reason_and_its_resources(check: str) -> None:
    told = EXCEPTIONS[check]
    assert told.keys() == {"resources", "reason"}
    assert len(told["reason"].split()) >= 12
    assert told["resources"] and "*" not in told["resources"]


@pytest.mark.parametrize("check", EXCEPTIONS)
def test_each_exception_is_of_something_that_is_made(check: str, sam: dict[str, Any]) -> None:
    for pattern in EXCEPTIONS[check]["resources"]:
        kind, _, name = pattern.rpartition(".")
        kinds = {one["Type"].replace("Serverless", "Lambda") for one in sam["Resources"].values()}
        # The API's stage is made by SAM.
        assert kind in kinds | {"AWS::ApiGateway::Stage"}
        assert name in {"*", "RestAPIapiStage", *sam["Resources"]}


def test_what_no_reason_covers_fails_and_so_does_a_reason_that_covers_nothing() -> None:
    exceptions = {"CKV_1": {"resources": ["AWS::SQS::Queue.*"]}, "CKV_2": {"resources": ["AWS::S3::Bucket.Files"]}}
    found = [("CKV_1", "AWS::SQS::Queue.Jobs"), ("CKV_1", "AWS::SNS::Topic.Mail"), ("CKV_3", "AWS::S3::Bucket.Files")]
    wrong, idle = checkov.excused(found, exceptions)
    assert wrong == ["CKV_1: AWS::SNS::Topic.Mail", "CKV_3: AWS::S3::Bucket.Files"]
    assert idle == ["CKV_2"]
