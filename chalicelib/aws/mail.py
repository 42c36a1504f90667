"""SES: send one finished e-mail. Knows MIME, not what a message is about."""

from __future__ import annotations

from dataclasses import dataclass
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clients import client
from chalicelib.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Envelope:
    """An e-mail ready to go. `message_id` is our own and the same each time this message is sent."""

    message_id: str
    sender_name: str
    reply_to: str
    to: str
    subject: str
    text: str
    html: str


class Refused(Exception):
    """SES will never take this one (a malformed or suppressed address): sending it again would not help."""


@dataclass(frozen=True)
class SesMail:
    region: str
    sender: str
    endpoint: str = ""

    @cached_property
    def _client(self) -> Any:
        return client("sesv2", self.region, self.endpoint)

    def send(self, envelope: Envelope) -> None:
        """Hand it to SES. Unavailable: try again later. Refused: don't."""
        sender, raw = _written(envelope, self.sender)
        try:
            self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [envelope.to]},
                Content={"Raw": {"Data": raw}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in {"BadRequestException", "MessageRejected"}:
                raise Refused(error.response["Error"]["Message"]) from error
            raise Unavailable() from error
        except BotoCoreError as error:
            raise Unavailable() from error


def _written(envelope: Envelope, sender: str) -> tuple[str, bytes]:
    """From whom, and the mail as it is sent."""
    try:
        mime = compose(envelope, sender)
        return str(mime["From"]), mime.as_bytes()
    except Exception as error:
        # Python's email library stumbles over odd headers in many ways, and would at each try.
        raise Refused(f"it can't be written as a mail: {error!r}") from error


# SES takes no 8-bit text (https://docs.aws.amazon.com/ses/latest/dg/send-email-raw.html).
_SEVEN_BIT = policy.default.clone(cte_type="7bit")


def compose(envelope: Envelope, sender: str) -> EmailMessage:
    """The MIME message: text and HTML twins. ValueError for an address that a header would decode."""
    if "=?" in envelope.to + envelope.reply_to:
        raise ValueError("an address can't be an encoded word")
    message = EmailMessage(_SEVEN_BIT)
    message["From"] = Address(display_name=one_line(envelope.sender_name), addr_spec=sender)
    message["To"] = envelope.to
    if envelope.reply_to:
        message["Reply-To"] = envelope.reply_to
    message["Subject"] = one_line(envelope.subject)
    message["Message-ID"] = f"<{envelope.message_id}@{sender.rpartition('@')[2]}>"
    # SES writes a Message-ID of its own over ours; this one it leaves alone, and mailers thread by it.
    message["X-Entity-Ref-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(envelope.text)
    message.add_alternative(envelope.html, subtype="html")
    return message


def one_line(text: str) -> str:
    """A header's text: no line break can begin a header of somebody else's.

    What looks like an encoded word (RFC 2047) is parted by a blank of no width: the library would decode it, and write
    out the line breaks that were hidden in it.
    """
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split()).replace("=?", "=\u200b?")
