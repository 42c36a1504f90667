"""Invite many customers: begun by the API, done by a queue's worker a page at a time.

The invite's id is made from the job and the customer: a page that is done again, by whomever and after whatever, mails
nobody twice. How far the job is moves on once for a page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers.actions import finding, link, ways_in
from chalicelib.customers.records import jobs, profile
from chalicelib.customers.rules import inviting
from chalicelib.customers.rules.inviting import BulkInvite, Outcome
from chalicelib.errors import Invalid, NotFound, Unavailable
from chalicelib.messages import records as outbox
from chalicelib.messages.records import templates
from chalicelib.messages.rules.template import Choice
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules.audit import Change

log = logging.getLogger(__name__)

# Two keys a customer must fit one read.
CUSTOMERS_A_PAGE = 40
COUNTED_AT_ONCE = 1000
# A page must be through in this many seconds; with fewer left, another run goes on.
ENOUGH = 60
TRIES = 3


def begin(services: Services, store: Store, which: Sequence[str] | None, id: str, note: Note) -> BulkInvite:
    """Have these customers invited, or (None) everybody who never was. The same `id` again begins nothing new.

    Invalid names an id that no customer has. Unavailable: nothing was begun.
    """
    job = inviting.begin(id, services.now(), None if which is None else _named(store, which))
    entry = note("access.bulk-invite", id, [Change("customers", None, job.total if which is not None else "all")])
    try:
        store.transact(jobs.new_job(store, job), entry)
    except ConditionFailed:
        job = progress(store, id)
    services.jobs.put_all([{"tenant": store.tenant, "job": id}])
    return job


def _named(store: Store, which: Sequence[str]) -> tuple[str, ...]:
    ids: dict[str, None] = {}
    for place, one in enumerate(finding.find_all(store, which)):
        if one is None:
            raise Invalid(f"customers/{place}", "There is no customer by this id. Take it out; nobody was invited.")
        ids[one.id] = None
    return tuple(ids)


def progress(store: Store, id: str) -> BulkInvite:
    """How far a bulk invite is. NotFound: there is none of this id."""
    (item,) = store.get(jobs.job_key(store, id))
    if item is None:
        raise NotFound()
    return jobs.to_job(item)


def run(services: Services, tenant: str, id: str, left: Callable[[], float]) -> bool:
    """Go on with a bulk invite while there is time: `left` tells how many seconds. Whether it is done.

    When time runs short it goes back on the queue. Unavailable: let the queue bring it again.
    """
    store = services.tables.for_tenant(tenant)
    job = progress(store, id)
    while job.phase != "done":
        kept = _keep(store, job, _step(services, store, job))
        if kept is None:
            log.info("bulk invite %s of %s: another run goes on with it", id, tenant)
            return False
        job = kept
        if left() < ENOUGH and job.phase != "done":
            services.jobs.put_all([{"tenant": tenant, "job": id}])
            log.info("bulk invite %s of %s: to be continued after %d of %d", id, tenant, job.place, job.total)
            return False
    log.info("bulk invite %s of %s: %d sent, %d skipped, %d failed", id, tenant, job.sent, job.skipped, job.failed)
    return True


def _step(services: Services, store: Store, job: BulkInvite) -> BulkInvite:
    """The next page, tried again at once where something does not answer: the queue would take its time."""
    for attempt in range(TRIES - 1):
        try:
            return _next_page(services, store, job)
        except Unavailable:
            services.tables.sleep(2**attempt)
    return _next_page(services, store, job)


def _next_page(services: Services, store: Store, job: BulkInvite) -> BulkInvite:
    after = dict(job.after) if job.after else None
    if job.phase == "counting":
        ids, last = profile.customer_ids(store, COUNTED_AT_ONCE, after)
        return inviting.counted(job, len(ids), last)
    if job.customers is None:
        ids, last = profile.customer_ids(store, CUSTOMERS_A_PAGE, after)
    else:
        ids, last = list(job.customers[job.place : job.place + CUSTOMERS_A_PAGE]), None
    return inviting.went_on(job, _invite_all(services, store, job, ids), last)


def _invite_all(services: Services, store: Store, job: BulkInvite, ids: Sequence[str]) -> list[Outcome]:
    keys = [
        (profile.profile_key(store, one), outbox.message_key(store, one, f"link-{_link_id(job, one)}")) for one in ids
    ]
    decided, *items = store.get(
        templates.template_key(store, ways_in.INVITE), *(key for pair in keys for key in pair)
    )  # fmt: skip
    choice = templates.to_choice(decided)
    found = {key: item for key, item in zip((key for pair in keys for key in pair), items, strict=True) if item}
    return [_invite(services, store, job, choice, found.get(person), found.get(sent)) for person, sent in keys]


def _invite(
    services: Services, store: Store, job: BulkInvite, choice: Choice, person: Mapping[str, object] | None, sent: object
) -> Outcome:
    if sent is not None:
        return "sent"
    if person is None:
        return "failed"
    customer = profile.to_customer(dict(person))
    if not inviting.to_be_invited(customer, ways_in.invite_goes_to(choice, customer)):
        return "skipped"
    first = profile.invited(store, customer, services.now(), first=True)
    try:
        id = _link_id(job, customer.id)
        link.send(services, store, customer, template=ways_in.INVITE, by="", link_id=id, also=[first])
    except ConditionFailed:
        return "skipped"  # turned off, or invited by somebody else, since it was read
    return "sent"


def _link_id(job: BulkInvite, customer: str) -> str:
    return f"{job.id}-{customer}"


def _keep(store: Store, before: BulkInvite, after: BulkInvite) -> BulkInvite | None:
    """The step, written down; None if another run has gone on with the job."""
    after = replace(after, version=before.version + 1)
    try:
        store.write(jobs.move_job(store, before, after))
    except ConditionFailed:
        # The answer of our own success may have been lost and the write sent again.
        return after if progress(store, before.id) == after else None
    return after
