"""Connected accounts and the links that take a business through onboarding. All accounts belong to the
platform."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.stripe.engine import Engine
from sandbox.stripe.errors import invalid, no_access
from sandbox.stripe.resources.common import merged_metadata
from sandbox.stripe.routes import Call, Route, listing
from sandbox.stripe.state import World

Json = dict[str, Any]

_NEEDED = ["business_profile.url", "external_account", "tos_acceptance.date", "tos_acceptance.ip"]


def open_account(
    engine: Engine, *, kind: str = "standard", country: str = "US", id: str | None = None, **fields: Any
) -> Json:
    """A connected account that can't take charges until its onboarding is done, and the world that is its
    own."""
    account: Json = {
        "id": id or engine.id("acct", 16),
        "object": "account",
        "business_profile": {
            **dict.fromkeys(
                ["mcc", "name", "product_description", "support_address", "support_email", "support_phone"]
            ),
            "support_url": None,
            "url": None,
            **(fields.get("business_profile") or {}),
        },
        "business_type": fields.get("business_type"),
        "capabilities": {
            name: "inactive" for name, asked in (fields.get("capabilities") or {}).items() if asked.get("requested")
        },
        "charges_enabled": False,
        "controller": fields.get("controller")
        or {"type": "application", "is_controller": True, "requirement_collection": "stripe"},
        "country": country,
        "created": engine.stamp(),
        "default_currency": "usd" if country == "US" else fields.get("default_currency") or "usd",
        "details_submitted": False,
        "email": fields.get("email"),
        "external_accounts": {"object": "list", "data": [], "has_more": False, "url": ""},
        "metadata": fields.get("metadata") or {},
        "payouts_enabled": False,
        "requirements": _requirements(_NEEDED, "requirements.past_due"),
        "settings": fields.get("settings") or {},
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": kind,
    }
    account["external_accounts"]["url"] = f"/v1/accounts/{account['id']}/external_accounts"
    engine.state.world().add(account)
    engine.state.worlds[account["id"]] = World(account["id"])
    return account


def finish_onboarding(engine: Engine, account: Json, *, quiet: bool = False) -> None:
    """What Stripe does when the business has told it everything: charges and payouts go on."""
    account.update(
        charges_enabled=True,
        payouts_enabled=True,
        details_submitted=True,
        requirements=_requirements([], None),
        capabilities=dict.fromkeys(
            account["capabilities"] or ["card_payments", "us_bank_account_ach_payments", "transfers"],
            "active",
        ),
    )
    if not quiet:
        _updated(engine, account)


def restrict(engine: Engine, account: Json, reason: str) -> None:
    """What Stripe does when it stops trusting an account: no more charges."""
    account.update(charges_enabled=False, requirements=_requirements(_NEEDED, reason))
    _updated(engine, account)


def account_of(engine: Engine, world: World) -> Json | None:
    """The account whose world this is; the platform's own is not among the connected ones."""
    return engine.state.world().tables.get("account", {}).get(world.account)


def business_name(engine: Engine, world: World) -> str:
    account = account_of(engine, world)
    if account is None:
        return "Platform account"
    dashboard = (account["settings"].get("dashboard") or {}).get("display_name")
    return str(account["business_profile"].get("name") or dashboard or account["email"] or account["id"])


def _requirements(due: list[str], disabled: str | None) -> Json:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": list(due),
        "disabled_reason": disabled,
        "errors": [],
        "eventually_due": list(due),
        "past_due": list(due),
        "pending_verification": [],
    }


def _updated(engine: Engine, account: Json, previous: Json | None = None) -> None:
    engine.emit(engine.state.world(account["id"]), "account.updated", account, previous)


def _create(call: Call) -> Json:
    if call.params.get("type") and call.params.get("controller"):
        raise invalid("You may only specify one of these parameters: type, controller.", "controller")
    fields = {k: v for k, v in call.params.items() if k not in ("type", "country", "expand")}
    if controller := fields.get("controller"):
        fields["controller"] = {"type": "application", "is_controller": True, **controller}
    kind = call.params.get("type") or ("none" if controller else "standard")
    return open_account(call.engine, kind=kind, country=call.params.get("country", "US"), **fields)


def _owned(call: Call) -> Json:
    """An account may be read by its platform, and by itself."""
    found = call.engine.state.world().tables.get("account", {}).get(call.id)
    platform = call.world.account == call.engine.state.platform
    if found is None or not (platform or call.world.account == call.id):
        raise no_access("sk_test_****", call.id)
    return found


def _current(call: Call) -> Json:
    account = account_of(call.engine, call.world)
    if account is not None:
        return account
    return {
        "id": call.world.account,
        "object": "account",
        "charges_enabled": True,
        "payouts_enabled": True,
        "details_submitted": True,
        "country": "US",
        "default_currency": "usd",
        "email": None,
        "metadata": {},
        "type": "standard",
    }


def _update(call: Call) -> Json:
    account, previous = _owned(call), {}
    for name, value in call.params.items():
        if name == "metadata":
            value = merged_metadata(account["metadata"], value)
        elif name == "capabilities":
            active = "active" if account["charges_enabled"] else "inactive"
            value = {**account[name], **{k: active for k, v in value.items() if v.get("requested")}}
        elif isinstance(value, dict):
            value = {**(account.get(name) or {}), **value}
        if name in account and account[name] != value:
            previous[name], account[name] = account[name], value or None
    if previous:
        _updated(call.engine, account, previous)
    return account


def _list(call: Call) -> Json:
    return listing(call, call.world.all("account"))


def _create_link(call: Call) -> Json:
    account = call.engine.state.world().get("account", call.params["account"], "account")
    kind = call.params["type"]
    if kind == "account_onboarding" or kind == "account_update":
        for name in ("refresh_url", "return_url"):
            if not call.params.get(name):
                raise invalid(f"You must provide a {name} when creating an account link.", name)
    token = call.engine.id("link", 16)
    call.engine.state.world().secret(account["id"]).setdefault("links", {})[token] = {
        "expires": call.engine.now() + timedelta(minutes=5),
        "refresh_url": call.params.get("refresh_url"),
        "return_url": call.params.get("return_url"),
        "used": False,
    }
    return {
        "object": "account_link",
        "created": call.engine.stamp(),
        "expires_at": call.engine.stamp() + 300,
        "url": f"{call.engine.base_url}/setup/s/{account['id']}/{token}",
    }


ROUTES = [
    Route("POST", "/v1/accounts", "AccountCreateParams", _create),
    Route("GET", "/v1/accounts", "AccountListParams", _list),
    Route("GET", "/v1/account", "AccountRetrieveCurrentParams", _current),
    Route("GET", "/v1/accounts/:id", "AccountRetrieveParams", _owned),
    Route("POST", "/v1/accounts/:id", "AccountUpdateParams", _update),
    Route("POST", "/v1/account_links", "AccountLinkCreateParams", _create_link),
]
