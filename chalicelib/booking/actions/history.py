"""Which of the services somebody had before: what they have known is what they look for first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.aws.store import Store
from chalicelib.booking.rules import Service
from chalicelib.visits.records import visits

# So many of the latest visits are looked at.
LOOK = 50


def had(store: Store, customer: str, services: Sequence[Service], now: datetime) -> dict[str, datetime]:
    """When a customer had each of these services last, by the service's id; those alone that they had. A visit is known
    by its title. One Query."""
    names = {one.name.casefold(): one.id for one in services}
    found: dict[str, datetime] = {}
    for visit in visits.newest(store, customer, now, LOOK)[0]:
        service = names.get(visit.title.casefold())
        if visit.status == "complete" and service:
            found.setdefault(service, visit.at)
    return found
