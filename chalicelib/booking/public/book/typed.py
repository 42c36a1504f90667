"""What the form of the details sends, as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.booking.rules import Service
from chalicelib.booking.rules import details as rules
from chalicelib.booking.rules.details import ANSWER, Given

# How much of it is read: more than it may be, so that what is too long is shown again and can be shortened.
READ_LINE, READ_TEXT = 2_000, 20_000
_LINES = ("name", "email", "phone", "street", "town", "postal_code")


@dataclass(frozen=True, slots=True)
class Typed:
    """`form` is the draft's token that came with the form; `trap` what only machines fill in; `too_long` names the
    fields of which only the beginning was read."""

    form: str
    given: Given
    trap: str
    too_long: tuple[str, ...]


def read(sent: Mapping[str, str], service: Service) -> Typed:
    """What was sent, as much of each as is read. The questions are the service's, so no list of fields knows them."""
    names = [*_LINES, *(ANSWER + one.id for one in service.questions), "notes"]
    values = {name: sent.get(name, "") for name in names}
    given = Given(
        **{name: values[name] for name in (*_LINES, "notes")},
        answers=tuple((one.id, values[ANSWER + one.id]) for one in service.questions),
    )
    too_long = tuple(name for name in names if len(values[name]) > _most(name))
    return Typed(
        sent.get("form", ""), rules.cut(given, _most), sent.get("homepage", "")[:READ_LINE].strip(), too_long
    )  # fmt: skip


def _most(name: str) -> int:
    return READ_LINE if name in _LINES else READ_TEXT
