"""docs/operations.md says what is so: its alarms, parameters, secrets, commands, fields of the log and costs."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from bench.operate_prices import PRICES
from chalicelib import logs
from chalicelib.aws import secrets as read
from infra import package
from infra.deploy import configuration, secrets

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
OWN = "porchlight-${Stage}-"


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    """Ours, before Chalice's is added."""
    merged = package.merged_template("prod")
    plain = json.loads((ROOT / "infra" / "resources.json").read_text(encoding="utf-8"))
    return {part: {**plain.get(part, {}), **merged.get(part, {})} for part in ("Parameters", "Resources", "Outputs")}


def section(title: str) -> str:
    """What stands below a heading, up to the next of its rank or above."""
    rank = len(title.partition(" ")[0])
    found = re.search(rf"^{re.escape(title)}\n(.*?)(?=^#{{2,{rank}}} |\Z)", GUIDE, flags=re.M | re.S)
    assert found, f"docs/operations.md has no {title}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The rows of a table, each the code words of its cells."""
    cells = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("|") and "---" not in line]
    return [[" ".join(re.findall(r"`([^`]+)`", cell)) for cell in one] for one in cells[1:]]


def test_each_alarm_has_its_section_and_each_section_an_alarm(template: dict[str, Any]) -> None:
    names = [
        one["Properties"]["AlarmName"]["Fn::Sub"]
        for one in template["Resources"].values()
        if one.get("Type") == "AWS::CloudWatch::Alarm"
    ]
    assert len(names) > 4
    assert all(name.startswith(OWN) for name in names)
    told = re.findall(r"^### (.+)$", section("## Alarms"), flags=re.M)
    assert sorted(name for title in told for name in title.split(", ")) == sorted(n.removeprefix(OWN) for n in names)


def test_what_a_stage_is_told_is_all_of_it(template: dict[str, Any]) -> None:
    table = rows(section("### What a stage is told"))
    assert {parameter for _, parameter, *_ in table} - {""} == set(template["Parameters"])
    assert {key for key, *_ in table} - {""} == {one.name for one in fields(configuration.Configuration)} - {"stage"}


def test_each_secret_is_there_with_how_it_is_rotated() -> None:
    text = section("## Secrets")
    kept = {*secrets.MADE, *(one.name for one in secrets.STRIPE)}
    assert {name for name, *_ in rows(text)} - {""} == kept
    assert set(re.findall(r"ROTATE=([\w-]+)", text)) == set(secrets.ROTATIONS)
    with pytest.raises(read.BadSecrets) as missing:
        read.parse({})
    assert set(re.findall(r"\w+_\w+", str(missing.value))) <= kept


def test_its_commands_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*##", makefile, flags=re.M))
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```", GUIDE, flags=re.M | re.S))
    named = {*re.findall(r"`make\s([a-z]+)", GUIDE), *re.findall(r"^make ([a-z]+)", blocks, flags=re.M)}
    assert {"deploy", "secrets", "tenant", "connect", "check", "bench"} <= named <= targets


def test_it_names_tables_queues_and_outputs_that_there_are(template: dict[str, Any]) -> None:
    every = {
        one["Fn::Sub"].replace("${Stage}", "prod")
        for resource in template["Resources"].values()
        for name, one in resource.get("Properties", {}).items()
        if name in ("TableName", "QueueName", "TopicName") and isinstance(one, dict)
    }
    named = set(re.findall(r"(?:--table-name|mapping of) `?(porchlight-prod-\w+)", GUIDE))
    assert "porchlight-prod-customers" in named
    assert named <= every
    for output in ("MailRecords", "EdgeTarget"):
        assert output in template["Outputs"]


def test_the_fields_of_the_log_are_those_of_its_lines() -> None:
    told = set(re.findall(r"`(\w+)`", section("## The log").partition("The reference on")[0]))
    formatter = logs.Lines("prod", "porchlight-prod-APIHandler")
    record = logging.LogRecord("chalicelib.x", logging.ERROR, __file__, 1, "said", (), (ValueError, ValueError(), None))
    record.aws_request_id = "5"
    with logs.during("GET /{slug}", request="7") as ended:
        ended["status"] = 500
        logs.about(tenant="t", customer="c")
        written = set(json.loads(formatter.format(record))) - {"_aws", "Stage"}
    assert written <= told
    assert told - written <= {"ended", "status", "ms", "failed"}


def test_queries_ask_for_fields_that_there_are() -> None:
    known = set(re.findall(r"`(\w+)`", section("## The log")))
    queries = [one for kind, one in re.findall(r"^```(\w*)\n(.*?)^```", GUIDE, flags=re.M | re.S) if "filter " in one]
    assert len(queries) >= 5
    for query in queries:
        for name in re.findall(r"filter (\w+)|and (\w+) !?=|by ([\w, .]+)", query):
            for part in re.findall(r"[\w.]+", " ".join(name)):
                assert part.partition(".")[0] in known, f"{part} in {query}"


def test_what_a_visit_costs_is_what_was_counted() -> None:
    """The Lambda's time differs a little from run to run."""
    figures = {one["name"]: one["value"] for one in json.loads((ROOT / "bench" / "results.json").read_text())}
    told = [
        float(one) for one in re.findall(r"^\| [^|]+ \| \**(0\.\d+)\** \|", section("## What it costs"), flags=re.M)
    ]
    names = ("cost_of_1000_visits", "cost_of_1000_visits_small", "cost_of_1000_paying_visits", "cost_of_1000_mails")
    assert told == pytest.approx([figures[f"operate.{name}"] for name in names], rel=0.05)


def test_every_price_says_where_it_is_from() -> None:
    for name, price in PRICES.items():
        assert price.dollars > 0, name
        assert "amazon.com" in price.source, name
