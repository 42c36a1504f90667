from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import shortcut


@pytest.fixture(autouse=True)
def _the_whole_way() -> Iterator[None]:
    """Calls go through botocore: that is what these tests are about."""
    with shortcut.closed():
        yield
