"""What the console and the company's software do, with each service down: a problem that says to come again, or it is
done; sent again as it was, all is as if nothing had happened."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

from chalicelib.web.api.routes import ApiRoute
from tests.access import test_api as api
from tests.access.api_scene import PIXEL
from tests.access.api_scene import routes as api_routes
from tests.access.scene import an_address
from tests.billing.till import THOROUGH
from tests.billing.wire import Fault
from tests.client import Answer, Client
from tests.documents.desk import Desk
from tests.outages.outage import SERVICES, WAYS, Outage, rewound
from tests.visits.camera import arrived, picture

_keys = count(1)
Path = dict[str, str]
# Where what the matrix sends would not come to the point: with the scene set for it, the path and the body.
BETTER: dict[str, Callable[[Outage], tuple[Path, Any]]] = {
    "POST /invoices/{id}/deliveries": lambda outage: ({"id": outage.records.invoice}, None),
    "POST /payments/{id}/refunds": lambda outage: (
        {"id": f"{outage.scene.dana.person.id}-{outage.scene.dana.payment.id}"}, {"amount": 1_000},
    ),
    "POST /documents": lambda outage: ({}, {
        "customer": outage.records.customer, "upload": Desk(outage.scene.evergreen, outage.owner).uploads(),
        "name": "Service agreement", "category": "contract", "notify": True,
    }),
    "POST /visits/{id}/photos": lambda outage: (
        {"id": outage.records.visit},
        {"upload": arrived(outage.owner, outage.scene.evergreen, {"id": outage.records.visit}, picture())},
    ),
    "PUT /settings/logo": lambda outage: ({}, {"upload": a_logo(outage)}),
    "POST /password-resets": lambda outage: ({}, {"email": f"owner@{outage.scene.evergreen.slug}.example"}),
    "PUT /invoices/{id}": lambda outage: (
        {"id": "ext:another"}, {"customer": outage.records.customer, **api.INVOICE},
    ),
    "PUT /estimates/{id}": lambda outage: (
        {"id": "ext:another"}, {"customer": outage.records.customer, **api.ESTIMATE},
    ),
    "PUT /visits/{id}": lambda outage: ({"id": "ext:another"}, {"customer": outage.records.customer, **api.VISIT}),
    "POST /estimates/{id}/deliveries": lambda outage: ({"id": outage.records.estimate}, None),
}  # fmt: skip


def a_logo(outage: Outage) -> str:
    answer = outage.owner.post("/settings/logo/uploads", {"content_type": "image/png", "size": len(PIXEL)})
    files = outage.world.services.files.for_tenant(outage.scene.evergreen.store.tenant)
    files.put(f"uploads/{answer.json['upload']}", PIXEL, "image/png")
    return str(answer.json["upload"])


def prepared(outage: Outage, route: ApiRoute) -> Callable[[], Answer]:
    """The call, with what it takes; each time the same one, by its key."""
    name, has = api.name(route), outage.records
    if name in BETTER:
        path, body = BETTER[name](outage)
    else:
        path = {one: api.OURS[api.upto(route, one)](has) for one in api.parameters(route)}
        body = api.BODIES[name](has) if name in api.BODIES else route.example
    headers = dict(api.CONDITION) if route.conditional else {}
    if route.method == "POST":
        headers["idempotency_key"] = f"outage-{next(_keys)}"
    if route.content_type != "application/json" and body is not None:
        headers["content_type"] = route.content_type
        body = json.dumps(body) + "\n"
    client = outage.owner if route.scope is not None else Client(outage.world)
    client.address = an_address()
    return lambda: client.send(route.method, route.path.format(**path), body, **headers)


def test_it_is_done_once_whatever_is_down(outage: Outage) -> None:
    wrong: list[str] = []
    assert outage.records
    leaning: dict[str, set[str]] = {}
    for turn, route in enumerate(one for one in api_routes() if one.method != "GET"):
        name = api.name(route)
        with rewound(outage):
            goes = prepared(outage, route)
            outage.wire.calls.clear()
            answer = goes()
            assert answer.status < 500, f"{name}: {answer.text}"
            leaning[name] = outage.called()
            assert leaning[name] <= {"Stripe", "S3", "SQS"}, f"{name} mails by itself"
            # What is written goes its way by itself, whoever wrote it: of those, some are looked at to the end.
            whole = leaning[name] - (set() if THOROUGH or turn % 3 == 0 else {"SQS"})
            if whole:
                outage.works()
                outage.goes_on(4, 16)
                right = outage.state()
        for service in sorted(leaning[name]):
            fault = WAYS[turn % len(WAYS)]
            wrong += ill(outage, route, service, fault, answer.status, right if service in whole else None)
    assert not wrong, "\n".join(wrong)
    # Otherwise this would prove little.
    assert {name for name, on in leaning.items() if "S3" in on} >= {"POST /documents", "POST /visits/{id}/photos"}
    assert {name for name, on in leaning.items() if "Stripe" in on} >= {"POST /payments/{id}/refunds"}
    assert sum("SQS" in on for on in leaning.values()) > 10


def ill(
    outage: Outage, route: ApiRoute, service: str, fault: Fault, status: int, right: dict[str, Any] | None
) -> list[str]:
    """What goes wrong with a call while a service is down; and afterwards, if `right` is how it must end."""
    at, wrong = f"{api.name(route)}, {service} {fault}", []
    with rewound(outage):
        goes = prepared(outage, route)
        outage.begins(SERVICES[service], fault)
        answer = goes()
        refused = answer.status != status
        if refused and (answer.status, answer.kind, answer.headers["retry-after"]) != (424, "unreachable", "60"):
            wrong.append(f"{at}: {answer.status} {answer.text}")
        if right is not None:
            outage.works()
            outage.works(3)
        outage.ends()
        if refused and (again := goes()).status != status:
            wrong.append(f"{at}, again: {again.status} {again.text}")
        if right is not None:
            outage.goes_on(4, 16)
            now = outage.state()
            wrong += [f"{at}: {one} are {now[one]}, not {right[one]}" for one in right if now[one] != right[one]]
    return wrong
