"""The first-run guide: where somebody left it, so that anybody of the company goes on from there."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.tenants.actions.deciding import Note
from chalicelib.tenants.records import guide as records
from chalicelib.tenants.rules.audit import changes
from chalicelib.tenants.rules.guide import STEPS, Guide


def progress(store: Store) -> Guide:
    return records.read(store)


def keep(store: Store, guide: Guide, note: Note) -> Guide:
    """Put the guide's progress in the place of what there was: whoever saves last is right."""
    differences = changes(_told(records.read(store)), _told(guide))
    if differences:
        # Only the trail's line can be there already: our own, whose answer was lost.
        with suppress(ConditionFailed):
            store.transact(records.keep(store, guide), note(differences))
    return guide


def _told(guide: Guide) -> dict[str, object]:
    return {"done": [one for one in STEPS if one in guide.marked], "finished": guide.finished}
