"""SNS's signatures: whether what lies in a queue was put there by one of our own topics.

RSA (PKCS#1 v1.5) is checked here, in the few lines that it takes: `cryptography` is 10 MB, and PyJWT would load it at
every start. The certificate comes over TLS from SNS itself, which is what makes it SNS's.
https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.error import URLError

from chalicelib.errors import Unavailable

# One path of one host: SNS's API answers at the same host, partly with what its callers wrote.
_CERTIFICATE = re.compile(
    r"https://sns\.([a-z0-9-]{3,32})\.amazonaws\.com(?:\.cn)?/SimpleNotificationService-\w{1,64}\.pem"
)
_TOPIC = re.compile(r"arn:[a-z-]+:sns:([a-z0-9-]+):\d{12}:[\w-]+", re.ASCII)
_SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
# What stands before the digest in a signature, by SNS's version of it: the name of the hash in ASN.1 (RFC 8017, 9.2).
_HASHES: dict[str, tuple[Callable[[bytes], Any], bytes]] = {
    "1": (hashlib.sha1, bytes.fromhex("3021300906052b0e03021a05000414")),
    "2": (hashlib.sha256, bytes.fromhex("3031300d060960864801650304020105000420")),
}
_BITS_MIN = 2048
_CERTIFICATE_MAX = 64 * 1024


class Forged(Exception):
    """It does not come from one of our topics, or can't be read; says which."""


@dataclass(frozen=True, slots=True)
class Notification:
    """What a topic told, and when."""

    topic: str
    at: datetime
    message: str


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An RSA key, and until when its certificate holds."""

    modulus: int
    exponent: int
    begins: datetime
    ends: datetime


def fetch(url: str) -> bytes:
    """The certificate at this address. Unavailable: not just now."""
    try:
        with _OPENER.open(url, timeout=4) as answer:
            content: bytes = answer.read(_CERTIFICATE_MAX)
    except (URLError, OSError) as error:
        raise Unavailable() from error
    return content


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


@dataclass
class Certificates:
    """SNS's certificates, each fetched once a container. The sandbox and tests bring a `fetch` of their own."""

    fetch: Callable[[str], bytes] = fetch
    _known: dict[str, PublicKey] = field(default_factory=dict)

    def key(self, url: str) -> PublicKey:
        """The key of the certificate at this address. Forged: there is none. Unavailable: not just now."""
        if url not in self._known:
            self._known[url] = _public_key(self.fetch(url))
        return self._known[url]


def opened(body: str, topics: Sequence[str], certificates: Certificates, now: datetime) -> Notification:
    """What is in an envelope of SNS's, if one of these topics sent it. An old one is as good as a new one: what it
    tells is noted once. Forged, Unavailable."""
    envelope = _read(body)
    if envelope["Type"] != "Notification":
        raise Forged(f"it is no notification but a {envelope['Type']}")
    topic = _TOPIC.fullmatch(envelope["TopicArn"])
    if topic is None or envelope["TopicArn"] not in topics:
        raise Forged(f"the topic {envelope['TopicArn']!r} is not ours")
    place = _CERTIFICATE.fullmatch(envelope["SigningCertURL"])
    if place is None or place[1] != topic[1]:
        raise Forged(f"no certificate of SNS's lies at {envelope['SigningCertURL']!r}")
    key = certificates.key(envelope["SigningCertURL"])
    if not key.begins <= now <= key.ends:
        raise Forged("its certificate is not valid now")
    text = "".join(f"{name}\n{envelope[name]}\n" for name in _SIGNED if name in envelope)
    signature = _bytes(envelope["Signature"])
    if not signed(text.encode("utf-8", "surrogatepass"), signature, key, envelope["SignatureVersion"]):
        raise Forged("its signature is wrong")
    return Notification(envelope["TopicArn"], _moment(envelope["Timestamp"]), envelope["Message"])


def signed(text: bytes, signature: bytes, key: PublicKey, version: str) -> bool:
    """Whether this is the key's signature of the text: the whole block is compared with the one there can be, since
    reading it has gone wrong before (Bleichenbacher, 2006)."""
    if version not in _HASHES:
        return False
    size = (key.modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= key.modulus or key.modulus.bit_length() < _BITS_MIN:
        return False
    digest, name = _HASHES[version]
    block = name + digest(text).digest()
    wanted = b"\x00\x01" + b"\xff" * (size - len(block) - 3) + b"\x00" + block
    return hmac.compare_digest(pow(number, key.exponent, key.modulus).to_bytes(size, "big"), wanted)


def _read(body: str) -> Mapping[str, str]:
    try:
        envelope = json.loads(body)
    except ValueError:
        raise Forged("it is no JSON") from None
    needed = {*_SIGNED, "Signature", "SignatureVersion", "SigningCertURL"} - {"Subject"}
    if not isinstance(envelope, dict) or not needed <= envelope.keys():
        raise Forged("it is no envelope of SNS's")
    read = {name: envelope[name] for name in (*needed, "Subject") if envelope.get(name) is not None}
    if not needed <= read.keys() or not all(isinstance(one, str) for one in read.values()):
        raise Forged("it is no envelope of SNS's")
    return read


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Forged("its signature is no base64") from None


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Forged("it has no time") from None
    if at.tzinfo is None:
        raise Forged("its time has no zone")
    return at


def _public_key(pem: bytes) -> PublicKey:
    from asn1crypto import pem as armour
    from asn1crypto import x509

    try:
        _, _, content = armour.unarmor(pem)
        certificate = x509.Certificate.load(content, strict=True)
        if certificate.public_key.algorithm != "rsa":
            raise ValueError("its key is not RSA")
        key = certificate.public_key["public_key"].parsed
        modulus, exponent = int(key["modulus"].native), int(key["public_exponent"].native)
        return PublicKey(modulus, exponent, certificate.not_valid_before, certificate.not_valid_after)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Forged(f"that is no certificate: {error}") from None
