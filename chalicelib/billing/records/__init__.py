"""Billing's rows: the only place that spells its keys. Gives and takes the dataclasses of the rules."""

from chalicelib.billing.records.events import EventRow, event_key, file_event, finish_event, is_done
from chalicelib.billing.records.invoices import (
    InvoiceRow,
    LinesRow,
    change_invoice,
    invoice_key,
    invoice_with_details,
    invoices,
    list_invoices,
    new_invoice,
    oldest_due,
    to_invoice,
)
from chalicelib.billing.records.ledger import LedgerRow, ledger, received, voided, went_back
from chalicelib.billing.records.methods import from_methods, to_methods
from chalicelib.billing.records.payments import (
    TASK,
    PaymentRow,
    change_payment,
    list_payments,
    new_payment,
    payment,
    payment_key,
    to_payment,
    unchanged,
)

__all__ = [
    "TASK",
    "EventRow",
    "InvoiceRow",
    "LedgerRow",
    "LinesRow",
    "PaymentRow",
    "change_invoice",
    "change_payment",
    "event_key",
    "file_event",
    "finish_event",
    "from_methods",
    "invoice_key",
    "invoice_with_details",
    "invoices",
    "is_done",
    "ledger",
    "list_invoices",
    "list_payments",
    "new_invoice",
    "new_payment",
    "oldest_due",
    "payment",
    "payment_key",
    "received",
    "to_invoice",
    "to_methods",
    "to_payment",
    "unchanged",
    "voided",
    "went_back",
]
