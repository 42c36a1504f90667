"""SQS: hand work over to another function: a message to be sent, a company to be audited."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clients import client
from chalicelib.errors import Unreachable

log = logging.getLogger(__name__)

# What SQS takes in one call.
BATCH = 10


@dataclass(frozen=True)
class SqsQueue:
    region: str
    url: str
    endpoint: str = ""

    @cached_property
    def _client(self) -> Any:
        # A page that has more than one message waits as often, and the sweep hands over what the queue does not take.
        return client("sqs", self.region, self.endpoint, patience=2)

    def put(self, body: dict[str, str]) -> bool:
        """Whether the queue took it. Never fails a request: the row behind it stays pending until it is done, and what
        is lost on the way the sweep finds again."""
        try:
            self._client.send_message(QueueUrl=self.url, MessageBody=json.dumps(body))
        except (BotoCoreError, ClientError):
            log.warning("the queue did not take a message; the sweep will", exc_info=True)
            return False
        return True

    def put_all(self, bodies: Sequence[dict[str, str]]) -> None:
        """Hand over all of these; Unreachable if one was not taken, where nothing else would find it again."""
        for start in range(0, len(bodies), BATCH):
            entries = [
                {"Id": str(place), "MessageBody": json.dumps(body)}
                for place, body in enumerate(bodies[start : start + BATCH])
            ]
            try:
                answer = self._client.send_message_batch(QueueUrl=self.url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                raise Unreachable() from error
            if answer.get("Failed"):
                log.warning("the queue did not take %d of %d messages", len(answer["Failed"]), len(entries))
                raise Unreachable()
