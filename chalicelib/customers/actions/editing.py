"""Who a customer is, as the company's software says it: made and changed by puts that are safe to repeat.

Planning is apart from applying: an import plans many lines, and applies them together.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records
from chalicelib.customers.actions import finding
from chalicelib.customers.actions.finding import OWN
from chalicelib.customers.records import profile
from chalicelib.customers.rules import Customer
from chalicelib.customers.rules.fields import EXTERNAL_ID, Wanted, changed, described
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.services import Services
from chalicelib.tenants.records import audit
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules.audit import changes

TRIES = 4


def plan_customer(
    store: Store, before: Customer | None, wanted: Wanted, now: datetime, id: str = ""
) -> tuple[Customer, list[Write]]:
    """The customer as wanted, and what must be written for that: nothing if they are so already. `id` is of a new one.

    The writes fail if the customer was changed since `before` was read ("customer"), or if another has the external id
    ("external"). An address that is taken off a contact gets no more mail; if it is a login too, that goes on opening
    the account, until somebody changes it under portal access.
    """
    if before is None:
        made = changed(Customer(id, wanted.name, wanted.first_name, created_at=now.isoformat()), wanted)
        return made, records.new_customer(store, made, now)
    after = changed(before, wanted)
    if after == before:
        return before, []
    return replace(after, version=before.version + 1), profile.edit_customer(store, before, after)


def entry(note: Note, before: Customer | None, after: Customer) -> Write:
    """The audit row of what was planned."""
    action = "customer.change" if before else "customer.create"
    return note(action, after.id, changes(described(before), described(after)))


def upsert(services: Services, store: Store, which: str, wanted: Wanted, note: Note, id: str) -> tuple[Customer, bool]:
    """Have the customer of this id be so, and whether that made them: one by the company's own id can be made, as `id`.

    The same again writes nothing. Of two at once the later one stands, and both are about one customer. NotFound: no
    customer has this id of ours. Conflict: another has the external id.
    """
    own = which.removeprefix(OWN) if which.startswith(OWN) else ""
    if which.startswith(OWN):
        wanted = _of_its_own_id(wanted, own)
    for _ in range(TRIES):
        (before,) = finding.find_all(store, [which])
        if before is None and not own:
            raise NotFound()
        # What we have made, with the answer lost, is found as made.
        made = before is None or before.id == id
        after, writes = plan_customer(store, before, wanted, services.now(), id)
        if not writes or _written(store, writes, entry(note, before, after)):
            return after, made
        if not own:
            _refuse_if_taken(store, after)
    raise Conflict()


def _of_its_own_id(wanted: Wanted, own: str) -> Wanted:
    if not EXTERNAL_ID.fullmatch(own):
        raise Invalid("?id", "Your own id may have letters, digits and . _ ~ -, 100 of them at the most.")
    if wanted.external_id not in ("", own):
        raise Invalid("external_id", f"You are putting {OWN}{own}. Leave external_id out, or send {own}.")
    return replace(wanted, external_id=own)


def create(services: Services, store: Store, wanted: Wanted, note: Note, id: str) -> Customer:
    """A new customer of this id; the same again if it was made before. Conflict: another has the external id."""
    after, writes = plan_customer(store, None, wanted, services.now(), id)
    if not _written(store, writes, entry(note, None, after)):
        for one in records.customers(store, [id]):
            return one
        _refuse_if_taken(store, after)
        raise Conflict()
    return after


def _written(store: Store, writes: list[Write], entry: Write) -> bool:
    """Whether it is so now, be it that the answer of our own success was lost."""
    try:
        store.transact(*writes, entry)
    except ConditionFailed:
        return audit.written(store, entry)
    return True


def _refuse_if_taken(store: Store, after: Customer) -> None:
    other = finding.by_ext(store, [after.external_id]).get(after.external_id)
    if other and other.id != after.id:
        raise Conflict(
            f"Another customer is {OWN}{after.external_id} already. Change that one, or use another id.",
            kind="external-id-taken",
        )
