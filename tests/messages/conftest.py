"""What tests of messages share."""

from collections.abc import Iterator

import pytest

from sandbox.world import World
from tests.billing.wire import Wire, on_the_wire
from tests.builders import Company
from tests.messages.post import PHONE, Post


@pytest.fixture
def post(evergreen: Company) -> Post:
    """Dana has an address and a phone."""
    return Post(evergreen, evergreen.customer(phones=(PHONE,)))


@pytest.fixture
def wire(world: World) -> Iterator[Wire]:
    with on_the_wire(world) as made:
        yield made
