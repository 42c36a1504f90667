"""Whatever is down while somebody does something: they are told honestly, in no 5xx; and once it is back, with no more
help than the button and the sweep, all is as if nothing had happened: paid once, written once, mailed once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access import test_portal as portal
from tests.outages.deeds import DEEDS, LOOKS, PLAIN, Deed, dana, plain
from tests.outages.outage import SERVICES, TRY_AGAIN, WAYS, Outage, rewound
from tests.test_house import routes


def test_everything_that_is_posted_is_tried() -> None:
    posted = {portal.name(one) for one in routes() if one.method == "POST"}
    tried = {one for name in DEEDS if (one := " ".join(name.split()[:2])).startswith("POST")}
    assert tried | PLAIN == posted and not tried & PLAIN


@pytest.mark.parametrize("part", range(3))
def test_it_is_done_once_whatever_is_down(outage: Outage, part: int) -> None:
    wrong: list[str] = []
    deeds = dict.fromkeys(DEEDS.values())
    for turn, made in enumerate(deeds):
        if turn % 3 == part:
            wrong += tried(outage, made, turn)
    assert not wrong, "\n".join(wrong)


def tried(outage: Outage, made: Deed, turn: int) -> list[str]:
    """What goes wrong with one of them."""
    wrong = []
    with rewound(outage):
        goes = made(outage)
        outage.wire.calls.clear()
        answer = goes()
        assert answer.status < 400, f"{made.__name__}: {answer.status} {answer.text}"
        outage.works()
        leans_on = outage.called()
        outage.goes_on()
        right = looked(outage, made)
    for service in sorted(leans_on):
        turn += 1
        fault = WAYS[turn % len(WAYS)]
        at = f"{made.__name__}, {service} {fault}"
        with rewound(outage):
            goes = made(outage)
            outage.begins(SERVICES[service], fault)
            answer = goes()
            if answer.status >= 500:
                wrong.append(f"{at}: {answer.status}")
            if "/payments/" in answer.headers.get("location", ""):
                # Where whoever pays is sent: it says how it went.
                answer = dana(outage).asks("GET", answer.headers["location"])
                refused = service == "Stripe"
            else:
                refused = answer.status >= 400
            if refused and not TRY_AGAIN.search(answer.text):
                wrong.append(f"{at}: says {answer.text}")
            outage.works()
            outage.works(3)
            outage.ends()
            if refused:
                again = goes()
                if again.status >= 400:
                    wrong.append(f"{at}, again: {again.status} {again.text}")
            outage.goes_on()
            now = looked(outage, made)
            if now != right:
                wrong += [f"{at}: {one} are {now[one]}, not {right[one]}" for one in right if now[one] != right[one]]
    return wrong


def looked(outage: Outage, made: Deed) -> dict[str, Any]:
    """The end of it."""
    if made in LOOKS:
        assert dana(outage).asks("GET", LOOKS[made](outage)).status == 303
    return outage.state()


def test_what_asks_the_store_alone_asks_nobody_else(outage: Outage) -> None:
    """So that it can't notice an outage."""
    for name in sorted(PLAIN):
        goes = plain(outage, name)
        for service in SERVICES.values():
            outage.begins(service, "refused")
            outage.wire.calls.clear()
            assert goes().status < 500, name
            assert not outage.called(), f"{name} asks {outage.called()}"
            outage.ends()
