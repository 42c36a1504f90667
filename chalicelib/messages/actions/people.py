"""Who can say whom a message to a customer goes to: messages stand before customers, and ask `services.people`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from chalicelib.aws.rows import Write
from chalicelib.aws.store import Store
from chalicelib.messages.rules import Recipient

if TYPE_CHECKING:
    from chalicelib.services import Services


@dataclass(frozen=True, slots=True)
class PortalLink:
    """A Portal Link for one message: its token, when it ends, and the writes that make it, to be done when the message
    is claimed. Of those the one called "link" fails if staff have revoked it."""

    token: str
    ends_at: str
    writes: Sequence[Write]


class People(Protocol):
    """What sending asks of the customers. Implemented in `customers/actions/recipients.py`."""

    def recipient(self, store: Store, customer: str) -> Recipient | None:
        """The customer of this id, ours or `ext:…`, as they are now; None if there is none. One read of ours."""

    def portal_link(
        self, services: Services, store: Store, recipient: Recipient, message_id: str, to: str, path: str,
        days: int, now: datetime, before: str,
    ) -> PortalLink:  # fmt: skip
        """A link for this message that opens `path` for `days` days; `to` is the address or number it goes to. The same
        message gets the same token each time; an SMS, whose id ends in `-sms`, a short one. `before` is when the one
        ended that was made for it at an earlier try, '' for none: this one takes its place."""
