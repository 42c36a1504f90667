"""A signature on paper: the name as it was typed, in a hand of its own, and in one frame with it how it came about."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from chalicelib.paper.sheet import INK, NOTE, PLAIN, QUIET, Sheets, Style
from chalicelib.paper.type import BOLD, FONTS, REGULAR, clean, width, wrap

HAND = "NotoSerif-Italic"
pdfmetrics.registerFont(TTFont(HAND, str(FONTS / f"{HAND}.ttf")))

PAD, LABELS = 16.0, 118.0
# A name is written as large as there is room for.
SIZES = (26.0, 21.0, 17.0, 14.0)
# What a browser says of itself can be long; a frame must fit on one sheet.
MOST_LINES = 8


def signature(
    sheets: Sheets, heading: str, statement: str, name: str, below: str, facts: Sequence[tuple[str, str]]
) -> None:
    """`statement` says what was signed, `below` what stands under the name. No name: nothing was signed by hand, and
    only the facts are told."""
    room = sheets.width - 2 * PAD
    told, hand = wrap(statement, REGULAR, PLAIN.size, room), _hand(name, room)
    signed = wrap(name, hand.font, hand.size, room)[:MOST_LINES] if clean(name).strip() else []
    rows = [(what, wrap(value, REGULAR, NOTE.size, room - LABELS)[:MOST_LINES]) for what, value in facts]
    high = 2 * PAD + Style(11).leading + len(told) * PLAIN.leading + sum(len(one) for _, one in rows) * NOTE.leading
    high += 13 + (len(signed) * hand.leading + NOTE.leading + 14 if signed else 0)
    sheets.y += 22
    sheets.need(high)
    _frame(sheets, sheets.y, high)
    left = sheets.left + PAD
    sheets.y += PAD
    sheets.lines(left, [heading], Style(11, BOLD))
    sheets.y += 3
    sheets.lines(left, told)
    if signed:
        sheets.y += 6
        sheets.lines(left, signed, hand)
        sheets.y += 4
        _line(sheets, left, sheets.y)
        sheets.y += 4
        sheets.lines(left, [below], NOTE)
    sheets.y += 10
    for what, lines in rows:
        sheets.text(left, what, NOTE, y=sheets.y + NOTE.size)
        sheets.lines(left + LABELS, lines, Style(NOTE.size))
    sheets.y += PAD


def _hand(name: str, room: float) -> Style:
    size = next((one for one in SIZES if width(clean(name), HAND, one) <= room), SIZES[-1])
    return Style(size, HAND, INK)


def _frame(sheets: Sheets, top: float, high: float) -> None:
    def framed(canvas: Canvas) -> None:
        canvas.setStrokeColor(QUIET)
        canvas.setLineWidth(0.8)
        canvas.roundRect(sheets.left, sheets.high - top - high, sheets.width, high, 6, stroke=1, fill=0)

    sheets.put(framed)


def _line(sheets: Sheets, left: float, y: float) -> None:
    """What is signed on."""

    def drawn(canvas: Canvas) -> None:
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.6)
        canvas.line(left, sheets.high - y, left + 260, sheets.high - y)

    sheets.put(drawn)
