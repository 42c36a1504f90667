"""SES: send one finished e-mail. Knows MIME, not what a message is about."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from chalicelib.aws.clients import client
from chalicelib.errors import Unreachable
from chalicelib.tokens import fingerprint

log = logging.getLogger(__name__)

# Of SES's errors (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html) those that this one e-mail
# is to blame for. The others hold for every e-mail, until the operator or time mends them: a quota, an account that is
# paused or suspended, a domain or configuration set that is not there.
_THIS_ONE = frozenset({"BadRequestException", "MessageRejected"})
# What SES says in a MessageRejected of a sender that is not verified: no fault of the e-mail either.
_NOT_VERIFIED = "not verified"
_THROTTLED = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})
# How long to wait before SES, which takes so many a second, is asked again.
_PAUSES = (0.4, 0.8, 1.6)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail, of a media type such as 'text/calendar' and with that type's `parameters`."""

    name: str
    content: bytes
    type: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Envelope:
    """An e-mail ready to go. `message_id` is our own and the same each time this message is sent; the `tags` come back
    with whatever SES tells of it."""

    message_id: str
    sender_name: str
    reply_to: str
    to: str
    subject: str
    text: str
    html: str
    tags: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()


class Refused(Exception):
    """This one will never be taken: sending it again would not help. Says why, for the company's staff."""


@dataclass(frozen=True)
class SesMail:
    region: str
    sender: str
    endpoint: str = ""
    configuration_set: str = ""
    sleep: Callable[[float], None] = field(default=time.sleep)

    @cached_property
    def _client(self) -> Any:
        return client("sesv2", self.region, self.endpoint, attempts=1)

    def send(self, envelope: Envelope) -> str:
        """Hand it to SES; the id SES gives it. Unreachable: try again later. Refused: don't."""
        sender, raw = _written(envelope, self.sender)
        call: dict[str, Any] = {
            "FromEmailAddress": sender,
            "Destination": {"ToAddresses": [envelope.to]},
            "Content": {"Raw": {"Data": raw}},
            "EmailTags": [{"Name": name, "Value": value} for name, value in envelope.tags.items()],
        }
        if self.configuration_set:
            call["ConfigurationSetName"] = self.configuration_set
        for pause in (*_PAUSES, 0.0):
            try:
                return str(self._client.send_email(**call)["MessageId"])
            except ClientError as error:
                code, text = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
                if code in _THIS_ONE and _NOT_VERIFIED not in text:
                    raise Refused(f"The mail system refused it: {text}") from error
                if code not in _THROTTLED or not pause:
                    log.warning("SES takes nothing: %s: %s", code, text)
                    raise Unreachable() from error
                self.sleep(pause * random.uniform(0.5, 1.5))
            except (BotoCoreError, ResponseParserError) as error:
                # It may have been heard all the same: its events will say.
                log.warning("SES did not answer: %s", error)
                raise Unreachable() from error
        raise AssertionError("unreachable")


def _written(envelope: Envelope, sender: str) -> tuple[str, bytes]:
    """From whom, and the mail as it is sent."""
    try:
        mime = compose(envelope, sender)
        return str(mime["From"]), mime.as_bytes()
    except Exception as error:
        # Python's email library stumbles over odd headers in many ways, and would at each try.
        raise Refused(f"It can't be written as a mail: {error!r}") from error


# SES takes no 8-bit text (https://docs.aws.amazon.com/ses/latest/dg/send-email-raw.html).
_SEVEN_BIT = policy.default.clone(cte_type="7bit")


def compose(envelope: Envelope, sender: str) -> EmailMessage:
    """The MIME message: text and HTML twins, and the files with them. ValueError for an address that a header would
    decode."""
    if "=?" in envelope.to + envelope.reply_to:
        raise ValueError("an address can't be an encoded word")
    message = EmailMessage(_SEVEN_BIT)
    message["From"] = Address(display_name=header_text(envelope.sender_name), addr_spec=sender)
    message["To"] = envelope.to
    if envelope.reply_to:
        message["Reply-To"] = envelope.reply_to
    message["Subject"] = header_text(envelope.subject)
    message["Message-ID"] = f"<{envelope.message_id}@{sender.rpartition('@')[2]}>"
    # SES writes a Message-ID of its own over ours; this one it leaves alone, and mailers thread by it. Short: a line of
    # more than 78 characters the library would write as encoded words.
    message["X-Entity-Ref-ID"] = fingerprint(envelope.message_id)[:40]
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(envelope.text)
    message.add_alternative(envelope.html, subtype="html")
    for one in envelope.attachments:
        kind, _, subtype = one.type.partition("/")
        params = {**one.parameters, "name": one.name}
        message.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name, params=params)
    return message


def header_text(text: str) -> str:
    """A header's text: no line break can begin a header of somebody else's.

    What looks like an encoded word (RFC 2047) is parted by a blank of no width: the library would decode it, and write
    out the line breaks that were hidden in it.
    """
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split()).replace("=?", "=\u200b?")
