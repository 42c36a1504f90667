"""Two stages in one account: no name that one gives is also the other's."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra.package import BadPackage, merged_template

NAMED = {
    "AWS::CloudFront::ResponseHeadersPolicy": ("ResponseHeadersPolicyConfig", "Name"),
    "AWS::CloudWatch::Alarm": ("AlarmName",),
    "AWS::CloudWatch::Dashboard": ("DashboardName",),
    "AWS::DynamoDB::Table": ("TableName",),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SES::ConfigurationSet": ("Name",),
    "AWS::SNS::Topic": ("TopicName",),
    "AWS::SQS::Queue": ("QueueName",),
    "AWS::Serverless::Api": ("DefinitionBody", "info", "title"),
}
"""Where it stands how a resource is called, if we call it. CloudFormation begins all other names with the stack's."""

OF_OTHERS = {"ConfigurationSetName", "FunctionName"}
"""Not the resource's own name, but whose part it is."""


def names(template: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(resource, name) of whatever has its name from us."""
    stage = template["Parameters"]["Stage"]["Default"]
    for logical, resource in template["Resources"].items():
        if resource["Type"] in NAMED:
            value = resource["Properties"]
            for key in NAMED[resource["Type"]]:
                value = value[key]
            text = value["Fn::Sub"] if isinstance(value, dict) else value
            # ${APIHandler} is the function's name, which begins with the stack's.
            yield logical, re.sub(r"\$\{(\w+)\}", lambda found: called(found[1], stage), text)
        else:
            own = {key for key in resource.get("Properties", {}) if re.search(r"(^|[a-z])Name$", key)}
            assert own <= OF_OTHERS, f"{logical} has a name of ours that this test does not know"


def called(logical: str, stage: str) -> str:
    return stage if logical == "Stage" else f"porchlight-{stage}-{logical}"


def test_no_name_is_in_two_stages(sam: dict[str, Any], sam_dev: dict[str, Any]) -> None:
    production, development = list(names(sam)), list(names(sam_dev))
    kinds = {sam["Resources"][logical]["Type"].split("::")[1] for logical, _ in production}
    assert {"DynamoDB", "S3", "SQS", "SNS", "CloudWatch", "CloudFront", "Logs", "Serverless"} <= kinds
    assert not {name for _, name in production} & {name for _, name in development}
    for stage, given in (("prod", production), ("dev", development)):
        assert [one for one in given if f"porchlight-{stage}" not in one[1]] == []


def test_mails_configuration_is_the_stages_own(sam: dict[str, Any]) -> None:
    """A mail domain is one for the account: the second stage is told that it exists."""
    assert sam["Resources"]["MailConfigurationSet"]["Properties"]["Name"] == {"Fn::Sub": "porchlight-${Stage}"}
    shared = [name for name, one in sam["Resources"].items() if one["Type"] == "AWS::SES::EmailIdentity"]
    assert [sam["Resources"][name]["Condition"] for name in shared] == ["MakesMailIdentity"]


def test_queues_that_chalice_names_are_the_stages(sam: dict[str, Any], sam_dev: dict[str, Any]) -> None:
    for stage, template in (("prod", sam), ("dev", sam_dev)):
        listened = {
            event["Properties"]["Queue"]["Fn::Sub"].rpartition(":")[2]
            for one in template["Resources"].values()
            for event in one.get("Properties", {}).get("Events", {}).values()
            if event["Type"] == "SQS"
        }
        assert listened == {f"porchlight-{stage}-{queue}" for queue in ("messages", "events", "audits", "jobs")}


def test_only_production_protects_its_tables_from_being_deleted(sam: dict[str, Any], sam_dev: dict[str, Any]) -> None:
    assert sam["Conditions"]["IsProtected"] == sam_dev["Conditions"]["IsProtected"]
    assert (sam["Parameters"]["Stage"]["Default"], sam_dev["Parameters"]["Stage"]["Default"]) == ("prod", "dev")


def test_a_stage_needs_a_name_that_can_be_part_of_others() -> None:
    with pytest.raises(BadPackage, match="a stage is"):
        merged_template("Dev_1")
