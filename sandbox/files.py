"""S3's address on this machine: opens presigned links and takes presigned forms (`uploads.py`), and only those that we
signed and that still hold.

moto would take any. Whatever Porchlight itself asks of S3 goes to moto in process, as everything else does.
"""

from __future__ import annotations

import hmac
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

from chalicelib.aws.files import S3Files
from sandbox import uploads
from sandbox.serve import text
from sandbox.stripe.http import Request, Response

AWS = "https://s3.amazonaws.com"
SIGNATURE = "X-Amz-Signature"
# What a signed link may say of the answer.
INSTEAD = {"response-content-type": "Content-Type", "response-content-disposition": "Content-Disposition"}


def keep_in_process(files: S3Files) -> None:
    """Calls of this client reach moto, though the links it signs lead to our own port."""

    def to_moto(request: Any, **_: Any) -> None:
        request.url = request.url.replace(files.endpoint, AWS, 1)

    files.client.meta.events.register_first("before-send.s3", to_moto)


class FilesServer:
    """Answers GETs of presigned links and POSTs of presigned forms, with the lock held while moto is asked. The pages
    of `origin` may read what it says of an upload, as the bucket's CORS rule has it."""

    def __init__(self, files: S3Files, lock: AbstractContextManager[Any], origin: str) -> None:
        self._files, self._lock, self._origin = files, lock, origin

    def answer(self, request: Request) -> Response:
        if request.method not in ("GET", "POST", "OPTIONS"):
            return text(405, "Only presigned links and forms are taken here.")
        if request.method != "GET":
            response = uploads.take(self._files, request, self._lock) if request.method == "POST" else text(200, "")
            return replace(response, headers={**response.headers, **uploads.cors(request, self._origin)})
        if not self._signed(request):
            return text(403, "This link is not one of ours.")
        values = dict(parse_qsl(request.query))
        signed = datetime.strptime(values["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        # Real time: that is what the signer, too, goes by.
        if datetime.now(UTC) >= signed + timedelta(seconds=int(values["X-Amz-Expires"])):
            return text(403, "This link has expired.")
        bucket, _, key = unquote(request.path).lstrip("/").partition("/")
        try:
            with self._lock:
                found = self._files.client.get_object(Bucket=bucket, Key=key)
                content = found["Body"].read()
        except ClientError:
            return text(404, "There is no such file.")
        headers = {"Content-Type": found["ContentType"], "ETag": found["ETag"], "X-Content-Type-Options": "nosniff"}
        headers |= {name: values[asked] for asked, name in INSTEAD.items() if asked in values}
        if headers["Content-Type"] != "application/pdf":  # which browsers refuse to show in a sandbox
            # A stranger's file must not run scripts, here no more than at S3.
            headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        return Response(200, content, headers)

    def _signed(self, request: Request) -> bool:
        """Whether the signature is what our credentials make of this link (Signature Version 4, query string)."""
        values = parse_qsl(request.query, keep_blank_values=True)
        given = dict(values).get(SIGNATURE, "")
        names = {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders"}
        if not given or not names <= {name for name, _ in values}:
            return False
        unsigned = urlencode([one for one in values if one[0] != SIGNATURE], quote_via=quote)
        url = f"{self._files.endpoint}{request.path}?{unsigned}"
        copy = AWSRequest("GET", url)
        copy.context["timestamp"] = dict(values)["X-Amz-Date"]
        credentials = self._files.client._request_signer._credentials
        auth = S3SigV4QueryAuth(credentials, "s3", self._files.region)
        expected = auth.signature(auth.string_to_sign(copy, auth.canonical_request(copy)), copy)
        return hmac.compare_digest(expected, given)
