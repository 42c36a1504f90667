"""Note where the widget is at work: a website's sign of life every five minutes, for the check that it is installed."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import NotFound
from chalicelib.leads.records import sightings as records
from chalicelib.leads.rules import widget as rules
from chalicelib.leads.rules.widget import Sighting, Sightings
from chalicelib.services import Services
from chalicelib.tenants import records as tenant_records
from chalicelib.tenants.rules import Company


def look(services: Services, store: Store, origin: str) -> tuple[Company, bool]:
    """The company, and whether its widget on this website is to send a sign of life. One read."""
    company, before = _read(store)
    return company, rules.is_due(before, rules.host_of(origin), services.now())


def seen(store: Store) -> Sightings:
    """When and where it was last seen, website by website, the newest first."""
    return records.sightings(store)


def note(services: Services, store: Store, page: str, origin: str) -> None:
    """The widget says that it was on this page: noted if that can be, and if it is time."""
    believed = rules.page_of(page, origin)
    if not believed:
        return
    company, before = _read(store)
    new = Sighting(services.now(), believed)
    if rules.shown(company) and rules.is_due(before, new.host, new.at):
        # Of those who come at once, one is noted.
        with suppress(ConditionFailed):
            store.write(records.note(store, before, rules.noted(before, new)))


def _read(store: Store) -> tuple[Company, Sightings]:
    company, item = store.get(tenant_records.company_key(store), records.sightings_key(store))
    if company is None:
        raise NotFound()
    return tenant_records.to_company(company), records.to_sightings(item)
