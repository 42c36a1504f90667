"""What the matrix's tests share."""

from __future__ import annotations

import pytest

from tests.access.scene import lift_limits


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    lift_limits(monkeypatch)
