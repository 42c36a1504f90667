from __future__ import annotations

import pytest

from tests.api.things import Program
from tests.builders import Company


@pytest.fixture
def program(evergreen: Company) -> Program:
    return Program(evergreen)
