"""`make audit`: whether an advisory is known of any package that is pinned (pip-audit asks PyPI's advisory service).

A known one fails. Where the service does not answer nothing is known, and that is said: pip-audit itself calls packages
that it could not ask about clean. `--strict` (AUDIT=strict, as in CI) fails then too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass

PINNED = (
    "requirements.txt",
    "requirements-dev.txt",
    "tests/races/requirements.txt",
    "tests/infra/requirements-checkov.txt",
)
SECONDS = 300
# What pip-audit prints for a list of packages: its JSON, and what it complains of.
Asked = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """`known`: a line for each advisory. `unasked`: packages that nothing is known of; `why`, if it was all of them."""

    packages: int
    known: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    why: str = ""


def ask(pinned: str) -> Asked:
    """What pip-audit says of this file of pinned packages. It installs nothing."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", pinned, "--disable-pip", "--require-hashes",
               "--format", "json", "--progress-spinner", "off", "--timeout", "10"]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "", f"no answer in {SECONDS} seconds"
    return done.stdout, done.stderr


def read(asked: Asked) -> Found:
    """pip-audit's answer. What is no JSON is a complaint, of which the last line says most."""
    said, complaint = asked
    try:
        packages = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Found(0, why=(complaint.strip().splitlines() or ["it said nothing"])[-1][:300])
    known = tuple(
        f"{one['name']} {one['version']}: {advisory['id']}"
        + (f", mended in {', '.join(advisory['fix_versions'])}" if advisory["fix_versions"] else ", not mended yet")
        for one in packages
        for advisory in one.get("vulns", ())
    )
    unasked = tuple(one["name"] for one in packages if "skip_reason" in one)
    if packages and len(unasked) == len(packages):
        return Found(len(packages), unasked=unasked, why="it knows none of the packages")
    return Found(len(packages), known, unasked)


def audit(pinned: Sequence[str], strict: bool, asks: Callable[[str], Asked] = ask) -> int:
    """The exit status: 1 for a known advisory, and when it is strict for what could not be asked."""
    known = unasked = False
    for file in pinned:
        found = read(asks(file))
        if found.why:
            print(f"{file}: NOT AUDITED: the advisory service can't be reached, or does not answer: {found.why}")
        elif found.unasked:
            print(f"{file}: NOT AUDITED: {', '.join(found.unasked)}")
        for line in found.known:
            print(f"{file}: {line}")
        if not (found.why or found.unasked or found.known):
            print(f"{file}: {found.packages} packages, no advisory is known")
        known, unasked = known or bool(found.known), unasked or bool(found.why or found.unasked)
    return 1 if known or (strict and unasked) else 0


def main() -> int:
    parser = ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--strict", action="store_true", help="fail when something could not be audited")
    return audit(PINNED, parser.parse_args().strict)


if __name__ == "__main__":
    sys.exit(main())
