"""Stripe's published test cards and bank accounts, and what each of them does when money is asked of it.
Source: docs.stripe.com/testing and docs.stripe.com/payments/ach-direct-debit. Numbers and tokens in,
behaviour out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Decline:
    """A bank's no: the error's code, the bank's own reason, and Stripe's words for the customer."""

    code: str
    decline_code: str | None
    message: str


_MESSAGES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "stolen_card": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
}


def decline(code: str, decline_code: str | None = None) -> Decline:
    """`card_declined` carries the bank's reason; other codes say it all themselves."""
    if code == "card_declined":
        decline_code = decline_code or "generic_decline"
    message = _MESSAGES.get(decline_code or code, "Your card was declined.")
    return Decline(code, decline_code, message)


@dataclass(frozen=True, slots=True)
class Card:
    number: str
    brand: str
    says: str
    """What the card does, in the words of the button that fills it in."""
    declines: Decline | None = None
    attaches: bool = True
    """Whether it can be saved: cards that decline can't, except the one made for declining once saved."""
    authenticates: Literal["never", "always", "unless_set_up"] = "never"
    disputed: bool = False
    refund_fails: bool = False
    country: str = "US"

    @property
    def last4(self) -> str:
        return self.number[-4:]


def _declining(number: str, says: str, code: str, decline_code: str | None = None) -> Card:
    return Card(number, "visa", says, declines=decline(code, decline_code), attaches=False)


_VISA = Card("4242424242424242", "visa", "Succeeds")

CARDS: dict[str, Card] = {
    card.number: card
    for card in [
        _VISA,
        Card("5555555555554444", "mastercard", "Succeeds (Mastercard)"),
        Card("4000056655665556", "visa", "Succeeds (Visa debit)"),
        Card("378282246310005", "amex", "Succeeds (American Express)"),
        Card("6011111111111117", "discover", "Succeeds (Discover)"),
        _declining("4000000000000002", "Declined", "card_declined", "generic_decline"),
        _declining("4000000000009995", "Insufficient funds", "card_declined", "insufficient_funds"),
        _declining("4000000000009987", "Lost card", "card_declined", "lost_card"),
        _declining("4000000000009979", "Stolen card", "card_declined", "stolen_card"),
        _declining("4000000000000069", "Expired card", "expired_card"),
        _declining("4000000000000127", "Wrong security code", "incorrect_cvc"),
        _declining("4000000000000119", "Processing error", "processing_error"),
        Card("4000000000000341", "visa", "Can be saved, then declines", declines=decline("card_declined")),
        Card("4000002500003155", "visa", "Asks to authenticate unless saved", authenticates="unless_set_up"),
        Card("4000002760003184", "visa", "Asks to authenticate every time", authenticates="always"),
        Card("4000000000003220", "visa", "Asks to authenticate (3-D Secure 2)", authenticates="always"),
        Card(
            "4000008260003178",
            "visa",
            "Authenticates, then insufficient funds",
            declines=decline("card_declined", "insufficient_funds"),
            authenticates="always",
        ),
        Card("4000000000000259", "visa", "Succeeds, then disputed as fraud", disputed=True),
        Card("4000000000005126", "visa", "Succeeds, a refund fails later", refund_fails=True),
    ]
}

# Those offered as buttons on the hosted page, the most wanted first.
OFFERED = [
    "4242424242424242",
    "5555555555554444",
    "4000000000000002",
    "4000000000009995",
    "4000000000000069",
    "4000000000000127",
    "4000000000000119",
    "4000002500003155",
    "4000002760003184",
    "4000000000003220",
    "4000008260003178",
    "4000000000000259",
]

_TOKENS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_us": "4242424242424242",
    "pm_card_visa_debit": "4000056655665556",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_discover": "6011111111111117",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedLostCard": "4000000000009987",
    "pm_card_chargeDeclinedStolenCard": "4000000000009979",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_chargeDeclinedProcessingError": "4000000000000119",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_threeDSecure2Required": "4000000000003220",
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": "4000008260003178",
    "pm_card_createDispute": "4000000000000259",
    "pm_card_refundFail": "4000000000005126",
}


def card_token(token: str) -> Card | None:
    """The card behind a test token; `pm_card_visa_chargeDeclined` and `pm_card_chargeDeclined` are the
    same one."""
    number = _TOKENS.get(token) or _TOKENS.get(token.replace("pm_card_visa_", "pm_card_"))
    return CARDS[number] if number else None


def luhn(number: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1, annex B)."""
    digits = [int(d) for d in reversed(number)]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[1::2]]
    return len(digits) >= 12 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


@dataclass(frozen=True, slots=True)
class Bank:
    """A test bank account. `returns` is the failure's (code, return code, words) when the debit comes
    back."""

    number: str
    says: str
    token: str
    returns: tuple[str, str, str] | None = None
    disputed: bool = False
    settles: bool = True
    instant: bool = True
    """Verified at once when linked on the hosted page; otherwise by micro-deposits."""

    @property
    def last4(self) -> str:
        return self.number[-4:]


ROUTING = "110000000"

BANKS: dict[str, Bank] = {
    bank.number: bank
    for bank in [
        Bank("000123456789", "Succeeds", "pm_usBankAccount_success"),
        Bank(
            "000222222227",
            "Fails later: insufficient funds (R01)",
            "pm_usBankAccount_insufficientFunds",
            ("insufficient_funds", "R01", "The customer's bank account has insufficient funds."),
        ),
        Bank(
            "000111111113",
            "Fails later: account closed (R02)",
            "pm_usBankAccount_accountClosed",
            ("account_closed", "R02", "The customer's bank account has been closed."),
        ),
        Bank(
            "000111111116",
            "Fails later: no such account (R03)",
            "pm_usBankAccount_noAccount",
            ("no_account", "R03", "The customer's bank account could not be located."),
        ),
        Bank(
            "000333333335",
            "Fails later: debit not authorized (R10)",
            "pm_usBankAccount_debitNotAuthorized",
            (
                "debit_not_authorized",
                "R10",
                "The customer has notified their bank that this debit was unauthorized.",
            ),
        ),
        Bank("000555555559", "Succeeds, then returned as a dispute", "pm_usBankAccount_dispute", disputed=True),
        Bank("000000000009", "Stays processing", "pm_usBankAccount_processing", settles=False),
    ]
}


def bank_token(token: str) -> Bank | None:
    return next((bank for bank in BANKS.values() if bank.token == token), None)


def bank_number(number: str) -> Bank:
    """A bank account by its number; numbers nobody published behave well."""
    return BANKS.get(number) or Bank(number, "Succeeds", "")
