"""Who runs a company's portal: its admins, and the invites that are out."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, TokensRow, Write, change, create
from chalicelib.aws.store import Key, Store


class AdminRow(TenantsRow):
    """`admin#<email>`: somebody who runs the company's portal."""

    role = UnicodeAttribute()
    password = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()


class InviteRow(TokensRow):
    email = UnicodeAttribute()
    used = BooleanAttribute(null=True)


def new_admin(store: Store, email: str, role: str, now: datetime) -> Write:
    return create(AdminRow(store.tenant, f"admin#{email}", role=role, created_at=now.isoformat()), "admin")


def set_admin_password(store: Store, email: str, password: str) -> Write:
    return change(AdminRow(store.tenant, f"admin#{email}"), "admin", password=password)


def new_invite(store: Store, fingerprint: str, email: str, expires: datetime) -> Write:
    row = InviteRow(store.token("invite", fingerprint), email=email, expires=int(expires.timestamp()))
    return create(row, "invite")


def invite_key(store: Store, fingerprint: str) -> Key:
    return store.token_key("invite", fingerprint)


def use_invite(store: Store, fingerprint: str) -> Write:
    row = InviteRow(store.token("invite", fingerprint))
    return change(row, "invite", InviteRow.used.does_not_exist(), used=True)
