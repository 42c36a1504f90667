"""What the desk shows, as rows: mails, texts, Stripe's events and charges, background runs, newest first. Changes
nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.messages.writing import sms
from chalicelib.money import Money
from sandbox.desk import money
from sandbox.mailbox import Mail
from sandbox.phones import Phone, Text
from sandbox.stripe.sandbox import StripeSandbox
from sandbox.stripe.webhooks import Delivery, LoggedEvent
from sandbox.worker import Run

if TYPE_CHECKING:
    from sandbox.run import Sandbox

ZONE = ZoneInfo("America/Denver")
ROWS = 150

TABS = {
    "": "All",
    "mail": "Mail",
    "texts": "Texts",
    "stripe": "Stripe",
    "charges": "Charges",
    "runs": "Background",
}
EMPTY = {
    "": ("Nothing has happened yet", "Mail, Stripe’s events and background runs appear here by themselves."),
    "mail": (
        "No mail yet",
        "Ask for a sign-in code, or pay an invoice: what is sent appears here, and goes nowhere else.",
    ),
    "texts": (
        "No text messages yet",
        "Send an invoice by SMS from the console, or pay one as Dana: texts appear here, and no phone rings.",
    ),
    "stripe": (
        "No events yet",
        "Pay an invoice: each event Stripe makes appears here, with what became of its delivery.",
    ),
    "charges": (
        "No charges",
        "What Stripe’s sandbox was asked to take, the demo’s past among it, appears here.",
    ),
    "runs": (
        "No background runs yet",
        "The queues’ worker, the five-minute sweep and the nightly audit note each run here.",
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the feed. `mood` is good, wait, bad or ''; `word` says the same in letters."""

    kind: str
    key: str
    at: datetime
    title: str
    note: str
    word: str = ""
    mood: str = ""


def rows(sandbox: Sandbox, events: list[LoggedEvent], show: str) -> list[Row]:
    """The feed's newest lines of one tab."""
    found: list[Row] = []
    if show in ("", "mail"):
        found += [mail_row(one) for one in sandbox.mailbox.mails[:ROWS]]
    if show in ("", "texts"):
        found += [phone_row(one) for one in sandbox.phones.all[:ROWS]]
    if show in ("", "stripe"):
        found += [event_row(one) for one in events[:ROWS]]
    if show in ("", "runs"):
        found += [run_row(one) for one in sandbox.worker.runs[:ROWS]]
    if show == "charges":  # not under everything: most are the demo's past, and each has its events there
        found += [charge_row(sandbox.stripe, one) for one in money.charges(sandbox.stripe)[:ROWS]]
    return sorted(found, key=lambda row: row.at, reverse=True)[:ROWS]


def counts(sandbox: Sandbox, events: list[LoggedEvent]) -> dict[str, int]:
    """How many there are behind each tab."""
    mails, phones, runs = len(sandbox.mailbox.mails), len(sandbox.phones.all), len(sandbox.worker.runs)
    charges = len(money.charges(sandbox.stripe))
    return {"": mails + phones + len(events) + runs, "mail": mails, "texts": phones, "stripe": len(events),
            "charges": charges, "runs": runs}  # fmt: skip


def mail_row(mail: Mail) -> Row:
    return Row("mail", str(mail.number), mail.at, mail.subject, f"to {mail.to}")


def phone_row(phone: Phone) -> Row:
    """All that went to and fro with one phone, by the newest of it."""
    said = f"“{phone.last.words}”" if phone.last.answer else phone.last.words
    return Row("texts", phone.key, phone.last.at, phone.number, said)


def counted(text: Text) -> str:
    """As SNS bills it: '2 segments, 184 characters of GSM-7'."""
    counts = sms.segments(text.words)
    return f"{counts.count} segment{'' if counts.count == 1 else 's'}, {counts.length} characters of {counts.alphabet}"


# What Porchlight's own row says of a mail, in a word and its mood.
STANDING = {
    "pending": ("Queued", "wait"), "sent": ("Sent", ""), "delivered": ("Delivered", "good"),
    "bounced": ("Bounced", "bad"), "complained": ("Marked as spam", "bad"), "failed": ("Failed", "bad"),
}  # fmt: skip


def event_row(event: LoggedEvent) -> Row:
    word, mood = delivered(event)
    return Row("stripe", event.id, event.at, event.type, about(event), word, mood)


def charge_row(stripe: StripeSandbox, charge: dict[str, Any]) -> Row:
    word, mood = money.outcome(stripe, charge)
    title = f"{money.amount(charge)} by {money.method(charge)}"
    return Row("charges", charge["id"], money.at(charge), title, money.company(stripe, charge), word, mood)


def run_row(run: Run) -> Row:
    word, mood = ("Failed", "bad") if run.error else ("", "")
    return Row("runs", str(run.number), run.at, run.name, f"{run.about} · {milliseconds(run)}", word, mood)


def milliseconds(run: Run) -> str:
    return f"{run.seconds * 1000:,.0f} ms"


def about(event: LoggedEvent) -> str:
    """What an event is about, in a line: 'pi_1 · 120.00 USD'."""
    thing: dict[str, Any] = event.event["data"]["object"]
    amount = thing.get("amount", thing.get("amount_total"))
    money = str(Money(amount, thing["currency"].upper())) if isinstance(amount, int) and thing.get("currency") else ""
    return " · ".join(part for part in (str(thing.get("id", "")), money) if part)


def delivered(event: LoggedEvent) -> tuple[str, str]:
    """What became of an event's deliveries: a word and its mood."""
    if not event.deliveries:
        return "Not sent", ""
    states = [one.status for one in event.deliveries]
    if all(state in ("delivered", "pulled") for state in states):
        return ("Delivered twice" if len(states) > 1 else "Delivered"), "good"
    if "failed" in states:
        return "Failed", "bad"
    if "lost" in states:
        return "Lost", "bad"
    if any(_held(one) for one in event.deliveries):
        return "Late", "wait"
    return ("Trying again" if any(one.attempts for one in event.deliveries) else "On its way"), "wait"


def _held(delivery: Delivery) -> bool:
    return delivery.status == "held" or (delivery.status == "pending" and delivery.not_before is not None)


def when(at: datetime, now: datetime) -> str:
    """The time of day, with the day once it is another: '6:13:05 AM', 'Nov 21, 6:13 AM'."""
    here, today = at.astimezone(ZONE), now.astimezone(ZONE)
    clock = f"{here.hour % 12 or 12}:{here:%M:%S} {here:%p}"
    return clock if here.date() == today.date() else f"{here:%b} {here.day}, {clock}"


def today(now: datetime) -> str:
    """'Sunday, November 22, 2026, 6:13 AM'."""
    here = now.astimezone(ZONE)
    return f"{here:%A}, {here:%B} {here.day}, {here.year}, {here.hour % 12 or 12}:{here:%M} {here:%p}"


def ahead(by: timedelta) -> str:
    """How far the sandbox is ahead of the world: '4 days and 20 minutes', '' when it is not."""
    minutes = round(by.total_seconds() / 60)
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [
        f"{n} {unit}{'s' if n > 1 else ''}" for n, unit in ((days, "day"), (hours, "hour"), (minutes, "minute")) if n
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
