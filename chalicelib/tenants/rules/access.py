"""Who may do what for a company: scopes, roles, and rules that keep a company from being locked out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from chalicelib.errors import Conflict

KeyScope = Literal[
    "settings:read", "settings:write",
    "customers:read", "customers:write",
    "access:read", "access:write",
    "invoices:read", "invoices:write",
    "estimates:read", "estimates:write",
    "documents:read", "documents:write",
    "visits:read", "visits:write",
    "ratings:read", "ratings:write",
    "bookings:read", "bookings:write",
    "payments:read", "payments:write",
    "leads:read", "leads:write",
    "messages:read", "messages:write",
    "audit:read",
]  # fmt: skip
"""What an API key may hold: who may come in, and which keys there are, is for people to decide."""

Scope = Literal[KeyScope, "team:read", "team:write"]
KEY_SCOPES: tuple[KeyScope, ...] = get_args(KeyScope)
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""All there are. An area's `write` does not bring its `read`: ask for both."""

Role = Literal["admin", "read-only"]
HELD: Mapping[Role, frozenset[Scope]] = {
    "admin": frozenset(SCOPES),
    "read-only": frozenset(one for one in SCOPES if one.endswith(":read")),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changed something. `id` is an e-mail address or a key's id, `name` what people call it."""

    kind: Literal["admin", "key", "operator"]
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody of a company's team. A session stands as long as `epoch` is what it was when it began; `joined`: they
    have accepted the invite."""

    email: str
    role: Role
    joined: bool
    epoch: int
    created_at: str
    last_sign_in: str = ""


def check_team(members: Sequence[TeamMember], email: str, role: Role | None, by: Actor) -> None:
    """Conflict if giving this member another role (None: taking them off) would leave nobody who can change that back,
    or is somebody locking themselves out."""
    if by.kind == "admin" and by.id == email and role != "admin":
        raise Conflict(
            "You can't take your own permissions away. Ask another admin of your company to do it.", kind="yourself"
        )
    others = [one for one in members if one.email != email and one.role == "admin" and one.joined]
    if role != "admin" and not others:
        raise Conflict(
            "This is the last admin. Make somebody else an admin first, who has accepted the invite.", kind="last-admin"
        )
