"""Work on a lead: its status, whether it is spam, notes. Lead, history and the audit trail's line are one transaction,
conditional on what was read; when somebody else was faster it is read again, so that both are in the history and the
last one stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Invalid, NotFound, Unavailable
from chalicelib.leads.records import leads as records
from chalicelib.leads.rules.lead import Event, Lead, Status, is_blank
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.rules.audit import Change

TRIES = 8


def set_status(services: Services, store: Store, id: str, status: Status, by: Actor, note: Note) -> None:
    """How far the company is with somebody. What is so already is not written. NotFound: no such lead."""
    now = services.now()
    event = Event(services.new_id(now), now.isoformat(), by, 0, "status", new=status)
    _work(
        store, id, lambda lead: replace(lead, status=status), lambda lead: replace(event, old=lead.status),
        lambda lead: note("lead.status", id, [Change("status", lead.status, status)]),
    )  # fmt: skip


def set_spam(services: Services, store: Store, id: str, spam: bool, by: Actor, note: Note) -> None:
    """Whether it is spam, whatever was suspected. Its status stays. NotFound: no such lead."""
    now = services.now()
    event = Event(services.new_id(now), now.isoformat(), by, 0, "spam", _word(not spam), _word(spam))
    _work(
        store, id, lambda lead: replace(lead, spam=spam), lambda lead: event,
        lambda lead: note("lead.spam", id, [Change("spam", lead.spam, spam)]),
    )  # fmt: skip


def add_note(services: Services, store: Store, id: str, text: str, as_id: str, by: Actor, note: Note) -> None:
    """Put a note into the history; once for each `as_id`, which is a ULID. NotFound: no such lead."""
    tidied = text.strip()
    if is_blank(tidied):
        raise Invalid("text", "This note is empty. Write something.")
    event = Event(as_id, services.now().isoformat(), by, 0, "note", text=tidied)
    # What the note says is the lead's history to tell.
    _work(store, id, None, lambda lead: event, lambda lead: note("lead.note", id, ()))


def _work(
    store: Store, id: str, become: Callable[[Lead], Lead] | None, event: Callable[[Lead], Event],
    note: Callable[[Lead], Write],
) -> None:  # fmt: skip
    for _ in range(TRIES):
        before = records.lead(store, id)
        if before is None:
            raise NotFound()
        after = become(before) if become else before
        if become and after == before:
            return
        after = replace(after, version=before.version + 1)
        told = replace(event(before), number=after.version)
        try:
            store.transact(records.work(store, before, after), records.new_event(store, id, told), note(before))
            return
        except ConditionFailed as failed:
            # Our own success, whose answer was lost.
            if "event" in failed.names:
                return
    raise Unavailable()


def _word(spam: bool) -> str:
    return "true" if spam else "false"
