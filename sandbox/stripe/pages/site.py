"""From an address to a hosted page. The object's id is in the address; whose world it is in, the state
knows."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from sandbox.stripe.engine import Engine
from sandbox.stripe.http import Request, Response, html_response
from sandbox.stripe.pages import bank, checkout, onboarding
from sandbox.stripe.pages.layout import notice, page, text
from sandbox.stripe.resources.common import money
from sandbox.stripe.state import World

Json = dict[str, Any]

_PAGES = re.compile(r"^/(c/pay|3ds|payment/microdeposits|receipts)/(\w+)(/return)?$")
_SETUP = re.compile(r"^/setup/s/(\w+)/(\w+)$")


def answer(engine: Engine, request: Request) -> Response:
    """Holds the lock throughout: a second press waits for the first, and finds its work done."""
    form = dict(parse_qsl(request.body, keep_blank_values=True)) if request.method == "POST" else None
    with engine.lock:
        engine.run_due()
        if setup := _SETUP.match(request.path):
            return onboarding.answer(engine, setup[1], setup[2], form)
        found = _PAGES.match(request.path)
        located = engine.state.locate(found[2]) if found else None
        if found is None or located is None:
            return html_response(notice("No such page", "Check the address, or go back and start again."), 404)
        world, obj = located
        if found[1] == "c/pay":
            return _checkout(engine, world, obj, request, form, came_back=bool(found[3]))
        if found[1] == "receipts":
            return html_response(_receipt(obj))
        if found[1] == "3ds":
            return bank.show_3ds(engine, world, obj) if form is None else bank.post_3ds(engine, world, obj, form)
        if form is None:
            return bank.show_microdeposits(obj)
        return bank.post_microdeposits(engine, world, obj, form)


def _checkout(
    engine: Engine,
    world: World,
    session: Json,
    request: Request,
    form: dict[str, str] | None,
    *,
    came_back: bool,
) -> Response:
    if form is not None:
        return checkout.post(engine, world, session, form)
    if came_back:
        return checkout.came_back(engine, world, session)
    return checkout.show(engine, world, session, kind=dict(parse_qsl(request.query)).get("kind", ""))


def _receipt(charge: Json) -> str:
    amount = money(charge["amount"], charge["currency"])
    back = charge["amount_refunded"]
    refunded = f"<p>Refunded: {money(back, charge['currency'])}</p>" if back else ""
    words = text(charge["description"] or "")
    return page(
        "Receipt",
        f'<div class="card"><h1>Receipt</h1><p class="amount">{amount}</p><p>{words}</p>{refunded}</div>',
    )
