"""Who calls in the tests of the team: its owner, and somebody without any credential."""

from __future__ import annotations

import pytest

from sandbox.world import World
from tests.builders import Company
from tests.client import Client


@pytest.fixture
def owner(evergreen: Company) -> Client:
    return evergreen.admin()


@pytest.fixture
def anybody(world: World) -> Client:
    return Client(world)
