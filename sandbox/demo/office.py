"""Who runs the demo companies: their teams, with the invites accepted long ago, and the guide behind them."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.services import Services
from chalicelib.tenants import records
from chalicelib.tenants.records import guide, people
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.guide import STEPS, Guide
from sandbox.people import TEAM


def staff(services: Services, store: Store, company: Company, password: str) -> None:
    """Put everybody of the demo who serves this company on its team. `password` is the hash of everybody's. A
    company with an address is through with the guide."""
    now, platform = services.now(), services.tables.platform()
    for one in TEAM:
        if company.name not in one.companies:
            continue
        with suppress(ConditionFailed):  # there by activation
            store.write(people.new_admin(store, one.email, one.role, now))
        store.write(people.change_admin(store, one.email, joined=True))
        with suppress(ConditionFailed):  # there by another company
            platform.write(people.set_person(one.email, password, None))
        platform.write(records.login(one.email, store.tenant))
    if company.slug:
        store.write(guide.keep(store, Guide(frozenset(STEPS), finished=True)))
