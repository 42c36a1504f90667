"""Each function's policy: what it must never allow, whatever the code asks for, and how the policies are read when the
code's calls are held against them (calls.py)."""

import json
from typing import Any

import pytest

from infra import package
from tests.infra import policies
from tests.infra.policies import Grant, Names, Policy, Request
from tests.infra.test_template import FUNCTIONS, as_list, documents, references

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/porchlight-test-tenants"
BUCKET = "arn:aws:s3:::porchlight-test-files-123456789012"


def allowed(sam: dict[str, Any], function: str) -> dict[str, set[str]]:
    """What a function may do, by the resource: {'TokensTable': {'dynamodb:PutItem', …}}."""
    found: dict[str, set[str]] = {}
    (document,) = documents(sam, function)
    for statement in document["Statement"]:
        if statement["Effect"] == "Allow" and "Resource" in statement:
            for resource in as_list(statement["Resource"]):
                named = [one for one in references(resource) if not one.startswith("AWS::")]
                found.setdefault(named[0] if named else "logs", set()).update(as_list(statement["Action"]))
    return found


def test_the_audit_reads_books_and_writes_none_anew(sam: dict[str, Any]) -> None:
    audit = allowed(sam, "AuditCompany")
    # The one change it makes is to put a payment on the sweep's list.
    assert audit["CustomersTable"] == {"dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem"}
    assert audit["TenantsTable"] == {"dynamodb:BatchGetItem"}
    assert audit["FilesBucket"] == {"s3:PutObject"}
    start = allowed(sam, "StartAudits")
    assert start["TenantsTable"] == {"dynamodb:Query"}
    assert start["AuditsQueue"] == {"sqs:SendMessage"}
    assert "CustomersTable" not in start and "Stage" not in start, "neither books nor secrets"


@pytest.mark.parametrize(("function", "name"), FUNCTIONS.items())
def test_every_function_has_a_policy_of_its_own(sam: dict[str, Any], function: str, name: str) -> None:
    written = json.loads((package.ROOT / ".chalice" / f"policy-{name}.json").read_text(encoding="utf-8"))
    assert documents(sam, function) == [written]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_policies_name_only_what_exists(sam: dict[str, Any], function: str) -> None:
    exists = sam["Resources"].keys() | sam["Parameters"].keys()
    for document in documents(sam, function):
        for name in references(document):
            assert name in exists or name.startswith("AWS::"), name


@pytest.mark.parametrize("function", FUNCTIONS)
def test_policies_allow_no_more_than_is_needed(sam: dict[str, Any], function: str) -> None:
    for document in documents(sam, function):
        for statement in document["Statement"]:
            assert not any("*" in action for action in as_list(statement["Action"]))
            assert "dynamodb:Scan" not in as_list(statement["Action"])
            assert "NotAction" not in statement
            if statement["Sid"] != "SendSmsAndNothingToTopics":
                assert "*" not in as_list(statement["Resource"])
                assert "NotResource" not in statement


def test_only_the_sender_sends_sms_and_it_publishes_to_no_topic(sam: dict[str, Any]) -> None:
    """A phone number is no resource that a policy could name: all that is no topic is allowed."""
    for function in FUNCTIONS:
        (document,) = documents(sam, function)
        publishes = [one for one in document["Statement"] if "sns:Publish" in as_list(one["Action"])]
        assert bool(publishes) == (function == "SendMessages")
        for one in publishes:
            assert one["Action"] == "sns:Publish"
            assert one["NotResource"] == {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"}


def test_the_sender_uses_our_sender_and_our_configuration_set_alone(sam: dict[str, Any]) -> None:
    (document,) = documents(sam, "SendMessages")
    (mail,) = (one for one in document["Statement"] if one["Sid"] == "SendMail")
    assert [one["Fn::Sub"].rpartition(":")[2] for one in mail["Resource"]] == [
        "identity/${MailIdentity}",
        "configuration-set/${MailConfigurationSet}",
    ]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_can_free_or_change_a_reserved_address(sam: dict[str, Any], function: str) -> None:
    (document,) = documents(sam, function)
    (denied,) = (statement for statement in document["Statement"] if statement["Effect"] == "Deny")
    assert denied["Action"] == ["dynamodb:DeleteItem", "dynamodb:UpdateItem"]
    assert denied["Condition"] == {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["slug#*"]}}


def test_each_function_writes_only_its_own_files(sam: dict[str, Any]) -> None:
    places = {
        "APIHandler": ["*/papers/*", "*/estimates/*", "*/logo/*", "*/visits/*", "*/documents/*", "*/uploads/*"],
        "StartAudits": ["platform/audit/*"],
        "AuditCompany": ["*/audit/*"],
    }
    for function in FUNCTIONS:
        (document,) = documents(sam, function)
        allowed = [one["Resource"] for one in document["Statement"] if "s3:PutObject" in as_list(one["Action"])]
        writes = [one for resource in allowed for one in as_list(resource)]
        wanted = [{"Fn::Sub": f"${{FilesBucket.Arn}}/{place}"} for place in places.get(function, [])]
        assert writes == wanted, function


def test_lambda_takes_for_a_function_from_no_queue_but_its_own(sam: dict[str, Any]) -> None:
    queues = {}
    for function, name in FUNCTIONS.items():
        for source in sam["Resources"][function]["Properties"].get("Events", {}).values():
            if source["Type"] == "SQS":
                queues[name] = source["Properties"]["Queue"]["Fn::Sub"].rpartition(":")[2]
    names = Names("prod", sam["Resources"])
    assert queues == {name: names.value({"Ref": queue}) for name, queue in policies.TAKES.items()}


# How a policy is read


def read(*statements: dict[str, Any]) -> Policy:
    resources = package.merged_template("test")["Resources"]
    return policies.read({"Statement": [{"Sid": "One", **one} for one in statements]}, Names("test", resources))


def allow(action: Any, resource: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


TENANTS = {"Fn::GetAtt": ["TenantsTable", "Arn"]}
FOR_EVER = {
    "Effect": "Deny", "Action": ["dynamodb:UpdateItem"], "Resource": TENANTS,
    "Condition": {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["slug#*"]}},
}  # fmt: skip


def test_what_is_not_allowed_is_refused() -> None:
    policy = read(allow("dynamodb:PutItem", TENANTS))
    assert policy.granting(Request("dynamodb:PutItem", TABLE)) == [
        Grant("One", "dynamodb:PutItem", "${TenantsTable.Arn}")
    ]
    assert not policy.granting(Request("dynamodb:DeleteItem", TABLE)), "another action"
    assert not policy.granting(Request("dynamodb:PutItem", TABLE.replace("tenants", "tokens"))), "another table"
    assert not policy.granting(Request("dynamodb:PutItem", TABLE.replace("-test-", "-prod-"))), "another stage's"


def test_a_table_is_not_its_index() -> None:
    index = {"Fn::Sub": "${CustomersTable.Arn}/index/by_tenant"}
    customers = TABLE.replace("tenants", "customers")
    policy = read(allow("dynamodb:Query", index))
    assert policy.granting(Request("dynamodb:Query", f"{customers}/index/by_tenant"))
    assert not policy.granting(Request("dynamodb:Query", f"{customers}/index/by_task"))
    assert not policy.granting(Request("dynamodb:Query", customers))
    assert not read(allow("dynamodb:Query", TENANTS)).granting(Request("dynamodb:Query", f"{TABLE}/index/by_tenant"))


def test_a_star_is_any_text_and_all_else_is_itself() -> None:
    policy = read(allow("s3:PutObject", {"Fn::Sub": "${FilesBucket.Arn}/*/papers/a?.pdf"}))
    assert policy.granting(Request("s3:PutObject", f"{BUCKET}/01J/papers/a1.pdf"))
    assert not policy.granting(Request("s3:PutObject", f"{BUCKET}/01J/papers/a12.pdf"))
    assert not policy.granting(Request("s3:PutObject", f"{BUCKET}/01J/papers/a1xpdf")), "a dot is a dot"
    assert not policy.granting(Request("s3:PutObject", f"{BUCKET}/papers/a1.pdf"))


def test_a_no_wins_over_any_yes_for_the_keys_it_is_about() -> None:
    policy = read(allow("dynamodb:UpdateItem", TENANTS), FOR_EVER)
    assert policy.granting(Request("dynamodb:UpdateItem", TABLE, ("01J",)))
    assert not policy.granting(Request("dynamodb:UpdateItem", TABLE, ("slug#evergreen",)))
    assert not policy.granting(Request("dynamodb:UpdateItem", TABLE, ("01J", "slug#evergreen"))), "any of them"


def test_all_but_what_is_named_is_allowed() -> None:
    policy = read({"Effect": "Allow", "Action": "sns:Publish", "NotResource": "arn:aws:sns:*:*:*"})
    assert policy.granting(Request("sns:Publish", "+13035550142"))
    assert not policy.granting(Request("sns:Publish", "arn:aws:sns:us-east-1:123456789012:porchlight-test-mail"))


@pytest.mark.parametrize(
    "statement",
    [
        {**allow("dynamodb:PutItem", TENANTS), "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {**FOR_EVER, "Effect": "Allow"},
        {**FOR_EVER, "Condition": {"StringLike": {"dynamodb:LeadingKeys": ["slug#*"]}}},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:PutObject", "NotResource": "*"},
        allow("dynamodb:*", TENANTS),
        allow("dynamodb:PutItem", {"Fn::Join": ["", ["a", "b"]]}),
    ],
)
def test_what_it_can_not_read_it_does_not_judge_by(statement: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        read(statement)


def test_every_policy_can_be_read_for_every_stage() -> None:
    assert policies.of_functions("dev").keys() == policies.of_functions("prod").keys() == set(FUNCTIONS.values())
