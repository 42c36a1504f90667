"""What is on its way to a customer: links, and codes asked for in a browser. Short-lived, by fingerprints only.

A Portal Link also stands beside the customer, so that live ones can be listed and revoked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, TokensRow, Write, change, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.customers.rules import CODE_TRIES, LINK_MEMORY, Link

# Of all tables.
KEYS = ("customer", "item", "token")


class LinkRow(TokensRow):
    kind = UnicodeAttribute()
    customers = UnicodeAttribute()
    email = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    used = BooleanAttribute(null=True)
    revoked = BooleanAttribute(null=True)
    challenge = UnicodeAttribute(null=True)
    login = UnicodeAttribute(null=True)
    path = UnicodeAttribute(null=True)
    epoch = NumberAttribute(null=True)


class SentLinkRow(CustomersRow):
    """`link#<its end>#<id>`: a Portal Link that was sent, until it is revoked. By their ends those that still open lie
    together, however many there were before."""

    to = UnicodeAttribute()
    path = UnicodeAttribute()
    sent_at = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    epoch = NumberAttribute()


class DecoyRow(TokensRow):
    """A link's or a message's values, where none is. On no list: nobody sends it."""

    kind = UnicodeAttribute(null=True)
    customers = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    ends_at = UnicodeAttribute(null=True)
    challenge = UnicodeAttribute(null=True)
    login = UnicodeAttribute(null=True)
    path = UnicodeAttribute(null=True)
    template = UnicodeAttribute(null=True)
    to = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    reply_to = UnicodeAttribute(null=True)
    channel = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    body = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    posted_at = UnicodeAttribute(null=True)
    task = UnicodeAttribute(null=True)
    task_at = UnicodeAttribute(null=True)
    list = UnicodeAttribute(null=True)
    list_key = UnicodeAttribute(null=True)
    epoch = NumberAttribute(null=True)
    attempts = NumberAttribute(null=True)


class ChallengeRow(TokensRow):
    """A sign-in code asked for in one browser. `customers` is empty for an address nobody has."""

    code = UnicodeAttribute()
    customers = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    tries = NumberAttribute()
    used = BooleanAttribute(null=True)
    typed = UnicodeAttribute()
    path = UnicodeAttribute()


def link_key(store: Store, fingerprint: str) -> Key:
    return store.token_key("link", fingerprint)


def new_link(store: Store, fingerprint: str, link: Link) -> Write:
    return create(_link_row(store, fingerprint, link), "link")


def renewed_link(store: Store, fingerprint: str, link: Link) -> Write:
    """In the place of the one that was made for the same message before; fails if that was revoked."""
    return put(_link_row(store, fingerprint, link), "link", LinkRow.revoked.does_not_exist())


def _link_row(store: Store, fingerprint: str, link: Link) -> LinkRow:
    return LinkRow(
        store.token("link", fingerprint),
        kind=link.kind,
        customers=json.dumps(link.customers),
        email=link.email,
        ends_at=link.expires.isoformat(),
        challenge=link.challenge or None,
        login=link.login or None,
        path=link.path,
        epoch=link.epoch or None,
        expires=int((link.expires + LINK_MEMORY).timestamp()),
    )


def to_link(item: Item) -> Link:
    return Link(
        item["kind"], tuple(json.loads(item["customers"])), item["email"], datetime.fromisoformat(item["ends_at"]),
        bool(item.get("used")), bool(item.get("revoked")), item.get("challenge", ""), item.get("login", ""),
        item.get("path", "/"), item.get("epoch", 0),
    )  # fmt: skip


def use_link(store: Store, fingerprint: str) -> Write:
    row = LinkRow(store.token("link", fingerprint))
    return change(row, "link", LinkRow.used.does_not_exist() & LinkRow.revoked.does_not_exist(), used=True)


def revoke_link(store: Store, fingerprint: str) -> Write:
    return change(LinkRow(store.token("link", fingerprint)), "link", revoked=True)


@dataclass(frozen=True, slots=True)
class SentLink:
    """A Portal Link as the company sees it. Its token can be derived from the id, which is that of its message; `to` is
    the e-mail address or the phone number that it went to."""

    id: str
    to: str
    path: str
    sent_at: datetime
    expires: datetime
    epoch: int


def sent_link(store: Store, customer: str, id: str, link: Link, now: datetime) -> Write:
    row = SentLinkRow(
        store.customer(customer), _sent_item(id, link), to=link.email, path=link.path, sent_at=now.isoformat(),
        ends_at=link.expires.isoformat(), epoch=link.epoch,
    )  # fmt: skip
    return put(row, "sent link")


def _sent_item(id: str, link: Link) -> str:
    return f"link#{link.expires.isoformat(timespec='microseconds')}#{id}"


def to_sent_link(item: Item) -> SentLink:
    return SentLink(
        item["item"].rpartition("#")[2], item["to"], item["path"], datetime.fromisoformat(item["sent_at"]),
        datetime.fromisoformat(item["ends_at"]), item["epoch"],
    )  # fmt: skip


def sent_links(store: Store, customer: str, now: datetime) -> list[SentLink]:
    """Those that have not expired, the newest first; a hundred at most, those that last longest."""
    ends = (f"link#{now.isoformat(timespec='microseconds')}", "link#~")
    page = store.query("customers", store.customer(customer), between=ends, limit=100, consistent=True)
    return sorted((to_sent_link(item) for item in page.items), key=lambda one: one.sent_at, reverse=True)


def forget_sent_link(store: Store, customer: str, id: str, link: Link) -> Write:
    """Fails if it is not there."""
    row = SentLinkRow(store.customer(customer), _sent_item(id, link))
    return Write("sent link", "delete", row, SentLinkRow.item.exists())


def replace_sent_link(store: Store, customer: str, id: str, before: Link) -> Write:
    """Take the row of an earlier try away, if it is there."""
    return Write("earlier link", "delete", SentLinkRow(store.customer(customer), _sent_item(id, before)))


def challenge(store: Store, challenge: str) -> Item | None:
    """What was asked for in this browser, whatever has become of it."""
    return store.get(store.token_key("challenge", challenge))[0]


def new_challenge(store: Store, challenge: str, code: str, customers: Sequence[str], link: Link, typed: str) -> Write:
    row = ChallengeRow(
        store.token("challenge", challenge),
        code=code,
        customers=json.dumps(list(customers)),
        ends_at=link.expires.isoformat(),
        tries=0,
        typed=typed[:254],
        path=link.path,
        expires=int(link.expires.timestamp()),
    )
    return create(row, "challenge")


def try_challenge(store: Store, challenge: str, now: datetime) -> Write:
    """Count a try before the code is compared. Fails when the tries, the time or the code itself are used up."""
    row = ChallengeRow(store.token("challenge", challenge))
    usable = (
        ChallengeRow.token.exists()
        & ChallengeRow.used.does_not_exist()
        & (ChallengeRow.tries < CODE_TRIES)
        & (ChallengeRow.ends_at > now.isoformat())
    )
    return Write("challenge", "update", row, usable, (ChallengeRow.tries.add(1),))


def use_challenge(store: Store, challenge: str) -> Write:
    row = ChallengeRow(store.token("challenge", challenge))
    return change(row, "challenge", ChallengeRow.used.does_not_exist(), used=True)


def decoys(store: Store, name: str, rows: Sequence[Write], now: datetime) -> list[Write]:
    """Rows with all that these have, in the place of them, for an address nobody has: the same work, so that time tells
    nothing. What still differs is measured in `bench/sign_in.py`."""
    made = []
    for number, one in enumerate(rows):
        values = {key: value for key, value in one.row.attribute_values.items() if key not in KEYS}
        values["expires"] = int((now + timedelta(minutes=10)).timestamp())
        made.append(create(DecoyRow(store.token("decoy", f"{name}-{number}"), **values), "decoy"))
    return made


def to_customers(item: Item) -> tuple[str, ...]:
    """The ids of the accounts that a challenge opens."""
    return tuple(json.loads(item["customers"]))
