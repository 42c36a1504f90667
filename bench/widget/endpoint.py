"""What the configuration costs us, which every page view of every company's website may ask for: how often it asks the
store, exactly, and the processor's time against the least that Chalice can do."""

from __future__ import annotations

import json
import time
from statistics import median
from typing import Any

from chalice.app import Chalice

from bench.house import SLUG, Call, House, Recorder, ask, event, house, recorded
from bench.page_cpu import plain_calls
from bench.replay import answers, like, standing
from bench.table import Figure, at_most, interleave, many, shown

READS = 1
ROUNDS = 25
CALLS = 20
PAGE = "www.evergreen.example"
PATH = f"/widget/v1/{SLUG}"


def measure() -> list[Figure]:
    """Record the answers on moto, then give them again and again without it."""
    with house() as made:
        ask(_request("POST", f"{PATH}/pings", {"page": f"{PAGE}/"}), 204)
        first = _request("GET", PATH)
        answer, calls = recorded(made.services, first, 200)
        again = _request("GET", PATH, headers={"If-None-Match": answer["headers"]["ETag"]})
        had = recorded(made.services, again, 304)[1]
        panel = recorded(made.services, _request("GET", f"{PATH}/panel"), 200)[1]
        unknown = _of_a_new_container(made, first)
        services = like(made)
    with standing(services) as replay:
        replay.play(answers(calls))
        client = services.tables.connection.client
        timed = against(first, again, answer["body"], calls, client)
    return [
        _reads("store_reads", calls, "the configuration, in a container that knows the slug"),
        _reads("store_reads_not_modified", had, "the same for a browser that has it: 304"),
        _reads("store_reads_panel", panel, "what the panel offers"),
        shown("widget.store_reads_new_slug", len(unknown), "calls",
              f"the configuration, the first time that a container hears of this company: {_said(unknown)}"),
        *timed,
    ]  # fmt: skip


def against(first: dict[str, Any], again: dict[str, Any], body: str, calls: list[Call], client: Any) -> list[Figure]:
    """Our route, the same with nothing to send, a bare one, and the calls to the store alone, in turns."""
    bare = _bare(body)
    if ask(first, 200)["body"] != body or bare(first, None)["body"] != body:
        raise RuntimeError("the bare route answers something else than ours")
    taken = interleave(
        {
            "ours": many(lambda: ask(first, 200), CALLS),
            "had": many(lambda: ask(again, 304), CALLS),
            "bare": many(lambda: bare(first, None), CALLS),
            "calls": many(plain_calls(client, calls), CALLS),
        },
        ROUNDS, warm_up=2, clock=time.process_time,
    )  # fmt: skip
    micros = {name: median(times) / CALLS * 1e6 for name, times in taken.items()}
    how = f"medians of {ROUNDS} interleaved rounds"
    of_bare = f"against {micros['bare']:.0f} µs of a bare Chalice route that answers the same JSON"
    return [
        shown("widget.configuration_cpu", micros["ours"] / micros["bare"], "x",
              f"{micros['ours']:.0f} µs {of_bare}; {micros['calls']:.0f} µs of ours are botocore's, for {len(calls)} "
              f"call; {how}"),
        shown("widget.configuration_cpu_not_modified", micros["had"] / micros["bare"], "x",
              f"{micros['had']:.0f} µs for a 304 {of_bare}; {how}"),
        shown("widget.configuration_cpu_and_read", micros["ours"] / (micros["bare"] + micros["calls"]), "x",
              "against the same and botocore's call, without which nothing is read"),
    ]  # fmt: skip


def _bare(body: str) -> Chalice:
    app = Chalice(app_name="bare")
    constant = json.loads(body)

    @app.route("/widget/v1/{slug}")
    def configuration(slug: str) -> dict[str, Any]:
        return dict(constant)

    return app


def _of_a_new_container(made: House, request: dict[str, Any]) -> list[Call]:
    made.services.slugs.clear()
    with Recorder(made.services) as recorder:
        ask(request, 200)
        return recorder.take()


def _request(
    method: str, path: str, body: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """As the widget's script asks from a page of the company's website."""
    asked = event(method, path, {"language": "en"})
    for name in ("Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest"):
        del asked["headers"][name]
    asked["headers"] |= {
        "Accept": "*/*", "Origin": f"https://{PAGE}", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Dest": "empty", **(headers or {}),
    }  # fmt: skip
    if body is not None:
        asked["headers"]["Content-Type"] = "text/plain;charset=UTF-8"
        asked["body"] = json.dumps(body)
    asked["multiValueHeaders"] = {name: [value] for name, value in asked["headers"].items()}
    return asked


def _reads(name: str, calls: list[Call], what: str) -> Figure:
    return at_most(f"widget.{name}", len(calls), READS, "calls", f"{what}: {_said(calls)}")


def _said(calls: list[Call]) -> str:
    return ", ".join(one.operation for one in calls) or "none"
