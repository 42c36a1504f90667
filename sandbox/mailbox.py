"""Every e-mail that SES took, opened and dated, for the desk and for browser tests."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string, policy
from email.message import EmailMessage, Message
from html import unescape

from sandbox.world import sent_mail


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a mail; `type` is its Content-Type whole."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail. `links` are its web addresses, each once, in order; `name` is our own for it: the tenant, whom it is
    for, the message, with dots between."""

    number: int
    at: datetime
    sender: str
    reply_to: str
    to: str
    subject: str
    text: str
    html: str
    links: tuple[str, ...]
    name: str = ""
    files: tuple[Attached, ...] = ()


class Mailbox:
    """`collect()` takes over what was sent since; call it with the sandbox's lock held."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.mails: list[Mail] = []
        """Newest first."""

    def collect(self) -> None:
        sent = sent_mail()
        for one in sent[len(self.mails) :]:
            self.mails.insert(0, _read(len(self.mails) + 1, self._clock(), one.raw_data))

    def to(self, address: str) -> list[Mail]:
        """What this address was sent, newest first."""
        return [mail for mail in self.mails if address in mail.to]


def _read(number: int, at: datetime, raw: str) -> Mail:
    message = message_from_string(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    text, html = (_part(message, kind) for kind in ("plain", "html"))
    links = dict.fromkeys(unescape(one) for one in re.findall(r'<a\b[^>]*href="(https?://[^"]+)"', html))
    return Mail(
        number, at, str(message["From"]), str(message["Reply-To"] or ""), str(message["To"]), str(message["Subject"]),
        text, html, tuple(links), str(message["Message-ID"] or "").strip("<>").rpartition("@")[0],
        tuple(_attached(one) for one in message.iter_attachments()),
    )  # fmt: skip


def _attached(part: Message) -> Attached:
    content = part.get_payload(decode=True)
    return Attached(part.get_filename() or "file", str(part["Content-Type"]), bytes(content))


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
