"""Previews and tests by the API: what a message would look like, and one sent to whoever asks."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest

from chalicelib.customers.actions import link
from chalicelib.messages import records, standard
from chalicelib.messages.actions import planning, previews, trials
from chalicelib.messages.records import stops, suppressions
from chalicelib.messages.rules.template import LANGUAGES
from chalicelib.tenants import records as companies
from chalicelib.tenants import rules as tenants
from chalicelib.tenants.actions import activation
from chalicelib.tenants.records import audit
from sandbox.world import World, sent_texts
from tests.billing.wire import on_the_wire
from tests.browser import Browser
from tests.builders import Company
from tests.client import Answer, Client
from tests.conftest import Clock
from tests.effort import seconds_of_processor

INVITE = "/message-templates/portal_invite"
INVOICE = "/message-templates/invoice_ready"
MAIL = {
    "subject": "{{ customer.first_name }}, your account",
    "html": "<p>Hello {{ customer.name }}</p>{{ portal_button }}",
    "text": "Hello {{ customer.name }}: {{ portal_link }}",
}
NUMBER = "(303) 555-0142"


@pytest.fixture
def owner(world: World, evergreen: Company) -> Client:
    """Of a company that has all the templates there are."""
    evergreen.store.write(companies.set_booking(evergreen.store, True))
    return evergreen.admin()


def preview(client: Client, path: str = INVITE, **sent: Any) -> Any:
    answer = client.post(f"{path}/previews", {"language": "en", **sent})
    assert answer.status == 200, answer.text
    return answer.json


def trial(client: Client, path: str = INVITE, **sent: Any) -> Answer:
    return client.post(f"{path}/tests", {"channel": "email", "language": "en", **sent})


def mails(browser: Browser) -> list[EmailMessage]:
    found = [email.message_from_string(one, policy=policy.default) for one in browser.deliver_mail()]
    assert all(isinstance(one, EmailMessage) for one in found)
    return found


def plain(mime: EmailMessage) -> str:
    part = mime.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


# Previews


@pytest.mark.parametrize("path", [INVITE, INVOICE])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_standard_texts_for_a_made_up_customer(owner: Client, path: str, language: str) -> None:
    found = preview(owner, path, language=language)
    assert found["problems"] == []
    mail, sms = found["email"], found["sms"]
    assert mail["from"] == "Evergreen Pest & Lawn <portal@porchlight.example>"
    assert mail["to"] == "dana@example.com"
    assert mail["subject"] and "<html" in mail["html"] and "Evergreen Pest & Lawn" in mail["text"]
    assert "None" not in mail["text"] and "{{" not in mail["html"] and "{%" not in mail["html"]
    assert "http://localhost:8000/evergreen" in sms["text"]
    assert sms["count"] >= 1 and sms["room"] in (160, 153, 70, 67)


@pytest.mark.parametrize("name", standard.names())
def test_there_is_nothing_wrong_with_what_comes_with_porchlight(owner: Client, name: str) -> None:
    for language in LANGUAGES:
        found = preview(owner, f"/message-templates/{name}", language=language)
        assert found["problems"] == [], language
        assert found["email"]["to"] and found["sms"]["text"]


@pytest.fixture
def newcomer(world: World) -> Company:
    """A company that has not chosen its portal's address yet."""
    wanted = tenants.Company("", "", "Bright Pools", time_zone="America/Denver")
    made = activation.activate(world.services, wanted, "owner@bright.example").company
    return Company(world, world.services.tables.for_tenant(made.id), "bright")


def test_a_company_without_an_address_sees_its_button_all_the_same(newcomer: Company, browser: Browser) -> None:
    """What stands in the address's place can be nobody's: a link in a test must not lead to another company."""
    owner, door = newcomer.admin(), f"http://localhost:8000/{planning.NO_ADDRESS}"
    etag, link = owner.get("/settings").headers["etag"], "/message-templates/portal_link"
    assert owner.patch("/settings", {"messages": {"link_days": 30}}, if_match=etag).status == 200
    shown = preview(owner, link)
    assert shown["problems"] == [] and f'href="{door}"' in shown["email"]["html"] and door in shown["email"]["text"]
    assert "for 30 days" in shown["email"]["text"] and f"{door}/l/" in shown["sms"]["text"]
    assert trial(owner, link).status == 202
    assert trial(owner, link, channel="sms", to=NUMBER).status == 202
    mail = plain(mails(browser)[-1])
    assert door in mail and "for 30 days" in mail
    assert door in sent_texts()[-1][1]
    refused = owner.put("/settings/address", {"slug": planning.NO_ADDRESS})
    assert (refused.status, refused.kind) == (422, "slug-reserved")


def test_a_draft_is_shown_and_not_kept(owner: Client) -> None:
    found = preview(owner, email=MAIL, sms={"text": "Hi {{ customer.first_name }} 🐜 {{ portal_link }}"})
    assert found["email"]["subject"] == "Dana, your account"
    assert "Hello Dana Whitfield" in found["email"]["html"] and "Hello Dana Whitfield" in found["email"]["text"]
    assert found["sms"]["text"].startswith("Hi Dana 🐜 http")
    assert found["sms"]["alphabet"] == "Unicode"
    assert owner.get(INVITE).headers["etag"] == '"0"'


def test_what_is_not_drafted_is_as_it_is_sent_now(owner: Client) -> None:
    standard = preview(owner)
    subject_only = preview(owner, email={"subject": "Only this"})
    assert subject_only["email"]["subject"] == "Only this"
    assert subject_only["email"]["text"] == standard["email"]["text"]
    assert subject_only["sms"] == standard["sms"]
    assert owner.put(f"{INVITE}/email/en", MAIL, if_match='"0"').status == 200
    assert preview(owner)["email"]["subject"] == "Dana, your account"
    assert "Hello Dana Whitfield" in preview(owner, email={"subject": "Only this"})["email"]["text"]
    assert preview(owner, language="es")["email"]["subject"] != "Dana, your account"


def test_as_one_of_the_companys_customers_would_get_it(owner: Client, evergreen: Company) -> None:
    lou = evergreen.customer("Lou Park", email="lou@example.com")
    found = preview(owner, email=MAIL, customer=lou.id)
    assert (found["email"]["to"], found["email"]["subject"]) == ("lou@example.com", "Lou, your account")
    owner.put("/customers/ext:77", {"name": "Ana Ruiz", "contacts": [{"email": "ana@example.com"}]})
    assert preview(owner, email=MAIL, customer="ext:77")["email"]["to"] == "ana@example.com"


def test_a_customer_with_no_address_at_all(owner: Client) -> None:
    id = owner.post("/customers", {"name": "Nobody Mails"}).json["id"]
    found = preview(owner, INVOICE, customer=id)
    assert found["email"]["to"] == "" and found["problems"] == []
    assert "None" not in found["email"]["text"]


def test_a_customers_name_is_text_wherever_it_stands(owner: Client, evergreen: Company) -> None:
    odd = evergreen.customer("<script>alert(1)</script>\r\nBcc: all@example.com", email="odd@example.com")
    found = preview(owner, email=MAIL, customer=odd.id)
    assert "<script" not in found["email"]["html"] and "&lt;script&gt;" in found["email"]["html"]
    assert "\n" not in found["email"]["subject"] and "\r" not in found["email"]["subject"]


@pytest.mark.parametrize("which", ["theirs", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "ext:nothing", "team", "x#y", "a/../b"])
def test_a_customer_who_is_not_the_companys(owner: Client, bluewave: Company, which: str) -> None:
    who = bluewave.customer("Ruth Vance", email="ruth@example.com").id if which == "theirs" else which
    answer = owner.post(f"{INVITE}/previews", {"language": "en", "customer": who})
    assert (answer.status, answer.kind, answer.json["errors"][0]["pointer"]) == (422, "invalid", "#/customer")
    assert "Ruth" not in answer.text


def test_a_key_that_may_not_read_customers_sees_none_here(owner: Client, evergreen: Company) -> None:
    dana = evergreen.customer()

    def key(*scopes: str) -> Client:
        return Client(evergreen.world, owner.post("/keys", {"name": "Words", "scopes": scopes}).json["key"])

    sent = {"language": "en", "customer": dana.id}
    refused = key("messages:read").post(f"{INVITE}/previews", sent)
    assert (refused.status, refused.kind) == (403, "missing-scope")
    assert key("messages:read", "customers:read").post(f"{INVITE}/previews", sent).status == 200
    assert preview(key("messages:read"))["email"]["to"] == "dana@example.com"


def test_no_link_in_a_preview_is_anybodys_way_in(owner: Client, evergreen: Company, world: World) -> None:
    dana = evergreen.customer()
    with on_the_wire(world) as wire:
        found = preview(owner, customer=dana.id)
    written = [one for one in wire.of("dynamodb") if one.what.partition(" ")[2] not in ("BatchGetItem", "Query")]
    assert all("link" not in str(one.body) for one in written)
    assert 'href="http://localhost:8000/evergreen"' in found["email"]["html"]
    assert "/link/" not in found["email"]["html"] + found["email"]["text"]
    assert link.live(evergreen.store, dana.now, world.services.now()) == []


def test_an_sms_is_counted_with_a_link_as_long_as_one(owner: Client) -> None:
    assert len(previews.NO_TOKEN) == link.SHORT
    found = preview(owner, sms={"text": "{{ portal_link }}"})["sms"]
    address = f"http://localhost:8000/evergreen/l/{previews.NO_TOKEN}"
    assert found == {"text": address, "alphabet": "GSM-7", "length": len(address), "count": 1, "room": 160}


def test_how_long_links_work_is_the_companys(owner: Client) -> None:
    etag = owner.get("/settings").headers["etag"]
    assert owner.patch("/settings", {"messages": {"link_days": 30}}, if_match=etag).status == 200
    assert "30" in preview(owner, sms={"text": "{{ portal.days }} {{ portal_link }}"})["sms"]["text"].split()


def test_a_message_to_the_company_leads_into_the_console(owner: Client) -> None:
    found = preview(owner, "/message-templates/new_lead")
    assert found["email"]["to"] == "office@evergreen.example" and found["problems"] == []
    assert "http://localhost:8000/console#/" in found["email"]["html"]


def test_what_is_wrong_is_listed_and_fails_nothing(owner: Client) -> None:
    found = preview(
        owner, email={"html": "{{ portal_button }}\n{{ custmer.name }}{% if"}, sms={"text": "{{ portal_button }}"}
    )
    assert found["email"] is None and found["sms"] is None
    assert {one["part"] for one in found["problems"]} == {"html", "sms"}
    first = found["problems"][0]
    assert (first["part"], first["line"], first["column"]) == ("html", 2, 4) and "custmer" in first["text"]
    only_one = preview(owner, sms={"text": "{% if %}"})
    assert only_one["email"] is not None and only_one["sms"] is None


@pytest.mark.parametrize("draft", [{"html": ""}, {"subject": " \r\n"}, {"text": ""}])
def test_a_text_that_is_still_empty(owner: Client, draft: dict[str, str]) -> None:
    found = preview(owner, email=draft)
    assert found["email"] is None and [one["part"] for one in found["problems"]] == list(draft)


@pytest.mark.parametrize(
    "hostile",
    [
        "{% for i in (1..1000000000) %}x{% endfor %}",
        "{% for a in invoice.lines %}" * 10 + "x" * 3000 + "{% endfor %}" * 10,
        "{% if invoice.due > 0 %}" * 800,
        "{{ invoice.number | default: '" + "9" * 15_000 + "' }}",
        "{% assign a = invoice.number %}" * 600 + "{{ a }}",
        "<div>" * 3900,
        "{{ '" * 4900,
    ],
    ids=["range", "loops", "nested", "long", "names", "tags", "open"],
)
def test_a_hostile_draft_is_stopped(owner: Client, hostile: str) -> None:
    preview(owner, INVOICE)
    with seconds_of_processor(8):  # it takes one
        found = preview(owner, INVOICE, email={"html": ("{{ portal_button }}" + hostile)[:20_000]})
    assert found["email"] is None or len(found["email"]["html"]) < 300_000


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"language": "fr"}, "#/language"),
        ({}, "#/language"),
        ({"language": "en", "email": {"subject": "x" * 301}}, "#/email/subject"),
        ({"language": "en", "email": {"html": "x" * 20_001}}, "#/email/html"),
        ({"language": "en", "email": {"text": "x" * 10_001}}, "#/email/text"),
        ({"language": "en", "sms": {"text": "x" * 1_001}}, "#/sms/text"),
        ({"language": "en", "email": {"body": "x"}}, "#/email/body"),
        ({"language": "en", "sms": {"text": "a\x00"}}, "#/sms/text"),
    ],
)
def test_what_is_no_request_is_named(owner: Client, sent: dict[str, Any], pointer: str) -> None:
    answer = owner.post(f"{INVITE}/previews", sent)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)


# Tests


def test_a_test_goes_to_whoever_asks(owner: Client, browser: Browser, evergreen: Company) -> None:
    answer = trial(owner, email=MAIL)
    assert (answer.status, answer.json) == (202, {"to": "owner@evergreen.example"})
    (mime,) = mails(browser)
    assert (mime["To"], mime["Subject"]) == ("owner@evergreen.example", "[Test] Dana, your account")
    assert mime["Reply-To"] == "office@evergreen.example"
    assert "Hello Dana Whitfield: http://localhost:8000/evergreen\n" in plain(mime)
    assert owner.get(INVITE).headers["etag"] == '"0"'
    (line,) = (one for one in audit.entries(evergreen.store, 20)[0] if one.action == "template.test")
    assert (line.target, line.actor.id) == ("portal_invite", "owner@evergreen.example")
    assert {(one.field, one.new) for one in line.changes} == {("channel", "email"), ("to", "owner@evergreen.example")}


def test_without_a_draft_it_is_what_customers_get(owner: Client, browser: Browser) -> None:
    assert owner.put(f"{INVITE}/email/en", MAIL, if_match='"0"').status == 200
    assert trial(owner).status == 202
    assert mails(browser)[-1]["Subject"] == "[Test] Dana, your account"
    assert trial(owner, "/message-templates/team_invite").status == 202
    assert mails(browser)[-1]["Subject"].startswith("[Test] ")


def test_what_is_turned_off_can_be_tested(owner: Client, browser: Browser) -> None:
    assert owner.patch(INVITE, {"email": False}, if_match='"0"').status == 200
    assert trial(owner).status == 202
    assert len(mails(browser)) == 1


def test_it_is_in_no_customers_log(owner: Client, browser: Browser, evergreen: Company) -> None:
    dana = evergreen.customer(email="owner@evergreen.example")
    trial(owner)
    mails(browser)
    assert records.outbox.log(evergreen.store, dana.id, 20).items == []


def test_sent_again_with_its_key_it_is_the_same_test(owner: Client, browser: Browser, world: World) -> None:
    sent = {"channel": "email", "language": "en"}
    assert [owner.post(f"{INVITE}/tests", sent, idempotency_key="1").status for _ in range(2)] == [202, 202]
    assert len(mails(browser)) == 1
    with on_the_wire(world) as wire:
        wire.down("dynamodb TransactWriteItems", "lost after", times=1)
        assert owner.post(f"{INVITE}/tests", sent, idempotency_key="2").status == 202
    assert len(mails(browser)) == 2


def test_a_key_has_no_address(owner: Client, world: World, browser: Browser) -> None:
    made = owner.post("/keys", {"name": "Words", "scopes": ["messages:write"]}).json["key"]
    refused = trial(Client(world, made))
    assert (refused.status, refused.kind) == (409, "no-address")
    sms = trial(Client(world, made), channel="sms", to=NUMBER)
    assert (sms.status, sms.json) == (202, {"to": "+13035550142"})
    assert mails(browser) == []


def test_mail_to_oneself_that_is_stopped(owner: Client, evergreen: Company, browser: Browser) -> None:
    then = "2026-11-20T08:00:00+00:00"
    row = suppressions.suppress(evergreen.store, "Owner@Evergreen.example", "bounced", "550", then, "team", "test-1")
    evergreen.store.write(row)
    refused = trial(owner)
    assert (refused.status, refused.kind) == (409, "suppressed") and "came back" in refused.json["detail"]
    assert owner.delete(f"/suppressions/{suppressions.suppression_id('owner@evergreen.example')}").status == 204
    assert trial(owner).status == 202


def test_a_number_that_answered_stop_gets_no_test(owner: Client, world: World) -> None:
    then = "2026-11-20T08:00:00+00:00"
    world.services.tables.platform().write(stops.answer("+13035550142", True, then))
    refused = trial(owner, channel="sms", to=NUMBER)
    assert (refused.status, refused.kind) == (409, "stopped")
    assert trial(owner, channel="sms", to="(303) 555-0117").status == 202


def test_a_mail_goes_nowhere_else(owner: Client, browser: Browser) -> None:
    refused = trial(owner, to="somebody@example.com")
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "#/to")
    assert mails(browser) == []


def test_an_sms_goes_to_the_number_that_was_typed(owner: Client, browser: Browser) -> None:
    answer = trial(owner, channel="sms", to=" (303) 555-0142 ", sms={"text": "{{ company.name }} {{ portal_link }}"})
    assert (answer.status, answer.json) == (202, {"to": "+13035550142"})
    mails(browser)
    assert [(one[0], one[1]) for one in sent_texts()][-1] == (
        "+13035550142", "Test: Evergreen Pest & Lawn http://localhost:8000/evergreen",
    )  # fmt: skip


@pytest.mark.parametrize("to", ["", "  ", "555", "dana@example.com", "+1 900 555 0100", "<script>", "٣٠٣"])
def test_what_is_no_number_gets_no_sms(owner: Client, browser: Browser, to: str) -> None:
    refused = trial(owner, channel="sms", to=to)
    assert (refused.status, refused.kind, refused.json["errors"][0]["pointer"]) == (422, "invalid", "#/to")


def test_what_is_wrong_with_a_draft_is_said(owner: Client, browser: Browser) -> None:
    refused = trial(owner, email={"html": "{{ portal_button }}{{ nothing }}", "subject": "{% if"})
    assert (refused.status, refused.kind) == (422, "text")
    assert {one["pointer"] for one in refused.json["errors"]} == {"#/email/subject", "#/email/html"}
    refused = trial(owner, channel="sms", to=NUMBER, sms={"text": "{{ portal_button }}"})
    assert [one["pointer"] for one in refused.json["errors"]] == ["#/sms/text"]
    assert mails(browser) == []


def test_so_many_an_hour_and_no_more(owner: Client, evergreen: Company, clock: Clock) -> None:
    other = evergreen.admin("other@evergreen.example")
    assert [trial(owner).status for _ in range(trials.MAILS_AN_HOUR)] == [202] * trials.MAILS_AN_HOUR
    assert trial(owner).status == 429
    assert trial(other).status == 202, "each person has their own"
    sent = [trial(one, channel="sms", to=NUMBER).status for one in (owner, other, owner, other, owner, other)]
    assert sent == [202] * trials.SMS_AN_HOUR + [429]
    clock.forward(hours=1)
    again = evergreen.admin()
    assert (trial(again).status, trial(again, channel="sms", to=NUMBER).status) == (202, 202)


def test_what_is_refused_uses_no_try_up(owner: Client) -> None:
    for _ in range(trials.SMS_AN_HOUR + 1):
        assert trial(owner, channel="sms", to="nothing").status == 422
    assert trial(owner, channel="sms", to=NUMBER).status == 202
