"""API Gateway's part before the portal: what an event looks like, at the root and below a stage."""

from __future__ import annotations

import json
import socket
import threading
from http.client import HTTPConnection
from typing import Any

import pytest
from chalice.app import Chalice
from chalice.config import Config
from chalice.local import ForbiddenError

from sandbox.gateway import Gateway, portal
from sandbox.serve import HOST, free_port


def gateway(prefix: str) -> Gateway:
    app = Chalice("echo")

    @app.route("/{slug}/invoices", methods=["GET", "POST"])
    def echo(slug: str) -> dict[str, Any]:
        assert app.current_request
        event = app.current_request.to_original_event()
        kept = ("path", "httpMethod", "queryStringParameters", "multiValueQueryStringParameters")
        return {**{name: event[name] for name in kept}, "below": event["requestContext"]["path"], "slug": slug}

    return Gateway(app, Config(), threading.RLock(), prefix)


def ask(prefix: str, path: str) -> dict[str, Any]:
    answer = gateway(prefix).handle_request("GET", path, {}, None)
    assert answer["statusCode"] == 200
    found: dict[str, Any] = json.loads(answer["body"])
    return found


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_the_path_is_without_the_stage_and_the_context_has_it(prefix: str) -> None:
    event = ask(prefix, f"{prefix}/evergreen/invoices?filter=open&filter=all&cursor=")
    assert event == {
        "path": "/evergreen/invoices",
        "httpMethod": "GET",
        "queryStringParameters": {"filter": "all", "cursor": ""},
        "multiValueQueryStringParameters": {"filter": ["open", "all"], "cursor": [""]},
        "below": f"{prefix}/evergreen/invoices",
        "slug": "evergreen",
    }
    assert ask(prefix, f"{prefix}/evergreen/invoices")["queryStringParameters"] is None


def test_there_is_no_body_after_the_answer_to_head() -> None:
    """A connection that goes on would take it for the beginning of the next answer."""
    app = Chalice("echo")
    app.route("/{slug}/invoices")(lambda slug: {"slug": slug})
    server = portal(app, free_port(), threading.RLock())
    server.start()
    try:
        connection = HTTPConnection(HOST, server.server_port, timeout=5)
        for method, status in (("HEAD", 405), ("GET", 200)):
            connection.request(method, "/evergreen/invoices")
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (status, b"" if method == "HEAD" else b'{"slug":"evergreen"}')
        with socket.create_connection((HOST, server.server_port), 5) as scanner:
            scanner.sendall(b"HEAD /evergreen/invoices HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            said = b"".join(iter(lambda: scanner.recv(65536), b""))
        assert said.endswith(b"\r\n\r\n") and b" 405 " in said.splitlines()[0]
        connection.close()
    finally:
        server.stop()


@pytest.mark.parametrize("path", ["/evergreen/invoices", "/apis/evergreen/invoices", "/api", "/api/nothing/at/all"])
def test_outside_of_the_stage_there_is_nothing(path: str) -> None:
    with pytest.raises(ForbiddenError):
        gateway("/api").handle_request("GET", path, {}, None)
