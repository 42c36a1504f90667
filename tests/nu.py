"""The Nu HTML checker (validator.github.io) over many documents at once: one start of Java for all of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench import npm

VERSION = "26.9.27"
# A short run: what would be compiled twice is not worth it. A page's language is known; names and lines of paperwork
# in another one are the companies' own.
JAVA = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m")
OPTIONS = ("--format", "json", "--exit-zero-always", "--no-langdetect")
SECONDS = 180


def complaints(documents: Mapping[str, str]) -> dict[str, list[str]]:
    """What it says of each, warnings as well, by their names; those it finds nothing in are left out."""
    java, jar = _java(), _jar()
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, document) in enumerate(documents.items()):
            path = Path(folder) / f"{number}.html"
            path.write_text(document, "utf-8")
            names[path.name] = name
        command = [java, *JAVA, "-jar", str(jar), *OPTIONS, folder]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    assert done.stderr.startswith("{"), f"the checker did not run: {done.stdout[-500:]}{done.stderr[-500:]}"
    found: dict[str, list[str]] = {}
    for one in json.loads(done.stderr)["messages"]:
        place = " ".join(one.get("extract", "").split())
        found.setdefault(names[one["url"].rpartition("/")[2]], []).append(f"{one['message']} {place}")
    return found


def _java() -> str:
    found = shutil.which("java")
    if found is None:
        pytest.skip("the checker needs Java: sudo apt-get install default-jre-headless")
    return found


def _jar() -> Path:
    try:
        return npm.package("vnu-jar", VERSION) / "build" / "dist" / "vnu.jar"
    except npm.Missing as why:
        pytest.skip(str(why))
