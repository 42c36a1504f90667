"""All that the demo companies did for their customers: offered, shared, visited, booked; and what is new today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib.aws.store import Store
from chalicelib.customers.rules import Customer
from chalicelib.services import Services
from chalicelib.tenants.rules import Company
from sandbox.demo import rounds
from sandbox.demo.bookings import Diary
from sandbox.demo.office import Office
from sandbox.demo.paperwork import Paperwork
from sandbox.demo.rounds import Route
from sandbox.demo.then import posted
from sandbox.fieldwork import BLUEWAVES, EVERGREENS
from sandbox.paperwork import OFFERS, POOL_OFFERS, POOLS_SHARED, SHARED, TERMS_SINCE
from sandbox.people import SLUG, Person


def work(
    services: Services, store: Store, company: Company, people: Sequence[Person], customers: Mapping[str, Customer],
    now: datetime,
) -> None:  # fmt: skip
    """Messages about it were sent when it was done, but for those of today: they are on the queue."""
    here, office = company.slug == SLUG, Office(store, company)
    paperwork = Paperwork(services, office, customers, now)
    route = Route(services, office, EVERGREENS if here else BLUEWAVES, now)
    offers, gone_round = (OFFERS, rounds.ROUNDS) if here else (POOL_OFFERS, rounds.POOL_ROUNDS)
    with posted(services) as post:
        if here:
            paperwork.link_reviews()
        paperwork.offer([one for one in offers if one.ago], TERMS_SINCE if here else ())
        paperwork.share(SHARED if here else POOLS_SHARED)
        rounds.past(route, gone_round, people, customers)
        rounds.coming(route, gone_round, people, customers)
        if here:
            company = Diary(services, office, customers, now).fill()
        post.deliver(store, company, list(customers.values()))
    if here:
        paperwork.offer([one for one in offers if not one.ago])
        rounds.lately(route, customers["dana"])
