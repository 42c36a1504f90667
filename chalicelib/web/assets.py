"""Static files under names that carry their content's hash, so that a browser may keep them for ever.

Each file is read once a container. Style sheets and scripts lose comments and indentation on the way out.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256, sha384
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    hashed_name: str
    content_type: str
    content: bytes

    @property
    def integrity(self) -> str:
        """What a website may pin it by (https://www.w3.org/TR/SRI/): of the bytes as they are sent."""
        return "sha384-" + b64encode(sha384(self.content).digest()).decode()


@lru_cache(maxsize=64)
def asset_url(prefix: str, name: str) -> str:
    """The path of a static file below `prefix` ('' or '/api'): '/assets/portal.1a2b3c4d5e6f.css'."""
    return f"{prefix}/assets/{_by_name()[name].hashed_name}"


def read_asset(hashed_name: str) -> tuple[bytes | None, str]:
    """What to answer for the last part of an asset's path: its bytes and type; None for any other name.

    A hash of yesterday's content is another name: answering it with today's would be kept for ever.
    """
    asset = _by_hashed_name().get(hashed_name)
    return (asset.content, asset.content_type) if asset else (None, "text/plain; charset=utf-8")


@lru_cache(maxsize=1)
def _by_name() -> dict[str, Asset]:
    files = (path for path in sorted(STATIC.iterdir()) if path.suffix in _TYPES)
    return {path.name: read(path) for path in files}


@lru_cache(maxsize=1)
def _by_hashed_name() -> dict[str, Asset]:
    return {asset.hashed_name: asset for asset in _by_name().values()}


@cache
def widget(name: str) -> Asset:
    """One of the widget's scripts, whose addresses carry their version and no hash."""
    return read(STATIC / "widget" / name)


def read(path: Path) -> Asset:
    """A file as it is sent."""
    content = path.read_bytes()
    if path.suffix == ".css":
        content = _smaller_css(content.decode()).encode()
    elif path.suffix == ".js":
        content = _smaller_js(content.decode()).encode()
    digest = sha256(content).hexdigest()[:12]
    return Asset(f"{path.stem}.{digest}{path.suffix}", _TYPES[path.suffix], content)


def _smaller_css(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,]) ?", r"\1", text).replace(";}", "}").strip()


def _smaller_js(text: str) -> str:
    """Whole-line comments and indentation only: our scripts hold no string that spans lines."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
