"""What runs without a request: the queues' messages and the schedules. app.py names them, one line each.

Each loads what it needs when it runs: all functions start from the same app.py. Whatever goes wrong is raised, so that
the queue brings it again and Lambda counts it; the log has it before.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from chalicelib import logs
from chalicelib.messages import actions as messages
from chalicelib.services import Services

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Broken(RuntimeError):
    """What nobody foresaw. Lambda's runtime prints what a run raises, and an error of a library's may quote somebody's
    address: this says only which it was."""


def _told(work: Callable[Concatenate[Services, P], T]) -> Callable[Concatenate[Services, P], T]:
    """The same, with its line in the log, and one about what went wrong."""

    @wraps(work)
    def told(services: Services, /, *args: P.args, **given: P.kwargs) -> T:
        with logs.during(work.__name__) as ended:
            try:
                return work(services, *args, **given)
            except Exception as error:
                ended["failed"] = type(error).__name__
                if type(error).__module__.startswith("chalicelib."):
                    # A word of ours: not now, or not from our topics. It comes again.
                    log.warning("%s: %s", work.__name__, type(error).__name__)
                    raise
                log.exception("unexpected: %s", work.__name__)
                raise Broken(f"{type(error).__name__} in {work.__name__}; the line before says where") from error

    return told


@_told
def send_messages(services: Services, event: Any) -> None:
    """Send what a queue's batch names. Raises when one could not be sent, so that the queue brings it again."""
    for record in event:
        body = json.loads(record.body)
        logs.about(tenant=body["tenant"], customer=body["customer"])
        messages.deliver(services, body["tenant"], body["customer"], body["message"])


@_told
def note_events(services: Services, event: Any) -> None:
    """Note what AWS tells of messages that were sent. Raises for what can't have come from our topics: it comes again,
    and rests in the dead-letter queue in the end."""
    from chalicelib.messages.actions import events

    for record in event:
        events.note(services, record.body)


@_told
def sweep(services: Services, event: Any = None) -> dict[str, int]:
    """Finish what hangs, and ask and remind those whose day has come. How many of each were looked at, for the log.

    Messages first, and payments only as long as Lambda lets this run: while Stripe is slow to say nothing, all else
    goes on.
    """
    from chalicelib.billing.actions import sweep as billing
    from chalicelib.booking.actions import reminding
    from chalicelib.visits.actions import asking

    done = {
        "messages": messages.sweep(services),
        "payments": billing.sweep(services, left=_left(event.context if event else None)),
        "reviews": asking.sweep(services),
        "reminders": reminding.sweep(services),
    }
    log.info("sweep: %s", done)
    return done


@_told
def start_audits(services: Services) -> None:
    """Tonight's audit of all companies' books."""
    from chalicelib.billing.actions import audit

    audit.start(services)


@_told
def audit_company(services: Services, event: Any) -> None:
    """Audit the company that a queue's batch names, as long as Lambda lets this run."""
    from chalicelib.billing.actions import audit

    for record in event:
        body = json.loads(record.body)
        logs.about(tenant=body["tenant"])
        audit.company(services, body["tenant"], body["date"], _left(event.context))


@_told
def run_job(services: Services, event: Any) -> None:
    """Go on with the long work that a queue's batch names, as long as Lambda lets this run."""
    from chalicelib.customers.actions import bulk_invites
    from chalicelib.documents.actions import telling

    for record in event:
        body = json.loads(record.body)
        logs.about(tenant=body["tenant"])
        work = telling.run if body.get("kind") == telling.KIND else bulk_invites.run
        work(services, body["tenant"], body["job"], _left(event.context))


def _left(context: Any) -> Callable[[], float]:
    """How many seconds this run still has; outside of Lambda nobody counts them."""
    if context is None:
        return lambda: float("inf")
    return lambda: context.get_remaining_time_in_millis() / 1000
