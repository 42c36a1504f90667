"""What a logo may be, known by its first bytes."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.errors import Invalid
from chalicelib.tenants.rules import pictures
from tests.tenants.pictures import picture

# Every way of writing the three kinds that matters for their headers.
WRITTEN: list[tuple[str, str, dict[str, Any]]] = [
    ("PNG", "image/png", {}),
    ("PNG", "image/png", {"optimize": True}),
    ("JPEG", "image/jpeg", {}),
    ("JPEG", "image/jpeg", {"progressive": True, "comment": b"\xff\xc0 no frame" * 900}),
    ("JPEG", "image/jpeg", {"quality": 95, "optimize": True, "dpi": (300, 300)}),
    ("WEBP", "image/webp", {}),
    ("WEBP", "image/webp", {"lossless": True}),
    ("WEBP", "image/webp", {"exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"}),
]


@pytest.mark.parametrize(("kind", "told", "options"), WRITTEN)
@pytest.mark.parametrize("size", [(1, 1), (64, 48), (300, 1), (4096, 16)])
def test_kind_and_size_are_what_a_decoder_says(
    kind: str, told: str, options: dict[str, Any], size: tuple[int, int]
) -> None:
    content = picture(kind, size, **options)
    assert pictures.look(content) == pictures.Picture(told, *size)  # type: ignore[arg-type]
    with Image.open(BytesIO(content)) as opened:
        assert opened.size == size


def test_an_extended_webp_with_transparency_is_read_too() -> None:
    out = BytesIO()
    Image.new("RGBA", (33, 44), (1, 2, 3, 4)).save(out, "WEBP", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00")
    assert out.getvalue()[12:16] == b"VP8X"
    assert pictures.look(out.getvalue()) == pictures.Picture("image/webp", 33, 44)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7",
        picture("GIF"),
        picture("BMP"),
        picture("PNG")[:20],
        picture("JPEG")[:40],
        picture("WEBP")[:16],
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        b"\xff\xd8\xff" + b"\xff" * 500,
        b"RIFF\x00\x00\x00\x00WEBPVP8X",
        b"GIF89a" + picture("PNG"),
    ],
)
def test_anything_else_is_none(content: bytes) -> None:
    assert pictures.look(content) is None
    with pytest.raises(Invalid, match="PNG, JPEG or WebP"):
        pictures.check_logo(content, "upload")


def test_no_bytes_too_many_bytes_too_many_pixels() -> None:
    with pytest.raises(Invalid, match="empty"):
        pictures.check_logo(b"", "upload")
    with pytest.raises(Invalid, match="1 MB"):
        pictures.check_logo(picture() + b"\x00" * pictures.MOST_BYTES, "upload")
    with pytest.raises(Invalid, match="4,096 pixels"):
        pictures.check_logo(picture(size=(4097, 1)), "upload")
    huge = bytearray(picture())
    huge[16:24] = b"\xff\xff\xff\xff\xff\xff\xff\xff"
    with pytest.raises(Invalid, match="pixels"):
        pictures.check_logo(bytes(huge), "upload")
    none = bytearray(picture())
    none[16:24] = bytes(8)
    with pytest.raises(Invalid, match="pixels"):
        pictures.check_logo(bytes(none), "upload")


STARTS = [
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    b"\xff\xd8\xff",
    b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    b"RIFF....WEBPVP8L",
    b"",
]


@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_whatever_is_sent_it_is_read_or_it_is_none(start: bytes, rest: bytes) -> None:
    found = pictures.look(start + rest)
    assert found is None or found.type in pictures.ENDINGS


def test_a_logo_that_builds_up_for_minutes_is_refused() -> None:
    """It is drawn on every paper."""
    whole = picture("JPEG", progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    with pytest.raises(Invalid, match="too many steps"):
        pictures.check_logo(whole[:-2] + last * 100 + whole[-2:], "upload")
