"""S3: files by key, handed out by short presigned links. Born bound to one tenant, like the store."""

from __future__ import annotations

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
        return client("s3", self.region, self.endpoint, signature_version="s3v4", s3={"addressing_style": "path"})

    def for_tenant(self, tenant: str) -> TenantFiles:
        return TenantFiles(self, tenant)


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

    def link(self, name: str, seconds: int) -> str:
        """A URL that opens this file for `seconds`. Signed here: no call is made."""
        url: str = self.files.client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self.files.bucket, "Key": f"{self.tenant}/{name}"},
            ExpiresIn=seconds,
        )
        return url
