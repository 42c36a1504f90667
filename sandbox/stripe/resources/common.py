"""The few things every resource does alike."""

from __future__ import annotations

from typing import Any

from sandbox.stripe.errors import invalid
from sandbox.stripe.routes import Call

Json = dict[str, Any]

EMPTY_ADDRESS: Json = dict.fromkeys(["city", "country", "line1", "line2", "postal_code", "state"])

# Stripe's smallest charge by currency, in minor units (docs.stripe.com/currencies, "Minimum and maximum
# charge amounts").
_SMALLEST = {"gbp": 30, "jpy": 50, "mxn": 1000, "dkk": 250, "nok": 300, "sek": 300, "hkd": 400, "pln": 200}
_ZERO_DECIMAL = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "ugx",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]  # docs.stripe.com/currencies
)
_CURRENCIES = _ZERO_DECIMAL | frozenset(
    [
        "usd",
        "eur",
        "gbp",
        "cad",
        "aud",
        "nzd",
        "chf",
        "dkk",
        "nok",
        "sek",
        "pln",
        "czk",
        "huf",
        "ron",
        "bgn",
        "mxn",
        "brl",
        "sgd",
        "hkd",
        "inr",
        "ils",
        "zar",
        "thb",
        "php",
        "myr",
        "aed",
    ]
)


def merged_metadata(old: Json, change: Any) -> Json:
    """Stripe's rule: names are set one by one, an empty value removes one, an empty whole removes all."""
    if change is None:
        return old
    if change == "":
        return {}
    return {name: value for name, value in {**old, **change}.items() if value != ""}


def update(call: Call, obj: Json, names: tuple[str, ...]) -> Json:
    """Set what the request names. Returns what those fields were before, for the event."""
    previous: Json = {}
    for name in names:
        if name in call.params and call.get(name) != obj.get(name):
            previous[name], obj[name] = obj.get(name), call.get(name)
    if "metadata" in call.params:
        metadata = merged_metadata(obj["metadata"], call.params["metadata"])
        if metadata != obj["metadata"]:
            previous["metadata"], obj["metadata"] = obj["metadata"], metadata
    return previous


def checked_currency(text: str, param: str = "currency") -> str:
    currency = text.lower()
    if currency not in _CURRENCIES:
        supported = ", ".join(sorted(_CURRENCIES))
        raise invalid(f"Invalid currency: {currency}. Stripe currently supports these currencies: {supported}", param)
    return currency


def money(amount: int, currency: str) -> str:
    """An amount as Stripe's messages and pages say it: "$12.50", "¥500", "12.50 DKK"."""
    digits = f"{amount:,}" if currency in _ZERO_DECIMAL else f"{amount / 100:,.2f}"
    sign = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "cad": "CA$", "aud": "A$", "mxn": "MX$"}.get(currency)
    return f"{sign}{digits}" if sign else f"{digits} {currency.upper()}"


def check_amount(amount: int, currency: str, param: str = "amount", what: str = "Amount") -> None:
    """Stripe's floor and ceiling for one charge."""
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", param, "parameter_invalid_integer")
    smallest = _SMALLEST.get(currency, 50)
    if amount < smallest:
        raise invalid(f"{what} must be at least {money(smallest, currency)} {currency}", param, "amount_too_small")
    if amount > 99_999_999:
        raise invalid(f"{what} must be no more than {money(99_999_999, currency)}", param, "amount_too_large")


def address(given: Any) -> Json | None:
    return {**EMPTY_ADDRESS, **given} if given else None
