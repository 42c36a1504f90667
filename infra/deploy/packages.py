"""The bucket that packages are uploaded to, one an account and region: private, versioned, encrypted, over TLS only.

A package is named by its own content, so the same one is uploaded once, and CloudFormation sees a change only where
there is one. Nothing is ever deleted: to go back, CloudFormation needs the package it came from.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.deploy.aws import Aws, in_words

CLOSED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
ENCRYPTED = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}
NO_HALF_UPLOADS = {
    "Rules": [
        {
            "ID": "forget-half-uploads",
            "Status": "Enabled",
            "Filter": {},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        }
    ]
}


@dataclass(frozen=True)
class Packages:
    """The bucket, which exists from `make` on. It must be the account's own: a name can be anybody's."""

    aws: Aws
    account: str
    stage: str

    @property
    def bucket(self) -> str:
        return f"porchlight-packages-{self.account}-{self.aws.region}"

    def make(self) -> None:
        """Make the bucket if it is missing, and see each time that it is closed."""
        s3, mine = self.aws.client("s3"), {"Bucket": self.bucket, "ExpectedBucketOwner": self.account}
        with in_words(f"make the bucket {self.bucket}"):
            if not self._there():
                # S3's first region must not be named.
                place = {} if self.aws.region == "us-east-1" else {"LocationConstraint": self.aws.region}
                s3.create_bucket(Bucket=self.bucket, **({"CreateBucketConfiguration": place} if place else {}))
                self.aws.say(f"Made the bucket {self.bucket}")
            s3.put_public_access_block(**mine, PublicAccessBlockConfiguration=CLOSED)
            s3.put_bucket_versioning(**mine, VersioningConfiguration={"Status": "Enabled"})
            s3.put_bucket_encryption(**mine, ServerSideEncryptionConfiguration=ENCRYPTED)
            s3.put_bucket_lifecycle_configuration(**mine, LifecycleConfiguration=NO_HALF_UPLOADS)
            s3.put_bucket_policy(**mine, Policy=json.dumps(self._tls_only()))

    def _there(self) -> bool:
        s3 = self.aws.client("s3")
        try:
            s3.head_bucket(Bucket=self.bucket, ExpectedBucketOwner=self.account)
        except s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchBucket"):
                return False
            raise
        return True

    def _tls_only(self) -> dict[str, Any]:
        arn = f"arn:aws:s3:::{self.bucket}"
        return {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "TlsOnly",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:*",
                    "Resource": [arn, f"{arn}/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }

    def upload(self, content: bytes, ending: str) -> str:
        """Put it there unless it is; its key."""
        s3, key = self.aws.client("s3"), f"{self.stage}/{hashlib.sha256(content).hexdigest()[:40]}.{ending}"
        mine = {"Bucket": self.bucket, "Key": key, "ExpectedBucketOwner": self.account}
        with in_words(f"upload to the bucket {self.bucket}"):
            try:
                s3.head_object(**mine)
            except s3.exceptions.ClientError as error:
                if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                    raise
                self.aws.say(f"Uploading {len(content) / 1_000_000:.1f} MB as {key}")
                s3.put_object(**mine, Body=content)
        return key

    def url(self, key: str) -> str:
        return f"{self.aws.client('s3').meta.endpoint_url}/{self.bucket}/{key}"

    def place(self, out: Path) -> tuple[dict[str, Any], str]:
        """Upload what `infra.package` has written there; the template, its functions' code named, and its URL."""
        code = self.upload((out / "deployment.zip").read_bytes(), "zip")
        template: dict[str, Any] = json.loads((out / "sam.json").read_text(encoding="utf-8"))
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = {"Bucket": self.bucket, "Key": code}
        body = json.dumps(template, sort_keys=True, separators=(",", ":")).encode()
        return template, self.url(self.upload(body, "json"))
