"""ministack: an AWS on this machine whose transactions are atomic under many clients, which moto's are not.

`make test` installs it, into an environment of its own.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

import boto3

from infra.local import deploy
from sandbox.world import environment, put_secrets

PLACE = Path(sys.prefix) / "ministack"
PROGRAM = PLACE / "bin" / "ministack"


class Missing(Exception):
    """ministack can't run on this machine; the text says why."""


class Ministack:
    """Runs, empty and in memory, on a free port of this machine while it is entered. `environment` is more for it and
    for the functions it runs: `AUTH="true"` holds them to their policies."""

    def __init__(self, **environment: str) -> None:
        if not PROGRAM.exists():
            raise Missing("ministack is not installed: make test brings it")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = environment

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [str(PROGRAM)],
            env={**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(self.port), **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=PLACE,
        )
        for _ in range(600):
            if self._answers():
                return self
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        self.__exit__()
        raise Missing("ministack did not start")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url, timeout=1).close()
        except urllib.error.HTTPError as answered:
            answered.close()
        except OSError:
            return False
        return True

    def install(self, stage: str) -> dict[str, str]:
        """Deploy the template and put the secrets in place; the template's outputs."""
        environment()
        make = boto3.client

        def client(service: str, **options: Any) -> Any:
            return make(service, endpoint_url=self.url, **options)

        boto3.client = client
        try:
            outputs = deploy(stage)
            put_secrets(stage)
        finally:
            boto3.client = make
        return outputs
