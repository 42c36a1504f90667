"""What is on its way to a customer: mailed links, and codes asked for in a browser. Short-lived, by fingerprints only.

A Portal Link also stands beside the customer, so that live ones can be listed and revoked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import CustomersRow, TokensRow, Write, change, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.customers.rules import CODE_TRIES, LINK_MEMORY, Link


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
    """`link#<id>`: a Portal Link that was sent, until it is revoked."""

    email = UnicodeAttribute()
    path = UnicodeAttribute()
    sent_at = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    epoch = NumberAttribute()


class ChallengeRow(TokensRow):
    """A sign-in code asked for in one browser. `customers` is empty for an address nobody has."""

    code = UnicodeAttribute()
    customers = UnicodeAttribute()
    email = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    tries = NumberAttribute()
    used = BooleanAttribute(null=True)
    typed = UnicodeAttribute()
    path = UnicodeAttribute()


def link_key(store: Store, fingerprint: str) -> Key:
    return store.token_key("link", fingerprint)


def new_link(store: Store, fingerprint: str, link: Link) -> Write:
    row = LinkRow(
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
    return create(row, "link")


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
    """A Portal Link as the company sees it. Its token can be derived from the id."""

    id: str
    email: str
    path: str
    sent_at: datetime
    expires: datetime
    epoch: int


def sent_link(store: Store, customer: str, id: str, link: Link, now: datetime) -> Write:
    row = SentLinkRow(
        store.customer(customer), f"link#{id}", email=link.email, path=link.path, sent_at=now.isoformat(),
        ends_at=link.expires.isoformat(), epoch=link.epoch,
    )  # fmt: skip
    return create(row, "sent link")


def sent_link_key(store: Store, customer: str, id: str) -> Key:
    return store.customer_key(customer, f"link#{id}")


def to_sent_link(item: Item) -> SentLink:
    return SentLink(
        item["item"].removeprefix("link#"), item["email"], item["path"], datetime.fromisoformat(item["sent_at"]),
        datetime.fromisoformat(item["ends_at"]), item["epoch"],
    )  # fmt: skip


def sent_links(store: Store, customer: str) -> list[SentLink]:
    """The newest first, a hundred at most."""
    page = store.query("customers", store.customer(customer), prefix="link#", limit=100, consistent=True)
    return [to_sent_link(item) for item in page.items]


def forget_sent_link(store: Store, customer: str, id: str) -> Write:
    """Fails if it is not there."""
    return Write("sent link", "delete", SentLinkRow(store.customer(customer), f"link#{id}"), SentLinkRow.item.exists())


def challenge(store: Store, challenge: str) -> Item | None:
    """What was asked for in this browser, whatever has become of it."""
    return store.get(store.token_key("challenge", challenge))[0]


def new_challenge(store: Store, challenge: str, code: str, customers: Sequence[str], link: Link, typed: str) -> Write:
    row = ChallengeRow(
        store.token("challenge", challenge),
        code=code,
        customers=json.dumps(list(customers)),
        email=link.email,
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


def decoy(store: Store, name: str, now: datetime) -> Write:
    """A row like a link's and a message's, for an address nobody has: the same work, so that time tells nothing.

    Each has as many attributes as the message; what still differs is measured in `bench/sign_in.py`.
    """
    row = LinkRow(
        store.token("decoy", name), kind="decoy", customers=json.dumps(["x" * 26]), email="x" * 30,
        ends_at=(now + LINK_MEMORY).isoformat(), challenge="x" * 43, login="x" * 30, path="x" * 200,
        used=False, revoked=False, expires=int((now + timedelta(minutes=10)).timestamp()),
    )  # fmt: skip
    return create(row, "decoy")


def to_customers(item: Item) -> tuple[str, ...]:
    """The account ids that a challenge or link names."""
    return tuple(json.loads(item["customers"]))
