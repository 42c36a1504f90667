"""What became of a message, as AWS tells it by SNS: a mail was taken, delivered, came back, was called spam; somebody
answered STOP or START to an SMS.

Events come more than once, in any order, late, and for messages that are not there: each is noted once. One that was
noted does nothing any more, so that an address which staff have freed since stays free.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

from chalicelib import logs
from chalicelib.aws import signatures
from chalicelib.aws.rows import Write
from chalicelib.aws.signatures import Notification
from chalicelib.aws.store import ConditionFailed, Item, Store
from chalicelib.messages import records
from chalicelib.messages.records import stops, suppressions
from chalicelib.messages.records.suppressions import Cause
from chalicelib.services import Services

log = logging.getLogger(__name__)

# What people answer to end it, in English and Spanish, and to have it again: the letters of the whole answer.
STOP = frozenset(
    "stop stopall stopplease pleasestop unsubscribe cancel end quit revoke optout alto parar basta baja".split()
)
START = frozenset("start unstop subscribe optin alta".split())

_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_DETAIL_MAX = 300


class _Place(NamedTuple):
    """Where the message lies that an e-mail was sent of: the e-mail's tags, which come back with each event of it."""

    tenant: str
    customer: str
    message: str


def note(services: Services, body: str) -> None:
    """Note what an envelope of SNS's tells. Forged: none of our topics has sent it. What is in order and means nothing
    to us is let go: SES greets a new topic with a sentence."""
    settings = services.settings
    topics = [topic for topic in (settings.mail_topic, settings.texts_topic) if topic]
    told = signatures.opened(body, topics, services.certificates, services.now())
    try:
        event = json.loads(told.message)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        log.warning("a notification that is no event, of %d characters", len(told.message))
    elif told.topic == settings.texts_topic:
        _answered(services, event, told)
    else:
        _mailed(services, event, told)


def _mailed(services: Services, event: Mapping[str, Any], told: Notification) -> None:
    kind = _text(event, "eventType") or _text(event, "notificationType")
    place = _place(event)
    if place is None:
        log.info("an event (%s) of a mail that is not ours", kind)
        return
    logs.about(tenant=place.tenant, customer=place.customer)
    store, sent_id = services.tables.for_tenant(place.tenant), _text(event, "mail", "messageId")
    at = _at(_text(event, kind.lower(), "timestamp") or _text(event, "mail", "timestamp"), told)
    if kind == "Send":
        with suppress(ConditionFailed):
            store.write(records.note_sent(store, place.customer, place.message, at, sent_id))
    elif kind == "Reject":
        why = f"The mail system would not send it: {_text(event, 'reject', 'reason') or 'bad content'}"
        with suppress(ConditionFailed):
            store.write(records.note_refused(store, place.customer, place.message, why[:_DETAIL_MAX]))
    elif kind in ("Delivery", "Bounce", "Complaint"):
        if kind != "Delivery":
            log.info("a mail met with a %s", kind)
        item = records.read(store, place.customer, place.message)
        if item is not None and item["channel"] == "email":
            _became(store, item, place, kind, event, at, sent_id)
    else:
        log.info("an event that is not asked for: %s", kind)


def _became(
    store: Store, item: Item, place: _Place, kind: str, event: Mapping[str, Any], at: str, sent_id: str
) -> None:
    if kind == "Delivery":
        with suppress(ConditionFailed):
            store.write(records.note_outcome(store, item, "delivered", at, "", sent_id, over=()))
    elif kind == "Complaint":
        feedback = _text(event, "complaint", "complaintFeedbackType")
        if feedback != "not-spam":
            note = records.note_outcome(
                store, item, "complained", at, feedback, sent_id, over=("delivered", "bounced")
            )  # fmt: skip
            _stop(store, item, place, "complained", feedback, at, note)
    else:
        why = _why(event)
        if _text(event, "bounce", "bounceType") == "Permanent":
            note = records.note_outcome(store, item, "bounced", at, why, sent_id, over=("delivered",))
            _stop(store, item, place, "bounced", why, at, note)
            return
        # A full mailbox; or an absence note to a mail that was delivered, which many servers send so.
        with suppress(ConditionFailed):
            store.write(records.note_outcome(store, item, "bounced", at, why, sent_id, over=()))


def _stop(store: Store, item: Item, place: _Place, cause: Cause, detail: str, at: str, note: Write) -> None:
    """Note what became of it, and send that address nothing more."""
    to = item.get("to", "")
    stop = suppressions.suppress(store, to, cause, detail, at, place.customer, place.message)
    try:
        store.transact(note, *([stop] if to else []))
    except ConditionFailed as failed:
        if "message" in failed.names:
            return
        # It is stopped already, for a reason that came before this one.
        with suppress(ConditionFailed):
            store.write(note)


def _why(event: Mapping[str, Any]) -> str:
    """The receiving server's words, or SES's where it said none."""
    bounce = event.get("bounce")
    people = bounce.get("bouncedRecipients") if isinstance(bounce, dict) else None
    first = people[0] if isinstance(people, list) and people and isinstance(people[0], dict) else {}
    return (_text(first, "diagnosticCode") or _text(event, "bounce", "bounceSubType"))[:_DETAIL_MAX]


def _answered(services: Services, event: Mapping[str, Any], told: Notification) -> None:
    """Somebody wrote back to an SMS."""
    number, words = _text(event, "originationNumber"), _text(event, "messageBody")
    letters = "".join(c for c in words.casefold() if c.isalpha())
    if not _NUMBER.fullmatch(number) or letters not in STOP | START:
        return
    with suppress(ConditionFailed):
        services.tables.platform().write(stops.answer(number, letters in STOP, _at("", told)))
    log.info("a phone's owner has answered %s", "STOP" if letters in STOP else "START")


def _place(event: Mapping[str, Any]) -> _Place | None:
    """None for a mail that is none of ours, and for tags that can't be keys."""
    mail = event.get("mail")
    tags = mail.get("tags") if isinstance(mail, dict) else None
    if not isinstance(tags, dict):
        return None
    found = []
    for name in _Place._fields:
        value = tags.get(name)
        one = value[0] if isinstance(value, list) and len(value) == 1 else None
        if not isinstance(one, str) or not _ID.fullmatch(one):
            return None
        found.append(one)
    return _Place(*found)


def _text(event: Mapping[str, Any], *path: str) -> str:
    """What stands there, if it is a text; events are read as what strangers send."""
    found: Any = event
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _at(text: str, told: Notification) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = told.at
    return (at if at.tzinfo else told.at).astimezone(UTC).isoformat()
