"""`python -m bench` runs every measurement, `python -m bench cold_start` one of them.

A measurement is a module (or package) of this folder with a function `measure() -> list[Figure]`; having one
is all it takes to be found. A goal that is missed is only shown; a measurement that breaks
makes the exit code 1.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.table import Figure, keep, not_measured, show

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"


def measurements() -> dict[str, Callable[[], list[Figure]]]:
    """The measurements of this folder by name, in the order of their names."""
    found: dict[str, Callable[[], list[Figure]]] = {}
    for module in pkgutil.iter_modules([str(HERE)]):
        if module.name != "__main__":
            measure = getattr(importlib.import_module(f"bench.{module.name}"), "measure", None)
            if measure is not None:
                found[module.name] = measure
    return found


def main(wanted: Sequence[str]) -> int:
    """Run what is wanted, everything if nothing is named."""
    known = measurements()
    if unknown := set(wanted) - known.keys():
        print(
            f"No such measurement: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.",
            file=sys.stderr,
        )
        return 2
    figures: list[Figure] = []
    broken = False
    for name in wanted or known:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        start = time.perf_counter()
        try:
            figures += known[name]()
        except Exception as error:
            traceback.print_exc()
            broken = True
            figures.append(not_measured(f"house.{name}", f"{type(error).__name__}: {error}"))
        print(f"measured {name} in {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    print(show(figures))
    keep(figures, RESULTS)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
