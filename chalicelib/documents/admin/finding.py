"""What an id of the API names: a document of this company. Whatever is not there, or is another company's, is
NotFound."""

from __future__ import annotations

import re

from chalicelib.customers.actions.finding import OWN
from chalicelib.documents import records
from chalicelib.documents.rules import EVERYONE
from chalicelib.errors import NotFound
from chalicelib.tokens import ULID
from chalicelib.web.api.access import Admin
from chalicelib.web.api.ids import external

_DOCUMENT = re.compile(rf"({EVERYONE}|{ULID})-({ULID})")


def document(caller: Admin, id: str) -> tuple[str, str]:
    """Customer (or everyone) and document behind a document's id, whether it exists or not."""
    if id.startswith(OWN):
        (item,) = caller.store.get(records.external_key(caller.store, external(id)))
        if item is None:
            raise NotFound()
        return records.to_owner(item)
    found = _DOCUMENT.fullmatch(id)
    if found is None:
        raise NotFound()
    return found[1], found[2]
