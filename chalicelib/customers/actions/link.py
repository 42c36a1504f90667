"""Portal Links: sent with a message, usable until they expire, so that a scanner that opens one uses nothing up.

A link is made when its message is sent (`recipients.py`), and is known by that message's id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from chalicelib import tokens
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records
from chalicelib.customers.actions import session as sessions
from chalicelib.customers.records import links
from chalicelib.customers.records.links import SentLink
from chalicelib.customers.rules import Customer, Link, Session
from chalicelib.errors import NotFound
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Channel, Message
from chalicelib.services import Services
from chalicelib.tenants.records import audit
from chalicelib.tenants.throttle import Limit, from_address, throttle

HOUR, DAY = 60 * 60, 24 * 60 * 60
# Characters of six bits each: a short token has 132.
SHORT = 22


def send(
    services: Services,
    store: Store,
    customer: Customer,
    path: str = "/",
    *,
    template: str = "portal_link",
    values: Mapping[str, Any] | None = None,
    to: str = "",
    by: Channel | Literal[""] = "email",
    link_id: str = "",
    also: Sequence[Write] = (),
) -> str:
    """Send a customer a message whose button is a Portal Link to `path`; to their first address, or by SMS their first
    number, unless `to` is given; with `by` empty to both, as the company has its template set. The message's id.

    A new link revokes none: one that staff sent before goes on working. `values` are the template's variables besides
    the customer's. The same `link_id` again sends nothing new. `also` is written with it; ConditionFailed names what of
    it did not hold.
    """
    now = services.now()
    id = f"link-{link_id or services.new_id(now)}{'-sms' if by == 'sms' else ''}"
    mail = "" if by == "sms" else to or customer.email
    phone = "" if by == "email" else to or customer.phone
    message = Message(id, template, mail, customer.language or "en", values or {}, phone=phone, path=path, by=by)
    try:
        store.transact(outbox.new_message(store, customer.id, message, now), *also)
    except ConditionFailed as failed:
        # It is there: our own answer was lost, or whoever asks asks again.
        if "message" not in failed.names:
            raise
    messages.hand_over(services, store, customer.id, message.id)
    return message.id


def token(services: Services, store: Store, customer: str, message_id: str) -> str:
    """The token of the Portal Link of a message: 256 bits; 132 in an SMS, where each character counts."""
    made = tokens.derive(services.secrets.links, "portal", store.tenant, customer, message_id)
    return made[:SHORT] if message_id.endswith("-sms") else made


def live(store: Store, customer: Customer, now: datetime) -> list[SentLink]:
    """The Portal Links of a customer that still open, the newest first."""
    if not customer.access:
        return []
    sent = links.sent_links(store, customer.id, now)
    return [one for one in sent if one.epoch == customer.link_epoch and customer.reached_at(one.to)]


def revoke(services: Services, store: Store, customer: Customer, link_id: str, entry: Write) -> None:
    """End a link of the customer's; a session it has opened goes on for its two hours. NotFound: there is none."""
    made = token(services, store, customer.id, link_id)
    link = look(store, made)
    if link is None:
        raise NotFound()
    try:
        store.transact(
            records.revoke_link(store, tokens.fingerprint(made)),
            links.forget_sent_link(store, customer.id, link_id, link),
            entry,
        )
    except ConditionFailed:
        if not audit.written(store, entry):
            raise NotFound() from None


def look(store: Store, token: str) -> Link | None:
    """The link behind a token, in whatever state; None if there is none. Changes nothing."""
    (item,) = store.get(records.link_key(store, tokens.fingerprint(token)))
    return records.to_link(item) if item else None


def portal(store: Store, token: str) -> tuple[Link, Customer] | None:
    """The Portal Link behind a token, in whatever state, and whose it is; None if there is none. Changes nothing."""
    link = look(store, token)
    people = records.customers(store, link.customers[:1]) if link and link.kind == "portal" else []
    if link is None or not people:
        return None
    over = link.epoch != people[0].link_epoch or not people[0].reached_at(link.email)
    return replace(link, revoked=link.revoked or over), people[0]


def owner(store: Store, link: Link) -> Customer:
    """Whose link it is; NotFound if the account is gone or its access turned off."""
    found = records.customers(store, link.customers[:1])
    if not found or not found[0].access:
        raise NotFound()
    return found[0]


def use(services: Services, store: Store, token: str) -> tuple[Session, Link]:
    """A link session: it sees and pays. The link stays usable until it expires. NotFound unless it is open."""
    found = portal(store, token)
    if found is None or found[0].state(services.now()) != "open":
        raise NotFound()
    return sessions.start(services, store, found[1].id, "link"), found[0]


def renew(services: Services, store: Store, token: str, address: str) -> str:
    """Send a fresh link to the address or the number that the expired one went to, the way it went, to the same page.

    Where that is, '' for a link that is not just expired: whoever asks learns nothing else.
    """
    found = portal(store, token)
    to = found[0].email if found else token
    throttle(
        services, store,
        Limit("renew", to, 3, HOUR), Limit("renew-day", to, 5, DAY), from_address("renew-address", address, 20, HOUR),
    )  # fmt: skip
    if found is None or found[0].state(services.now()) != "expired":
        return ""
    link, customer = found
    if customer.access:
        send(services, store, customer, path=link.path, to=link.email, by="email" if "@" in link.email else "sms")
    return link.email
