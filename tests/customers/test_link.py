"""Portal Links: one click to come in, whatever a mail scanner does with them before."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib import tokens
from chalicelib.customers import records
from chalicelib.customers.actions import link as links
from chalicelib.customers.rules import Link
from chalicelib.errors import Unavailable
from chalicelib.messages import actions as messages
from chalicelib.messages import records as outbox
from sandbox.world import queued, sent_mail, sent_texts
from tests.browser import Browser
from tests.builders import Company, Person
from tests.client import Client


def mailed(browser: Browser, person: Person, **values: object) -> str:
    """Send a Portal Link and read it out of the mail."""
    links.send(browser.world.services, person.company.store, person.now, **values)  # type: ignore[arg-type]
    return newest(browser)


def newest(browser: Browser) -> str:
    found = re.search(r"/evergreen/link/[\w-]{43}", browser.deliver_mail()[-1].replace("=\n", ""))
    assert found
    return found.group()


def texted(browser: Browser, person: Person, **values: object) -> str:
    """Send a Portal Link by SMS and read it on the phone."""
    links.send(browser.world.services, person.company.store, person.now, by="sms", **values)  # type: ignore[arg-type]
    return newest_text(browser)


def newest_text(browser: Browser) -> str:
    browser.deliver_mail()
    found = re.search(r"http://localhost:8000(/evergreen/l/[\w-]{22})(?![\w-])", sent_texts()[-1][1])
    assert found
    return found.group(1)


def with_a_phone(company: Company) -> Person:
    return company.customer(phones=("(303) 555-0117",))


def test_the_button_of_a_mail_opens_the_account(evergreen: Company, browser: Browser) -> None:
    link = mailed(browser, evergreen.customer())
    assert "Continue as Dana" in browser.get(link).text
    page = browser.submit(link)
    assert page.url.endswith("/evergreen") and "Dana Whitfield" in page.text


def test_the_page_of_a_link_tells_nothing_else(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer("Dana Whitfield")
    dana.invoice(12_000)
    page = browser.get(mailed(browser, dana))
    assert "Whitfield" not in page.html
    assert "120" not in page.text and "dana@example.com" not in page.html
    assert "no-store" in page.headers["cache-control"]


def test_scanners_may_open_and_even_post_it(evergreen: Company, browser: Browser) -> None:
    link = mailed(browser, evergreen.customer())
    for _ in range(3):
        scanner = Browser(browser.app, browser.world)
        scanner.get(link)
        scanner.submit(link)
    browser.get(link)
    assert browser.submit(link).status == 200


def test_it_lives_seven_days(evergreen: Company, browser: Browser, clock) -> None:
    link = mailed(browser, evergreen.customer())
    clock.forward(days=6, hours=23)
    assert browser.get(link).status == 200
    clock.forward(hours=2)
    expired = browser.get(link)
    assert expired.status == 410
    assert browser.post(link, {}).status == 410


@pytest.mark.parametrize("days", [1, 30, 90])
def test_a_company_chooses_how_long_between_1_and_90_days(
    owner: Client, evergreen: Company, browser: Browser, clock, days: int
) -> None:
    etag = owner.get("/settings").headers["etag"]
    assert owner.patch("/settings", {"messages": {"link_days": days}}, if_match=etag).status == 200
    link = mailed(browser, evergreen.customer())
    clock.forward(days=days, minutes=-1)
    assert browser.get(link).status == 200
    clock.forward(minutes=2)
    assert browser.get(link).status == 410


def test_an_expired_one_sends_a_fresh_one_to_the_same_address(evergreen: Company, browser: Browser, clock) -> None:
    link = mailed(browser, evergreen.customer())
    clock.forward(days=8)
    browser.get(link)
    assert browser.submit("/renewal").status == 200
    mail = browser.deliver_mail()[-1]
    assert "To: dana@example.com" in mail
    fresh = newest(browser)
    assert fresh != link
    browser.get(fresh)
    assert browser.submit(fresh).status == 200


def test_a_fresh_one_is_not_sent_to_an_address_that_left_the_account(
    evergreen: Company, browser: Browser, clock
) -> None:
    dana = evergreen.customer()
    link = mailed(browser, dana)
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, emails='["new@example.com"]'))
    clock.forward(days=8)
    before = len(browser.deliver_mail())
    assert "/renewal" not in browser.get(link).html
    assert browser.post(link + "/renewal", {}).status == 200
    assert len(browser.deliver_mail()) == before


def test_a_link_ends_when_its_address_leaves_the_account(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    link = mailed(browser, dana)
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, emails='["new@example.com"]'))
    assert browser.get(link).status == 410
    assert browser.post(link, {}).status == 410


def test_a_link_is_renewed_five_times_a_day(evergreen: Company, browser: Browser, clock) -> None:
    """Whoever finds an old mail must not fill the box of whoever it was for."""
    link = mailed(browser, evergreen.customer())
    clock.forward(days=8, hours=6)  # days begin at midnight UTC
    statuses = []
    for _ in range(7):
        statuses.append(browser.post(link + "/renewal", {}).status)
        clock.forward(hours=1)
    assert statuses == [200] * 5 + [429] * 2
    clock.forward(days=1)
    assert browser.post(link + "/renewal", {}).status == 200


def test_renewing_is_throttled(evergreen: Company, browser: Browser, clock) -> None:
    link = mailed(browser, evergreen.customer())
    clock.forward(days=8)
    statuses = [browser.post(link + "/renewal", {}).status for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1], lambda t: t[:-1] + "A" * 2, lambda t: t.swapcase(), lambda t: "x" * 43]
)
def test_a_forged_or_cut_link_is_unknown(evergreen: Company, browser: Browser, spoil) -> None:
    root, token = mailed(browser, evergreen.customer()).rsplit("/", 1)
    page = browser.get(f"{root}/{spoil(token)}")
    assert page.status == 404
    assert browser.post(f"{root}/{spoil(token)}", {}).status == 404


def test_a_link_of_one_company_is_unknown_at_another(evergreen: Company, bluewave: Company, browser: Browser) -> None:
    link = mailed(browser, evergreen.customer())
    assert browser.get(link.replace("evergreen", "bluewave")).status == 404


def test_a_revoked_link_is_over(evergreen: Company, browser: Browser) -> None:
    link = mailed(browser, evergreen.customer())
    token = link.rsplit("/", 1)[1]
    evergreen.store.write(records.revoke_link(evergreen.store, tokens.fingerprint(token)))
    page = browser.get(link)
    assert page.status == 410
    assert not page.forms or all("renewal" not in form.action for form in page.forms)


def test_an_account_turned_off_is_not_opened_by_a_link(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    link = mailed(browser, dana)
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, access=False))
    assert browser.get(link).status == 404
    assert browser.post(link, {}).status == 403


def test_a_link_session_lives_two_hours(evergreen: Company, browser: Browser, clock) -> None:
    link = mailed(browser, evergreen.customer())
    browser.get(link)
    browser.submit(link)
    clock.forward(hours=1, minutes=59)
    assert browser.get("/evergreen").url.endswith("/evergreen")
    clock.forward(minutes=2)
    assert browser.get("/evergreen").url.endswith("/sign-in")


def test_a_link_session_can_not_set_a_password(evergreen: Company, browser: Browser) -> None:
    link = mailed(browser, evergreen.customer(must_change=True))
    browser.get(link)
    browser.submit(link)
    assert browser.get("/evergreen").url.endswith("/evergreen")
    assert browser.get("/evergreen/password").url.endswith("/evergreen/step-up?next=/password")
    assert "/evergreen/step-up" in browser.post("/evergreen/password", {"password": "a brand new password"}).url
    changed = {"login": "dana@example.com", "password": "a brand new password"}
    assert browser.post("/evergreen/sign-in", changed).status == 422


def test_the_store_holds_no_link(evergreen: Company, browser: Browser) -> None:
    """Who reads the tables gets in nowhere: neither the token nor what it is made from lies in them."""
    import boto3

    token = mailed(browser, evergreen.customer()).rsplit("/", 1)[1]
    for table in ("TenantsTable", "CustomersTable", "TokensTable"):
        rows = boto3.client("dynamodb").scan(TableName=browser.world.outputs[table])["Items"]
        assert token not in str(rows)


# By SMS


def test_the_short_link_of_an_sms_opens_the_account(evergreen: Company, browser: Browser) -> None:
    link = texted(browser, with_a_phone(evergreen), path="/invoices")
    assert "Continue as Dana" in browser.get(link).text
    assert browser.submit("/" + link.rsplit("/", 1)[1]).url.endswith("/evergreen/invoices")
    assert Browser(browser.app, browser.world).post(link, {}).url.endswith("/evergreen/invoices")


def test_an_expired_one_sends_a_fresh_one_to_the_same_number(evergreen: Company, browser: Browser, clock) -> None:
    dana = evergreen.customer(phones=("(303) 555-0117", "(303) 555-0118"))
    link = texted(browser, dana, path="/invoices", to="(303) 555-0118")
    clock.forward(days=8)
    page = browser.get(link)
    assert page.status == 410 and "•••18" in page.text and "0118" not in page.html
    sent = browser.submit("/renewal")
    assert sent.status == 200 and "•••18" in sent.text and "0118" not in sent.html
    fresh = newest_text(browser)
    assert fresh != link and sent_texts()[-1][0] == "+13035550118" and not sent_mail()
    browser.get(fresh)
    assert Browser(browser.app, browser.world).post(fresh, {}).url.endswith("/evergreen/invoices")


def test_the_page_of_an_expired_one_knows_its_address_again(evergreen: Company, browser: Browser, clock) -> None:
    link = mailed(browser, evergreen.customer())
    clock.forward(days=8)
    assert "d•••@example.com" in browser.get(link).text
    sent = browser.submit("/renewal")
    assert "d•••@example.com" in sent.text and "dana@" not in sent.html
    unknown = browser.post("/evergreen/link/" + "x" * 43 + "/renewal", {})
    assert unknown.status == 200 and "•" not in unknown.text


def test_a_link_ends_when_its_number_leaves_the_account(evergreen: Company, browser: Browser) -> None:
    dana = with_a_phone(evergreen)
    link = texted(browser, dana)
    spelled = json.dumps(["+1 303-555-0117"])
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, phones=spelled))
    assert browser.get(link).status == 200, "the same number, spelled another way"
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, phones='["(303) 555-0118"]'))
    assert browser.get(link).status == 410
    assert browser.post(link, {}).status == 410


def test_a_link_of_an_sms_is_listed_and_revoked(owner: Client, evergreen: Company, browser: Browser) -> None:
    dana = with_a_phone(evergreen)
    link = texted(browser, dana)
    path = f"/customers/{dana.id}/access/links"
    (listed,) = owner.get(path).json["items"]
    assert listed["to"] == "(303) 555-0117" and listed["id"].endswith("-sms")
    assert owner.delete(f"{path}/{listed['id']}").status == 204
    assert browser.get(link).status == 410 and owner.get(path).json["items"] == []
    assert browser.post(link + "/renewal", {}).status == 200
    sent = len(sent_texts())
    browser.deliver_mail()
    assert len(sent_texts()) == sent


# Scanners, and links that were ended


def test_scanners_use_nothing_up_however_many_come_at_once(evergreen: Company, browser: Browser) -> None:
    """Mail and text scanners fetch, ask for the head, and even press the button, from many machines at a time.

    HEAD has no route: API Gateway answers it by itself (403, "Missing Authentication Token"), and the app is not even
    asked. Should one come through all the same, it is refused (405).
    """
    dana = with_a_phone(evergreen)
    for link in (mailed(browser, dana), texted(browser, dana)):

        def scan(number: int, link: str = link) -> int:
            scanner = Browser(browser.app, browser.world, address=f"198.51.100.{number}")
            scanner.headers = {"accept-language": "en", "user-agent": "Scanner/1.0"}
            if number % 3 == 0:
                return scanner.post(link, {}, follow=False).status
            if number % 3 == 1:
                return scanner.head(link).status
            return scanner.get(link, follow=False).status

        with ThreadPoolExecutor(8) as many:
            statuses = list(many.map(scan, range(24)))
        assert set(statuses) == {200, 303, 405}
        person = Browser(browser.app, browser.world)
        assert "Continue as Dana" in person.get(link).text
        assert person.submit("/" + link.rsplit("/", 1)[1]).url.endswith("/evergreen")


def test_a_revoked_link_is_not_made_again_by_sending_its_message_again(
    owner: Client, evergreen: Company, browser: Browser, clock
) -> None:
    """The mail system takes nothing at first. The link is there already, and staff end it before the second try: a mail
    with a dead link helps nobody."""
    dana = evergreen.customer()
    services, store = browser.world.services, evergreen.store
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(services.mail), "send", _busy)
        id = links.send(services, store, dana.now)
        with pytest.raises(Unavailable):
            messages.deliver(services, store.tenant, dana.id, id)
    queued(browser.world.outputs)
    (listed,) = owner.get(f"/customers/{dana.id}/access/links").json["items"]
    assert owner.delete(f"/customers/{dana.id}/access/links/{listed['id']}").status == 204
    clock.forward(minutes=10)
    messages.deliver(services, store.tenant, dana.id, id)
    assert browser.deliver_mail() == []
    (told,) = owner.get(f"/customers/{dana.id}/messages").json["items"]
    assert (told["standing"], told["reason"]) == ("skipped", "Its link was revoked.")
    owner.sign_in("owner@evergreen.example")
    assert owner.get(f"/customers/{dana.id}/access/links").json["items"] == []


@pytest.mark.parametrize("meanwhile", ["time", "access off and on"])
def test_a_message_that_is_sent_late_has_a_link_that_works(
    owner: Client, evergreen: Company, browser: Browser, clock, meanwhile: str
) -> None:
    """The mail system takes nothing for longer than a link of this company lasts; or all links end meanwhile."""
    settings = owner.get("/settings")
    assert owner.patch("/settings", {"messages": {"link_days": 1}}, if_match=settings.headers["etag"]).status == 200
    dana = evergreen.customer()
    services, store = browser.world.services, evergreen.store
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(services.mail), "send", _busy)
        id = links.send(services, store, dana.now)
        for hours in (0, 9, 9):
            clock.forward(hours=hours)
            with pytest.raises(Unavailable):
                messages.deliver(services, store.tenant, dana.id, id)
    queued(browser.world.outputs)
    clock.forward(hours=9)
    owner.sign_in("owner@evergreen.example")
    if meanwhile != "time":
        for on in (False, True):
            assert owner.patch(f"/customers/{dana.id}/access", {"on": on}).status == 200
    messages.deliver(services, store.tenant, dana.id, id)
    assert browser.get(newest(browser)).status == 200
    (listed,) = owner.get(f"/customers/{dana.id}/access/links").json["items"]
    assert listed["id"] == id and listed["expires_at"].startswith((clock.time + timedelta(days=1)).isoformat()[:16])
    rows = store.query("customers", store.customer(dana.id), prefix="link#", limit=10)
    assert len(rows.items) == 1


def _busy(*given: object) -> str:
    raise Unavailable()


def test_what_needs_a_link_is_not_sent_once_access_is_off(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    id = links.send(browser.world.services, evergreen.store, dana.now)
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, access=False))
    assert browser.deliver_mail() == []
    row = outbox.read(evergreen.store, dana.id, id)
    assert row is not None and row["state"] == "skipped" and "turned off" in row["reason"]


def test_many_links_that_are_over_hide_none_that_opens(owner: Client, evergreen: Company, browser: Browser) -> None:
    dana, now = evergreen.customer(), browser.world.services.now()
    for number in range(120):
        made = Link("portal", (dana.id,), "dana@example.com", now - timedelta(days=1))
        evergreen.store.write(records.sent_link(evergreen.store, dana.id, f"zz-{number}", made, now))
    mailed(browser, dana)
    assert len(owner.get(f"/customers/{dana.id}/access/links").json["items"]) == 1
