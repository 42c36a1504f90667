"""Draw a picture anew: smaller, upright, as a plain JPEG with nothing else in it.

What comes out is made of pixels alone. Where it was taken, with what, by whom, and whatever else was hidden in the file
(a page, a script, an archive) stays behind. Pillow is heavy, and is imported when a picture is drawn. It knows nothing
of whose picture it is; how big one may be is said by the caller, before anything is unpacked.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITY = 82
# What may be opened at all: Pillow knows many more, some of them dangerous.
FORMATS = ("JPEG", "PNG", "WEBP")


class NoPicture(Exception):
    """These bytes are no picture of these kinds, a damaged one, or one too big to unpack."""


@dataclass(frozen=True, slots=True)
class Drawn:
    content: bytes
    width: int
    height: int


def redraw(content: bytes, sides: Sequence[int], most_pixels: int) -> list[Drawn]:
    """The picture as JPEG, once for each of these sides, the longest first: no edge is longer than that, and none is
    made longer. NoPicture, of one with more pixels than `most_pixels` too: its header is believed, and no more of it
    is ever unpacked."""
    try:
        with warnings.catch_warnings():
            # Broken metadata is warned of, and thrown away here anyway.
            warnings.simplefilter("ignore")
            return _redraw(content, sides, most_pixels)
    except NoPicture:
        raise
    except (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        # Whatever a decoder stumbles over: struct.error and Pillow's own are among these.
        raise NoPicture(str(error)) from error
    except Exception as error:
        if type(error).__module__ in ("struct", "zlib", "PIL.Image"):
            raise NoPicture(str(error)) from error
        raise


def _redraw(content: bytes, sides: Sequence[int], most_pixels: int) -> list[Drawn]:
    from PIL import Image, ImageOps

    with Image.open(BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > most_pixels:
            raise NoPicture(f"{opened.width} by {opened.height} pixels")
        # A palette's colours can't be mixed: Pillow would leave pixels out instead, and lines with them.
        mixable = opened.convert("RGBA") if opened.mode in ("1", "P", "PA") else opened
        # Of a JPEG no more is unpacked than its smaller picture needs.
        mixable.thumbnail((sides[0], sides[0]), Image.Resampling.LANCZOS)
        upright = _flat(ImageOps.exif_transpose(mixable))
    drawn = []
    for side in sides:
        upright.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = BytesIO()
        # A new picture of the pixels: what Pillow carries along beside them (profile, comment, EXIF) is not in it.
        plain = Image.frombytes("RGB", upright.size, upright.tobytes())
        plain.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
        drawn.append(Drawn(out.getvalue(), *plain.size))
    return drawn


def _flat(picture: Image) -> Image:
    """In plain colours: what is transparent lies on white, as on the page."""
    from PIL import Image

    if picture.mode.startswith("I;16"):  # 16 bits of grey: Pillow would cut them off, not scale them
        picture = picture.point(lambda value: value / 257).convert("L")
    if "transparency" in picture.info or picture.mode in ("LA", "PA", "RGBA", "RGBa", "La"):
        over = picture.convert("RGBA")
        white = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(white, over).convert("RGB")
    return picture.convert("RGB")
