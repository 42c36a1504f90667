"""The company's standard terms, which estimates take on and customers agree to: changed as one, each version kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Unavailable
from chalicelib.estimates import records, rules
from chalicelib.estimates.rules import Terms
from chalicelib.tenants.rules.audit import Changes, changes

TRIES = 5


def current(store: Store) -> Terms:
    """Those of now."""
    return records.terms(store)


def change(store: Store, text: str, now: datetime, note: Callable[[Changes], Write]) -> Terms:
    """Have these words from now on; estimates that have others keep them. The same again changes nothing. Invalid: too
    long."""
    tidy = rules.check_terms(text, "text")
    for _ in range(TRIES):
        before = records.terms(store)
        if before.text == tidy:
            return before
        after = Terms(tidy, before.version + 1)
        entry = note(changes({"text": before.text}, {"text": tidy}))
        try:
            store.transact(*records.change_terms(store, before, after, now.isoformat()), entry)
        except ConditionFailed:
            continue
        return after
    raise Unavailable()
