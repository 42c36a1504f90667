"""The running sandbox, from outside: every port, the files, the desk, the operator's command."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

import app as wiring
from chalicelib.aws.files import UploadForm
from chalicelib.billing import records as billing
from chalicelib.billing.actions import pay as actions
from chalicelib.billing.actions.books import BillingAccount
from chalicelib.billing.rules import Invoice, Payment
from chalicelib.customers import records as customers
from chalicelib.customers.actions import link
from chalicelib.messages.records import suppressions
from chalicelib.messages.rules import Channel
from chalicelib.tenants.actions import companies
from infra import connect, tenant
from sandbox import people
from sandbox.desk import money
from sandbox.run import Sandbox
from tests.browser import Browser
from tests.tenants.pictures import BOUNDARY, multipart, picture


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_armed(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.stripe.faults.clear()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(
    url: str, form: dict[str, str] | None = None, method: str = "", body: str | bytes = "", **headers: str
) -> Answer:
    parts = urlsplit(url)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if form is not None:
        body, sent["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
    with closing(http.client.HTTPConnection(parts.netloc, timeout=10)) as connection:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method or ("GET" if form is None else "POST"), path or "/", body or None, sent)
        answer = connection.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())


def test_every_address_answers(sandbox: Sandbox) -> None:
    portal = f"{sandbox.portal_url}/evergreen"
    assert "Evergreen Pest &amp; Lawn" in ask(f"{portal}/sign-in").text
    assert "Bluewave Pools" in ask(f"{sandbox.portal_url}/bluewave/sign-in").text
    assert f'href="{portal}">My account' in ask(sandbox.website_url).text
    assert ask(f"{sandbox.website_url}/site.css").headers["content-type"].startswith("text/css")
    assert ask(f"{sandbox.website_url}/../run.py").status == 404
    assert "Who can sign in" in ask(sandbox.desk_url).text
    assert ask(f"{sandbox.stripe.url}/v1/charges").status == 401
    assert all(url.startswith("http://localhost:") for url in (portal, sandbox.desk_url, sandbox.website_url))


def test_the_website_has_the_widget_as_a_company_would_install_it(sandbox: Sandbox) -> None:
    code = f'<script async src="{sandbox.portal_url}/widget/v1.js" data-portal="evergreen"></script>\n<noscript>'
    for page in ("", "/contact.html"):
        text = ask(f"{sandbox.website_url}{page}").text
        assert text.count(code) == 1 and text.index(code) > text.index("</footer>")
        assert f'href="{sandbox.portal_url}/evergreen">Manage account' in text and "{{" not in text
    assert f'href="{sandbox.portal_url}/evergreen/contact">Write to us' in text, "the button, without the widget too"
    assert ask(f"{sandbox.website_url}/contact.js").headers["content-type"].startswith("text/javascript")


def test_it_listens_on_this_machine_only(sandbox: Sandbox) -> None:
    assert {server.server_address[0] for server in sandbox._servers} == {"127.0.0.1"}


# Files


def test_a_logo_comes_by_a_signed_link(sandbox: Sandbox) -> None:
    link = logo_link(sandbox)
    assert link.startswith(sandbox.files_url)
    picture = ask(link)
    assert (picture.status, picture.headers["content-type"]) == (200, "image/svg+xml")
    assert b"<svg" in picture.body
    assert "access-control-allow-origin" not in picture.headers


def test_links_that_we_did_not_sign_open_nothing(sandbox: Sandbox) -> None:
    link = logo_link(sandbox)
    path = urlsplit(link).path
    assert ask(sandbox.files_url + path).status == 403
    assert ask(link[:-4] + ("0000" if not link.endswith("0000") else "1111")).status == 403
    assert ask(link.replace("/logo/", "/documents/")).status == 403
    assert ask(link.replace("X-Amz-Expires=3600", "X-Amz-Expires=360000")).status == 403
    assert ask(link, method="POST").status == 412


def test_an_expired_link_opens_nothing(sandbox: Sandbox) -> None:
    store = sandbox.demo.stores[people.SLUG]
    files = sandbox.world.services.files.for_tenant(store.tenant)
    assert "expired" in ask(files.link("logo/any.svg", 0)).text
    assert ask(files.link("logo/any.svg", 60)).status == 404


def test_a_link_says_what_a_file_is_called(sandbox: Sandbox) -> None:
    files = sandbox.world.services.files.for_tenant(sandbox.demo.stores[people.SLUG].tenant)
    with sandbox.lock:
        files.put("papers/c/a.pdf", b"%PDF-", "binary/octet-stream")
        assert files.has("papers/c/a.pdf") and not files.has("papers/c/b.pdf")
    link = files.link("papers/c/a.pdf", 300, filename="Invoice-10241.pdf", content_type="application/pdf")
    answer = ask(link)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"%PDF-", "application/pdf")
    assert answer.headers["content-disposition"] == 'inline; filename="Invoice-10241.pdf"'
    assert ask(link.replace("Invoice-10241", "Invoice-10242")).status == 403


def test_a_form_that_we_signed_takes_just_the_file_it_is_for(sandbox: Sandbox) -> None:
    """Bytes that are no text, from the portal's pages, as a browser sends them; then as others might."""
    files = sandbox.world.services.files.for_tenant(sandbox.demo.stores[people.SLUG].tenant)
    form = files.upload_form("uploads/a", "image/png", 1_048_576, 60)
    content = picture(size=(640, 480)) + bytes(range(256)) * 3_000

    def upload(
        form: UploadForm = form, origin: str = sandbox.portal_url, content: bytes = content, **changed: str
    ) -> Answer:
        body, kind = multipart({**form.fields, **changed}, content), f"multipart/form-data; boundary={BOUNDARY}"
        return ask(form.url, method="POST", body=body, Content_Type=kind, Origin=origin)

    taken = upload()
    assert (taken.status, taken.headers["access-control-allow-origin"]) == (204, sandbox.portal_url)
    with sandbox.lock:
        assert files.get("uploads/a") == content
    assert "access-control-allow-origin" not in upload(origin="https://evil.example").headers
    for status, answer in (
        (400, upload(content=b"")),
        (400, upload(content=bytes(1_048_577))),
        (403, upload(key="other/uploads/a")),
        (403, upload(acl="public-read")),
        (403, upload(policy="e30=")),
        (403, upload(**{"x-amz-signature": ""})),
        (403, upload(files.upload_form("uploads/b", "image/png", 1_048_576, -1))),
        (412, ask(form.url, {"key": "x"})),
    ):
        assert answer.status == status, answer.text
    asked = {"Origin": sandbox.portal_url, "Access_Control_Request_Method": "POST"}
    assert ask(form.url, method="OPTIONS", **asked).headers["access-control-allow-origin"] == sandbox.portal_url


def logo_link(sandbox: Sandbox) -> str:
    page = ask(f"{sandbox.portal_url}/evergreen/sign-in").text
    found = re.search(r'<img src="(/evergreen/logo/[^"]+)"', page)
    assert found
    return ask(sandbox.portal_url + found[1]).headers["location"]


# One request at a time


def test_requests_wait_for_each_other_and_open_connections_stop_nobody(sandbox: Sandbox) -> None:
    page = f"{sandbox.portal_url}/evergreen/sign-in"
    with closing(http.client.HTTPConnection(urlsplit(page).netloc)) as idle:
        idle.connect()
        answers: list[Answer] = []
        waiting = threading.Thread(target=lambda: answers.append(ask(page)))
        with sandbox.lock:
            waiting.start()
            waiting.join(0.3)
            assert waiting.is_alive()
        waiting.join(5)
        assert [answer.status for answer in answers] == [200]


# The desk


def test_the_desk_shows_mail_events_and_runs(sandbox: Sandbox) -> None:
    first = sandbox.mailbox.to("dana@example.com")[-1]
    assert f"{sandbox.portal_url}/evergreen/link/" in first.links[0]
    assert "No text messages" in ask(f"{sandbox.desk_url}/?show=texts").text
    pay(sandbox)
    newest = sandbox.mailbox.mails[0]
    assert "Receipt" in newest.subject
    assert "thank you" in sandbox.phones.all[0].last.words, "Evergreen sends receipts by SMS too"
    desk = unescape(ask(sandbox.desk_url).text)
    assert all(words in desk for words in (newest.subject, "payment_intent.succeeded", "Delivered", "send_messages"))
    letter = ask(f"{sandbox.desk_url}/mail/{newest.number}")
    assert 'sandbox="allow-same-origin allow-popups' in letter.text
    inside = ask(f"{sandbox.desk_url}/mail/{newest.number}/html")
    assert inside.text.startswith('<base target="_blank">')
    assert "default-src 'none'" in inside.headers["content-security-policy"]
    event = next(one for one in sandbox.stripe.events if one.type == "payment_intent.succeeded")
    assert "answered 200" in ask(f"{sandbox.desk_url}/stripe/{event.id}").text
    run = next(one for one in sandbox.worker.runs if one.name == "send_messages")
    assert "send_messages" in ask(f"{sandbox.desk_url}/runs/{run.number}?show=runs").text


def send_a_link(sandbox: Sandbox, by: Channel) -> None:
    """Staff send Dana a way in."""
    with sandbox.lock:
        link.send(sandbox.world.services, sandbox.demo.stores["evergreen"], sandbox.demo.customers["dana"], by=by)
    assert sandbox.settle()


def test_a_text_is_shown_on_its_phone_and_answered_there(sandbox: Sandbox) -> None:
    """Who says STOP gets no more of them, until they say START."""
    send_a_link(sandbox, "sms")
    phone = next(one for one in sandbox.phones.all if one.number == "+13035550117")
    received = len(sandbox.phones.to(phone.number))
    assert phone.number in ask(f"{sandbox.desk_url}/?show=texts").text
    page = ask(f"{sandbox.desk_url}/texts/{phone.key}").text
    assert re.search(r'<a href="http://localhost:\d+/evergreen/l/[\w-]{22}"[^>]* target="_blank">', page)
    assert "1 segment, " in page and "of GSM-7" in page
    press(sandbox, "/texts", phone=phone.key, words="STOP")
    assert phone.last.answer and 'class="answer"' in ask(f"{sandbox.desk_url}/texts/{phone.key}").text
    send_a_link(sandbox, "sms")
    assert len(sandbox.phones.to(phone.number)) == received
    press(sandbox, "/texts", phone=phone.key, words="START")
    send_a_link(sandbox, "sms")
    assert len(sandbox.phones.to(phone.number)) == received + 1
    press(sandbox, "/texts", 404, phone=phone.key, words="WIN")
    press(sandbox, "/texts", 404, phone="0", words="STOP")


def test_a_mail_arrives_by_itself_and_may_bounce(sandbox: Sandbox) -> None:
    send_a_link(sandbox, "email")
    mail = sandbox.mailbox.to("dana@example.com")[0]
    assert ">Delivered<" in ask(f"{sandbox.desk_url}/mail/{mail.number}").text
    press(sandbox, "/mail", mail=str(mail.number), outcome="bounced")
    assert ">Bounced<" in ask(f"{sandbox.desk_url}/mail/{mail.number}").text
    sent = len(sandbox.mailbox.mails)
    send_a_link(sandbox, "email")
    assert len(sandbox.mailbox.mails) == sent, "nothing more goes there"
    store = sandbox.demo.stores["evergreen"]
    with sandbox.lock:
        store.write(suppressions.lift(store, suppressions.suppression_id("dana@example.com")))
    press(sandbox, "/mail", 404, mail=str(mail.number), outcome="eaten")
    press(sandbox, "/mail", 404, mail="99", outcome="bounced")


def pay(sandbox: Sandbox) -> None:
    """Dana pays her first invoice with the saved Visa."""
    browser = Browser(wiring.app, sandbox.world, origin=sandbox.portal_url)
    with sandbox.lock:
        browser.sign_in("evergreen")
        page = browser.get("/evergreen/invoices")
        invoice = next(link for link in page.links if "/invoices/" in link)
        browser.get(f"{invoice}/pay")
        assert browser.submit("/payments").status == 200
    assert sandbox.settle()


def test_nothing_of_the_desk_is_missing_or_cached(sandbox: Sandbox) -> None:
    for path in ("/desk.css", "/desk.js", "/feed", "/feed?show=mail&at=mail/1", "/style", "/style/home.en"):
        answer = ask(sandbox.desk_url + path)
        assert (answer.status, bool(answer.body)) == (200, True), path
    assert ask(sandbox.desk_url).headers["cache-control"] == "no-store"
    for path in ("/nothing", "/mail/99", "/texts/0", "/stripe/evt_none", "/runs/0", "/style/none", "/assets/none"):
        assert ask(sandbox.desk_url + path).status == 404, path
    assert ask(f"{sandbox.desk_url}/style?colour=red").status == 422
    assert "portal." in ask(f"{sandbox.desk_url}/style?colour=0b6fa4").text


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("webhook-lost", "gets lost"),
        ("webhook-double", "comes twice"),
        ("webhook-late", "10 minutes late"),
        ("charge-declined", "is declined"),
        ("charge-timeout-before", "nothing was charged"),
        ("charge-timeout-after", "though it was charged"),
    ],
)
def test_faults_are_armed_shown_and_called_off(sandbox: Sandbox, fault: str, words: str) -> None:
    assert "Call off" not in ask(f"{sandbox.desk_url}/feed").text
    press(sandbox, "/faults", fault=fault)
    feed = ask(f"{sandbox.desk_url}/feed").text
    assert words in feed.split("armed-list")[1]
    press(sandbox, "/faults/none")
    assert "armed-list" not in ask(f"{sandbox.desk_url}/feed").text


def test_a_late_webhook_comes_once_time_has_passed(sandbox: Sandbox) -> None:
    press(sandbox, "/faults", fault="webhook-late")
    sandbox.stripe.client().v1.customers.create({"name": "Late"}, {"stripe_account": company_account(sandbox)})
    sandbox.settle()
    event = sandbox.stripe.events[0]
    assert [one.status for one in event.deliveries] == ["pending"]
    assert "Late" in ask(f"{sandbox.desk_url}/stripe/{event.id}").text
    before = sandbox.clock.ahead
    press(sandbox, "/time", minutes="10")
    assert sandbox.clock.ahead - before == timedelta(minutes=10)
    assert [one.status for one in event.deliveries] == ["delivered"]
    assert sandbox.worker.runs[0].name == "sweep"
    assert "ahead" in ask(f"{sandbox.desk_url}/feed").text
    press(sandbox, "/resend", event=event.id)
    assert [one.status for one in event.deliveries] == ["delivered", "delivered"]


# Charges


def newest_charge(sandbox: Sandbox) -> dict[str, Any]:
    return money.charges(sandbox.stripe)[0]


def step(sandbox: Sandbox, charge: dict[str, Any], name: str) -> str:
    """Press a button of a charge's page; the page after it."""
    back = f"/charges/{charge['id']}"
    answer = ask(f"{sandbox.desk_url}/charges", {"charge": charge["id"], "step": name, "back": back},
                 Origin=sandbox.desk_url)  # fmt: skip
    assert (answer.status, answer.headers["location"]) == (303, back)
    return unescape(ask(sandbox.desk_url + back).text)


def books(sandbox: Sandbox, charge: dict[str, Any]) -> tuple[Payment, Invoice]:
    """What Porchlight says of it, and the invoice it is for."""
    names = charge["metadata"]
    with sandbox.lock:
        store = sandbox.demo.stores[people.SLUG]
        payment = billing.payment(store, names["customer"], names["payment"])
        assert payment
        return payment, billing.invoices(store, names["customer"], [payment.allocations[0].invoice_id])[0]


def test_a_charge_is_refunded_disputed_and_won_at_the_desk(sandbox: Sandbox) -> None:
    pay(sandbox)
    charge = newest_charge(sandbox)
    event = next(one for one in sandbox.stripe.events if one.type == "payment_intent.succeeded")
    assert f"/charges/{charge['id']}" in ask(f"{sandbox.desk_url}/stripe/{event.id}").text
    listed = unescape(ask(f"{sandbox.desk_url}/?show=charges").text)
    assert "by Visa •••• 4242" in listed
    assert "Evergreen Pest & Lawn" in listed
    assert "Part refunded" in step(sandbox, charge, "refund-half")
    payment, invoice = books(sandbox, charge)
    assert payment.gone_back == charge["amount"] // 2 == invoice.due
    page = step(sandbox, charge, "dispute")
    assert "Company wins" in page
    assert "Refund the rest" not in page
    payment, invoice = books(sandbox, charge)
    assert payment.gone_back == charge["amount"] == invoice.due
    assert "Dispute won" in step(sandbox, charge, "win")
    payment, invoice = books(sandbox, charge)
    assert payment.gone_back == charge["amount"] // 2 == invoice.due
    gone = ask(f"{sandbox.desk_url}/charges", {"charge": charge["id"], "step": "win"}, Origin=sandbox.desk_url)
    assert gone.status == 404


def test_a_debit_arrives_or_comes_back_at_the_desk(sandbox: Sandbox) -> None:
    under_way = next(one for one in money.charges(sandbox.stripe) if one["status"] == "pending")
    assert books(sandbox, under_way)[0].state == "processing"
    assert "On its way" in ask(f"{sandbox.desk_url}/?show=charges").text
    assert "Came back, R01" in step(sandbox, under_way, "return")
    payment, invoice = books(sandbox, under_way)
    assert (payment.state, payment.failure, invoice.payable) == ("failed", "R01", invoice.total)
    again = debit_again(sandbox, under_way)
    assert "Paid" in step(sandbox, again, "arrive")
    payment, invoice = books(sandbox, again)
    assert (payment.state, invoice.due) == ("succeeded", 0)


def debit_again(sandbox: Sandbox, charge: dict[str, Any]) -> dict[str, Any]:
    """The same invoice paid by the same bank account once more."""
    payment, invoice = books(sandbox, charge)
    services, store = sandbox.world.services, sandbox.demo.stores[people.SLUG]
    with sandbox.lock:
        (customer,) = customers.customers(store, [charge["metadata"]["customer"]])
        account = BillingAccount(store, companies.company_of(store), customer)
        attempt = services.new_id(services.now())
        begun = actions.start(
            services, account, actions.Order(((invoice.id, invoice.payable),), payment.method_id, attempt)
        )
    assert begun.state == "processing"
    return newest_charge(sandbox)


def test_the_desk_takes_posts_from_its_own_pages_only(sandbox: Sandbox) -> None:
    form = {"fault": "webhook-lost"}
    url = f"{sandbox.desk_url}/faults"
    assert ask(url, form).status == 403
    assert ask(url, form, Origin=sandbox.website_url).status == 403
    assert ask(url, form, Origin=sandbox.desk_url, Sec_Fetch_Site="cross-site").status == 403
    assert ask(sandbox.desk_url, Host="desk.rebound.example").status == 403
    assert sandbox.stripe.faults.armed() == []
    assert ask(url, {**form, "back": "//elsewhere.example"}, Origin=sandbox.desk_url).headers["location"] == "/"


def press(sandbox: Sandbox, path: str, answer: int = 303, **form: str) -> None:
    assert ask(sandbox.desk_url + path, form, Origin=sandbox.desk_url).status == answer


def company_account(sandbox: Sandbox) -> str:
    with sandbox.lock:
        return companies.company_of(sandbox.demo.stores[people.SLUG]).stripe_account


# The operator's command


def test_a_company_is_created_on_a_running_sandbox(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    told = {
        "NAME": "Bright Pools", "SLUG": "bright", "EMAIL": "owner@bright.example", "COLOUR": "#b8336a",
        "TIME_ZONE": "America/Chicago", "PORCHLIGHT_DESK": sandbox.desk_url,
    }  # fmt: skip
    assert tenant.main(told) == 0
    printed = capsys.readouterr().out
    assert f"{sandbox.portal_url}/bright\n" in printed
    invite = re.search(r"http\S+/console#/invite/(\w+)/(\S+)", printed)
    assert invite
    link = json.dumps({"company": invite[1], "token": invite[2]})
    looked = ask(f"{sandbox.portal_url}/api/v1/invites/look", method="POST", body=link, Content_Type="application/json")
    assert json.loads(looked.body)["email"] == "owner@bright.example"
    assert "Bright Pools" in ask(f"{sandbox.portal_url}/bright/sign-in").text
    assert tenant.main(told) == 1
    said = capsys.readouterr().err
    assert "“bright” is taken" in said
    assert "bright-pools" in said


def test_a_company_may_be_created_without_an_address(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    told = {"NAME": "Quiet Lawns", "EMAIL": "owner@quiet.example", "PORCHLIGHT_DESK": sandbox.desk_url}
    assert tenant.main(told) == 0
    printed = capsys.readouterr().out
    assert re.search(r"http\S+/console#/invite/\w+/\S+", printed)
    assert "The portal of" not in printed


def test_a_company_connects_stripe_on_a_running_sandbox(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    told = {"NAME": "Sunny Lawns", "SLUG": "sunny", "EMAIL": "o@sunny.example", "PORCHLIGHT_DESK": sandbox.desk_url}
    tenant.main(told)
    capsys.readouterr()
    assert connect.main(told) == 0
    printed = capsys.readouterr().out
    assert "sunny: Not connected to Stripe yet." in printed
    link = re.search(r"http\S+/connect/\S+", printed)
    assert link
    assert "Connect with Stripe" in ask(link[0]).text
    pressed = ask(link[0], {}, Sec_Fetch_Site="same-origin")
    onboarding = pressed.headers["location"]
    assert ask(onboarding).status == 200
    assert ask(onboarding, {"answer": "finish"}).headers["location"] == link[0]
    assert "You can take payments" in ask(link[0]).text
    assert connect.main({**told, "SLUG": "nowhere"}) == 1
    assert "no portal at this address" in capsys.readouterr().err


def test_a_night_audits_the_demos_books(sandbox: Sandbox) -> None:
    press(sandbox, "/time", minutes="1440")
    runs = [one for one in sandbox.worker.runs if one.name == "audit_company"]
    assert len(runs) >= 2
    assert all(not one.error and '"MoneyDrift": 0' in one.result for one in runs[:2]), runs[:2]
    assert "audit_company" in ask(f"{sandbox.desk_url}/feed?show=runs").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"SLUG": "admin"}, "reserved"),
        ({"SLUG": "No Way"}, "Use only a to z"),
        ({"SLUG": "no"}, "3 to 40"),
        ({"EMAIL": "nobody"}, "name@example.com"),
        ({"COLOUR": "green"}, "#2f6b3a"),
        ({"TIME_ZONE": "Mars/Olympus"}, "America/Denver"),
        ({"CURRENCY": "dollars"}, "USD"),
        ({"LOCALE": "klingon"}, "en-US"),
    ],
)
def test_what_is_wrong_is_said(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], wrong: dict[str, str], words: str
) -> None:
    told = {"NAME": "Clear Windows", "SLUG": "clear", "EMAIL": "o@clear.example", "PORCHLIGHT_DESK": sandbox.desk_url}
    assert tenant.main({**told, **wrong}) == 1
    said = capsys.readouterr()
    assert words in said.err
    assert ("These addresses are free: clear-windows" in said.err) == ("SLUG" in wrong)
    assert said.out == ""


def test_browsers_can_not_create_companies(sandbox: Sandbox) -> None:
    body = json.dumps({"name": "Evil", "slug": "evil", "email": "o@evil.example"})
    for url in (sandbox.desk_url + tenant.DESK_PATH, sandbox.desk_url + connect.DESK_PATH):
        assert ask(url, method="POST", body=body, Origin="https://evil.example").status == 403
        assert ask(url, method="POST", body=body, Sec_Fetch_Site="cross-site").status == 403
        assert ask(url, method="POST", body="{}").status == 400
        assert ask(url, method="POST", body="nothing").status == 400
    assert ask(f"{sandbox.portal_url}/evil/sign-in").status == 404
