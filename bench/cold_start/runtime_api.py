"""The Lambda Runtime API, as much of it as one function needs to start and to answer one event.

AWS's own runtime client (awslambdaric) talks to this as it talks to Lambda: it asks for the next event when
the function's module has been imported, so the time until it asks is the time a cold start takes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

PATIENCE = 60.0
"""Seconds until a function that says nothing is given up."""


@dataclass(frozen=True, slots=True)
class Start:
    """One cold start: seconds until the function asked for work, until it had answered, and its answer."""

    init: float
    answered: float
    answer: Any


class RuntimeApi(ThreadingHTTPServer):
    """Hands out one event, then keeps the function waiting."""

    daemon_threads = True

    def __init__(self, event: Mapping[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), _Calls)
        self.event = event
        self.asked = threading.Event()
        self.answered = threading.Event()
        self.over = threading.Event()
        self.asked_at = self.answered_at = 0.0
        self.answer: Any = None

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def handle_error(self, *_: object) -> None:
        """The function is killed in the middle of asking for its next event."""

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()


class _Calls(BaseHTTPRequestHandler):
    server: RuntimeApi
    protocol_version = "HTTP/1.1"
    # Sets TCP_NODELAY: with Nagle's algorithm the answer's headers and body would wait 40 ms for each other.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if not self.server.asked.is_set():
            self.server.asked_at = time.perf_counter()
            self.server.asked.set()
            self._send(200, json.dumps(self.server.event).encode())
        else:
            self.server.over.wait()
            self.close_connection = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.answered_at = time.perf_counter()
        self.server.answer = json.loads(body) if body else None
        if self.path.endswith("/error"):
            self.server.answer = RuntimeError(f"the function failed: {self.server.answer}")
        self.server.answered.set()
        self._send(202, b"{}")

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Lambda-Runtime-Aws-Request-Id", "00000000-0000-4000-8000-000000000000")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + PATIENCE) * 1000)))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:0:function:porchlight")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def start(task: Path, runtime: Path, environment: Mapping[str, str], event: Mapping[str, Any]) -> Start:
    """Start `app.app` of the unpacked package `task` in a new process, with AWS's client from `runtime`.

    Nothing of this virtualenv is visible to it (-S), nothing is written beside its modules, as in /var/task.
    """
    with RuntimeApi(event) as api:
        command = [sys.executable, "-S", "-m", "awslambdaric", "app.app"]
        address = {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}"}
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=task,
            env={**environment, **python_environment(task, runtime), **address},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            while not api.answered.wait(0.5) and process.poll() is None:
                if time.perf_counter() - begun > PATIENCE:
                    break
        finally:
            process.kill()
            said = process.communicate()[0].decode(errors="replace")
    if not api.answered.is_set() or isinstance(api.answer, Exception):
        raise RuntimeError(f"the function did not answer: {api.answer or ''}\n{said}")
    return Start(api.asked_at - begun, api.answered_at - begun, api.answer)


def python_environment(task: Path, *more: Path) -> dict[str, str]:
    """What makes a Python see the package and nothing else."""
    return {"PYTHONPATH": ":".join(map(str, (task, *more))), "PYTHONDONTWRITEBYTECODE": "1"}
