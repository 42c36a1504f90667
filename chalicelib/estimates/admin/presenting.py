"""Estimates as the API shows them, and a draft as it is sent."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from chalicelib.billing.admin.presenting import line as to_line
from chalicelib.billing.admin.shapes import LineView
from chalicelib.customers.rules import Customer
from chalicelib.errors import Invalid
from chalicelib.estimates import rules
from chalicelib.estimates.actions.reading import Whole
from chalicelib.estimates.admin.shapes import (
    ChangeRequestView,
    DecisionView,
    EstimateFields,
    EstimateRow,
    EstimateView,
)
from chalicelib.estimates.rules import Draft, Estimate
from chalicelib.web.api.days import day, day_if_any
from chalicelib.web.api.ids import thing


def draft(sent: EstimateFields, external_id: str = "") -> Draft:
    """What was sent, checked; under this external id, if it was sent by one. Invalid names what can't be."""
    if external_id and sent.external_id not in (None, external_id):
        raise Invalid("external_id", f"This was sent to ext:{external_id}. Leave external_id out, or send the same.")
    return rules.check_draft(
        Draft(
            sent.number, day("issued_on", sent.issued_on), day_if_any("expires_on", sent.expires_on),
            tuple(to_line(one) for one in sent.lines), sent.title, sent.tax, sent.tax_name, sent.notes, sent.terms,
            sent.status == "pending", external_id or sent.external_id or "",
        )
    )  # fmt: skip


def row(customer: str, name: str, one: Estimate, today: date) -> EstimateRow:
    return EstimateRow(
        thing(customer, one.id), one.external_id or None, customer, name, one.number, one.title, one.standing(today),
        one.issued_on.isoformat(), one.expires_on.isoformat() if one.expires_on else None, one.total,
        thing(customer, one.invoice) if one.invoice else None, one.changes_asked,
    )  # fmt: skip


def estimate(customer: Customer, whole: Whole, today: date) -> EstimateView:
    one, details = whole.estimate, whole.details
    narrow = row(customer.id, customer.name, one, today)
    return EstimateView(
        **{name: getattr(narrow, name) for name in EstimateRow.__struct_fields__},
        currency=one.currency,
        lines=[LineView(line.description, line.quantity, line.unit_price, line.amount) for line in details.lines],
        subtotal=details.subtotal,
        tax=details.tax,
        tax_name=details.tax_name,
        notes=details.notes,
        terms=details.terms,
        terms_version=details.terms_version,
        revision=one.revision,
        decisions=[DecisionView(**asdict(made)) for made in whole.decisions],
        change_requests=[ChangeRequestView(**asdict(asked)) for asked in whole.change_requests],
        changeable=rules.changeable(one),
    )
