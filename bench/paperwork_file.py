"""One file in a process of its own: `python -m bench.paperwork_file make pdf <path>` writes it, and `document pdf
<path>` or `photo phone <path>` prints as JSON what looking at it, or drawing it anew, took: milliseconds, MB of memory.
"""

from __future__ import annotations

import json
import random
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image, ImageOps

from bench.table import interleave
from chalicelib import pictures
from chalicelib.documents.rules import contents
from chalicelib.documents.rules.document import DOCX, FileType
from chalicelib.visits.rules import photos

ROUNDS = 7
MOST = contents.MOST_BYTES
some = random.Random(7)


def document(name: str, content: bytes) -> dict[str, Any]:
    kind = FILES[name][1]
    high = peak(lambda: contents.look(content, kind))
    taken = interleave({"look": lambda: contents.look(content, kind), "least": lambda: sha256(content)}, ROUNDS)
    return {"size": len(content), "rounds": ROUNDS, "peak": high, **_medians(taken)}


def photo(name: str, content: bytes) -> dict[str, Any]:
    """By one way at a time: what the other one has left of the memory would not be counted again."""
    ways: dict[str, Callable[[], object]] = {"draw": lambda: draw(content), "usual": lambda: usual(content)}
    tiny = _saved(Image.new("RGB", (8, 8)), "JPEG")
    draw(tiny), usual(tiny)  # imports
    if name in ways:
        return {"peak": peak(ways[name])}
    return {"size": len(content), "rounds": ROUNDS, **_medians(interleave(ways, ROUNDS))}


def _medians(taken: dict[str, list[float]]) -> dict[str, float]:
    return {one: median(times) * 1e3 for one, times in taken.items()}


def draw(content: bytes) -> list[pictures.Drawn]:
    """As a visit's photo is."""
    return pictures.redraw(content, (photos.BIG, photos.SMALL), photos.check_photo(content, "upload"))


def usual(content: bytes) -> list[bytes]:
    """As most programs do it."""
    opened = ImageOps.exif_transpose(Image.open(BytesIO(content))).convert("RGB")
    made = []
    for side in (photos.BIG, photos.SMALL):
        scale = min(1, side / max(opened.size))
        size = round(opened.width * scale), round(opened.height * scale)
        out = BytesIO()
        opened.resize(size, Image.Resampling.LANCZOS).save(
            out, "JPEG", quality=pictures.QUALITY, optimize=True, progressive=True
        )
        made.append(out.getvalue())
    return made


def peak(call: Callable[[], object]) -> float:
    """MB of this process's memory that a call takes at the most, beside what it has before."""
    time.sleep(0.05)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the high-water mark begins anew
    before = _status("VmRSS")
    call()
    return (_status("VmHWM") - before) / 1024


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


# Files


def _noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """No two pixels alike: it hardly packs."""
    return Image.frombytes(mode, size, some.randbytes(size[0] * size[1] * len(mode)))


def _scene(size: tuple[int, int]) -> Image.Image:
    """Soft shapes with some grain on them, which packs about as well as what a camera sees."""
    small = _noise((max(1, size[0] // 40), max(1, size[1] // 40))).resize(size, Image.Resampling.BICUBIC)
    tile = _noise((512, 512))
    grain = Image.new("RGB", size)
    for left in range(0, size[0], 512):
        for top in range(0, size[1], 512):
            grain.paste(tile, (left, top))
    return Image.blend(small, grain, 0.06)


def _blocks(size: tuple[int, int]) -> Image.Image:
    """As a drawing has them: it packs well without loss."""
    return _noise((size[0] // 40, size[1] // 40)).resize(size, Image.Resampling.NEAREST)


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _pdf(*objects: bytes) -> bytes:
    head = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    return head + b"".join(objects) + b"trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def _stream(number: int, said: bytes, data: bytes) -> bytes:
    return b"%d 0 obj\n<<%s/Length %d>>\nstream\r\n%s\nendstream\nendobj\n" % (number, said, len(data), data)


def scanned() -> bytes:
    page = _saved(_noise((1_000, 1_000)), "JPEG", quality=90)
    pages = (MOST - 2_000) // (len(page) + 200)
    said = (
        b"/Type/XObject/Subtype/Image/Width 1000/Height 1000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
    )
    return _pdf(*(_stream(9 + number, said, page) for number in range(pages)))


def packed() -> bytes:
    """As programs of today write one: many streams of a hundred objects, between pictures."""
    objects = b"".join(b"%d 0 <</Type/Font/BaseFont/F%d/Widths[%d %d]>> " % (n, n, n * 7, n * 11) for n in range(100))
    inside = _stream(4, b"/Type/ObjStm/N 100/First 800/Filter/FlateDecode", zlib.compress(objects))
    picture = _stream(5, b"/Subtype/Image/Filter/FlateDecode", some.randbytes(60_000))
    return _pdf(*([inside, picture] * ((MOST - 2_000) // (len(inside) + len(picture)))))


def letter() -> bytes:
    out, text = BytesIO(), b"<w:document>" + b"word " * 20_000 + b"</w:document>"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        parts = {"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>", "word/document.xml": text}
        for name, content in parts.items():
            made.writestr(name, content)
        for number in range(20):
            made.writestr(f"word/media/image{number}.jpeg", some.randbytes(1_000_000))
    return out.getvalue()


def text() -> bytes:
    line = "Año nuevo: 2 oz of Demand CS around the house, & 3 stations < 10 ft from the door.\n".encode()
    return line * (MOST // len(line))


FILES: dict[str, tuple[Callable[[], bytes], FileType]] = {
    "pdf": (scanned, "application/pdf"),
    "packed_pdf": (packed, "application/pdf"),
    "jpeg": (lambda: _saved(_noise((4_180, 4_180)), "JPEG", quality=95), "image/jpeg"),
    "png": (lambda: _saved(_noise((2_600, 2_600)), "PNG", compress_level=1), "image/png"),
    "docx": (letter, DOCX),
    "text": (text, "text/plain"),
}
PHOTOS: dict[str, Callable[[], bytes]] = {
    "phone": lambda: _saved(_scene((4_032, 3_024)), "JPEG", quality=90),
    "big_jpeg": lambda: _saved(_scene((8_160, 6_120)), "JPEG", quality=75),
    "big_png": lambda: _saved(_blocks((5_770, 4_330)), "PNG", compress_level=6),
    "big_webp": lambda: _saved(_scene((5_770, 4_330)), "WEBP", quality=75, method=0),
}


def main(what: str, name: str, path: Path) -> None:
    if what == "make":
        made = FILES[name][0] if name in FILES else PHOTOS[name]
        path.write_bytes(made())
    else:
        print(json.dumps({"document": document, "photo": photo}[what](name, path.read_bytes())))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
