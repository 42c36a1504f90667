"""S3: files by key, handed out by short presigned links. Born bound to one tenant, like the store."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.clients import client
from chalicelib.errors import Unavailable


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


@dataclass(frozen=True)
class TenantFiles:
    """One tenant's files: every key begins with the tenant."""

    files: S3Files
    tenant: str

    def put(self, name: str, content: bytes, content_type: str) -> None:
        try:
            self.files.client.put_object(
                Bucket=self.files.bucket, Key=f"{self.tenant}/{name}", Body=content, ContentType=content_type
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable() from error

    def has(self, name: str) -> bool:
        """Whether there is such a file, in one call."""
        return self.size(name) is not None

    def size(self, name: str) -> int | None:
        """How many bytes a file has; None if there is no such file."""
        try:
            found = self.files.client.head_object(Bucket=self.files.bucket, Key=f"{self.tenant}/{name}")
        except (BotoCoreError, ClientError) as error:
            if _missing(error):
                return None
            raise Unavailable() from error
        return int(found["ContentLength"])

    def get(self, name: str) -> bytes:
        """A file's bytes; none if there is no such file."""
        try:
            found = self.files.client.get_object(Bucket=self.files.bucket, Key=f"{self.tenant}/{name}")
            content: bytes = found["Body"].read()
        except (BotoCoreError, ClientError) as error:
            if _missing(error):
                return b""
            raise Unavailable() from error
        return content

    def link(self, name: str, seconds: int, *, filename: str = "", content_type: str = "") -> str:
        """A URL that opens this file for `seconds`. Signed here: no call is made.

        `filename` (of letters that need no encoding) is what a browser calls the file that it shows or saves.
        """
        shown = {}
        if filename:
            if not _PLAIN.fullmatch(filename):
                raise ValueError(f"{filename!r} does not belong in a header")
            shown["ResponseContentDisposition"] = f'inline; filename="{filename}"'
        if content_type:
            shown["ResponseContentType"] = content_type
        url: str = self.files.client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self.files.bucket, "Key": f"{self.tenant}/{name}", **shown},
            ExpiresIn=seconds,
        )
        return url

    def upload_form(self, name: str, content_type: str, most: int, seconds: int) -> UploadForm:
        """A form by which a browser can put this one file, of this type, of 1 to `most` bytes, for `seconds`.

        Signed here: no call is made. What is put so is forgotten after a day: see the bucket's lifecycle.
        """
        exactly = {"Content-Type": content_type, "tagging": PASSING}
        form = self.files.client.generate_presigned_post(
            self.files.bucket,
            f"{self.tenant}/{name}",
            Fields=dict(exactly),
            Conditions=[["content-length-range", 1, most], *({one: value} for one, value in exactly.items())],
            ExpiresIn=seconds,
        )
        return UploadForm(form["url"], form["fields"])


# The tag of what only passes through.
PASSING = "<Tagging><TagSet><Tag><Key>porchlight</Key><Value>passing</Value></Tag></TagSet></Tagging>"
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,100}")


def _missing(error: BotoCoreError | ClientError) -> bool:
    """S3 says "forbidden" of what is not there to those who may not list the bucket, as we may not."""
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in (
        "403",
        "404",
        "AccessDenied",
        "NoSuchKey",
    )
