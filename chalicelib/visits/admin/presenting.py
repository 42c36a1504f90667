"""Visits as the API shows them, and a visit as it is sent."""

from __future__ import annotations

from datetime import datetime

from chalicelib.aws.files import TenantFiles
from chalicelib.customers.rules import Customer
from chalicelib.errors import Invalid
from chalicelib.visits.actions import photos
from chalicelib.visits.actions.keeping import Kept
from chalicelib.visits.actions.reading import Whole
from chalicelib.visits.admin.visit_shapes import (
    PhotoView,
    ProductView,
    VisitFacts,
    VisitFields,
    VisitRating,
    VisitRow,
    VisitView,
)
from chalicelib.visits.rules import Photo, Product, Visit, drafting
from chalicelib.visits.rules.drafting import Draft
from chalicelib.web.api.access import Admin
from chalicelib.web.api.ids import thing


def draft(sent: VisitFields, now: datetime, external_id: str = "") -> Draft:
    """What was sent, checked; under this external id, if it was sent by one. Invalid names what can't be."""
    if external_id and sent.external_id not in (None, external_id):
        raise Invalid("external_id", f"This was sent to ext:{external_id}. Leave external_id out, or send the same.")
    products = tuple(Product(one.name, one.amount, one.note) for one in sent.products)
    return drafting.check_draft(
        Draft(
            sent.title, sent.starts_at, sent.ends_at, sent.technician, sent.status, sent.completed_at, sent.work,
            products, sent.notes, external_id or sent.external_id or "",
        ),
        now,
    )  # fmt: skip


def row(customer: str, name: str, one: Visit) -> VisitRow:
    return VisitRow(
        thing(customer, one.id), one.external_id or None, customer, name, one.title, one.status,
        one.starts_at.isoformat(), one.ends_at.isoformat(), one.technician,
        one.completed_at.isoformat() if one.completed_at else None, one.photos,
    )  # fmt: skip


def kept(caller: Admin, one: Kept) -> VisitView:
    return visit(caller, one.customer, Whole(one.visit, one.report, one.rating))


def visit(caller: Admin, customer: Customer, whole: Whole) -> VisitView:
    one, report, rating = whole.visit, whole.report, whole.rating
    files = caller.services.files.for_tenant(caller.store.tenant)
    narrow = row(customer.id, customer.name, one)
    return VisitView(
        **{name: getattr(narrow, name) for name in VisitFacts.__struct_fields__},
        work=report.work,
        products=[ProductView(used.name, used.amount, used.note) for used in report.products],
        notes=report.notes,
        photos=[_photo(files, customer.id, one.id, each) for each in report.photos],
        rating=VisitRating(rating.stars, rating.comment, rating.rated_at) if rating else None,
        booking=one.id if one.booked and caller.company.booking else None,
    )


def _photo(files: TenantFiles, customer: str, visit: str, one: Photo) -> PhotoView:
    return PhotoView(one.id, one.caption, one.width, one.height, *photos.links(files, customer, visit, one))
