"""Lists that are handed out in parts: pages that begin where the store left off; and parts that begin below a position,
as pages or as sheets whose `Link` names the next. Cursors are signed, and good only for the list they were made for."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from chalicelib.errors import Invalid
from chalicelib.sheets import Sheet
from chalicelib.web import cursors
from chalicelib.web.api.access import Admin
from chalicelib.web.api.doors import ROOT
from chalicelib.web.api.replies import Text

CSV = "text/csv; charset=utf-8"
# What an export answers besides what all do.
HEADERS = ("Content-Disposition", "Link")

Asked = Mapping[str, str]
"""What a list is narrowed by, as its address says it; '' where it is not."""


def scope(caller: Admin, what: str, asked: Asked) -> str:
    """The list that a cursor is of."""
    return "#".join((caller.store.tenant, what, *asked.values()))


def begins(caller: Admin, scope: str, cursor: str) -> dict[str, str] | None:
    """Where a page begins, as the store said it; None for the first. Invalid: a cursor of another list."""
    try:
        return cursors.read(caller.services.secrets.links, scope, cursor)
    except Invalid as wrong:
        raise Invalid("?cursor", wrong.text) from None


def goes_on(caller: Admin, scope: str, last: Mapping[str, str] | None) -> str | None:
    """The cursor of the page after `last`; None at the end."""
    return cursors.write(caller.services.secrets.links, scope, last)


def below(caller: Admin, scope: str, cursor: str) -> str:
    """The position that a part begins below; '' for the first. Invalid: a cursor of another list."""
    after = begins(caller, scope, cursor)
    return after["below"] if after else ""


def cursor(caller: Admin, scope: str, last: str) -> str | None:
    """The cursor of the part below this position; None at the end."""
    return goes_on(caller, scope, {"below": last} if last else None)


def export(caller: Admin, sheet: Sheet, name: str, path: str, scope: str, asked: Asked) -> Text:
    """A sheet as a file called by its name and today's date, with the address of the next part."""
    headers = {"Content-Disposition": f'attachment; filename="{name}-{caller.today().isoformat()}.csv"'}
    if more := cursor(caller, scope, sheet.last):
        place = f"{caller.services.settings.public_url.rstrip('/')}{ROOT}{path}"
        query = {**{name: value for name, value in asked.items() if value}, "cursor": more}
        headers["Link"] = f'<{place}?{urlencode(query)}>; rel="next"'
    return Text(sheet.text, CSV, headers)
