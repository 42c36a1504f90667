"""Templates by the API: which are sent, in whose words, and that two who write at once don't overwrite each other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import app as wiring
from chalicelib.messages import standard
from chalicelib.messages.records import templates
from chalicelib.messages.rules.template import HTML_MAX, LANGUAGES, SMS_MAX, SUBJECT_MAX, TEXT_MAX
from chalicelib.messages.writing import checking
from chalicelib.tenants import records as companies
from chalicelib.tenants.records import audit
from chalicelib.tenants.rules.audit import Entry
from sandbox.world import World
from tests.billing.wire import on_the_wire
from tests.builders import Company
from tests.client import Answer, Client

INVITE = "/message-templates/portal_invite"
MAIL = {
    "subject": "Your account at {{ company.name }}",
    "html": "<p>Hello {{ customer.first_name }},</p>\n{{ portal_button }}",
    "text": "Hello {{ customer.first_name }},\n{{ portal_link }}",
}
TEXT = {"text": "{{ company.name }}: {{ portal_link }}"}


@pytest.fixture
def owner(world: World, evergreen: Company) -> Client:
    """Of a company that has all the templates there are."""
    evergreen.store.write(companies.set_booking(evergreen.store, True))
    return evergreen.admin()


def put(client: Client, path: str, body: Any) -> Answer:
    """A change of the template as it is now."""
    return client.put(path, body, if_match=etag(client, path))


def etag(client: Client, path: str = INVITE) -> str:
    return client.get("/".join(path.split("/")[:3])).headers["etag"]


def switch(client: Client, name: str, **switches: bool) -> Answer:
    path = f"/message-templates/{name}"
    return client.patch(path, switches, if_match=etag(client, path))


def trail(company: Company) -> list[Entry]:
    return [one for one in audit.entries(company.store, 50)[0] if one.action.startswith("template.")]


def texts(client: Client, language: str = "en", path: str = INVITE) -> Any:
    return client.get(path).json["texts"][language]


# What there is


def test_all_templates_are_listed_in_their_order(owner: Client) -> None:
    answer = owner.get("/message-templates")
    assert answer.status == 200
    assert [one["name"] for one in answer.json["items"]] == list(standard.names())
    assert all(one["title"] and one["words"] for one in answer.json["items"])
    (invite,) = (one for one in answer.json["items"] if one["name"] == "portal_invite")
    assert invite["email"] == {"on": True, "needed": False, "own": []}
    assert invite["sms"] == {"on": False, "own": []}


def test_the_list_takes_one_query_whatever_a_company_has_written(owner: Client, world: World) -> None:
    for name in standard.names():
        if standard.template(name).editable:
            assert switch(owner, name, sms=True).status == 200
    with on_the_wire(world) as wire:
        rows = owner.get("/message-templates").json["items"]
    assert [one["sms"]["on"] for one in rows] == [one["editable"] for one in rows]
    assert len(wire.of("dynamodb Query")) == 1 and not wire.of("dynamodb Scan")


def test_long_texts_of_all_templates_are_all_found(owner: Client, evergreen: Company, world: World) -> None:
    """DynamoDB reads a megabyte at once."""
    long = {"subject": "¡" * SUBJECT_MAX, "html": "🐜" * HTML_MAX, "text": "🐜" * TEXT_MAX}
    own = {one: {"email": long, "sms": {"sms": "🐜" * SMS_MAX}} for one in LANGUAGES}
    for name in standard.names():
        before = templates.to_choice(None)
        evergreen.store.write(templates.decide(evergreen.store, name, before, type(before)(texts=own)))
    rows = owner.get("/message-templates").json["items"]
    assert all(one["email"]["own"] == one["sms"]["own"] == ["en", "es"] for one in rows)


def test_a_template_whole(owner: Client) -> None:
    answer = owner.get(INVITE)
    assert (answer.status, answer.headers["etag"], answer.json["version"]) == (200, '"0"', 0)
    for language in LANGUAGES:
        mine = standard.template("portal_invite").texts[language]
        ours = {"subject": mine.subject, "html": mine.html, "text": mine.text}
        assert answer.json["texts"][language]["email"] == {**ours, "own": False, "standard": ours}
        assert answer.json["texts"][language]["sms"] == {
            "text": mine.sms, "own": False, "standard": {"text": mine.sms},
        }  # fmt: skip


def test_variables_say_what_they_are_and_how_they_look(owner: Client) -> None:
    found = {one["name"]: one for one in owner.get("/message-templates/invoice_ready").json["variables"]}
    assert found["company.name"] == {
        "name": "company.name", "group": "Your company", "type": "text", "words": "Its name",
        "sample": "Evergreen Pest & Lawn", "in": ["subject", "html", "text", "sms"], "of": [],
    }  # fmt: skip
    assert found["invoice.total"]["type"] == "money" and found["invoice.total"]["sample"].startswith("$")
    assert found["portal.days"]["sample"] == "7"
    lines = found["invoice.lines"]
    assert (lines["type"], lines["sample"]) == ("list", "")
    assert {one["name"] for one in lines["of"]} == {"description", "quantity", "unit_price", "amount"}
    assert all(one["sample"] for one in lines["of"])
    assert found["portal_button"]["in"] == ["html"] and found["portal_link"]["in"] == ["html", "text", "sms"]
    assert found["portal_link"]["group"] == "The link" and "console_link" not in found


@pytest.mark.parametrize("name", standard.names())
def test_a_variable_may_stand_where_it_is_said_to(owner: Client, name: str) -> None:
    template = standard.template(name)
    answer = owner.get(f"/message-templates/{name}")
    assert answer.status == 200
    for one in answer.json["variables"]:
        if one["type"] in ("list", "flag"):
            continue
        for channel, parts in checking.PARTS.items():
            wrong = checking.problems(template, channel, dict.fromkeys(parts, f"{{{{ {one['name']} }}}}"))
            refused = {part for part, problem in wrong if not problem.text.startswith("Nobody could do anything")}
            assert {part for part in parts if part not in one["in"]} == refused, one["name"]


@pytest.mark.parametrize("name", ["nothing", "variables", "layout", "__pycache__", "Portal_Invite", "..", "x" * 300])
def test_what_is_no_template_is_not_there(owner: Client, name: str) -> None:
    path = f"/message-templates/{name}"
    assert owner.get(path).status == 404
    assert owner.patch(path, {"sms": True}, if_match='"0"').status == 404
    assert owner.post(f"{path}/previews", {"language": "en"}).status == 404
    assert owner.post(f"{path}/tests", {"channel": "email", "language": "en"}).status == 404


@pytest.mark.parametrize("language", ["fr", "EN", "en-US", "%20", "variables"])
def test_nor_is_a_language_that_we_do_not_speak(owner: Client, language: str) -> None:
    answers = [
        owner.put(f"{INVITE}/email/{language}", MAIL, if_match='"0"'),
        owner.put(f"{INVITE}/sms/{language}", TEXT, if_match='"0"'),
        owner.delete(f"{INVITE}/email/{language}", if_match='"0"'),
        owner.delete(f"{INVITE}/sms/{language}", if_match='"0"'),
    ]
    assert [one.status for one in answers] == [404] * 4
    assert etag(owner) == '"0"'


# Switches


def test_a_template_is_turned_off_and_on(owner: Client, evergreen: Company) -> None:
    off = switch(owner, "portal_invite", email=False, sms=True)
    assert (off.status, off.headers["etag"]) == (200, '"1"')
    assert (off.json["email"]["on"], off.json["sms"]["on"]) == (False, True)
    on = switch(owner, "portal_invite", email=True)
    assert (on.json["email"]["on"], on.json["sms"]["on"], on.json["version"]) == (True, True, 2)
    second, first = trail(evergreen)
    assert (first.action, first.target, first.actor.id) == (
        "template.change", "portal_invite", "owner@evergreen.example",
    )  # fmt: skip
    assert {(one.field, one.old, one.new) for one in first.changes} == {("email", True, False), ("sms", False, True)}
    assert [(one.field, one.old, one.new) for one in second.changes] == [("email", False, True)]


def test_what_is_so_already_changes_nothing(owner: Client, evergreen: Company) -> None:
    for sent in ({}, {"email": True}, {"email": True, "sms": False}):
        answer = owner.patch(INVITE, sent, if_match='"0"')
        assert (answer.status, answer.headers["etag"]) == (200, '"0"')
    assert trail(evergreen) == []


@pytest.mark.parametrize("name", ["sign_in", "password_reset"])
def test_what_people_need_to_get_in_can_not_be_turned_off(owner: Client, name: str) -> None:
    refused = switch(owner, name, email=False)
    assert (refused.status, refused.kind) == (409, "needed")
    assert owner.get(f"/message-templates/{name}").json["email"] == {"on": True, "needed": True, "own": []}
    assert switch(owner, name, email=True, sms=True).status == 200


def test_what_goes_to_the_team_is_the_same_everywhere(owner: Client, evergreen: Company) -> None:
    path = "/message-templates/team_invite"
    assert owner.get(path).json["editable"] is False
    mail = owner.get(path).json["texts"]["en"]["email"]["standard"]
    answers = [
        switch(owner, "team_invite", sms=True),
        owner.put(f"{path}/email/en", mail, if_match='"0"'),
        owner.put(f"{path}/sms/en", {"text": "x"}, if_match='"0"'),
        owner.delete(f"{path}/email/en", if_match='"0"'),
        owner.delete(f"{path}/sms/en", if_match='"0"'),
        owner.post(f"{path}/tests", {"channel": "email", "language": "en", "email": mail}),
    ]
    assert [(one.status, one.kind) for one in answers] == [(409, "not-editable")] * 6
    assert trail(evergreen) == []


# Texts


def test_a_company_writes_its_own(owner: Client, evergreen: Company) -> None:
    answer = put(owner, f"{INVITE}/email/en", MAIL)
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    email = answer.json["texts"]["en"]["email"]
    assert {part: email[part] for part in MAIL} == MAIL and email["own"]
    assert email["standard"]["subject"] == standard.template("portal_invite").texts["en"].subject
    assert answer.json["email"]["own"] == ["en"] and not answer.json["texts"]["es"]["email"]["own"]
    assert answer.json == owner.get(INVITE).json
    assert put(owner, f"{INVITE}/sms/es", TEXT).json["sms"]["own"] == ["es"]
    sms, mail = trail(evergreen)
    assert [(one.field, one.old, one.new) for one in mail.changes] == [
        ("texts/en/email", "standard", "own: subject, html, text"),
    ]  # fmt: skip
    assert [(one.field, one.old, one.new) for one in sms.changes] == [("texts/es/sms", "standard", "own: text")]


def test_the_trail_says_which_part_was_changed_and_not_what_it_says(owner: Client, evergreen: Company) -> None:
    put(owner, f"{INVITE}/email/en", MAIL)
    put(owner, f"{INVITE}/email/en", {**MAIL, "subject": "A subject of ours"})
    line, _ = trail(evergreen)
    assert [(one.field, one.old, one.new) for one in line.changes] == [("texts/en/email", "own", "own: subject")]
    assert "subject of ours" not in owner.get("/audit").text


def test_reset_is_standard_again(owner: Client, evergreen: Company) -> None:
    before = owner.get(INVITE).json["texts"]
    put(owner, f"{INVITE}/email/en", MAIL)
    put(owner, f"{INVITE}/sms/en", TEXT)
    answer = owner.delete(f"{INVITE}/email/en", if_match=etag(owner))
    assert (answer.status, answer.headers["etag"]) == (200, '"3"')
    assert answer.json["texts"]["en"]["email"] == before["en"]["email"] and answer.json["sms"]["own"] == ["en"]
    assert trail(evergreen)[0].action == "template.reset"
    assert [(one.field, one.old, one.new) for one in trail(evergreen)[0].changes] == [
        ("texts/en/email", "own", "standard"),
    ]  # fmt: skip
    assert owner.delete(f"{INVITE}/sms/en", if_match=etag(owner)).json["texts"] == before


def test_resetting_what_is_standard_changes_nothing(owner: Client, evergreen: Company) -> None:
    answer = owner.delete(f"{INVITE}/sms/en", if_match='"0"')
    assert (answer.status, answer.headers["etag"]) == (200, '"0"')
    assert trail(evergreen) == []


def test_the_standard_texts_sent_as_ones_own_follow_the_standard(owner: Client) -> None:
    mine = texts(owner)["email"]["standard"]
    as_typed = {part: text.replace("\n", "\r\n") + "\r\n" for part, text in mine.items()}
    assert put(owner, f"{INVITE}/email/en", as_typed).json["texts"]["en"]["email"]["own"] is False
    put(owner, f"{INVITE}/email/en", MAIL)
    assert put(owner, f"{INVITE}/email/en", as_typed).json["email"]["own"] == []


def test_the_same_again_changes_nothing(owner: Client, evergreen: Company) -> None:
    put(owner, f"{INVITE}/email/en", MAIL)
    again = put(owner, f"{INVITE}/email/en", MAIL)
    assert (again.status, again.headers["etag"]) == (200, '"1"')
    assert len(trail(evergreen)) == 1


def test_lines_end_as_we_count_them(owner: Client) -> None:
    typed = {"text": "Uno:\r\n{{ portal_link }}\rDos\r\n\r\n"}
    answer = put(owner, f"{INVITE}/sms/en", typed)
    assert answer.json["texts"]["en"]["sms"]["text"] == "Uno:\n{{ portal_link }}\nDos"


def test_any_letters_may_be_used(owner: Client, evergreen: Company) -> None:
    words = "¡Hola! 你好 🐜 \u0130 e\u0301 — {{ portal_link }}"
    assert put(owner, f"{INVITE}/sms/es", {"text": words}).json["texts"]["es"]["sms"]["text"] == words
    assert texts(owner, "es")["sms"]["text"] == words


def test_the_longest_texts_fit(owner: Client) -> None:
    for language in LANGUAGES:
        mail = {
            "subject": "🐜" * SUBJECT_MAX,
            "html": "{{ portal_button }}" + "🐜" * (HTML_MAX - 19),
            "text": "{{ portal_link }}" + "🐜" * (TEXT_MAX - 17),
        }
        # As browsers send it: four bytes a character.
        answer = put(owner, f"{INVITE}/email/{language}", json.dumps(mail, ensure_ascii=False))
        assert answer.status == 200, answer.text
        assert (
            put(owner, f"{INVITE}/sms/{language}", {"text": "{{ portal_link }}" + "🐜" * (SMS_MAX - 17)}).status == 200
        )
    assert texts(owner, "es")["email"]["html"] == "{{ portal_button }}" + "🐜" * (HTML_MAX - 19)


@pytest.mark.parametrize(
    ("part", "most"), [("subject", SUBJECT_MAX), ("html", HTML_MAX), ("text", TEXT_MAX)]
)  # fmt: skip
def test_what_is_too_long_is_named(owner: Client, part: str, most: int) -> None:
    refused = put(owner, f"{INVITE}/email/en", {**MAIL, part: "x" * (most + 1)})
    assert (refused.status, refused.kind, refused.json["errors"][0]["pointer"]) == (422, "invalid", f"#/{part}")
    assert f"{most:,}" in refused.json["detail"]


def test_an_sms_too(owner: Client) -> None:
    refused = put(owner, f"{INVITE}/sms/en", {"text": "x" * (SMS_MAX + 1)})
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "#/text")


@pytest.mark.parametrize("part", MAIL)
def test_a_text_that_is_missing_or_empty(owner: Client, part: str) -> None:
    without = {name: text for name, text in MAIL.items() if name != part}
    assert put(owner, f"{INVITE}/email/en", without).json["errors"][0]["pointer"] == f"#/{part}"
    for nothing in ("", " \n\t"):
        refused = put(owner, f"{INVITE}/email/en", {**MAIL, part: nothing})
        assert (refused.status, refused.kind, refused.json["errors"][0]["pointer"]) == (422, "text", f"#/{part}")


@pytest.mark.parametrize("odd", ["a\x00b", "a\x1b[31m", "\x07"])
def test_what_nobody_can_print_is_refused(owner: Client, odd: str) -> None:
    refused = put(owner, f"{INVITE}/sms/en", {"text": odd + "{{ portal_link }}"})
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "#/text")


def test_half_a_character_is_no_text(owner: Client) -> None:
    refused = owner.put(f"{INVITE}/sms/en", '{"text": "\\ud800 {{ portal_link }}"}', if_match='"0"')
    assert refused.status == 400


# What is wrong with a text


def test_all_that_is_wrong_is_said_with_line_and_column(owner: Client, evergreen: Company) -> None:
    mail = {
        "subject": "Hello {{ customer.frist_name }}",
        "html": '<p>Hi</p>\n{{ portal_button }}\n{% if company.phone != "" %}',
        "text": "{{ portal_link }}\n  {{ company.name | shout }}",
    }
    refused = put(owner, f"{INVITE}/email/en", mail)
    assert (refused.status, refused.kind) == (422, "text")
    told = [(one["pointer"], one["detail"]) for one in refused.json["errors"]]
    assert [pointer for pointer, _ in told] == ["#/subject", "#/html", "#/text"]
    assert refused.json["detail"] == told[0][1]
    assert told[0][1].startswith("Line 1, column ") and "customer.first_name" in told[0][1]
    assert told[1][1].startswith("Line 3, column ")
    assert told[2][1].startswith("Line 2, column ") and "shout" in told[2][1]
    assert etag(owner) == '"0"' and trail(evergreen) == []


def test_what_only_an_e_mail_can_have_is_refused_in_an_sms(owner: Client) -> None:
    refused = put(owner, f"{INVITE}/sms/en", {"text": "{{ portal_button }}"})
    assert (refused.status, refused.kind, refused.json["errors"][0]["pointer"]) == (422, "text", "#/text")


@pytest.mark.parametrize(
    "hostile",
    [
        "{% for i in (1..1000000000) %}x{% endfor %}",
        "{% if true %}" * 3000,
        "{{ 'x' | append: 'y' | append: 'z' }}" * 400,
        "{% include 'secrets' %}",
        "{{" * 9000,
    ],
)
def test_a_hostile_text_is_refused_in_words(owner: Client, hostile: str) -> None:
    refused = put(owner, f"{INVITE}/email/en", {**MAIL, "html": ("{{ portal_button }}" + hostile)[:HTML_MAX]})
    assert (refused.status, refused.kind) == (422, "text")
    assert {one["pointer"] for one in refused.json["errors"]} == {"#/html"}


def test_a_text_that_grows_beyond_bounds_when_it_is_filled_in_is_refused_before(owner: Client) -> None:
    """Well-formed, and too much all the same: found out with samples, not at the first customer."""
    loop = "{% for line in invoice.lines %}{% for line in invoice.lines %}" * 2
    sms = loop + "x" * 200 + "{% endfor %}" * 4 + "{{ portal_link }}"
    refused = put(owner, "/message-templates/invoice_ready/sms/en", {"text": sms})
    assert (refused.status, refused.kind, refused.json["errors"][0]["pointer"]) == (422, "text", "#/text")


# Two who write at once


def test_two_tabs_do_not_overwrite_each_other(owner: Client, evergreen: Company) -> None:
    read, other = etag(owner), evergreen.admin("other@evergreen.example")
    assert other.put(f"{INVITE}/sms/en", TEXT, if_match=read).status == 200
    late = [
        owner.put(f"{INVITE}/sms/en", {"text": "Ours: {{ portal_link }}"}, if_match=read),
        owner.put(f"{INVITE}/email/es", MAIL, if_match=read),
        owner.patch(INVITE, {"sms": True}, if_match=read),
        owner.delete(f"{INVITE}/sms/en", if_match=read),
    ]
    assert [(one.status, one.kind) for one in late] == [(412, "stale")] * 4
    assert texts(owner)["sms"]["text"] == TEXT["text"]
    (line,) = trail(evergreen)
    assert line.actor.id == "other@evergreen.example"


def test_nor_where_both_have_read_the_latest(owner: Client, evergreen: Company, world: World) -> None:
    """The second one's version still fits when it is looked at, and no longer when it is written."""
    other = evergreen.admin("other@evergreen.example")
    with on_the_wire(world) as wire:

        def meanwhile(_: int, call: Any) -> None:
            if call.what == "dynamodb TransactWriteItems":
                wire.heal()
                assert other.put(f"{INVITE}/sms/en", TEXT, if_match='"0"').status == 200

        wire.plan = meanwhile
        second = owner.put(f"{INVITE}/sms/en", {"text": "Ours: {{ portal_link }}"}, if_match='"0"')
    assert (second.status, second.kind) == (412, "stale")
    assert texts(owner)["sms"]["text"] == TEXT["text"] and len(trail(evergreen)) == 1


def test_a_change_whose_answer_was_lost_is_made_once(owner: Client, evergreen: Company, world: World) -> None:
    with on_the_wire(world) as wire:
        wire.down("dynamodb TransactWriteItems", "lost after", times=1)
        answer = owner.put(f"{INVITE}/sms/en", TEXT, if_match='"0"')
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    assert answer.json == owner.get(INVITE).json and len(trail(evergreen)) == 1


@pytest.mark.parametrize("given", ["garbage", '"x"', '"1', "*", '"99999999999999999999"'])
def test_a_version_that_is_none_of_ours(owner: Client, given: str) -> None:
    refused = owner.put(f"{INVITE}/sms/en", TEXT, if_match=given)
    assert (refused.status, refused.kind) == (412, "stale")


def test_without_a_version_nothing_is_changed(owner: Client) -> None:
    answers = [
        owner.put(f"{INVITE}/sms/en", TEXT), owner.put(f"{INVITE}/email/en", MAIL), owner.patch(INVITE, {"sms": True}),
        owner.delete(f"{INVITE}/sms/en"), owner.delete(f"{INVITE}/email/en"),
    ]  # fmt: skip
    assert [(one.status, one.kind) for one in answers] == [(428, "if-match-required")] * 5
    assert etag(owner) == '"0"'


# Who may


def test_who_may_only_read_reads_and_looks(evergreen: Company) -> None:
    reader = evergreen.admin("reader@evergreen.example", "read-only")
    assert reader.get("/message-templates").status == 200 and reader.get(INVITE).status == 200
    assert reader.post(f"{INVITE}/previews", {"language": "en"}).status == 200
    refused = [
        reader.patch(INVITE, {"sms": True}, if_match='"0"'),
        reader.put(f"{INVITE}/email/en", MAIL, if_match='"0"'),
        reader.put(f"{INVITE}/sms/en", TEXT, if_match='"0"'),
        reader.delete(f"{INVITE}/email/en", if_match='"0"'),
        reader.delete(f"{INVITE}/sms/en", if_match='"0"'),
        reader.post(f"{INVITE}/tests", {"channel": "email", "language": "en"}),
    ]
    assert [(one.status, one.kind) for one in refused] == [(403, "missing-scope")] * 6


def test_a_key_does_what_it_holds(owner: Client, world: World) -> None:
    def key(*scopes: str) -> Client:
        return Client(world, owner.post("/keys", {"name": "Words", "scopes": scopes}).json["key"])

    assert key("messages:read").get(INVITE).status == 200
    assert key("customers:read").get(INVITE).status == 403
    assert key("messages:read").put(f"{INVITE}/sms/en", TEXT, if_match='"0"').status == 403
    assert key("messages:write").put(f"{INVITE}/sms/en", TEXT, if_match='"0"').status == 200
    assert key("messages:write").get(INVITE).status == 403


def test_another_companys_words_are_its_own(owner: Client, bluewave: Company) -> None:
    put(owner, f"{INVITE}/sms/en", {"text": "Evergreen here: {{ portal_link }}"})
    theirs = bluewave.admin()
    assert "Evergreen" not in theirs.get(INVITE).text and etag(theirs) == '"0"'
    assert theirs.get("/message-templates").json["items"][0]["sms"]["own"] == []


def test_pages_that_post_messages_do_not_wait_for_the_language() -> None:
    """What writes and checks texts is loaded where a text is written or checked, and nowhere else."""
    rooms = (
        "messages.actions customers.portal customers.public billing.portal leads.public.contact team.actions.invites"
    )
    imports = "; ".join(f"import chalicelib.{room}" for room in rooms.split())
    loaded = "{one.partition('.')[0] for one in sys.modules} & {'liquid', 'msgspec'}"
    code = f"import app, sys; {imports}; print(*({loaded}))"
    root = Path(wiring.__file__).parent
    environment = {"PATH": "/usr/bin:/bin", "AWS_DEFAULT_REGION": "us-east-1", "HOME": "/tmp"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
