"""Sample values of every mail."""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.stylebook.things import ITEMS, PAID_AT

_URL = "https://portal.example/evergreen/link/4f9Q0sample"
_INVITE = "https://portal.example/console#/invite/01K0/4f9Q0sample"
_RESET = "https://portal.example/console#/reset/4f9Q0sample"
_PAID = {
    "name": "Dana",
    "amount": 12000,
    "credit": 0,
    "method": "Visa •••• 4242",
    "allocations": [(ITEMS[1].id, "1061", 12000)],
    "url": _URL,
}
_BY_BANK = {**_PAID, "method": "Stripe Test Bank •••• 6789"}
_BACK = {**_PAID, "back": 5000, "why": "", "by_bank": False, "in_hand": False, "open": [(ITEMS[1].id, "1061", 5000)]}
_NOT_THEIRS = "The cardholder doesn’t recognize this payment."


def mail_samples() -> dict[str, dict[str, Any]]:
    """The values of one mail of each kind."""
    return {
        "sign_in": {"name": "Dana", "url": _URL, "code": "482 913", "minutes": 10},
        "portal_link": {"name": "Dana", "url": _URL, "days": 7},
        "invoice_ready": {
            "name": "Dana",
            "url": _URL,
            "days": 7,
            "number": "1061",
            "title": "Quarterly pest control",
            "total": 24000,
            "due": 12000,
            "due_on": date(2026, 12, 7),
            "currency": "USD",
        },
        "portal_invite": {"name": "Dana", "url": _URL, "days": 7},
        "password_reset": {"name": "Dana", "url": _URL, "minutes": 60},
        "team_invite": {"by": "owner@evergreen.example", "role": "admin", "days": 7, "url": _INVITE},
        "admin_password_reset": {"minutes": 60, "url": _RESET},
        "new_lead": {
            "name": "Dana Whitfield",
            "email": "dana@example.com",
            "phone": "(303) 555-0199",
            "message": "There are wasps below our porch.\n\nCould somebody come and look?",
            "service": "Wasp nest removal",
            "preferred_time": "Weekday mornings",
            "page": "www.evergreen.example/services",
            "source": "widget",
            "account": "",
            "by_link": False,
            "answer_to": "dana@example.com",
            "url": "https://portal.example/console#/leads/01K0",
        },
        "lead_acknowledgement": {"url": _URL},
        "receipt": {
            **_PAID,
            "amount": 28400,
            "credit": 2500,
            "to_credit": 1000,
            "receipt_number": "R-20261122-7K3M",
            "paid_at": PAID_AT,
            "allocations": [(ITEMS[1].id, "1061", 12000), (ITEMS[2].id, "1054", 17900)],
            "balance": 50650,
        },
        "debit_started": {**_BY_BANK, "expected_on": date(2026, 11, 27)},
        "debit_returned": {
            **_BY_BANK,
            "why": "Your bank sent this payment back: there wasn’t enough money in the account. "
            "Pay again when there is, or use another way to pay.",
        },
        "debit_returned_company": {
            **_BY_BANK,
            "name": "Dana Whitfield",
            "why": "There wasn’t enough money in the account.",
        },
        "refund": _BACK,
        "refund_failed_company": {**_BACK, "name": "Dana Whitfield", "open": []},
        "dispute": {**_BACK, **_BY_BANK, "by_bank": True, "why": "The payment wasn’t authorized."},
        "dispute_company": {**_BACK, "name": "Dana Whitfield", "why": _NOT_THEIRS},
        "dispute_won_company": {**_BACK, "name": "Dana Whitfield", "open": []},
    }
