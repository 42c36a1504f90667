"""Portal Links: mailed by the company, usable until they expire, so that a scanner that opens one uses nothing up."""

from __future__ import annotations

from datetime import timedelta

from chalicelib import tokens
from chalicelib.aws.store import Store
from chalicelib.customers import records, rules
from chalicelib.customers.actions import session as sessions
from chalicelib.customers.rules import Customer, Link, Session
from chalicelib.errors import NotFound
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import Services
from chalicelib.tenants.throttle import Limit, throttle

HOUR = 60 * 60


def send(
    services: Services, store: Store, customer: Customer, life: timedelta = rules.LINK_LIFE, path: str = "/"
) -> str:
    """Mail a customer a link into the portal. The message's id.

    A new link revokes none: one that staff sent before goes on working.
    """
    now = services.now()
    link_id = services.new_id(now)
    secret = ("portal", store.tenant, link_id)
    life = rules.link_life(life.days)
    message = Message(
        f"link-{link_id}", "portal_link", customer.email, customer.language or "en",
        {"name": customer.first_name, "days": life.days, "path": "/link/%s"}, {"url": secret},
    )  # fmt: skip
    fingerprint = tokens.fingerprint(tokens.derive(services.secrets.links, *secret))
    link = Link("portal", (customer.id,), customer.email, now + life, path=path)
    store.transact(records.new_link(store, fingerprint, link), outbox.new_message(store, customer.id, message, now))
    messages.hand_over(services, store, customer.id, message.id)
    return message.id


def look(store: Store, token: str) -> Link | None:
    """The link behind a token, in whatever state; None if there is none. Changes nothing."""
    (item,) = store.get(records.link_key(store, tokens.fingerprint(token)))
    return records.to_link(item) if item else None


def owner(store: Store, link: Link) -> Customer:
    """Whose link it is; NotFound if the account is gone or its access turned off."""
    found = records.customers(store, link.customers[:1])
    if not found or not found[0].access:
        raise NotFound()
    return found[0]


def use(services: Services, store: Store, token: str) -> tuple[Session, Link]:
    """A link session: it sees and pays. The link stays usable until it expires. NotFound unless it is open."""
    link = look(store, token)
    if link is None or link.kind != "portal" or link.state(services.now()) != "open":
        raise NotFound()
    return sessions.start(services, store, link.customers[0], "link"), link


def renew(services: Services, store: Store, token: str, address: str) -> None:
    """Send a fresh link to the address the expired one went to; nowhere else, and the caller learns nothing."""
    link = look(store, token)
    throttle(
        services, store,
        Limit("renew", link.email if link else token, 3, HOUR), Limit("renew-address", address, 20, HOUR),
    )  # fmt: skip
    if link is None or link.kind != "portal" or link.state(services.now()) != "expired":
        return
    found = records.customers(store, link.customers[:1])
    # Only to an address that still belongs to the account.
    if found and found[0].access and link.email in found[0].emails:
        send(services, store, found[0], path=link.path)
