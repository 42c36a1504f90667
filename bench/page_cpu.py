"""The processor's time a warm page takes, its store's answers replayed: against the least it could take, and against
the way such pages are usually written.

The least is decoding what the store answered, and one `format` of the finished HTML. Between that and us lies most
of all botocore, so what one of its calls takes is shown too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from bench.house import NOW, SLUG, Call, ask, house, recorded
from bench.replay import Replay, answers, like, standing
from bench.table import Figure, at_most, interleave, many, shown
from bench.usual import UsualWay, whole_items

ROUNDS = 25
CALLS = 20
FLOOR_CALLS = 200
FLOOR_LIMIT = 4.0
USUAL_LIMIT = 0.5

Page = tuple[dict[str, Any], str, Sequence[Call]]


def measure() -> list[Figure]:
    """Record two pages on moto, then make them again and again without it."""
    with house() as made:
        requests = {"home": made.get(f"/{SLUG}"), "list": made.get(f"/{SLUG}/invoices", filter="all")}
        pages: dict[str, Page] = {}
        for name, request in requests.items():
            answer, calls = recorded(made.services, request)
            pages[name] = (request, answer["body"], calls)
        services = like(made)
    usual = UsualWay(services, NOW.astimezone(ZoneInfo("America/Denver")).date())
    usual_replay = Replay()
    usual_replay.attach(usual.client)
    with standing(services) as replay:
        figures = []
        for name, page in pages.items():
            replay.play(answers(page[2]))
            usual_replay.play(answers(whole_items(page[2])))
            write = usual.home if name == "home" else usual.invoice_list
            figures += against(name, page, write, services.tables.connection.client)
        return figures


def against(name: str, page: Page, write: Callable[[dict[str, Any]], str], client: Any) -> list[Figure]:
    """One page: ours, the floor, the usual way, and the calls to the store alone, in turns."""
    request, html, calls = page
    if ask(request)["body"] != html or write(request) != html:
        raise RuntimeError(f"{name} came out differently: the contenders don't make the same page")
    floor = floor_of(html, calls)
    bare = plain_calls(client, calls)
    contenders: dict[str, Callable[[], object]] = {
        "ours": many(lambda: ask(request), CALLS),
        "floor": many(floor, FLOOR_CALLS),
        "usual": many(lambda: write(request), CALLS),
        "calls": many(bare, CALLS),
    }
    taken = interleave(contenders, ROUNDS, warm_up=2, clock=time.process_time)
    micros = {one: median(times) / (FLOOR_CALLS if one == "floor" else CALLS) * 1e6 for one, times in taken.items()}
    ours, least = micros["ours"], micros["floor"]
    medians = f"medians of {ROUNDS} interleaved rounds"
    return [
        at_most(
            f"house.page_cpu_{name}_floor", ours / least, FLOOR_LIMIT, "x",
            f"{ours:.0f} µs against {least:.0f} µs of json.loads and one format; of ours {micros['calls']:.0f} µs are "
            f"botocore's for {len(calls)} calls; {medians}",
        ),
        at_most(
            f"house.page_cpu_{name}_usual", ours / micros["usual"], USUAL_LIMIT, "x",
            f"{ours:.0f} µs against {micros['usual']:.0f} µs of Table.query of whole items and Jinja; {medians}",
        ),
        shown(
            f"house.page_cpu_{name}_floor_and_calls", ours / (least + micros["calls"]), "x",
            "against the same floor and botocore's calls, without which nothing is read",
        ),
        shown(
            f"house.botocore_call_{name}", micros["calls"] / len(calls), "µs", "one of its calls by botocore alone"
        ),
    ]  # fmt: skip


def floor_of(html: str, calls: Sequence[Call]) -> Callable[[], str]:
    """Decode the answers, and put one word into HTML that is all there."""
    answers = [one.answered for one in calls]
    template = html.replace("{", "{{").replace("}", "}}").replace("Dana Whitfield", "{name}")

    def least() -> str:
        for answer in answers:
            json.loads(answer)
        return template.format(name="Dana Whitfield")

    if least() != html:
        raise RuntimeError("the floor does not make the same page")
    return least


def plain_calls(client: Any, calls: Sequence[Call]) -> Callable[[], None]:
    """The page's calls to the store by themselves, by the client that Porchlight uses."""
    asked = [(one.operation, one.asked) for one in calls]

    def call() -> None:
        for operation, arguments in asked:
            client._make_api_call(operation, arguments)

    return call
