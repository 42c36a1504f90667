"""Small servers on loopback ports: what the files, the desk and the website are answered with.

They answer each connection in a thread of its own, so that a browser that keeps one open stops nobody else, and they
stop at once, whoever is still connected.
"""

from __future__ import annotations

import logging
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from sandbox.stripe.http import Request, Response

HOST = "127.0.0.1"
MAX_BODY = 2_000_000

Answer = Callable[[Request], Response]
log = logging.getLogger("sandbox")


class PortInUse(Exception):
    """Somebody listens there already."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is in use")
        self.port = port


def check_free(ports: Sequence[int]) -> None:
    """PortInUse for the first of these that somebody listens on."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
                probe.listen(1)
            except OSError as taken:
                raise PortInUse(port) from taken


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class ThreadedServer(ThreadingHTTPServer):
    """Knows its open connections, and breaks them when it stops."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], handler: Any) -> None:
        self._open: set[Any] = set()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        try:
            super().__init__(address, handler)
        except OSError as taken:
            raise PortInUse(address[1]) from taken

    def server_bind(self) -> None:
        # HTTPServer asks the name service who 127.0.0.1 is, which may take seconds.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other side was faster

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            log.exception("a request could not be answered")


class QuietHandler(BaseHTTPRequestHandler):
    """Speaks up about errors only."""

    protocol_version = "HTTP/1.1"
    server_version = "Porchlight"
    sys_version = ""
    disable_nagle_algorithm = True

    def log_request(self, code: object = "-", size: object = "-") -> None:
        if str(getattr(code, "value", code)).startswith("5"):
            log.error("%s %s: %s", self.command, self.path, code)

    def log_message(self, format: str, *args: Any) -> None:
        log.debug(format, *args)


class _Handler(QuietHandler):
    def __init__(self, *arguments: Any, answer: Answer) -> None:
        self._answer = answer
        super().__init__(*arguments)

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            return self._send(Response(413, b"too large"))
        raw = self.rfile.read(length)
        body = raw.decode("utf-8", "replace")
        method = "GET" if self.command == "HEAD" else self.command
        try:
            response = self._answer(Request.to(method, self.path, dict(self.headers.items()), body, raw))
        except Exception:
            log.exception("%s %s", self.command, self.path)
            response = Response(500, b"This broke. The terminal says why.", {"Content-Type": "text/plain"})
        self._send(response)

    do_HEAD = do_POST = do_OPTIONS = do_GET

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)


def listen(port: int, answer: Answer) -> ThreadedServer:
    """A server for `answer`, bound but not started. Port 0 takes a free one. PortInUse."""
    return ThreadedServer((HOST, port), partial(_Handler, answer=answer))


def text(status: int, words: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, words.encode(), {"Content-Type": "text/plain; charset=utf-8", **(headers or {})})
