"""Pictures as programs write them, and the way of one to S3: the form that was signed, filled in and posted."""

from __future__ import annotations

from contextlib import nullcontext
from io import BytesIO
from typing import Any

from PIL import Image

from sandbox.files import FilesServer
from sandbox.stripe.http import Request, Response
from sandbox.world import World

ORIGIN = "http://localhost:8000"
BOUNDARY = "----a-browsers-boundary"


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#2f6b3a").save(out, kind, **options)
    return out.getvalue()


def multipart(fields: dict[str, str], content: bytes, filename: str = "logo.png") -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    return b"".join((*parts, head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()))


def post(world: World, form: dict[str, Any], content: bytes, filename: str = "logo.png", origin: str = ORIGIN,
         **changed: str) -> Response:  # fmt: skip
    """What S3 says of a signed form: `form` is the API's answer, `changed` what somebody made of its fields."""
    server = FilesServer(world.services.files, nullcontext(), ORIGIN)
    body = multipart({**form["fields"], **{name.replace("_", "-"): value for name, value in changed.items()}},
                     content, filename)  # fmt: skip
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Origin": origin}
    return server.answer(Request.to("POST", form["url"], headers, "", body))
