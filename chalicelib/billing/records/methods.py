"""The copy of a customer's saved methods that lies on the profile; Stripe has the truth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from chalicelib.billing.rules import Method


def to_methods(stored: str) -> tuple[Method, ...]:
    """The saved methods kept on a profile, the default first."""
    return tuple(sorted((Method(**one) for one in json.loads(stored)), key=lambda m: not m.is_default))


def from_methods(methods: Sequence[Method]) -> str:
    return json.dumps([asdict(one) for one in methods])
