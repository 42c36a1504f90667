"""What websites load of us stays small, and a published version stays as it is for ever.

Websites pin these bytes by `integrity`, and browsers keep them: a change of version 1 would break the first and reach
the second late. Once version 1 is published, what has to change becomes v2, beside it. Until then: a changed panel is
pinned at the top of v1.js, and both of them here.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from chalicelib.web import assets
from sandbox.world import World
from tests.leads.website import Website

PINNED = {
    "v1.js": "sha384-2gLTiHE5gAYZqIZ3EU8ktajzWifl0XUiuxPBudfxIPUiNz040POmG1Utw9IkS9hr",
    "v1-panel.js": "sha384-BW2Cu5jS8ScAleRmJ3vQuPpQt7ELfbsiLvwDp1yM3/0381Oxcgxtz1FECLLQxY1Q",
}
DOCS = (Path(__file__).parent.parent.parent / "docs" / "widget.md").read_text()
LOADER_MOST = 2_200
TOGETHER_MOST = 10_000


def weight(sent: bytes) -> int:
    return len(gzip.compress(sent, 9, mtime=0))


@pytest.mark.parametrize("name", PINNED)
def test_a_version_stays_as_it_is(name: str) -> None:
    assert assets.widget(name).integrity == PINNED[name]


def test_the_loader_takes_no_panel_but_its_own() -> None:
    pinned = re.findall(r"sha\d+-[\w+/=]+", assets.widget("v1.js").content.decode())
    assert pinned == [PINNED["v1-panel.js"]]


def test_a_page_view_pays_for_little_and_the_panel_is_not_much_more(world: World) -> None:
    loader, panel = (weight(assets.widget(name).content) for name in PINNED)
    assert loader <= LOADER_MOST
    for language in ("en", "es"):
        answer = Website().ask("GET", "/panel", query={"language": language})
        assert loader + panel + weight(answer.text.encode()) <= TOGETHER_MOST


@pytest.mark.parametrize("name", PINNED)
def test_nothing_is_kept_logged_or_written_as_markup(name: str) -> None:
    """What a page's policy would refuse, or its owner would mind, is not even spelled."""
    sent = assets.widget(name).content.decode()
    refused = (
        r"cookie|storage|indexedDB|console\.|innerHTML|outerHTML|insertAdjacent|eval|Function\(|document\.write|style="
    )
    assert re.findall(refused, sent, re.IGNORECASE) == []


def test_the_docs_tell_of_all_options_functions_and_events_and_of_no_others() -> None:
    sent = assets.widget("v1.js").content.decode()
    told = re.findall(r"^\| `data-(\w+)`", DOCS, re.MULTILINE)
    assert sorted(told) == sorted(set(re.findall(r"option\('(\w+)'\)", sent)))
    functions = re.search(r"window\.Porchlight = \{(.*?)^\};", sent, re.DOTALL | re.MULTILINE)
    assert functions
    known = set(re.findall(r"^(\w+): safely", functions[1], re.MULTILINE))
    assert set(re.findall(r"Porchlight\.(\w+)\(", DOCS)) == known
    events = re.search(r"listeners = \{ __proto__: null, (.*?) \}", sent)
    assert events and re.findall(r"^\| `(\w+)` \|", DOCS, re.MULTILINE) == re.findall(r"(\w+): \[\]", events[1])
