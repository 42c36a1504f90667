"""What may become of a booking, and by whom. Pure.

Its customer moves or cancels it until its cut-off, and answers a proposal until the time that is proposed. The company
answers what is requested, moves what is confirmed, and cancels at any time. What was declined or canceled stays so;
what was done is not moved, and only the company cancels it, which frees the place of a job that was done early. Who
changes a booking names the version they saw.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from chalicelib.booking.rules.booking import MOST_HAPPENED, Booking, By, Happened, Status
from chalicelib.errors import N_, Conflict, Invalid
from chalicelib.plain_words import paragraphs

# Characters of what is said with a change.
MOST_NOTE = 1000
# What was done, as messages tell it. answered: a proposal, which was taken or let go.
Change = Literal["made", "confirmed", "moved", "proposed", "answered", "declined", "cancelled"]
# What staff can do.
Deed = Literal["confirm", "decline", "propose", "move", "cancel", "attach"]
WAITING: tuple[Status, ...] = ("requested", "proposed")
TOO_LATE = N_("It is too late to change this booking here. Please call us: we'll find a way.")


def become(
    booking: Booking, to: Status, starts_at: datetime, by: By, name: str, now: datetime, note: str = ""
) -> Booking:
    """The booking in this state at this time, with what happened. What the company confirms or proposes is suspected no
    more."""
    told = Happened(now.isoformat(timespec="seconds"), by, name, to, starts_at.isoformat(timespec="minutes"), note)
    happened = (*booking.happened, told)
    if len(happened) > MOST_HAPPENED:
        # How it began stays.
        happened = (happened[0], *happened[2:])
    return replace(
        booking, status=to, starts_at=starts_at, note=note if by == "company" else booking.note, happened=happened,
        suspected=booking.suspected and not (by == "company" and to in ("confirmed", "proposed")),
        sequence=booking.sequence + 1, version=booking.version + 1,
    )  # fmt: skip


def tidied(note: str) -> str:
    """What is said with a change. Invalid: it is too long."""
    says = paragraphs(note)
    if len(says) > MOST_NOTE:
        raise Invalid("note", N_("This is too long. Please say it in 1,000 characters."))
    return says


def must_hold(booking: Booking) -> None:
    """Conflict: it was declined or canceled."""
    if not booking.open:
        raise Conflict(
            N_("This booking was canceled or declined already. You are welcome to book again."), kind="booking-settled"
        )


def must_be_as_seen(booking: Booking, version: int) -> None:
    """Conflict: it has changed since."""
    if booking.version != version:
        raise Conflict(
            N_("This booking has changed in the meantime. Please look at it again, then decide."), kind="booking-moved"
        )


def must_be_changeable(booking: Booking, now: datetime) -> None:
    """Conflict: its cut-off has passed."""
    if now > booking.changeable_until:
        raise Conflict(TOO_LATE, kind="booking-closed")


def must_be_disownable(booking: Booking, now: datetime) -> None:
    """Conflict: it is in an account, or has begun."""
    if not disownable(booking, now):
        raise Conflict(TOO_LATE, kind="booking-closed")


def must_be_ahead(starts_at: datetime, now: datetime) -> None:
    """Conflict: its time has come."""
    if now > starts_at:
        raise Conflict(N_("The time of this booking has passed. Please choose another."), kind="slot-past")


def must_not_be_done(done: bool) -> None:
    """Conflict: somebody was there already."""
    if done:
        raise Conflict(N_("This job is done: it can't be moved or canceled any more."), kind="booking-done")


def must_wait(booking: Booking) -> None:
    """Conflict: the company has answered it already."""
    must_hold(booking)
    if booking.status not in WAITING:
        raise Conflict("This booking is confirmed. Move it, or cancel it.", kind="not-requested")


def must_be_confirmed(booking: Booking) -> None:
    """Conflict: it waits for an answer."""
    must_hold(booking)
    if booking.status != "confirmed":
        raise Conflict("This booking is not confirmed yet. Propose the other time to the customer.",
                       kind="not-confirmed")  # fmt: skip


def changeable(booking: Booking, now: datetime, *, done: bool = False) -> bool:
    """Whether its customer can still move or cancel it."""
    return booking.open and not done and now <= booking.changeable_until


def disownable(booking: Booking, now: datetime) -> bool:
    """Whether who was told of it can still say that they did not book it: until it begins, whatever the cut-off, while
    it is in nobody's account."""
    return booking.open and not booking.customer and now <= booking.starts_at


def allowed(booking: Booking, now: datetime, done: bool = False) -> tuple[Deed, ...]:
    """What staff can do with it; `done`: its visit is complete."""
    found: list[Deed] = []
    if booking.status in WAITING:
        found += ["confirm"] if now <= booking.starts_at else []
        found += ["decline", "propose"]
    if booking.status == "confirmed" and not done:
        found.append("move")
    if booking.open:
        found.append("cancel")
    if not booking.customer:
        found.append("attach")
    return tuple(found)
