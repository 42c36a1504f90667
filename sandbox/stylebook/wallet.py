"""Sample pages of the wallet, and of the proof that a mailed link's session gives before anything changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.billing.portal.wallet import Answer, Busy, Details, WalletItem
from chalicelib.errors import Unreachable
from chalicelib.web import pages
from sandbox.stylebook.things import Sample, context

VISA = WalletItem(
    "pm_visa", "Visa", "4242", "card", "04/28", expired=False, expires_soon=False, is_default=True, state="ready",
    deposit="", arrives_on=None, verify_by=None, tries_left=0,
)  # fmt: skip
AMEX = replace(VISA, id="pm_amex", brand="American Express", last4="0005", expires="12/26", expires_soon=True,
               is_default=False)  # fmt: skip
MASTERCARD = replace(VISA, id="pm_mc", brand="Mastercard", last4="4444", expires="09/25", expired=True,
                     is_default=False)  # fmt: skip
BANK = replace(VISA, id="pm_bank", brand="First Bank of Colorado", last4="6789", kind="bank", expires="",
               is_default=False)  # fmt: skip
WAITING = replace(BANK, id="pm_waiting", brand="Stripe Test Bank", last4="2227", state="unverified", deposit="code",
                  arrives_on=date(2026, 11, 24), verify_by=date(2026, 12, 2), tries_left=10)  # fmt: skip
FAILED = replace(WAITING, id="pm_failed", state="failed")
TYPED = Details("04/28", "Dana Whitfield", "418 Juniper Lane", "", "Littleton", "CO", "80123")


def samples(language: str) -> dict[str, Sample]:
    here = context(language, "/wallet")
    silent = pages.translate(language, Unreachable.text)

    def listed(*methods: WalletItem, **values: Any) -> Sample:
        usual = {"methods": methods, "done": "", "closed": False, "can_add": True, "can_add_bank": True}
        return "wallet.html", here, {**usual, **values}

    def one(method: WalletItem, **values: Any) -> Sample:
        usual = {"method": method, "done": "", "busy": None, "can_remove": True, "failure": "", "can_add_bank": True}
        return "wallet_method.html", here, {**usual, **values}

    def details(method: WalletItem, **errors: str) -> Sample:
        return "wallet_details.html", here, {"method": method, "typed": TYPED, "errors": errors}

    def verification(method: WalletItem, typed: Answer, **errors: str) -> Sample:
        return "wallet_verification.html", here, {"method": method, "typed": typed, "errors": errors}

    def step_up(**values: Any) -> Sample:
        usual = {"next": "/wallet", "has_password": True, "email": "d•••@example.com", "sent": False, "minutes": 10}
        return "step_up.html", context(language, "/step-up", link_session=True), {**usual, **values}

    amounts = replace(WAITING, deposit="amounts", tries_left=2)
    why = pages.translate(language, "The time to verify this bank account is over. Please add it again.")
    return {
        "wallet": listed(VISA, AMEX, MASTERCARD, BANK, WAITING, FAILED),
        "wallet-added": listed(VISA, done="card"),
        "wallet-empty": listed(),
        "wallet-closed": listed(VISA, BANK, closed=True, can_add=False, can_add_bank=False),
        "wallet-method": one(replace(VISA, is_default=False)),
        "wallet-method-default": one(VISA, done="default"),
        "wallet-method-busy": one(BANK, busy=Busy("01JDPAY", 12000)),
        "wallet-method-expired": one(MASTERCARD),
        "wallet-method-waiting": one(WAITING),
        "wallet-method-failed": one(FAILED, failure=why),
        "wallet-details": details(VISA),
        "wallet-details-silent": ("wallet_details.html", here, {"method": VISA, "typed": None, "errors": {"": silent}}),
        "wallet-details-bank": details(BANK),
        "wallet-details-wrong": details(VISA, expiry="This date has passed. Write the date on your new card."),
        "wallet-verification": verification(WAITING, Answer("", "", "")),
        "wallet-verification-amounts": verification(amounts, Answer("", "0.31", "0.45"),
                                                    amount1="That isn't what the bank was sent. Tries left: 2."),
        "step-up": step_up(),
        "step-up-wrong": step_up(errors={"password": "That isn't your password. Try again."}),
        "step-up-code": step_up(sent=True),
        "step-up-no-password": step_up(has_password=False),
        "step-up-nothing": step_up(has_password=False, email=""),
    }  # fmt: skip
