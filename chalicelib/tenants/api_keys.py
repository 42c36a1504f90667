"""How an API key is spelled: `plk_<company>_<key>_<secret>`. Pure.

The secret is derived from the key's id, so that making the same key again shows the same one, and nobody keeps it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from chalicelib import tokens

_SPELLED = re.compile(rf"plk_({tokens.ULID})_({tokens.ULID})_([A-Za-z0-9_-]{{43}})")


class Spelled(NamedTuple):
    tenant: str
    id: str
    secret: str


def spell(link_key: bytes, tenant: str, id: str) -> str:
    return f"plk_{tenant}_{id}_{tokens.derive(link_key, 'api-key', tenant, id)}"


def read(text: str) -> Spelled | None:
    """The parts of a key; None for what is none."""
    found = _SPELLED.fullmatch(text)
    return Spelled(*found.groups()) if found else None
