"""The API of the bulk import: JSON Lines in, a line of result for each, in order."""

from __future__ import annotations

import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Literal

import msgspec

from chalicelib.billing.actions.importing import Import
from chalicelib.billing.admin import presenting
from chalicelib.billing.admin.shapes import InvoiceFields, ManualPayment
from chalicelib.billing.rules.imported import Content, CustomerLine, InvoiceLine, Line, Outcome, PaymentLine
from chalicelib.customers.admin.shapes import CustomerFields
from chalicelib.customers.admin.views import wanted_of
from chalicelib.errors import Invalid, PortalError, TooLarge
from chalicelib.web.api import parsing, problems
from chalicelib.web.api.access import Admin
from chalicelib.web.api.days import day
from chalicelib.web.api.problems import Problem
from chalicelib.web.api.replies import Text
from chalicelib.web.api.routes import KILOBYTES, ApiRoutes
from chalicelib.web.api.shapes import Day, ExternalId, Id, Shape

routes = ApiRoutes("Import")

JSON_LINES = "application/jsonl"
MOST_LINES, MOST_BYTES = 10_000, 4096 * KILOBYTES
# Lambda stops at 28 seconds, and its answer may have 6 MB with each quote escaped.
SECONDS, MOST_ANSWER = 20.0, 4_000_000
# How much of what was sent a problem repeats.
LONGEST = 300
Kind = Literal["customer", "invoice", "payment"]


class ImportedCustomer(CustomerFields, kw_only=True):
    """A customer as it shall be, by your own id. What is left out becomes empty."""

    external_id: ExternalId


class ImportedInvoice(InvoiceFields, kw_only=True):
    """An invoice as it shall be, by your own id."""

    external_id: ExternalId


class ImportedPayment(ManualPayment, kw_only=True):
    """Money that came in by hand, by your own id. It is entered once: sent again it must be the same."""

    external_id: ExternalId
    customer: Id
    received_on: Day


class ImportLine(Shape):
    """One of the three."""

    customer: ImportedCustomer | None = None
    invoice: ImportedInvoice | None = None
    payment: ImportedPayment | None = None


class ImportResult(Shape, omit_defaults=True):
    """What came of a line: `id` and `result`, or `error`. Lines that are `not_reached` must be sent again: there was no
    time for them."""

    line: int
    id: str = ""
    result: Literal["", "created", "changed", "unchanged", "not_reached"] = ""
    error: Problem | None = None


EXAMPLE = """\
{"customer": {"external_id": "1043", "name": "Lucía Ortega", "contacts": [{"email": "lucia@example.com"}]}}
{"invoice": {"external_id": "inv-20900", "customer": "ext:1043", "number": "20900", "issued_on": "2026-11-02", \
"due_on": "2026-11-16", "lines": [{"description": "Quarterly pest control", "unit_price": 12000}]}}
{"payment": {"external_id": "chk-1042", "customer": "ext:1043", "amount": 12000, "method": "Check 1042", \
"received_on": "2026-11-20", "invoices": ["ext:inv-20900"]}}
"""


@routes.post(
    "/import", "customers:write", status=200, keyed="naturally", content_type=JSON_LINES, limit=MOST_BYTES,
    lines=(ImportLine, ImportResult), example=EXAMPLE,
)  # fmt: skip
def import_records(caller: Admin, body: bytes) -> Text:
    """Send customers, invoices and payments in bulk: JSON Lines, one thing a line, each with your own `external_id`.
    Up to 4 MB and 10,000 lines at once.

    A customer's line comes before those of their invoices and payments, best right before them. Every line comes to its
    own end, and is answered by a line with its number: what is wrong with one leaves the others alone. Sent again, what
    is there already is `unchanged`. Lines of invoices need `invoices:write` too, lines of payments `payments:write`.
    Nobody gets mail about a payment that was imported. Empty lines are passed over.
    """
    if body.count(b"\n") >= MOST_LINES and body.rstrip().count(b"\n") >= MOST_LINES:
        raise TooLarge(f"Send {MOST_LINES:,} lines at the most at once. Send the others after these.")
    ends, size = time.monotonic() + SECONDS, 0

    def left() -> float:
        return ends - time.monotonic() if size < MOST_ANSWER else 0

    wanted = Import(caller.services, caller.store, caller.company, caller.note, left)
    told: list[bytes] = []
    for outcome in wanted.run(_lines(caller, body), sha256(body).hexdigest()[:16]):
        told.append(msgspec.json.encode(_result(outcome)))
        size += len(told[-1])
    return Text(b"\n".join((*told, b"")).decode(), JSON_LINES)


def _lines(caller: Admin, body: bytes) -> Iterator[Line]:
    """The lines, one after the other: the body is not copied as a whole."""
    start, number = 0, 0
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        raw, start, number = body[start:end].strip(), end + 1, number + 1
        if raw:
            yield _line(caller, number, raw)


def _line(caller: Admin, number: int, raw: bytes) -> Line:
    try:
        return Line(number, len(raw), _content(caller, parsing.decode(raw, ImportLine)))
    except PortalError as error:
        return Line(number, len(raw), error=error)


def _content(caller: Admin, line: ImportLine) -> Content:
    sent = [one for one in (line.customer, line.invoice, line.payment) if one is not None]
    if len(sent) != 1:
        raise Invalid("", "A line is one thing: a customer, an invoice or a payment.")
    kind: Kind = "customer"
    try:
        if line.customer is not None:
            return CustomerLine(wanted_of(line.customer))
        if line.invoice is not None:
            kind = "invoice"
            caller.must("invoices:write")
            return InvoiceLine(line.invoice.customer, presenting.draft(line.invoice))
        assert line.payment is not None
        kind = "payment"
        caller.must("payments:write")
        return _payment(line.payment)
    except Invalid as wrong:
        raise _placed(wrong, kind) from None


def _payment(sent: ImportedPayment) -> PaymentLine:
    invoices = None if sent.invoices is None else tuple(sent.invoices)
    return PaymentLine(
        sent.customer, sent.external_id, sent.amount, sent.method, day("received_on", sent.received_on), invoices
    )


def _placed(wrong: Invalid, kind: Kind) -> Invalid:
    """The same, its place as it is in the line."""
    place = f"{kind}/{wrong.field}" if wrong.field else kind
    also = [(f"{kind}/{field}", text) for field, text in wrong.also]
    return Invalid(place, wrong.text, kind=wrong.kind, also=also, **wrong.values)


def _result(outcome: Outcome) -> ImportResult:
    number, error = outcome.line.number, outcome.error
    if error is None:
        return ImportResult(number, outcome.id, outcome.result)
    if not isinstance(error, PortalError):
        return ImportResult(number, error=problems.unforeseen())
    if isinstance(error, Invalid) and outcome.line.content is not None:
        error = _placed(error, _kind(outcome.line.content))
    problem = problems.problem(error)
    problem.detail = _short(problem.detail)
    for one in problem.errors:
        one.pointer, one.detail = _short(one.pointer), _short(one.detail)
    return ImportResult(number, error=problem)


def _kind(content: Content) -> Kind:
    if isinstance(content, CustomerLine):
        return "customer"
    return "invoice" if isinstance(content, InvoiceLine) else "payment"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
