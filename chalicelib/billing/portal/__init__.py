"""A customer's pages of money: invoices, paying, payments, what is on file."""

from chalicelib.billing.portal import invoices, payments
from chalicelib.billing.portal.routes import routes

__all__ = ["invoices", "payments", "routes"]
