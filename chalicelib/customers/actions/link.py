"""Portal Links: mailed by the company, usable until they expire, so that a scanner that opens one uses nothing up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib import tokens
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records, rules
from chalicelib.customers.actions import session as sessions
from chalicelib.customers.records import links
from chalicelib.customers.records.links import SentLink
from chalicelib.customers.rules import Customer, Link, Session
from chalicelib.errors import NotFound
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants.records import audit
from chalicelib.tenants.throttle import Limit, throttle

HOUR = 60 * 60


def send(
    services: Services,
    store: Store,
    customer: Customer,
    life: timedelta = rules.LINK_LIFE,
    path: str = "/",
    *,
    template: str = "portal_link",
    values: Mapping[str, Any] | None = None,
    to: str = "",
    link_id: str = "",
    also: Sequence[Write] = (),
) -> str:
    """Mail a customer a link into the portal, to their first address unless `to` is given. The message's id.

    A new link revokes none: one that staff sent before goes on working. `values` are what the template needs besides
    name, days and url. The same `link_id` again sends nothing new. `also` is written with it; ConditionFailed names
    what of it did not hold.
    """
    now = services.now()
    link_id, to = link_id or services.new_id(now), to or customer.email
    secret = _secret(store, link_id)
    life = rules.link_life(life.days)
    message = Message(
        f"link-{link_id}", template, to, customer.language or "en",
        {"name": customer.first_name, "days": life.days, "path": "/link/%s", **(values or {})}, {"url": secret},
    )  # fmt: skip
    link = Link("portal", (customer.id,), to, now + life, path=path, epoch=customer.link_epoch)
    try:
        store.transact(
            records.new_link(store, _fingerprint(services, store, link_id), link),
            records.sent_link(store, customer.id, link_id, link, now),
            outbox.new_message(store, customer.id, message, now),
            *also,
        )
    except ConditionFailed as failed:
        # It is there: our own answer was lost, or whoever asks asks again.
        if "link" not in failed.names:
            raise
    messages.hand_over(services, store, customer.id, message.id)
    return message.id


def _secret(store: Store, link_id: str) -> tuple[str, ...]:
    return ("portal", store.tenant, link_id)


def _fingerprint(services: Services, store: Store, link_id: str) -> str:
    return tokens.fingerprint(tokens.derive(services.secrets.links, *_secret(store, link_id)))


def live(store: Store, customer: Customer, now: datetime) -> list[SentLink]:
    """The Portal Links of a customer that still open, the newest first."""
    if not customer.access:
        return []
    sent = links.sent_links(store, customer.id)
    standing = (one for one in sent if one.epoch == customer.link_epoch and one.email in customer.emails)
    return [one for one in standing if now < one.expires]


def revoke(services: Services, store: Store, customer: Customer, link_id: str, entry: Write) -> None:
    """End a link of the customer's; a session it has opened goes on for its two hours. NotFound: there is none."""
    (item,) = store.get(links.sent_link_key(store, customer.id, link_id))
    if item is None:
        raise NotFound()
    try:
        store.transact(
            records.revoke_link(store, _fingerprint(services, store, link_id)),
            links.forget_sent_link(store, customer.id, link_id),
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
    over = link.epoch != people[0].link_epoch or link.email not in people[0].emails
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


def renew(services: Services, store: Store, token: str, address: str) -> None:
    """Send a fresh link to the address the expired one went to; nowhere else, and the caller learns nothing."""
    found = portal(store, token)
    throttle(
        services, store,
        Limit("renew", found[0].email if found else token, 3, HOUR), Limit("renew-address", address, 20, HOUR),
    )  # fmt: skip
    if found is None or found[0].state(services.now()) != "expired":
        return
    link, customer = found
    # Only to an address that still belongs to the account.
    if customer.access and link.email in customer.emails:
        send(services, store, customer, path=link.path, to=link.email)
