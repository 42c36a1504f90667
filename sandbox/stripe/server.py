"""The sandbox on a loopback port: sockets in, requests out. Knows nothing of Stripe."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox.stripe.http import Lost, Request, Response

Answer = Callable[[Request], Response]
_log = logging.getLogger("sandbox.stripe")


class Server:
    def __init__(self, answer: Answer, host: str, port: int) -> None:
        self._http = _Http((host, port), _Handler)
        self._http.answer = answer
        self._thread = threading.Thread(
            target=self._http.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="stripe-sandbox",
            daemon=True,
        )

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    answer: Answer


class _Handler(BaseHTTPRequestHandler):
    server: _Http
    protocol_version = "HTTP/1.1"
    server_version = "StripeSandbox"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_DELETE = do_HEAD = do_GET

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        method = "GET" if self.command == "HEAD" else self.command
        try:
            response = self.server.answer(Request.to(method, self.path, dict(self.headers.items()), body))
        except Lost:
            self.close_connection = True
            return
        except Exception:
            # A bug of the sandbox's own must be seen, and must not look like a fault that was asked for.
            _log.exception("%s %s", self.command, self.path)
            response = Response(500, b'{"error": {"type": "api_error", "message": "The sandbox itself failed."}}')
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: Any) -> None:
        _log.debug(format, *args)
