"""The API of a visit's photos: a form to upload one by, and what becomes of it."""

from __future__ import annotations

from chalicelib.aws.files import TenantFiles
from chalicelib.errors import Conflict, Invalid, Unreachable
from chalicelib.visits.actions import photos, reading
from chalicelib.visits.admin import finding, presenting
from chalicelib.visits.admin.visit_shapes import PhotoChoice, PhotoFile, PhotoUpload, VisitView
from chalicelib.visits.rules.photos import MOST_BYTES
from chalicelib.web.api.access import Admin
from chalicelib.web.api.routes import ApiRoutes

routes = ApiRoutes("Visits")


@routes.post(
    "/visits/{id}/uploads", "visits:write", keyed="naturally", errors=(Invalid,),
    example={"content_type": "image/jpeg", "size": 2_400_000},
)  # fmt: skip
def start_photo_upload(caller: Admin, id: str, body: PhotoFile) -> PhotoUpload:
    """Get a form by which a photo goes straight to storage: PNG, JPEG or WebP, 10 MB at the most."""
    reading.one(caller.store, *finding.visit(caller, id))
    upload = caller.new_id()
    form = photos.form(_files(caller), upload, body.content_type, body.size)
    return PhotoUpload(upload, form.url, form.fields, MOST_BYTES, photos.UPLOAD_SECONDS)


@routes.post(
    "/visits/{id}/photos", "visits:write", errors=(Conflict, Unreachable),
    example={"upload": "01KB0Q8ZJ6R3V5W7X9Y1A2C4D6", "caption": "The ants' way in, now sealed"},
)  # fmt: skip
def create_photo(caller: Admin, id: str, body: PhotoChoice) -> VisitView:
    """Show an uploaded picture with the visit. It is drawn anew: upright, as a JPEG of 1,600 pixels at most, without
    what else the file said, such as where it was taken. 50 million pixels at the most, 25 of a PNG or WebP. The same
    upload again is the same photo.

    `too-many-photos`: a visit has 20 at the most.
    """
    customer, visit = finding.visit(caller, id)
    photos.add(caller.store, _files(caller), customer, visit, body.upload, body.caption, caller.note)
    return presenting.visit(caller, *reading.whole(caller.store, customer, visit))


@routes.delete("/visits/{id}/photos/{photo}", "visits:write", errors=(Unreachable,))
def delete_photo(caller: Admin, id: str, photo: str) -> None:
    """Take a photo off the visit, and delete its files. Links to it that were handed out open nothing any more."""
    customer, visit = finding.visit(caller, id)
    photos.remove(caller.store, _files(caller), customer, visit, photo, caller.note)


def _files(caller: Admin) -> TenantFiles:
    return caller.services.files.for_tenant(caller.store.tenant)
