"""CloudWatch metrics in its embedded format: a line of JSON in the log, which Lambda reads for us. No call is made.

These are the metrics that an operator acts on; docs/operations.md says how. Besides, each line of the log that is an
error counts itself (`logs.py`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.logs import counted

# Payments by card and bank that were decided, by whoever heard of it first.
SUCCEEDED = "PaymentsSucceeded"
FAILED = "PaymentsFailed"
# Messages that nobody will try again: refused, or not to be written.
UNSENT = "MessagesFailed"
# Requests that were told to come again since a service that they need did not answer: Stripe, S3.
UNREACHABLE = "Unreachable"


def print_line(line: str) -> None:
    """On standard output, by itself: what goes through a logger gets a prefix, and CloudWatch would not read it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Metrics:
    """The metrics of one stage: several may share an account, and its alarms are its own."""

    stage: str
    write: Callable[[str], None] = print_line

    def count(self, name: str, value: int, at: datetime, **about: str) -> None:
        """So many of `name`, at this time. `about` goes into the log line only, for whoever looks the alarm up."""
        self.write(json.dumps({**counted(name, value, self.stage, at.timestamp()), **about}))
