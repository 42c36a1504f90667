"""Tell everybody of a document that is for all: begun with it, done by a queue's worker a page at a time.

A message's id is made from the document: a page that is done again, by whomever and after whatever, tells nobody twice.
How far it is moves on once for a page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import cast

from chalicelib.aws.store import ConditionFailed, Item, Store
from chalicelib.customers.records import profile
from chalicelib.documents import records
from chalicelib.documents.actions import notices
from chalicelib.documents.rules import EVERYONE, Document, telling
from chalicelib.documents.rules.telling import Telling
from chalicelib.errors import Conflict
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.services import Services
from chalicelib.tenants.actions.companies import company_of
from chalicelib.tenants.rules import Company

log = logging.getLogger(__name__)

# How the queue tells this work from others'.
KIND = "document"
# Two keys a customer must fit one read.
CUSTOMERS_A_PAGE = 40
# A page must be through in this many seconds; with fewer left, another run goes on.
ENOUGH = 60


def hand_over(services: Services, store: Store, document: str) -> None:
    """Have the worker begin, or go on."""
    services.jobs.put_all([{"tenant": store.tenant, "job": document, "kind": KIND}])


def run(services: Services, tenant: str, document: str, left: Callable[[], float]) -> bool:
    """Go on while there is time: `left` tells how many seconds. Whether everybody is told.

    When time runs short it goes back on the queue. Unavailable: let the queue bring it again.
    """
    store = services.tables.for_tenant(tenant)
    (item,) = store.get(records.telling_key(store, document))
    if item is None:
        return True
    step = records.to_telling(item)
    while not step.done:
        kept = _keep(store, step, _next_page(services, store, step))
        if kept is None:
            log.info("document %s of %s: another run goes on with it", document, tenant)
            return False
        step = kept
        if left() < ENOUGH and not step.done:
            hand_over(services, store, document)
            return False
    log.info("document %s of %s: %d customers were told", document, tenant, step.told)
    return True


def _next_page(services: Services, store: Store, step: Telling) -> Telling:
    company, document = company_of(store), records.document(store, EVERYONE, step.document)
    if document is None:
        return telling.ended(step)
    try:
        notices.must_be_seen(company, None, document.shown(services.now()))
    except Conflict:
        return telling.ended(step)  # it was hidden meanwhile: a link to it would lead nowhere
    ids, last = profile.customer_ids(store, CUSTOMERS_A_PAGE, dict(step.after) if step.after else None)
    return telling.went_on(step, _tell_all(services, store, company, document, ids), last)


def _tell_all(services: Services, store: Store, company: Company, document: Document, ids: Sequence[str]) -> int:
    """How many of these have a message about it, by now or before."""
    id = notices.message_id(document.id)
    keys = [(profile.profile_key(store, one), outbox.message_key(store, one, id)) for one in ids]
    items = store.get(*(key for pair in keys for key in pair)) if keys else []
    return sum(
        sent is not None or _tell(services, store, company, document, person)
        for person, sent in zip(items[::2], items[1::2], strict=True)
    )


def _tell(services: Services, store: Store, company: Company, document: Document, person: Item | None) -> bool:
    customer = profile.to_customer(person) if person else None
    message = notices.message(company, customer, document) if customer and customer.access else None
    if customer is None or message is None:
        return False
    try:
        store.write(outbox.new_message(store, customer.id, message, services.now()))
    except ConditionFailed:
        return True  # another run was faster, or our own answer was lost
    messages.hand_over(services, store, customer.id, message.id)
    return True


def _keep(store: Store, before: Telling, after: Telling) -> Telling | None:
    """The step, written down; None if another run has gone on with it."""
    try:
        store.write(records.move_telling(store, before, after))
    except ConditionFailed:
        # The answer of our own success may have been lost and the write sent again.
        (item,) = store.get(records.telling_key(store, before.document))
        return after if records.to_telling(cast(Item, item)) == after else None
    return after
