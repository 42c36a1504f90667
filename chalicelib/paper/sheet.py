"""A document of sheets: a cursor that goes down, new sheets when one is full, page numbers once their count is known.

What is drawn is put down as a list of strokes a sheet, and handed to the library at the end. Coordinates are points
from the left and from the top; a text's `y` is its baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

from chalicelib.errors import N_
from chalicelib.paper.stationery import Stationery
from chalicelib.paper.type import BOLD, REGULAR, clean, fitting, width

INK, QUIET, LINE = "#1d1b18", "#605b54", "#d9d5ce"
BODY, SMALL, LEADING = 9.5, 8.0, 1.4
MARGIN, TOP, BOTTOM = 54.0, 50.0, 62.0
# Dates at the top and sums at the bottom stand in one column at the right.
COLUMN = 220.0

Stroke = Callable[[Canvas], None]
Align = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set."""

    size: float = BODY
    font: str = REGULAR
    colour: str = INK

    @property
    def leading(self) -> float:
        return round(self.size * LEADING, 2)


PLAIN, STRONG = Style(), Style(font=BOLD)
NOTE, LABEL = Style(SMALL, colour=QUIET), Style(SMALL, BOLD, QUIET)


class Sheets:
    """One document. `y` is where the next thing goes; `again` draws what every sheet of a table begins with."""

    def __init__(self, stationery: Stationery, title: str, made_on: date) -> None:
        self.stationery, self.title, self.made_on = stationery, clean(title), made_on
        self.wide, self.high = stationery.size
        self.left, self.right, self.foot = MARGIN, self.wide - MARGIN, self.high - BOTTOM
        self.width = self.right - self.left
        self.again: Callable[[], None] | None = None
        self.current: list[Stroke] = []
        self.sheets = [self.current]
        self.y = TOP

    def need(self, height: float) -> bool:
        """Make sure of this much room: on a new sheet if need be. Whether one was begun."""
        if self.y + height <= self.foot:
            return False
        self.current = []
        self.sheets.append(self.current)
        head = 34.0
        company = fitting(self.stationery.company.name, BOLD, SMALL, self.width / 2)
        self.text(self.left, company, Style(SMALL, BOLD), y=head)
        self.text(self.right, fitting(self.title, REGULAR, SMALL, self.width / 2 - 12), NOTE, "right", y=head)
        self.rule(head + 8)
        self.y = head + 26
        if self.again:
            self.again()
        return True

    def text(self, x: float, text: str, style: Style = PLAIN, align: Align = "left", *, y: float | None = None) -> None:
        """One line of text that begins or ends at `x`."""
        at = self.high - (self.y if y is None else y)
        start = x if align == "left" else x - width(text, style.font, style.size)

        def stroke(canvas: Canvas) -> None:
            canvas.setFont(style.font, style.size)
            canvas.setFillColor(style.colour)
            canvas.drawString(start, at, text)

        self.put(stroke)

    def lines(self, x: float, lines: Sequence[str], style: Style = PLAIN) -> None:
        """Lines below each other, on further sheets where they do not fit. The cursor ends below the last."""
        for line in lines:
            self.need(style.leading)
            self.text(x, line, style, y=self.y + style.size)
            self.y += style.leading

    def rule(self, y: float, left: float | None = None, colour: str = LINE, weight: float = 0.5) -> None:
        start = self.left if left is None else left

        def stroke(canvas: Canvas) -> None:
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(weight)
            canvas.line(start, self.high - y, self.right, self.high - y)

        self.put(stroke)

    def put(self, stroke: Stroke) -> None:
        self.current.append(stroke)

    def finish(self) -> bytes:
        """The PDF. No clock is asked: its date is the record's, so the same record is the same bytes."""
        written = BytesIO()
        canvas = Canvas(written, self.stationery.size, pageCompression=1, invariant=1, lang=self.stationery.language)
        canvas.setDateFormatter(lambda *_: f"D:{self.made_on:%Y%m%d}000000Z")
        canvas.setTitle(self.title)
        canvas.setAuthor(clean(self.stationery.company.name))
        canvas.setCreator("Porchlight")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        for number, strokes in enumerate(self.sheets, 1):
            self.current = strokes
            self._footer(number)
            for stroke in strokes:
                stroke(canvas)
            canvas.showPage()
        canvas.save()
        return written.getvalue()

    def _footer(self, number: int) -> None:
        company, base = self.stationery.company, self.high - 30
        page = self.stationery.say(N_("Page %(number)d of %(count)d"), number=number, count=len(self.sheets))
        self.rule(base - 14)
        self.text(self.right, page, NOTE, "right", y=base)
        contact = "   ·   ".join(one for one in (company.name, company.phone, company.email) if one)
        self.text(self.left, fitting(contact, REGULAR, SMALL, self.width - 90), NOTE, y=base)
