"""What tests of outages share."""

from collections.abc import Iterator

import pytest

from sandbox.world import World
from tests.access.scene import lift_limits
from tests.billing.wire import on_the_wire
from tests.builders import Company
from tests.conftest import Clock
from tests.outages.outage import Outage, an_outage


@pytest.fixture
def outage(
    world: World, clock: Clock, evergreen: Company, bluewave: Company, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Outage]:
    """Nothing is down yet."""
    lift_limits(monkeypatch)
    with on_the_wire(world) as wire:
        yield an_outage(world, clock, evergreen, bluewave, wire)
