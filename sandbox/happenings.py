"""What befalls messages after they were sent, as AWS tells it: SES's events of a mail, what people answer to an SMS.

Each goes the way it goes in earnest: into an envelope of SNS's, signed (by a key of the sandbox's own), onto the queue
of events. An address that begins with `bounce` or `complaint`, like those of SES's mailbox simulator, behaves so.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import boto3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sesv2.responses import SESV2Response

from chalicelib.aws.signatures import Certificates

if TYPE_CHECKING:
    from sandbox.world import World

What = Literal["sent", "delivered", "bounced", "complained"]
CERTIFICATE_URL = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-sandbox.pem"
FOR_EVER = timedelta(days=36_500)
SENT_FROM = "+13035550100"
_send_email = SESV2Response.send_email


def listen() -> None:
    """Make moto keep what it forgets of a mail: the tags that come back with its events."""
    setattr(SESV2Response, "send_email", _send_and_keep_tags)  # noqa: B010


def _send_and_keep_tags(self: Any) -> str:
    answer = str(_send_email(self))
    asked = json.loads(self.body)
    for region in ses_backends[DEFAULT_ACCOUNT_ID].values():
        for one in reversed(region.sent_messages):
            if one.id == json.loads(answer)["MessageId"]:
                one.tags = {tag["Name"]: [tag["Value"]] for tag in asked.get("EmailTags", ())}
                one.watched = bool(asked.get("ConfigurationSetName"))
                return answer
    return answer


def befell(world: World, tenant: str, customer: str, message: str, address: str, what: What, *, id: str = "") -> None:
    """SES tells this of a mail."""
    tags = {"tenant": [tenant], "customer": [customer], "message": [message]}
    tell(
        world, world.services.settings.mail_topic, event(what, id or str(uuid4()), address, tags, world.services.now())
    )


def answered(world: World, number: str, words: str) -> None:
    """The owner of this phone writes back."""
    text = {
        "originationNumber": number, "destinationNumber": SENT_FROM, "messageKeyword": "KEYWORD",
        "messageBody": words, "inboundMessageId": str(uuid4()), "previousPublishedMessageId": str(uuid4()),
    }  # fmt: skip
    tell(world, world.services.settings.texts_topic, text)


class Fates:
    """What befalls each mail. `collect()` takes care of those sent since; call it with the sandbox's lock held."""

    def __init__(self, world: World) -> None:
        self._world, self._taken = world, 0

    def collect(self) -> None:
        sent = ses_backends[DEFAULT_ACCOUNT_ID][self._world.services.settings.region].sent_messages
        new, self._taken = sent[self._taken :], len(sent)
        for mail in new:
            for one in fate(mail, self._world.services.now()):
                tell(self._world, self._world.services.settings.mail_topic, one)


def fate(mail: Any, at: datetime) -> list[dict[str, Any]]:
    """What befalls a mail that SES has just taken, by its address: it is sent, and arrives, or not."""
    if not getattr(mail, "watched", False):
        return []
    to = mail.destinations[0]
    fates: dict[str, tuple[What, ...]] = {
        "bounce": ("sent", "bounced"), "complaint": ("sent", "delivered", "complained"),
    }  # fmt: skip
    mine = next((fate for start, fate in fates.items() if to.lower().startswith(start)), ("sent", "delivered"))
    return [event(what, mail.id, to, mail.tags, at) for what in mine]


def event(what: What, id: str, address: str, tags: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """An event as SES publishes it.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
    """
    now = _stamp(at)
    mail = {
        "timestamp": now, "source": "portal@porchlight.example", "sendingAccountId": DEFAULT_ACCOUNT_ID,
        "messageId": id, "destination": [address], "headersTruncated": False, "headers": [], "commonHeaders": {},
        "tags": {"ses:operation": ["SendEmail"], "ses:configuration-set": ["porchlight"], **tags},
    }  # fmt: skip
    if what == "sent":
        return {"eventType": "Send", "mail": mail, "send": {}}
    if what == "delivered":
        about = {"timestamp": now, "processingTimeMillis": 546, "recipients": [address],
                 "smtpResponse": "250 2.6.0 Message received", "reportingMTA": "mta.example.com"}  # fmt: skip
        return {"eventType": "Delivery", "mail": mail, "delivery": about}
    if what == "bounced":
        people = [{"emailAddress": address, "action": "failed", "status": "5.1.1",
                   "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]  # fmt: skip
        about = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": people, "timestamp": now,
                 "feedbackId": str(uuid4()), "reportingMTA": "dsn; mta.example.com"}  # fmt: skip
        return {"eventType": "Bounce", "mail": mail, "bounce": about}
    about = {"complainedRecipients": [{"emailAddress": address}], "timestamp": now, "feedbackId": str(uuid4()),
             "complaintFeedbackType": "abuse", "arrivalDate": now}  # fmt: skip
    return {"eventType": "Complaint", "mail": mail, "complaint": about}


def tell(world: World, topic: str, message: Mapping[str, Any]) -> None:
    """SNS brings this to the queue of events."""
    boto3.client("sqs").send_message(
        QueueUrl=world.outputs["EventsQueueUrl"],
        MessageBody=json.dumps(envelope(topic, json.dumps(message), world.services.now())),
    )


def envelope(topic: str, message: str, at: datetime, version: str = "2") -> dict[str, str]:
    """What SNS puts around a message, signed."""
    made = {"Type": "Notification", "MessageId": str(uuid4()), "TopicArn": topic, "Message": message,
            "Timestamp": _stamp(at)}  # fmt: skip
    text = "".join(f"{name}\n{made[name]}\n" for name in sorted(made))
    algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()
    signature = _key().sign(text.encode(), padding.PKCS1v15(), algorithm)
    return {
        **made, "SignatureVersion": version, "Signature": base64.b64encode(signature).decode(),
        "SigningCertURL": CERTIFICATE_URL, "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
    }  # fmt: skip


def certificates() -> Certificates:
    """Those of the sandbox's SNS."""
    return Certificates(lambda url: certificate() if url == CERTIFICATE_URL else b"")


@lru_cache(1)
def certificate() -> bytes:
    """Of the sandbox's key, by itself, in PEM."""
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sandbox")]), datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, _key().public_key(), x509.random_serial_number(), now, now + FOR_EVER)
    return made.sign(_key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@lru_cache(1)
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
