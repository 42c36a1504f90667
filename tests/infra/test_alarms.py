"""Alarms and dashboard: all that can go wrong is watched, by metrics that exist, and somebody is told."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import logs
from chalicelib.aws import metrics
from chalicelib.billing.actions import audit
from infra import package

OURS = {logs.ERRORS, metrics.SUCCEEDED, metrics.FAILED, metrics.UNSENT, metrics.UNREACHABLE, audit.METRIC}
QUEUES = ("Messages", "Events", "Audits", "Jobs")


@pytest.fixture(scope="module")
def alarms(resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By their names without stage."""
    found = [
        one["Properties"] for one in resources["Resources"].values() if one.get("Type") == "AWS::CloudWatch::Alarm"
    ]
    return {one["AlarmName"]["Fn::Sub"].removeprefix("porchlight-${Stage}-"): one for one in found}


def watched(alarm: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(namespace, metric, dimensions) of an alarm."""
    several = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", ()) if "MetricStat" in one]
    for one in several or [alarm]:
        yield one["Namespace"], one["MetricName"], {each["Name"]: each["Value"] for each in one.get("Dimensions", ())}


def test_somebody_is_told_of_each_alarm_and_of_its_end(alarms: dict[str, Any], resources: dict[str, Any]) -> None:
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}], name
        assert len(alarm["AlarmDescription"]) > 60, f"{name} does not say what it means"
    mail = resources["Resources"]["AlarmMail"]
    assert mail["Condition"] == "HasAlarmEmail"
    assert mail["Properties"] == {
        "TopicArn": {"Ref": "AlarmTopic"}, "Protocol": "email", "Endpoint": {"Ref": "AlarmEmail"},
    }  # fmt: skip


def test_every_function_has_an_alarm_of_its_own_errors_and_counts_for_throttles(
    alarms: dict[str, Any], sam: dict[str, Any]
) -> None:
    functions = set(package.functions(sam))
    errors = [one for alarm in alarms.values() for one in watched(alarm) if one[:2] == ("AWS/Lambda", "Errors")]
    assert sorted(dims["FunctionName"]["Ref"] for _, _, dims in errors) == sorted(functions)
    throttles = list(watched(alarms["functions-throttled"]))
    assert {dims["FunctionName"]["Ref"] for _, _, dims in throttles} == functions


def test_every_queue_of_dead_letters_has_an_alarm(alarms: dict[str, Any]) -> None:
    for queue in QUEUES:
        alarm = alarms[f"{queue.lower()}-dead"]
        (seen,) = watched(alarm)
        name = {"Fn::GetAtt": [f"Dead{queue}Queue", "QueueName"]}
        assert seen == ("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": name})
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


def test_every_table_and_global_index_counts_for_throttles(alarms: dict[str, Any], resources: dict[str, Any]) -> None:
    wanted = set()
    for name, one in resources["Resources"].items():
        if one.get("Type") == "AWS::DynamoDB::Table":
            indexes = [index["IndexName"] for index in one["Properties"].get("GlobalSecondaryIndexes", ())]
            wanted |= {(kind, name, index) for kind in ("Read", "Write") for index in ("", *indexes)}
    seen = {
        (metric.removesuffix("ThrottleEvents"), dims["TableName"]["Ref"], dims.get("GlobalSecondaryIndexName", ""))
        for _, metric, dims in watched(alarms["tables-throttled"])
    }
    # A metric that an alarm calculates with; CloudWatch takes ten.
    assert seen == wanted and len(seen) <= 10


def test_the_api_is_watched_under_the_name_that_it_has(alarms: dict[str, Any], sam: dict[str, Any]) -> None:
    """API Gateway counts by name and not by id: two stages of one name would be one."""
    api = sam["Resources"]["RestAPI"]["Properties"]
    its = {"ApiName": api["DefinitionBody"]["info"]["title"], "Stage": api["StageName"]}
    assert its == {"ApiName": {"Fn::Sub": "porchlight-${Stage}"}, "Stage": "api"}
    for name in ("api-5xx-share", "api-5xx-count", "api-latency", "api-throttled"):
        assert its in [dims for space, _, dims in watched(alarms[name]) if space == "AWS/ApiGateway"]
    assert alarms["api-latency"]["ExtendedStatistic"] == "p99"


def test_our_own_metrics_are_those_that_are_written(alarms: dict[str, Any]) -> None:
    ours = {
        (metric, str(dims)) for one in alarms.values() for space, metric, dims in watched(one) if space == "Porchlight"
    }
    assert {metric for metric, _ in ours} <= OURS and len(ours) == 4
    assert {dims for _, dims in ours} == {str({"Stage": {"Ref": "Stage"}})}


@pytest.mark.parametrize(("name", "function"), [("sweep-stopped", "Sweep"), ("audits-stopped", "StartAudits")])
def test_a_schedule_that_stops_is_noticed(alarms: dict[str, Any], name: str, function: str) -> None:
    """Nothing is counted then, which must not look like all is well."""
    alarm = alarms[name]
    assert list(watched(alarm)) == [("AWS/Lambda", "Invocations", {"FunctionName": {"Ref": function}})]
    assert (alarm["TreatMissingData"], alarm["ComparisonOperator"]) == ("breaching", "LessThanThreshold")


def test_mail_is_watched_before_aws_looks_at_the_account(alarms: dict[str, Any]) -> None:
    """At 5 % of bounces and 0.1 % of complaints."""
    assert 0 < alarms["mail-bounces"]["Threshold"] < 0.05
    assert 0 < alarms["mail-complaints"]["Threshold"] < 0.001


def test_the_dashboard_shows_what_an_operator_looks_for(sam: dict[str, Any]) -> None:
    text = sam["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(text)["widgets"]
    lines = [line for one in widgets for line in one["properties"].get("metrics", ())]
    shown = {(line[0], line[1]) for line in lines}
    assert {(logs.NAMESPACE, name) for name in OURS} <= shown
    assert {
        ("AWS/ApiGateway", "Count"), ("AWS/ApiGateway", "5XXError"), ("AWS/ApiGateway", "Latency"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"), ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        ("AWS/DynamoDB", "ConsumedReadCapacityUnits"), ("AWS/DynamoDB", "ConsumedWriteCapacityUnits"),
        ("AWS/SES", "Reputation.BounceRate"),
    } <= shown  # fmt: skip
    dead = {line[3] for line in lines if line[0] == "AWS/SQS" and line[3].endswith("-dead")}
    assert dead == {f"porchlight-${{Stage}}-{queue.lower()}-dead" for queue in QUEUES}
    named = set(re.findall(r"\$\{(\w+)\}", text))
    assert named <= {*sam["Resources"], "Stage"}
    places = [(one["x"], one["y"]) for one in widgets]
    assert len(set(places)) == len(places)
