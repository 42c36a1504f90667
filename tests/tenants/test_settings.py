"""A company's settings by the API: one document, one version, and a line in the trail for each change."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.tenants.records import audit
from chalicelib.tenants.rules.audit import Entry
from sandbox.world import World
from tests.billing.wire import on_the_wire
from tests.builders import Company
from tests.client import Answer, Client


@pytest.fixture
def owner(world: World, evergreen: Company) -> Client:
    return evergreen.admin()


def change(client: Client, **parts: Any) -> Answer:
    """A change of the settings as they are now."""
    return client.patch("/settings", parts, if_match=client.get("/settings").headers["etag"])


def trail(company: Company) -> list[Entry]:
    return [one for one in audit.entries(company.store, 50)[0] if one.action == "settings.change"]


def test_all_that_a_company_decides(owner: Client, evergreen: Company) -> None:
    answer = owner.get("/settings")
    assert (answer.status, answer.headers["etag"]) == (200, '"0"')
    assert answer.json == {
        "company": {
            "name": "Evergreen Pest & Lawn", "phone": "(303) 555-0142", "email": "office@evergreen.example",
            "address": ["480 Pearl St", "Boulder, CO 80302"],
        },
        "portal": {"on": True, "slug": "evergreen", "url": "http://localhost:8000/evergreen"},
        "permissions": dict.fromkeys(
            ("payment_options", "invoices", "estimates", "documents", "add_methods", "delete_methods"), True
        ),
        "branding": {"colour": "#2f6b3a", "logo_url": None},
        "payments": {"partial": True, "minimum": 0, "currency": "USD"},
        "locale": {"locale": "en-US", "time_zone": "America/Denver"},
        "widget": {"on": True, "side": "right", "label": "", "colour": ""},
        "contact_form": {"on": True, "email": ""},
        "messages": {"link_days": 7},
        "reviews": {"links": []},
        "booking": {"on": False},
    }  # fmt: skip


def test_what_is_left_out_stays(owner: Client) -> None:
    before = owner.get("/settings")
    answer = owner.patch("/settings", {"permissions": {"delete_methods": False}}, if_match=before.headers["etag"])
    assert answer.status == 200
    expected = before.json | {"permissions": before.json["permissions"] | {"delete_methods": False}}
    assert answer.json == expected == owner.get("/settings").json
    assert answer.headers["etag"] == owner.get("/settings").headers["etag"] != before.headers["etag"]


def test_everything_can_be_changed_at_once_and_back(owner: Client) -> None:
    before = owner.get("/settings").json
    wanted = {
        "company": {
            "name": "Evergreen",
            "phone": "+1 720 555 0100",
            "email": "hi@evergreen.example",
            "address": ["1 A St"],
        },
        "portal": {"on": False},
        "permissions": dict.fromkeys(before["permissions"], False),
        "branding": {"colour": "#aa3311"},
        "payments": {"partial": False, "minimum": 2500},
        "locale": {"locale": "es-MX", "time_zone": "America/Mexico_City"},
        "widget": {"on": False, "side": "left", "label": "Talk to us", "colour": "#115588"},
        "contact_form": {"on": False, "email": "desk@evergreen.example"},
        "messages": {"link_days": 30},
        "reviews": {"links": [{"name": "Google", "url": "https://g.page/r/evergreen/review"}]},
    }
    answer = change(owner, **wanted)
    assert answer.status == 200
    told = {part: answer.json[part] | values for part, values in wanted.items()}
    assert told | {"booking": {"on": False}} == answer.json
    assert answer.json["payments"]["currency"] == "USD" and answer.json["portal"]["slug"] == "evergreen"
    back = {part: {name: before[part][name] for name in values} for part, values in wanted.items()}
    assert change(owner, **back).json == before


@pytest.mark.parametrize("part", ["permissions", "portal", "widget", "contact_form"])
def test_each_switch_goes_off_and_on_by_itself(owner: Client, part: str) -> None:
    before = owner.get("/settings").json[part]
    for name in [one for one, value in before.items() if value is True]:
        assert change(owner, **{part: {name: False}}).json[part] == {**before, name: False}
        assert change(owner, **{part: {name: True}}).json[part] == before


def test_the_trail_tells_each_field_from_and_to(owner: Client, evergreen: Company) -> None:
    change(owner, permissions={"invoices": False}, payments={"minimum": 1000}, company={"phone": ""})
    (line,) = trail(evergreen)
    assert (line.actor.kind, line.actor.id, line.address) == ("admin", "owner@evergreen.example", "203.0.113.9")
    assert line.target == evergreen.store.tenant
    assert {(one.field, one.old, one.new) for one in line.changes} == {
        ("permissions/invoices", True, False),
        ("payments/minimum", 0, 1000),
        ("company/phone", "(303) 555-0142", ""),
    }


def test_the_trail_tells_of_the_widget_and_the_contact_form(owner: Client, evergreen: Company) -> None:
    change(owner, widget={"on": False, "side": "left", "label": " Ask us "}, contact_form={"email": "Desk@Example.com"})
    (line,) = trail(evergreen)
    assert {(one.field, one.old, one.new) for one in line.changes} == {
        ("widget/on", True, False),
        ("widget/side", "right", "left"),
        ("widget/label", "", "Ask us"),
        ("contact_form/email", "", "desk@example.com"),
    }


@pytest.mark.parametrize("days", [1, 90])
def test_how_long_a_mailed_link_works(owner: Client, evergreen: Company, days: int) -> None:
    assert change(owner, messages={"link_days": days}).json["messages"] == {"link_days": days}
    assert evergreen.company.link_days == days
    (line,) = trail(evergreen)
    assert [(one.field, one.old, one.new) for one in line.changes] == [("messages/link_days", 7, days)]


@pytest.mark.parametrize("days", [0, -1, 91, 7.5, "7", None])
def test_a_link_works_for_a_day_at_least_and_ninety_at_most(owner: Client, days: object) -> None:
    refused = change(owner, messages={"link_days": days})
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "#/messages/link_days")


GOOGLE = {"name": "Google", "url": "https://search.google.com/local/writereview?placeid=ChIJ_evergreen-1#top"}
YELP = {"name": "Yelp", "url": "https://www.yelp.com/writeareview/biz/evergreen"}


def test_where_the_public_can_review_the_company(owner: Client, evergreen: Company) -> None:
    spaced = {"name": " Google ", "url": f" {GOOGLE['url']} "}
    assert change(owner, reviews={"links": [spaced, YELP]}).json["reviews"] == {"links": [GOOGLE, YELP]}
    assert [one.name for one in evergreen.company.review_links] == ["Google", "Yelp"], "in their order"
    (line,) = trail(evergreen)
    told = [f"{one['name']} {one['url']}" for one in (GOOGLE, YELP)]
    assert [(one.field, one.old, one.new) for one in line.changes] == [("reviews/links", [], told)]
    change(owner, company={"phone": ""})
    assert owner.get("/settings").json["reviews"] == {"links": [GOOGLE, YELP]}
    assert change(owner, reviews={"links": []}).json["reviews"] == {"links": []}
    assert evergreen.company.review_links == ()


@pytest.mark.parametrize(
    "url",
    [
        "", "google.com/review", "http://g.page/r/x", "javascript:alert(1)", "https:javascript:alert(1)",
        "//g.page/r/x", "https://", "https://localhost/x", "https://127.0.0.1/x", "https://me:secret@g.page/r/x",
        "https://g.page@evil.example/", "https://g.page/r/x y", 'https://g.page/"onclick=', "https://g.page/<b>", "https://g.page\\@evil.example/",
        "https://g.page:99999/", "https://gооgle.com/", "https://[::1]/", "data:text/html,x", "https://g.page/\u202ex",
        "https://g.page/" + "x" * 500,
    ],
)  # fmt: skip
def test_a_review_link_is_a_public_address(owner: Client, evergreen: Company, url: str) -> None:
    refused = change(owner, reviews={"links": [YELP, {"name": "Google", "url": url}]})
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "#/reviews/links/1/url")
    assert evergreen.company.review_links == ()


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "Goo\ngle", "Goo\u202egle", "\u200b\u2060", "\u3164"])
def test_a_review_link_says_which_site_it_is(owner: Client, name: str) -> None:
    refused = change(owner, reviews={"links": [{"name": name, "url": YELP["url"]}]})
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "#/reviews/links/0/name")


def test_six_review_links_at_the_most(owner: Client) -> None:
    assert change(owner, reviews={"links": [YELP] * 6}).status == 200
    refused = change(owner, reviews={"links": [YELP] * 7})
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "#/reviews/links")


def test_messages_go_to_the_companys_address_unless_it_names_another(owner: Client, evergreen: Company) -> None:
    assert evergreen.company.leads_to == "office@evergreen.example"
    change(owner, contact_form={"email": "desk@evergreen.example"})
    assert evergreen.company.leads_to == "desk@evergreen.example"
    change(owner, contact_form={"email": ""})
    assert evergreen.company.leads_to == "office@evergreen.example"


def test_a_widget_that_was_set_up_is_as_it_was_when_it_is_shown_again(owner: Client) -> None:
    looks = {"side": "left", "label": "Ask us", "colour": "#115588"}
    change(owner, widget={"on": False, **looks})
    assert change(owner, widget={"on": True}).json["widget"] == {"on": True, **looks}


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"company": {}},
        {"company": {"name": " Evergreen Pest & Lawn "}, "branding": {"colour": " #2F6B3A "}},
        {"portal": {"slug": "evergreen", "url": "http://localhost:8000/evergreen", "on": True}},
        {"widget": {"on": True, "side": "right", "label": "  ", "colour": " "}, "contact_form": {"email": " "}},
        {"permissions": {"invoices": True}, "company": {"address": ["480 Pearl St", "  ", "Boulder, CO 80302"]}},
    ],
)
def test_what_is_so_already_is_no_change(owner: Client, evergreen: Company, same: dict[str, Any]) -> None:
    answer = change(owner, **same)
    assert (answer.status, answer.headers["etag"]) == (200, '"0"')
    assert answer.json == owner.get("/settings").json and trail(evergreen) == []


def test_two_admins_saving_at_once(owner: Client, evergreen: Company) -> None:
    etag = owner.get("/settings").headers["etag"]
    other = evergreen.admin("other@evergreen.example")
    assert owner.patch("/settings", {"company": {"name": "One"}}, if_match=etag).status == 200
    second = other.patch("/settings", {"company": {"name": "Two"}}, if_match=etag)
    assert (second.status, second.kind) == (412, "stale")
    assert owner.get("/settings").json["company"]["name"] == "One"


def test_two_who_read_the_same_and_write_in_the_same_moment(owner: Client, evergreen: Company, world: World) -> None:
    """The second one's version still fits when it is looked at, and no longer when it is written."""
    etag, other = owner.get("/settings").headers["etag"], evergreen.admin("other@evergreen.example")
    with on_the_wire(world) as wire:

        def meanwhile(_: int, call: Any) -> None:
            if call.what == "dynamodb TransactWriteItems":
                wire.heal()
                assert other.patch("/settings", {"company": {"name": "One"}}, if_match=etag).status == 200

        wire.plan = meanwhile
        second = owner.patch("/settings", {"company": {"name": "Two"}}, if_match=etag)
    assert (second.status, second.kind) == (412, "stale")
    assert evergreen.company.name == "One" and len(trail(evergreen)) == 1


def test_a_change_whose_answer_was_lost_is_made_once(owner: Client, evergreen: Company, world: World) -> None:
    with on_the_wire(world) as wire:
        wire.down("dynamodb TransactWriteItems", "lost after", times=1)
        answer = change(owner, company={"name": "Evergreen"})
    assert (answer.status, answer.json["company"]["name"], answer.headers["etag"]) == (200, "Evergreen", '"1"')
    assert len(trail(evergreen)) == 1


def test_what_stripe_says_meanwhile_makes_nothing_stale(owner: Client, evergreen: Company) -> None:
    from chalicelib.tenants import records

    etag = owner.get("/settings").headers["etag"]
    evergreen.store.write(records.set_charges(evergreen.store, evergreen.company.stripe_account, False))
    assert owner.patch("/settings", {"company": {"name": "One"}}, if_match=etag).status == 200
    assert not evergreen.company.charges_enabled


def test_without_saying_what_was_read_nothing_is_changed(owner: Client) -> None:
    answer = owner.patch("/settings", {"company": {"name": "One"}})
    assert (answer.status, answer.kind) == (428, "if-match-required")
    assert owner.get("/settings").json["company"]["name"] == "Evergreen Pest & Lawn"


@pytest.mark.parametrize("etag", ['"7"', '"x"', "*", '"-1"', '""', '"99999999999999999999"'])
def test_an_etag_that_is_not_the_last_one_is_stale(owner: Client, etag: str) -> None:
    answer = owner.patch("/settings", {"company": {"name": "One"}}, if_match=etag)
    assert (answer.status, answer.kind) == (412, "stale")


@pytest.mark.parametrize("part", [{"slug": "other"}, {"slug": ""}, {"url": "https://other.example"}, {"url": None}])
def test_an_address_is_for_ever(owner: Client, evergreen: Company, part: dict[str, Any]) -> None:
    answer = change(owner, portal=part, company={"name": "Other"})
    assert (answer.status, answer.kind) == (409, "slug-permanent")
    assert "permanent" in answer.json["detail"]
    assert (evergreen.company.slug, evergreen.company.name) == ("evergreen", "Evergreen Pest & Lawn")


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("company", "name", "   "),
        ("company", "name", "Ever\ngreen"),
        ("company", "name", "Ever\u202egreen"),
        ("company", "phone", "call us"),
        ("company", "phone", "()"),
        ("company", "email", "nobody"),
        ("branding", "colour", "green"),
        ("branding", "colour", "#12345"),
        ("payments", "minimum", 49),
        ("widget", "label", "Ask\nus"),
        ("widget", "label", "Ask\u202eus"),
        ("widget", "colour", "blue"),
        ("widget", "colour", "#1234567"),
        ("contact_form", "email", "nobody"),
        ("locale", "locale", "english"),
        ("locale", "locale", "en_US"),
        ("locale", "locale", "fr-FR"),
        ("locale", "locale", "en-XX"),
        ("locale", "locale", "../en"),
        ("locale", "time_zone", "Denver"),
        ("locale", "time_zone", "../../etc/passwd"),
        ("locale", "time_zone", ""),
    ],
)
def test_what_can_not_be_is_named_by_its_place(owner: Client, part: str, field: str, value: object) -> None:
    answer = change(owner, **{part: {field: value}})
    assert (answer.status, answer.kind) == (422, "invalid")
    (wrong,) = answer.json["errors"]
    assert wrong["pointer"] == f"#/{part}/{field}" and len(wrong["detail"]) > 20
    assert owner.get("/settings").headers["etag"] == '"0"'


def test_a_wrong_line_of_the_address_is_named(owner: Client) -> None:
    answer = change(owner, company={"address": ["480 Pearl St", "Boulder\x00"]})
    assert answer.json["errors"][0]["pointer"] == "#/company/address/1"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"permissions": {"fly": True}}, "#/permissions/fly"),
        ({"permissions": {"invoices": "no"}}, "#/permissions/invoices"),
        ({"payments": {"currency": "EUR"}}, "#/payments/currency"),
        ({"payments": {"minimum": -1}}, "#/payments/minimum"),
        ({"company": {"name": ""}}, "#/company/name"),
        ({"widget": {"side": "top"}}, "#/widget/side"),
        ({"widget": {"label": "x" * 31}}, "#/widget/label"),
        ({"widget": {"on": "yes"}}, "#/widget/on"),
        ({"contact_form": {"email": "x" * 255}}, "#/contact_form/email"),
        ({"company": {"address": ["x"] * 7}}, "#/company/address"),
        ({"stripe": {}}, "#/stripe"),
    ],
)
def test_another_shape_is_refused_by_its_place(owner: Client, body: dict[str, Any], pointer: str) -> None:
    answer = change(owner, **body)
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("minimum", [0, 50, 100_000_000])
def test_the_least_payment_is_none_of_ours_or_what_stripe_takes(owner: Client, minimum: int) -> None:
    answer = change(owner, payments={"minimum": minimum})
    assert answer.status == 200 and answer.json["payments"]["minimum"] == minimum


def test_what_was_set_before_a_rule_stands_in_nobodys_way(owner: Client, evergreen: Company) -> None:
    from chalicelib.tenants import records

    records.change_company(evergreen.store, evergreen.company, phone="ask for Sam")
    assert change(owner, company={"name": "Evergreen"}).status == 200
    assert evergreen.company.phone == "ask for Sam"


def test_who_may_only_look_may_not_change(evergreen: Company) -> None:
    reader = evergreen.admin("reader@evergreen.example", role="read-only")
    assert reader.get("/settings").status == 200
    answer = reader.patch("/settings", {"portal": {"on": False}}, if_match='"0"')
    assert (answer.status, answer.kind) == (403, "missing-scope") and evergreen.company.on


def test_a_company_sees_and_changes_its_own_only(owner: Client, bluewave: Company) -> None:
    other = bluewave.admin()
    change(owner, company={"name": "Ours"})
    assert other.get("/settings").json["company"]["name"] == "Bluewave Pools"
    assert other.get("/settings").headers["etag"] == '"0"'


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "right/UTC", "Factory", "../UTC", "Mars/Base"])
def test_a_time_zone_is_one_that_browsers_know_too(owner: Client, zone: str) -> None:
    etag = owner.get("/settings").headers["etag"]
    answer = owner.patch("/settings", {"locale": {"time_zone": zone}}, if_match=etag)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/locale/time_zone")
