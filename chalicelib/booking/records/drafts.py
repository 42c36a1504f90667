"""What was typed of a booking that is being made: a row of the tokens table, found by its token's fingerprint only."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib import tokens
from chalicelib.aws.rows import TokensRow, Write, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.booking.rules import drafts
from chalicelib.booking.rules.drafts import Draft


class DraftRow(TokensRow):
    """`booking-draft#<fingerprint>`: one JSON value."""

    draft = UnicodeAttribute()


def draft_key(store: Store, token: str) -> Key:
    return store.token_key("booking-draft", tokens.fingerprint(token))


def to_draft(item: Item | None, now: datetime) -> Draft | None:
    """The draft in this item, None if there is none any more."""
    found = drafts.to_draft(item["draft"]) if item else None
    return found if found and found.is_there(now) else None


def keep_draft(store: Store, token: str, draft: Draft) -> Write:
    """The draft from now on: what was typed last counts."""
    expires = datetime.fromisoformat(draft.kept_at) + drafts.LIFE
    row = DraftRow(
        store.token("booking-draft", tokens.fingerprint(token)), draft=drafts.write(draft),
        expires=int(expires.timestamp()),
    )  # fmt: skip
    return put(row, "draft")
