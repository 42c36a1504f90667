from collections.abc import Iterator

import pytest

from sandbox.world import World
from tests.billing.till import Till
from tests.billing.wire import Wire, on_the_wire
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock
from tests.estimates.desk import Desk


@pytest.fixture
def desk(evergreen: Company, clock: Clock) -> Desk:
    """Dana, and the staff who write her estimates."""
    return Desk(Till(evergreen.customer(password=None), clock))


@pytest.fixture
def wire(world: World) -> Iterator[Wire]:
    with on_the_wire(world) as made:
        yield made


@pytest.fixture
def owner(evergreen: Company) -> Client:
    """An admin of the company, at the API."""
    return evergreen.admin()
