"""What a photo of a visit may be, known by its first bytes, whatever its name or sender says. Pure."""

from __future__ import annotations

from dataclasses import replace

from chalicelib import jpegs, plain_words
from chalicelib.errors import Conflict, Invalid
from chalicelib.tenants.rules import pictures
from chalicelib.tenants.rules.pictures import PictureType
from chalicelib.visits.rules.visit import Photo, Report

MOST_BYTES = 10 * 1024 * 1024
# Pixels, counted before anything is unpacked: a file of 100 KB can hold a picture of a gigabyte. A JPEG is unpacked at
# the size it is needed in; the other kinds whole, four bytes a pixel.
MOST_PIXELS: dict[PictureType, int] = {"image/jpeg": 50_000_000, "image/png": 25_000_000, "image/webp": 25_000_000}
# Of a visit.
MOST = 20
# The longest edge of what is kept, in pixels.
BIG, SMALL = 1600, 480
CAPTION = 200
NO_PICTURE = "This is no PNG, JPEG or WebP picture, or it is damaged. Upload another."
TOO_MANY_STEPS = "This picture builds up in far too many steps. Open it, save a copy, and upload that."


def check_size(size: int, field: str) -> None:
    """Invalid for a file of no bytes or of too many."""
    if size < 1:
        raise Invalid(field, "This file is empty. Choose another.")
    if size > MOST_BYTES:
        raise Invalid(field, "A photo may be 10 MB at the most. Make it smaller, and upload it again.")


def check_photo(content: bytes, field: str) -> int:
    """How many pixels these bytes may have at most, as the kind of picture they are. Invalid: none of the kinds, or
    more pixels than that."""
    check_size(len(content), field)
    if content.startswith(b"\xff\xd8"):
        _check_steps(content, field)
    picture = pictures.look(content)
    if picture is None or picture.width < 1 or picture.height < 1:
        raise Invalid(field, NO_PICTURE)
    most = MOST_PIXELS[picture.type]
    if picture.width * picture.height > most:
        raise Invalid(field, f"A photo may have {most // 1_000_000} million pixels at the most. Make it smaller.")
    return most


def _check_steps(content: bytes, field: str) -> None:
    """A JPEG is drawn as often as it has scans: it is walked through before, and must be what decoders take it for."""
    try:
        jpegs.end(content)
    except jpegs.TooManySteps:
        raise Invalid(field, TOO_MANY_STEPS) from None
    except jpegs.BadJpeg:
        raise Invalid(field, NO_PICTURE) from None


def add(report: Report, photo: Photo) -> Report:
    """Conflict: the visit has as many photos as it may."""
    if len(report.photos) >= MOST:
        raise Conflict(f"A visit has {MOST} photos at the most. Delete one first.", kind="too-many-photos")
    return replace(report, photos=(*report.photos, photo))


def tidy(caption: str) -> str:
    return plain_words.one_line(caption)


def without(report: Report, photo: str) -> Report:
    """The report without this photo; the very same where it has none such."""
    return replace(report, photos=tuple(one for one in report.photos if one.id != photo))
