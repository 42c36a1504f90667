"""What the widget asks of the server: how it looks, what its panel offers, a message, and a sign of life."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.leads.actions import sightings
from chalicelib.leads.records import leads
from chalicelib.leads.rules.lead import Lead
from chalicelib.leads.rules.submission import wrong as wrong_with
from chalicelib.leads.rules.widget import Sighting
from sandbox.world import World
from tests.access.scene import lift_limits
from tests.billing.wire import Wire
from tests.booking.offers import offering
from tests.browser import Browser
from tests.builders import Company
from tests.client import Answer, Client
from tests.conftest import Clock
from tests.leads.website import Website
from tests.web.switching import switch

ANN = {"name": "Ann Reyes", "email": "ann@example.com", "message": "Wasps under the roof."}
ENDPOINTS = [("GET", ""), ("GET", "/panel"), ("POST", "/messages"), ("POST", "/pings")]


@pytest.fixture
def site(evergreen: Company) -> Website:
    return Website()


@pytest.fixture
def form(site: Website, clock: Clock) -> str:
    """The token of a panel that was opened half a minute ago."""
    token = site.panel().json["form"]
    clock.forward(seconds=30)
    return str(token)


@pytest.fixture
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    lift_limits(monkeypatch)


def kept(company: Company, folder: Any = "new") -> list[Lead]:
    return leads.listed(company.store, folder, 100, "", "")[0]


# How it looks


def test_what_the_tab_needs_and_nothing_more(site: Website) -> None:
    answer = site.configuration()
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == {
        "label": "Contact & account", "side": "right", "colours": ["#2f6b3a", "#ffffff", "#599561", "#161412"],
        "language": "en", "panel": True, "contact": "/contact", "ping": True,
    }  # fmt: skip
    assert answer.headers["cache-control"] == "public, max-age=60"


def test_it_looks_as_the_company_has_decided(site: Website, owner: Client) -> None:
    switch(owner, widget={"side": "left", "label": "Talk to us", "colour": "#ffcc00"}, contact_form={"on": False})
    told = site.configuration().json
    assert (told["label"], told["side"], told["panel"], told["contact"]) == ("Talk to us", "left", False, "")
    light, on_light, dark, _ = told["colours"]
    assert on_light == "#ffffff" and light != "#ffcc00" == dark, "a yellow is darkened where it is on white"
    switch(owner, widget={"label": "", "colour": ""})
    assert site.configuration().json["label"] == "My account", "there is no form that it could speak of"


@pytest.mark.parametrize(
    ("contact", "booking", "label", "doors"),
    [
        (False, False, "My account", ["account"]),
        (True, False, "Contact & account", ["account", "contact"]),
        (False, True, "Book & account", ["account", "booking"]),
        (True, True, "Book, contact & account", ["account", "contact", "booking"]),
    ],
)
def test_what_is_on_is_a_door_and_is_named_on_the_tab(
    site: Website, owner: Client, evergreen: Company, contact: bool, booking: bool, label: str, doors: list[str]
) -> None:
    switch(owner, contact_form={"on": contact})
    offering(evergreen, on=booking)
    configuration, panel = site.configuration().json, site.panel().json
    assert (configuration["label"], configuration["panel"]) == (label, len(doors) > 1)
    assert len(label) <= 30 and configuration["contact"] == ("/contact" if contact else "")
    assert [one["name"] for one in panel["doors"]] == doors
    assert bool(panel["fields"]) == contact
    links = {one["name"]: one["url"] for one in panel["doors"] if "url" in one}
    assert links["account"] == "http://localhost:8000/evergreen"
    assert links.get("booking") == ("http://localhost:8000/evergreen/book?from=widget" if booking else None)
    assert ("book" in panel["doors"][-1]["label"].lower()) == booking


def test_the_booking_door_leads_to_the_page_that_notes_where_it_was_found(
    site: Website, evergreen: Company, browser: Browser
) -> None:
    offering(evergreen)
    (door,) = (one for one in site.panel().json["doors"] if one["name"] == "booking")
    assert (door["label"], door["hint"]) == ("Book online", "Choose a time that suits you")
    page = browser.get(door["url"])
    assert page.status == 200 and "Lawn mowing" in page.text


def test_a_website_may_have_a_colour_of_its_own(site: Website) -> None:
    def colours(asked: str) -> Any:
        return site.ask("GET", "", query={"language": "en", "colour": asked}).json["colours"]

    own = colours("")
    assert colours("#1F5F8B") == ["#1f5f8b", "#ffffff", "#4e8cba", "#161412"] != own
    for odd in ("1f5f8b", "#1f5f8", "blue", "#1f5f8b;}", "#1f5f8b\n", "x" * 5000):
        assert colours(odd) == own


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("es", "es"), ("es-MX", "es"), ("en-GB", "en"), ("de", "en"), ("", "en"), ("x" * 5000, "en"), ("es;q=0", "en")],
)
def test_it_speaks_the_pages_language_or_else_the_companys(site: Website, asked: str, spoken: str) -> None:
    answer = site.ask("GET", "", query={"language": asked})
    assert answer.json["language"] == spoken
    assert site.ask("GET", "/panel", query={"language": asked}).json["language"] == spoken


def test_a_company_that_speaks_spanish_is_the_default(site: Website, owner: Client) -> None:
    switch(owner, locale={"locale": "es-MX"})
    assert site.configuration().json["language"] == "es"
    assert site.ask("GET", "", query={"language": "en"}).json["language"] == "en"


def test_it_is_the_same_for_everybody(site: Website, evergreen: Company, browser: Browser) -> None:
    """It is kept by caches in between: neither the browser's languages nor anybody's cookies may colour it."""
    dana = evergreen.customer(language="es")
    browser.sign_in("evergreen")
    cookie = "; ".join(f"{name}={value}" for (name, _), value in browser.jar.items())
    assert dana.now.language == "es"
    plain = site.configuration()
    known = site.configuration(cookie=f"{cookie}; porchlight_language=es", accept_language="es")
    assert (known.text, known.headers) == (plain.text, plain.headers)


@pytest.mark.parametrize("switches", [{"portal": {"on": False}}, {"widget": {"on": False}}])
def test_nothing_at_all_while_it_is_hidden_or_the_portal_is_off(
    site: Website, owner: Client, evergreen: Company, switches: Any
) -> None:
    switch(owner, **switches)
    configuration, panel = site.configuration(), site.panel()
    assert (configuration.status, configuration.text, configuration.headers["cache-control"]) == (
        204, "", "public, max-age=60",
    )  # fmt: skip
    assert (panel.status, panel.text, panel.headers["cache-control"]) == (204, "", "no-store")
    assert site.pings().status == 204 and sightings.seen(evergreen.store) == ()


def test_one_read_and_one_more_for_an_address_not_seen_before(site: Website, world: World, wire: Wire) -> None:
    world.services.slugs.clear()
    site.configuration()
    assert [call.what for call in wire.calls] == ["dynamodb BatchGetItem"] * 2
    wire.calls.clear()
    site.configuration()
    assert [call.what for call in wire.calls] == ["dynamodb BatchGetItem"]
    (asked,) = wire.calls[0].body["RequestItems"].values()
    assert len(asked["Keys"]) == 2, "the company, and when the widget was last seen"


def test_what_a_browser_has_already_is_not_sent_again(site: Website, owner: Client) -> None:
    first = site.configuration()
    etag = first.headers["etag"]
    for tag in (etag, f"W/{etag}", f'"other", {etag}'):
        again = site.configuration(if_none_match=tag)
        assert (again.status, again.text, again.headers["etag"]) == (304, "", etag)
        assert again.headers["cache-control"] == first.headers["cache-control"]
    switch(owner, widget={"label": "Talk to us"})
    changed = site.configuration(if_none_match=etag)
    assert changed.status == 200 and changed.headers["etag"] != etag
    assert site.ask("GET", "", query={"language": "es"}).headers["etag"] != site.configuration().headers["etag"]


@pytest.mark.parametrize("slug", ["nowhere", "x", "api", "EVERGREEN", "%2e%2e", "a" * 3000])
@pytest.mark.parametrize(("method", "below"), ENDPOINTS)
def test_an_address_that_nobody_has(site: Website, slug: str, method: str, below: str) -> None:
    site.slug = slug
    answer = site.ask(method, below, ANN if method == "POST" else None, {"language": "es"})
    assert (answer.status, answer.kind, answer.json["title"]) == (404, "not-found", "Página no encontrada")


# What the panel offers


def test_the_panel_has_a_door_for_each_thing_that_the_company_offers(site: Website, owner: Client) -> None:
    answer = site.panel()
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    told = answer.json
    assert told["doors"] == [
        {"name": "account", "label": "My account", "hint": "See and pay your invoices",
         "url": "http://localhost:8000/evergreen"},
        {"name": "contact", "label": "Contact us", "hint": "Ask us anything, or ask us to come"},
    ]  # fmt: skip
    assert (told["company"], told["phone"], told["email"]) == (
        "Evergreen Pest & Lawn", "(303) 555-0142", "office@evergreen.example",
    )  # fmt: skip
    switch(owner, contact_form={"on": False}, permissions={"invoices": False})
    (account,) = site.panel().json["doors"]
    assert account["name"] == "account" and "invoices" not in account["hint"]


def test_the_panels_words_are_those_of_its_language(site: Website) -> None:
    english, spanish = (site.ask("GET", "/panel", query={"language": one}).json for one in ("en", "es"))
    assert english["words"].keys() == spanish["words"].keys() and all(english["words"].values())
    assert spanish["words"]["sending"] == "Enviando…"


def test_what_an_empty_form_is_told_is_what_the_server_would_say(site: Website) -> None:
    said_first = {one["name"]: one["missing"] for one in site.panel().json["fields"]}
    said = {one["pointer"]: one["detail"] for one in site.sends({}).json["errors"]}
    assert said == {f"#/{name}": said_first[name] for name in ("name", "email", "message")}
    assert said["#/message"] == "Write your message."


def test_the_form_has_the_fields_that_a_message_may_have(site: Website, owner: Client) -> None:
    """Each with all keys: a website's scripts may have put any of them into every object."""
    told = site.panel().json
    assert [one["name"] for one in told["fields"]] == [
        "name", "email", "phone", "message", "service", "preferred_time", "homepage",
    ]  # fmt: skip
    assert {tuple(one) for one in told["fields"]} == {
        ("name", "label", "kind", "autocomplete", "most", "missing", "group", "hint", "optional")
    }
    email = told["fields"][1]
    assert (email["label"], email["kind"], email["group"], email["most"]) == ("E-mail address", "email", "either", 254)
    assert [one["name"] for one in told["fields"] if one["kind"] == "trap"] == ["homepage"]
    assert told["words"]["either"] == "How can we answer you? One of the two is enough."
    switch(owner, contact_form={"on": False})
    assert site.panel().json["fields"] == []


def test_what_fits_the_fields_is_never_too_long(site: Website, evergreen: Company, form: str) -> None:
    """A field takes no more than it may have, so that nobody has to be told of it; one more is too much."""
    most = {one["name"]: one["most"] for one in site.panel().json["fields"]}
    full = {
        "name": "n" * most["name"], "email": "ann@" + "e" * (most["email"] - 8) + ".com",
        "phone": "3" * most["phone"], "message": "m" * most["message"], "service": "s" * most["service"],
        "preferred_time": "p" * most["preferred_time"],
    }  # fmt: skip
    assert site.sends({**full, "form": form}).status == 201
    for name, value in full.items():
        answer = site.sends({**full, "form": form, name: value[:1] + value})
        assert [one["pointer"] for one in answer.json["errors"]] == [f"#/{name}"]


def test_the_widget_and_the_contact_page_speak_the_same_words(site: Website, browser: Browser) -> None:
    page, panel = browser.get("/evergreen/contact").text, site.panel().json
    said = [panel["words"]["either"], panel["words"]["optional"], panel["words"]["send"]]
    said += [text for one in panel["fields"] for text in (one["label"], one["hint"])]
    assert [text for text in said if text not in page] == []
    sent = browser.get("/evergreen/contact/sent").text
    assert [name for name in ("sent_title", "sent_text", "urgent", "another") if panel["words"][name] not in sent] == []


def test_the_panel_costs_one_read(site: Website, wire: Wire) -> None:
    site.configuration()
    wire.calls.clear()
    site.panel()
    assert [call.what for call in wire.calls] == ["dynamodb BatchGetItem"]


def test_each_panel_has_a_form_of_its_own(site: Website) -> None:
    assert site.panel().json["form"] != site.panel().json["form"]


# A message


def test_a_message_comes_in_from_the_page_and_in_the_language_it_was_written(
    site: Website, evergreen: Company, form: str, browser: Browser
) -> None:
    answer = site.sends(
        **ANN, form=form, phone="303 555 0188", service="Wasps", preferred_time="Mornings", homepage="",
        page="www.evergreen.example/contact", language="es",
    )  # fmt: skip
    assert (answer.status, answer.json, answer.headers["cache-control"]) == (201, {"received": True}, "no-store")
    (lead,) = kept(evergreen)
    assert (lead.source, lead.language, lead.customer, lead.reasons) == ("widget", "es", "", ())
    assert (lead.wrote.name, lead.wrote.page) == ("Ann Reyes", "www.evergreen.example/contact")
    assert (lead.wrote.service, lead.wrote.preferred_time) == ("Wasps", "Mornings")
    to_company, to_ann = browser.deliver_mail()
    assert "To: office@evergreen.example" in to_company and "Reply-To: ann@example.com" in to_company
    assert "To: ann@example.com" in to_ann and "Wasps" not in to_ann


@pytest.mark.parametrize("kind", ["text/plain", "text/plain;charset=UTF-8", "application/json", "Application/JSON", ""])
def test_a_body_is_json_whatever_it_is_called(site: Website, evergreen: Company, form: str, kind: str) -> None:
    answer = site.ask("POST", "/messages", {**ANN, "form": form}, content_type=kind)
    assert answer.status == 201 and len(kept(evergreen)) == 1


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html", "text/plain+json"]
)
def test_another_kind_of_body_is_refused(site: Website, evergreen: Company, form: str, kind: str) -> None:
    answer = site.ask("POST", "/messages", {**ANN, "form": form}, content_type=kind)
    assert (answer.status, answer.kind) == (415, "unsupported-media-type") and kept(evergreen) == []


def test_whose_browser_it_is_does_not_matter(site: Website, evergreen: Company, browser: Browser, form: str) -> None:
    """Any website may post here: it must not write in the name of a customer who is signed in somewhere else."""
    evergreen.customer()
    browser.sign_in("evergreen")
    cookie = "; ".join(f"{name}={value}" for (name, _), value in browser.jar.items())
    assert site.ask("POST", "/messages", {**ANN, "form": form}, cookie=cookie).status == 201
    (lead,) = kept(evergreen)
    assert (lead.customer, lead.source) == ("", "widget")


def test_messages_come_in_while_the_tab_is_hidden(site: Website, owner: Client, evergreen: Company, form: str) -> None:
    """A page that was open before may still have the form."""
    switch(owner, widget={"on": False})
    assert site.sends(**ANN, form=form).status == 201 and len(kept(evergreen)) == 1


@pytest.mark.parametrize(
    ("switches", "kind"), [({"contact_form": {"on": False}}, "not-found"), ({"portal": {"on": False}}, "portal-off")]
)
def test_no_message_comes_in_while_the_form_or_the_portal_is_off(
    site: Website, owner: Client, evergreen: Company, form: str, switches: Any, kind: str
) -> None:
    switch(owner, **switches)
    answer = site.sends(**ANN, form=form)
    assert (answer.status, answer.kind) == (404, kind)
    assert ("Please call us" if kind == "not-found" else "Please contact us") in answer.json["detail"]
    switch(owner, portal={"on": True})
    assert kept(evergreen) == []


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"name": ""}, {"#/name"}),
    ({"name": " \u200b\t "}, {"#/name"}),
    ({"name": "x" * 101}, {"#/name"}),
    ({"email": "nobody"}, {"#/email"}),
    ({"email": "a@b@example.com"}, {"#/email"}),
    ({"email": "x" * 250 + "@example.com"}, {"#/email"}),
    ({"email": ""}, {"#/email"}),
    ({"email": "", "phone": "12"}, {"#/phone"}),
    ({"phone": "call me"}, {"#/phone"}),
    ({"phone": "303 555 0142 " * 4}, {"#/phone"}),
    ({"message": ""}, {"#/message"}),
    ({"message": "x" * 4001}, {"#/message"}),
    ({"message": " " * 20_000 + "Wasps"}, {"#/message"}),
    ({"name": "x" * 20_001, "email": "nobody"}, {"#/name", "#/email"}),
    ({"service": "x" * 101}, {"#/service"}),
    ({"preferred_time": "x" * 101}, {"#/preferred_time"}),
    ({"name": "", "message": " ", "email": "nobody"}, {"#/name", "#/email", "#/message"}),
    ({"name": 5}, {"#/name"}),
    ({"message": ["Wasps"]}, {"#/message"}),
    ({"email": {"at": "home"}}, {"#/email"}),
    ({"homepage": True}, {"#/homepage"}),
    ({"fly": 1.5}, {"#/fly"}),
    ({"a/b~c": 1}, {"#/a~1b~0c"}),
    ({"\ud800": 1}, {"#/?"}),
    ({"k" * 30_000: 1}, {"#/" + "k" * 100}),
]


@pytest.mark.parametrize(("odd", "pointers"), WRONG, ids=lambda value: str(sorted(value))[:40])
def test_each_wrong_field_is_named(
    site: Website, evergreen: Company, form: str, odd: dict[str, Any], pointers: set[str]
) -> None:
    answer = site.sends({**ANN, "form": form, **odd})
    assert (answer.status, answer.kind) == (422, "invalid")
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json["errors"]
    assert {one["pointer"] for one in told} == pointers and all(len(one["detail"]) > 10 for one in told)
    assert answer.json["detail"] == told[0]["detail"]
    assert kept(evergreen) == kept(evergreen, "spam") == []


def test_what_is_wrong_is_said_in_the_visitors_language(site: Website, form: str) -> None:
    answer = site.sends({**ANN, "form": form, "email": "nobody"}, language="es")
    assert answer.json["detail"] == "Escriba un correo como nombre@example.com."


@pytest.mark.parametrize("odd", [{"page": "x" * 1999}, {"page": "a b\x00"}, {"phone": None}, {"company": "ACME"}])
def test_what_nobody_has_typed_stands_in_no_messages_way(
    site: Website, evergreen: Company, form: str, odd: dict[str, Any]
) -> None:
    assert site.sends({**ANN, "form": form, **odd}).status == 201
    (lead,) = kept(evergreen)
    assert lead.wrote.page == "" and not wrong_with(lead.wrote)


def test_a_long_message_is_taken_whole_and_a_huge_one_refused(site: Website, evergreen: Company, form: str) -> None:
    longest = ("Wasps 🐝 and ñandúes. " * 300)[:3999] + "."
    assert len(longest) == 4000 and len(json.dumps(longest)) > 5000
    assert site.sends({**ANN, "form": form, "message": longest}).status == 201
    assert kept(evergreen)[0].wrote.message == longest
    for size in (65_536, 1_000_000):
        answer = site.sends({**ANN, "form": form, "message": "x" * size})
        assert (answer.status, answer.kind) == (413, "too-large")
    assert len(kept(evergreen)) == 1


UNREADABLE = [
    "", "null", "[]", '"Wasps"', "5", "true", "{", "{}}", "{'name': 'Ann'}", '{"name": "Ann", "name": "Bea"}',
    '{"x": {"y": "1", "y": "2"}}', "name=Ann&message=Wasps", "\ufeff{}", '{"name": "a\nb"}', '{"name": "\x00"}',
    "[" * 30_000, '{"a":' * 9_000, '{"name": ' + "9" * 10_000 + "}",
]  # fmt: skip


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:30]))
@pytest.mark.parametrize("below", ["/messages", "/pings"])
def test_what_can_not_be_read_is_refused_in_words(site: Website, below: str, body: str) -> None:
    answer = site.ask("POST", below, body)
    assert (answer.status, answer.kind) == (400, "malformed")


@pytest.mark.parametrize("odd", ["x" * 20_000, "\x00", "\ud800", "é"])
def test_the_trap_and_the_form_are_no_persons_mistake(site: Website, evergreen: Company, form: str, odd: str) -> None:
    plain = site.sends(**ANN, form=form)
    for field in ("form", "homepage"):
        answer = site.sends({**ANN, "form": form, field: odd})
        assert (answer.status, answer.text) == (201, plain.text)
    assert [one.reasons for one in kept(evergreen, "spam")].count(("no_form",)) == 1
    assert [one.reasons for one in kept(evergreen, "spam")].count(("trap",)) == 1


def test_what_is_suspected_is_answered_like_everything_else(site: Website, evergreen: Company, form: str) -> None:
    plain = site.sends(**ANN, form=form)
    links = "Buy https://a.example https://b.example https://c.example"
    for odd in ({"form": ""}, {"form": form, "homepage": "x"}, {"form": form, "message": links}):
        answer = site.sends({**ANN, **odd})
        assert (answer.status, answer.text, answer.headers) == (201, plain.text, plain.headers)
    assert len(kept(evergreen)) == 1
    assert {one.reasons for one in kept(evergreen, "spam")} == {("no_form",), ("trap",), ("links",)}


def test_a_form_sent_twice_is_one_message(site: Website, evergreen: Company, form: str) -> None:
    assert [site.sends(**ANN, form=form).status for _ in range(3)] == [201] * 3
    assert len(kept(evergreen)) == 1


def test_too_many_from_one_address_are_told_when_to_try_again(
    site: Website, evergreen: Company, form: str, clock: Clock
) -> None:
    """Whatever the caller says of itself: whose address it is, the gateway knows."""
    answers = [
        site.ask("POST", "/messages", {**ANN, "form": form, "message": f"Wasps {number}"}, {"language": "es"},
                 x_forwarded_for=f"198.51.100.{number}", cloudfront_viewer_address=f"198.51.100.{number}:1")
        for number in range(14)
    ]  # fmt: skip
    assert [one.status for one in answers] == [201] * 10 + [429] * 4
    refused = answers[-1]
    assert refused.kind == "too-many" and refused.json["title"] == "Espere un poco"
    assert "retry-after" in refused.headers["access-control-expose-headers"].lower()
    wait = int(refused.headers["retry-after"])
    assert 0 < wait <= 3600
    assert {one.wrote.message for one in kept(evergreen)} == {f"Wasps {number}" for number in range(10)}
    clock.forward(seconds=wait)
    assert site.sends(**ANN, form=form).status == 201


def test_when_the_store_is_down_the_widget_is_told_so(site: Website, form: str, wire: Wire) -> None:
    wire.down("dynamodb")
    for method, below in ENDPOINTS:
        body = {**ANN, "form": form, "page": "www.evergreen.example"} if method == "POST" else None
        answer = site.ask(method, below, body, {"language": "es"})
        assert (answer.status, answer.kind, answer.json["title"]) == (503, "unavailable", "Un momento, por favor")
    wire.heal()
    assert site.sends(**ANN, form=form).status == 201


def test_a_mistake_of_ours_can_be_read_too_and_tells_nothing(
    site: Website, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(sightings, "look", broken)
    answer = site.configuration()
    assert (answer.status, answer.kind) == (500, "unexpected") and "42" not in answer.text
    assert "RuntimeError" in caplog.text


_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=60)
_VALUES = st.recursive(_LEAVES, lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(), some, max_size=3))
_NAMES = st.sampled_from([*"form name email phone message service preferred_time page homepage".split()])
_BODIES = st.one_of(
    st.dictionaries(_NAMES | st.text(st.characters()), _VALUES, max_size=10).map(json.dumps),
    st.fixed_dictionaries(dict.fromkeys(ANN, st.text(st.characters())), optional={"page": st.text()}).map(json.dumps),
    _VALUES.map(json.dumps),
    st.text(),
)


@settings(max_examples=150)
@given(body=_BODIES, below=st.sampled_from(["/messages", "/pings"]), language=st.text(max_size=5))
def test_nothing_that_is_sent_breaks_it(no_limits: None, site: Website, body: str, below: str, language: str) -> None:
    answer = site.ask("POST", below, body, {"language": language})
    assert answer.status in (201, 204, 400, 422)
    if answer.status >= 400:
        assert answer.json["status"] == answer.status and answer.json["detail"]
        answer.text.encode()


# A sign of life


def test_it_is_noted_where_and_when_the_widget_was_seen(site: Website, evergreen: Company, clock: Clock) -> None:
    answer = site.pings("www.evergreen.example/contact")
    assert (answer.status, answer.text, answer.headers["cache-control"]) == (204, "", "no-store")
    assert sightings.seen(evergreen.store) == (Sighting(clock.time, "www.evergreen.example/contact"),)


def test_once_in_five_minutes_is_enough(site: Website, evergreen: Company, clock: Clock, wire: Wire) -> None:
    def costs(page: str) -> list[str]:
        wire.calls.clear()
        assert site.pings(page).status == 204
        return [call.what.removeprefix("dynamodb ") for call in wire.calls]

    assert site.configuration().json["ping"] is True
    assert costs("www.evergreen.example/a") == ["BatchGetItem", "PutItem"]
    assert "ping" not in site.configuration().json
    clock.forward(minutes=4, seconds=59)
    assert "ping" not in site.configuration().json
    assert costs("www.evergreen.example/b") == ["BatchGetItem"]
    clock.forward(seconds=1)
    assert site.configuration().json["ping"] is True
    assert costs("www.evergreen.example/c") == ["BatchGetItem", "PutItem"]
    assert sightings.seen(evergreen.store) == (Sighting(clock.time, "www.evergreen.example/c"),)


def other(number: int) -> Website:
    """A website that says it is the company's too."""
    return Website(origin=f"https://w{number}.example")


def visits(site: Website, page: str = "") -> bool:
    """Whether a visitor's browser is asked for a sign of life; if so it is sent."""
    asked = site.configuration().json.get("ping", False)
    if asked:
        assert site.pings(site.origin.partition("://")[2] + page).status == 204
    return bool(asked)


def seen_on(company: Company) -> list[str]:
    return [one.page for one in sightings.seen(company.store)]


def test_one_website_does_not_hide_another(site: Website, evergreen: Company, clock: Clock) -> None:
    assert visits(other(1)) and visits(site, "/a"), "one is not noted in the other's place"
    assert not visits(other(1)) and not visits(site, "/b")
    assert seen_on(evergreen) == ["www.evergreen.example/a", "w1.example"]
    clock.forward(minutes=5)
    assert visits(other(1), "/again")
    assert seen_on(evergreen) == ["w1.example/again", "www.evergreen.example/a"]
    # A page that does not say where it is, is asked when nobody was seen.
    assert "ping" not in site.configuration(origin="").json
    clock.forward(minutes=5)
    assert site.configuration(origin="").json["ping"] is True


def test_of_many_websites_the_five_seen_last_are_kept(site: Website, evergreen: Company, clock: Clock) -> None:
    for number in range(7):
        clock.forward(minutes=1)
        assert visits(other(number))
    assert seen_on(evergreen) == [f"w{number}.example" for number in (6, 5, 4, 3, 2)]


def test_websites_that_somebody_makes_up_cost_no_more_than_five_writes_in_five_minutes(
    site: Website, evergreen: Company, clock: Clock, wire: Wire
) -> None:
    assert visits(site, "/home")
    for number in range(50):
        made_up = other(number)
        made_up.pings(made_up.origin.partition("://")[2])
        clock.forward(seconds=1)
    assert len(wire.of("dynamodb PutItem")) == 5
    assert seen_on(evergreen) == ["w3.example", "w2.example", "w1.example", "w0.example", "www.evergreen.example/home"]


def test_of_those_who_come_at_once_one_is_noted(site: Website, evergreen: Company, clock: Clock, wire: Wire) -> None:
    """The other comes between this one's look and its write."""

    def meanwhile(_: int, call: Any) -> None:
        if call.what == "dynamodb PutItem":
            wire.heal()
            site.pings("www.evergreen.example/first")

    for minutes in (0, 5):
        clock.forward(minutes=minutes)
        wire.plan = meanwhile
        assert site.pings("www.evergreen.example/second").status == 204
        assert sightings.seen(evergreen.store) == (Sighting(clock.time, "www.evergreen.example/first"),)


def test_a_sign_whose_answer_was_lost_is_noted(site: Website, evergreen: Company, wire: Wire) -> None:
    wire.down("dynamodb PutItem", "lost after", times=1)
    assert site.pings().status == 204
    assert seen_on(evergreen) == ["www.evergreen.example/contact"]


@pytest.mark.parametrize(
    ("page", "origin", "kept_as"),
    [
        ("www.evergreen.example", "https://www.evergreen.example", "www.evergreen.example"),
        ("www.evergreen.example/", "https://www.evergreen.example", "www.evergreen.example"),
        ("localhost:8003/contact.html", "http://localhost:8003", "localhost:8003/contact.html"),
        ("xn--pltze-gra.example/a%20b/(c)", "https://xn--pltze-gra.example", "xn--pltze-gra.example/a%20b/(c)"),
        ("192.0.2.1/x", "http://192.0.2.1", "192.0.2.1/x"),
        ("www.evergreen.example/" + "x" * 278, "https://www.evergreen.example", "www.evergreen.example/" + "x" * 278),
    ],
)
def test_a_page_is_a_host_and_a_path(site: Website, evergreen: Company, page: str, origin: str, kept_as: str) -> None:
    assert site.pings(page, origin=origin).status == 204
    assert seen_on(evergreen) == [kept_as]


@pytest.mark.parametrize(
    ("page", "origin"),
    [
        ("www.evergreen.example/contact", "https://other.example"),
        ("www.evergreen.example/contact", "https://evergreen.example"),
        ("www.evergreen.example/contact", "null"),
        ("www.evergreen.example/contact", ""),
        ("www.evergreen.example:81/contact", "https://www.evergreen.example"),
        ("www.evergreen.example.evil.example", "https://www.evergreen.example"),
        ("www.evergreen.example@evil.example/", "https://www.evergreen.example"),
        ("www.evergreen.example/" + "x" * 279, "https://www.evergreen.example"),
        ("www.evergreen.example/ x", "https://www.evergreen.example"),
        ("www.evergreen.example/<b>", "https://www.evergreen.example"),
        ("www.evergreen.example/\u202etxt", "https://www.evergreen.example"),
        ("javascript:alert(1)", "https://javascript:alert(1)"),
        ("/contact", "https://"),
        ("", "https://www.evergreen.example"),
        ("", ""),
        (None, "https://www.evergreen.example"),
    ],
)
def test_what_is_no_page_or_another_websites_is_not_kept(
    site: Website, evergreen: Company, wire: Wire, page: Any, origin: str
) -> None:
    site.configuration()
    wire.calls.clear()
    assert site.pings(page, origin=origin).status == 204
    assert wire.calls == [] and seen_on(evergreen) == []


def test_a_sign_that_is_no_text_is_named(site: Website) -> None:
    answer = site.pings(5)
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "#/page"


def test_a_company_is_seen_by_its_own_widget_only(site: Website, evergreen: Company, bluewave: Company) -> None:
    site.pings()
    assert seen_on(evergreen) and not seen_on(bluewave)
    assert Website("bluewave").configuration().json["ping"] is True


# Around them all


@pytest.mark.parametrize(("method", "below"), ENDPOINTS)
def test_a_browser_that_asks_first_is_told_yes(site: Website, wire: Wire, method: str, below: str) -> None:
    answer = site.ask(
        "OPTIONS", below, access_control_request_method=method, access_control_request_headers="content-type"
    )
    assert (answer.status, answer.text) == (204, "")
    assert method in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "content-type"
    assert wire.calls == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "x"])
@pytest.mark.parametrize(("method", "below"), ENDPOINTS)
def test_whoever_asks_first_is_told_whatever_kind_they_say_it_is(
    site: Website, method: str, below: str, kind: str
) -> None:
    answer = site.ask("OPTIONS", below, access_control_request_method=method, content_type=kind)
    assert (answer.status, answer.text) == (204, "")


def test_all_of_it_may_be_used_by_pages_that_embed_nothing_else(site: Website) -> None:
    answers: list[Answer] = [site.ask(method, below, ANN if method == "POST" else None) for method, below in ENDPOINTS]
    assert {one.headers["cross-origin-resource-policy"] for one in answers} == {"cross-origin"}
    assert {one.headers["x-content-type-options"] for one in answers} == {"nosniff"}
