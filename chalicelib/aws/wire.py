"""DynamoDB's answers, read as they were sent.

botocore copies every answer value by value along the shapes of the service's model, which is most of the CPU of a
page that lists anything. What DynamoDB sends is already what botocore would make of it, except for binary
attributes: so the answers to the calls made here are only decoded. All else (errors, binary, other operations,
anything that is no JSON) is left to botocore.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from botocore.config import Config
from botocore.parsers import ResponseParserFactory
from botocore.utils import lowercase_dict

ANSWERS = {
    f"{operation}Output"
    for operation in (
        "BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "TransactGetItems",
        "TransactWriteItems", "UpdateItem",
    )
}  # fmt: skip
"""Shapes that hold no time and, beside attributes, no blob."""


class Parser(Protocol):
    """What botocore asks of a parser."""

    def parse(self, response: dict[str, Any], shape: Any) -> Any: ...


class AsSent:
    """A parser that decodes the answers above, and hands the rest to `thorough`, botocore's own."""

    def __init__(self, thorough: Parser) -> None:
        self._thorough = thorough

    def parse(self, response: dict[str, Any], shape: Any) -> Any:
        body = response["body"]
        if response["status_code"] != 200 or shape is None or shape.name not in ANSWERS or _may_be_binary(body):
            return self._thorough.parse(response, shape)
        try:
            sent = json.loads(body)
        except ValueError:
            return self._thorough.parse(response, shape)
        headers = lowercase_dict(response["headers"])
        metadata = {"HTTPStatusCode": 200, "HTTPHeaders": headers}
        if "x-amzn-requestid" in headers:
            metadata["RequestId"] = headers["x-amzn-requestid"]
        answer = {name: sent[name] for name in shape.members if sent.get(name) is not None}
        answer["ResponseMetadata"] = metadata
        return answer


def _may_be_binary(body: bytes) -> bool:
    """Whether an attribute has the tag of a blob or of a set of them; a text that is just "B" looks like one too."""
    return b'"B"' in body or b'"BS"' in body


class AsSentFactory:
    """Stands in for botocore's factory, which makes a new parser for every call."""

    def __init__(self, thorough: ResponseParserFactory) -> None:
        self._thorough = thorough
        self.create_parser = lru_cache(None)(self._create_parser)

    def _create_parser(self, protocol: str) -> Parser:
        return AsSent(self._thorough.create_parser(protocol))


def lighten(session: Any) -> None:
    """Make a botocore session's next client one that does no needless work in every call.

    Its answers are read as above, and its User-Agent is spelled once: botocore spells its long one twice a call.
    """
    session.register_component("response_parser_factory", AsSentFactory(ResponseParserFactory()))
    session.set_default_client_config(Config(user_agent=session.user_agent()))


def plain(raw: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """DynamoDB's tagged values as Python's. Numbers are integers here: money and counts."""
    # Nearly all are texts: they are worth sparing a call each.
    return {name: value["S"] if "S" in value else _plain(value) for name, value in raw.items()}


def _plain(value: Mapping[str, Any]) -> Any:
    ((tag, content),) = value.items()
    if tag == "S":
        return content
    if tag == "N":
        return int(content)
    if tag == "L":
        return [_plain(one) for one in content]
    if tag == "M":
        return plain(content)
    return None if tag == "NULL" else content
