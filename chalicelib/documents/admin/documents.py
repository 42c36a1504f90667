"""The API of documents: from an upload to what customers see."""

from __future__ import annotations

from chalicelib.aws.files import TenantFiles
from chalicelib.customers.actions import finding as people
from chalicelib.customers.rules import Customer
from chalicelib.documents.actions import delivering, listing, reading, sharing
from chalicelib.documents.admin import finding
from chalicelib.documents.admin.presenting import edited, view
from chalicelib.documents.admin.shapes import (
    DocumentChange,
    DocumentDelivery,
    DocumentFields,
    DocumentFile,
    DocumentList,
    DocumentSearch,
    DocumentUpload,
    DocumentView,
    FileLink,
)
from chalicelib.documents.rules import EVERYONE
from chalicelib.documents.rules.contents import MOST_BYTES
from chalicelib.documents.rules.drafting import Draft
from chalicelib.errors import Conflict, Invalid, NotFound, Unreachable
from chalicelib.web.api import parts
from chalicelib.web.api.access import Admin
from chalicelib.web.api.days import day_if_any
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import MailSent

routes = ApiRoutes("Documents")


@routes.post(
    "/documents/uploads", "documents:write", keyed="naturally", errors=(Invalid,),
    example={"content_type": "application/pdf", "size": 184320},
)  # fmt: skip
def start_document_upload(caller: Admin, body: DocumentFile) -> DocumentUpload:
    """Get a form by which a file goes straight to storage: PDF, a picture (PNG, JPEG, WebP, HEIC), Word or Excel
    without macros, or plain text; 20 MB at the most.

    Nobody sees it there, and it is forgotten after a day, unless it is shared by `POST /documents`.
    """
    upload = caller.new_id()
    form = sharing.upload_form(_files(caller), upload, body.content_type, body.size)
    return DocumentUpload(upload, form.url, form.fields, MOST_BYTES, sharing.UPLOAD_SECONDS)


@routes.get("/documents", "documents:read")
def list_documents(caller: Admin, query: DocumentSearch) -> DocumentList:
    """List documents, newest first. What was just shared may take a moment to be listed. Narrowed by `category`, a page
    may be short: go on while there is a `next`."""
    store, category = caller.store, query.category or None
    scope = f"{store.tenant}#documents#{query.customer}#{query.category}"
    after, owner = parts.begins(caller, scope, query.cursor), query.customer
    if owner and owner != EVERYONE:
        (known,) = people.find_all(store, [owner])
        if known is None:
            return DocumentList([], None)
        owner = known.id
    if owner:
        page = listing.of_customer(store, owner, category, query.limit, after)
    else:
        page = listing.of_company(store, category, query.limit, after)
    now = caller.services.now()
    rows = [view(one, page.names.get(one.customer, ""), now) for one in page.documents]
    return DocumentList(rows, parts.goes_on(caller, scope, page.last))


@routes.post(
    "/documents", "documents:write", errors=(Conflict, Unreachable),
    example={
        "upload": "01KB0Q8ZJ6R3V5W7X9Y1A2C4D6", "name": "Service agreement 2027", "filename": "agreement.pdf",
        "category": "contract", "customer": "ext:1042", "notify": True,
    },
)  # fmt: skip
def share_document(caller: Admin, body: DocumentFields) -> DocumentView:
    """Share an uploaded file with a customer, or with all of them.

    It is looked at first. Refused at `upload`, with one of these as the problem's type: none of the kinds that can be
    shared (`unknown-type`), another one than the form was for (`not-as-declared`), a file that is also another
    (`two-in-one`), one that can do harm (`harmful`, `macros`, `bomb`), text with HTML in it (`markup`), one that is cut
    off (`damaged`), locked with a password (`locked`), `empty` or `too-big`. PDFs with scripts or files in them are
    shared, and only ever saved, never shown in place. This is no virus scanner.

    The same upload shared again with the same customer is the same document; with `notify` they are told of it then, if
    they have not been (`not-visible`: it is none of its days). `external-id-taken`: another one has this
    `external_id`. `notify` is refused where they could not see it: the portal is off (`portal-off`), the customer's
    access is (`access-off`), documents are hidden (`documents-hidden`), or it begins on a later day; or where the
    customer has neither address nor number (`no-address`).
    """
    customer = _named(caller, body.customer) if body.customer is not None else None
    draft = Draft(
        body.name, body.filename, body.category,
        day_if_any("visible_from", body.visible_from) or caller.today(),
        day_if_any("visible_until", body.visible_until), body.external_id or "",
    )  # fmt: skip
    made = sharing.share(
        caller.services, caller.store, caller.company, customer, body.upload, draft, body.notify, caller.note
    )
    return view(made, customer.name if customer else "", caller.services.now())


@routes.get("/documents/{id}", "documents:read")
def read_document(caller: Admin, id: str) -> DocumentView:
    """Read a document."""
    return _look(caller, *finding.document(caller, id))


@routes.patch("/documents/{id}", "documents:write", errors=(Conflict,), example={"visible_until": "2027-12-31"})
def change_document(caller: Admin, id: str, body: DocumentChange) -> DocumentView:
    """Change what a document is called, its category, and the days on which it is seen. `external-id-taken`: another
    one has this `external_id`."""
    owner, document = finding.document(caller, id)
    sharing.change(caller.store, caller.company, owner, document, lambda draft: edited(draft, body), caller.note)
    return _look(caller, owner, document)


@routes.delete("/documents/{id}", "documents:write", errors=(Unreachable,))
def delete_document(caller: Admin, id: str) -> None:
    """Take a document away from its customers, with its file. Links to the file that are out end at once. Its bytes
    stay in the bucket's old versions, where nobody but the operator gets at them, until those are forgotten (90
    days)."""
    owner, document = finding.document(caller, id)
    sharing.remove(caller.services, caller.store, caller.company, owner, document, caller.note)


@routes.post(
    "/documents/{id}/deliveries", "documents:write", status=202, errors=(Conflict,), example={"by": "email"}
)  # fmt: skip
def deliver_document(caller: Admin, id: str, body: DocumentDelivery) -> MailSent:
    """Send the customer a link that opens this document, without a password.

    It works for as many days as the settings say, and goes even where the company has turned the message off. What
    became of it stands among the customer's messages.

    Not for what all customers share (`shared-with-all`) nor before its first day or after its last (`not-visible`); not
    where the customer has no address (`no-address`) or number (`no-phone`), mail to it is stopped (`suppressed`) or its
    owner answered STOP (`stopped`), or where they could not see it: the portal is off (`portal-off`), the customer's
    access is (`access-off`), or the company hides documents (`documents-hidden`).
    """
    owner, document = finding.document(caller, id)
    to = delivering.deliver(
        caller.services, caller.store, caller.company, owner, document, body.to, body.by, caller.note, caller.new_id()
    )
    return MailSent(to)


@routes.get("/documents/{id}/file", "documents:read")
def open_document(caller: Admin, id: str) -> FileLink:
    """Get a link to a document's file: it works for five minutes."""
    owner, document = finding.document(caller, id)
    found = reading.stored(caller.store, owner, document)
    return FileLink(reading.link(_files(caller), found), reading.LINK_SECONDS)


def _look(caller: Admin, owner: str, document: str) -> DocumentView:
    found = reading.stored(caller.store, owner, document)
    return view(found, reading.name_of(caller.store, found), caller.services.now())


def _named(caller: Admin, id: str) -> Customer:
    """The customer that a body names."""
    try:
        return people.find(caller.store, id)
    except NotFound:
        raise Invalid("customer", "There is no customer by this id. Create the customer first.") from None


def _files(caller: Admin) -> TenantFiles:
    return caller.services.files.for_tenant(caller.store.tenant)
