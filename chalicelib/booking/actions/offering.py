"""What a company offers online: read, and changed as one thing with one version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.booking.records import offers
from chalicelib.booking.rules import checking, telling
from chalicelib.booking.rules.area import territory
from chalicelib.booking.rules.offer import Offer
from chalicelib.errors import Stale
from chalicelib.tenants import records as tenants
from chalicelib.tenants.records import audit
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Changes, changes


def read(store: Store) -> Offer:
    """The offer as it is; what a company begins with where it has decided nothing."""
    return offers.to_offer(store.get(offers.offer_key(store))[0])


def change(store: Store, company: Company, before: Offer, wanted: Offer, note: Callable[[Changes], Write]) -> Offer:
    """Put `wanted` in the place of the offer that was read: with it goes whether the company has online booking at all.
    The offer from now on: `before` itself where nothing differs.

    Invalid: names the field. Conflict (`booking-not-ready`): nothing to book. Stale: somebody has changed it since.
    """
    tidied = replace(checking.checked(before, wanted, territory(company.locale)), version=before.version)
    differences = changes(telling.told(before), telling.told(tidied))
    if tidied == before:
        return before
    after, entry = replace(tidied, version=before.version + 1), note(differences)
    flag = [] if after.on == before.on else [tenants.set_booking(store, after.on)]
    try:
        store.transact(offers.keep_offer(store, before, after), *flag, entry)
    except ConditionFailed:
        # The answer of our own success may have been lost and the write sent again: look before saying no.
        if not audit.written(store, entry):
            raise Stale() from None
    return after
