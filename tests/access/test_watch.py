"""The watch over all tests can fail: whoever reaches for another company's key while a request is answered is caught,
whichever way they go, and even if the app makes an error page of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

import app as wiring
from chalicelib.aws.rows import CustomersRow, TenantsRow, TokensRow, Write, put
from chalicelib.billing.actions import sweep
from chalicelib.home import actions as home
from sandbox.world import World
from tests.access import watch
from tests.access.sent_keys import of_dynamodb
from tests.access.watch import NOBODYS
from tests.browser import Browser
from tests.builders import Company, Person
from tests.client import Client

Reach = Callable[[Company, Person], object]


def caught() -> list[str]:
    """What was caught, which this test wanted."""
    found = list(watch.wrong)
    watch.wrong.clear()
    return found


def raw(company: Company, operation: str, arguments: dict[str, Any]) -> object:
    return company.world.services.tables.connection.dispatch(operation, arguments)


def table(company: Company, name: str) -> str:
    return company.world.services.tables.name(name)


def partition(person: Person) -> str:
    return person.company.store.customer(person.id)


def by_batch(company: Company, person: Person) -> object:
    key = {"customer": {"S": partition(person)}, "item": {"S": "profile"}}
    return raw(company, "BatchGetItem", {"RequestItems": {table(company, "customers"): {"Keys": [key]}}})


def by_query(company: Company, person: Person) -> object:
    return raw(company, "Query", {
        "TableName": table(company, "customers"), "KeyConditionExpression": "#p = :p",
        "ExpressionAttributeNames": {"#p": "customer"}, "ExpressionAttributeValues": {":p": {"S": partition(person)}},
    })  # fmt: skip


def by_index(company: Company, person: Person) -> object:
    return raw(company, "Query", {
        "TableName": table(company, "customers"), "IndexName": "by_tenant", "KeyConditionExpression": "#p = :p",
        "ExpressionAttributeNames": {"#p": "list"},
        "ExpressionAttributeValues": {":p": {"S": f"{person.company.store.tenant}#customer"}},
    })  # fmt: skip


def by_cursor(company: Company, person: Person) -> object:
    return raw(company, "Query", {
        "TableName": table(company, "customers"), "KeyConditionExpression": "#p = :p",
        "ExpressionAttributeNames": {"#p": "customer"},
        "ExpressionAttributeValues": {":p": {"S": company.store.customer(person.id)}},
        "ExclusiveStartKey": {"customer": {"S": partition(person)}, "item": {"S": "profile"}},
    })  # fmt: skip


def by_scan(company: Company, person: Person) -> object:
    return raw(company, "Scan", {"TableName": table(company, "customers")})


def by_write(company: Company, person: Person) -> object:
    return person.company.store.write(put(CustomersRow(partition(person), "note"), "note"))


def by_delete(company: Company, person: Person) -> object:
    return person.company.store.write(Write("note", "delete", TokensRow(person.company.store.token("ended", "x"))))


def by_transaction(company: Company, person: Person) -> object:
    mine = put(TenantsRow(company.store.tenant, "note"), "note")
    check = Write("theirs", "check", CustomersRow(partition(person), "profile"), CustomersRow.item.exists())
    return company.world.services.tables.platform().transact(mine, check)


def by_file(company: Company, person: Person) -> object:
    return company.world.services.files.for_tenant(person.company.store.tenant).has("logo/x.png")


def by_link_to_a_file(company: Company, person: Person) -> object:
    return company.world.services.files.for_tenant(person.company.store.tenant).link("logo/x.png", 60)


def by_form_for_a_file(company: Company, person: Person) -> object:
    files = company.world.services.files
    return files.client.generate_presigned_post(files.bucket, f"{person.company.store.tenant}/logo/x.png")


def by_listing_files(company: Company, person: Person) -> object:
    files = company.world.services.files
    return files.client.list_objects_v2(Bucket=files.bucket, Prefix=f"{person.company.store.tenant}/")


def by_a_client_of_its_own(company: Company, person: Person) -> object:
    key = {"tenant": {"S": person.company.store.tenant}, "item": {"S": "profile"}}
    return boto3.client("dynamodb").get_item(TableName=table(company, "tenants"), Key=key)


def by_a_name(company: Company, person: Person) -> object:
    """Who signs in where is nobody's key, and no page has to know."""
    login = "login#owner@bluewave.example"
    return raw(company, "Query", {
        "TableName": table(company, "tenants"), "KeyConditionExpression": "tenant = :p",
        "ExpressionAttributeValues": {":p": {"S": login}},
    })  # fmt: skip


def by_everybodys_tasks(company: Company, person: Person) -> object:
    return company.world.services.tables.platform().overdue("payment", company.world.services.now(), 10)


WAYS: tuple[Reach, ...] = (
    by_batch, by_query, by_index, by_cursor, by_scan, by_write, by_delete, by_transaction, by_file, by_link_to_a_file,
    by_form_for_a_file, by_listing_files, by_a_client_of_its_own, by_a_name, by_everybodys_tasks,
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_page_that_reaches_into_another_company_is_caught(
    evergreen: Company, bluewave: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch, way: Reach
) -> None:
    evergreen.customer()
    ruth = bluewave.customer("Ruth Vance", email="ruth@example.com")
    assert browser.sign_in("evergreen").status == 200 and caught() == []
    look = home.look

    def reaching(*given: Any) -> Any:
        way(evergreen, ruth)
        return look(*given)

    monkeypatch.setattr(home, "look", reaching)
    assert browser.get("/evergreen").status == 500
    assert len(caught()) == 1

    monkeypatch.setattr(home, "look", look)
    assert browser.get("/evergreen").status == 200 and caught() == []


def test_a_call_of_the_api_that_reaches_into_another_company_is_caught(
    evergreen: Company, bluewave: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.tenants.admin import settings

    owner, present = evergreen.admin(), settings.present
    assert owner.get("/settings").status == 200 and caught() == []

    def reaching(*given: Any) -> Any:
        assert bluewave.company
        return present(*given)

    monkeypatch.setattr(settings, "present", reaching)
    assert owner.get("/settings").status == 500
    assert "which is not of" in caught()[0]


def test_what_answers_without_a_route_may_touch_nobodys_keys(
    evergreen: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.web.requests.read", lambda *_, **__: evergreen.company)
    assert browser.get("/evergreen").status == 500
    assert "outside of the routes" in caught()[0]


def test_a_worker_that_reaches_into_another_company_is_caught(
    evergreen: Company, bluewave: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    evergreen.customer()
    browser.get("/evergreen/sign-in/code")
    browser.post("/evergreen/sign-in/code", {"login": "dana@example.com", "next": "/"})
    monkeypatch.setattr("chalicelib.messages.writing.mail.write", lambda *_: bluewave.company)
    with pytest.raises(AssertionError):
        browser.deliver_mail()
    assert "delivery of a message" in caught()[0]


def test_who_signs_in_may_look_up_nobody_else(
    evergreen: Company, bluewave: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.team.actions import sessions

    tidy = sessions.tidy
    monkeypatch.setattr(sessions, "tidy", lambda email: tidy(email).replace("evergreen", "bluewave"))
    refused = Client(evergreen.world).post("/session", {"email": "owner@evergreen.example", "password": "x"})
    assert refused.status == 500
    assert "login#owner@bluewave.example" in caught()[0]


def test_a_sweep_may_visit_only_whom_its_list_names(
    evergreen: Company, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep.sweep(world.services)
    assert caught() == []
    made_up = [(evergreen.store.tenant, "C", "P")]
    monkeypatch.setattr("chalicelib.aws.store.Platform.overdue", lambda *_: made_up)
    with pytest.raises(AssertionError):
        sweep.sweep(world.services)
    assert [one.partition(":")[0] for one in caught()] == ["sweep of one thing", "sweep of payments"]


def test_a_test_itself_may_look_everywhere(evergreen: Company, bluewave: Company) -> None:
    assert evergreen.company.slug != bluewave.company.slug
    assert caught() == []


@pytest.mark.parametrize(
    "operation", ["CreateTable", "ExecuteStatement", "DescribeTable"], ids=lambda operation: str(operation)
)
def test_a_call_that_is_not_understood_is_nobodys(operation: str) -> None:
    assert [key.place for key in of_dynamodb(operation, {})] == ["?"]


def test_the_works_that_may_touch_nobodys_keys_are_there(evergreen: Company) -> None:
    """A line that is left over would let something new through."""
    routes = {f"{method} {path}" for path, methods in wiring.app.routes.items() for method in methods}
    works = {
        "sweep of payments",
        "sweep of messages",
        "sweep of reviews",
        "sweep of bookings",
        "start of the audits",
        "audit of a company",
    }
    works |= {"delivery of a message"}
    assert set(NOBODYS) <= routes | works


def test_the_company_is_the_one_of_the_credential(evergreen: Company, bluewave: Company) -> None:
    """A genuine token opens its own company and no other, whatever else is sent along."""
    ours, theirs = evergreen.admin(), bluewave.admin()
    both = Client(evergreen.world, ours.token, cookies=theirs.cookies)
    assert both.get("/settings").json["portal"]["slug"] == "evergreen"
    assert both.post("/session/refresh").json["company"]["slug"] == "bluewave"
    assert caught() == []
