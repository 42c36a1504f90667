"""What `make bench` compares is comparable: whoever changes a page finds out here, not when it is measured."""

from __future__ import annotations

import pytest

from bench import page_cpu
from tests import shortcut


def test_the_usual_way_makes_the_same_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ROUNDS", "CALLS", "FLOOR_CALLS"):
        monkeypatch.setattr(page_cpu, name, 1)
    # The answers are recorded as they come over the wire.
    with shortcut.closed():
        names = {figure["name"] for figure in page_cpu.measure()}
    assert {"house.page_cpu_home_usual", "house.page_cpu_list_usual"} <= names
