"""Programs and packages from npm, each pinned version in a folder of `build/npm/`, where the next run finds it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "build" / "npm"
SECONDS = 180


class Missing(Exception):
    """What is measured with can't run on this machine; the text says why."""


def node() -> str:
    """The program that runs them."""
    found = shutil.which("node")
    if found is None:
        raise Missing("it needs Node.js, and there is no `node` here")
    return found


def package(name: str, version: str) -> Path:
    """The folder of a package with what it needs beside it. None of their install scripts are run."""
    place = FOLDER / f"{name.replace('/', '-')}-{version}"
    if not place.exists():
        _install(f"{name}@{version}", place)
    return place / "node_modules" / name


def _install(wanted: str, place: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing(f"{wanted} comes from npm, and there is no `npm` here")
    # Under its own name only when it is whole: a run that is broken off leaves nothing that looks installed.
    part = place.with_name(f"{place.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    command = [npm, "install", "--prefix", str(part), "--no-audit", "--no-fund", "--no-save", "--ignore-scripts"]
    command += ["--fetch-retries", "1", wanted]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise Missing(f"npm did not fetch {wanted} within {SECONDS} seconds") from None
    if done.returncode:
        raise Missing(f"npm could not install {wanted} (exit code {done.returncode})")
    part.rename(place)
