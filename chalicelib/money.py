"""Money: integer minor units and an ISO 4217 currency. Pure. Never a float, never rounded twice."""

from __future__ import annotations

from dataclasses import dataclass

# ISO 4217 minor units that are not two, among the currencies Stripe charges (docs.stripe.com/currencies).
_DIGITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(),
        0,
    ),
    **dict.fromkeys("BHD JOD KWD OMR TND".split(), 3),
}

# The least that Stripe charges, in minor units (docs.stripe.com/currencies, "Minimum and maximum charge amounts").
_LEAST = {
    "USD": 50, "AED": 200, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "CZK": 1500, "DKK": 250, "EUR": 50, "GBP": 30,
    "HKD": 400, "HUF": 17500, "INR": 50, "JPY": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PLN": 200,
    "RON": 200, "SEK": 300, "SGD": 50, "THB": 1000,
}  # fmt: skip


def digits(currency: str) -> int:
    """How many decimal places the currency has: 2 for USD, 0 for JPY, 3 for KWD."""
    return _DIGITS.get(currency.upper(), 2)


def least_charge(currency: str) -> int:
    """The least that can be charged in this currency, 1 where nobody has said."""
    return _LEAST.get(currency, 1)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents for USD, whole yen for JPY)."""

    amount: int
    currency: str

    def __str__(self) -> str:
        places = digits(self.currency)
        whole, part = divmod(abs(self.amount), 10**places)
        sign = "-" if self.amount < 0 else ""
        return f"{sign}{whole}{f'.{part:0{places}d}' if places else ''} {self.currency}"
