"""What papers are drawn with: sheets, type, tables, the company's letterhead. From values to strokes: no I/O, no clock.

Papers are pages too, so this uses the catalogue, the formats and the colours of `web`; of features it knows nothing.
The library that draws is heavy: only `stationery` may be imported without it.
"""
