"""API Gateway in front of the portal: Chalice's own local server over the real app.py, one request at a time.

Neither `app.current_request` nor moto can bear two at once. What API Gateway does and Chalice's server leaves out is
added: the path below the stage in the event, and the stage itself where the portal lives below one.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import ChaliceRequestHandler, ForbiddenError, LocalDevServer, LocalGateway

from sandbox.serve import HOST, QuietHandler, ThreadedServer

Headers = dict[str, Any]


class Gateway(LocalGateway):
    """`prefix` is the stage ('/api'), or '' at the root of a domain."""

    def __init__(self, app: Chalice, config: Config, lock: AbstractContextManager[Any], prefix: str) -> None:
        super().__init__(app, config)
        self._lock, self._prefix = lock, prefix

    def handle_request(self, method: str, path: str, headers: Headers, body: bytes | None) -> dict[str, Any]:
        below = path.removeprefix(self._prefix)
        if not path.startswith(self._prefix) or (self._prefix and below[:1] not in ("", "/", "?")):
            raise ForbiddenError({}, b'{"message": "Missing Authentication Token"}')
        if not below.startswith("/"):
            below = "/" + below
        with self._lock:
            answer: dict[str, Any] = super().handle_request(method, below, headers, body)
        return answer

    def _generate_lambda_event(self, method: str, path: str, headers: Headers, body: bytes | None) -> dict[str, Any]:
        event: dict[str, Any] = super()._generate_lambda_event(method, path, headers, body)
        below = path.partition("?")[0]
        event["path"], event["httpMethod"] = below, method
        event["requestContext"]["path"] = self._prefix + below
        many = event["multiValueQueryStringParameters"]
        event["queryStringParameters"] = {name: values[-1] for name, values in many.items()} if many else None
        return event


class _Handler(QuietHandler, ChaliceRequestHandler):
    def __init__(self, *arguments: Any, gateway: Gateway, **_: Any) -> None:
        self.local_gateway = gateway
        # Past Chalice's own constructor, which would make a gateway for each connection.
        BaseHTTPRequestHandler.__init__(self, *arguments)

    def _send_http_response_with_body(self, code: int, headers: Headers, body: str | bytes) -> None:
        # After the head of an answer to HEAD comes the next answer: with a body there, its reader loses the thread.
        if self.command == "HEAD":
            self._send_http_response_no_body(code, headers)
        else:
            super()._send_http_response_with_body(code, headers, body)


def portal(app: Chalice, port: int, lock: AbstractContextManager[Any], prefix: str = "") -> ThreadedServer:
    """The portal's server, bound but not started."""
    config = Config(config_from_disk={"lambda_timeout": 28}, user_provided_params={"chalice_app": app})
    gateway = Gateway(app, config, lock, prefix)

    def handler(*arguments: Any, **_: Any) -> _Handler:
        return _Handler(*arguments, gateway=gateway)

    server: ThreadedServer = LocalDevServer(app, config, HOST, port, handler, ThreadedServer).server
    return server
