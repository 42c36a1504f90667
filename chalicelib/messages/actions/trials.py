"""Tests of a template: an e-mail to whoever asks, an SMS to a number of theirs, made up and marked as a test."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.aws import sms
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Conflict, Invalid
from chalicelib.messages import records as outbox
from chalicelib.messages.actions import handing_over, previews, stopped
from chalicelib.messages.actions.previews import Letter, Texts
from chalicelib.messages.actions.templates import FIELDS, must_be_editable
from chalicelib.messages.rules import Channel, Message
from chalicelib.messages.rules.template import Decided
from chalicelib.services import Services
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.access import Actor
from chalicelib.tenants.rules.audit import Change
from chalicelib.tenants.throttle import Limit, throttle

# Whose outbox it lies in: that of the company's own team. No customer is called so.
OUTBOX = "team"
MAILS_AN_HOUR, SMS_AN_HOUR, HOUR = 20, 5, 60 * 60
# Before the subject, and before an SMS: a bracket there would count as two characters.
MARKS = {"subject": "[Test] ", "sms": "Test: "}


def send(
    services: Services, store: Store, company: Company, decided: Decided, language: str, channel: Channel, draft: Texts,
    to: str, by: Actor, id: str, note: Note,
) -> str:  # fmt: skip
    """Send a test of the texts as they are, with `draft` in their place. Where it goes.

    `id` is of this request: sent again, it is the same test. Conflict: a key asks for a mail, or mail to whoever asks
    is stopped, or texts to this number are. Invalid: `to` is no number, or names what is wrong with the texts. TooMany:
    enough for an hour.
    """
    if draft:
        must_be_editable(decided)
    template = decided.template
    texts = previews.drafted(decided, language, channel, draft)
    letter = Letter(services, company, template, language)
    places = {part: f"{channel}/{field}" for part, field in FIELDS.items()}
    previews.refuse(previews.faults(letter, channel, texts), places)
    where = _own_address(store, by, to) if channel == "email" else _number(services, company, to)
    _count(services, store, channel, by)
    message = Message(
        f"test-{id}", template.name, where if channel == "email" else "", language,
        previews.sample_values(template), phone="" if channel == "email" else where, by=channel,
        console_path="/" if template.for_staff else "",
        texts={part: MARKS.get(part, "") + text for part, text in texts.items()},
    )  # fmt: skip
    told = [Change("channel", None, channel), Change("to", None, where)]
    # Where it is there, our own answer was lost, or whoever asks asks again.
    with suppress(ConditionFailed):
        store.transact(
            outbox.new_message(store, OUTBOX, message, services.now()), note("template.test", template.name, told)
        )
    handing_over.hand_over(services, store, OUTBOX, message.id)
    return where


def _own_address(store: Store, by: Actor, to: str) -> str:
    if to.strip():
        raise Invalid("to", "A test by e-mail goes to your own address. Leave this out.")
    if by.kind != "admin":
        raise Conflict("An API key has no e-mail address. Send the test from the console.", kind="no-address")
    stopped.must_take_mail(store, by.id)
    return by.id


def _number(services: Services, company: Company, to: str) -> str:
    number = sms.number(to, company.locale)
    if not number:
        raise Invalid("to", "Type a phone number, as in (303) 555-0142, or with its country, +1 303 555 0142.")
    stopped.must_take_texts(services, number, company.locale)
    return number


def _count(services: Services, store: Store, channel: Channel, by: Actor) -> None:
    limit = (
        Limit("test-mail", by.id, MAILS_AN_HOUR, HOUR)
        if channel == "email"
        else Limit("test-sms", store.tenant, SMS_AN_HOUR, HOUR)
    )
    throttle(services, store, limit)
