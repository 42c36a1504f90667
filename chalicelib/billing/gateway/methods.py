"""Saved methods at Stripe: what a customer has on file with a company."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.billing.gateway.calls import StripeCalls
from chalicelib.billing.rules import Method


class Methods(StripeCalls):
    def saved_methods(self, account: str, stripe_customer: str) -> Sequence[Method]:
        """A customer's saved cards, the default marked."""
        found = self._ask(
            lambda: self._stripe.v1.customers.payment_methods.list(
                stripe_customer, {"type": "card", "limit": 100}, {"stripe_account": account}
            )
        )
        customer = self._ask(
            lambda: self._stripe.v1.customers.retrieve(stripe_customer, {}, {"stripe_account": account})
        )
        default = (customer.get("invoice_settings") or {}).get("default_payment_method")
        return [
            Method(
                one["id"], _brand(one["card"]["brand"]), one["card"]["last4"], one["card"]["exp_month"],
                one["card"]["exp_year"], one["id"] == default,
            )
            for one in found["data"]
        ]  # fmt: skip


def words(method: Any) -> str:
    """'Visa •••• 4242' or 'Stripe Test Bank •••• 6789', from an expanded payment method."""
    if not isinstance(method, dict):
        return ""
    if isinstance(card := method.get("card"), dict):
        return f"{_brand(card['brand'])} •••• {card['last4']}"
    if isinstance(bank := method.get("us_bank_account"), dict):
        return f"{bank.get('bank_name') or 'Bank'} •••• {bank['last4']}"
    return ""


_BRANDS = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover",
           "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay"}  # fmt: skip


def _brand(brand: str) -> str:
    return _BRANDS.get(brand, brand.replace("_", " ").title())
