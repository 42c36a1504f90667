"""Rows of booking."""
