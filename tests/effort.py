"""How much work something is, without a clock on the wall: on a busy machine a second is many seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest


def calls(work: Callable[[], Any]) -> int:
    """How many functions are called by `work`, Python's own included: the same number each time."""
    counted = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


@contextmanager
def seconds_of_processor(limit: float) -> Iterator[None]:
    """Fails when what is inside takes more of this process's own time: for what may hang in one call of a C library."""
    began = time.process_time()
    yield
    spent = time.process_time() - began
    if spent > limit:
        pytest.fail(f"it took {spent:.1f} s of processor time, more than {limit:g}")
