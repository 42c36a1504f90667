"""Which language a page speaks. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.customers.rules import LANGUAGES


def language(chosen: str, accepts: str, company_locale: str) -> str:
    """The customer's own choice, else the browser's (`Accept-Language`), else the company's."""
    if chosen in LANGUAGES:
        return chosen
    ranked = sorted(_accepted(accepts).items(), key=lambda pair: -pair[1])
    for tag, weight in ranked:
        if weight > 0 and tag in LANGUAGES:
            return tag
    own = company_locale.partition("-")[0]
    return own if own in LANGUAGES else "en"


def _accepted(header: str) -> Mapping[str, float]:
    """Language -> weight of an Accept-Language header; what can't be read counts as not said."""
    weights: dict[str, float] = {}
    for part in header[:500].split(","):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest.strip() else 1.0
        except ValueError:
            continue
        primary = tag.strip().lower().partition("-")[0]
        if primary:
            weights.setdefault(primary, weight)
    return weights
