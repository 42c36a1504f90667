"""The app as a WSGI server, for tools that know no Lambda: what API Gateway does between an HTTP request and app.py."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from tests.browser import call, match

# What the gateway answers itself, for paths and methods that no route has.
NO_ROUTE = json.dumps({"message": "Missing Authentication Token"})


class Gateway:
    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        path, query = environ["REQUEST_URI"].partition("?")[0], environ["QUERY_STRING"]
        headers = {name[5:].replace("_", "-").lower(): text for name, text in environ.items() if name[:5] == "HTTP_"}
        if environ.get("CONTENT_TYPE"):
            headers["content-type"] = environ["CONTENT_TYPE"]
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if not self._knows(method, path):
            start("403 Forbidden", [("Content-Type", "application/json")])
            return [NO_ROUTE.encode()]
        parameters = dict(parse_qsl(query, keep_blank_values=True))
        # Text that is no UTF-8 arrives with marks in the place of what can't be read.
        body = sent.decode("utf-8", "replace") if sent else None
        answer = call(self.app, method, path, parameters, headers, body, "203.0.113.9")
        status = HTTPStatus(answer["statusCode"])
        told = [*answer["headers"].items()]
        told += [(name, one) for name, many in answer.get("multiValueHeaders", {}).items() for one in many]
        start(f"{status.value} {status.phrase}", [(name, str(value)) for name, value in told])
        return [answer["body"].encode()]

    def _knows(self, method: str, path: str) -> bool:
        if "//" in path or path.endswith("/"):
            return False
        try:
            return method in self.app.routes[match(self.app, path)[0]]
        except LookupError:
            return False
