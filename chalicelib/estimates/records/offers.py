"""What was decided on, kept for good beside its decision: rows that only a paper reads, and only once."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, create
from chalicelib.aws.store import Store
from chalicelib.estimates.records.estimates import read_details
from chalicelib.estimates.rules import Estimate, Offer, Party


class OfferRow(CustomersRow):
    """`decision-offer#<estimate>#<number of the decision, four digits>`: one JSON value, smaller than an item may be
    since an estimate's details are (`rules/drafting.py`)."""

    offer = UnicodeAttribute()


def _item(estimate: str, number: int) -> str:
    return f"decision-offer#{estimate}#{number:04}"


def new_offer(store: Store, customer: str, number: int, offer: Offer) -> Write:
    """What the decision of this number is about."""
    one = offer.estimate
    stored = {
        "estimate": {
            "number": one.number, "title": one.title, "status": one.status, "issued_on": one.issued_on.isoformat(),
            "expires_on": one.expires_on.isoformat() if one.expires_on else "", "currency": one.currency,
            "total": one.total, "revision": one.revision,
        },
        "details": asdict(offer.details), "language": offer.language, "company": asdict(offer.company),
        "customer": asdict(offer.customer),
    }  # fmt: skip
    text = json.dumps(stored, ensure_ascii=False, separators=(",", ":"))
    return create(OfferRow(store.customer(customer), _item(one.id, number), offer=text), "offer")


def offer(store: Store, customer: str, estimate: str, number: int) -> Offer | None:
    """What the decision of this number was about; None where there is no such decision."""
    (item,) = store.get(store.customer_key(customer, _item(estimate, number)))
    if item is None:
        return None
    kept: dict[str, Any] = json.loads(item["offer"])
    one = kept["estimate"]
    one["issued_on"] = date.fromisoformat(one["issued_on"])
    one["expires_on"] = date.fromisoformat(one["expires_on"]) if one["expires_on"] else None
    return Offer(
        Estimate(id=estimate, **one), read_details(kept["details"]), kept["language"], _party(kept["company"]),
        _party(kept["customer"]),
    )  # fmt: skip


def _party(kept: dict[str, Any]) -> Party:
    return Party(kept["name"], tuple(kept["address"]))
