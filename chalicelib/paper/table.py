"""Tables of amounts: columns aligned on the right, heads repeated on every sheet, sums below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.paper.sheet import BODY, COLUMN, INK, LABEL, NOTE, PLAIN, Sheets, Style
from chalicelib.paper.type import BOLD, REGULAR, width, wrap

GAP, PAD = 18.0, 5.0
# A row taller than this many lines may be cut by the end of a sheet.
WHOLE = 12


@dataclass(frozen=True, slots=True)
class Sum:
    """A line below a table: what it is, a note under that, and the amount."""

    label: str
    amount: str
    note: str = ""
    strong: bool = False
    colour: str = INK


def table(sheets: Sheets, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The first column is words and takes the room there is; the others are as wide as what they hold."""
    widths = [_column(sheets, place, heads, rows) for place in range(1, len(heads))]
    ends = [sheets.right]
    for one in reversed(widths[1:]):
        ends.insert(0, ends[0] - one - GAP)
    words = ends[0] - widths[0] - GAP - sheets.left

    def header() -> None:
        base = sheets.y + LABEL.size
        sheets.text(sheets.left, heads[0], LABEL, y=base)
        for name, end in zip(heads[1:], ends, strict=True):
            sheets.text(end, name, LABEL, "right", y=base)
        sheets.rule(base + 6, colour=INK, weight=0.8)
        sheets.y = base + 6

    sheets.need(60)
    header()
    sheets.again = header
    for row in rows:
        cells = [wrap(row[0], REGULAR, BODY, words)]
        cells += [wrap(one, REGULAR, BODY, room + 0.1) for one, room in zip(row[1:], widths, strict=True)]
        _row(sheets, cells, ends)
    sheets.again = None


def _column(sheets: Sheets, place: int, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> float:
    """As wide as its widest cell; what people typed (all but the last column) is wrapped rather than let take over."""
    most = sheets.width * (0.2 if place < len(heads) - 1 else 0.5)
    cells = (width(row[place], REGULAR, BODY) for row in rows)
    return max(width(heads[place], BOLD, LABEL.size), min(most, max(cells, default=0.0)))


def _row(sheets: Sheets, cells: Sequence[Sequence[str]], ends: Sequence[float]) -> None:
    deep = max(len(one) for one in cells)
    sheets.need(min(deep, WHOLE) * PLAIN.leading + 2 * PAD)
    sheets.y += PAD
    for line in range(deep):
        if sheets.need(PLAIN.leading + PAD):
            sheets.y += PAD
        base = sheets.y + BODY + 1
        for place, cell in enumerate(cells):
            if line < len(cell):
                if place:
                    sheets.text(ends[place - 1], cell[line], PLAIN, "right", y=base)
                else:
                    sheets.text(sheets.left, cell[line], PLAIN, y=base)
        sheets.y += PLAIN.leading
    sheets.y += PAD
    sheets.rule(sheets.y)


def sums(sheets: Sheets, rows: Sequence[Sum]) -> None:
    """Labels and amounts at the right, all on one sheet where they fit on one."""
    left = sheets.right - COLUMN
    whole = sum(_height(one) for one in rows) + 8
    if whole < sheets.foot / 2:
        sheets.need(whole)
    sheets.y += 8
    for one in rows:
        sheets.need(_height(one))
        end = sheets.y + _height(one)
        if one.strong:
            sheets.y += 3
            if one is not rows[0]:  # the table's own last rule is above the first
                sheets.rule(sheets.y, left, INK, 0.8)
            sheets.y += 3
        name, amount = _styles(one)
        first = base = sheets.y + name.size + 2
        for line in _label(one):
            sheets.text(left, line, name, y=base)
            base += name.leading
        sheets.text(sheets.right, one.amount, amount, "right", y=first)
        for place, line in enumerate(_note(one)):
            sheets.text(left, line, NOTE, y=base - 1 + place * NOTE.leading)
        sheets.y = end


def _styles(one: Sum) -> tuple[Style, Style]:
    return (Style(11, BOLD), Style(11, BOLD, one.colour)) if one.strong else (PLAIN, PLAIN)


def _label(one: Sum) -> list[str]:
    name, amount = _styles(one)
    return wrap(one.label, name.font, name.size, COLUMN - width(one.amount, amount.font, amount.size) - 12)


def _note(one: Sum) -> list[str]:
    return wrap(one.note, REGULAR, NOTE.size, COLUMN) if one.note else []


def _height(one: Sum) -> float:
    name, _ = _styles(one)
    return len(_label(one)) * name.leading + (12 if one.strong else 4) + len(_note(one)) * NOTE.leading


def words(sheets: Sheets, heading: str, text: str) -> None:
    """A heading and a text below it, in lines short enough to read."""
    found = wrap(text, REGULAR, BODY, min(sheets.width, 400))
    sheets.y += 18
    sheets.need(LABEL.leading + min(len(found), 4) * PLAIN.leading)
    sheets.lines(sheets.left, [heading], LABEL)
    sheets.y += 2
    sheets.lines(sheets.left, found, PLAIN)
