"""Share a file: uploaded by a form that we sign to where nothing ever leads, looked at when it has arrived, and only
then kept, those very bytes, beside whom it is for.

A document's id is its upload's: sharing that again is the same document, whatever was lost. The file lies under the
digest of what was looked at: an upload can be repeated until its form expires, and no other bytes get in its place.
Put first, told of after: what breaks off in between leaves a file that nothing leads to.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256

from chalicelib.aws.files import TenantFiles, UploadForm
from chalicelib.aws.rows import Write
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.documents import records
from chalicelib.documents.actions import notices, reading, telling
from chalicelib.documents.rules import EVERYONE, Document, contents, drafting, glance
from chalicelib.documents.rules.document import FileType
from chalicelib.documents.rules.drafting import Draft
from chalicelib.documents.rules.telling import Telling
from chalicelib.errors import Conflict, Invalid, NotFound, Unavailable
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from chalicelib.services import Services
from chalicelib.tenants.actions.companies import company_of
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.records.company import change_documents_glance, company_key, to_company
from chalicelib.tenants.rules import Company
from chalicelib.tenants.rules.audit import Change, changes
from chalicelib.tokens import is_ulid

UPLOAD_SECONDS = 15 * 60
TRIES = 6
TAKEN = "external-id-taken"
NO_UPLOAD = "There is no such upload. It is kept for a day only: upload the file again."
GONE = "The document is no more."
# Whoever keeps a glance of documents: the one they are for, or the company for everyone.
Holder = Customer | Company


def upload_form(files: TenantFiles, upload: str, content_type: FileType, size: int) -> UploadForm:
    """A form that takes one file of just this type, and no bigger than one may be. Invalid: the size can't be one's."""
    try:
        contents.check_size(size)
    except Invalid as wrong:
        raise Invalid("size", wrong.text, kind=wrong.kind) from None
    return files.upload_form(_quarantine(upload), content_type, contents.MOST_BYTES, UPLOAD_SECONDS)


def share(
    services: Services, store: Store, company: Company, customer: Customer | None, upload: str, draft: Draft,
    notify: bool, note: Note,
) -> Document:  # fmt: skip
    """Make an upload a document of this customer's, or (None) of everyone's, and tell them. The same upload again is
    the document that it became; where they were not told of that, and now shall be, they are.

    Invalid: there is no such upload, the file can't be shared, or the draft can't be. Conflict: the external id is
    taken, or those who are to be told could not see it.
    """
    if not is_ulid(upload):
        raise Invalid("upload", NO_UPLOAD)
    owner, draft, now = customer.id if customer else EVERYONE, drafting.check(draft), services.now()
    there = records.document(store, owner, upload)
    if there is not None:
        return _told(services, store, company, customer, there, note) if notify else there
    if notify:
        _must_reach(company, customer)
    files = services.files.for_tenant(store.tenant)
    arrived = files.arrived(_quarantine(upload), contents.MOST_BYTES)
    if arrived is None:
        raise Invalid("upload", NO_UPLOAD)
    contents.check_size(arrived.size)
    found = contents.look(arrived.content, arrived.content_type)
    digest = sha256(arrived.content).hexdigest()[:32]
    made = drafting.made(draft, upload, owner, found, arrived.size, digest, company.time_zone, now)
    if notify and not made.shown(now):
        raise Invalid("notify", "Nobody sees it before its first day: share it without telling, and send it then.")
    files.put(reading.place(made), arrived.content, made.type)
    telling_too = _telling(services, store, company, customer, made) if notify else []
    kept = _keep(store, customer or company, made, note, telling_too)
    if notify and kept is made:
        _hand_over(services, store, made)
    elif notify:
        return _told(services, store, company, customer, kept, note)
    return kept


def _keep(store: Store, holder: Holder, made: Document, note: Note, also: list[Write]) -> Document:
    """The new document written down, with what its people see of it at a glance."""
    entry = changes({}, drafting.told(made))
    for _ in range(TRIES):
        writes = [
            *records.new_document(store, made),
            *_glance(store, holder, made),
            note("document.share", target(made), entry),
            *also,
        ]
        try:
            store.transact(*writes)
            return made
        except ConditionFailed as failed:
            there = records.document(store, made.customer, made.id)
            if there is not None:
                return there  # the answer of our own success was lost, or it was shared twice at once
            if "external" in failed.names:
                raise _taken() from None
            if {"message", "telling"} & set(failed.names):
                also = []  # it was shared before, told of, and deleted since: they have heard of it
            holder = _again(store, holder)
    raise Unavailable()


def change(
    store: Store, company: Company, customer: str, id: str, edit: Callable[[Draft], Draft], note: Note
) -> Document:
    """A document as it shall be called and seen. NotFound: there is none. Conflict: the external id is taken."""
    for _ in range(TRIES):
        before, holder = _gather(store, company, customer, id)
        draft = drafting.check(edit(drafting.draft_of(before)))
        after = drafting.changed(before, draft, company.time_zone)
        differences = changes(drafting.told(before), drafting.told(after))
        if not differences:
            return before
        entry = note("document.change", target(before), differences)
        try:
            store.transact(*records.edit_document(store, before, after), *_glance(store, holder, after), entry)
        except ConditionFailed as failed:
            if "external" in failed.names and not _ours(store, after):
                raise _taken() from None
            continue
        return replace(after, version=before.version + 1)
    raise Unavailable()


def remove(services: Services, store: Store, company: Company, customer: str, id: str, note: Note) -> None:
    """Take a document away: the file, and then what leads to it, so that whoever is told that this failed can try
    again. What was put stays among the bucket's old versions for as long as these are kept. NotFound: there is none."""
    tried = False
    for _ in range(TRIES):
        try:
            before, holder = _gather(store, company, customer, id)
        except NotFound:
            if tried:
                return  # the answer of our own success was lost
            raise
        services.files.for_tenant(store.tenant).delete(reading.place(before))
        gone = changes(drafting.told(before), {})
        try:
            store.transact(
                *records.remove_document(store, before), *_glance(store, holder, before, gone=True),
                note("document.delete", target(before), gone),
            )  # fmt: skip
        except ConditionFailed:
            tried = True
            continue
        _untell(store, before)
        return
    raise Unavailable()


def target(document: Document) -> str:
    """What the API and the audit trail call it."""
    return f"{document.customer}-{document.id}"


def _must_reach(company: Company, customer: Customer | None, shown: bool = True) -> None:
    notices.must_be_seen(company, customer, shown)
    if customer is not None and not (customer.email or customer.phone):
        raise Conflict("This customer has neither e-mail address nor phone number. Add one first.", kind="no-address")


def _telling(
    services: Services, store: Store, company: Company, customer: Customer | None, made: Document
) -> list[Write]:
    """What tells of it, for the transaction that makes it."""
    if customer is None:
        return [records.new_telling(store, Telling(made.id))]
    message = notices.message(company, customer, made)
    return [outbox.new_message(store, customer.id, message, services.now())] if message else []


def _told(
    services: Services, store: Store, company: Company, customer: Customer | None, document: Document, note: Note
) -> Document:
    """Tell of a document that is shared already, unless that has been done. Conflict: those who are to be told could
    not see it."""
    id = notices.message_id(document.id)
    key = outbox.message_key(store, customer.id, id) if customer else records.telling_key(store, document.id)
    if store.get(key)[0] is None:
        _must_reach(company, customer, document.shown(services.now()))
        entry = note("document.tell", target(document), [Change("told", None, customer.id if customer else EVERYONE)])
        with suppress(ConditionFailed):  # somebody was faster, or the answer of our own success was lost
            store.transact(*_telling(services, store, company, customer, document), entry)
    _hand_over(services, store, document)
    return document


def _hand_over(services: Services, store: Store, document: Document) -> None:
    """Begin with what tells of it. What is done already is not done again."""
    if document.customer == EVERYONE:
        telling.hand_over(services, store, document.id)
    else:
        messages.hand_over(services, store, document.customer, notices.message_id(document.id))


def _untell(store: Store, document: Document) -> None:
    """A message about it that has not gone yet need not go any more."""
    if document.customer != EVERYONE:
        with suppress(ConditionFailed, Unavailable):
            store.write(outbox.skip(store, document.customer, notices.message_id(document.id), GONE))


def _glance(store: Store, holder: Holder, document: Document, *, gone: bool = False) -> list[Write]:
    """What the first page says of documents from now on, where that changes."""
    kept = holder.documents_glance if isinstance(holder, Company) else holder.glances.documents
    before = glance.read(kept)
    after = glance.moved(before, document, gone=gone)
    if after.marks == before.marks:
        return []
    if isinstance(holder, Company):
        return [change_documents_glance(store, holder, glance.write(after))]
    return [customers.change_glance(store, holder, "documents", glance.write(after))]


def _gather(store: Store, company: Company, customer: str, id: str) -> tuple[Document, Holder]:
    """A document, and who keeps a glance of it, as they are now. NotFound."""
    of = company_key(store) if customer == EVERYONE else customers.profile_key(store, customer)
    row, holder = store.get(records.document_key(store, customer, id), of)
    if row is None or holder is None:
        raise NotFound()
    kept = to_company(holder) if customer == EVERYONE else customers.to_customer(holder)
    return records.to_document(row), kept


def _again(store: Store, holder: Holder) -> Holder:
    if isinstance(holder, Company):
        return company_of(store)
    found = customers.customers(store, [holder.id])
    if not found:
        raise NotFound()
    return found[0]


def _ours(store: Store, document: Document) -> bool:
    (item,) = store.get(records.external_key(store, document.external_id))
    return item is None or records.to_owner(item) == (document.customer, document.id)


def _taken() -> Conflict:
    return Conflict("Another document has this external_id. Each document has one of its own.", kind=TAKEN)


def _quarantine(upload: str) -> str:
    return f"uploads/{upload}"
