"""The company's logo: a form to upload it by, and what of it is shown."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from chalicelib.aws.files import TenantFiles
from chalicelib.errors import Invalid, NotFound, Stale, Unreachable
from chalicelib.tenants.actions import logos
from chalicelib.tenants.admin.settings import present
from chalicelib.tenants.admin.settings_shapes import Settings
from chalicelib.tenants.rules.pictures import MOST_BYTES, PictureType
from chalicelib.web.api.access import Admin
from chalicelib.web.api.replies import Sent, tagged
from chalicelib.web.api.routes import ApiRoutes
from chalicelib.web.api.shapes import Shape

routes = ApiRoutes("Settings")

# Told in the description; what is wrong with a size is said in words of its own.
Size = Annotated[int, Meta(description="Bytes.", extra_json_schema={"minimum": 1, "maximum": MOST_BYTES})]


class LogoFile(Shape):
    """The picture that is to be uploaded."""

    content_type: PictureType
    size: Size


class LogoUpload(Shape):
    """Post a multipart form to `url` within `expires_in` seconds: each of `fields`, then the picture as `file`. Once
    that has answered 204, send `upload` to `PUT /settings/logo`."""

    upload: str
    url: str
    fields: dict[str, str]
    max_bytes: int
    expires_in: int


class LogoChoice(Shape):
    """The id of an upload that has arrived."""

    upload: str


@routes.post(
    "/settings/logo/uploads", "settings:write", keyed="naturally", errors=(Invalid,),
    example={"content_type": "image/png", "size": 20480},
)  # fmt: skip
def start_logo_upload(caller: Admin, body: LogoFile) -> LogoUpload:
    """Get a form by which a picture goes straight to storage: PNG, JPEG or WebP, 1 MB at the most."""
    upload = caller.new_id()
    form = logos.form(_files(caller), upload, body.content_type, body.size)
    return LogoUpload(upload, form.url, form.fields, MOST_BYTES, logos.UPLOAD_SECONDS)


@routes.put(
    "/settings/logo", "settings:write", errors=(Invalid, NotFound, Stale, Unreachable),
    example={"upload": "01KB0Q8ZJ6R3V5W7X9Y1A2C4D6"},
)  # fmt: skip
def set_logo(caller: Admin, body: LogoChoice) -> Sent[Settings]:
    """Show an uploaded picture as the company's logo.

    That changes the version of the settings, and needs no `If-Match`: the answer has the new ETag.
    """
    company = logos.use(caller.store, _files(caller), caller.company, body.upload, caller.own_note("settings.change"))
    return tagged(present(caller, company), company.version)


@routes.delete("/settings/logo", "settings:write", errors=(Stale,))
def remove_logo(caller: Admin) -> None:
    """Show the company's initials instead of a logo.

    That changes the version of the settings, and needs no `If-Match`: read the settings again for the new ETag.
    """
    logos.remove(caller.store, caller.company, caller.own_note("settings.change"))


def _files(caller: Admin) -> TenantFiles:
    return caller.services.files.for_tenant(caller.store.tenant)
