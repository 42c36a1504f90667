"""Pictures as cameras and programs make them, and their way to a visit."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from tests.builders import Company
from tests.client import Answer, Client

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", colour: Any = "green", **options: Any
) -> bytes:
    out = BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def from_a_phone(size: tuple[int, int] = (400, 300), orientation: int = 1) -> bytes:
    """As a phone takes it: red above, blue below, and where it was taken."""
    taken = Image.new("RGB", size, "blue")
    taken.paste("red", (0, 0, size[0], size[1] // 2))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, "Secret Phone"
    exif.get_ifd(GPS).update({1: "N", 2: (39.0, 44.0, 21.0), 3: "W", 4: (104.0, 59.0, 5.0)})
    out = BytesIO()
    taken.save(out, "JPEG", exif=exif, comment=b"secret comment", quality=95)
    return out.getvalue()


def a_form(client: Client, visit: Any, content_type: str = "image/jpeg", size: int = 2_000) -> dict[str, Any]:
    answer = client.post(f"/visits/{visit['id']}/uploads", {"content_type": content_type, "size": size})
    assert answer.status == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def arrived(client: Client, company: Company, visit: Any, content: bytes) -> str:
    """An upload, as if S3 had let it through whatever it is."""
    upload = str(a_form(client, visit)["upload"])
    company.world.services.files.for_tenant(company.store.tenant).put(f"uploads/{upload}", content, "image/jpeg")
    return upload


def added(client: Client, company: Company, visit: Any, content: bytes, caption: str = "") -> Answer:
    """What the API says of a photo of this visit."""
    upload = arrived(client, company, visit, content)
    return client.post(f"/visits/{visit['id']}/photos", {"upload": upload, "caption": caption})


def kept(company: Company) -> dict[str, bytes]:
    """All files of the company's visits, by their keys below it."""
    files = company.world.services.files
    listed = files.client.list_objects_v2(Bucket=files.bucket, Prefix=f"{company.store.tenant}/visits/")
    keys = [one["Key"] for one in listed.get("Contents", ())]
    return {key.partition("/")[2]: files.client.get_object(Bucket=files.bucket, Key=key)["Body"].read() for key in keys}
