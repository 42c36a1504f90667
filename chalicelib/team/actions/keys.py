"""A company's API keys: made, listed, revoked. Of the key itself nothing is kept that would let anybody in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chalicelib import tokens
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Conflict, Invalid, NotFound
from chalicelib.services import Services
from chalicelib.team.actions.members import Team, change_team
from chalicelib.tenants import api_keys
from chalicelib.tenants.records import keys as records
from chalicelib.tenants.records.keys import ApiKey
from chalicelib.tenants.rules.access import KEY_SCOPES, Actor, KeyScope

MOST = 50


def every(store: Store) -> list[ApiKey]:
    """All keys, the newest first, the revoked ones too."""
    return records.keys(store)


def make(
    services: Services, store: Store, name: str, scopes: Sequence[KeyScope], by: Actor, id: str, *also: Write
) -> tuple[ApiKey, str]:
    """A new key, and how it is spelled. `id` is of this request: sent again, it is the same key.

    Invalid: it has no name. Conflict: there are too many.
    """
    if not name.strip():
        raise Invalid("name", "Give the key a name that says what uses it.")
    spelled = api_keys.spell(services.secrets.links, store.tenant, id)
    read = api_keys.read(spelled)
    assert read is not None
    held = tuple(one for one in KEY_SCOPES if one in scopes)
    made = ApiKey(id, name.strip(), tokens.fingerprint(read.secret), held, services.now().isoformat(), by.name)
    known = _one(store, id)
    if known:
        return known, spelled

    def decide(_: Team) -> Sequence[Write]:
        found = records.keys(store)
        if sum(not one.revoked_at for one in found) >= MOST:
            raise Conflict(f"A company has at most {MOST} keys. Revoke one that nobody uses.", kind="too-many-keys")
        revoked = [one.id for one in found if one.revoked_at]
        forgotten = [records.forget(store, one) for one in revoked[-1:] if len(found) >= records.KEPT]
        return [records.new_key(store, made), *forgotten, *also]

    change_team(services, store, id, decide)
    return made, spelled


def revoke(services: Services, store: Store, id: str, note: Callable[[ApiKey], Write]) -> None:
    """The key opens nothing from now on; one that is revoked already stays so. NotFound: there is none."""
    found = _one(store, id)
    if found is None:
        raise NotFound()
    if found.revoked_at:
        return
    try:
        store.transact(records.revoke(store, id, services.now()), note(found))
    except ConditionFailed:
        return  # revoked by somebody else, or by ourselves with the answer lost


def _one(store: Store, id: str) -> ApiKey | None:
    (item,) = store.get(records.key_key(store, id))
    return records.to_key(item) if item else None
