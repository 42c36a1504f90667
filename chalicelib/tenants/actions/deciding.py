"""Change what a company decides: its settings, as one thing with one version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Stale
from chalicelib.tenants import records
from chalicelib.tenants.actions.companies import company_of
from chalicelib.tenants.rules import settings
from chalicelib.tenants.rules.audit import Changes, changes
from chalicelib.tenants.rules.company import Company

# The line of the audit trail that tells of these changes.
Note = Callable[[Changes], Write]
TRIES = 5
# What is written into the company's row by others, whatever its version.
_OTHERS = ("charges_enabled", "stripe_account", "documents_glance", "booking")


def change(store: Store, before: Company, wanted: Company, note: Note) -> Company:
    """Put the company's decisions in the place of those that were read. The company from now on: `before` itself where
    nothing differs.

    Stale: somebody has changed them since. Invalid: names the field.
    """
    tidied = settings.decided(before, wanted)
    differences = changes(settings.told(before), settings.told(tidied))
    if not differences:
        return before
    after = replace(tidied, version=before.version + 1)
    try:
        store.transact(records.decide(store, before, after), note(differences))
    except ConditionFailed:
        # The answer of our own success may have been lost and the write sent again: read back before saying no.
        now = company_of(store)
        others = {name: getattr(after, name) for name in _OTHERS}
        if replace(now, **others) != after:
            raise Stale() from None
    return after


def set_part(store: Store, before: Company, part: Callable[[Company], Company], note: Note) -> Company:
    """Decide one thing by itself, whatever else is being decided meanwhile: what others set stays. The company then."""
    for _ in range(TRIES - 1):
        try:
            return change(store, before, part(before), note)
        except Stale:
            before = company_of(store)
    return change(store, before, part(before), note)
