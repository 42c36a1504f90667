"""The real package of this checkout, built for this machine, once for the same sources: 20 seconds else, each run."""

from __future__ import annotations

import functools
import hashlib
import platform
import shutil
import sys
from pathlib import Path

from infra import package

ROOT = package.ROOT
STAGE = "prod"
KEPT = package.ROOT / "build" / "deployed"
SOURCES = (
    "app.py",
    "requirements.txt",
    "chalicelib",
    ".chalice",
    "infra/package.py",
    "infra/resources.json",
    "infra/aws",
)


@functools.cache
def packaged() -> Path:
    """A folder with sam.json and deployment.zip."""
    out = KEPT / _fingerprint()
    if not (out / "sam.json").exists():
        # What was built of older sources is of no use any more.
        shutil.rmtree(KEPT, ignore_errors=True)
        machine = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
        package.build(out, STAGE, architecture=machine)
    return out


def _fingerprint() -> str:
    """Of all that goes into the package, and of the Python that writes its byte code."""
    digest = hashlib.sha256(sys.version.encode())
    for path in _files():
        digest.update(f"\0{path.relative_to(package.ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def _files() -> list[Path]:
    found: list[Path] = []
    for name in SOURCES:
        path = package.ROOT / name
        found += [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sorted(one for one in found if "__pycache__" not in one.parts)
