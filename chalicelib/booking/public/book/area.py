"""Whether the company comes there, asked first where it goes to its area only."""

from __future__ import annotations

from chalicelib.booking.public.book.way import Way
from chalicelib.booking.public.callers import profile
from chalicelib.booking.rules import Offer
from chalicelib.booking.rules.area import code_on_file, territory
from chalicelib.booking.rules.details import read_code
from chalicelib.errors import Invalid
from chalicelib.web.access import Guest
from chalicelib.web.errors import status
from chalicelib.web.problems import form_errors
from chalicelib.web.replies import Page


def asks(caller: Guest, offer: Offer, way: Way, path: str) -> Page | None:
    """The question for the postal code, or that it is outside; None where there is nothing to ask before `path`."""
    if offer.area.rule != "refused":
        return None
    country, customer = territory(caller.company.locale), profile(caller)
    if customer is not None:
        # What is on file counts; where no code can be told, it is asked for with the rest.
        code = code_on_file(customer.address, country)
        if not code:
            return None
    else:
        kept = way.found.draft.given.postal_code if way.found and way.found.draft else ""
        code = way.postal or kept
    wrong: Invalid | None = None
    if code:
        try:
            read_code(code, offer.area, country, "postal")
        except Invalid as found:
            wrong = found
        else:
            return None
    hidden = {"draft": way.draft, "from": "widget" if way.widget else ""}
    values: dict[str, object] = {
        "action": path, "postal": code, "hidden": {name: value for name, value in hidden.items() if value},
        "asks": customer is None, "outside": wrong is not None and wrong.kind == "area-refused",
        "errors": form_errors(caller, wrong) if wrong else {},
    }  # fmt: skip
    return Page("book_area.html", values, status(wrong)[0] if wrong else 200, path=way.to(path))
