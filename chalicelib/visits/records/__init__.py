"""Rows: the only place that spells these keys."""
