"""What a company is and who may do what for it. Pure. What only the API needs is imported from its own file."""

from chalicelib.tenants.rules.company import (
    Company,
    Permission,
    check_colour,
    check_email,
    check_slug,
    suggest,
)

__all__ = ["Company", "Permission", "check_colour", "check_email", "check_slug", "suggest"]
