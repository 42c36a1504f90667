"""The API of invoices and payments, and of the company's account at Stripe."""
