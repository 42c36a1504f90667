"""What the company does about a rating: it is open, they have been in touch, it is resolved; in any order, with a
note."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.errors import NotFound, Unavailable
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.rules.audit import changes
from chalicelib.visits.actions.keeping import TRIES
from chalicelib.visits.records import ratings
from chalicelib.visits.rules import Rating
from chalicelib.visits.rules.rating import Handled


def whole(store: Store, customer: str, visit: str) -> tuple[Customer, Rating]:
    """A rating and whose it is. One read. NotFound: the company has none by this id."""
    profile, rating = store.get(
        customers.profile_key(store, customer), ratings.rating_key(store, customer, visit)
    )  # fmt: skip
    if profile is None or rating is None:
        raise NotFound()
    return customers.to_customer(profile), ratings.to_rating(rating)


def follow_up(
    services: Services, store: Store, customer: str, visit: str, status: Handled, text: str, by: Actor, note: Note
) -> tuple[Customer, Rating]:
    """How far the company is with it, and its note. The same again changes nothing. NotFound: no such rating."""
    says = text.strip()
    for _ in range(TRIES):
        who, before = whole(store, customer, visit)
        if (before.follow_up, before.follow_up_note) == (status, says):
            return who, before
        after = replace(
            before, follow_up=status, follow_up_note=says, follow_up_at=services.now().isoformat(),
            follow_up_by=by.name, version=before.version + 1,
        )  # fmt: skip
        told = changes(_told(before), _told(after))
        try:
            store.transact(
                ratings.change_rating(store, customer, before, after),
                note("rating.follow_up", f"{customer}-{visit}", told),
            )
        except ConditionFailed:
            # Somebody was faster, or it was us and the answer was lost: look again.
            continue
        return who, after
    raise Unavailable()


def _told(rating: Rating) -> dict[str, object]:
    return {"status": rating.follow_up, "note": rating.follow_up_note}
