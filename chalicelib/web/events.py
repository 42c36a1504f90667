"""What runs without a request: the queues' messages and the schedules. app.py names them, one line each.

Each loads what it needs when it runs: all functions start from the same app.py.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from chalicelib.messages import actions as messages
from chalicelib.services import Services

log = logging.getLogger(__name__)


def send_messages(services: Services, event: Any) -> None:
    """Send what a queue's batch names. Raises when one could not be sent, so that the queue brings it again."""
    for record in event:
        body = json.loads(record.body)
        messages.deliver(services, body["tenant"], body["customer"], body["message"])


def note_events(services: Services, event: Any) -> None:
    """Note what AWS tells of messages that were sent. Raises for what can't have come from our topics: it comes again,
    and rests in the dead-letter queue in the end."""
    from chalicelib.messages.actions import events

    for record in event:
        events.note(services, record.body)


def sweep(services: Services) -> dict[str, int]:
    """Finish what hangs, and ask and remind those whose day has come. How many of each were looked at, for the log."""
    from chalicelib.billing.actions import sweep as billing
    from chalicelib.booking.actions import reminding
    from chalicelib.visits.actions import asking

    done = {
        "payments": billing.sweep(services), "messages": messages.sweep(services), "reviews": asking.sweep(services),
        "reminders": reminding.sweep(services),
    }  # fmt: skip
    log.info("sweep: %s", done)
    return done


def start_audits(services: Services) -> None:
    """Tonight's audit of all companies' books."""
    from chalicelib.billing.actions import audit

    audit.start(services)


def audit_company(services: Services, event: Any) -> None:
    """Audit the company that a queue's batch names, as long as Lambda lets this run."""
    from chalicelib.billing.actions import audit

    for record in event:
        body = json.loads(record.body)
        audit.company(services, body["tenant"], body["date"], _left(event.context))


def run_job(services: Services, event: Any) -> None:
    """Go on with the long work that a queue's batch names, as long as Lambda lets this run."""
    from chalicelib.customers.actions import bulk_invites
    from chalicelib.documents.actions import telling

    for record in event:
        body = json.loads(record.body)
        work = telling.run if body.get("kind") == telling.KIND else bulk_invites.run
        work(services, body["tenant"], body["job"], _left(event.context))


def _left(context: Any) -> Callable[[], float]:
    """How many seconds this run still has; outside of Lambda nobody counts them."""
    if context is None:
        return lambda: float("inf")
    return lambda: context.get_remaining_time_in_millis() / 1000
