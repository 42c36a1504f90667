"""Twenty clients decide the same estimate at once: one decision, told once; and twenty of staff make one invoice."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from chalicelib.billing.actions.books import BillingAccount
from chalicelib.errors import Conflict, Unavailable
from chalicelib.estimates.actions import converting, deciding
from chalicelib.estimates.rules import Decision
from chalicelib.services import Services
from tests.billing.till import Till, check_books
from tests.builders import Company
from tests.conftest import Clock
from tests.estimates.desk import Desk, check
from tests.races.racing import ROUNDS, at_once, elsewhere


@pytest.mark.parametrize("what", ["all accept", "some decline"])
def test_twenty_at_once_decide_once(what: str, company: Company, containers: list[Services], clock: Clock) -> None:
    for number in range(ROUNDS):
        desk = Desk(Till(company.customer(f"Dana {number}", password=None), clock))
        estimate, waits = desk.offers(), desk.offers()
        profile, seen = desk.customer, desk.till.company.company

        def decides(services: Services, accepts: bool) -> Any:
            store = services.tables.for_tenant(desk.store.tenant)  # noqa: B023
            given = (services, store, seen, profile, estimate.id, 1)  # noqa: B023
            if accepts:
                return deciding.accept(*given, "Dana Whitfield", True, desk.signing())  # noqa: B023
            return deciding.decline(*given, "No", desk.signing())  # noqa: B023

        acts = [partial(decides, one, what == "all accept" or place % 2 == 0) for place, one in enumerate(containers)]
        answers = at_once(acts)
        decided = {one for one in answers if isinstance(one, Decision)}
        assert len(decided) == 1, "one decision stands, whoever asked"
        refused = [one for one in answers if not isinstance(one, Decision)]
        assert all(isinstance(one, Conflict | Unavailable) for one in refused)
        assert what == "some decline" or not [one for one in refused if isinstance(one, Conflict)]
        assert desk.whole(estimate).decisions == tuple(decided) and desk.waits == [waits.number]
        check(desk)


def test_twenty_at_once_make_one_invoice(company: Company, containers: list[Services], clock: Clock) -> None:
    desk = Desk(Till(company.customer(password=None), clock))
    estimate = desk.offers(50_000)
    desk.accepts(estimate)

    def makes(services: Services) -> Any:
        account: BillingAccount = elsewhere(desk.till, services)
        return converting.convert(services, account, estimate.id, converting.Wanted(), desk.till.note)

    answers = at_once([partial(makes, one) for one in containers])
    made = [one for one in answers if isinstance(one, converting.Converted)]
    assert all(isinstance(one, converting.Converted | Unavailable) for one in answers)
    assert len({one.invoice.id for one in made}) == 1 and sum(one.made for one in made) <= 1
    assert [one.total for one in desk.till.invoices] == [50_000] and desk.customer.sums.balance == 50_000
    assert len(desk.trail("estimate.convert")) == 1
    check(desk)
    check_books(desk.till.person)
