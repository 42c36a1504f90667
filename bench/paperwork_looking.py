"""What it takes to look at a document of 20 MB before it is shared, and to draw a photo anew before it is shown.

The least that looking could take is reading each byte once, which a SHA-256 does (and sharing does too). Photos are
compared with the way they are usually made smaller: unpacked whole, and resized from that. Each file has a process of
its own, whose memory is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.table import Figure, at_most, shown
from chalicelib.documents.rules.contents import MOST_BYTES

ROOT = Path(__file__).parent.parent
FILES = {
    "pdf": "a PDF of scanned pages", "packed_pdf": "a PDF whose objects are packed in streams", "jpeg": "a JPEG",
    "png": "a PNG", "docx": "a Word file of pictures", "text": "plain text",
}  # fmt: skip
PHOTOS = {
    "phone": "a phone's JPEG of 12 million pixels", "big_jpeg": "a JPEG of 50 million pixels",
    "big_png": "a PNG of 25 million pixels", "big_webp": "a WebP of 25 million pixels",
}  # fmt: skip
# Against a hash of the same bytes; MB beside the file; against the usual way; MB of the function's 1,024.
LOOK_LIMIT, LOOK_MEMORY, DRAW_LIMIT, DRAW_MEMORY = 4.0, 64.0, 1.0, 400.0


def looking() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        return [
            *(figure for one in FILES for figure in _file(one, Path(folder) / one)),
            *(figure for one in PHOTOS for figure in _photo(one, Path(folder) / one)),
        ]


def _file(name: str, path: Path) -> list[Figure]:
    _run("make", name, path)
    found = _measured("document", name, path)
    if not 0.9 * MOST_BYTES < found["size"] <= MOST_BYTES:
        raise RuntimeError(f"{name} has {found['size']} bytes")
    how = f"{FILES[name]}, {found['size'] / 2**20:.1f} MB"
    return [
        at_most(f"paperwork.look_{name}_floor", found["look"] / found["least"], LOOK_LIMIT, "x",
                f"{how}: {found['look']:.0f} ms against {found['least']:.0f} ms of SHA-256; medians of "
                f"{found['rounds']} interleaved rounds"),
        at_most(f"paperwork.look_{name}_memory", found["peak"], LOOK_MEMORY, "MB",
                f"{how}: the most that looking at it takes beside the file itself"),
    ]  # fmt: skip


def _photo(name: str, path: Path) -> list[Figure]:
    _run("make", name, path)
    found = _measured("photo", name, path)
    ours, usual = (_measured("photo", way, path)["peak"] for way in ("draw", "usual"))
    how = f"{PHOTOS[name]}, {found['size'] / 2**20:.1f} MB, drawn with 1,600 and 480 pixels"
    return [
        shown(f"paperwork.draw_{name}", found["draw"], "ms", f"{how}; median of {found['rounds']} rounds"),
        at_most(f"paperwork.draw_{name}_usual", found["draw"] / found["usual"], DRAW_LIMIT, "x",
                f"{how}, against {found['usual']:.0f} ms of Pillow unpacking it whole, and resizing that twice"),
        at_most(f"paperwork.draw_{name}_memory", ours, DRAW_MEMORY, "MB",
                f"{how}: the most beside the file itself; {usual:.0f} MB the usual way"),
    ]  # fmt: skip


def _measured(what: str, name: str, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_run(what, name, path))
    return found


def _run(what: str, name: str, path: Path) -> str:
    command = [sys.executable, "-m", "bench.paperwork_file", what, name, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise RuntimeError(f"{what} {name} broke: {done.stderr[-2000:]}")
    return done.stdout
