"""A mail as it goes to SES: whatever people typed is text in it, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.mail import Attachment, Envelope, Refused, SesMail, compose, header_text
from chalicelib.errors import Invalid
from chalicelib.tenants.rules import check_email

OURS = {"from", "to", "reply-to", "subject", "message-id", "x-entity-ref-id", "auto-submitted", "content-type",
        "mime-version"}  # fmt: skip
SENDER = "portal@porchlight.example"
# Encoded words with line breaks, half surrogates and strange charsets in them, and what they are made of.
ODD = [
    "=?utf-8?q?x=0ABcc:_spy@evil.example=0AContent-Type:_text/html=0A=0A<h1>pay</h1>?=", "=?utf-8?b?CkJjYzogeEB5LmNv?=",
    "=?utf-8?q?=ED=A0=80?=", "=?us-ascii?q?=FF?=", "=?utf-16?b?AAA=?=", "=?x-foo?q?a?=", "=?utf-8?q?", "=?", "?=", "=",
    "?", "_", "=0A", "\r\nBcc: all@evil.example", "\u2028", "\x85", "\u200b", "\u00ad", "\u3000", " ", '"', "(", "<",
    ",", ";", ":", "@", "\\", "é" * 40, "b" * 70, "日本語", "😀", "%(name)s", "{{ x }}",
]  # fmt: skip
texts = st.lists(st.sampled_from(ODD) | st.text(max_size=8), max_size=8).map("".join)


def envelope(subject: str = "Hi", name: str = "Evergreen", to: str = "dana@example.com", answer: str = "") -> Envelope:
    return Envelope("id", name, answer, to, subject, "text", "<p>text</p>")


@given(texts, texts)
def test_whatever_is_typed_is_a_subject_and_a_name_and_no_other_header(subject: str, name: str) -> None:
    subject, name = (one.encode("utf-8", "ignore").decode() for one in (subject, name))
    raw = compose(envelope(subject, f"A{name}"), SENDER).as_bytes()
    head = raw.split(b"\n\n", 1)[0].decode()
    names = [
        line.partition(":")[0].lower() for line in re.split(r"\r\n|\r|\n", head) if line[:1] not in (" ", "\t", "")
    ]
    assert set(names) <= OURS
    assert len(names) == len(set(names))
    read = message_from_bytes(raw, policy=policy.default)
    # Python's library forgets a blank where it folds between two encoded words.
    assert "".join(str(read["Subject"]).split()) == "".join(header_text(subject).split())
    assert read["From"].addresses[0].addr_spec == SENDER


def test_what_was_typed_is_read_as_it_was_typed() -> None:
    for text in ("Zoé, at 50 % = ½?", "A =? B", '"Quoted" <not@an.address>', "日本語 😀"):
        read = message_from_bytes(compose(envelope(text, text), SENDER).as_bytes(), policy=policy.default)
        assert str(read["Subject"]).replace("\u200b", "") == text
        assert read["From"].addresses[0].display_name.replace("\u200b", "") == text


@pytest.mark.parametrize("address", ["=?utf-8?q?=0abcc=3a?=@example.com", "=?utf-8?q?=22?=@example.com"])
def test_an_address_that_would_be_decoded_is_none(address: str) -> None:
    with pytest.raises(Invalid):
        check_email(address)
    for one in (envelope(to=address), envelope(answer=address)):
        with pytest.raises(Refused):
            SesMail("us-east-1", SENDER).send(one)


def test_files_go_beside_the_words() -> None:
    file = Attachment("booking.ics", "SUMMARY:Césped\r\n".encode() * 90, "text/calendar", {"method": "PUBLISH"})
    raw = compose(replace(envelope(), attachments=(file,)), SENDER).as_bytes()
    assert raw.isascii() and max(len(line) for line in raw.splitlines()) < 998
    read = message_from_bytes(raw, policy=policy.default)
    assert read.get_content_type() == "multipart/mixed"
    words, attached = read.iter_parts()  # type: ignore[attr-defined]
    assert [one.get_content_type() for one in words.iter_parts()] == ["text/plain", "text/html"]
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "booking.ics")
    assert attached["Content-Type"].params == {"method": "PUBLISH", "name": "booking.ics"}
    assert attached.get_payload(decode=True) == file.content


def test_a_mail_is_sent_in_seven_bits() -> None:
    """SES takes no others, and a text in Spanish has some that need eight."""
    one = Envelope("id", "Piñón", "", "dana@example.com", "¿Qué tal?", "Ñandú Pérez", "<p>Ñandú</p>")
    raw = compose(one, SENDER).as_bytes()
    assert raw.isascii()
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))  # type: ignore[attr-defined]
    assert body.get_content().strip() == "Ñandú Pérez"
