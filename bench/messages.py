"""What a message costs: from the queue's word to the mail that SES takes, its writing alone, the first of a process.

The store and SES answer at once, with what moto answered when one such message was sent: what is left is the time that
Porchlight and botocore take. One worker is one Lambda, which sends one message at a time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from liquid import Environment

from bench.house import NOW, House, Recorder, house
from bench.messages_network import Answers, played
from bench.replay import like
from bench.table import Figure, at_least, interleave, many, not_measured, shown
from chalicelib.messages import actions, standard
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.messages.rules import template as templates
from chalicelib.messages.writing import mail
from chalicelib.messages.writing.values import Links, variables
from chalicelib.tenants.actions import companies
from infra import package
from sandbox import world

NAME = "invoice_ready"
LINES = (("Quarterly pest control, inside and out", 11_900), ("Rodent bait station", 3_700), ("Cobweb sweep", 2_500))
ROUNDS, MESSAGES, WRITTEN, STARTS = 25, 20, 10, 5
MANY = 2_000


def measure() -> list[Figure]:
    """Send one on moto; then again and again without it."""
    with house() as made:
        answers = recorded(made)
        which, services, writing = (made.store.tenant, made.dana, ID), like(made), written(made)
        given = {"settings": asdict(services.settings), "secrets": secrets(made), "now": NOW.isoformat(),
                 "which": which, "answers": answers}  # fmt: skip
    with played(answers):
        contenders: dict[str, Callable[[], object]] = {
            "send": many(lambda: actions.deliver(services, *which), MESSAGES),
            "write": many(writing.whole, WRITTEN),
            "bare": many(bare_liquid(writing.texts, writing.values()), WRITTEN),
        }
        taken = interleave(contenders, ROUNDS, warm_up=2, clock=time.process_time)
    send = median(taken["send"]) / MESSAGES
    write, bare = (median(taken[name]) / WRITTEN for name in ("write", "bare"))
    ratio = median(w / b for w, b in zip(taken["write"], taken["bare"], strict=True))
    operations = Counter(operation for operation, _ in answers)
    asked = ", ".join(f"{count} {operation}" for operation, count in operations.items())
    how = f"median of {ROUNDS} interleaved rounds, processor's time"
    return [
        shown(
            "messages.rate", 1 / send, "messages/s",
            f"invoice e-mails with a Portal Link, one worker on one core; {send * 1e3:.1f} ms each, "
            f"{write * 1e3:.1f} of them for writing it; DynamoDB ({asked}) and SES answer at once, which in earnest "
            f"they don't; {how}",
        ),
        shown(
            "messages.write", write * 1e3, "ms",
            f"an invoice e-mail's subject, text and HTML: variables, Liquid, cleaning, layout, styles, "
            f"with the frame and the parsed texts kept from the one before; {how}",
        ),
        shown(
            "messages.write_bare", ratio, "x",
            f"against {bare * 1e3:.2f} ms of python-liquid alone for the same texts and values, parsed before: nothing "
            f"bounded, cleaned, laid out or styled; {how}",
        ),
        *first_of_a_process(given),
        exactly_once(),
    ]  # fmt: skip


ID = "link-example"


def example(customer: str) -> Message:
    """An invoice, as the console's "Send" posts it."""
    lines = [{"description": words, "quantity": "1", "unit_price": cents, "amount": cents} for words, cents in LINES]
    total = sum(cents for _, cents in LINES)
    invoice = {
        "number": "10241", "title": "Quarterly pest control", "total": total, "due": total, "currency": "USD",
        "issued_on": "2026-11-20", "due_on": "2026-12-04", "overdue": False, "days_overdue": 0, "paid": 0,
        "lines": lines,
    }  # fmt: skip
    return Message(ID, NAME, "dana@example.com", "en", {"invoice": invoice}, path="/invoices/1", by="email")


def recorded(made: House) -> Answers:
    """What the store answers when the example is sent."""
    made.store.write(outbox.new_message(made.store, made.dana, example(made.dana), NOW))
    with Recorder(made.services) as recorder:
        actions.deliver(made.services, made.store.tenant, made.dana, ID)
        calls = recorder.take()
    row = outbox.read(made.store, made.dana, ID)
    if row is None or row["state"] != "sent" or len(world.sent_mail()) != 1:
        raise RuntimeError(f"the example was not sent: {row}")
    return [(one.operation, one.answered.decode()) for one in calls]


def secrets(made: House) -> dict[str, str]:
    """As Parameter Store has them."""
    import boto3

    path = world.secrets_path("test")
    found = boto3.client("ssm").get_parameters_by_path(Path=path, WithDecryption=True)["Parameters"]
    return {one["Name"].rpartition("/")[2]: one["Value"] for one in found}


@dataclass(frozen=True)
class Writing:
    """The example's texts, its variables, and all of its writing."""

    texts: Mapping[str, str]
    values: Callable[[], dict[str, Any]]
    whole: Callable[[], object]


def written(made: House) -> Writing:
    """As sending does it."""
    template, company = standard.template(NAME), companies.company_of(made.store)
    recipient = made.services.people.recipient(made.store, made.dana)
    message, texts = example(made.dana), templates.standard(template, "en", "email")
    links = Links(made.services.settings.portal(company.slug, f"/link/{'k' * 43}"), 7)

    def values() -> dict[str, Any]:
        return variables(template, message.values, company, recipient, links, "en")

    return Writing(texts, values, lambda: mail.write(texts, values(), company, "en"))


def bare_liquid(texts: Mapping[str, str], values: Mapping[str, Any]) -> Callable[[], object]:
    """The same three texts by the library alone."""
    html, plain = Environment(autoescape=True), Environment()
    for one in (html, plain):
        one.add_filter("label", lambda button, words: button.label(words))
    made = [(html if part == "html" else plain).from_string(text) for part, text in texts.items()]
    return lambda: [one.render(**values) for one in made]


def first_of_a_process(given: dict[str, Any]) -> list[Figure]:
    """What the first message waits for in a new Lambda: its imports, its clients, its templates."""
    loaded = in_a_new_process("send", given)["loaded"]  # and warms the disk's cache
    runs: dict[str, list[dict[str, Any]]] = {"send": [], "imports": [], "floor": []}
    for _ in range(STARTS):
        for mode, found in runs.items():
            found.append(in_a_new_process(mode, {**given, "loaded": loaded}))
    app, more = (median(run[name] for run in runs["imports"]) for name in ("app", "more"))
    least = median(run["ms"] for run in runs["floor"])
    first, second = (median(run[name] for run in runs["send"]) for name in ("first", "second"))
    counts, floor = runs["imports"][0], runs["floor"][0]["modules"]
    packages = Counter(name.partition(".")[0] for name in loaded).most_common(5)
    how = f"median of {STARTS} new processes each, in turns, byte code at hand"
    return [
        shown(
            "messages.import_floor", (app + more) / least, "x",
            f"{app:.0f} ms of `import app` and {more:.0f} ms of what the first message imports after it, against "
            f"{least:.0f} ms of chalice, boto3, python-liquid, nh3 and css-inline alone; {how}",
        ),
        shown(
            "messages.import_modules", len(loaded), "modules",
            f"loaded by the first message, beside {counts['app_modules']} by app ({floor} by the floor); most of "
            + ", ".join(f"{name} ({count})" for name, count in packages),
        ),
        shown(
            "messages.first", first, "ms",
            f"the first message after `import app`: imports, AWS clients, templates; the second takes {second:.1f} ms; "
            f"{how}",
        ),
    ]  # fmt: skip


def exactly_once() -> Figure:
    """The test of many messages through an unreliable world, in full: it counts the mails that SES took of each."""
    test = "tests/messages/test_sending.py::test_many_messages_through_an_unreliable_world_each_exactly_once"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", f"{test}[{MANY}]"]
    began = time.perf_counter()
    run = subprocess.run(
        command, cwd=package.ROOT, env={**os.environ, "PORCHLIGHT_THOROUGH": "1"}, capture_output=True, text=True
    )
    name, seconds = "messages.exactly_once", time.perf_counter() - began
    if run.returncode:
        return not_measured(name, f"the test fails: {run.stdout[-300:]}", f">= {MANY}", "messages")
    return at_least(
        name, MANY, MANY, "messages",
        "that SES took once each, of as many: each was brought up to three times and out of order, 35% of the calls to "
        f"SES and 2% of the store's failed or lost their answer, workers died; {seconds:.0f} s on moto",
    )  # fmt: skip


def in_a_new_process(mode: str, given: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.messages_first", mode]
    run = subprocess.run(
        command, cwd=package.ROOT, input=json.dumps(given), stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(run.stdout)
    return found
