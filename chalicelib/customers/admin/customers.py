"""Customers by the API: listed, found, made and changed, safe to repeat."""

from __future__ import annotations

from chalicelib.customers.actions import editing, finding
from chalicelib.customers.admin.shapes import CustomerFields, CustomerList, CustomerSearch, CustomerView
from chalicelib.customers.admin.views import view, wanted_of
from chalicelib.errors import Conflict
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.replies import Sent
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Customers")

EXAMPLE = {
    "name": "Dana Whitfield",
    "contacts": [{"name": "Dana Whitfield", "email": "dana.whitfield@example.com", "phone": "(303) 555-0117"}],
    "address": ["418 Juniper Lane", "Littleton, CO 80123"],
}


@routes.get("/customers", "customers:read")
def list_customers(caller: Admin, query: CustomerSearch) -> CustomerList:
    """List customers by name, or find them by how a name, an e-mail address or a phone number begins."""
    text = query.search.strip()
    scope = f"{caller.store.tenant}#customers#{query.access}#{text}"
    after = parts.begins(caller, scope, query.cursor)
    if text:
        found, last = finding.search(caller.store, text, query.limit, after)
    else:
        found, last = finding.listed(caller.store, query.limit, after)
    # Nothing leads to customers by how they stand: a page is read, and those of it are left out who stand otherwise.
    shown = [view(one) for one in found if query.access in ("", one.standing)]
    return CustomerList(shown, parts.goes_on(caller, scope, last))


@routes.post("/customers", "customers:write", errors=(Conflict,), example=EXAMPLE)
def create_customer(caller: Admin, body: CustomerFields) -> CustomerView:
    """Create a customer. With ids of your own, PUT `/customers/ext:<your id>` is safe to repeat.

    `external-id-taken`: another customer has this `external_id`.
    """
    return view(editing.create(caller.services, caller.store, wanted_of(body), caller.note, caller.new_id()))


@routes.get("/customers/{id}", "customers:read")
def read_customer(caller: Admin, id: str) -> CustomerView:
    """Read a customer."""
    return view(finding.find(caller.store, id))


@routes.put("/customers/{id}", "customers:write", errors=(Conflict,), also=(201,), example=EXAMPLE)
def change_customer(caller: Admin, id: str, body: CustomerFields) -> Sent[CustomerView]:
    """Change a customer; by an `ext:` id of yours that is new, create them (201). The same again changes nothing. An
    address that is taken off a contact gets no more mail, but stays a login if it was one."""
    wanted = wanted_of(body)
    after, made = editing.upsert(caller.services, caller.store, id, wanted, caller.note, caller.new_id())
    return Sent(view(after), status=201 if made else 200)
