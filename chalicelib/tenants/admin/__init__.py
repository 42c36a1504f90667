"""The API of a company itself: what it decides."""
