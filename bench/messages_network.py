"""The network, played: DynamoDB answers what was recorded, in that order and again and again; SES takes everything.

It stands in where botocore hands a request to its connection, for every client of the process, also those not made
yet. Knows nothing of Porchlight: importing that is what is measured beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

# The operation, and what DynamoDB answered to it.
Answers = Sequence[tuple[str, str]]
TAKEN = json.dumps({"MessageId": "0100019ab3c4d5e6-7f8091a2-b3c4-4d5e-8f60-718293a4b5c6-000000"})


@contextmanager
def played(answers: Answers) -> Iterator[None]:
    """While it is entered nothing leaves the process."""
    left = cycle(answers)

    def send(_: Any, request: Any) -> AWSResponse:
        target = request.headers.get("X-Amz-Target", b"")
        operation = (target.decode() if isinstance(target, bytes) else target).partition(".")[2]
        if not operation:
            if "/v2/email/outbound-emails" not in request.url:
                raise AssertionError(f"{request.url} was asked: only mail was to be sent")
            return AWSResponse(request.url, 200, {"Content-Type": "application/json"}, _Body(TAKEN))
        recorded, body = next(left)
        if operation != recorded:
            raise AssertionError(f"{operation} was sent, {recorded} was recorded")
        return AWSResponse(request.url, 200, {"Content-Type": "application/x-amz-json-1.0"}, _Body(body))

    with patch.object(URLLib3Session, "send", send):
        yield


class _Body:
    def __init__(self, content: str) -> None:
        self._content = content.encode()

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._content
