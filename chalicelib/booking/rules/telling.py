"""How the audit trail tells of what a company offers: by the place in the API's booking settings, in people's words.
Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.booking.rules.offer import PLAIN, WEEKDAYS, Offer, Service, Span, SpecialDays, clock


def told(offer: Offer) -> Mapping[str, Any]:
    """All that is offered. What is empty of a service or a special day is left out, so that new ones are told in few
    lines."""
    return {
        **{f"booking/{name}": getattr(offer, name) for name in PLAIN},
        **{f"booking/hours/{day}": _spans(one) for day, one in zip(WEEKDAYS, offer.hours, strict=True)},
        **{f"booking/special/{one.since.isoformat()}": _special(one) for one in offer.special},
        "booking/area/rule": offer.area.rule,
        "booking/area/codes": list(offer.area.codes),
        # Their order is that in which customers see them.
        "booking/services": [one.name for one in offer.services],
        **{f"booking/services/{one.id}/{name}": value for one in offer.services for name, value in _service(one)},
    }


def _service(service: Service) -> Iterator[tuple[str, Any]]:
    values = {
        "name": service.name, "words": service.words, "minutes": service.minutes, "before": service.before,
        "after": service.after, "price/kind": service.price.kind, "price/amount": service.price.amount,
        "questions": [f"{one.label} (required)" if one.required else one.label for one in service.questions],
    }  # fmt: skip
    yield "on", service.on
    yield from ((name, value) for name, value in values.items() if value not in ("", 0, "none", []))


def _spans(spans: tuple[Span, ...]) -> list[str]:
    return [f"{clock(one.opens)}–{clock(one.closes)}" for one in spans]


def _special(days: SpecialDays) -> str:
    hours = ", ".join(_spans(days.hours)) or "closed"
    until = f"until {days.until.isoformat()}" if days.until != days.since else ""
    return "; ".join(part for part in (days.name, hours, until) if part)
