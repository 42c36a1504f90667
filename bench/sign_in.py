"""What a password costs to check, and whether the time of an answer tells if an address is known.

The store's and the queue's answers are replayed, as they were recorded for each of the two, and the processor's time
is compared: a difference shows that the network would hide in its noise, but not from somebody who asks often. The
calls themselves are compared too, since each takes longer than all the rest.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from botocore.awsrequest import AWSResponse

from bench.house import LOGIN, PASSWORD, SLUG, Call, House, ask, event, house, recorded
from bench.replay import Answers, Replay, answers, like, standing
from bench.table import Figure, at_most, interleave
from chalicelib import passwords
from chalicelib.services import Services

VERIFY_LIMIT = 30.0
DIFFER_LIMIT = 5.0
STRANGER = "anna@example.com"  # as long as the known one
VERIFY_ROUNDS = 40
ROUNDS = {"password": 60, "code": 400, "reset": 400}
WAYS: dict[str, tuple[str, dict[str, str], int]] = {
    "password": (f"/{SLUG}/sign-in", {"password": "not-the-password-2026", "next": "/"}, 422),
    "code": (f"/{SLUG}/sign-in/code", {"next": "/"}, 303),
    "reset": (f"/{SLUG}/password/forgotten", {}, 200),
}

Request = tuple[dict[str, Any], int]


def measure() -> list[Figure]:
    """Record each way in for a known and an unknown address on moto, then go them in turns without it."""
    with house() as made:
        ways = {way: {who: _request(way, login) for who, login in _WHO.items()} for way in WAYS}
        calls = {way: {who: _recorded(made, *one) for who, one in both.items()} for way, both in ways.items()}
        services = like(made)
    _answer_queue(services)
    figures = [verify()]
    with standing(services) as replay:
        for way, both in ways.items():
            figures += alike(way, both, calls[way], replay)
    return figures


_WHO = {"known": LOGIN, "unknown": STRANGER}


def verify() -> Figure:
    """One password against one hash."""
    stored = passwords.make(PASSWORD)
    taken = interleave({"verify": lambda: passwords.verify(PASSWORD, stored)}, VERIFY_ROUNDS, warm_up=3)["verify"]
    return at_most(
        "house.argon2_verify", median(taken) * 1000, VERIFY_LIMIT, "ms",
        f"argon2id with 19 MiB, two passes; median of {VERIFY_ROUNDS}, the quickest {min(taken) * 1000:.1f} ms",
    )  # fmt: skip


def alike(way: str, both: Mapping[str, Request], calls: Mapping[str, list[Call]], replay: Replay) -> list[Figure]:
    """The same answer in the same time after the same calls, whoever asks."""
    contenders = {who: _asking(replay, answers(calls[who]), *request) for who, request in both.items()}
    taken = interleave(contenders, ROUNDS[way], warm_up=5, clock=time.process_time)
    known, unknown = (median(taken[who]) * 1000 for who in ("known", "unknown"))
    asked = {who: [one.operation for one in made] for who, made in calls.items()}
    differ = sum(one != other for one, other in zip(asked["known"], asked["unknown"], strict=False)) + abs(
        len(asked["known"]) - len(asked["unknown"])
    )
    sent = {who: sum(len(json.dumps(one.asked)) for one in made) for who, made in calls.items()}
    return [
        at_most(
            f"house.sign_in_{way}_differs", abs(known - unknown) / min(known, unknown) * 100, DIFFER_LIMIT, "%",
            f"{known:.2f} ms for a known address, {unknown:.2f} ms for an unknown one; medians of {ROUNDS[way]} "
            "interleaved rounds of the processor's time, the store replayed",
        ),
        at_most(
            f"house.sign_in_{way}_calls_differ", differ, 0, "calls",
            f"{', '.join(asked['known'])}; {sent['known']} bytes sent for a known address, {sent['unknown']} for an "
            "unknown one",
        ),
    ]  # fmt: skip


def _request(way: str, login: str) -> Request:
    path, form, status = WAYS[way]
    return event("POST", path, form={"login": login, **form}), status


def _recorded(made: House, request: dict[str, Any], status: int) -> list[Call]:
    return recorded(made.services, request, status)[1]


def _asking(replay: Replay, ready: Answers, request: dict[str, Any], status: int) -> Callable[[], object]:
    def asking() -> None:
        replay.play(ready)
        ask(request, status)

    return asking


def _answer_queue(services: Services) -> None:
    """SQS takes every message at once."""

    def take(request: Any, **_: object) -> AWSResponse:
        sent = json.loads(request.body)["MessageBody"]
        body = json.dumps({"MessageId": "m" * 36, "MD5OfMessageBody": hashlib.md5(sent.encode()).hexdigest()}).encode()
        return AWSResponse(request.url, 200, {"Content-Type": "application/x-amz-json-1.0"}, _Once(body))

    services.queue._client.meta.events.register("before-send.sqs.SendMessage", take)


class _Once:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> list[bytes]:
        return [self._body]
