"""Send what is in the outbox: once for each cause, sooner or later, whatever fails in between.

A message is written, claimed, handed to AWS, and noted as sent. Who dies between the last two has sent it without
saying so: SES tells of it by its events (`events.py`), and if those come before the message is tried again, it goes out
once all the same. So nothing is handed to AWS twice in a row: a lost answer is waited out.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib import tokens
from chalicelib.aws.mail import Attachment, Envelope, Refused
from chalicelib.aws.metrics import UNSENT
from chalicelib.aws.sms import Stopped
from chalicelib.aws.store import ConditionFailed
from chalicelib.errors import Unavailable
from chalicelib.messages import records, rules
from chalicelib.messages.actions import planning, stopped
from chalicelib.messages.actions.handing_over import hand_over
from chalicelib.messages.actions.planning import Aside, Job
from chalicelib.messages.records import stops
from chalicelib.messages.rules.template import standard
from chalicelib.messages.writing import calendar
from chalicelib.messages.writing import mail as mail_writing
from chalicelib.messages.writing import sms as sms_writing
from chalicelib.messages.writing.language import TextError
from chalicelib.messages.writing.values import Links, variables
from chalicelib.services import Services

log = logging.getLogger(__name__)

# An SMS of more segments is none that anybody meant to send: each is paid for.
SEGMENTS_MAX = 6


def deliver(services: Services, tenant: str, customer: str, message_id: str) -> None:
    """Send one message if it is still to be sent. Unavailable: not taken, or not due again yet; let the queue bring it
    again. Nobody is asked for one that is not due. One that is not taken for half an hour rests in the dead-letter
    queue and raises the alarm, while the sweep goes on trying."""
    store, now = services.tables.for_tenant(tenant), services.now()
    item = records.read(store, customer, message_id)
    if item is None or item["state"] != "pending" or item.get("outcome"):
        return
    if item.get("not_before", "") > now.isoformat():
        raise Unavailable()
    job, aside = planning.plan(services, store, customer, item, now)
    if job is None:
        assert aside is not None
        with suppress(ConditionFailed):
            store.write(records.put_aside(store, customer, message_id, now, aside.state, aside.reason))
        return
    written, made = None, None
    if not aside:
        links, made = planning.link(services, job)
        try:
            written = _sms(services, job, links) if job.channel == "sms" else _mail(services, job, links)
        except Refused as refused:
            log.warning("message %s of %s can't be written", message_id, tenant)
            services.metrics.count(UNSENT, 1, now, tenant=tenant)
            aside = Aside("failed", str(refused)[:200])
    try:
        sms = planning.take(job, made if written and written.linked else None, aside)
    except planning.NotAfterAll as not_after_all:
        written = None
        sms = planning.take(job, None, not_after_all.aside)
    if sms is None:
        return
    if sms:
        hand_over(services, store, customer, sms)
    if written:
        _send(services, job, written)


@dataclass(frozen=True, slots=True)
class _Written:
    """A message as it goes out. `summary` is for the log, `note` what the company should know, `linked` whether it has
    a link to the portal; `hand` gives it to AWS, whose id for it comes back."""

    summary: str
    note: str
    linked: bool
    hand: Callable[[], str]


def _send(services: Services, job: Job, written: _Written) -> None:
    """Hand it to AWS; what comes of that is noted."""
    store, customer, id = job.store, job.customer, job.message.id
    summary = _masked(services, job, written.summary)[:300]
    try:
        sent_id = written.hand()
    except Stopped:
        with suppress(ConditionFailed):
            services.tables.platform().write(stops.answer(job.number, True, job.now.isoformat()))
        _over(job, "skipped", stopped.NO_TEXTS)
    except Refused as refused:
        log.warning("message %s of %s was refused", id, store.tenant)
        services.metrics.count(UNSENT, 1, job.now, tenant=store.tenant)
        _over(job, "failed", str(refused)[:200])
    except Unavailable:
        attempts = job.item["attempts"] + 1
        try:
            store.write(records.postpone(store, customer, id, attempts, rules.next_try(attempts, job.now)))
        except ConditionFailed:
            # Its answer was lost, and its events were faster than we.
            store.write(records.describe(store, customer, id, summary))
        else:
            raise
    else:
        done = {"sent_at": job.now.isoformat(), "sent_id": sent_id, "summary": summary}
        try:
            store.write(records.finish(store, customer, id, "sent", written.note or None, **done))
        except ConditionFailed:
            store.write(records.describe(store, customer, id, summary))


def _over(job: Job, state: Literal["skipped", "failed"], reason: str) -> None:
    with suppress(ConditionFailed):
        job.store.write(records.finish(job.store, job.customer, job.message.id, state, reason))


def _mail(services: Services, job: Job, links: Links) -> _Written:
    message, company, tenant = job.message, job.company, job.store.tenant
    logo = planning.logo_url(services, company)
    mail, note, linked = _written(services, job, links, lambda texts, values: mail_writing.write(
        texts, values, company, message.language, logo, job.template.lets_in
    ))  # fmt: skip
    tags = {"tenant": tenant, "customer": job.customer, "message": message.id}
    envelope = Envelope(
        f"{tenant}.{job.customer}.{message.id}", company.name, message.reply_to or company.email, message.to,
        mail.subject, mail.text, mail.html, tags, _attached(services, job, links),
    )  # fmt: skip
    return _Written(mail.subject, note, linked, lambda: services.mail.send(envelope))


def _attached(services: Services, job: Job, links: Links) -> tuple[Attachment, ...]:
    """What goes with an e-mail: the calendar file, where there is something for a calendar."""
    message, company = job.message, job.company
    if not message.calendar:
        return ()
    origin = services.settings.origin
    return (calendar.attachment(message.calendar, company, message.language, links.url, origin, job.now),)


def _sms(services: Services, job: Job, links: Links) -> _Written:
    text, note, linked = _written(
        services, job, links, lambda texts, values: _short(texts, values, job.template.lets_in)
    )
    return _Written(text, note, linked, lambda: services.sms.send(job.number, text))


def _short(texts: Mapping[str, str], values: Mapping[str, Any], lets_in: bool) -> str:
    text = sms_writing.write(texts, values, lets_in)
    count = sms_writing.segments(text).count
    if count > SEGMENTS_MAX:
        raise TextError(f"it takes {count} segments, and {SEGMENTS_MAX} are the most that are sent")
    if not text:
        raise TextError("nothing is left of it")
    return text


def _written(
    services: Services, job: Job, links: Links, write: Callable[[Mapping[str, str], Mapping[str, Any]], Any]
) -> tuple[Any, str, bool]:
    """What `write` makes of the company's own texts, or of the standard ones where those can't be used after all; what
    the company should know of that; and whether the texts have a link to the portal."""
    message, template = job.message, job.template
    given = dict(message.values)
    if "code" in message.secrets:
        given["sign_in"] = {**given.get("sign_in", {}), "code": _code(services, job)}
    values = variables(template, given, job.company, job.recipient, links, message.language)
    texts, own = job.texts
    try:
        return write(texts, values), "", _mention_link(texts)
    except TextError as error:
        if not own or message.texts:
            raise Refused(f"The text can't be written: {error}") from error
        log.warning("message %s: the text of %s can't be used: %s", message.id, job.store.tenant, error)
        note = f"Your own text could not be used, and the standard one was: {error}"[:200]
    texts = standard(template, message.language, job.channel)
    try:
        return write(texts, values), note, _mention_link(texts)
    except TextError as error:
        raise Refused(f"The text can't be written: {error}") from error


def _mention_link(texts: Mapping[str, str]) -> bool:
    return any("portal_" in text or "rating_stars" in text for text in texts.values())


def _code(services: Services, job: Job) -> str:
    return tokens.derive_code(services.secrets.links, *job.message.secrets["code"])


def _masked(services: Services, job: Job, summary: str) -> str:
    """What may lie in the store: no code, and no link."""
    if "code" in job.message.secrets:
        # Not a digit of it, however it was written.
        summary = re.sub(r"\d", "•", summary)
    return re.sub(r"https?://\S+", "…", summary, flags=re.IGNORECASE)
