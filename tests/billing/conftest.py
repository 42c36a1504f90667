from collections.abc import Iterator

import pytest

from sandbox.world import World
from tests.billing.till import Till
from tests.billing.wire import Wire, on_the_wire
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock


@pytest.fixture
def dana(evergreen: Company, clock: Clock) -> Till:
    """A customer with a card on file that works."""
    return Till(evergreen.customer(password=None, saved_card="pm_card_visa"), clock)


@pytest.fixture
def wire(world: World) -> Iterator[Wire]:
    with on_the_wire(world) as made:
        yield made


@pytest.fixture
def owner(evergreen: Company) -> Client:
    """An admin of the company, at the API."""
    return evergreen.admin()
