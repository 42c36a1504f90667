"""The API of booking."""
