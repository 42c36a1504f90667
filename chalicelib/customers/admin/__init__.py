"""The API of customers and of their access to the portal."""
