"""The templates under test: our own resources, and the whole as `chalice package` makes it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from chalicelib.aws.sms import SnsSms, Stopped
from chalicelib.billing.actions import audit
from chalicelib.customers.actions import bulk_invites
from chalicelib.messages import actions as messages
from chalicelib.messages import records
from chalicelib.messages.actions import events
from chalicelib.messages.records import templates
from chalicelib.messages.rules import Message
from chalicelib.messages.rules.template import Choice
from infra import package
from sandbox import happenings
from sandbox.world import World, queued
from tests.billing.till import Till
from tests.billing.wire import Call, Wire, on_the_wire
from tests.builders import Company, Person
from tests.conftest import Clock


@pytest.fixture(scope="session")
def resources() -> dict[str, Any]:
    """Our own resources, those of `aws_only.json` included."""
    return package.merged_template("prod")


@pytest.fixture(scope="session")
def sam_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template that would be deployed as stage prod."""
    folder = tmp_path_factory.mktemp("package")
    package.copy_project(package.ROOT, folder / "project", with_requirements=False)
    package.chalice_package(folder / "project", folder / "out", "prod", package.merged_template("prod"))
    return folder / "out" / "sam.json"


@pytest.fixture(scope="session")
def sam(sam_file: Path) -> dict[str, Any]:
    """The same, parsed."""
    template: dict[str, Any] = json.loads(sam_file.read_text(encoding="utf-8"))
    return template


@pytest.fixture
def called(evergreen: Company, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, set[str]]]:
    """What the functions that run long ask of DynamoDB and S3, by table: a night's audit, one company's, and a bulk
    invite of its customers, a message with an SMS beside it, and what becomes of them."""
    world, now = evergreen.world, "StartAudits"
    dana = Till(evergreen.customer(saved_card="pm_card_visa"), clock)
    dana.disputes(dana.pays(dana.person.invoice(), dana.saved))  # of which nobody hears: the sweep is told to look
    clock.forward(hours=5)
    found: dict[str, dict[str, set[str]]] = {"StartAudits": {}, "AuditCompany": {}, "RunJob": {},
                                              "SendMessages": {}, "NoteEvents": {}}  # fmt: skip

    def note(resource: str, action: str) -> None:
        found[now].setdefault(resource, set()).add(action)

    with on_the_wire(world) as wire:
        audit.start(world.services)
        note_calls(wire.calls, world, note)
        # With nobody left to audit, this function sums the night up.
        note("FilesBucket", "s3:PutObject")
        wire.calls.clear()
        now = "AuditCompany"
        date = world.services.now().date().isoformat()
        audit.company(world.services, evergreen.store.tenant, date, lambda: 1_000.0)
        note_calls(wire.calls, world, note)
        now = "RunJob"
        owner = evergreen.admin()
        job = owner.post("/bulk-invites", {}).json["id"]
        wire.calls.clear()
        bulk_invites.run(world.services, evergreen.store.tenant, job, lambda: 1_000.0)
        note_calls(wire.calls, world, note)
        now = "SendMessages"
        ana = send_all(evergreen, wire, monkeypatch)
        note_calls(wire.calls, world, note)
        now = "NoteEvents"
        wire.calls.clear()
        for what in ("sent", "delivered", "bounced"):
            happenings.befell(world, evergreen.store.tenant, ana.id, "link-one", "ana@example.com", what)
        happenings.answered(world, "+13035550142", "STOP")
        bodies = queued(world.outputs, "EventsQueueUrl")
        wire.calls.clear()
        for body in bodies:
            events.note(world.services, json.dumps(body))
        note_calls(wire.calls, world, note)
    return found


def send_all(company: Company, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Person:
    """An e-mail with a Portal Link, and the SMS beside it, to a number that SNS says has answered STOP."""
    world, store = company.world, company.store
    store.write(templates.decide(store, "portal_link", Choice(), Choice(sms=True)))
    person = company.customer("Ana Ruiz", email="ana@example.com", phones=("(303) 555-0142",))
    message = Message("link-one", "portal_link", "ana@example.com", "en", phone="(303) 555-0142", path="/")
    store.write(records.new_message(store, person.id, message, world.services.now()))
    wire.calls.clear()
    messages.deliver(world.services, store.tenant, person.id, "link-one")
    monkeypatch.setattr(SnsSms, "send", answered_stop)
    messages.deliver(world.services, store.tenant, person.id, "link-one-sms")
    return person


def answered_stop(*_: object) -> None:
    raise Stopped()


def note_calls(calls: Sequence[Call], world: World, note: Callable[[str, str], None]) -> None:
    """Each call under the name that its table has in the template."""
    settings = world.services.settings
    tables = {settings.tenants_table: "TenantsTable", settings.customers_table: "CustomersTable",
              settings.tokens_table: "TokensTable"}  # fmt: skip
    single = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
    for call in calls:
        service, operation = call.what.split(" ", 1)
        if service == "s3":
            note("FilesBucket", f"s3:{operation}")
        elif service == "dynamodb" and operation == "TransactWriteItems":
            for one in call.body["TransactItems"]:
                ((kind, write),) = one.items()
                note(tables[write["TableName"]], f"dynamodb:{single[kind]}")
        elif service == "dynamodb":
            for table in call.body.get("RequestItems", ()) or [call.body["TableName"]]:
                note(tables[table], f"dynamodb:{operation}")
