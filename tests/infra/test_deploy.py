"""`make secrets` and `make deploy`: what they refuse and how they say it, what they make, and what they leave alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError
from botocore.stub import Stubber
from moto import mock_aws
from moto.iam.access_control import PermissionResult

from chalicelib.aws import secrets as read_secrets
from chalicelib.customers.rules.customer import LINK_SESSION, SESSION
from chalicelib.tenants.admin_tokens import SESSION_LIFE
from infra import package
from infra.deploy import __main__ as command
from infra.deploy import configuration, deploying, smoke
from infra.deploy import secrets as secrets_command
from infra.deploy.aws import Aws, Refused, in_words
from infra.deploy.configuration import Configuration
from infra.deploy.deploying import Deployed
from infra.deploy.packages import Packages
from infra.deploy.secrets import Safe, keep, rotated
from infra.deploy.smoke import Answer
from infra.deploy.stack import Stack

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
REGION = "eu-central-1"
ACCOUNT = "123456789012"
DECIDED = Configuration("dev", "portal@example.com", "example.com", region=REGION)
STRIPE = {"STRIPE_SECRET_KEY": "sk_test_one", "STRIPE_WEBHOOK_SECRETS": "whsec_one"}

TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "TableName": "kept",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    },
}
PARAMETERS = {name: {"Type": "String", "Default": ""} for name in ("Stage", "PublicUrl", "EdgeKey")}


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def aws(said: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An account with nothing in it."""
    for name, value in (("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    # moto weighs a bucket's policy without its conditions, and would take ours for a ban on everything.
    monkeypatch.setattr("moto.s3.models.FakeBucket.get_permission", lambda *_: PermissionResult.NEUTRAL)
    with mock_aws():
        yield Aws(REGION, say=said.append)


def built(template: dict[str, Any]) -> deploying.Build:
    """Instead of a minute's packaging."""

    def build(out: Path, stage: str) -> None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "sam.json").write_text(json.dumps(template))
        (out / "deployment.zip").write_bytes(f"the code of {stage}".encode())

    return build


def a_template(**resources: Any) -> dict[str, Any]:
    outputs = {"EdgeDomain": {"Value": "d111.cloudfront.net"}}
    return {"Parameters": PARAMETERS, "Resources": {"Table": TABLE, **resources}, "Outputs": outputs}


# Configuration


def test_the_example_is_a_stage_that_could_be_deployed(tmp_path: Path) -> None:
    (tmp_path / "prod.toml").write_text((configuration.STAGES / "example.toml").read_text())
    decided = configuration.load("prod", tmp_path)
    assert decided == Configuration("prod", "portal@example.com", "example.com")
    assert decided.parameters("", "key")["PublicUrl"] == configuration.UNKNOWN_URL
    assert decided.parameters("d1.cloudfront.net", "key")["PublicUrl"] == "https://d1.cloudfront.net"


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "prod.toml").write_text(
        'mail_from = "portal at example.com"\ncolour = "red"\nregion = "here"\nmake_mail_identity = "yes"\n'
        'certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/12345678-aaaa"\naccount = 123456789012\n'
    )
    with pytest.raises(Refused) as refused:
        configuration.load("prod", tmp_path)
    for words in ("mail_from: must", "colour: there is no", "region: must", "make_mail_identity: must",
                  "certificate_arn: must be the ARN of an ACM certificate in us-east-1", "mail_identity: is missing",
                  "account: must"):  # fmt: skip
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('domain = "portal.example.com"', "certificate_arn: is missing"),
        ('certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-aaaa"', "domain: is missing"),
        ('domain = "https://portal.example.com/"', "domain: must be a host name"),
        ("domain = ", "is not TOML"),
    ],
)
def test_what_does_not_go_together(tmp_path: Path, more: str, words: str) -> None:
    (tmp_path / "dev.toml").write_text(f'mail_from = "portal@mail.example.com"\nmail_identity = "example.com"\n{more}')
    with pytest.raises(Refused, match=re.escape(words)):
        configuration.load("dev", tmp_path)


@pytest.mark.parametrize("identity", ["another.example", "ample.com", "boss@example.com"])
def test_the_sender_must_be_of_the_identity(tmp_path: Path, identity: str) -> None:
    (tmp_path / "dev.toml").write_text(f'mail_from = "portal@example.com"\nmail_identity = "{identity}"')
    with pytest.raises(Refused, match="must be mail_from, or the domain it is of"):
        configuration.load("dev", tmp_path)


@pytest.mark.parametrize("stage", ["nowhere", "Prod", "../prod", "example", "x"])
def test_a_stage_that_is_none_ends_with_words_and_1(stage: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--stage", stage]) == 1
    assert secrets_command.main(["--stage", stage], {}) == 1
    error = capsys.readouterr().err
    assert "stage" in error and "Traceback" not in error


def test_each_parameter_is_one_of_the_packaged_template() -> None:
    template = package.merged_template("dev")
    given = deploying.fitting(template, DECIDED.parameters("d1.cloudfront.net", "k" * 40))
    assert {"PublicUrl", "MailFrom", "MailIdentity", "EdgeKey"} <= given.keys()
    for name, value in given.items():
        pattern = template["Parameters"][name].get("AllowedPattern", ".*")
        assert re.fullmatch(pattern, value), (name, value)


# Credentials


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ExpiredToken", "have expired. Sign in again"),
        ("InvalidClientTokenId", "does not know these credentials"),
        ("AccessDenied", "Your role may not look who you are"),
        ("Throttling", "would not look who you are"),
    ],
)
def test_credentials_that_are_no_good(code: str, words: str, said: list[str]) -> None:
    client = boto3.client("sts", region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")
    with Stubber(client) as stub:
        stub.add_client_error("get_caller_identity", code, "because")
        with pytest.raises(Refused, match=words):
            Aws(REGION, say=said.append, _made={"sts": client}).account()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoCredentialsError(), "There are no AWS credentials"),
        (EndpointConnectionError(endpoint_url="https://sts.nowhere"), "can't be reached"),
    ],
)
def test_no_credentials_and_no_network(error: Exception, words: str) -> None:
    with pytest.raises(Refused, match=words), in_words("look who you are"):
        raise error


def test_a_stage_of_another_account_is_not_touched(aws: Aws) -> None:
    with pytest.raises(Refused, match="belongs to the account 999999999999"):
        secrets_command.check_account(aws, Configuration("dev", "a@example.com", "example.com", account="9" * 12))
    assert Safe(aws, DECIDED).read() == {}


@pytest.mark.parametrize("version", [(3, 10), (3, 12)])
def test_another_python_than_the_functions_is_refused(version: tuple[int, int]) -> None:
    with pytest.raises(Refused, match=r"make deploy PYTHON=python3\.11"):
        deploying.check_python(version)


# Secrets


def test_secrets_are_made_once_and_are_what_porchlight_wants(aws: Aws, said: list[str]) -> None:
    safe = Safe(aws, DECIDED)
    keep(safe, "", STRIPE, None, NOW)
    made = {name: one["Value"] for name, one in safe.read().items()}
    secrets = read_secrets.parse(made)
    assert secrets.stripe_key == "sk_test_one" and secrets.stripe_webhooks == ("whsec_one",)
    assert len(made["edge_key"]) >= 32
    keep(safe, "", {}, None, NOW)
    assert {name: one["Value"] for name, one in safe.read().items()} == made
    assert not [line for line in said for value in made.values() if value in line]


def test_all_are_encrypted_and_of_this_stage_only(aws: Aws) -> None:
    keep(Safe(aws, DECIDED), "", STRIPE, None, NOW)
    ssm = boto3.client("ssm", region_name=REGION)
    found = ssm.describe_parameters()["Parameters"]
    assert {one["Type"] for one in found} == {"SecureString"}
    assert {one["Name"].rpartition("/")[0] for one in found} == {"/porchlight/dev"}


def test_secrets_that_ssm_tells_on_a_later_page_are_not_made_anew(aws: Aws) -> None:
    ssm = boto3.client("ssm", region_name=REGION)
    for number in range(12):  # SSM answers ten at a time
        ssm.put_parameter(Name=f"/porchlight/dev/a_note_{number:02d}", Value="x", Type="String")
    safe = Safe(aws, DECIDED)
    keep(safe, "", STRIPE, None, NOW)
    made = safe.fill(NOW)
    assert {"signing_keys", "link_key", "edge_key", "stripe_secret_key"} < made.keys()
    assert safe.fill(NOW) == made


def values(safe: Safe) -> dict[str, str]:
    return {name: one["Value"] for name, one in safe.read().items()}


def test_secrets_behind_an_empty_page_are_not_made_anew(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSM may answer with a page that is empty, and still not the last."""
    safe = Safe(aws, DECIDED)
    keep(safe, "", STRIPE, None, NOW)
    made, ssm = values(safe), aws.client("ssm")
    answer = ssm.get_parameters_by_path

    def empty_at_first(**asked: Any) -> Any:
        token = asked.pop("NextToken", "")
        return answer(**asked) if token else {"Parameters": [], "NextToken": "more"}

    monkeypatch.setattr(ssm, "get_parameters_by_path", empty_at_first)
    keep(safe, "", {}, None, NOW)
    assert values(safe) == made


def test_what_another_operator_made_meanwhile_stays(aws: Aws, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two first deployments at once: neither may sign by keys that the other puts something over."""
    safe = Safe(aws, DECIDED)
    keep(safe, "", STRIPE, None, NOW)
    made = values(safe)
    said.clear()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Safe, "read", lambda _: {})
        found = safe.fill(NOW)
        assert found == {name: made[name] for name in ("signing_keys", "link_key", "edge_key")} and not said
        safe.rotate("signing", NOW)
    assert len(json.loads(values(safe)["signing_keys"])) == 2


def test_stripes_are_asked_for_where_somebody_sits(aws: Aws) -> None:
    asked: list[str] = []
    safe = Safe(aws, DECIDED)

    def prompt(question: str) -> str:
        asked.append(question)
        return " sk_test_typed\n" if "secret key" in question else ""

    keep(safe, "", {}, prompt, NOW)
    assert len(asked) == 2
    held = safe.read()
    assert held["stripe_secret_key"]["Value"] == "sk_test_typed" and "stripe_webhook_secrets" not in held


def test_without_stripes_key_it_says_how_to_give_it(aws: Aws, said: list[str]) -> None:
    with pytest.raises(Refused, match="without Stripe's secret key"):
        keep(Safe(aws, DECIDED), "", {}, None, NOW)
    assert any("set STRIPE_SECRET_KEY and run this again" in line for line in said)


@pytest.mark.parametrize("value", ["pk_test_public", "whsec_x", "sk_test_a b"])
def test_what_is_no_secret_key_is_not_stored(aws: Aws, value: str) -> None:
    safe = Safe(aws, DECIDED)
    with pytest.raises(Refused, match="STRIPE_SECRET_KEY does not look like one") as refused:
        keep(safe, "", {"STRIPE_SECRET_KEY": value}, None, NOW)
    assert value not in str(refused.value)
    assert "stripe_secret_key" not in safe.read()


@pytest.mark.parametrize("key", ["sk_live_one", "rk_live_one"])
def test_a_live_key_is_for_prod_alone(aws: Aws, key: str) -> None:
    dev, prod = Safe(aws, DECIDED), Safe(aws, replace(DECIDED, stage="prod"))
    made = dev.fill(NOW)
    with pytest.raises(Refused, match="only the stage prod") as refused:
        keep(dev, "signing", {**STRIPE, "STRIPE_SECRET_KEY": key}, None, NOW)
    assert key not in str(refused.value) and values(dev) == made, "nothing is turned or written either"
    keep(prod, "", {**STRIPE, "STRIPE_SECRET_KEY": key}, None, NOW)
    assert values(prod)["stripe_secret_key"] == key


def test_putting_something_over_another_value_is_said(aws: Aws, said: list[str]) -> None:
    """What was set for one stage may still stand in the shell when the next stage's turn comes."""
    safe = Safe(aws, DECIDED)
    keep(safe, "", STRIPE, None, NOW)
    assert "  wrote stripe_webhook_secrets" in said
    said.clear()
    keep(safe, "", {**STRIPE, "STRIPE_WEBHOOK_SECRETS": "whsec_two"}, None, NOW)
    assert said == ["  replaced stripe_webhook_secrets of the stage dev by what STRIPE_WEBHOOK_SECRETS says"]


def test_a_new_signing_key_signs_and_the_old_one_is_believed_as_long_as_a_session_lasts() -> None:
    keys = {"one": "1"}
    keys = rotated(keys, timedelta(days=90), NOW)
    assert next(iter(keys)) == "one" and len(keys) == 2
    soon = rotated(keys, secrets_command.SESSIONS_LAST, NOW + timedelta(hours=12))
    assert list(soon)[:2] == list(keys) and len(soon) == 3
    later = rotated(keys, timedelta(days=1), NOW + timedelta(days=1))
    assert list(later)[:1] == list(keys)[1:] and len(later) == 2


def test_no_session_lasts_longer_than_an_old_key_is_kept() -> None:
    assert max(SESSION, LINK_SESSION, SESSION_LIFE) <= secrets_command.SESSIONS_LAST


def test_turning_keys(aws: Aws) -> None:
    safe = Safe(aws, DECIDED)
    keep(safe, "", STRIPE, None, NOW)
    before = {name: one["Value"] for name, one in safe.read().items()}
    for what, name in (("signing", "signing_keys"), ("link", "link_key"), ("edge", "edge_key")):
        keep(safe, what, {}, None, datetime.now(UTC))
        after = {name: one["Value"] for name, one in safe.read().items()}
        assert {key for key in after if after[key] != before[key]} == {name}
        before = after
    assert len(read_secrets.parse(before).signing) == 2
    keep(safe, "signing-now", {}, None, NOW)
    (kid,) = json.loads(safe.read()["signing_keys"]["Value"])
    assert kid not in before["signing_keys"]


def test_a_new_edge_key_counts_beside_the_one_before_and_cloudfront_is_told_the_new_one(
    aws: Aws, tmp_path: Path
) -> None:
    safe = Safe(aws, replace(DECIDED, domain="portal.example.com", certificate_arn="arn"))
    keep(safe, "", STRIPE, None, NOW)
    (first,) = read_secrets.parse(values(safe)).edge_keys
    keep(safe, "edge", {}, None, NOW)
    old, second = read_secrets.parse(values(safe)).edge_keys
    assert old == first != second
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "EdgeKey"}}}
    deploying.deploy(aws, safe.configuration, tmp_path, build=built(a_template(Topic=topic)))
    sns = boto3.client("sns", region_name=REGION)
    (found,) = sns.list_topics()["Topics"]
    assert sns.get_topic_attributes(TopicArn=found["TopicArn"])["Attributes"]["DisplayName"] == second
    keep(safe, "edge", {}, None, NOW)
    assert read_secrets.parse(values(safe)).edge_keys[0] == second, "the first is believed no more"
    assert len(read_secrets.parse(values(safe)).edge_keys) == 2


# Packages


def test_the_bucket_of_packages_is_closed_and_keeps_all(aws: Aws) -> None:
    packages = Packages(aws, ACCOUNT, "dev")
    packages.make()
    packages.make()
    s3, name = boto3.client("s3", region_name=REGION), packages.bucket
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())
    rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"]
    assert statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    rules = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert not [rule for rule in rules if "Expiration" in rule or "NoncurrentVersionExpiration" in rule]


def test_the_same_package_is_uploaded_once(aws: Aws, said: list[str]) -> None:
    packages = Packages(aws, ACCOUNT, "dev")
    packages.make()
    first, again, other = (packages.upload(content, "zip") for content in (b"one", b"one", b"two"))
    assert first == again != other
    assert len([line for line in said if "Uploading" in line]) == 2


def test_somebody_elses_bucket_of_that_name_is_refused(aws: Aws) -> None:
    client = aws.client("s3")
    with Stubber(client) as stub:
        stub.add_client_error("head_bucket", "403", "Forbidden", 403)
        with pytest.raises(Refused, match="make the bucket"):
            Packages(aws, ACCOUNT, "dev").make()


# The stack


def test_a_deployment_from_nothing(aws: Aws, tmp_path: Path, said: list[str]) -> None:
    # moto forgets the outputs of a stack that a change set made: that CloudFront's name is taken, and that the same
    # again changes nothing, is tried on ministack (tests/deployed).
    decided = replace(DECIDED, domain="portal.example.com", certificate_arn="arn")
    keep(Safe(aws, decided), "", STRIPE, None, NOW)
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "PublicUrl"}}}
    made = deploying.deploy(aws, decided, tmp_path, build=built(a_template(Topic=topic)))
    assert made.url == "https://portal.example.com" and made.missing == ()
    sns = boto3.client("sns", region_name=REGION)
    (found,) = sns.list_topics()["Topics"]
    assert sns.get_topic_attributes(TopicArn=found["TopicArn"])["Attributes"]["DisplayName"] == made.url
    assert any("CREATE_COMPLETE" in line for line in said)


def test_tables_are_protected_as_soon_as_all_is_made_and_not_before(
    aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A protected table could not be taken back if something else of a first deployment failed."""
    decided = replace(DECIDED, domain="portal.example.com", certificate_arn="arn")
    keep(Safe(aws, decided), "", STRIPE, None, NOW)
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Protected"}}}
    protected, change = [], Stack.change

    def noted(stack: Stack, template_url: str, parameters: Mapping[str, str]) -> bool:
        protected.append(parameters["Protected"])
        return change(stack, template_url, parameters)

    monkeypatch.setattr(Stack, "change", noted)
    template = a_template(Topic=topic)
    template["Parameters"]["Protected"] = package.merged_template("prod")["Parameters"]["Protected"]
    deploying.deploy(aws, decided, tmp_path, build=built(template))
    assert protected == ["false", "true"]
    deploying.deploy(aws, decided, tmp_path, build=built(template))
    assert protected == ["false", "true", "true"]


def test_deploying_without_stripes_key_stops_before_anything_is_made(aws: Aws, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="make secrets STAGE=dev"):
        deploying.deploy(aws, DECIDED, tmp_path, build=built(a_template()))
    assert boto3.client("cloudformation", region_name=REGION).list_stacks()["StackSummaries"] == []


def test_what_packaging_refuses_is_said(aws: Aws, tmp_path: Path) -> None:
    keep(Safe(aws, DECIDED), "", STRIPE, None, NOW)

    def build(out: Path, stage: str) -> None:
        raise package.BadPackage("no byte code for 3 files")

    with pytest.raises(Refused, match="no byte code"):
        deploying.deploy(aws, DECIDED, tmp_path, build=build)


class Formation:
    """CloudFormation's answers, by a stub: a stack in one state after another, as AWS tells of it."""

    def __init__(self, said: list[str]) -> None:
        self.client = boto3.client(
            "cloudformation", region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
        )
        self.stub = Stubber(self.client)
        self.stack = Stack(
            Aws(REGION, say=said.append, _made={"cloudformation": self.client}), "porchlight-dev", sleep=lambda _: None
        )

    def is_(self, status: str) -> None:
        found = {"StackName": "porchlight-dev", "CreationTime": NOW, "StackStatus": status}
        self.stub.add_response("describe_stacks", {"Stacks": [found]})

    def is_not_there(self) -> None:
        self.stub.add_client_error("describe_stacks", "ValidationError", "Stack with id x does not exist")

    def prepared(self, status: str, reason: str = "", *changes: dict[str, str]) -> None:
        self.stub.add_response("create_change_set", {"Id": "arn:changeset", "StackId": "arn"})
        answer = {"Status": status, "StatusReason": reason, "Changes": [{"ResourceChange": one} for one in changes]}
        self.stub.add_response("describe_change_set", answer)

    def executed(self, *, keeping: bool) -> None:
        wanted = {"ChangeSetName": "arn:changeset", "RetainExceptOnCreate": not keeping}
        self.stub.add_response("execute_change_set", {}, wanted)

    def events(self, *told: tuple[str, str, str]) -> None:
        events = [
            {"StackId": "arn", "StackName": "porchlight-dev", "EventId": f"{name}-{status}", "Timestamp": NOW,
             "LogicalResourceId": name, "ResourceType": "AWS::X", "ResourceStatus": status, "ResourceStatusReason": why}
            for name, status, why in told
        ]  # fmt: skip
        self.stub.add_response("describe_stack_events", {"StackEvents": events[::-1]})


OLD = ("Old", "CREATE_FAILED", "of another day")
CHANGE = {"Action": "Modify", "LogicalResourceId": "Api", "ResourceType": "AWS::X", "Replacement": "False"}


@pytest.fixture
def formation(said: list[str]) -> Iterator[Formation]:
    made = Formation(said)
    with made.stub:
        yield made
        made.stub.assert_no_pending_responses()


def test_no_changes_is_fine(formation: Formation, said: list[str]) -> None:
    formation.is_("UPDATE_COMPLETE")
    formation.is_("UPDATE_COMPLETE")
    formation.prepared("FAILED", "The submitted information didn't contain changes.")
    formation.stub.add_response("delete_change_set", {})
    assert formation.stack.change("https://template", {}) is False
    assert said == ["porchlight-dev: no changes"]


def test_events_are_told_as_they_come_and_a_replacement_is_announced(formation: Formation, said: list[str]) -> None:
    formation.is_("UPDATE_COMPLETE")
    formation.is_("UPDATE_COMPLETE")
    formation.prepared("CREATE_COMPLETE", "", CHANGE | {"Replacement": "True"})
    formation.events(OLD)
    formation.executed(keeping=True)
    formation.is_("UPDATE_IN_PROGRESS")
    formation.events(OLD, ("Api", "UPDATE_IN_PROGRESS", ""))
    formation.is_("UPDATE_COMPLETE")
    formation.events(OLD, ("Api", "UPDATE_IN_PROGRESS", ""), ("Api", "UPDATE_COMPLETE", ""))
    assert formation.stack.change("https://template", {}) is True
    assert said[1].strip() == "replaces Api (AWS::X)"
    assert [line.split()[:2] for line in said[2:]] == [["UPDATE_IN_PROGRESS", "Api"], ["UPDATE_COMPLETE", "Api"]]


def test_a_failure_is_quoted_and_what_it_pulled_down_is_not(formation: Formation) -> None:
    formation.is_not_there()
    formation.is_not_there()
    formation.prepared("CREATE_COMPLETE", "", CHANGE)
    formation.events()
    # Kept when their stack is deleted, but not when making it fails: the next try would find the names taken.
    formation.executed(keeping=False)
    formation.is_("ROLLBACK_COMPLETE")
    formation.events(
        ("Mail", "CREATE_FAILED", "The identity example.com already exists"),
        ("Table", "CREATE_FAILED", "Resource creation cancelled"),
    )
    with pytest.raises(Refused) as refused:
        formation.stack.change("https://template", {})
    assert "The identity example.com already exists" in str(refused.value)
    assert "cancelled" not in str(refused.value) and "of another day" not in str(refused.value)


def test_a_change_that_aws_does_not_take(formation: Formation) -> None:
    formation.is_("CREATE_COMPLETE")
    formation.is_("CREATE_COMPLETE")
    formation.prepared("FAILED", "Parameter EdgeKey must be at least 32 characters")
    formation.stub.add_response("delete_change_set", {})
    with pytest.raises(Refused, match="EdgeKey must be at least 32"):
        formation.stack.change("https://template", {})


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("ROLLBACK_COMPLETE", "delete-stack --stack-name porchlight-dev --region eu-central-1"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ("UPDATE_IN_PROGRESS", "is being changed already"),
    ],
)
def test_a_stack_that_can_not_be_changed_now(formation: Formation, status: str, words: str) -> None:
    formation.is_(status)
    with pytest.raises(Refused, match=words):
        formation.stack.check()


def test_it_does_not_wait_for_ever(formation: Formation) -> None:
    times = iter([0.0, 0.0, 9_000.0])
    object.__setattr__(formation.stack, "clock", lambda: next(times))
    formation.is_("CREATE_COMPLETE")
    formation.is_("CREATE_COMPLETE")
    formation.stub.add_response("create_change_set", {"Id": "arn:changeset", "StackId": "arn"})
    for _ in range(2):
        formation.stub.add_response("describe_change_set", {"Status": "CREATE_IN_PROGRESS"})
    with pytest.raises(Refused, match="not done in 2 hours"):
        formation.stack.change("https://template", {})


# After it


def page(check: smoke.Check) -> Answer:
    headers = {
        "content-type": check.kind, "strict-transport-security": "max-age=63072000",
        "x-content-type-options": "nosniff", "referrer-policy": "same-origin",
        "content-security-policy": "default-src 'none'",
    }  # fmt: skip
    return Answer(check.status, headers, f'{check.words}<link rel="stylesheet" href="/a.css">')


def pages() -> dict[str, Answer]:
    good = {check.path: page(check) for check in smoke.CHECKS}
    return {**good, "/a.css": Answer(200, {"content-type": "text/css"}, "")}


def test_a_portal_that_is_well() -> None:
    found = pages()
    assert smoke.look("https://p.example", lambda url: found[url.removeprefix("https://p.example")]) == []


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        ("/console", Answer(403, {}, "Missing Authentication Token"), "answers 403, not 200"),
        ("/api/v1/customers", Answer(401, {"content-type": "text/html"}, ""), "is text/html, not application/problem"),
        ("/widget/v1.js", Answer(200, {"content-type": "text/javascript"}, "function"), "strict-transport-security"),
        ("/a.css", Answer(404, {}, ""), "the style sheet (/a.css): answers 404"),
    ],
)
def test_a_portal_that_is_not(path: str, answer: Answer, words: str) -> None:
    found = {**pages(), path: answer}
    wrong = smoke.look("https://p.example", lambda url: found[url.removeprefix("https://p.example")])
    assert any(words in line for line in wrong), wrong


def test_a_domain_that_does_not_lead_here_yet_is_looked_at_by_cloudfronts_name(aws: Aws, said: list[str]) -> None:
    decided = Configuration("dev", "a@example.com", "example.com", domain="portal.example.com", certificate_arn="x")
    found = pages()

    def get(url: str) -> Answer:
        if "portal.example.com" in url:
            raise smoke.Silent("portal.example.com has no DNS record yet")
        return found[url.removeprefix("https://d1.cloudfront.net")]

    outputs = {"EdgeDomain": "d1.cloudfront.net", "EdgeTarget": "d1.cloudfront.net"}
    deployed = Deployed("https://portal.example.com", outputs)
    deploying.try_it(aws, decided, deployed, get)
    assert said == [
        "portal.example.com has no DNS record yet: looking through d1.cloudfront.net meanwhile",
        f"Looked at {len(smoke.CHECKS)} pages of https://d1.cloudfront.net: all is well",
    ]
    assert "DNS: portal.example.com  CNAME (or ALIAS)  d1.cloudfront.net" in deploying.next_steps(decided, deployed)


def test_nobody_answers(aws: Aws) -> None:
    def get(url: str) -> Answer:
        raise smoke.Silent("d1.cloudfront.net does not answer")

    with pytest.raises(Refused, match="It is deployed, but d1"):
        deploying.try_it(aws, DECIDED, Deployed("https://d1.cloudfront.net", {}), get)


def test_what_is_left_to_do_is_told() -> None:
    outputs = {"MailRecords": "a._domainkey.example.com CNAME a.dkim.amazonses.com, b CNAME b"}
    deployed = Deployed("https://d1.cloudfront.net", outputs, ("stripe_webhook_secrets",))
    told = "\n".join(deploying.next_steps(DECIDED, deployed))
    for words in ("https://d1.cloudfront.net/stripe/webhooks", "a._domainkey.example.com CNAME", "b CNAME b",
                  "make secrets STAGE=dev", ". out/dev/environment; make tenant"):  # fmt: skip
        assert words in told


def test_the_settings_of_the_functions_are_lines_for_a_shell() -> None:
    lines = deploying.as_shell({"PORCHLIGHT_STAGE": "dev", "PORCHLIGHT_MAIL_FROM": "it's me"})
    assert lines == "export PORCHLIGHT_MAIL_FROM='it'\"'\"'s me'\nexport PORCHLIGHT_STAGE=dev\n"
