from collections.abc import Iterator

import pytest

from sandbox.world import World
from tests.billing.wire import Wire, on_the_wire
from tests.builders import Company, Person
from tests.client import Client


@pytest.fixture
def dana(evergreen: Company) -> Person:
    return evergreen.customer()


@pytest.fixture
def wire(world: World) -> Iterator[Wire]:
    with on_the_wire(world) as made:
        yield made


@pytest.fixture
def owner(evergreen: Company) -> Client:
    """An admin of the company, at the API."""
    return evergreen.admin()
