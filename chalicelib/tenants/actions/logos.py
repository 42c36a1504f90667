"""A company's logo: uploaded straight to S3 by a form that we sign, looked at when it has arrived, then shown."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from chalicelib.aws.files import TenantFiles, UploadForm
from chalicelib.aws.store import Store
from chalicelib.errors import NotFound
from chalicelib.tenants.actions import deciding
from chalicelib.tenants.actions.deciding import Note
from chalicelib.tenants.rules import pictures
from chalicelib.tenants.rules.company import Company
from chalicelib.tenants.rules.pictures import PictureType
from chalicelib.tokens import is_ulid

UPLOAD_SECONDS = 10 * 60
NO_UPLOAD = "There is no such upload. It is kept for a day only: upload the picture again."


def form(files: TenantFiles, upload: str, content_type: PictureType, size: int) -> UploadForm:
    """A form that takes one file of this type, and no bigger than a logo may be. Invalid: the size can't be one's."""
    pictures.check_size(size, "size")
    return files.upload_form(_place(upload), content_type, pictures.MOST_BYTES, UPLOAD_SECONDS)


def use(store: Store, files: TenantFiles, company: Company, upload: str, note: Note) -> Company:
    """Make what has arrived the company's logo. The company then.

    It is looked at again, whatever the form let through, and those very bytes are put in place: an upload can be
    repeated until its form expires. NotFound: nothing of this company's has arrived by this id. Invalid: it is no logo.
    """
    arrived = files.arrived(_place(upload), pictures.MOST_BYTES) if is_ulid(upload) else None
    if arrived is None:
        raise NotFound(NO_UPLOAD)
    pictures.check_size(arrived.size, "upload")
    picture = pictures.check_logo(arrived.content, "upload")
    name = f"{sha256(arrived.content).hexdigest()[:16]}.{pictures.ENDINGS[picture.type]}"
    if name != company.logo:
        files.put(f"logo/{name}", arrived.content, picture.type)
    return deciding.set_part(store, company, lambda now: replace(now, logo=name), note)


def remove(store: Store, company: Company, note: Note) -> Company:
    """Show the company's initials again. The picture stays where it is: papers that were drawn with it name it."""
    return deciding.set_part(store, company, lambda now: replace(now, logo=""), note)


def _place(upload: str) -> str:
    return f"uploads/{upload}"
