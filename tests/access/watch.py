"""Whose keys are sent while somebody's request is answered: in every test, beneath everything, by botocore's own hooks.

The store refuses other tenants' keys by itself. This does not ask the store: who calls is read from what the caller
sent (the portal's address, the bearer token, the cookie, Stripe's account), and who owns an address or an account from
the tables' own answers. A key of anybody else is refused on the spot, and fails the test even if the app makes an
error page of that.
"""

from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from botocore import handlers

from tests.access import sent_keys
from tests.access.sent_keys import BY_TASK, SentKey

# Which work may touch which keys that belong to no company. The address of a portal is looked up for all its pages.
PORTAL = frozenset({"slug"})
NOBODYS: dict[str, frozenset[str]] = {
    "POST /stripe/webhooks": frozenset({"account"}),
    "GET /{slug}/connect/{token}": PORTAL,
    "POST /{slug}/connect/{token}": PORTAL | {"account"},
    "POST /api/v1/session": frozenset({"login", "platform"}),
    "POST /api/v1/session/companies": frozenset({"login", "platform"}),
    "PUT /api/v1/session/password": frozenset({"login", "platform"}),
    "POST /api/v1/invites/look": frozenset({"login", "platform"}),
    "POST /api/v1/invites/acceptance": frozenset({"login", "platform"}),
    "POST /api/v1/password-resets": frozenset({"login", "platform"}),
    "POST /api/v1/password-resets/acceptance": frozenset({"login", "platform"}),
    "DELETE /api/v1/team/{email}": frozenset({"login"}),
    "GET /api/v1/settings/address/suggestions": PORTAL,
    "PUT /api/v1/settings/address": PORTAL,
    "POST /api/v1/settings/stripe/onboarding": frozenset({"account"}),
    # Whether a number answered STOP: one sends for all companies.
    "GET /api/v1/customers/{id}/messages": frozenset({"stopped"}),
    "POST /api/v1/customers/{id}/messages/{message}/resends": frozenset({"stopped"}),
    "POST /api/v1/customers/{id}/access/invites": frozenset({"stopped"}),
    "POST /api/v1/invoices/{id}/deliveries": frozenset({"stopped"}),
    "POST /api/v1/documents/{id}/deliveries": frozenset({"stopped"}),
    "POST /api/v1/estimates/{id}/deliveries": frozenset({"stopped"}),
    "POST /api/v1/message-templates/{name}/tests": frozenset({"stopped"}),
    "sweep of payments": frozenset({BY_TASK}),
    "sweep of messages": frozenset({BY_TASK}),
    "sweep of reviews": frozenset({BY_TASK}),
    "sweep of bookings": frozenset({BY_TASK}),
    "delivery of a message": frozenset({"stopped"}),
    "start of the audits": frozenset({"companies", "platform"}),
    "audit of a company": frozenset({"platform"}),
}
_BELONG_TO_NOBODY = {
    ("tenants", "slug"), ("tenants", "account"), ("tenants", "login"), ("tenants", "companies"),
    ("tenants", "stopped"),
    ("tokens", "platform"), ("s3", "platform"), (BY_TASK, BY_TASK),
}  # fmt: skip

# What is asked for in the place of an e-mail address that can be none.
NO_LOGIN = "login#-"

wrong: list[str] = []
"""What was caught in this test."""
_owners: dict[str, set[str]] = {}
"""`slug#…`, `account#…`, `login#…` -> the companies it leads to, as the tables have answered."""


@dataclass(frozen=True)
class Work:
    """What is being done, and for whom: companies by id, or by a name that leads to them."""

    name: str
    tenants: set[str] = field(default_factory=set)
    by: set[str] = field(default_factory=set)

    def owns(self, key: SentKey) -> bool:
        logins = {one for one in self.by if one.startswith("login#")}
        if logins and key.partition.startswith("login#") and key.partition not in logins | {NO_LOGIN}:
            return False
        owner, mark, rest = key.partition.partition("/" if key.place == "s3" else "#")
        kind = BY_TASK if key.place == BY_TASK else owner
        if (key.place, kind) in _BELONG_TO_NOBODY:
            return kind in self._nobodys
        whole = not mark if key.place == "tenants" else bool(rest)
        return whole and owner in self.companies

    @property
    def companies(self) -> set[str]:
        """The ids of those it is for."""
        return self.tenants.union(*(_owners.get(one, ()) for one in self.by))

    @property
    def _nobodys(self) -> frozenset[str]:
        return NOBODYS.get(self.name, PORTAL if "{slug}" in self.name or self.name == "GET /{slug}" else frozenset())


_now: ContextVar[Work | None] = ContextVar("work", default=None)


def now() -> Work | None:
    """What is being done just now."""
    return _now.get()


@contextmanager
def doing(work: Work) -> Iterator[None]:
    before = _now.set(work)
    try:
        yield
    finally:
        _now.reset(before)


# What botocore tells


def _asked(params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
    if model.service_model.service_name == "s3":
        keys = sent_keys.of_s3(model.name, params)
    else:
        context["asked"] = params
        keys = sent_keys.of_dynamodb(model.name, params)
    _judge(model.name, keys)


def _signed(request: Any, **_: Any) -> None:
    fields = request.context.get("s3-presign-post-fields")
    if fields is not None:
        _judge("a presigned form", sent_keys.of_post(fields, request.context["s3-presign-post-policy"]))


def _judge(operation: str, keys: Iterator[SentKey]) -> None:
    work = _now.get()
    if work is None:
        return
    for key in keys:
        if not work.owns(key):
            wrong.append(f"{work.name}: {operation} of {key}, which is not of {sorted(work.tenants) or work.by}")
            raise AssertionError("a key of somebody else's")


def _answered(http_response: Any, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
    """Remember who owns which name; whom the sweep was told to look at; whose password a mailed link resets."""
    if http_response.status_code >= 300 or model.name not in ("BatchGetItem", "Query", "PutItem", "TransactWriteItems"):
        return
    asked, work = context.get("asked", {}), _now.get()
    if model.name == "Query":
        if asked.get("IndexName") == BY_TASK and work is not None:
            work.tenants.update(one["customer"]["S"].partition("#")[0] for one in parsed["Items"])
        found = parsed["Items"]
    elif model.name == "BatchGetItem":
        found = [one for items in parsed["Responses"].values() for one in items]
    else:
        writes = [asked] if model.name == "PutItem" else [one.get("Put", {}) for one in asked["TransactItems"]]
        found = [one["Item"] for one in writes if "Item" in one]
    for item in found:
        if work is not None and item.get("token", {}).get("S", "").startswith("platform#admin-reset#"):
            work.by.add(f"login#{item['email']['S']}")
        if "owner" in item:
            name, owner = item["tenant"]["S"], item["owner"]["S"]
            _owners[name] = {owner, *_owners.get(name, ())} if name.startswith("login#") else {owner}


# Whose work it is


def _of_page(services: Any, route: Any, request: Any, path: dict[str, str]) -> Work:
    by = {f"slug#{path['slug']}"} if "slug" in path else set()
    if route.path == "/stripe/webhooks":
        by = {f"account#{_read(request.body).get('account')}"}
    return Work(f"{route.method} {route.path}", by=by)


def _of_call(services: Any, route: Any, request: Any, path: dict[str, str]) -> Work:
    name = f"{route.method} /api/v1{route.path}"
    if route.scope is not None:
        claims = _claims(request.headers.get("authorization", "").rpartition(" ")[2])
        # A person's password is one for all companies they serve: changing it ends their sessions in each.
        by = {f"login#{claims['sub']}"} if "sub" in claims and route.path == "/session/password" else set()
        return Work(name, {claims.get("ten", "")}, by)
    # Open to anybody: only the companies that are named by what was sent.
    body, cookie = _read(request.body), _claims(request.cookies.get("porchlight_admin", ""))
    by = {f"login#{str(body['email']).strip().lower()}"} if "email" in body else set()
    return Work(name, {str(body.get("company")), cookie.get("ten", "")}, by)


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _claims(token: str) -> dict[str, str]:
    """What a key or token says of itself: the company is `ten`. Whether it is genuine is the app's to find out."""
    if found := re.match(r"plk_([0-9A-Z]{26})_", token):
        return {"ten": found[1]}
    try:
        payload = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, IndexError):
        return {}
    return found if isinstance(found, dict) else {}


def _any_request(self: Any, event: Any, context: Any) -> Work:
    """What has no route of ours, or goes past them: nobody's keys at all."""
    return Work("a request outside of the routes")


def _of_one_swept(services: Any, store: Any, *_: Any) -> Work:
    """Within a sweep only those that its list named."""
    around = _now.get()
    return Work("sweep of one thing", {store.tenant} & (around.tenants if around else {store.tenant}))


_WORK: dict[str, Callable[..., Work]] = {
    "chalice.app:Chalice.__call__": _any_request,
    "chalicelib.web.routes:answer": _of_page,
    "chalicelib.web.api.routes:answer": _of_call,
    "chalicelib.messages.actions:deliver": lambda services, tenant, *_, **__: Work("delivery of a message", {tenant}),
    "chalicelib.messages.actions:sweep": lambda *_, **__: Work("sweep of messages"),
    "chalicelib.customers.actions.bulk_invites:run": lambda services, tenant, *_, **__: Work("bulk invite", {tenant}),
    "chalicelib.documents.actions.telling:run": lambda services, tenant, *_, **__: Work("news of a document", {tenant}),
    "chalicelib.billing.actions.sweep:sweep": lambda *_, **__: Work("sweep of payments"),
    "chalicelib.billing.actions.sweep:finish": _of_one_swept,
    "chalicelib.visits.actions.asking:sweep": lambda *_, **__: Work("sweep of reviews"),
    "chalicelib.visits.actions.asking:ask": _of_one_swept,
    "chalicelib.booking.actions.reminding:sweep": lambda *_, **__: Work("sweep of bookings"),
    "chalicelib.booking.actions.reminding:remind": _of_one_swept,
    "chalicelib.billing.actions.audit:start": lambda *_, **__: Work("start of the audits"),
    "chalicelib.billing.actions.audit:company": lambda services, tenant, *_, **__: Work("audit of a company", {tenant}),
}


def install() -> None:
    """Once for a run, before the first client is made."""
    handlers.BUILTIN_HANDLERS += [
        ("provide-client-params.dynamodb", _asked),
        ("provide-client-params.s3", _asked),
        ("before-sign.s3.PutObject", _signed),
        ("after-call.dynamodb", _answered),
    ]
    for place, of in _WORK.items():
        module, _, name = place.partition(":")
        holder: Any = import_module(module)
        *outer, last = name.split(".")
        for one in outer:
            holder = getattr(holder, one)
        setattr(holder, last, _watched(getattr(holder, last), of))


def _watched(function: Callable[..., Any], of: Callable[..., Work]) -> Callable[..., Any]:
    @functools.wraps(function)
    def watched(*given: Any, **named: Any) -> Any:
        with doing(of(*given, **named)):
            return function(*given, **named)

    return watched
