"""What to tell somebody whose card was declined: what happened and what to do, by Stripe's decline code.

Source of the codes: docs.stripe.com/declines/codes. Lost, stolen and fraud-related codes read like a plain decline, as
Stripe asks: whoever holds the card must not learn more.
"""

from __future__ import annotations

from chalicelib.errors import N_

GENERIC = N_(
    "We couldn't charge this card. Your bank declined it without saying why. Use another card, or call your bank."
)

_WORDS = {
    "insufficient_funds": N_(
        "We couldn't charge this card. Your bank said there isn't enough money in the account. Use another card."
    ),
    "expired_card": N_("We couldn't charge this card. Your bank said the card has expired. Use another card."),
    "incorrect_cvc": N_("We couldn't charge this card. The security code isn't right. Check it and try again."),
    "invalid_cvc": N_("We couldn't charge this card. The security code isn't right. Check it and try again."),
    "incorrect_number": N_("We couldn't charge this card. The card number isn't right. Check it and try again."),
    "processing_error": N_(
        "We couldn't charge this card. Something went wrong at the bank. Nothing was charged: try again in a minute."
    ),
    "payment_intent_authentication_failure": N_(
        "Your bank couldn't check that it's you, so nothing was charged. Try again, or use another card."
    ),
    "authentication_required": N_(
        "Your bank wants to check that it's you. Try again and finish the check on your bank's page."
    ),
    "card_velocity_exceeded": N_(
        "We couldn't charge this card. You have reached its limit for now. Use another card, or try again later."
    ),
    "currency_not_supported": N_("We couldn't charge this card. It can't pay in this currency. Use another card."),
    "card_not_supported": N_("We couldn't charge this card. It can't be used for this payment. Use another card."),
    "refused": N_("We couldn't start this payment, and nothing was charged. Use another card, or contact us to pay."),
    "unanswered": N_("We got no answer from the card network, so nothing was charged. Please try again."),
    "try_again_later": N_("We couldn't charge this card just now. Nothing was charged: try again in a minute."),
}


def words(code: str) -> str:
    """The text of the catalogue for a decline code; the plain one for codes we don't know."""
    return _WORDS.get(code, GENERIC)
