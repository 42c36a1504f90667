"""What a company offers online, one row: `booking-offer`. It is read with every page of booking, so it is one value."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.booking.rules.offer import FRESH, PLAIN, Area, Offer, Price, Question, Service, Span, SpecialDays

ITEM = "booking-offer"


class OfferRow(TenantsRow):
    """`offer` is one JSON value; `version` counts its changes."""

    offer = UnicodeAttribute()
    version = NumberAttribute()


def offer_key(store: Store) -> Key:
    return store.company_key(ITEM)


def to_offer(item: Item | None) -> Offer:
    """The offer in this item; that of a company which has decided nothing yet if there is none."""
    if item is None:
        return FRESH
    raw = json.loads(item["offer"])
    return Offer(
        services=tuple(_to_service(one) for one in raw["services"]),
        hours=tuple(_to_spans(one) for one in raw["hours"]),
        special=tuple(_to_special(*one) for one in raw["special"]),
        area=Area(raw["area"][0], tuple(raw["area"][1])),
        version=item["version"],
        **{name: raw[name] for name in PLAIN if name in raw},
    )


def keep_offer(store: Store, before: Offer, after: Offer) -> Write:
    """The offer from now on, one version later; fails ("offer") if it has changed since `before` was read."""
    row = OfferRow(store.tenant, ITEM, offer=written(after), version=before.version + 1)
    if not before.version:
        return create(row, "offer")
    return put(row, "offer", OfferRow.version == before.version)


def written(offer: Offer) -> str:
    """All of it but its version, as it lies in its row."""
    value = {
        **{name: getattr(offer, name) for name in PLAIN},
        "services": [_of_service(one) for one in offer.services],
        "hours": [_of_spans(one) for one in offer.hours],
        "special": [
            [one.since.isoformat(), one.until.isoformat(), one.name, _of_spans(one.hours)] for one in offer.special
        ],
        "area": [offer.area.rule, list(offer.area.codes)],
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _of_service(service: Service) -> dict[str, Any]:
    return {
        "id": service.id, "name": service.name, "words": service.words, "on": service.on,
        "minutes": service.minutes, "before": service.before, "after": service.after,
        "price": [service.price.kind, service.price.amount],
        "questions": [[one.id, one.label, one.required] for one in service.questions],
    }  # fmt: skip


def _to_service(raw: dict[str, Any]) -> Service:
    values = {**raw, "price": Price(*raw["price"]), "questions": tuple(Question(*one) for one in raw["questions"])}
    return Service(**values)


def _of_spans(spans: tuple[Span, ...]) -> list[list[int]]:
    return [[one.opens, one.closes] for one in spans]


def _to_spans(raw: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(*one) for one in raw)


def _to_special(since: str, until: str, name: str, hours: list[list[int]]) -> SpecialDays:
    return SpecialDays(date.fromisoformat(since), date.fromisoformat(until), name, _to_spans(hours))
