"""The templates under test: our own resources, and the whole as `chalice package` makes it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from chalicelib.billing.actions import audit
from chalicelib.customers.actions import bulk_invites
from infra import package
from sandbox.world import World
from tests.billing.till import Till
from tests.billing.wire import Call, on_the_wire
from tests.builders import Company
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
    invite of its customers."""
    world, now = evergreen.world, "StartAudits"
    dana = Till(evergreen.customer(saved_card="pm_card_visa"), clock)
    dana.disputes(dana.pays(dana.person.invoice(), dana.saved))  # of which nobody hears: the sweep is told to look
    clock.forward(hours=5)
    found: dict[str, dict[str, set[str]]] = {"StartAudits": {}, "AuditCompany": {}, "RunJob": {}}

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
    return found


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
