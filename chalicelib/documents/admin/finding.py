"""What an id of the API names: a document of this company. Whatever is not there, or is another company's, is
NotFound."""

from __future__ import annotations

import re

from chalicelib.customers.actions.finding import OWN
from chalicelib.customers.rules.fields import EXTERNAL_ID
from chalicelib.documents import records
from chalicelib.documents.rules import EVERYONE
from chalicelib.errors import Invalid, NotFound
from chalicelib.web import cursors
from chalicelib.web.api.access import Admin

_DOCUMENT = re.compile(rf"({EVERYONE}|[0-9A-Z]{{26}})-([0-9A-Z]{{26}})")


def page(caller: Admin, scope: str, cursor: str) -> dict[str, str] | None:
    """Where this page of a list begins. Invalid for a cursor of another list."""
    try:
        return cursors.read(caller.services.secrets.links, scope, cursor)
    except Invalid as wrong:
        raise Invalid("?cursor", wrong.text) from None


def document(caller: Admin, id: str) -> tuple[str, str]:
    """Customer (or everyone) and document behind a document's id, whether it exists or not."""
    if id.startswith(OWN):
        own = id.removeprefix(OWN)
        (item,) = caller.store.get(records.external_key(caller.store, own)) if EXTERNAL_ID.fullmatch(own) else [None]
        if item is None:
            raise NotFound()
        return records.to_owner(item)
    found = _DOCUMENT.fullmatch(id)
    if found is None:
        raise NotFound()
    return found[1], found[2]
