"""Balance transactions: what each charge, refund and dispute did to an account's balance, fees included."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.engine import Engine
from sandbox.stripe.routes import Call, Route, listing
from sandbox.stripe.state import World

Json = dict[str, Any]


def card_fee(amount: int) -> int:
    """Stripe's standard price in the US: 2.9 % and 30 cents."""
    return (amount * 29 + 500) // 1000 + 30


def debit_fee(amount: int) -> int:
    """0.8 %, at most five dollars."""
    return min(500, (amount * 8 + 500) // 1000)


def book(
    engine: Engine,
    world: World,
    source: str,
    kind: str,
    amount: int,
    currency: str,
    *,
    fee: int = 0,
    application_fee: int = 0,
    category: str | None = None,
    description: str | None = None,
) -> Json:
    """`amount` is signed: negative for money that leaves."""
    fees = [
        {"amount": part, "application": None, "currency": currency, "description": text, "type": type}
        for part, text, type in [
            (fee, "Stripe processing fees", "stripe_fee"),
            (application_fee, "Application fee", "application_fee"),
        ]
        if part
    ]
    total = fee + application_fee
    return world.add(
        {
            "id": engine.id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": int(engine.business_days(2).timestamp()),
            "balance_type": "payments",
            "created": engine.stamp(),
            "currency": currency,
            "description": description,
            "exchange_rate": None,
            "fee": total,
            "fee_details": fees,
            "net": amount - total,
            "reporting_category": category or kind,
            "source": source,
            "status": "pending",
            "type": kind,
        }
    )


def _retrieve(call: Call) -> Json:
    return call.world.get("balance_transaction", call.id)


def _list(call: Call) -> Json:
    wanted = {name: call.params[name] for name in ("currency", "source", "type") if name in call.params}
    rows = call.world.all("balance_transaction")
    return listing(call, [row for row in rows if all(row[name] == value for name, value in wanted.items())])


ROUTES = [
    Route("GET", "/v1/balance_transactions", "BalanceTransactionListParams", _list),
    Route("GET", "/v1/balance_transactions/:id", "BalanceTransactionRetrieveParams", _retrieve),
]
