"""How customers are found by what somebody types: texts are folded, so that "lucia" finds "Lucía". Pure."""

from __future__ import annotations

import re
from unicodedata import category, normalize

from chalicelib.customers.rules.customer import Customer

# How many words of a name can be found by; how much of a text is looked at.
WORDS = 4
LONGEST = 60
# Signs within a word, and letters that are no accented ones to Unicode.
_SPELLED = str.maketrans(
    {"'": "", "’": "", "`": "", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)


def fold(text: str) -> str:
    """In small letters, without accents and signs, its words one blank apart."""
    plain = "".join(one for one in normalize("NFKD", text.casefold().translate(_SPELLED)) if category(one) != "Mn")
    words = "".join(one if one.isalnum() else " " for one in plain).split()
    return " ".join(words)[:LONGEST].strip()


def texts(customer: Customer) -> tuple[str, ...]:
    """All that leads to a customer: the name from each of its words on, addresses, numbers. In the order of a list."""
    words = fold(customer.name).split()
    found = [" ".join(words[place:]) for place in range(min(WORDS, len(words)))]
    found += [fold(one) for one in customer.emails]
    for phone in customer.phones:
        digits = _digits(phone)
        # In North America few type the country's 1.
        found += [digits, digits[1:]] if len(digits) == 11 and digits[0] == "1" else [digits]
    return tuple(sorted({one for one in found if one}))


def typed(search: str) -> str:
    """What somebody typed, as it is looked for: what has no letter is a number, however it is broken up."""
    folded = fold(search)
    return folded if any(one.isalpha() for one in folded) else _digits(folded)


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)[:LONGEST]
