"""SNS's signatures: ours are known, and nothing else is, whatever was changed by whomever."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from chalicelib.aws import signatures
from chalicelib.aws.signatures import Certificates, Forged, PublicKey, opened, signed
from chalicelib.errors import Unavailable
from sandbox import happenings

NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
TOPIC = "arn:aws:sns:us-east-1:123456789012:porchlight-test-mail"
HOST = "https://sns.us-east-1.amazonaws.com"


@pytest.fixture(scope="module")
def theirs() -> rsa.RSAPrivateKey:
    """A key as good as SNS's, of somebody else's."""
    return rsa.generate_private_key(65537, 2048)


def envelope(**changed: Any) -> dict[str, Any]:
    return {**happenings.envelope(TOPIC, '{"eventType": "Send"}', NOW), **changed}


def read(one: Any, topics: tuple[str, ...] = (TOPIC,), now: datetime = NOW) -> signatures.Notification:
    return opened(one if isinstance(one, str) else json.dumps(one), topics, happenings.certificates(), now)


def certificate(key: Any, begins: datetime = NOW - timedelta(days=1), days: int = 400) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "somebody")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, begins, begins + timedelta(days=days))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def known(key: rsa.RSAPrivateKey) -> PublicKey:
    numbers = key.public_key().public_numbers()
    return PublicKey(numbers.n, numbers.e, NOW, NOW)


@pytest.mark.parametrize("version", ["1", "2"])
def test_what_our_topic_sent_is_read(version: str) -> None:
    told = read(happenings.envelope(TOPIC, "Grüße 😀\n", NOW, version))
    assert (told.topic, told.message, told.at) == (TOPIC, "Grüße 😀\n", NOW)


def test_a_subject_is_signed_along() -> None:
    """It stands between MessageId and Timestamp; without one nothing stands there."""
    assert read(envelope()).topic == TOPIC
    with pytest.raises(Forged, match="signature"):
        read(envelope(Subject="Hello"))


@pytest.mark.parametrize("part", ["Message", "MessageId", "Timestamp"])
def test_whatever_is_changed_is_noticed(part: str) -> None:
    with pytest.raises(Forged, match="signature"):
        read(envelope(**{part: "2026-11-23T19:00:01.000Z"}))


def test_an_old_notification_is_as_good_as_a_new_one() -> None:
    """SNS tries to deliver for weeks, and what it tells is noted once."""
    assert read(envelope(), now=NOW + timedelta(days=30)).at == NOW


def test_another_topic_of_aws_is_not_ours() -> None:
    other = "arn:aws:sns:us-east-1:999999999999:porchlight-test-mail"
    with pytest.raises(Forged, match="not ours"):
        read(happenings.envelope(other, "{}", NOW))


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.us-east-1.amazonaws.com/SimpleNotificationService-sandbox.pem",
        "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-sandbox.pem",
        "https://sns.us-east-1.amazonaws.com@evil.example/SimpleNotificationService-sandbox.pem",
        "https://evil.example/sns.us-east-1.amazonaws.com/SimpleNotificationService-sandbox.pem",
        "https://sns.us-east-1.amazonaws.com:8443/SimpleNotificationService-sandbox.pem",
        "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-sandbox.pem",
        "https://sns.us-east-1.amazonaws.com/?Action=GetEndpointAttributes&x=/SimpleNotificationService-a.pem",
        "https://sns.us-east-1.amazonaws.com/../SimpleNotificationService-sandbox.pem",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-sandbox.pem?x=1",
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-sandbox.pem\n",
        "https://s3.us-east-1.amazonaws.com/SimpleNotificationService-sandbox.pem",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_certificate_from_elsewhere_is_not_even_fetched(url: str) -> None:
    fetched: list[str] = []

    def fetch(place: str) -> bytes:
        fetched.append(place)
        return happenings.certificate()

    with pytest.raises(Forged, match="certificate"):
        opened(json.dumps(envelope(SigningCertURL=url)), (TOPIC,), Certificates(fetch), NOW)
    assert fetched == []


@pytest.mark.parametrize(
    "body",
    [
        "", "null", "[]", "{}", "not json", '"text"', "\ud800", "1" * 100,
        json.dumps({"Type": "Notification"}),
        json.dumps(envelope(Message={"eventType": "Send"})),
        json.dumps(envelope(Message=None)),
        json.dumps(envelope(Message="\ud800")),
        json.dumps(envelope(Subject=1)),
        json.dumps(envelope(Signature="…")),
        json.dumps(envelope(Signature="")),
        json.dumps(envelope(Signature="AAAA")),
        json.dumps(envelope(SignatureVersion="3")),
        json.dumps(envelope(SignatureVersion="1")),
        json.dumps(envelope(Timestamp="soon")),
        json.dumps(envelope(TopicArn="porchlight-test-mail")),
        json.dumps(envelope(Type="SubscriptionConfirmation")),
    ],
)  # fmt: skip
def test_what_is_no_envelope_is_forged_and_nothing_worse(body: str) -> None:
    with pytest.raises(Forged):
        read(body)


def test_the_same_words_by_another_key_are_forged(theirs: rsa.RSAPrivateKey) -> None:
    one = envelope()
    text = "".join(f"{name}\n{one[name]}\n" for name in ("Message", "MessageId", "Timestamp", "TopicArn", "Type"))
    signature = theirs.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(Forged, match="signature"):
        read({**one, "Signature": base64.b64encode(signature).decode()})


def test_a_signature_is_compared_whole(theirs: rsa.RSAPrivateKey) -> None:
    key, text = known(theirs), b"what was said"
    good = theirs.sign(text, padding.PKCS1v15(), hashes.SHA256())
    assert signed(text, good, key, "2")
    number = int.from_bytes(good, "big")
    for bad in (
        good[:-1], good[1:], good + b"\x00", b"\x00" + good, good[:-1] + bytes([good[-1] ^ 1]), bytes(256), b"",
        (number + key.modulus).to_bytes(257, "big"), (key.modulus - number).to_bytes(256, "big"),
        theirs.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()),
        theirs.sign(text, padding.PKCS1v15(), hashes.SHA1()),
        theirs.sign(text, padding.PKCS1v15(), hashes.SHA512()),
    ):  # fmt: skip
        assert not signed(text, bad, key, "2")
    assert not signed(text + b" ", good, key, "2")
    assert not signed(text, good, key, "")


def test_a_block_that_only_begins_right_is_forged(theirs: rsa.RSAPrivateKey) -> None:
    """With a short padding and rubbish after the digest there is a number whose cube fits a key of exponent 3."""
    numbers = theirs.private_numbers()
    name = bytes.fromhex("3031300d060960864801650304020105000420")
    block = b"\x00\x01\xff\xff\x00" + name + hashlib.sha256(b"what was said").digest()
    block += b"\x00" * (256 - len(block))
    made = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
    assert not signed(b"what was said", made.to_bytes(256, "big"), known(theirs), "2")


def test_a_short_key_signs_nothing() -> None:
    short = rsa.generate_private_key(65537, 1024)
    good = short.sign(b"x", padding.PKCS1v15(), hashes.SHA256())
    assert not signed(b"x", good, known(short), "2")


@pytest.mark.parametrize("days", [-1, 500])
def test_a_certificate_counts_while_it_is_valid(theirs: rsa.RSAPrivateKey, days: int) -> None:
    own = Certificates(lambda url: certificate(theirs, NOW))
    with pytest.raises(Forged, match="not valid now"):
        opened(json.dumps(envelope()), (TOPIC,), own, NOW + timedelta(days=days))


@pytest.mark.parametrize("content", [b"", b"<html>", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_forged(content: bytes) -> None:
    with pytest.raises(Forged, match="certificate"):
        opened(json.dumps(envelope()), (TOPIC,), Certificates(lambda url: content), NOW)


def test_a_certificate_of_another_kind_is_forged() -> None:
    elliptic = certificate(ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(Forged, match="not RSA"):
        opened(json.dumps(envelope()), (TOPIC,), Certificates(lambda url: elliptic), NOW)


def test_a_certificate_is_fetched_once_a_container_and_again_where_that_failed() -> None:
    answers: list[Any] = [Unavailable(), happenings.certificate()]

    def fetch(url: str) -> bytes:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return bytes(answer)

    own = Certificates(fetch)
    with pytest.raises(Unavailable):
        opened(json.dumps(envelope()), (TOPIC,), own, NOW)
    for _ in range(3):
        assert opened(json.dumps(envelope()), (TOPIC,), own, NOW).topic == TOPIC


def test_no_network_is_a_reason_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object, **__: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr(signatures._OPENER, "open", down)
    with pytest.raises(Unavailable):
        signatures.fetch(f"{HOST}/SimpleNotificationService-a.pem")


def test_nobody_is_followed_elsewhere() -> None:
    handler = next(one for one in signatures._OPENER.handlers if isinstance(one, signatures._NoRedirect))
    assert handler.redirect_request(None, None, 302, "Found", {}, "https://evil.example/") is None
