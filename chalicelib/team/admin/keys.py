"""API keys: what the company's own software comes in by. For people: no key holds the scopes to make another."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from chalicelib.errors import Conflict, Invalid
from chalicelib.team.actions import keys
from chalicelib.tenants.records.keys import ApiKey
from chalicelib.tenants.rules.access import KeyScope
from chalicelib.tenants.rules.audit import Change
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Shape, Time, TimeIfAny

routes = ApiRoutes("Keys")

KeyName = Annotated[str, Meta(min_length=1, max_length=100, description="What uses the key.")]


class KeyView(Shape):
    """A key. `last_used` is right to five minutes; `revoked_at` is empty while it works."""

    id: str
    name: str
    scopes: list[KeyScope]
    created_by: str
    created_at: Time
    last_used: TimeIfAny
    revoked_at: TimeIfAny


class KeyList(Shape):
    """All keys of the company, newest first."""

    items: list[KeyView]


class NewKey(Shape):
    """A key may hold any scopes but those of the team."""

    name: KeyName
    scopes: Annotated[list[KeyScope], Meta(min_length=1, max_length=50)]


class KeyMade(KeyView):
    """A new key. `key` is shown this once: send it as `Authorization: Bearer …`, and keep it secret."""

    key: str


@routes.get("/keys", "team:read")
def list_keys(caller: Admin) -> KeyList:
    """List all keys, newest first, revoked ones too."""
    return KeyList([KeyView(*_told(one)) for one in keys.every(caller.store)])


@routes.post(
    "/keys", "team:write", errors=(Invalid, Conflict), secret=True,
    example={"name": "Office software", "scopes": ["customers:read", "customers:write"]},
)  # fmt: skip
def create_key(caller: Admin, body: NewKey) -> KeyMade:
    """Create a key. The answer is the only time that it is shown."""
    id = caller.new_id()
    changes = [Change("name", None, body.name), Change("scopes", None, sorted({*body.scopes}))]
    made, spelled = keys.make(
        caller.services, caller.store, body.name, body.scopes, caller.actor, id, caller.note("key.make", id, changes)
    )
    return KeyMade(*_told(made), spelled)


@routes.delete("/keys/{id}", "team:write")
def revoke_key(caller: Admin, id: str) -> None:
    """Revoke a key, at once and for good. It stays on the list."""
    keys.revoke(caller.services, caller.store, id,
                lambda key: caller.note("key.revoke", id, [Change("name", key.name, None)]))  # fmt: skip


def _told(key: ApiKey) -> tuple[str, str, list[KeyScope], str, str, str, str]:
    return key.id, key.name, list(key.scopes), key.created_by, key.created_at, key.last_used, key.revoked_at
