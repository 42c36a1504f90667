"""The whole template, as `chalice package` makes it with our resources merged in."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest
from chalice.deploy.validate import validate_routes

from chalicelib.customers.actions import bulk_invites
from chalicelib.messages import rules
from chalicelib.settings import PREFIX, Settings
from chalicelib.web.guards import ALWAYS, FOR_ALL
from infra import package

FUNCTIONS = {
    "APIHandler": "api_handler",
    "SendMessages": "send_messages",
    "NoteEvents": "note_events",
    "Sweep": "sweep",
    "StartAudits": "start_audits",
    "AuditCompany": "audit_company",
    "RunJob": "run_job",
}


def documents(sam: dict[str, Any], function: str) -> list[dict[str, Any]]:
    """The policies of a function's own role."""
    role = sam["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0]
    return [policy["PolicyDocument"] for policy in sam["Resources"][role]["Properties"]["Policies"]]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def references(value: Any) -> Iterator[str]:
    """Every logical name a template value refers to."""
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield inner[0]
            elif key == "Fn::Sub" and isinstance(inner, str):
                yield from (name.partition(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", inner))
            else:
                yield from references(inner)


def lint(*files: Path) -> str:
    """What cfn-lint says about these templates; nothing if they are clean."""
    command = [sys.executable, "-c", "from cfnlint.runner import main; main()", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode or done.stdout else ""


def test_every_function_is_known_here(sam: dict[str, Any]) -> None:
    assert package.functions(sam).keys() == FUNCTIONS.keys()


def test_functions_run_as_decided(sam: dict[str, Any]) -> None:
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for function in package.functions(sam).values():
        properties = function["Properties"]
        assert properties["Runtime"] == python
        assert properties["Architectures"] == ["arm64"]
        assert properties["MemorySize"] == 1024
    # API Gateway gives up after 29 s; a function that lives longer would work for nobody.
    assert sam["Resources"]["APIHandler"]["Properties"]["Timeout"] == 28


def test_a_message_is_not_handed_out_again_while_it_is_being_sent(sam: dict[str, Any]) -> None:
    visibility = sam["Resources"]["MessagesQueue"]["Properties"]["VisibilityTimeout"]
    assert visibility >= 6 * sam["Resources"]["SendMessages"]["Properties"]["Timeout"]


def test_a_company_is_not_audited_by_two_at_once(sam: dict[str, Any]) -> None:
    queue, function = sam["Resources"]["AuditsQueue"]["Properties"], sam["Resources"]["AuditCompany"]["Properties"]
    assert function["Timeout"] == 900, "as long as Lambda lets anything run"
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
    (source,) = function["Events"].values()
    assert source["Properties"]["Queue"]["Fn::Sub"].endswith(":porchlight-prod-audits")
    assert source["Properties"]["BatchSize"] == 1
    assert source["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 5}


def test_long_work_is_not_done_by_two_at_once(sam: dict[str, Any]) -> None:
    queue, function = sam["Resources"]["JobsQueue"]["Properties"], sam["Resources"]["RunJob"]["Properties"]
    assert function["Timeout"] > bulk_invites.ENOUGH
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
    (source,) = function["Events"].values()
    assert source["Properties"]["Queue"]["Fn::Sub"].endswith(":porchlight-prod-jobs")
    assert source["Properties"]["BatchSize"] == 1


def test_the_audit_begins_every_night_and_the_sweep_every_five_minutes(sam: dict[str, Any]) -> None:
    schedules = {
        name: [one["Properties"]["Schedule"] for one in sam["Resources"][name]["Properties"]["Events"].values()]
        for name in ("StartAudits", "Sweep")
    }
    assert schedules == {"StartAudits": ["cron(0 8 * * ? *)"], "Sweep": ["rate(5 minutes)"]}


def test_the_queue_and_the_schedule_have_their_functions(sam: dict[str, Any]) -> None:
    (source,) = sam["Resources"]["SendMessages"]["Properties"]["Events"].values()
    assert source["Properties"]["Queue"]["Fn::Sub"].endswith(":porchlight-prod-messages")
    # A message that can't be sent fails its whole batch, which must not take others along.
    assert source["Properties"]["BatchSize"] == 1
    (schedule,) = sam["Resources"]["Sweep"]["Properties"]["Events"].values()
    assert schedule["Type"] == "Schedule"


def test_the_stage_cannot_be_changed_after_packaging(sam: dict[str, Any]) -> None:
    """Chalice has written the stage's queue into the template."""
    stage = sam["Parameters"]["Stage"]
    assert stage["Default"] == stage["AllowedPattern"] == "prod"


def test_functions_get_the_settings_the_code_reads(sam: dict[str, Any]) -> None:
    given = sam["Globals"]["Function"]["Environment"]["Variables"]
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    required = {PREFIX + field.name.upper() for field in fields(Settings) if field.default is MISSING}
    assert required <= given.keys() <= known


def test_the_gateway(sam: dict[str, Any]) -> None:
    api = sam["Resources"]["RestAPI"]["Properties"]
    assert api["EndpointConfiguration"] == "REGIONAL"
    assert api["StageName"] == "api"
    assert api["MinimumCompressionSize"] == 1000


def test_the_gateways_own_errors_can_be_read_by_people_and_by_other_origins(sam: dict[str, Any]) -> None:
    answers = sam["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "MISSING_AUTHENTICATION_TOKEN", "REQUEST_TOO_LARGE", "THROTTLED"} == set(
        answers
    )
    assert answers["MISSING_AUTHENTICATION_TOKEN"]["statusCode"] == "404"
    for answer in answers.values():
        headers = {name.rpartition(".")[2]: value for name, value in answer["responseParameters"].items()}
        assert headers["Access-Control-Allow-Origin"] == "'*'"
        # All that our own answers carry too, but for what has quotes in it: CloudFront adds that.
        said = {name: f"'{value}'" for name, value in {**ALWAYS, **FOR_ALL}.items() if "'" not in value}
        assert said.items() <= headers.items()


def test_the_gateways_own_errors_say_which_request_it_was(sam: dict[str, Any]) -> None:
    """By the id that the log has, where our own pages and problems say it."""
    answers = sam["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    for answer in answers.values():
        problem = json.loads(answer["responseTemplates"]["application/json"])
        assert problem["title"] and problem["instance"] == "urn:porchlight:request:$context.requestId"
        page = answer["responseTemplates"]["text/html"]
        assert page.startswith("<!doctype html>") and "Reference: $context.requestId" in page
        assert answer["responseParameters"]["gatewayresponse.header.X-Request-Id"] == "context.requestId"


def test_every_function_has_a_log_that_ends(sam: dict[str, Any]) -> None:
    groups = [one["Properties"] for one in sam["Resources"].values() if one["Type"] == "AWS::Logs::LogGroup"]
    assert {one["LogGroupName"]["Fn::Sub"] for one in groups} == {f"/aws/lambda/${{{name}}}" for name in FUNCTIONS}
    assert {one["RetentionInDays"] for one in groups} == {30}


def test_the_stack_makes_the_mail_domain_unless_another_did(sam: dict[str, Any]) -> None:
    made = sam["Resources"]["MailSender"]
    assert made["Condition"] == "MakesMailIdentity" and made["DeletionPolicy"] == "Retain"
    assert sam["Parameters"]["MakeMailIdentity"]["AllowedValues"] == ["yes", "no"]
    assert sam["Outputs"]["MailRecords"]["Condition"] == "HasMailRecords", "an address has no DNS records"


def test_the_stack_says_what_deploying_and_dns_need(sam: dict[str, Any]) -> None:
    wanted = {"ApiUrl", "EdgeDomain", "EdgeTarget", "MailRecords", "AlarmTopicArn", "SecretsPath", "DashboardUrl"}
    assert wanted <= sam["Outputs"].keys()
    assert sam["Parameters"]["EdgeKey"]["NoEcho"] is True and sam["Parameters"]["EdgeKey"]["MinLength"] >= 32
    # What is secret is made beside the stack: whoever may read a template would read it there.
    assert "AWS::SSM::Parameter" not in {one["Type"] for one in sam["Resources"].values()}


def test_browsers_on_other_websites_may_ask_before_they_post(sam: dict[str, Any]) -> None:
    paths = sam["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    asked = {path for path, methods in paths.items() if "options" in methods}
    assert asked == {f"/widget/v1/{{slug}}{below}" for below in ("", "/panel", "/messages", "/pings")}
    assert {"/widget/v1.js", "/widget/v1-panel.js"} <= paths.keys()


def test_the_gateway_has_the_apps_routes_and_no_others(sam: dict[str, Any]) -> None:
    from app import app

    paths = sam["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    assert {path: set(methods) - {"options"} for path, methods in paths.items()} == {
        path: {method.lower() for method in methods} - {"options"} for path, methods in app.routes.items()
    }
    assert len(paths) > 150


def test_the_gateway_can_be_made(sam: dict[str, Any]) -> None:
    """Chalice packages what API Gateway then refuses: one variable below a node, 300 nodes in all."""
    from app import app

    validate_routes(app.routes)
    nodes: dict[str, set[str]] = {}
    paths = sam["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    for path in paths:
        parts = [part for part in path.split("/") if part]
        for depth, part in enumerate(parts):
            nodes.setdefault("/".join(parts[:depth]), set()).add(part)
    for above, parts_below in nodes.items():
        assert sum(part.startswith("{") for part in parts_below) <= 1, f"two variables below /{above}"
    assert sum(map(len, nodes.values())) + 1 < 300


def test_only_our_topics_put_anything_on_the_queue_of_events(sam: dict[str, Any]) -> None:
    (statement,) = sam["Resources"]["EventsQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"} and statement["Action"] == "sqs:SendMessage"
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": [{"Ref": "MailTopic"}, {"Ref": "TextsTopic"}]}}
    for topic in ("MailTopic", "TextsTopic"):
        properties = sam["Resources"][topic]["Properties"]
        (subscription,) = properties["Subscription"]
        assert subscription == {"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["EventsQueue", "Arn"]}}
        # SHA-256; SNS signs by SHA-1 unless it is told.
        assert properties["SignatureVersion"] == "2"


def test_only_aws_for_our_own_account_tells_our_topics_anything(sam: dict[str, Any]) -> None:
    told = {}
    for topic in ("MailTopic", "TextsTopic"):
        (statement,) = sam["Resources"][f"{topic}Policy"]["Properties"]["PolicyDocument"]["Statement"]
        assert statement["Action"] == "sns:Publish" and statement["Resource"] == {"Ref": topic}
        assert statement["Condition"]["StringEquals"]["AWS:SourceAccount"] == {"Ref": "AWS::AccountId"}
        told[topic] = statement["Principal"]["Service"]
    assert told == {"MailTopic": "ses.amazonaws.com", "TextsTopic": "sms-voice.amazonaws.com"}


def test_ses_tells_what_became_of_a_mail_and_stops_none_by_itself(sam: dict[str, Any]) -> None:
    """Its own list of stopped addresses is of the account, for all companies: we keep one a company."""
    made = sam["Resources"]
    assert made["MailConfigurationSet"]["Properties"]["SuppressionOptions"] == {"SuppressedReasons": []}
    destination = made["MailEvents"]["Properties"]["EventDestination"]
    assert destination["Enabled"] and destination["SnsDestination"] == {"TopicARN": {"Ref": "MailTopic"}}
    assert set(destination["MatchingEventTypes"]) == {"SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT"}


def test_an_event_is_not_noted_by_two_at_once(sam: dict[str, Any]) -> None:
    queue, function = sam["Resources"]["EventsQueue"]["Properties"], sam["Resources"]["NoteEvents"]["Properties"]
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
    (source,) = function["Events"].values()
    assert source["Properties"]["Queue"]["Fn::Sub"].endswith(":porchlight-prod-events")
    # One that can't be noted takes no other with it, and customers come before news of mails.
    assert source["Properties"]["BatchSize"] == 1
    assert source["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 5}


def test_a_message_is_held_longer_than_its_sender_may_live(sam: dict[str, Any]) -> None:
    assert rules.LEASE.total_seconds() > sam["Resources"]["SendMessages"]["Properties"]["Timeout"]


def test_only_our_own_pages_may_upload_to_the_bucket(sam: dict[str, Any]) -> None:
    """The origin is the public URL's, without the path that it may have."""
    (rule,) = sam["Resources"]["FilesBucket"]["Properties"]["CorsConfiguration"]["CorsRules"]
    (origin,) = rule["AllowedOrigins"]
    host = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "PublicUrl"}]}]}
    assert origin == {"Fn::Join": ["", ["https://", host]]} and rule["AllowedMethods"] == ["POST"]


def test_cfn_lint_has_nothing_to_say(sam: dict[str, Any], sam_file: Path, tmp_path: Path) -> None:
    """The roles are read again by themselves: an IAM action that does not exist is only seen without SAM."""
    wanted = {"AWS::IAM::Role", "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"}
    wanted |= {"AWS::SES::ConfigurationSet"}
    plain = {name: value for name, value in sam["Resources"].items() if value["Type"] in wanted}
    used = set(references(plain))
    roles = tmp_path / "roles.json"
    roles.write_text(
        json.dumps(
            {
                "Parameters": {k: v for k, v in sam["Parameters"].items() if k in used | {"Stage", "Protected"}},
                "Conditions": {"IsProtected": sam["Conditions"]["IsProtected"]},
                "Resources": plain,
            }
        ),
        encoding="utf-8",
    )
    assert lint(sam_file, roles, package.ROOT / "infra" / "resources.json") == ""


def test_cfn_lint_has_nothing_to_say_about_what_sam_makes_of_it(sam: dict[str, Any], tmp_path: Path) -> None:
    pytest.importorskip("samtranslator", reason="pip install aws-sam-translator")
    program = (
        "import json, sys; from infra.checkov import transformed; print(json.dumps(transformed(json.load(sys.stdin))))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, input=json.dumps(sam), capture_output=True, text=True, check=True, cwd=package.ROOT)
    assert len(done.stdout) < 1_000_000 and len(json.loads(done.stdout)["Resources"]) < 500, "CloudFormation's limits"
    made = json.loads(done.stdout)["Resources"].values()
    deployments = [one["Properties"] for one in made if one["Type"] == "AWS::ApiGateway::Deployment"]
    stages = [one["Properties"]["StageName"] for one in made if one["Type"] == "AWS::ApiGateway::Stage"]
    assert stages == ["api"] and not any("StageName" in one for one in deployments), "SAM adds a second, public one"
    transformed = tmp_path / "transformed.json"
    transformed.write_text(done.stdout, encoding="utf-8")
    assert lint(transformed) == ""
