"""What a file is, by its own bytes; and what is left of what it was called."""

from __future__ import annotations

import random
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.files import disposition
from chalicelib.documents.rules import contents, names
from chalicelib.errors import Invalid
from tests.documents.files import ACTIVE, GOOD, HOSTILE, NAMES, TYPES, packed, pdf


@pytest.mark.parametrize("name", GOOD)
def test_what_may_be_shared_is_known(name: str) -> None:
    content, ending, inline = GOOD[name]
    assert contents.look(content, TYPES[ending]) == contents.Found(TYPES[ending], inline)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_may_not_is_refused_and_says_why(name: str) -> None:
    content, ending, kind = HOSTILE[name]
    with pytest.raises(Invalid) as refused:
        contents.look(content, TYPES[ending])
    assert (refused.value.kind, refused.value.field) == (kind, "upload")


@pytest.mark.parametrize("name", ACTIVE)
def test_a_pdf_that_can_do_something_is_only_saved(name: str) -> None:
    assert contents.look(ACTIVE[name], "application/pdf") == contents.Found("application/pdf", False)


def test_many_packed_streams_cost_no_more_than_a_few_big_ones() -> None:
    """Programs of today write thousands; somebody who means harm writes floods that are never whole."""
    few = packed(b"1 0 <</Type/Font>>")
    many, floods = pdf(more=few * 5_000), pdf(more=packed(b"\x00" * 31_000_000) * 200)
    began = time.process_time()
    assert contents.look(many, "application/pdf").inline
    assert not contents.look(floods, "application/pdf").inline
    # A tenth of this; minutes, where each costs a copy of what follows it, or may unpack as much as all together.
    assert time.process_time() - began < 10


def test_there_are_hostile_ones_enough() -> None:
    assert len(HOSTILE) + len(ACTIVE) >= 50


@pytest.mark.parametrize("name", GOOD)
def test_half_a_file_is_never_shown_in_place(name: str) -> None:
    """Cut anywhere: refused, or at least not what a browser opens by itself."""
    content, ending, inline = GOOD[name]
    for cut in sorted({*range(1, min(40, len(content))), *range(40, len(content) - 60, max(1, len(content) // 40))}):
        try:
            found = contents.look(content[:cut], TYPES[ending])
        except Invalid:
            continue
        assert not (inline and found.inline), cut


@pytest.mark.parametrize("name", GOOD)
def test_any_bytes_at_all_get_an_answer(name: str) -> None:
    """Files with some bytes changed, as broken disks and fuzzers make them: known or refused, never an accident."""
    content, ending, _ = GOOD[name]
    chance = random.Random(name)
    for _ in range(60):
        broken = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        with suppress(Invalid):
            contents.look(bytes(broken), TYPES[ending])


@given(st.binary(max_size=300))
def test_noise_is_refused_or_text(noise: bytes) -> None:
    for start in (b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF\x10\0\0\0WEBP"):
        try:
            assert not contents.look(start + noise, "text/plain").inline
        except Invalid:
            continue


@pytest.mark.parametrize("sent", NAMES)
def test_a_name_is_harmless_and_has_one_right_ending(sent: str) -> None:
    assert names.filename(sent, "application/pdf") == NAMES[sent]


@given(st.text())
def test_any_name_becomes_one_that_every_system_takes(sent: str) -> None:
    made = names.filename(sent, "image/jpeg")
    assert made.endswith(".jpg") and made.isprintable() and len(made.encode()) <= 255
    assert not set(made) & set('/\\<>:"|?*\r\n\0') and not made.startswith(".")
    assert names.filename(made, "image/jpeg") == made


@given(st.text(), st.booleans())
def test_any_name_fits_a_header(sent: str, inline: bool) -> None:
    header = disposition(sent, inline)
    assert header.isascii() and header.isprintable() and header.startswith("inline" if inline else "attachment")
    assert header.count('"') in (0, 2) and header.count(";") <= 2
