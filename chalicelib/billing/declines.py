"""What to tell somebody whose bank said no, or took money back: what happened and what to do, by the bank's code.

Sources: docs.stripe.com/declines/codes for cards; Nacha's return codes (docs.stripe.com/payments/ach-direct-debit) for
bank accounts; docs.stripe.com/disputes/categories. Lost, stolen and fraud-related codes read like a plain decline, as
Stripe asks: whoever holds the card must not learn more.
"""

from __future__ import annotations

import re

from chalicelib.errors import N_

GENERIC = N_(
    "We couldn't charge this card. Your bank declined it without saying why. Use another card, or call your bank."
)
# A return we have no words for.
RETURNED = N_("Your bank sent this payment back. Use another way to pay, or call your bank.")

_WRONG_NUMBER = N_("We couldn't charge this card. The card number isn't right. Check it and try again.")
_WRONG_CODE = N_("We couldn't charge this card. The security code isn't right. Check it and try again.")
_WRONG_EXPIRY = N_("We couldn't charge this card. The expiry date isn't right. Check it and try again.")
_WRONG_ADDRESS = N_("We couldn't charge this card. The postal code isn't right. Check it and try again.")
_WRONG_PIN = N_("We couldn't charge this card. Your bank asks for its PIN, and this page can't. Use another card.")
_NOT_ENOUGH = N_(
    "We couldn't charge this card. Your bank said there isn't enough money in the account. Use another card."
)
_OVER_LIMIT = N_(
    "We couldn't charge this card. You have reached its limit for now. Use another card, or try again later."
)
_NOT_FOR_THIS = N_("We couldn't charge this card. It can't be used for this payment. Use another card.")
_CHECK_FAILED = N_("Your bank couldn't check that it's you, so nothing was charged. Try again, or use another card.")
_CHECK_WANTED = N_("Your bank wants to check that it's you. Try again and finish the check on your bank's page.")
_TRY_AGAIN = N_("We couldn't charge this card just now. Nothing was charged: try again in a minute.")
_CALL_BANK = N_("We couldn't charge this card. Call your bank and ask them to allow it, or use another card.")
_TWICE = N_(
    "Your bank stopped this: the same amount was charged just before. Look at your payments before you try again."
)
_NO_SUCH_ACCOUNT = N_(
    "Your bank sent this payment back: there is no account with this number. Use another bank account, or a card."
)
_NOT_AUTHORISED = N_(
    "Your bank sent this payment back as not authorized. Call your bank and allow it, or use another way to pay."
)

_WORDS = {
    "insufficient_funds": _NOT_ENOUGH,
    "expired_card": N_("We couldn't charge this card. Your bank said the card has expired. Use another card."),
    "incorrect_cvc": _WRONG_CODE,
    "invalid_cvc": _WRONG_CODE,
    "incorrect_number": _WRONG_NUMBER,
    "invalid_number": _WRONG_NUMBER,
    "invalid_expiry_month": _WRONG_EXPIRY,
    "invalid_expiry_year": _WRONG_EXPIRY,
    "incorrect_address": _WRONG_ADDRESS,
    "incorrect_zip": _WRONG_ADDRESS,
    "incorrect_pin": _WRONG_PIN,
    "invalid_pin": _WRONG_PIN,
    "offline_pin_required": _WRONG_PIN,
    "online_or_offline_pin_required": _WRONG_PIN,
    "pin_try_exceeded": _WRONG_PIN,
    "processing_error": N_(
        "We couldn't charge this card. Something went wrong at the bank. Nothing was charged: try again in a minute."
    ),
    "payment_intent_authentication_failure": _CHECK_FAILED,
    "authentication_not_handled": _CHECK_FAILED,
    "mobile_device_authentication_required": _CHECK_WANTED,
    "authentication_required": _CHECK_WANTED,
    "approve_with_id": _TRY_AGAIN,
    "issuer_not_available": _TRY_AGAIN,
    "reenter_transaction": _TRY_AGAIN,
    "try_again_later": _TRY_AGAIN,
    "card_velocity_exceeded": _OVER_LIMIT,
    "withdrawal_count_limit_exceeded": _OVER_LIMIT,
    "currency_not_supported": N_("We couldn't charge this card. It can't pay in this currency. Use another card."),
    "card_not_supported": _NOT_FOR_THIS,
    "invalid_account": _NOT_FOR_THIS,
    "new_account_information_available": _NOT_FOR_THIS,
    "service_not_allowed": _NOT_FOR_THIS,
    "testmode_decline": _NOT_FOR_THIS,
    "transaction_not_allowed": _NOT_FOR_THIS,
    "not_permitted": _CALL_BANK,
    "call_issuer": _CALL_BANK,
    "duplicate_transaction": _TWICE,
    "refused": N_("We couldn't start this payment, and nothing was charged. Use another card, or contact us to pay."),
    "unanswered": N_("We got no answer from the card network, so nothing was charged. Please try again."),
    "R01": N_(
        "Your bank sent this payment back: there wasn't enough money in the account. "
        "Pay again when there is, or use another way to pay."
    ),
    "R02": N_("Your bank sent this payment back: the account is closed. Use another bank account, or a card."),
    "R03": _NO_SUCH_ACCOUNT,
    "R04": _NO_SUCH_ACCOUNT,
    "R05": _NOT_AUTHORISED,
    "R07": _NOT_AUTHORISED,
    "R10": _NOT_AUTHORISED,
    "R11": _NOT_AUTHORISED,
    "R29": _NOT_AUTHORISED,
    "R08": N_("Your bank sent this payment back because it was stopped. If you didn't mean that, pay again."),
    "R09": N_(
        "Your bank sent this payment back: money in the account wasn't available yet. Pay again in a few days, "
        "or use another way to pay."
    ),
    "R16": N_("Your bank sent this payment back: the account is frozen. Use another way to pay, or call your bank."),
    "R20": N_(
        "Your bank sent this payment back: this kind of account can't be debited. Use a checking account, or a card."
    ),
}

_NO_MONEY = N_("There wasn't enough money in the account.")
_UNAUTHORISED = N_("The payment wasn't authorized.")
_NO_ACCOUNT = N_("There is no such account.")

_WHY = {
    "R01": _NO_MONEY,
    "R09": _NO_MONEY,
    "insufficient_funds": _NO_MONEY,
    "R02": N_("The account is closed."),
    "R03": _NO_ACCOUNT,
    "R04": _NO_ACCOUNT,
    "incorrect_account_details": _NO_ACCOUNT,
    "R05": _UNAUTHORISED,
    "R07": _UNAUTHORISED,
    "R10": _UNAUTHORISED,
    "R11": _UNAUTHORISED,
    "R29": _UNAUTHORISED,
    "debit_not_authorized": _UNAUTHORISED,
    "R08": N_("The payment was stopped."),
    "customer_initiated": N_("The customer asked the bank for it."),
    "R16": N_("The account is frozen."),
    "R20": N_("This kind of account can't be debited."),
    "bank_cannot_process": N_("The bank couldn't process it."),
    "fraudulent": N_("The cardholder says they didn't make this payment."),
    "unrecognized": N_("The cardholder doesn't recognize this payment."),
    "duplicate": N_("The cardholder says they were charged twice."),
    "credit_not_processed": N_("The cardholder says a refund never came."),
    "product_not_received": N_("The cardholder says the service was never done."),
    "product_unacceptable": N_("The cardholder says the service wasn't as agreed."),
    "subscription_canceled": N_("The cardholder says they had canceled."),
}  # fmt: skip


def words(code: str) -> str:
    """The text of the catalogue for a decline's or a return's code; the plain one for codes we don't know."""
    return _WORDS.get(code, RETURNED if is_return(code) else GENERIC)


def is_return(code: str) -> bool:
    """Whether a bank account's bank sent the payment back (R01 and so on), rather than a card being declined."""
    return re.fullmatch(r"R\d\d", code) is not None


def why(code: str) -> str:
    """Why money was taken back, in a sentence of the catalogue that takes no side; '' for what says nothing."""
    return _WHY.get(code, "")
