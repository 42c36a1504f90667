"""A line of an import, and what came of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from chalicelib.billing.rules.drafting import Draft
from chalicelib.customers.rules.fields import Wanted

Result = Literal["", "created", "changed", "unchanged", "not_reached"]


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """A customer by the company's own id."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """An invoice by the company's own id. `customer` is an id of ours, or `ext:…`."""

    customer: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """Money that came in by hand, by the company's own id. `invoices` are ids as the API spells them, None for all that
    is owed."""

    customer: str
    external_id: str
    amount: int
    method: str
    received_on: date
    invoices: tuple[str, ...] | None = None


Content = CustomerLine | InvoiceLine | PaymentLine


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its number, from 1, and its size in bytes. Without `content` it can't be read: `error` says why."""

    number: int
    size: int
    content: Content | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a line: a result and (but for what was not reached) the thing's id, or an error."""

    line: Line
    result: Result = ""
    id: str = ""
    error: Exception | None = None
