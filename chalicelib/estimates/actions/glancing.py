"""Keep what the first page says of estimates right: a write for the transaction of each change of one."""

from __future__ import annotations

from datetime import date

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.estimates import records
from chalicelib.estimates.rules import Estimate, Fresh, waiting

# So many of a customer's estimates are looked through for those that wait, where too few are known: one page of the
# store's, since rows are narrow.
LOOKED_THROUGH = 1_000


def glance(store: Store, customer: Customer, before: Estimate | None, after: Estimate, today: date) -> list[Write]:
    """What waits for this customer, as they were just read, once an estimate is no longer as before (None: it is new)
    but as after; nothing where that is the same. It fails ("glance") if another one was changed since. `today` is the
    company's."""
    if not waiting.moves(before, after):
        return []
    kept = waiting.moved(waiting.read(customer.glances.estimates), after, today)
    if waiting.short(kept):
        found, last = records.list_estimates(store, customer.id, LOOKED_THROUGH, consistent=True)
        kept = waiting.afresh(kept, after, today, Fresh(found, last is not None))
    return [customers.change_glance(store, customer, "estimates", waiting.write(kept))]
