"""What the team finds in its mail, and what two do at the same moment."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from email.message import Message as Mime
from typing import Any, NamedTuple

import pytest

from chalicelib.aws.store import _Reach
from tests.browser import Browser


class Mailed(NamedTuple):
    """A mail with a link into the console. `parts` are of the link: ['invite', <company>, <token>]."""

    to: str
    subject: str
    text: str
    parts: list[str]

    @property
    def token(self) -> str:
        return self.parts[-1]


def mails(browser: Browser) -> list[Mailed]:
    """Every mail to the team so far, the oldest first."""
    return [_read(email.message_from_string(raw)) for raw in browser.deliver_mail() if "/console#/" in _text(raw)]


def newest(browser: Browser) -> Mailed:
    return mails(browser)[-1]


def _text(raw: str) -> str:
    plain = next(part for part in email.message_from_string(raw).walk() if part.get_content_type() == "text/plain")
    return bytes(plain.get_payload(decode=True)).decode()


def _read(mime: Mime) -> Mailed:
    text = _text(mime.as_string())
    link = re.search(r"http://localhost:8000/console#/(\S+)", text)
    assert link
    return Mailed(str(mime["To"]), str(mime["Subject"]), text, link[1].split("/"))


def meanwhile(monkeypatch: pytest.MonkeyPatch, other: Callable[[], Any]) -> None:
    """Let `other` happen just before the next transaction of ours is written, after all was read for it."""
    transact, waiting = _Reach.transact, [other]

    def late(self: Any, *writes: Any) -> None:
        if waiting and any(one.name in ("team", "person", "invite") for one in writes):
            waiting.pop()()
        transact(self, *writes)

    monkeypatch.setattr(_Reach, "transact", late)


def lose_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next change of the team is written, its answer is lost, and botocore sends it again."""
    transact, waiting = _Reach.transact, [True]

    def twice(self: Any, *writes: Any) -> None:
        transact(self, *writes)
        if waiting and any(one.name in ("team", "person", "invite") for one in writes):
            waiting.pop()
            transact(self, *writes)

    monkeypatch.setattr(_Reach, "transact", twice)
