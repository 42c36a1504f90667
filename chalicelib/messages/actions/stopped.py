"""Addresses and numbers that get nothing more, and the words for it: asked before staff send something there, and again
when a message is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.aws import sms
from chalicelib.aws.store import Store
from chalicelib.errors import Conflict
from chalicelib.messages.records import stops, suppressions
from chalicelib.messages.records.suppressions import Cause
from chalicelib.services import Services

NO_MAIL: Mapping[Cause, str] = {
    "bounced": "Mail to this address is stopped, since a mail to it came back.",
    "complained": "Mail to this address is stopped, since its reader marked one as spam.",
}
NO_TEXTS = "This number answered STOP to text messages. Only its owner can change that, by answering START."


def addresses(store: Store, asked: Iterable[str]) -> dict[str, Cause]:
    """Those of these addresses that get no more mail of the company, and why; one read at most."""
    keys = {address: suppressions.suppression_key(store, address) for address in asked if address}
    wanted = tuple(dict.fromkeys(keys.values()))
    items = dict(zip(wanted, store.get(*wanted), strict=True)) if wanted else {}
    found = {address: items[key] for address, key in keys.items()}
    return {address: suppressions.to_suppression(item).cause for address, item in found.items() if item}


def numbers(services: Services, asked: Iterable[str], locale: str) -> set[str]:
    """Those of these numbers, as they were typed, whose owners answered STOP; one read at most."""
    read = {typed: sms.number(typed, locale) for typed in asked}
    keys = {typed: stops.stop_key(number) for typed, number in read.items() if number}
    wanted = tuple(dict.fromkeys(keys.values()))
    items = dict(zip(wanted, services.tables.platform().get(*wanted), strict=True)) if wanted else {}
    return {typed for typed, key in keys.items() if stops.stopped(items[key])}


def no_mail(cause: Cause) -> Conflict:
    return Conflict(f"{NO_MAIL[cause]} Lift that first, under Messages.", kind="suppressed")


def no_texts() -> Conflict:
    return Conflict(NO_TEXTS, kind="stopped")


def must_take_mail(store: Store, address: str) -> None:
    """Conflict if this address gets no more mail."""
    for cause in addresses(store, [address]).values():
        raise no_mail(cause)


def must_take_texts(services: Services, number: str, locale: str) -> None:
    """Conflict if the owner of this number answered STOP."""
    if numbers(services, [number], locale):
        raise no_texts()
