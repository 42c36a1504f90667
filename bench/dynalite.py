"""dynalite: a DynamoDB on this machine with real read units and real growth, but without transactions.

From npm; where that can't be, `Missing` says why.
"""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, Self

import boto3

from bench import npm
from bench.npm import Missing
from chalicelib.settings import Settings

ROOT = Path(__file__).parent.parent
VERSION = "4.0.0"
CLIENTS = 4
KNOWN = {
    "TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes", "GlobalSecondaryIndexes",
}  # fmt: skip


class Dynalite:
    """Runs, empty and in memory, on a free port of this machine while it is entered."""

    def __init__(self) -> None:
        self._command = [npm.node(), str(npm.package("dynalite", VERSION) / "cli.js")]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [*self._command, "--host", "127.0.0.1", "--port", str(self.port), "--createTableMs", "1"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for _ in range(200):
            try:
                self.call("ListTables", {})
                return self
            except OSError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.05)
        self._process.kill()
        said = self._process.communicate()[1].decode(errors="replace").strip()
        raise Missing(f"dynalite did not start: {said[-300:]}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def make_tables(self, stage: str) -> None:
        """The template's tables, by the names they have in a stage."""
        template = json.loads((ROOT / "infra" / "resources.json").read_text(encoding="utf-8"))
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::DynamoDB::Table":
                wanted = {name: value for name, value in resource["Properties"].items() if name in KNOWN}
                wanted["TableName"] = wanted["TableName"]["Fn::Sub"].replace("${Stage}", stage)
                self.call("CreateTable", wanted)
                self._await(wanted["TableName"])

    def _await(self, table: str) -> None:
        while self.call("DescribeTable", {"TableName": table})["Table"]["TableStatus"] != "ACTIVE":
            time.sleep(0.01)

    def copy(self, settings: Settings) -> None:
        """The tables of an installation on moto, with all that lies in them."""
        self.make_tables(settings.stage)
        scan = boto3.client("dynamodb").get_paginator("scan")
        for name in (settings.tenants_table, settings.customers_table, settings.tokens_table):
            self.fill(name, (item for page in scan.paginate(TableName=name) for item in page["Items"]))

    def fill(self, table: str, items: Iterable[dict[str, Any]]) -> None:
        """Put items, in DynamoDB's own spelling, twenty-five at a time over a few connections."""
        left = iter(items)
        batches = iter(lambda: list(islice(left, 25)), [])
        with ThreadPoolExecutor(CLIENTS) as pool:
            waiting = [pool.submit(_put, self.port, table, share) for share in _dealt(batches, CLIENTS)]
            for one in waiting:
                one.result()

    def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        try:
            return _call(connection, operation, arguments)
        finally:
            connection.close()


def _dealt(batches: Iterator[list[dict[str, Any]]], hands: int) -> list[list[list[dict[str, Any]]]]:
    every = list(batches)
    return [every[hand::hands] for hand in range(hands)]


def _put(port: int, table: str, batches: list[list[dict[str, Any]]]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for batch in batches:
        _call(connection, "BatchWriteItem", {"RequestItems": {table: [{"PutRequest": {"Item": one}} for one in batch]}})
    connection.close()


def _call(connection: http.client.HTTPConnection, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Signed by nobody: dynalite only wants to see the shape of a signature."""
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "X-Amz-Date": "20261123T190000Z",
        "Authorization": "AWS4-HMAC-SHA256 Credential=none/20261123/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=none",
    }
    connection.request("POST", "/", json.dumps(arguments), headers)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"dynalite refused {operation}: {body.decode(errors='replace')}")
    answer: dict[str, Any] = json.loads(body)
    return answer
