"""The widget's installation by the API: the code to paste, and whether it is at work."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from chalicelib.leads.rules import widget
from chalicelib.tenants import rules
from chalicelib.tenants.actions import activation
from chalicelib.web.pages import translate
from sandbox.world import World
from tests.billing.wire import Wire
from tests.builders import Company
from tests.client import Client
from tests.conftest import Clock
from tests.leads.website import Website
from tests.web.switching import switch

PLAIN = """<script async src="http://localhost:8000/widget/v1.js" data-portal="evergreen"></script>
<noscript><a href="http://localhost:8000/evergreen">My account</a></noscript>"""


def test_the_code_is_ready_to_paste(owner: Client) -> None:
    answer = owner.get("/widget")
    assert answer.status == 200 and answer.json["plain"] == PLAIN


def test_the_code_that_pins_the_script_names_the_hash_of_what_is_sent(owner: Client) -> None:
    code = owner.get("/widget").json["with_integrity"]
    found = re.search(r' integrity="(sha384-[A-Za-z0-9+/=]{64})" crossorigin="anonymous"', code)
    assert found and code.replace(found[0], "") == PLAIN
    sent = Website().get("/widget/v1.js").text.encode()
    assert found[1] == "sha384-" + base64.b64encode(hashlib.sha384(sent).digest()).decode()


def test_below_a_gateways_stage_the_code_leads_there_too(owner: Client, world: World) -> None:
    public = "https://abc.execute-api.us-east-1.amazonaws.com/api"
    world.services.settings = replace(world.services.settings, public_url=public + "/")
    plain = owner.get("/widget").json["plain"]
    assert f'src="{public}/widget/v1.js"' in plain and f'href="{public}/evergreen"' in plain


def test_the_plain_link_speaks_the_companys_language(owner: Client) -> None:
    switch(owner, locale={"locale": "es-MX"})
    words = translate("es", widget.MY_ACCOUNT)
    assert owner.get("/widget").json["plain"] == PLAIN.replace("My account", words)


def test_what_is_in_the_code_can_not_end_its_attributes() -> None:
    code = widget.code('https://x.example/"><b>', 'a"b', "https://x.example/?a=1&b='", "<i>Mine</i>", 'x" onload="y')
    tags: list[tuple[str, list[str]]] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attributes: tags.append((tag, [name for name, _ in attributes]))  # type: ignore[method-assign]
    reader.feed(code)
    names = ["async", "src", "data-portal", "integrity", "crossorigin"]
    assert tags == [("script", names), ("noscript", []), ("a", ["href"])]


def test_before_the_portal_has_an_address_there_is_no_code(world: World) -> None:
    wanted = rules.Company("", "", "Bright Pools", time_zone="America/Denver")
    made = activation.activate(world.services, wanted, "owner@bright.example").company
    newcomer = Company(world, world.services.tables.for_tenant(made.id), "bright").admin()
    told = newcomer.get("/widget").json
    assert told["plain"] is told["with_integrity"] is None
    newcomer.put("/settings/address", {"slug": "bright-pools"})
    assert 'data-portal="bright-pools"' in newcomer.get("/widget").json["plain"]


def test_not_seen_yet(owner: Client) -> None:
    told = owner.get("/widget").json
    assert (told["sightings"], told["now"]) == ([], "2026-11-23T19:00:00+00:00")


def test_seen_three_minutes_ago_on_a_page(owner: Client, clock: Clock) -> None:
    Website().pings("www.evergreen.example/contact")
    clock.forward(minutes=3)
    told = owner.get("/widget").json
    assert (told["sightings"], told["now"]) == (
        [{"seen_at": "2026-11-23T19:00:00+00:00", "seen_on": "www.evergreen.example/contact"}],
        "2026-11-23T19:03:00+00:00",
    )


def test_each_website_is_told_once_the_one_seen_last_first(owner: Client, clock: Clock) -> None:
    for page in ("www.evergreen.example/contact", "shop.evergreen.example", "www.evergreen.example/prices"):
        clock.forward(minutes=3)
        Website(origin=f"https://{page.partition('/')[0]}").pings(page)
    assert owner.get("/widget").json["sightings"] == [
        {"seen_at": "2026-11-23T19:09:00+00:00", "seen_on": "www.evergreen.example/prices"},
        {"seen_at": "2026-11-23T19:06:00+00:00", "seen_on": "shop.evergreen.example"},
    ]


def test_what_was_seen_is_remembered_while_it_is_hidden(owner: Client) -> None:
    Website().pings()
    switch(owner, widget={"on": False})
    (seen,) = owner.get("/widget").json["sightings"]
    assert seen["seen_on"] == "www.evergreen.example/contact"


def test_one_companys_installation_is_not_anothers(owner: Client, bluewave: Company) -> None:
    Website().pings()
    other = bluewave.admin().get("/widget").json
    assert other["sightings"] == [] and 'data-portal="bluewave"' in other["plain"]


@pytest.mark.parametrize("role", ["admin", "read-only"])
def test_whoever_may_read_the_settings_may_read_it(evergreen: Company, role: str) -> None:
    client = evergreen.admin("reader@evergreen.example", role)  # type: ignore[arg-type]
    assert client.get("/widget").status == 200


def test_it_costs_one_read_beside_the_callers_own(owner: Client, wire: Wire) -> None:
    owner.get("/session")
    base = len(wire.calls)
    wire.calls.clear()
    owner.get("/widget")
    assert len(wire.calls) == base + 1
