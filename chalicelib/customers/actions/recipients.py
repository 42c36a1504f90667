"""What sending a message asks of the customers: who it goes to, and a Portal Link for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib import tokens
from chalicelib.aws.store import Store
from chalicelib.customers import records, rules
from chalicelib.customers.actions import finding
from chalicelib.customers.actions import link as links
from chalicelib.customers.rules import Link
from chalicelib.messages.actions.people import PortalLink
from chalicelib.messages.rules import Recipient
from chalicelib.services import Services


class Customers:
    """`People` of `messages/actions/people.py`."""

    def recipient(self, store: Store, customer: str) -> Recipient | None:
        (one,) = finding.find_all(store, [customer])
        if one is None:
            return None
        return Recipient(
            one.id, one.name, one.first_name, one.email, one.phone, one.language, one.access, one.link_epoch,
            one.reached_at,
        )  # fmt: skip

    def portal_link(
        self, services: Services, store: Store, recipient: Recipient, message_id: str, to: str, path: str,
        days: int, now: datetime, before: str,
    ) -> PortalLink:  # fmt: skip
        token = links.token(services, store, recipient.id, message_id)
        ends = now + rules.link_life(days)
        link = Link("portal", (recipient.id,), to, ends, path=path, epoch=recipient.link_epoch)
        writes = [
            records.renewed_link(store, tokens.fingerprint(token), link),
            records.sent_link(store, recipient.id, message_id, link, now),
        ]
        ends_at = link.expires.isoformat()
        if before and before != ends_at:
            earlier = replace(link, expires=datetime.fromisoformat(before))
            writes.append(records.replace_sent_link(store, recipient.id, message_id, earlier))
        return PortalLink(token, ends_at, writes)
