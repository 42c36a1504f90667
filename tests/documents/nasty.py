"""Files that are made to keep whoever looks at them busy: each as big as may be, or nearly."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

from chalicelib.documents.rules.contents import MOST_BYTES
from tests.documents.files import packed, pdf

ROOM = MOST_BYTES - 4096


def filled(piece: bytes, room: int = ROOM) -> bytes:
    return piece * (room // len(piece))


def _empty_blocks(room: int) -> bytes:
    """A stream of packed bytes that goes on and on, and holds nothing: 4 stored blocks of no bytes in each piece."""
    return b"\x78\x9c" + filled(b"\x00\x00\x00\xff\xff", room)


def _tables(room: int) -> bytes:
    """Blocks that each begin with tables of their own, and hold next to nothing."""
    maker = zlib.compressobj(9, zlib.DEFLATED, 15, 9)
    block = maker.compress(bytes(range(64)) * 2 + b"aaaabbbbccccdddd" * 3) + maker.flush(zlib.Z_FULL_FLUSH)
    again = maker.compress(bytes(range(64)) * 2 + b"aaaabbbbccccdddd" * 3) + maker.flush(zlib.Z_FULL_FLUSH)
    return block + filled(again, room)


def _stream(data: bytes, head: bytes = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode") -> bytes:
    return b"9 0 obj\n<<" + head + b">>\nstream\n" + data + b"\nendstream\nendobj\n"


def _nested() -> bytes:
    """Each stream's packed bytes hold the next stream, and the one after it, and so on to the end."""
    start = b"<</ObjStm>>stream\n\x78\x01"
    block = b"\x00" + len(start + b"\x00" * 5).to_bytes(2, "little")
    piece = start + block + (0xFFFF - int.from_bytes(block[1:], "little")).to_bytes(2, "little")
    return pdf(more=filled(piece))


def _letter(parts: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", b"<Types/>")
        made.writestr("_rels/.rels", b"<Relationships/>")
        made.writestr("word/document.xml", b"<w:document/>")
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def _box(size: int) -> bytes:
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + filled(b"\x00\x00\x00\x08free", size)


FILES: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "pictures of nothing, one after the other": ("jpg", lambda: filled(b"\xff\xd8\xff\xd9")),
    "pictures with a zero between them": ("jpg", lambda: filled(b"\xff\xd8\xff\xd9\x00")),
    "segments of nothing": ("jpg", lambda: b"\xff\xd8" + filled(b"\xff\xe0\x00\x02")),
    "fill bytes": ("jpg", lambda: b"\xff\xd8" + filled(b"\xff")),
    "scans of nothing": ("jpg", lambda: b"\xff\xd8" + filled(b"\xff\xda\x00\x02")),
    "a picture and zeros": ("jpg", lambda: b"\xff\xd8\xff\xd9" + filled(b"\x00") + b"\x01"),
    "chunks of nothing": ("png", lambda: b"\x89PNG\r\n\x1a\n" + filled(b"\0\0\0\0tEXt\0\0\0\0")),
    "boxes of nothing": ("heic", lambda: _box(ROOM)),
    "names of packed streams": ("pdf", lambda: pdf(more=filled(b"/ObjStm"))),
    "names": ("pdf", lambda: pdf(more=filled(b"/a"))),
    "nearly names": ("pdf", lambda: pdf(more=filled(b"/JavaScrip"))),
    "names spelled oddly": ("pdf", lambda: pdf(more=filled(b"/#4a"))),
    "different names spelled oddly": (
        "pdf", lambda: pdf(more=b"".join(b"/%06x#41" % number for number in range(2_000_000))),
    ),
    "long names": ("pdf", lambda: pdf(more=filled(b"/" + b"a" * 4000))),
    "hashes": ("pdf", lambda: pdf(more=b"/" + filled(b"#"))),
    "slashes": ("pdf", lambda: pdf(more=filled(b"/"))),
    "streams of nothing": ("pdf", lambda: pdf(more=filled(b"stream\n"))),
    "packed streams of nothing": ("pdf", lambda: pdf(more=filled(b"/ObjStm stream\n"))),
    "keys of packed streams": ("pdf", lambda: pdf(more=filled(b"/First/N/XRef stream\n"))),
    "many names before one stream": (
        "pdf", lambda: pdf(more=b"/ObjStm " * 500 + _stream(_empty_blocks(ROOM - 9000))),
    ),
    "packed streams in packed streams": ("pdf", _nested),
    "tables and tables": ("pdf", lambda: pdf(more=_stream(_tables(ROOM - 9000)))),
    "floods": ("pdf", lambda: pdf(more=packed(b"\x00" * 31_000_000) * 200)),
    "angles": ("txt", lambda: filled(b"<")),
    "nearly tags": ("txt", lambda: filled(b"<textare ")),
    "angles and blanks": ("txt", lambda: filled(b"< ")),
    "a letter full of parts": (
        "docx", lambda: _letter({f"word/{number}{'x' * 2000}.xml": b"a" for number in range(2990)}),
    ),
    "a letter that is all zeros": ("docx", lambda: _letter({f"word/{n}.xml": b"\0" * 3_900_000 for n in range(70)})),
    "relations": (
        "docx",
        lambda: _letter({"word/_rels/a.rels": b"<R>" + b"<Relationship Id='a' Type='b'/>" * 900_000 + b"</R>"}),
    ),
}  # fmt: skip
