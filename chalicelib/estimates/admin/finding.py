"""What an id of the API names: an estimate of this company. Whatever is not there, or is another company's, is
NotFound."""

from __future__ import annotations

from chalicelib.customers.actions.finding import OWN
from chalicelib.errors import NotFound
from chalicelib.estimates import records
from chalicelib.web.api.access import Admin
from chalicelib.web.api.ids import external, split


def estimate(caller: Admin, id: str) -> tuple[str, str]:
    """Customer and estimate behind an estimate's id, whether it exists or not."""
    if id.startswith(OWN):
        (item,) = caller.store.get(records.external_key(caller.store, external(id)))
        if item is None:
            raise NotFound()
        return records.to_owner(item)
    return split(id)
