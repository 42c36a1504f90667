"""A store that answers at once, with bytes that were recorded: what is left is the time Porchlight itself takes.

It stands in at the HTTP layer: signing, serializing, parsing and retrying are botocore's own and are measured.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from botocore.awsrequest import AWSResponse

from bench.house import NOW, Call, House
from chalicelib import services as composition
from chalicelib.services import Services

Answers = list[tuple[str, bytes, dict[str, str]]]


def answers(calls: Iterable[Call]) -> Answers:
    """What was answered to these calls, ready to be played."""
    return [(one.operation, one.answered, _headers(one.answered)) for one in calls]


class Replay:
    """Answers a client's requests in the order they were recorded in, again and again."""

    def __init__(self) -> None:
        self._answers: Answers = []
        self._next = 0

    def attach(self, client: Any) -> None:
        """Stand between this client and the network."""
        client.meta.events.register("before-send.*.*", self)

    def play(self, answers: Answers) -> None:
        """What is answered from now on, from the first."""
        self._answers = answers
        self._next = 0

    def __call__(self, request: Any, event_name: str, **_: object) -> AWSResponse:
        operation, body, headers = self._answers[self._next]
        if event_name.rpartition(".")[2] != operation:
            raise AssertionError(f"{event_name} was sent, {operation} was recorded")
        self._next = (self._next + 1) % len(self._answers)
        return AWSResponse(request.url, 200, headers, _Body(body))


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._content


def _headers(body: bytes) -> dict[str, str]:
    """Those DynamoDB sends."""
    return {
        "Server": "Server",
        "Date": "Mon, 23 Nov 2026 19:00:00 GMT",
        "Content-Type": "application/x-amz-json-1.0",
        "Content-Length": str(len(body)),
        "Connection": "keep-alive",
        "x-amzn-RequestId": "4KBNVRGD25RG1KEO9UT4V3FQDJVV4KQNSO5AEMVJF66Q9ASUAAJG",
        "x-amz-crc32": str(zlib.crc32(body)),
    }


def like(house: House, tables: str = "") -> Services:
    """Services with the house's settings and secrets and clients of their own; their tables at another address.

    Whoever first uses them after the house is closed gets clients that have never heard of moto.
    """
    made = Services(replace(house.services.settings, aws_endpoint=tables), clock=lambda: NOW)
    made.secrets = house.services.secrets
    made.slugs.update(house.services.slugs)
    return made


@contextmanager
def standing(services: Services) -> Iterator[Replay]:
    """These services in place, their DynamoDB replayed."""
    replay = Replay()
    replay.attach(services.tables.connection.client)
    composition.use(services)
    try:
        yield replay
    finally:
        composition.use(None)
