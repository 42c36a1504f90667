"""What a customer is shown of documents: the list, one of them, and for five minutes its file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws.files import TenantFiles
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Customer
from chalicelib.documents import records
from chalicelib.documents.rules import EVERYONE, Document, glance
from chalicelib.documents.rules.glance import Glance
from chalicelib.errors import NotFound, Unavailable
from chalicelib.tenants.rules import Company

PAGE = 20
# So many are looked through at once, of their own and of everyone's; and so often, where none of them is to be seen.
LOOKED_THROUGH, READS = 100, 3
LINK_SECONDS = 5 * 60
Cursor = dict[str, str]


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Some documents, newest first, the ids of those that are new, and where the next page begins. It may be short,
    though more follow."""

    documents: list[Document]
    new: frozenset[str]
    last: Cursor | None


def page(
    store: Store, customer: Customer, now: datetime, after: Mapping[str, str] | None = None, limit: int = PAGE
) -> DocumentPage:
    """A customer's documents and those for all, newest first, as far as they are to be seen now.

    Two calls; up to six where as many in a row are hidden as are looked through at once. What is new is told by when
    they had last looked at the list as they opened it: pages further on say so too.
    """
    own = (customer.id, EVERYONE)
    seen = after["seen"] if after else glance.read(customer.glances.documents).seen_at
    below, shown, more = after["below"] if after else "", list[Document](), True
    for _ in range(READS):
        found = [records.below(store, one, LOOKED_THROUGH, below) for one in own]
        # Where one list goes on, nothing older than what was read of it can be placed yet.
        ends = [read.documents[-1].id for read in found if read.more and read.documents]
        below, more = max(ends, default=""), bool(ends)
        listed = [one for read in found for one in read.documents if one.id >= below and one.shown(now)]
        shown = sorted(listed, key=lambda one: (one.id, one.customer), reverse=True)
        if shown or not more:
            break
    if len(shown) > limit:
        shown, more = _whole(shown, limit), True
        below = shown[-1].id
    mine = Glance(seen_at=seen)
    new = frozenset(one.id for one in shown if glance.is_new(one, mine, customer.created_at))
    return DocumentPage(shown, new, {"below": below, "seen": seen} if more else None)


def _whole(shown: list[Document], limit: int) -> list[Document]:
    """So many of them; two that are of one upload stay together, since the next page begins below their id."""
    end = limit
    while end < len(shown) and shown[end].id == shown[end - 1].id:
        end += 1
    return shown[:end]


def note_seen(store: Store, company: Company, customer: Customer, listed: DocumentPage, now: datetime) -> None:
    """They have looked at the list: what was new is new no more. Nothing is written where nothing was; where somebody
    shares something at this moment, it stays new until they look again."""
    kept = customer.glances.documents
    waiting = glance.new(kept, company.documents_glance, customer.created_at, now)
    if not listed.new and not waiting:
        return
    after = glance.write(glance.looked(glance.read(kept), now))
    with suppress(ConditionFailed, Unavailable):
        store.write(customers.change_glance(store, customer, "documents", after))


def one(store: Store, customer: str, reference: str, now: datetime) -> Document:
    """One of a customer's own, or (`everyone-…`) of everyone's. NotFound for an unknown one, another's, and one that is
    not to be seen now, alike."""
    owner, id = customer, reference
    if reference.startswith(f"{EVERYONE}-"):
        owner, _, id = reference.partition("-")
    found = stored(store, owner, id)
    if not found.shown(now):
        raise NotFound()
    return found


def stored(store: Store, owner: str, id: str) -> Document:
    """A document, to be seen or not. NotFound: there is none."""
    found = records.document(store, owner, id)
    if found is None:
        raise NotFound()
    return found


def name_of(store: Store, document: Document) -> str:
    """What the customer is called whose it is; '' for everyone's."""
    found = [] if document.customer == EVERYONE else customers.customers(store, [document.customer])
    return found[0].name if found else ""


def place(document: Document) -> str:
    """Where its file lies, below the tenant."""
    return f"documents/{document.customer}/{document.id}-{document.digest}"


def link(files: TenantFiles, document: Document, *, save: bool = False) -> str:
    """A URL of its file for five minutes: shown in place if it was found fit for that, and not to be saved."""
    kind = f"{document.type}; charset=utf-8" if document.type == "text/plain" else document.type
    return files.link(
        place(document), LINK_SECONDS, filename=document.filename, content_type=kind,
        inline=document.inline and not save,
    )  # fmt: skip
