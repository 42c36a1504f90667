"""A company's colour made readable: darkened on light pages, lightened on dark ones, until it passes.

Pure. Colours are '#rrggbb'. Contrast is WCAG's ratio, 1 to 21; small text needs 4.5 (WCAG 2.2, 1.4.3).
Lightness is changed in OKLab, where hue stays what the eye calls the same hue.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

READABLE = 4.5
PORCHLIGHT = "#8a5a12"

# The grounds a brand colour is put on, one set for light and one for dark: the same as in portal.css.
LIGHT_GROUNDS = ("#ffffff", "#f6f4f0")
DARK_GROUNDS = ("#211f1c", "#161412")
INK = "#161412"

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Brand:
    """One company's accent, for light pages and for dark ones, and the ink that is read on top of it."""

    light: str
    on_light: str
    dark: str
    on_dark: str


def is_colour(text: str) -> bool:
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


@lru_cache(maxsize=256)
def brand(colour: str) -> Brand:
    """The accents made from a company's colour; Porchlight's own when it is no colour."""
    wanted = colour.lower() if is_colour(colour) else PORCHLIGHT
    return Brand(
        light=readable(wanted, LIGHT_GROUNDS, darker=True),
        on_light="#ffffff",
        dark=readable(wanted, DARK_GROUNDS, darker=False),
        on_dark=INK,
    )


def readable(colour: str, grounds: tuple[str, ...], *, darker: bool) -> str:
    """The nearest lightness of `colour` whose contrast on every one of `grounds` is at least 4.5."""
    lightness, a, b = _oklab(_linear(colour))
    candidate = colour
    while min(contrast(candidate, ground) for ground in grounds) < READABLE:
        lightness += -0.01 if darker else 0.01
        if not 0 < lightness < 1:
            return "#000000" if darker else "#ffffff"
        candidate = _nearest(lightness, a, b)
    return candidate


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours, 1 (the same) to 21 (black on white)."""
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Triple:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def _hex(linear: Triple) -> str:
    parts = (12.92 * p if p <= 0.0031308 else 1.055 * p ** (1 / 2.4) - 0.055 for p in linear)
    return "#" + "".join(f"{round(min(1.0, max(0.0, p)) * 255):02x}" for p in parts)


def _oklab(linear: Triple) -> Triple:
    """Linear sRGB to OKLab (Björn Ottosson's published matrices)."""
    red, green, blue = linear
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _linear_from(lightness: float, a: float, b: float) -> Triple:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _nearest(lightness: float, a: float, b: float) -> str:
    """The colour of this lightness and hue, with as much of its chroma as a screen can show."""
    for step in range(21):
        share = 1 - step / 20
        linear = _linear_from(lightness, a * share, b * share)
        if all(-0.0005 <= part <= 1.0005 for part in linear):
            return _hex(linear)
    return _hex(_linear_from(lightness, 0.0, 0.0))
