"""Our own resources. What moto honours is asked of moto; what it silently ignores is read in the template."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.aws import files
from chalicelib.aws.metrics import Metrics
from chalicelib.billing.actions import audit
from infra import local

TABLES = ("TenantsTable", "CustomersTable", "TokensTable")


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield local.deploy("test")


def keys(schema: list[dict[str, str]]) -> list[str]:
    return [key["AttributeName"] for key in schema]


def test_names_carry_the_stage(deployed: dict[str, str]) -> None:
    assert deployed["TenantsTable"] == "porchlight-test-tenants"
    assert deployed["CustomersTable"] == "porchlight-test-customers"
    assert deployed["TokensTable"] == "porchlight-test-tokens"
    assert deployed["FilesBucket"] == "porchlight-test-files-123456789012"
    assert deployed["MessagesQueueUrl"].endswith("/porchlight-test-messages")
    assert deployed["EventsQueueUrl"].endswith("/porchlight-test-events")
    assert deployed["MailTopic"].endswith(":porchlight-test-mail")
    assert deployed["TextsTopic"].endswith(":porchlight-test-texts")
    assert deployed["AuditsQueueUrl"].endswith("/porchlight-test-audits")
    assert deployed["JobsQueueUrl"].endswith("/porchlight-test-jobs")


def test_two_stages_share_an_account(deployed: dict[str, str]) -> None:
    assert local.deploy("staging")["TenantsTable"] != deployed["TenantsTable"]


def test_tables_have_the_keys_of_the_store(deployed: dict[str, str]) -> None:
    dynamodb = boto3.client("dynamodb")
    tables = {name: dynamodb.describe_table(TableName=deployed[name])["Table"] for name in TABLES}
    assert keys(tables["TenantsTable"]["KeySchema"]) == ["tenant", "item"]
    assert keys(tables["CustomersTable"]["KeySchema"]) == ["customer", "item"]
    assert keys(tables["TokensTable"]["KeySchema"]) == ["token"]
    indexes = tables["CustomersTable"]["LocalSecondaryIndexes"] + tables["CustomersTable"]["GlobalSecondaryIndexes"]
    assert {index["IndexName"]: (keys(index["KeySchema"]), index["Projection"]) for index in indexes} == {
        "by_due": (["customer", "due_key"], {"ProjectionType": "ALL"}),
        "by_time": (["customer", "time_key"], {"ProjectionType": "ALL"}),
        "by_tenant": (["list", "list_key"], {"ProjectionType": "ALL"}),
        "by_task": (["task", "task_at"], {"ProjectionType": "KEYS_ONLY"}),
    }
    for table in tables.values():
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize(
    ("queue", "name"),
    [
        ("MessagesQueueUrl", "messages"),
        ("EventsQueueUrl", "events"),
        ("AuditsQueueUrl", "audits"),
        ("JobsQueueUrl", "jobs"),
    ],
)
def test_five_failures_rest_in_the_dead_letter_queue(deployed: dict[str, str], queue: str, name: str) -> None:
    sqs = boto3.client("sqs")
    answer = sqs.get_queue_attributes(QueueUrl=deployed[queue], AttributeNames=["All"])
    assert '"maxReceiveCount": 5' in answer["Attributes"]["RedrivePolicy"]
    assert f":porchlight-test-{name}-dead" in answer["Attributes"]["RedrivePolicy"]


@pytest.mark.parametrize("name", TABLES)
def test_tables_survive_mistakes(resources: dict[str, Any], name: str) -> None:
    table = resources["Resources"][name]
    properties = table["Properties"]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["IsProtected", True, False]}
    production, protected = resources["Conditions"]["IsProtected"]["Fn::And"]
    assert production == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
    assert protected == {"Fn::Equals": [{"Ref": "Protected"}, "true"]}
    assert resources["Parameters"]["Protected"]["Default"] == "true"


def test_tokens_are_swept_away(resources: dict[str, Any]) -> None:
    tokens = resources["Resources"]["TokensTable"]["Properties"]
    assert tokens["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}


def test_the_bucket_is_private_and_encrypted(resources: dict[str, Any]) -> None:
    bucket = resources["Resources"]["FilesBucket"]
    properties = bucket["Properties"]
    assert bucket["DeletionPolicy"] == "Retain"
    assert properties["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    (statement,) = resources["Resources"]["FilesBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_what_only_passes_through_is_forgotten_after_a_day(resources: dict[str, Any]) -> None:
    """By the tag that the form makes S3 put on it."""
    rules = resources["Resources"]["FilesBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (rule,) = [one for one in rules if "ExpirationInDays" in one]
    (tag,) = rule["TagFilters"]
    assert rule["ExpirationInDays"] == 1 and rule["Status"] == "Enabled"
    assert f"<Tag><Key>{tag['Key']}</Key><Value>{tag['Value']}</Value></Tag>" in files.PASSING


def test_what_was_deleted_is_kept_for_ninety_days(resources: dict[str, Any]) -> None:
    """As the API says of a document that is taken away; then nothing of it is left, not even its name."""
    rules = resources["Resources"]["FilesBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    (rule,) = [one for one in rules if "ExpiredObjectDeleteMarker" in one]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90} and rule["Status"] == "Enabled"
    assert rule["ExpiredObjectDeleteMarker"] is True and "TagFilters" not in rule


def test_queues_are_encrypted_and_the_dead_letters_raise_an_alarm(resources: dict[str, Any]) -> None:
    made = resources["Resources"]
    for name in ("Messages", "Events", "Audits", "Jobs"):
        for queue in (f"{name}Queue", f"Dead{name}Queue"):
            assert made[queue]["Properties"]["SqsManagedSseEnabled"] is True
        alarm = made[f"Dead{name}Alarm"]["Properties"]
        dead = {"Fn::GetAtt": [f"Dead{name}Queue", "QueueName"]}
        assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": dead}]
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_any_drift_of_money_raises_an_alarm(resources: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """On the very metric that the audit writes."""
    alarm = resources["Resources"]["MoneyDriftAlarm"]["Properties"]
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    assert (alarm["Statistic"], alarm["EvaluationPeriods"], alarm["Period"]) == ("Sum", 1, 24 * 60 * 60)
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    Metrics("prod").count(audit.METRIC, 1, datetime(2026, 11, 23, 8, tzinfo=UTC))
    line = json.loads(capsys.readouterr().out)
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert alarm["Namespace"] == told["Namespace"]
    assert alarm["MetricName"] == told["Metrics"][0]["Name"]
    assert [one["Name"] for one in alarm["Dimensions"]] == told["Dimensions"][0]
    assert alarm["Dimensions"][0]["Value"] == {"Ref": "Stage"} and line["Stage"] == "prod"
