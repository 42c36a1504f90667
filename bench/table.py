"""Figures: how they are made, timed against each other, shown and kept."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypedDict


class Figure(TypedDict):
    """One measured number. `goal` is empty for what is only shown; `holds` is None for what has no goal or
    could not be measured here (`value` is None too then, and `how` says why)."""

    name: str
    value: float | None
    unit: str
    goal: str
    holds: bool | None
    how: str


def at_most(name: str, value: float, limit: float, unit: str, how: str) -> Figure:
    """A figure that must not be above `limit`."""
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "goal": f"<= {limit:g}",
        "holds": value <= limit,
        "how": how,
    }


def at_least(name: str, value: float, limit: float, unit: str, how: str) -> Figure:
    """A figure that must not be below `limit`."""
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "goal": f">= {limit:g}",
        "holds": value >= limit,
        "how": how,
    }


def shown(name: str, value: float, unit: str, how: str) -> Figure:
    """A figure without a goal: there to be compared from run to run."""
    return {"name": name, "value": value, "unit": unit, "goal": "", "holds": None, "how": how}


def not_measured(name: str, why: str, goal: str = "", unit: str = "") -> Figure:
    """A figure that this machine can't give."""
    return {
        "name": name,
        "value": None,
        "unit": unit,
        "goal": goal,
        "holds": None,
        "how": f"not measured: {why}",
    }


def interleave(
    contenders: Mapping[str, Callable[[], object]],
    rounds: int,
    warm_up: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Seconds each contender took, in rounds of one call each, so that what slows the machine slows them all.

    Every other round goes backwards, since the first of a round finds the caches cold. What is alive already is
    frozen meanwhile, so that collecting garbage between the calls takes no time that matters.
    """
    names = list(contenders)
    taken: dict[str, list[float]] = {name: [] for name in names}
    gc.collect()
    gc.freeze()
    for number in range(warm_up + rounds):
        for name in names if number % 2 else reversed(names):
            gc.collect()
            start = clock()
            contenders[name]()
            seconds = clock() - start
            if number >= warm_up:
                taken[name].append(seconds)
    gc.unfreeze()
    return taken


def many(call: Callable[[], object], times: int) -> Callable[[], None]:
    """So many calls as one, where a single one is too short for the clock."""

    def calls() -> None:
        for _ in range(times):
            call()

    return calls


def show(figures: Iterable[Figure]) -> str:
    """The figures as a table for people."""
    rows = [("figure", "value", "goal", "", "how")]
    for figure in figures:
        verdict = {True: "holds", False: "MISSED", None: ""}[figure["holds"]]
        value = "-" if figure["value"] is None else f"{figure['value']:,.4g} {figure['unit']}".rstrip()
        if figure["value"] is not None and figure["value"] >= 1000:
            value = f"{figure['value']:,.0f} {figure['unit']}".rstrip()
        rows.append((figure["name"], value, figure["goal"], verdict, figure["how"]))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True)]
        lines.append("  ".join([*cells, row[4]]).rstrip())
    return "\n".join(lines)


def keep(figures: Sequence[Figure], path: Path) -> None:
    """Write the figures to `path`; what a run of other measurements left there stays."""
    kept: dict[str, Figure] = {}
    if path.exists():
        kept = {figure["name"]: figure for figure in json.loads(path.read_text(encoding="utf-8"))}
    kept |= {figure["name"]: figure for figure in figures}
    path.write_text(json.dumps(list(kept.values()), indent=2) + "\n", encoding="utf-8")
