"""Files posted to S3 by a form that we signed: the signature, and each condition of its policy, as S3 checks them.

Sources: docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html and sigv4-HTTPPOSTConstructPolicy.html.
"""

from __future__ import annotations

import hmac
import json
import re
from base64 import b64decode
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlencode

from botocore.auth import S3SigV4PostAuth
from botocore.awsrequest import AWSRequest

from chalicelib.aws.files import S3Files
from sandbox.serve import text
from sandbox.stripe.http import Request, Response

# Fields of a form that need no condition.
FREE = frozenset({"policy", "x-amz-signature", "file"})


class Refused(Exception):
    """S3 would not take it; the status, S3's code and why."""

    def __init__(self, status: int, code: str, why: str) -> None:
        super().__init__(why)
        self.status, self.code, self.why = status, code, why


def cors(request: Request, origin: str) -> dict[str, str]:
    """What lets the pages of this origin, and no others, post here and read the answer."""
    if request.headers.get("origin") != origin:
        return {"Vary": "Origin"}
    asked = request.headers.get("access-control-request-headers", "")
    allowed = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": asked} if asked else {}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin", **allowed}


def take(files: S3Files, request: Request, lock: AbstractContextManager[Any]) -> Response:
    """S3's answer to a posted form; moto keeps the file."""
    try:
        fields, content = _form(request)
        _signed(files, fields)
        _fits(fields, content, unquote(request.path).strip("/"))
    except Refused as no:
        body = f"<Error><Code>{no.code}</Code><Message>{no.why}</Message></Error>"
        return Response(no.status, body.encode(), {"Content-Type": "application/xml"})
    tags = re.findall(r"<Key>(.*?)</Key><Value>(.*?)</Value>", fields.get("tagging", ""))
    with lock:
        files.client.put_object(
            Bucket=files.bucket, Key=fields["key"], Body=content, Tagging=urlencode(tags),
            ContentType=fields.get("content-type", "binary/octet-stream"),
        )  # fmt: skip
    return text(204, "")


def _form(request: Request) -> tuple[dict[str, str], bytes]:
    """The fields before the file, by their names in lower case, and the file: what comes after it is not looked at."""
    boundary = re.search(r'multipart/form-data;.*boundary="?([^";]+)', request.headers.get("content-type", ""))
    if not boundary:
        raise Refused(412, "PreconditionFailed", "Bucket POST must be of the enclosure-type multipart/form-data")
    fields: dict[str, str] = {}
    for part in (b"\r\n" + request.raw).split(b"\r\n--" + boundary[1].encode())[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]*)"', head)
        if name and name[1].lower() == b"file":
            return fields, content
        if name:
            fields[name[1].decode().lower()] = content.decode("utf-8", "replace")
    raise Refused(400, "InvalidArgument", "POST requires exactly one file upload per request.")


def _signed(files: S3Files, fields: dict[str, str]) -> None:
    """The policy is one that our credentials have signed (Signature Version 4)."""
    missing = {"policy", "key", "x-amz-date", "x-amz-signature", "x-amz-credential"} - fields.keys()
    if missing:
        raise Refused(403, "AccessDenied", f"Missing fields: {', '.join(sorted(missing))}")
    copy = AWSRequest("POST", files.endpoint)
    copy.context["timestamp"] = fields["x-amz-date"]
    auth = S3SigV4PostAuth(files.client._request_signer._credentials, "s3", files.region)
    if not hmac.compare_digest(auth.signature(fields["policy"], copy), fields["x-amz-signature"]):
        raise Refused(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")


def _fits(fields: dict[str, str], content: bytes, bucket: str) -> None:
    """Each condition holds, and each field has one."""
    policy = json.loads(b64decode(fields["policy"]))
    # Real time: that is what the signer, too, goes by.
    if datetime.now(UTC) >= datetime.fromisoformat(policy["expiration"]):
        raise Refused(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    given, covered = {**fields, "bucket": bucket}, set(FREE)
    for condition in policy["conditions"]:
        if isinstance(condition, list) and condition[0] == "content-length-range":
            if len(content) < condition[1]:
                raise Refused(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
            if len(content) > condition[2]:
                raise Refused(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
            continue
        ((name, value),) = condition.items()  # exact matches are the only other kind that we sign
        covered.add(name.lower())
        if given.get(name.lower()) != value:
            raise Refused(403, "AccessDenied", f"Invalid according to Policy: Policy Condition failed: {name}")
    if extra := fields.keys() - covered:
        raise Refused(403, "AccessDenied", f"Invalid according to Policy: Extra input fields: {', '.join(extra)}")
