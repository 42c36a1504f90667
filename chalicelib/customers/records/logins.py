"""Logins: a person's name and password at one company, and sessions that were signed out."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, TokensRow, Write, change, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.customers.rules import Login


class LoginRow(TenantsRow):
    """`login#<name>`: an e-mail address or user name, unique within the company, its password, its accounts."""

    customers = UnicodeAttribute()
    password = UnicodeAttribute(null=True)


class EndedRow(TokensRow):
    """A session that was signed out, until it would have ended anyway."""


def ended_key(store: Store, session: str) -> Key:
    return store.token_key("ended", session)


def end_session(store: Store, session: str, expires: datetime) -> Write:
    return put(EndedRow(store.token("ended", session), expires=int(expires.astimezone(UTC).timestamp())), "ended")


def login_key(store: Store, name: str) -> Key:
    return store.company_key(f"login#{name}")


def to_login(item: Item) -> Login:
    return Login(item["item"].removeprefix("login#"), tuple(json.loads(item["customers"])), item.get("password"))


def set_login(store: Store, login: Login, known: Login | None = None) -> Write:
    """Make a login, or put it in the place of the one that was read; fails if that has changed meanwhile. A login that
    opens nothing any more is gone."""
    row = LoginRow(
        store.tenant,
        f"login#{login.name}",
        customers=json.dumps(login.customers),
        password=login.password,
    )
    unchanged = LoginRow.item.does_not_exist()
    if known:
        same = LoginRow.password == known.password if known.password else LoginRow.password.does_not_exist()
        unchanged = (LoginRow.customers == json.dumps(known.customers)) & same
    return put(row, "login", unchanged) if login.customers else Write("login", "delete", row, unchanged)


def rehash(store: Store, name: str, old: str, new: str) -> Write:
    """Keep the same password under newer parameters, unless it was changed meanwhile."""
    return change(LoginRow(store.tenant, f"login#{name}"), "login", LoginRow.password == old, password=new)
