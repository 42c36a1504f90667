"""CloudWatch metrics in its embedded format: a line of JSON in the log, which Lambda reads for us. No call is made."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

NAMESPACE = "Porchlight"


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
        line = {
            "_aws": {
                "Timestamp": int(at.timestamp() * 1000),
                "CloudWatchMetrics": [
                    {"Namespace": NAMESPACE, "Dimensions": [["Stage"]], "Metrics": [{"Name": name, "Unit": "Count"}]}
                ],
            },
            "Stage": self.stage,
            name: value,
            **about,
        }
        self.write(json.dumps(line))
