"""Send what is in the outbox: once for each cause, sooner or later, whatever fails in between."""

from __future__ import annotations

import logging
from datetime import datetime

from chalicelib.aws.mail import Envelope, Refused
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Unavailable
from chalicelib.messages import mails, records, rules
from chalicelib.services import Services
from chalicelib.tenants import records as tenants

log = logging.getLogger(__name__)


def hand_over(services: Services, store: Store, customer: str, message_id: str) -> None:
    """Tell the worker about a message just posted. If the queue is down, the sweep finds it."""
    services.queue.put({"tenant": store.tenant, "customer": customer, "message": message_id})


def deliver(services: Services, tenant: str, customer: str, message_id: str) -> None:
    """Send one message if it is still to be sent. Unavailable: not taken now, let the queue bring it again."""
    store = services.tables.for_tenant(tenant)
    item = records.read(store, customer, message_id)
    if item is None or item["state"] != "pending":
        return
    now = services.now()
    if rules.hopeless(datetime.fromisoformat(item["posted_at"]), now):
        store.write(records.finish(store, customer, message_id, "failed", "given up"))
        return
    company = tenants.company(store)
    if company is None:
        store.write(records.finish(store, customer, message_id, "failed", "no such company"))
        return
    try:
        store.write(records.claim(store, customer, message_id, now))
    except ConditionFailed:
        return
    message = records.to_message(item)
    mail = mails.write(message, company, services.secrets.links, services.settings)
    envelope = Envelope(
        f"{tenant}.{customer}.{message.id}", company.name, message.reply_to or company.email, message.to, mail.subject,
        mail.text, mail.html,
    )  # fmt: skip
    try:
        services.mail.send(envelope)
    except Refused as refused:
        log.warning("message %s was refused", message.id)
        store.write(records.finish(store, customer, message_id, "failed", str(refused)[:200]))
        return
    except Unavailable:
        attempts = item["attempts"] + 1
        store.write(records.postpone(store, customer, message_id, attempts, rules.next_try(attempts, now)))
        raise
    store.write(records.finish(store, customer, message_id, "sent"))


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
        services.queue.put({"tenant": tenant, "customer": customer, "message": message_id})
    return len(found)
