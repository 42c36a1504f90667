"""Tell the worker of what lies in the outbox. All pages load this: nothing of how a message is written or sent."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.messages import records, rules
from chalicelib.services import Services


def hand_over(services: Services, store: Store, customer: str, message_id: str) -> None:
    """Tell the worker about a message just posted. If the queue is down, the sweep finds it."""
    services.queue.put({"tenant": store.tenant, "customer": customer, "message": message_id})


def sweep(services: Services, limit: int = 200) -> int:
    """Hand over again what should have been sent by now. How many."""
    found = services.tables.platform().overdue(records.TASK, services.now(), limit)
    for tenant, customer, message_id in found:
        # Further down the list first: one that can't be sent must not stand before all others for ever.
        store = services.tables.for_tenant(tenant)
        try:
            store.write(records.put_off(store, customer, message_id, services.now() + rules.HANDED_OVER))
        except ConditionFailed:
            continue
        if not services.queue.put({"tenant": tenant, "customer": customer, "message": message_id}):
            # Nor will it take the others: all of them, this one too, are looked at again next time.
            with suppress(ConditionFailed):
                store.write(records.put_off(store, customer, message_id, services.now()))
            break
    return len(found)
