"""A customer's pages of money: invoices, paying, payments, what is on file."""

from chalicelib.billing.portal import balance, invoices, papers, payments, wallet
from chalicelib.billing.portal.routes import routes

__all__ = ["balance", "invoices", "papers", "payments", "routes", "wallet"]
