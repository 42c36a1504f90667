"""SQS: hand over a message to be sent. What is lost on the way the sweep finds again, so this never fails a request."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clients import client

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SqsQueue:
    region: str
    url: str
    endpoint: str = ""

    @cached_property
    def _client(self) -> Any:
        return client("sqs", self.region, self.endpoint)

    def put(self, body: dict[str, str]) -> bool:
        """Whether the queue took it. The row behind it stays pending either way until it is done."""
        try:
            self._client.send_message(QueueUrl=self.url, MessageBody=json.dumps(body))
        except (BotoCoreError, ClientError):
            log.warning("the queue did not take a message; the sweep will", exc_info=True)
            return False
        return True
