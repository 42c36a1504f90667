"""What people type at an estimate: tidied, or refused in words. Pure."""

from __future__ import annotations

import unicodedata

from chalicelib.errors import N_, Invalid
from chalicelib.plain_words import one_line
from chalicelib.tokens import is_ulid

MOST_TEXT = 2_000
SIGNATURE_MIN, SIGNATURE_MAX = 2, 100
AGENT_MOST, ADDRESS_MOST = 400, 60
# They turn the reading direction round, and so can make one text look like another.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TOO_LONG = N_("This is too long: use %(most)s characters at the most.")
_ODD = N_("This has characters that can't be used here. Please type it again.")


def signature(typed: str) -> str:
    """A name as somebody signs with it: one line with a letter in it. Invalid: it is none."""
    if any(_odd(one) for one in typed.strip()):
        raise Invalid("signature", _ODD)
    name = one_line(typed)
    if not any(one.isalpha() for one in name) or len(name) < SIGNATURE_MIN:
        raise Invalid("signature", N_("Type your full name: it is your signature."))
    if len(name) > SIGNATURE_MAX:
        raise Invalid("signature", _TOO_LONG, most=SIGNATURE_MAX)
    return name


def exact(typed: str, field: str, most: int = MOST_TEXT) -> str:
    """What may have several lines, '' for nothing: kept on record word for word, so that nothing is left out of it.
    Invalid: too long, or with characters that no text has."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(_odd(one) for one in text if one not in "\n\t"):
        raise Invalid(field, _ODD)
    if len(text) > most:
        raise Invalid(field, _TOO_LONG, most=most)
    return text


def of_request(text: str, most: int) -> str:
    """What a request says of itself, as far as it can be kept."""
    return "".join(one for one in text if one.isprintable())[:most]


def _odd(one: str) -> bool:
    return unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") or one in _BIDI


def request_id(sent: str) -> str:
    """The id of a change request as a form of ours sends it; '' for anything else."""
    return sent if is_ulid(sent) else ""


def asked(typed: str, id: str) -> str:
    """What a customer would like changed. Invalid: nothing, too long, or not from a form of ours, which has an id."""
    text = exact(typed, "text")
    if not text:
        raise Invalid("text", N_("Say what you would like changed."))
    if not request_id(id):
        raise Invalid("text", N_("This page is too old. Please send it again."))
    return text
