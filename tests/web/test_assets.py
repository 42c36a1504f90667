"""Static files: a name for each content, and nothing else answered."""

import re

import pytest

from chalicelib.web.assets import STATIC, asset_url, read_asset


def test_a_url_carries_the_content_s_hash_below_the_prefix() -> None:
    assert re.fullmatch(r"/assets/portal\.[0-9a-f]{12}\.css", asset_url("", "portal.css"))
    assert asset_url("/api", "portal.css") == "/api" + asset_url("", "portal.css")


@pytest.mark.parametrize("name", ["portal.css", "portal.js", "mark.svg"])
def test_the_hashed_name_answers_the_file(name: str) -> None:
    content, content_type = read_asset(asset_url("", name).rpartition("/")[2])
    assert content
    assert len(content) <= (STATIC / name).stat().st_size
    assert content_type.startswith(("text/css", "text/javascript", "image/svg+xml"))


@pytest.mark.parametrize(
    "name",
    ["portal.css", "portal.000000000000.css", "", "../settings.py", "..%2fsettings.py", "portal.css/x"],
)
def test_any_other_name_is_unknown(name: str) -> None:
    assert read_asset(name)[0] is None


def test_what_is_sent_has_no_comments_and_keeps_its_rules() -> None:
    css, _ = read_asset(asset_url("", "portal.css").rpartition("/")[2])
    assert css is not None
    assert b"/*" not in css
    assert css.count(b"{") == css.count(b"}") == (STATIC / "portal.css").read_text().count("{")


def test_an_unknown_file_has_no_url() -> None:
    with pytest.raises(KeyError):
        asset_url("", "nothing.css")
