"""Whose hand a booking's own link is in, which its key tells: of what it is derived. Pure.

A key is of the mail or of the text message that it was sent in: only the mail's shows that its reader has the e-mail
address. What goes to the address or number of the customer whose booking it is names them too, so that a link which was
sent to a stranger before stays the stranger's.
"""

from __future__ import annotations


def by_mail(tenant: str, id: str, customer: str = "") -> tuple[str, ...]:
    """Of which `tokens.derive` makes the key in a mail; `customer` whose address it is, '' where nobody proved it."""
    return _of("booking-mail", tenant, id, customer)


def by_text(tenant: str, id: str, customer: str = "") -> tuple[str, ...]:
    """The same of a text message."""
    return _of("booking", tenant, id, customer)


def _of(kind: str, tenant: str, id: str, customer: str) -> tuple[str, ...]:
    return (kind, tenant, id, customer) if customer else (kind, tenant, id)
