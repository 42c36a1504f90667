"""A customer's rows: the profile, the look-ups that lead to it, links, codes, and sessions that were signed out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.aws.rows import CustomersRow, TenantsRow, TokensRow, Write, change, create, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.customers.rules import CODE_TRIES, LINK_MEMORY, Customer, Link, Login, Pending, Sums

PROFILE = "profile"


class CustomerRow(CustomersRow):
    name = UnicodeAttribute()
    first_name = UnicodeAttribute()
    emails = UnicodeAttribute()
    phones = UnicodeAttribute()
    address = UnicodeAttribute()
    language = UnicodeAttribute(null=True)
    logins = UnicodeAttribute(null=True)
    access = BooleanAttribute()
    must_change = BooleanAttribute(null=True)
    epoch = NumberAttribute()
    balance = NumberAttribute()
    in_flight = NumberAttribute()
    credit = NumberAttribute()
    open_count = NumberAttribute()
    sums_version = NumberAttribute()
    pending = UnicodeAttribute(null=True)
    stripe_account = UnicodeAttribute(null=True)
    stripe_customer = UnicodeAttribute(null=True)
    methods = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    last_sign_in = UnicodeAttribute(null=True)
    list = UnicodeAttribute(null=True)
    list_key = UnicodeAttribute(null=True)


class LookupRow(TenantsRow):
    """`email#<address>#<customer>`: whose address this is. One address may lead to several customers."""

    who = UnicodeAttribute()


class LoginRow(TenantsRow):
    """`login#<name>`: an e-mail address or user name, unique within the company, its password, its accounts."""

    customers = UnicodeAttribute()
    password = UnicodeAttribute(null=True)


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


class EndedRow(TokensRow):
    """A session that was signed out, until it would have ended anyway."""


def profile_key(store: Store, customer: str) -> Key:
    return store.customer_key(customer, PROFILE)


def ended_key(store: Store, session: str) -> Key:
    return store.token_key("ended", session)


def login_key(store: Store, name: str) -> Key:
    return store.company_key(f"login#{name}")


def to_customer(item: Item) -> Customer:
    """The customer in a `profile` item of the customers table."""
    return Customer(
        id=item["customer"].rpartition("#")[2],
        name=item["name"],
        first_name=item["first_name"],
        emails=tuple(json.loads(item["emails"])),
        phones=tuple(json.loads(item["phones"])),
        address=tuple(json.loads(item["address"])),
        language=item.get("language", ""),
        logins=tuple(json.loads(item.get("logins", "[]"))),
        access=item["access"],
        must_change=item.get("must_change", False),
        epoch=item["epoch"],
        sums=_to_sums(item),
        stripe_account=item.get("stripe_account", ""),
        stripe_customer=item.get("stripe_customer", ""),
        methods=item.get("methods", "[]"),
    )


def _to_sums(item: Item) -> Sums:
    pending = tuple(
        Pending(one[0], one[1], one[2], one[3], date.fromisoformat(one[4]) if one[4] else None)
        for one in json.loads(item.get("pending", "[]"))
    )
    return Sums(
        item["balance"], item["in_flight"], item["credit"], item["open_count"], item["sums_version"], pending
    )  # fmt: skip


def _from_pending(sums: Sums) -> str | None:
    if not sums.pending:
        return None
    return json.dumps(
        [
            [p.payment, p.amount, p.credit, p.method_id, p.expected_on and p.expected_on.isoformat()]
            for p in sums.pending
        ]
    )


def customers(store: Store, ids: Sequence[str]) -> list[Customer]:
    """Those that exist, in order."""
    return [to_customer(item) for item in store.get(*(profile_key(store, one) for one in ids)) if item]


def new_customer(store: Store, customer: Customer, now: datetime) -> list[Write]:
    """The profile and a look-up for each address."""
    row = CustomerRow(
        store.customer(customer.id),
        PROFILE,
        name=customer.name,
        first_name=customer.first_name,
        emails=json.dumps(customer.emails),
        phones=json.dumps(customer.phones),
        address=json.dumps(customer.address),
        language=customer.language or None,
        logins=json.dumps(customer.logins),
        access=customer.access,
        must_change=customer.must_change or None,
        epoch=customer.epoch,
        balance=customer.sums.balance,
        in_flight=customer.sums.in_flight,
        credit=customer.sums.credit,
        open_count=customer.sums.open_count,
        sums_version=customer.sums.version,
        pending=_from_pending(customer.sums),
        stripe_account=customer.stripe_account or None,
        stripe_customer=customer.stripe_customer or None,
        methods=customer.methods,
        created_at=now.isoformat(),
        list=f"{store.tenant}#customer",
        list_key=f"{customer.name.lower()}#{customer.id}",
    )
    lookups = [LookupRow(store.tenant, f"email#{email}#{customer.id}", who=customer.id) for email in customer.emails]
    return [create(row, "customer"), *(put(lookup, "email") for lookup in lookups)]


def change_sums(store: Store, customer: str, old: Sums, new: Sums, **values: Any) -> Write:
    """Move a customer's sums on, if nothing else has moved them since they were read; and set what goes with it."""
    row = CustomerRow(store.customer(customer), PROFILE)
    return change(
        row,
        "sums",
        CustomerRow.sums_version == old.version,
        balance=new.balance,
        in_flight=new.in_flight,
        credit=new.credit,
        open_count=new.open_count,
        pending=_from_pending(new),
        sums_version=old.version + 1,
        **values,
    )


def change_profile(store: Store, customer: str, **values: Any) -> Write:
    """Set attributes that no sum depends on."""
    return change(CustomerRow(store.customer(customer), PROFILE), "profile", **values)


def know_at_stripe(store: Store, customer: Customer, account: str | None, stripe_customer: str | None) -> Write:
    """Note who the customer is at a Stripe account, or None: nobody any more. Fails if somebody has noted that since it
    was read. What they had on file at another account is nothing here."""
    unchanged = (
        CustomerRow.stripe_customer == customer.stripe_customer
        if customer.stripe_customer
        else CustomerRow.stripe_customer.does_not_exist()
    )
    row = CustomerRow(store.customer(customer.id), PROFILE)
    return change(row, "stripe", unchanged, stripe_account=account, stripe_customer=stripe_customer, methods="[]")


def copy_methods(store: Store, customer: Customer, methods: str) -> Write:
    """Keep a newer copy of what is on file; fails if another was kept since this one was read."""
    row = CustomerRow(store.customer(customer.id), PROFILE)
    return change(row, "methods", _same_methods(customer), methods=methods)


def mark_methods(store: Store, customer: Customer, methods: str) -> Write:
    """Keep a copy in which one is marked; fails also if the sums have moved, as they do when a payment begins, and
    moves them on, so that a payment that has read them looks again."""
    version = customer.sums.version
    row = CustomerRow(store.customer(customer.id), PROFILE)
    same = _same_methods(customer) & (CustomerRow.sums_version == version)
    return change(row, "methods", same, methods=methods, sums_version=version + 1)


def _same_methods(customer: Customer) -> Condition:
    copied = CustomerRow.methods == customer.methods
    if customer.methods == "[]":
        copied = copied | CustomerRow.methods.does_not_exist()
    same: Condition = copied & (CustomerRow.stripe_customer == customer.stripe_customer)
    return same


def raise_epoch(store: Store, customer: str, epoch: int, **values: Any) -> Write:
    """End all of a customer's sessions at once, and set what goes with it."""
    row = CustomerRow(store.customer(customer), PROFILE)
    return change(row, "epoch", CustomerRow.epoch == epoch, epoch=epoch + 1, **values)


def customers_at(store: Store, email: str) -> list[str]:
    """Ids of those who have this address, ten at most."""
    page = store.query("tenants", store.tenant, prefix=f"email#{email}#", limit=10, newest_first=False)
    return [item["who"] for item in page.items]


def to_login(item: Item) -> Login:
    return Login(item["item"].removeprefix("login#"), tuple(json.loads(item["customers"])), item.get("password"))


def set_login(store: Store, login: Login, known: Login | None = None) -> Write:
    """Make a login, or put it in the place of the one that was read; fails if that has changed meanwhile."""
    row = LoginRow(
        store.tenant,
        f"login#{login.name}",
        customers=json.dumps(login.customers),
        password=login.password,
    )
    unchanged = LoginRow.customers == json.dumps(known.customers) if known else LoginRow.item.does_not_exist()
    return put(row, "login", unchanged)


def rehash(store: Store, name: str, old: str, new: str) -> Write:
    """Keep the same password under newer parameters, unless it was changed meanwhile."""
    return change(LoginRow(store.tenant, f"login#{name}"), "login", LoginRow.password == old, password=new)


def sign_in(store: Store, customer: str, now: datetime) -> Write:
    """Note the sign-in; fails where portal access is turned off."""
    row = CustomerRow(store.customer(customer), PROFILE)
    return change(row, "access", CustomerRow.access == True, last_sign_in=now.isoformat())  # noqa: E712


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
        expires=int((link.expires + LINK_MEMORY).timestamp()),
    )
    return create(row, "link")


def to_link(item: Item) -> Link:
    return Link(
        item["kind"], tuple(json.loads(item["customers"])), item["email"], datetime.fromisoformat(item["ends_at"]),
        bool(item.get("used")), bool(item.get("revoked")), item.get("challenge", ""), item.get("login", ""),
        item.get("path", "/"),
    )  # fmt: skip


def use_link(store: Store, fingerprint: str) -> Write:
    row = LinkRow(store.token("link", fingerprint))
    return change(row, "link", LinkRow.used.does_not_exist() & LinkRow.revoked.does_not_exist(), used=True)


def revoke_link(store: Store, fingerprint: str) -> Write:
    return change(LinkRow(store.token("link", fingerprint)), "link", revoked=True)


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


def end_session(store: Store, session: str, expires: datetime) -> Write:
    return put(EndedRow(store.token("ended", session), expires=int(expires.astimezone(UTC).timestamp())), "ended")


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
