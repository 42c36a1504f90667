"""The portal's address: free ones to choose from, and the choice, which is for ever."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from chalicelib.errors import Conflict, Invalid, Stale
from chalicelib.tenants.actions import activation, addresses
from chalicelib.tenants.admin.settings import present
from chalicelib.tenants.admin.settings_shapes import Settings
from chalicelib.tenants.rules.company import SLUG_MAX, SLUG_MIN
from chalicelib.web.api.access import Admin
from chalicelib.web.api.replies import Sent, tagged
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Shape

routes = ApiRoutes("Settings")

# Told in the description; what is wrong with an address is said in words of its own.
Slug = Annotated[
    str,
    Meta(
        description=f"{SLUG_MIN} to {SLUG_MAX} of a to z, 0 to 9 and single hyphens.",
        extra_json_schema={"minLength": SLUG_MIN, "maxLength": SLUG_MAX},
    ),
]


class Wish(Shape):
    """What the address should sound like; left out, the company's name."""

    name: Annotated[str, Meta(max_length=100)] = ""


class Suggestions(Shape):
    """Addresses that nobody has yet, the best first."""

    suggestions: list[str]


class AddressChoice(Shape):
    """The address that the portal shall have, for ever."""

    slug: Slug


@routes.get("/settings/address/suggestions", "settings:read")
def suggest_addresses(caller: Admin, query: Wish) -> Suggestions:
    """Suggest free addresses made from a name. What of it is not in Latin letters makes none."""
    return Suggestions(list(activation.suggestions(caller.services, query.name or caller.company.name)))


@routes.put(
    "/settings/address", "settings:write", errors=(Invalid, Conflict, Stale), example={"slug": "evergreen"}
)  # fmt: skip
def choose_address(caller: Admin, body: AddressChoice) -> Sent[Settings]:
    """Choose the portal's address. It can be chosen once, and never changed.

    That changes the version of the settings, and needs no `If-Match`: the answer has the new ETag. One that is taken
    (`slug-taken`) or reserved (`slug-reserved`) is refused with some that are free.
    """
    company = addresses.choose(caller.services, caller.company, body.slug, caller.own_note("address.choose"))
    return tagged(present(caller, company), company.version)
