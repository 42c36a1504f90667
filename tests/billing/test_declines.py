"""What a bank's no means: other words for what asks for something else to be done, the same plain ones for the rest."""

from __future__ import annotations

import pytest

from chalicelib.billing import declines


@pytest.mark.parametrize(
    "code",
    ["", "generic_decline", "lost_card", "stolen_card", "pickup_card", "fraudulent", "merchant_blacklist",
     "security_violation", "restricted_card", "do_not_honor", "revocation_of_authorization", "something_new", "R1"],
)  # fmt: skip
def test_what_must_not_or_can_not_be_told_reads_like_a_plain_decline(code: str) -> None:
    assert declines.words(code) == declines.GENERIC


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ("insufficient_funds", "enough money"),
        ("expired_card", "has expired"),
        ("invalid_expiry_month invalid_expiry_year", "expiry date isn't right"),
        ("incorrect_cvc invalid_cvc", "security code isn't right"),
        ("incorrect_number invalid_number", "card number isn't right"),
        ("incorrect_zip incorrect_address", "postal code isn't right"),
        ("try_again_later issuer_not_available reenter_transaction", "try again in a minute"),
        ("card_velocity_exceeded withdrawal_count_limit_exceeded", "reached its limit"),
        ("call_issuer not_permitted", "Call your bank"),
        ("duplicate_transaction", "Look at your payments"),
        ("authentication_required", "check that it's you"),
        ("R01", "enough money"),
        ("R02", "account is closed"),
        ("R03 R04", "no account with this number"),
        ("R05 R07 R10 R29", "not authorized"),
        ("R08", "was stopped"),
        ("R16", "frozen"),
        ("R20", "can't be debited"),
        ("R17 R99", "sent this payment back"),
    ],
)
def test_what_asks_for_something_else_says_so(codes: str, words: str) -> None:
    for code in codes.split():
        assert words in declines.words(code), code
        assert declines.is_return(code) == code.startswith("R")


def test_why_money_was_taken_back_is_said_where_it_is_known() -> None:
    assert declines.why("R01") == declines.why("insufficient_funds") == "There wasn't enough money in the account."
    assert "didn't make this payment" in declines.why("fraudulent")
    assert declines.why("general") == declines.why("") == declines.why("something_new") == ""
