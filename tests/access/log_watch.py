"""Everything that is logged while tests run, as Lambda would write it: no secret, nothing that lets anybody in, nothing
personal. In every test, whichever it is about.

What is known to be somebody's is noted as it is made: tokens and codes, passwords, customers and their addresses.
Whatever looks like such a thing is found by its shape.
"""

from __future__ import annotations

import functools
import json
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any

from chalicelib import logs, passwords, tokens
from chalicelib.aws.metrics import Metrics
from chalicelib.customers import records as customers
from chalicelib.leads.records import leads
from sandbox.world import secret_values

# Whose lines are no part of what is deployed.
NOT_OURS = frozenset({"sandbox", "tests", "infra", "bench", "moto", "werkzeug", "hypothesis", "asyncio", "faker"})
SHAPES = {
    "a key of Stripe's": re.compile(r"\b(?:[sr]k_(?:live|test)_|whsec_)\w+"),
    "an API key": re.compile(r"\bplk_[0-9A-Z]{26}_"),
    "a session": re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}"),
    "a token": re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[\w-]{43}(?![\w-])"),
    "an e-mail address": re.compile(r"[\w.+-]+(?:@|%40)[\w-]+\.[\w.-]+"),
    "a phone number": re.compile(
        r"(?<![\w.-])(?:\+1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])|(?<!\w)\+\d{10,15}\b"
    ),
}
# No card has 13 digits any more, and the time of a metric has.
DIGITS = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){13,18}(?![\w-])")
# What is shorter stands in lines by chance.
SHORTEST = 6

found: list[str] = []
"""What was logged in this test and must not be."""
_known: dict[str, str] = {}
"""What must not be logged in this test, and what it is."""
_always = {one: "a secret" for value in secret_values().values() for one in re.findall(r"[\w+/=-]{12,}", value)}


def forget() -> None:
    """A new test begins."""
    found.clear()
    _known.clear()


def known(what: str, values: Iterable[str]) -> None:
    """These must not be logged from now on."""
    for value in values:
        if len(value) >= SHORTEST:
            _known[value] = what


def look(line: str) -> None:
    """Look through one line as it is written."""
    for value, what in (*_always.items(), *_known.items()):
        if value in line:
            found.append(f"{what} ({value}) is logged: {line}")
    for what, shape in SHAPES.items():
        if seen := shape.search(line):
            found.append(f"{what} ({seen[0]}) is logged: {line}")
    for seen in DIGITS.finditer(line):
        if is_card(seen[0]):
            found.append(f"a card number ({seen[0]}) is logged: {line}")


def is_card(number: str) -> bool:
    """Whether it has a card number's length and check digit (Luhn)."""
    digits = [int(one) for one in reversed(number) if one.isdigit()]
    doubled = [one * 2 - 9 * (one > 4) for one in digits[1::2]]
    return 14 <= len(digits) <= 19 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


class Watch(logging.Handler):
    """Each record, as the deployed functions write it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.Lines("test", "api_handler"))

    def emit(self, record: logging.LogRecord) -> None:
        name = record.name.partition(".")[0]
        if name in NOT_OURS or (record.levelno < logging.WARNING and name not in ("chalicelib", "porchlight")):
            return
        look(self.format(record))


def install() -> None:
    """Once for a run. Our own loggers tell as much as they tell in Lambda."""
    logging.getLogger().addHandler(Watch())
    for name in ("chalicelib", "porchlight"):
        logging.getLogger(name).setLevel(logging.INFO)
    _note(tokens, "derive", lambda made, *_: known("a token", [made]))
    _note(tokens, "derive_code", lambda made, *_: known("a code", [made]))
    _note(passwords, "make", lambda _, password: known("a password", [password]))
    _note(passwords, "verify", lambda _, password, *__: known("a password", [password]))
    _note(customers, "new_customer", lambda _, __, customer, *___: _customer(customer))
    _note(leads, "new_lead", lambda _, __, lead: _personal(lead.wrote.name, lead.wrote.email, lead.wrote.phone))
    count = Metrics.count

    def counted(self: Metrics, *given: Any, **about: Any) -> None:
        look(json.dumps([*map(str, given), about]))
        count(self, *given, **about)

    Metrics.count = counted  # type: ignore[method-assign]


def _note(holder: Any, name: str, note: Callable[..., None]) -> None:
    function = getattr(holder, name)

    @functools.wraps(function)
    def noting(*given: Any, **named: Any) -> Any:
        made = function(*given, **named)
        note(made, *given)
        return made

    setattr(holder, name, noting)


def _customer(customer: Any) -> None:
    known("a customer's id", [customer.id])
    _personal(customer.name, *customer.emails, *customer.phones, *customer.logins)


def _personal(*values: str) -> None:
    """A word alone may be any word."""
    known("personal data", [one for one in values if "@" in one or " " in one.strip()])
