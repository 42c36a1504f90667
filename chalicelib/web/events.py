"""What runs without a request: the queue's messages and the schedule's sweep. app.py names them, one line each."""

from __future__ import annotations

import json
import logging
from typing import Any

from chalicelib.billing.actions import sweep as billing
from chalicelib.messages import actions as messages
from chalicelib.services import Services

log = logging.getLogger(__name__)


def send_messages(services: Services, event: Any) -> None:
    """Send what a queue's batch names. Raises when one could not be sent, so that the queue brings it again."""
    for record in event:
        body = json.loads(record.body)
        messages.deliver(services, body["tenant"], body["customer"], body["message"])


def sweep(services: Services) -> dict[str, int]:
    """Finish what hangs. How many payments and messages were looked at, for the log."""
    done = {"payments": billing.sweep(services), "messages": messages.sweep(services)}
    log.info("sweep: %s", done)
    return done
