"""S3: files by key, handed out by short presigned links. Born bound to one tenant, like the store."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clients import client
from chalicelib.errors import Unreachable


@dataclass(frozen=True)
class S3Files:
    region: str
    bucket: str
    endpoint: str = ""

    @cached_property
    def client(self) -> Any:
        # The regional address, in us-east-1 too: the pages' policy names it.
        s3 = {"addressing_style": "path", "us_east_1_regional_endpoint": "regional"}
        return client("s3", self.region, self.endpoint, signature_version="s3v4", s3=s3)

    def for_tenant(self, tenant: str) -> TenantFiles:
        return TenantFiles(self, tenant)


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Where a multipart form goes, and the fields that go before the file."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that somebody has put: its size in bytes, the type it was sent as, and its bytes; b"" where there are more
    than were asked for."""

    size: int
    content_type: str
    content: bytes


@dataclass(frozen=True)
class TenantFiles:
    """One tenant's files: every key begins with the tenant."""

    files: S3Files
    tenant: str

    def _at(self, name: str) -> dict[str, str]:
        """Where a file of this name lies."""
        return {"Bucket": self.files.bucket, "Key": f"{self.tenant}/{name}"}

    def put(self, name: str, content: bytes, content_type: str) -> None:
        try:
            self.files.client.put_object(**self._at(name), Body=content, ContentType=content_type)
        except (BotoCoreError, ClientError) as error:
            raise Unreachable() from error

    def put_new(self, name: str, content: bytes, content_type: str) -> None:
        """Put a file under a name that nothing has yet; what is there already stays as it is, whoever put it."""
        try:
            self.files.client.put_object(**self._at(name), Body=content, ContentType=content_type, IfNoneMatch="*")
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == "PreconditionFailed":
                return
            raise Unreachable() from error

    def has(self, name: str) -> bool:
        """Whether there is such a file, in one call."""
        try:
            self.files.client.head_object(**self._at(name))
        except (BotoCoreError, ClientError) as error:
            if _missing(error):
                return False
            raise Unreachable() from error
        return True

    def get(self, name: str) -> bytes:
        """A file's bytes; none if there is no such file."""
        try:
            found = self.files.client.get_object(**self._at(name))
            content: bytes = found["Body"].read()
        except (BotoCoreError, ClientError) as error:
            if _missing(error):
                return b""
            raise Unreachable() from error
        return content

    def arrived(self, name: str, most: int) -> Arrived | None:
        """What was put by a form, in one call; None if nothing was. Of more bytes than `most` none are fetched."""
        try:
            found = self.files.client.get_object(**self._at(name))
            size = int(found["ContentLength"])
            content: bytes = found["Body"].read() if size <= most else b""
            found["Body"].close()
        except (BotoCoreError, ClientError) as error:
            if _missing(error):
                return None
            raise Unreachable() from error
        return Arrived(size, found.get("ContentType", ""), content)

    def delete(self, name: str) -> None:
        """Forget a file; nothing where there is none. Its earlier bytes stay among the bucket's old versions, for as
        long as the lifecycle keeps those."""
        try:
            self.files.client.delete_object(**self._at(name))
        except (BotoCoreError, ClientError) as error:
            raise Unreachable() from error

    def link(self, name: str, seconds: int, *, filename: str = "", content_type: str = "", inline: bool = True) -> str:
        """A URL that opens this file for `seconds`. Signed here: no call is made.

        `filename` is what a browser calls the file that it shows in place (`inline`) or saves.
        """
        shown = {}
        if filename or not inline:
            shown["ResponseContentDisposition"] = disposition(filename, inline)
        if content_type:
            shown["ResponseContentType"] = content_type
        url: str = self.files.client.generate_presigned_url(
            "get_object", Params={**self._at(name), **shown}, ExpiresIn=seconds
        )
        return url

    def upload_form(self, name: str, content_type: str, most: int, seconds: int) -> UploadForm:
        """A form by which a browser can put this one file, of this type, of 1 to `most` bytes, for `seconds`.

        Signed here: no call is made. What is put so is forgotten after a day: see the bucket's lifecycle.
        """
        exactly = {"Content-Type": content_type, "tagging": PASSING}
        form = self.files.client.generate_presigned_post(
            **self._at(name),
            Fields=dict(exactly),
            Conditions=[["content-length-range", 1, most], *({one: value} for one, value in exactly.items())],
            ExpiresIn=seconds,
        )
        return UploadForm(form["url"], form["fields"])


# The tag of what only passes through.
PASSING = "<Tagging><TagSet><Tag><Key>porchlight</Key><Value>passing</Value></Tag></TagSet></Tagging>"
# A character that some browser reads otherwise than it is meant, between quotes of a header.
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._ ()+,-]")
# More bytes of a name than any system takes are nobody's.
_LONGEST = 250


def disposition(filename: str, inline: bool) -> str:
    """A Content-Disposition (RFC 6266) for any name at all: in letters that need no encoding, and beside them, where
    that is not the whole of it, as RFC 8187 encodes it. Nothing of a name breaks out of the header."""
    kind = "inline" if inline else "attachment"
    shown = "".join(c for c in filename if c.isprintable())
    whole = shown.encode()[:_LONGEST].decode("utf-8", "ignore").strip()
    letters = unicodedata.normalize("NFKD", whole)
    plain = _NOT_PLAIN.sub("_", "".join(c for c in letters if not unicodedata.combining(c)))
    if not plain:
        return kind
    encoded = "" if plain == whole else f"; filename*=UTF-8''{quote(whole, safe='')}"
    return f'{kind}; filename="{plain}"{encoded}'


def _missing(error: BotoCoreError | ClientError) -> bool:
    """S3 says "forbidden" of what is not there to those who may not list the bucket, as we may not."""
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in (
        "403",
        "404",
        "AccessDenied",
        "NoSuchKey",
    )
