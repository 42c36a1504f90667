"""The widget's scripts as browsers get them."""

from __future__ import annotations

import base64
import hashlib

import pytest

import app as wiring
from chalicelib.web import assets
from sandbox.world import World
from tests.browser import Browser
from tests.leads.website import Website

SCRIPTS = ["v1.js", "v1-panel.js"]


@pytest.fixture
def site(world: World) -> Website:
    return Website()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_may_be_loaded_by_every_website_and_kept_for_a_day(site: Website, name: str) -> None:
    answer = site.get(f"/widget/{name}")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", SCRIPTS)
def test_who_has_it_is_not_sent_it_again(site: Website, name: str) -> None:
    etag = site.get(f"/widget/{name}").headers["etag"]
    for tag in (etag, f"W/{etag}"):
        again = site.get(f"/widget/{name}", if_none_match=tag)
        assert (again.status, again.text) == (304, "")
        assert again.headers["cache-control"] == "public, max-age=86400"
    assert site.get(f"/widget/{name}", if_none_match='"other"').status == 200


@pytest.mark.parametrize("name", SCRIPTS)
def test_its_hash_is_that_of_the_bytes_that_are_sent(site: Website, name: str) -> None:
    sent = site.get(f"/widget/{name}").text.encode()
    pinned = "sha384-" + base64.b64encode(hashlib.sha384(sent).digest()).decode()
    assert assets.widget(name).integrity == pinned


@pytest.mark.parametrize("name", SCRIPTS)
def test_notes_for_readers_stay_with_us(site: Website, name: str) -> None:
    sent = site.get(f"/widget/{name}").text
    assert not [line for line in sent.splitlines() if line.startswith(("//", " "))]


def test_the_loader_pins_the_panel_that_is_sent(site: Website) -> None:
    assert assets.widget("v1-panel.js").integrity in site.get("/widget/v1.js").text


@pytest.mark.parametrize("path", ["/widget/v2.js", "/widget/v1.js.map"])
def test_there_are_no_others(world: World, path: str) -> None:
    assert Browser(wiring.app, world).get(path).status == 404
