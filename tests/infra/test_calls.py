"""The watch over calls to AWS can fail: what a function's policy does not allow is noticed, and so is, at the end of a
whole run, what it allows and nobody needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from chalice.app import EventSourceHandler

import app as wiring
from chalicelib.home import actions as home
from sandbox.world import World
from tests import whole_run
from tests.browser import Browser
from tests.builders import Company
from tests.infra import calls, policies
from tests.infra.policies import Grant

TABLES = "arn:aws:dynamodb:us-east-1:123456789012:table/porchlight-test-"
OBJECTS = "arn:aws:s3:::porchlight-test-files/"
IDENTITY = "arn:aws:ses:us-east-1:123456789012:"


@pytest.fixture(autouse=True)
def _nothing_counts_that_is_planted_here() -> Iterator[None]:
    before = deepcopy(calls.used)
    yield
    calls.used.clear()
    calls.used.update(before)


def caught() -> list[str]:
    """What was refused, which this test wanted."""
    found = list(calls.refused)
    calls.refused.clear()
    return found


def test_a_call_that_the_policy_does_not_allow_is_noticed(world: World) -> None:
    with calls.within("note_events", "test"):
        world.services.files.for_tenant("01J").put("papers/one.pdf", b"%PDF", "application/pdf")
    (told,) = caught()
    assert told.startswith(
        "the policy of note_events does not allow s3:PutObject on arn:aws:s3:::porchlight-test-files"
    )


def test_it_is_noticed_even_if_the_app_makes_an_error_page_of_it(
    evergreen: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")

    def reaching(*_: Any) -> None:
        evergreen.world.services.files.for_tenant(evergreen.store.tenant).delete("papers/one.pdf")
        raise RuntimeError

    monkeypatch.setattr(home, "look", reaching)
    assert browser.get("/evergreen").status == 500
    (told,) = caught()
    assert told.startswith("the policy of api_handler does not allow s3:DeleteObject on ")


def test_a_function_that_begins_another_in_place_stays_itself(world: World) -> None:
    with calls.within("note_events", "test"), calls.within("api_handler", "test"):
        world.services.files.for_tenant("01J").delete("documents/one.pdf")
    assert "the policy of note_events" in caught()[0]


def test_what_is_called_outside_of_all_functions_is_nobodys(world: World) -> None:
    world.services.files.for_tenant("01J").put("anywhere", b"", "text/plain")
    assert not caught()


def test_all_functions_are_watched() -> None:
    assert set(calls.BEGINS.values()) == set(policies.documents())
    handlers = {name for name, one in wiring.app.handler_map.items() if isinstance(one, EventSourceHandler)}
    assert handlers | {"api_handler"} == set(policies.documents())


ITEM = {"tenant": {"S": "slug#evergreen"}, "item": {"S": "slug"}}


@pytest.mark.parametrize(
    ("service", "operation", "params", "asked"),
    [
        ("dynamodb", "Query", {"TableName": "porchlight-test-tenants"}, [f"dynamodb:Query on {TABLES}tenants"]),
        ("dynamodb", "Query", {"TableName": "porchlight-test-customers", "IndexName": "by_task"},
         [f"dynamodb:Query on {TABLES}customers/index/by_task"]),
        ("dynamodb", "BatchGetItem", {"RequestItems": {"porchlight-test-tenants": {}, "porchlight-test-tokens": {}}},
         [f"dynamodb:BatchGetItem on {TABLES}tenants", f"dynamodb:BatchGetItem on {TABLES}tokens"]),
        ("dynamodb", "TransactWriteItems",
         {"TransactItems": [
             {"ConditionCheck": {"TableName": "porchlight-test-tenants", "Key": ITEM}},
             {"Put": {"TableName": "porchlight-test-tokens", "Item": {}}},
             {"Update": {"TableName": "porchlight-test-tenants", "Key": ITEM}},
             {"Delete": {"TableName": "porchlight-test-tokens", "Key": {"token": {"S": "a#b"}}}}]},
         [f"dynamodb:ConditionCheckItem on {TABLES}tenants", f"dynamodb:PutItem on {TABLES}tokens",
          f"dynamodb:UpdateItem on {TABLES}tenants (keys slug#evergreen)",
          f"dynamodb:DeleteItem on {TABLES}tokens (keys a#b)"]),
        ("s3", "HeadObject", {"Bucket": "porchlight-test-files", "Key": "01J/a"}, [f"s3:GetObject on {OBJECTS}01J/a"]),
        ("s3", "PutObject", {"Bucket": "porchlight-test-files", "Key": "01J/a", "Tagging": "x"},
         [f"s3:PutObject on {OBJECTS}01J/a", f"s3:PutObjectTagging on {OBJECTS}01J/a"]),
        ("s3", "ListObjectsV2", {"Bucket": "porchlight-test-files"}, [f"s3:ListObjectsV2 on {OBJECTS}"]),
        ("sqs", "SendMessageBatch", {"QueueUrl": "https://sqs/1/porchlight-test-jobs"},
         ["sqs:SendMessage on arn:aws:sqs:us-east-1:123456789012:porchlight-test-jobs"]),
        ("ssm", "GetParametersByPath", {"Path": "/porchlight/test"},
         ["ssm:GetParametersByPath on arn:aws:ssm:us-east-1:123456789012:parameter/porchlight/test"]),
        ("sesv2", "SendEmail",
         {"FromEmailAddress": "Evergreen <a@b.example>", "Content": {"Raw": {}}, "ConfigurationSetName": "c"},
         [f"ses:SendRawEmail on {IDENTITY}identity/a@b.example", f"ses:SendRawEmail on {IDENTITY}configuration-set/c"]),
        ("sns", "Publish", {"PhoneNumber": "+13035550142"}, ["sns:Publish on +13035550142"]),
        ("kms", "Decrypt", {}, ["kms:Decrypt on *"]),
    ],
)  # fmt: skip
def test_what_a_call_asks_of_iam(service: str, operation: str, params: Mapping[str, Any], asked: list[str]) -> None:
    assert [str(one) for one in calls.requests(service, operation, params)] == asked


# At the end of a whole run


def everything() -> dict[str, set[Grant]]:
    return {function: set(policy.grants) for function, policy in policies.of_functions("test").items()}


def test_what_nobody_needed_is_told() -> None:
    needed = everything()
    assert calls.unused(needed) == []
    one = next(grant for grant in needed["sweep"] if grant.action == "dynamodb:Query")
    needed["sweep"].remove(one)
    assert calls.unused(needed) == [f"sweep: {one}"]


def test_what_lambda_itself_needs_is_not_waited_for() -> None:
    told = " ".join(calls.unused({function: set() for function in everything()}))
    assert "logs:" not in told and "sqs:ReceiveMessage" not in told and "sqs:SendMessage" in told


def a_session(*args: str, keyword: str = "", markexpr: str = "not browser", **more: Any) -> Any:
    options = {"deselect": None, "ignore": None, "ignore_glob": None, "lf": False, "collectonly": False, **more}
    return SimpleNamespace(
        exitstatus=pytest.ExitCode.OK,
        config=SimpleNamespace(
            args=args,
            invocation_params=SimpleNamespace(dir=Path(__file__).parents[2]),
            option=SimpleNamespace(keyword=keyword, markexpr=markexpr, **options),
        ),
    )


@pytest.fixture
def _told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_run, "unused", [])
    calls.used.update({function: set() for function in calls.used})


@pytest.mark.usefixtures("_told_once")
@pytest.mark.parametrize("session", [a_session("tests"), a_session("."), a_session("tests", markexpr="")])
def test_a_whole_run_fails_in_which_something_was_not_needed(session: Any) -> None:
    whole_run.pytest_sessionfinish(session, pytest.ExitCode.OK)
    assert session.exitstatus == pytest.ExitCode.TESTS_FAILED
    assert any("api_handler: " in one for one in whole_run.unused)


@pytest.mark.usefixtures("_told_once")
@pytest.mark.parametrize(
    "session",
    [
        a_session("tests/billing"),
        a_session("tests/test_house.py"),
        a_session("tests", keyword="pay"),
        a_session("tests", markexpr="not slow"),
        a_session("tests", deselect=["tests/test_house.py::x"]),
        a_session("tests", lf=True),
    ],
)
def test_a_run_of_some_tests_says_nothing_about_it(session: Any) -> None:
    whole_run.pytest_sessionfinish(session, pytest.ExitCode.OK)
    assert session.exitstatus == pytest.ExitCode.OK and not whole_run.unused


@pytest.mark.usefixtures("_told_once")
def test_nor_does_one_in_which_something_failed() -> None:
    session = a_session("tests")
    whole_run.pytest_sessionfinish(session, pytest.ExitCode.TESTS_FAILED)
    assert not whole_run.unused


@pytest.mark.usefixtures("_told_once")
def test_what_any_worker_needed_was_needed() -> None:
    needed = everything()
    halves: list[dict[str, set[Grant]]] = [{}, {}]
    for function, grants in needed.items():
        for place, grant in enumerate(sorted(grants)):
            halves[place % 2].setdefault(function, set()).add(grant)
    for half in halves:
        session = a_session("tests")
        session.config.workeroutput = {}
        calls.used.update({function: half.get(function, set()) for function in calls.used})
        whole_run.pytest_sessionfinish(session, pytest.ExitCode.OK)
        calls.used.update({function: set() for function in calls.used})
        half.clear()
        half.update(session.config.workeroutput["needed"])
    for half in halves:
        whole_run.pytest_testnodedown(SimpleNamespace(workeroutput={"needed": half}))
    assert calls.used == needed
