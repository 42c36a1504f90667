"""Photos of a visit: uploaded straight to S3 by a form that we sign, looked at and drawn anew when they have arrived,
and shown by links that live for minutes.

What was uploaded is never linked to, and forgotten after a day. What is kept is made of its pixels alone: nobody learns
from a photo where a customer lives, or with whose phone it was taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chalicelib import pictures
from chalicelib.aws.files import TenantFiles, UploadForm
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.errors import Invalid, NotFound, Unavailable
from chalicelib.pictures import NoPicture
from chalicelib.tenants.records.audit import Note
from chalicelib.tenants.rules.audit import Change
from chalicelib.tenants.rules.pictures import PictureType
from chalicelib.tokens import is_ulid
from chalicelib.visits.actions import reading
from chalicelib.visits.actions.keeping import TRIES
from chalicelib.visits.actions.reading import Whole
from chalicelib.visits.records import visits as records
from chalicelib.visits.rules import Photo, Report, photos

UPLOAD_SECONDS = 10 * 60
LINK_SECONDS = 5 * 60
NO_UPLOAD = "There is no such upload. It is kept for a day only: upload the photo again."


def form(files: TenantFiles, upload: str, content_type: PictureType, size: int) -> UploadForm:
    """A form that takes one file of this type, and no bigger than a photo may be. Invalid: the size can't be one's."""
    photos.check_size(size, "size")
    return files.upload_form(_upload(upload), content_type, photos.MOST_BYTES, UPLOAD_SECONDS)


def add(store: Store, files: TenantFiles, customer: str, visit: str, upload: str, caption: str, note: Note) -> Whole:
    """Make what has arrived a photo of this visit. Its id is its upload's: the same again is the same photo.

    NotFound: there is no such visit. Invalid: nothing of this company's has arrived by this id, or it is no photo.
    Conflict: the visit has too many.
    """
    whole = reading.one(store, customer, visit)
    if _has(whole.report, upload):
        return whole
    # Before the work: the room is looked for again when the photo is put in.
    photos.add(whole.report, Photo(upload, "", 0, 0))
    big, small = _drawn(files, upload)
    place = _place(customer, visit, upload)
    files.put(f"{place}.jpg", big.content, "image/jpeg")
    files.put(f"{place}-small.jpg", small.content, "image/jpeg")
    made = Photo(upload, photos.tidy(caption), big.width, big.height)

    def with_it(report: Report) -> Report:
        return report if _has(report, upload) else photos.add(report, made)

    told = Change("photos", None, made.caption or upload)
    return _edit(store, customer, visit, whole, with_it, "visit.photo_add", told, note)


def _drawn(files: TenantFiles, upload: str) -> list[pictures.Drawn]:
    """What has arrived, big and small."""
    arrived = files.arrived(_upload(upload), photos.MOST_BYTES) if is_ulid(upload) else None
    if arrived is None:
        raise Invalid("upload", NO_UPLOAD)
    photos.check_size(arrived.size, "upload")
    most = photos.check_photo(arrived.content, "upload")
    try:
        return pictures.redraw(arrived.content, (photos.BIG, photos.SMALL), most)
    except NoPicture:
        raise Invalid("upload", photos.NO_PICTURE) from None


def remove(store: Store, files: TenantFiles, customer: str, visit: str, photo: str, note: Note) -> None:
    """Take a photo off its visit, and its files away. NotFound: it has none such."""
    whole = reading.one(store, customer, visit)
    found = next((one for one in whole.report.photos if one.id == photo), None)
    if found is None:
        raise NotFound()
    told = Change("photos", found.caption or photo, None)
    place = _place(customer, visit, photo)
    # The files first: once the visit does not name them any more, nobody would find what is left of them.
    files.delete(f"{place}.jpg")
    files.delete(f"{place}-small.jpg")
    _edit(store, customer, visit, whole, lambda report: photos.without(report, photo), "visit.photo_delete", told, note)


def _edit(
    store: Store, customer: str, visit: str, whole: Whole, edit: Callable[[Report], Report], action: str,
    told: Change, note: Note,
) -> Whole:  # fmt: skip
    """The visit with its photos as `edit` leaves them, whatever else is being changed meanwhile."""
    for _ in range(TRIES):
        report = edit(whole.report)
        if report == whole.report:
            return whole
        after = replace(whole.visit, photos=len(report.photos))
        writes = records.edit_visit(store, customer, whole.visit, after, report)
        try:
            store.transact(*writes, note(action, f"{customer}-{visit}", [told]))
        except ConditionFailed:
            whole = reading.one(store, customer, visit)
            continue
        return replace(whole, visit=replace(after, version=after.version + 1), report=report)
    raise Unavailable()


def links(files: TenantFiles, customer: str, visit: str, photo: Photo) -> tuple[str, str]:
    """Where the photo and the small one of it can be looked at, for five minutes. Signed here: no call is made."""
    place = _place(customer, visit, photo.id)
    big, small = (
        files.link(name, LINK_SECONDS, filename="photo.jpg", content_type="image/jpeg")
        for name in (f"{place}.jpg", f"{place}-small.jpg")
    )
    return big, small


def _has(report: Report, photo: str) -> bool:
    return any(one.id == photo for one in report.photos)


def _place(customer: str, visit: str, photo: str) -> str:
    return f"visits/{customer}/{visit}/{photo}"


def _upload(upload: str) -> str:
    return f"uploads/{upload}"
