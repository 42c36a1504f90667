"""A new message is a folder and, if it says something new, a file of variables: CONTRIBUTING.md promises it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.messages import actions, standard
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.messages.rules.template import LANGUAGES
from chalicelib.messages.rules.template import standard as standard_texts
from chalicelib.messages.writing import checking
from sandbox.stylebook import messages as stylebook
from sandbox.world import World, sent_mail
from tests.builders import Company
from tests.messages.test_standard import Words, holes

ABOUT = {
    "title": "Visit tomorrow", "words": "Sent the day before a visit.", "audience": "customer", "groups": ["trip"],
    "order": 900, "resend": True,
}  # fmt: skip
TRIP = {
    "words": "The visit",
    "variables": {
        "on": {"type": "date", "words": "The day", "always": True, "sample": "2026-12-07"},
        "order": {"type": "text", "words": "The work order's number", "sample": "W-17"},
        "price": {"type": "money", "words": "What it costs", "always": True, "sample": 12_960},
    },
}
TEXTS = {
    "subject.txt": "{{ company.name }} comes on {{ trip.on }}",
    "body.html": "<h1>See you on {{ trip.on }}</h1>\n<p>It costs {{ trip.price }}.</p>\n{{ portal_button }}",
    "body.txt": "See you on {{ trip.on }}. It costs {{ trip.price }}.\n{{ portal_link }}",
    "sms.txt": "{{ company.name }} comes on {{ trip.on }}. {{ portal_link }}",
}


@pytest.fixture
def new_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The standard messages, and one more beside them."""
    everything = Path(shutil.copytree(standard.FOLDER, tmp_path / "standard"))
    made = everything / "visit_tomorrow"
    made.mkdir()
    (made / "template.json").write_text(json.dumps(ABOUT))
    (everything / "variables" / "trip.json").write_text(json.dumps(TRIP))
    for language in LANGUAGES:
        (made / language).mkdir()
        for name, text in TEXTS.items():
            (made / language / name).write_text(text)
    monkeypatch.setattr(standard, "FOLDER", everything)
    forget()
    yield made
    monkeypatch.undo()
    forget()


def forget() -> None:
    for cached in (standard.names, standard.template, standard.group):
        cached.cache_clear()


@pytest.mark.usefixtures("new_folder")
def test_it_is_listed_checked_and_previewed_by_being_there(evergreen: Company) -> None:
    owner = evergreen.admin()
    listed = {row["name"]: row for row in owner.get("/message-templates").json["items"]}
    assert (listed["visit_tomorrow"]["title"], listed["visit_tomorrow"]["email"]["on"]) == ("Visit tomorrow", True)
    view = owner.get("/message-templates/visit_tomorrow").json
    assert {"trip.on", "trip.price", "customer.first_name", "portal_button"} <= {v["name"] for v in view["variables"]}
    template = standard.template("visit_tomorrow")
    for channel in ("email", "sms"):
        assert checking.problems(template, channel, standard_texts(template, "en", channel)) == []
    preview = owner.post("/message-templates/visit_tomorrow/previews", {"language": "en"}).json
    assert preview["email"]["subject"] == "Evergreen Pest & Lawn comes on Monday, December 7"
    assert "$129.60" in preview["email"]["html"] and preview["problems"] == []


def test_it_must_not_count_on_what_is_not_always_there(new_folder: Path) -> None:
    """It is written with all it may say, and with what is always there alone, and nobody lists that a second time."""
    assert [hole for language in LANGUAGES for hole in found_holes(language)] == []
    for language in LANGUAGES:
        for part, text in TEXTS.items():
            (new_folder / language / part).write_text(text + " ({{ trip.order }})")
            forget()
            assert found_holes(language), f"{part} in {language}"
            (new_folder / language / part).write_text(text + "{% if trip.order %} ({{ trip.order }}){% endif %}")
            forget()
            assert found_holes(language) == []
            said = stylebook.email("visit_tomorrow", language)
            words = said.subject + said.html + said.text + stylebook.text("visit_tomorrow", language)
            assert words.count("(W-17)") >= 1, "who knows it says it"


def found_holes(language: str) -> list[str]:
    """What `test_no_message_has_an_empty_hole` says of the new message."""
    found = []
    for sparse in (False, True):
        made = stylebook.email("visit_tomorrow", language, sparse=sparse)
        said = (made.subject, made.text, Words(made.html).said)
        said += (stylebook.text("visit_tomorrow", language, sparse=sparse),)
        found += [hole for one in said for hole in holes(one)]
    return found


@pytest.mark.usefixtures("new_folder")
def test_a_cause_sends_it(world: World, evergreen: Company) -> None:
    dana, services, now = evergreen.customer().now, world.services, world.services.now()
    values = {"trip": {"on": "2026-12-07", "price": 12_960}}
    message = Message("visit-1", "visit_tomorrow", dana.email, "en", values, path="/")
    evergreen.store.transact(outbox.new_message(evergreen.store, dana.id, message, now))
    actions.deliver(services, evergreen.store.tenant, dana.id, message.id)
    assert "See you on Monday, December 7. It costs $129.60." in sent_mail()[-1].raw_data
    row = outbox.read(evergreen.store, dana.id, message.id)
    assert row and (row["state"], row["summary"]) == ("sent", "Evergreen Pest & Lawn comes on Monday, December 7")
