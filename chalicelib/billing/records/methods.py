"""The copy of a customer's saved methods that lies on the profile; Stripe has the truth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from chalicelib.billing.rules import Method

_DATES = ("arrives_on", "verify_by")
_FIELDS = {one.name: one.default for one in fields(Method)}


def to_methods(stored: str) -> tuple[Method, ...]:
    """The saved methods kept on a profile, the default first."""
    return tuple(sorted((Method(**_dated(one)) for one in json.loads(stored)), key=lambda m: not m.is_default))


def from_methods(methods: Sequence[Method]) -> str:
    """What a method has that most have not is all that takes room."""
    kept = ({name: getattr(one, name) for name, usual in _FIELDS.items() if getattr(one, name) != usual}
            for one in methods)  # fmt: skip
    return json.dumps(list(kept), default=date.isoformat)


def _dated(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, **{name: date.fromisoformat(one[name]) for name in _DATES if one.get(name)}}
