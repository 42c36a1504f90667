"""The first sheet's head: whose paper it is, what it is, for whom, and its dates."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from chalicelib.paper.sheet import BODY, COLUMN, LABEL, NOTE, PLAIN, STRONG, TOP, Sheets, Style
from chalicelib.paper.type import BOLD, REGULAR, clean, fitting, width, wrap
from chalicelib.web.marks import initials

MARK = 40.0
LOGO_WIDE, LOGO_HIGH = 170.0, 48.0
# A logo is printed at three dots a point; more of them only make the file big.
DOTS = 3
# Before a picture is unpacked: a small file can hold a huge one.
MOST_DOTS = 24_000_000

# An address is no longer than this, whatever was typed.
MOST_LINES = 10
CONTACT = Style(8.5, colour=NOTE.colour)
VOID = "#9b1c1c"


def head(sheets: Sheets, title: str, number: str, stamp: str = "", *, stamp_colour: str = "") -> None:
    """The company at the left; what this is, its number and its state at the right."""
    stationery, top = sheets.stationery, TOP
    company, half = stationery.company, sheets.width / 2 - 10
    sheets.y = top + _mark(sheets, top) + 8
    sheets.lines(sheets.left, wrap(company.name, BOLD, 12, half)[:3], Style(12, BOLD))
    contact = [*company.address, *(one for one in (company.phone, company.email) if one)]
    told = [line for one in contact for line in wrap(one, REGULAR, CONTACT.size, half)]
    sheets.lines(sheets.left, told[:MOST_LINES], CONTACT)
    bottom = sheets.y

    sheets.text(sheets.right, title, Style(24, BOLD), "right", y=top + 19)
    sheets.text(sheets.right, fitting(number, REGULAR, 12, half), Style(12, colour=NOTE.colour), "right", y=top + 37)
    if stamp:
        _stamp(sheets, top + 50, stamp, stamp_colour or stationery.accent)
    sheets.y = bottom + 14


def facts(
    sheets: Sheets, label: str, who: Sequence[str], pairs: Sequence[tuple[str, str]], strong: bool = False
) -> None:
    """For whom at the left, dates and the like at the right, between two rules. `strong`: the last of them matters."""
    sheets.rule(sheets.y)
    top, column = sheets.y + 12, sheets.right - COLUMN
    sheets.y = top
    if who:
        sheets.lines(sheets.left, [label], LABEL)
        sheets.y += 2
    room = column - sheets.left - 24
    name, rest = who[:1], who[1:]
    sheets.lines(sheets.left, [line for one in name for line in wrap(one, BOLD, BODY, room)][:3], STRONG)
    sheets.lines(sheets.left, [line for one in rest for line in wrap(one, REGULAR, BODY, room)][:MOST_LINES], PLAIN)
    bottom = sheets.y
    sheets.y = top
    for place, (what, value) in enumerate(pairs, 1):
        matters = strong and place == len(pairs)
        style, label_style = (STRONG, STRONG) if matters else (PLAIN, Style(BODY, colour=NOTE.colour))
        room = COLUMN - width(what, label_style.font, BODY) - 16
        sheets.text(column, what, label_style, y=sheets.y + BODY)
        for line in wrap(value, style.font, BODY, room):
            sheets.text(sheets.right, line, style, "right", y=sheets.y + BODY)
            sheets.y += PLAIN.leading + 1
    sheets.y = max(bottom, sheets.y) + 10
    sheets.rule(sheets.y)
    sheets.y += 22


def _mark(sheets: Sheets, top: float) -> float:
    """The logo, or the company's initials on its colour; how high it is."""
    found = _picture(sheets.stationery.logo)
    if found is None:
        letters, accent = initials(clean(sheets.stationery.company.name)), sheets.stationery.accent
        wide = width(letters, BOLD, 16)

        def initialled(canvas: Canvas) -> None:
            canvas.setFillColor(accent)
            canvas.roundRect(sheets.left, sheets.high - top - MARK, MARK, MARK, 8, stroke=0, fill=1)
            canvas.setFillColor("#ffffff")
            canvas.setFont(BOLD, 16)
            canvas.drawString(sheets.left + (MARK - wide) / 2, sheets.high - top - MARK / 2 - 5.7, letters)

        sheets.put(initialled)
        return MARK
    picture, (wide, high) = ImageReader(found), found.size
    scale = min(LOGO_WIDE / wide, LOGO_HIGH / high)

    def pictured(canvas: Canvas) -> None:
        canvas.drawImage(picture, sheets.left, sheets.high - top - high * scale, wide * scale, high * scale)

    sheets.put(pictured)
    return high * scale


def _picture(logo: bytes) -> Image.Image | None:
    """A PNG or JPEG on white, no finer than print needs; None for what is neither, or is broken."""
    if not logo:
        return None
    try:
        with Image.open(BytesIO(logo), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > MOST_DOTS:
                return None
            whole = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    whole.thumbnail((int(LOGO_WIDE * DOTS), int(LOGO_HIGH * DOTS)))
    flat = Image.new("RGB", whole.size, "white")
    flat.paste(whole, mask=whole)
    return flat


def _stamp(sheets: Sheets, top: float, word: str, colour: str) -> None:
    """A state in a frame, as a rubber stamp leaves it, but straight."""
    text = word.upper()
    wide = width(text, BOLD, 11) + 18
    left, high = sheets.right - wide, 20.0

    def framed(canvas: Canvas) -> None:
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(1.2)
        canvas.roundRect(left + 0.6, sheets.high - top - high, wide - 1.2, high, 4, stroke=1, fill=0)

    sheets.put(framed)
    sheets.text(sheets.right - 9, text, Style(11, BOLD, colour), "right", y=top + 14)
