"""A booking's row, in a partition of its own: `<tenant>#booking-<id>` in the customers table. Nobody need be a customer
to book, and there it can be on the company's lists of what waits for an answer, on the sweep's list of reminders, and
have its messages beside it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, Write, change, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.booking.rules.booking import Booker, Booking, Happened, Status
from chalicelib.booking.rules.offer import Price

BY_TENANT = ("by_tenant", "list", "list_key")
BOOKING = "booking"
TASK = "booking-reminder"
# What has an attribute of its own, or is made of the key.
_NARROW = ("id", "status", "starts_at", "version")


class BookingRow(CustomersRow):
    """`list`: only while the company or its customer must answer it; `task`: only while its customer is to be reminded
    of it."""

    status = UnicodeAttribute()
    starts_at = UnicodeAttribute()
    details = UnicodeAttribute()
    version = NumberAttribute()
    list = UnicodeAttribute(null=True)
    list_key = UnicodeAttribute(null=True)
    task = UnicodeAttribute(null=True)
    task_at = UnicodeAttribute(null=True)


def home(id: str) -> str:
    """What stands in a customer's place in the keys of a booking's rows, and of messages to who is no customer."""
    return f"booking-{id}"


def booking_key(store: Store, id: str) -> Key:
    return store.customer_key(home(id), BOOKING)


def new_booking(store: Store, booking: Booking, remind_at: datetime | None) -> Write:
    """A booking as it is made; fails ("booking") where it was made before."""
    row = BookingRow(
        store.customer(home(booking.id)), BOOKING, **_said(store, booking), **_reminding(remind_at),
        version=booking.version,
    )  # fmt: skip
    return create(row, "booking")


def change_booking(store: Store, before: Booking, after: Booking, remind_at: datetime | None) -> Write:
    """A booking from now on; fails ("booking") if it has changed since `before` was read. Where neither its state nor
    its time changes, it is reminded of as it was going to be."""
    row = BookingRow(store.customer(home(before.id)), BOOKING)
    moved = (before.status, before.starts_at) != (after.status, after.starts_at)
    return change(
        row, "booking", BookingRow.version == before.version, **_said(store, after), version=after.version,
        **(_reminding(remind_at) if moved else {}),
    )  # fmt: skip


def reminded(store: Store, id: str, starts_at: datetime) -> Write:
    """It needs no reminder any more; fails ("reminder") unless it waits for one, and is at this time."""
    row = BookingRow(store.customer(home(id)), BOOKING)
    waiting = BookingRow.task.exists() & (BookingRow.starts_at == spelled(starts_at))
    return change(row, "reminder", waiting, task=None, task_at=None)


def put_off(store: Store, id: str, until: datetime) -> Write:
    """Not before `until` on the sweep's list again; fails ("reminder") where it is on it no more."""
    row = BookingRow(store.customer(home(id)), BOOKING)
    return change(row, "reminder", BookingRow.task.exists(), task_at=until.isoformat())


def _said(store: Store, one: Booking) -> dict[str, Any]:
    waits_in = _list(store, one.status)
    details = {name: value for name, value in asdict(one).items() if name not in _NARROW}
    return {
        "status": one.status,
        "starts_at": spelled(one.starts_at),
        "details": json.dumps(details, ensure_ascii=False, separators=(",", ":")),
        "list": waits_in,
        "list_key": f"{spelled(one.starts_at)}#{one.id}" if waits_in else None,
    }


def _reminding(at: datetime | None) -> dict[str, Any]:
    return {"task": TASK if at else None, "task_at": at.isoformat() if at else None}


def _list(store: Store, status: Status) -> str | None:
    """Whose answer it waits for: the company's, its customer's, or nobody's."""
    name = {"requested": "booking-requests", "proposed": "booking-proposals"}.get(status)
    return f"{store.tenant}#{name}" if name else None


def spelled(at: datetime) -> str:
    """An instant as it sorts: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def booking(store: Store, id: str) -> Booking | None:
    (item,) = store.get(booking_key(store, id))
    return to_booking(item) if item else None


def waiting(
    store: Store, status: Literal["requested", "proposed"], limit: int, after: dict[str, str] | None
) -> tuple[list[Booking], dict[str, str] | None]:
    """Those that wait for an answer, the soonest first. One Query. It may be a moment behind."""
    page = store.query(
        "customers", str(_list(store, status)), index=BY_TENANT, limit=limit, after=after, newest_first=False
    )  # fmt: skip
    return [to_booking(item) for item in page.items], page.last


def to_booking(item: Item) -> Booking:
    """The booking in a `booking` item of the customers table."""
    raw = json.loads(item["details"])
    who = raw.pop("who")
    return Booking(
        id=item["customer"].partition("#booking-")[2],
        status=item["status"],
        starts_at=datetime.fromisoformat(item["starts_at"]),
        version=item["version"],
        who=Booker(**{**who, "address": tuple(who["address"])}),
        price=Price(**raw.pop("price")),
        answers=tuple((question, answer) for question, answer in raw.pop("answers")),
        happened=tuple(Happened(**one) for one in raw.pop("happened")),
        **raw,
    )
