"""The form encoding Stripe speaks: `items[0][price]=x` to nested dictionaries and back out to a flat query.
Knows nothing of what the names mean; `params.py` does."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sandbox.stripe.errors import invalid


def decode(encoded: str) -> dict[str, Any]:
    """Nested dictionaries of strings. Lists stay dictionaries keyed "0", "1", …: only a type can tell them
    apart."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        head, *rest = name.replace("]", "").split("[")
        place, keys = root, [head, *rest]
        for key in keys[:-1]:
            nested = place.setdefault(key or str(len(place)), {})
            if not isinstance(nested, dict):
                raise invalid(f"Invalid request: conflicting values for {name}", name, executed=False)
            place = nested
        place[keys[-1] or str(len(place))] = value
    return root


def with_query(url: str, **extra: str) -> str:
    """The URL with more query parameters, those it had kept as they were."""
    scheme, host, path, query, fragment = urlsplit(url)
    return urlunsplit((scheme, host, path, "&".join(filter(None, [query, urlencode(extra)])), fragment))
