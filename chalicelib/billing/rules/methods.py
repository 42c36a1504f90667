"""Saved ways to pay: cards and bank accounts, as pages show them. Stripe is the source of truth. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

MethodKind = Literal["card", "bank"]


@dataclass(frozen=True, slots=True)
class Method:
    """A saved card or bank account. `brand` is the network's or the bank's name; only cards have an expiry."""

    id: str
    brand: str
    last4: str
    exp_month: int = 0
    exp_year: int = 0
    is_default: bool = False
    kind: MethodKind = "card"

    @property
    def words(self) -> str:
        return f"{self.brand} •••• {self.last4}"

    @property
    def expires(self) -> str:
        return f"{self.exp_month:02d}/{self.exp_year % 100:02d}" if self.kind == "card" else ""

    def expired(self, today: date) -> bool:
        return self.kind == "card" and (self.exp_year, self.exp_month) < (today.year, today.month)
