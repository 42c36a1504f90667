"""Who runs a company's portal: its team, their sessions, the invites and password resets that are out.

A person has one password for all companies: it lies on `login#<email>`, which belongs to no company, beside the list of
the companies that the person serves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.aws.rows import TenantsRow, TokensRow, Write, change, create, put
from chalicelib.aws.store import Item, Key, Platform, Store
from chalicelib.tenants.admin_tokens import AdminSession
from chalicelib.tenants.records.names import ReservationRow
from chalicelib.tenants.rules.access import TeamMember

PERSON = "person"
PREFIX = "admin#"
TEAM = "team"
MOST_COMPANIES = 20


class AdminRow(TenantsRow):
    """`admin#<email>`: somebody of the company's team; `joined` once they have accepted the invite."""

    role = UnicodeAttribute()
    joined = BooleanAttribute(null=True)
    epoch = NumberAttribute(null=True)
    created_at = UnicodeAttribute()
    last_sign_in = UnicodeAttribute(null=True)


class TeamRow(TenantsRow):
    """`team`: the last change of who may come in. Two at the same moment can't both be decided on what was."""

    change = UnicodeAttribute()


class PersonRow(TenantsRow):
    """`login#<email>` / `person`: the password of somebody who serves one company or several."""

    password = UnicodeAttribute()


class InviteRow(TokensRow):
    """An invite that is out; `epoch` is its member's when it was sent, `used` the id of the acceptance."""

    email = UnicodeAttribute()
    epoch = NumberAttribute()
    used = UnicodeAttribute(null=True)


class AdminSessionRow(TokensRow):
    """A sign-in, from its beginning to its end."""

    email = UnicodeAttribute()
    ends_at = UnicodeAttribute()


class ResetRow(TokensRow):
    """A link to choose a new password. `of` is a fingerprint of the password that it replaces: once that has changed,
    the link opens nothing. `used` is the id of its use."""

    email = UnicodeAttribute()
    of = UnicodeAttribute()
    used = UnicodeAttribute(null=True)


def admin_key(store: Store, email: str) -> Key:
    return store.company_key(PREFIX + email)


def new_admin(store: Store, email: str, role: str, now: datetime, epoch: int = 0) -> Write:
    row = AdminRow(store.tenant, PREFIX + email, role=role, epoch=epoch or None, created_at=now.isoformat())
    return create(row, "admin")


def to_member(item: Item) -> TeamMember:
    return TeamMember(
        item["item"].removeprefix(PREFIX), item["role"], item.get("joined", False), item.get("epoch", 0),
        item["created_at"], item.get("last_sign_in", ""),
    )  # fmt: skip


def members(store: Store) -> list[TeamMember]:
    """All of a company's, a hundred at most."""
    page = store.query("tenants", store.tenant, prefix=PREFIX, limit=100, newest_first=False, consistent=True)
    return [to_member(item) for item in page.items]


def change_admin(store: Store, email: str, **values: Any) -> Write:
    return change(AdminRow(store.tenant, PREFIX + email), "admin", **values)


def join(store: Store, email: str, epoch: int) -> Write:
    """They have accepted the invite; fails if they had before, or were taken off since it was sent."""
    return change(
        AdminRow(store.tenant, PREFIX + email), "admin", AdminRow.joined.does_not_exist() & _at(epoch), joined=True
    )


def raise_epoch(store: Store, email: str, epoch: int) -> Write:
    """End all sessions of a member; fails if they were ended, or the member taken off, since `epoch` was read."""
    return change(AdminRow(store.tenant, PREFIX + email), "admin", _at(epoch), epoch=epoch + 1)


def _at(epoch: int) -> Condition:
    return AdminRow.epoch == epoch if epoch else AdminRow.epoch.does_not_exist()


def take_off(store: Store, email: str) -> list[Write]:
    """Somebody is not on the team any more, and doesn't serve the company."""
    return [
        Write("admin", "delete", AdminRow(store.tenant, PREFIX + email)),
        Write("login", "delete", ReservationRow(f"login#{email}", store.tenant)),
    ]


def last_change(store: Store) -> str:
    """The id of the last change of who may come in; '' for none yet."""
    (item,) = store.get(store.company_key(TEAM))
    return str(item["change"]) if item else ""


def change_team(store: Store, id: str, after: str) -> Write:
    """The next change of who may come in; fails if there was another since `after` was read."""
    unmoved = TeamRow.change == after if after else TeamRow.item.does_not_exist()
    return put(TeamRow(store.tenant, TEAM, change=id), "team", unmoved)


def session_key(store: Store, id: str) -> Key:
    return store.token_key("admin-session", id)


def new_session(store: Store, session: AdminSession) -> Write:
    row = AdminSessionRow(
        store.token("admin-session", session.id), email=session.email, ends_at=session.expires.isoformat(),
        expires=int(session.expires.timestamp()),
    )  # fmt: skip
    return put(row, "session")


def end_session(store: Store, id: str) -> Write:
    """The session is over: its row is gone. Whether it was there before makes no difference."""
    return Write("session", "delete", AdminSessionRow(store.token("admin-session", id)))


def stands(session: Item, admin: Item, epoch: int, now: datetime) -> bool:
    """Whether a session goes on: not over, and nothing has ended all of this admin's since."""
    same = PREFIX + session["email"] == admin["item"] and admin.get("epoch", 0) == epoch
    return same and bool(admin.get("joined")) and now < datetime.fromisoformat(session["ends_at"])


def person_key(email: str) -> Key:
    return Key("tenants", f"login#{email}", PERSON)


def password_of(platform: Platform, email: str) -> str | None:
    """The hash of a person's password; None for nobody."""
    (item,) = platform.get(person_key(email))
    return str(item["password"]) if item else None


def set_person(email: str, password: str, known: str | None) -> Write:
    """A person's password in the place of the one that was read (None: nobody had one); fails if it has changed."""
    row = PersonRow(f"login#{email}", PERSON, password=password)
    return put(row, "person", _known(known))


def same_person(email: str, known: str) -> Write:
    """Nothing, if the person's password is still the one that was read."""
    return Write("person", "check", PersonRow(f"login#{email}", PERSON), _known(known))


def _known(password: str | None) -> Condition:
    return PersonRow.password == password if password else PersonRow.item.does_not_exist()


def companies_of(platform: Platform, email: str) -> list[str]:
    """The ids of the companies that somebody serves, twenty at most."""
    page = platform.query("tenants", f"login#{email}", limit=MOST_COMPANIES + 1, newest_first=False, consistent=True)
    return [item["owner"] for item in page.items if "owner" in item]


def new_invite(store: Store, fingerprint: str, email: str, epoch: int, expires: datetime) -> Write:
    row = InviteRow(store.token("invite", fingerprint), email=email, epoch=epoch, expires=int(expires.timestamp()))
    return create(row, "invite")


def invite_key(store: Store, fingerprint: str) -> Key:
    return store.token_key("invite", fingerprint)


def use_invite(store: Store, fingerprint: str, by: str) -> Write:
    row = InviteRow(store.token("invite", fingerprint))
    return change(row, "invite", InviteRow.used.does_not_exist(), used=by)


def new_reset(platform: Platform, fingerprint: str, email: str, of: str, expires: datetime) -> Write:
    row = ResetRow(platform.token("admin-reset", fingerprint), email=email, of=of, expires=int(expires.timestamp()))
    return put(row, "reset")


def reset_key(platform: Platform, fingerprint: str) -> Key:
    return Key("tokens", platform.token("admin-reset", fingerprint))


def use_reset(platform: Platform, fingerprint: str, by: str) -> Write:
    row = ResetRow(platform.token("admin-reset", fingerprint))
    return change(row, "reset", ResetRow.used.does_not_exist(), used=by)
