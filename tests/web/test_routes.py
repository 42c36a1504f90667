"""What is around every page: headers, forms, errors, and links that are right below a gateway's stage too."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from chalicelib import services as composition
from chalicelib.aws.store import Tables
from chalicelib.errors import Unavailable
from chalicelib.web.cookies import Cookie
from tests.browser import Browser, call
from tests.builders import Company


def test_every_page_carries_the_headers_that_guard_it(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    for page in (browser.get("/evergreen/sign-in"), browser.sign_in("evergreen"), browser.get("/nowhere")):
        policy = page.headers["content-security-policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "same-origin"
        assert "max-age" in page.headers["strict-transport-security"]
        assert page.headers["cache-control"] == "no-store"


def test_the_inline_style_is_the_one_the_policy_names(evergreen: Company, browser: Browser) -> None:
    from base64 import b64encode
    from hashlib import sha256

    page = browser.get("/evergreen/sign-in")
    (style,) = re.findall(r"<style>(.*?)</style>", page.html, flags=re.S)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["content-security-policy"]


def test_static_files_are_kept_for_ever_under_their_hash(evergreen: Company, browser: Browser) -> None:
    page = browser.get("/evergreen/sign-in")
    (css,) = re.findall(r'href="(/assets/portal\.[^"]+\.css)"', page.html)
    sheet = browser.get(css)
    assert sheet.status == 200 and "immutable" in sheet.headers["cache-control"]
    assert sheet.headers["content-type"].startswith("text/css")
    assert browser.get("/assets/portal.0000000000.css").status == 404
    assert browser.get("/assets/..%2f..%2fsettings.py").status == 404


@pytest.mark.parametrize("field", ["login", "password", "next"])
@pytest.mark.parametrize(
    "value", ["x" * 10_000, "a\x00b", "a\x1b[0m", "\u202e" + "a"], ids=["long", "nul", "esc", "rtl"]
)
def test_fields_that_can_not_be_are_refused_in_words(
    evergreen: Company, browser: Browser, field: str, value: str
) -> None:
    form = {"login": "dana@example.com", "password": "x", "next": "/", field: value}
    page = browser.post("/evergreen/sign-in", form)
    assert page.status == 422
    assert "too long" in page.text or "can’t be used here" in page.text


def test_a_form_without_fields_or_with_broken_bytes_is_no_fault_of_ours(evergreen: Company, browser: Browser) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    for body in ("", "%ff%fe=%80", "&&&==", "login", "a=b" * 3000):
        answer = call(browser.app, "POST", "/evergreen/sign-in", {}, headers, body, "203.0.113.9")
        assert answer["statusCode"] in (422, 429)


def test_another_content_type_is_refused(evergreen: Company, browser: Browser) -> None:
    headers = {"content-type": "application/json", "sec-fetch-site": "same-origin"}
    answer = call(browser.app, "POST", "/evergreen/sign-in", {}, headers, "{}", "203.0.113.9")
    assert answer["statusCode"] == 415


@pytest.mark.parametrize(
    "path",
    [
        "/evergreen/sign-in", "/evergreen/invoices", "/evergreen/estimates", "/evergreen/book", "/assets/x", "/console",
        "/api/openapi.json",
    ],
)  # fmt: skip
@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "nonsense"])
def test_what_somebody_asks_for_may_come_with_any_content_type(
    evergreen: Company, browser: Browser, path: str, content_type: str
) -> None:
    """There is no body that it could be of."""
    plain, typed = (
        call(browser.app, "GET", path, {}, headers, None, "203.0.113.9")["statusCode"]
        for headers in ({}, {"content-type": content_type})
    )
    assert typed == plain and plain != 415


def test_when_the_store_is_down_the_page_says_so(
    evergreen: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")

    def down(*_: object) -> None:
        raise Unavailable()

    monkeypatch.setattr(Tables, "call", down)
    page = browser.get("/evergreen")
    assert page.status == 503
    assert "Nothing was lost" in page.text


def test_an_unexpected_error_is_a_page_without_details(
    evergreen: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("chalicelib.home.actions.look", broken)
    page = browser.get("/evergreen")
    assert page.status == 500
    assert "our mistake" in page.text and "secret detail" not in page.html


def test_a_cookie_can_not_begin_another_header() -> None:
    for value in ("a\r\nSet-Cookie: b=c", "a; Path=/", "a b", "é"):
        with pytest.raises(ValueError, match="characters"):
            Cookie("porchlight_session", value, 60).header("/evergreen", secure=True)


def test_a_journey_below_the_gateways_stage(evergreen: Company, browser: Browser) -> None:
    """Links, redirects, cookies and Stripe's way back all stay below /api."""
    dana = evergreen.customer()
    invoice = dana.invoice(12_000)
    services = browser.world.services
    services.settings = replace(services.settings, public_url="http://localhost:8000/api")
    composition.use(services)
    staged = Browser(browser.app, browser.world, prefix="/api")

    page = staged.sign_in_at("/api/evergreen/invoices")
    assert page.url == "http://localhost:8000/api/evergreen/invoices"
    for link in (*page.links, *(form.action for form in page.forms)):
        assert link.startswith(("/api/", "#", "tel:", "mailto:")), link
    assert all(scope.startswith("/api/evergreen") for _, scope in staged.jar)
    assert re.findall(r'href="(/api/assets/[^"]+)"', page.html)

    staged.get(f"/api/evergreen/invoices/{invoice.id}/pay")
    away = staged.submit("/payments")
    back = browser.world.stripe.pay(away.headers["location"]).location
    assert back.startswith("http://localhost:8000/api/evergreen/payments/")
    assert "Thank you" in staged.get(back).text
    assert staged.submit("/sign-out").url.endswith("/api/evergreen/signed-out")


def test_the_logo_is_handed_out_by_a_short_link(evergreen: Company, browser: Browser) -> None:
    from chalicelib.tenants import records

    files = browser.world.services.files.for_tenant(evergreen.store.tenant)
    files.put("logo/abc.svg", b"<svg/>", "image/svg+xml")
    records.change_company(evergreen.store, evergreen.company, logo="abc.svg")
    page = browser.get("/evergreen/logo/abc.svg", follow=False)
    assert page.status == 303
    assert f"/{evergreen.store.tenant}/logo/abc.svg?" in page.headers["location"]
    assert "X-Amz-Expires=3600" in page.headers["location"]
    assert browser.get("/evergreen/logo/other.svg").status == 404


def test_emoji_and_any_blank_may_be_in_a_password() -> None:
    from chalicelib.customers.public.signing_in import SignIn
    from chalicelib.web import forms

    typed = "\U0001f468\u200d\U0001f469 ideographic\u3000blank"
    assert forms.parse(SignIn, {"password": typed}).password == typed


@pytest.mark.parametrize(
    "path",
    ["/sign-in/code/check", "/sign-out", "/language", "/payments", "/payments/x/cancellation", "/link/x/renewal"],
)
def test_the_address_of_a_form_leads_to_its_page(evergreen: Company, browser: Browser, path: str) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    assert browser.get(f"/evergreen{path}").headers["content-type"].startswith("text/html")


def test_a_mistyped_address_gets_the_companys_own_page(evergreen: Company, browser: Browser) -> None:
    for path in ("/evergreen/nonsense", "/evergreen/non/sense"):
        page = browser.get(path)
        assert page.status == 404
        assert "Evergreen Pest & Lawn" in page.text


def test_the_bare_address_speaks_the_browsers_language(browser: Browser) -> None:
    spanish = Browser(browser.app, browser.world, language="es")
    assert 'lang="es"' in spanish.get("/").html and "Porchlight" in spanish.get("/").text


def test_a_cursor_is_good_for_its_own_list_only() -> None:
    from chalicelib.errors import Invalid
    from chalicelib.web import cursors

    key = b"k" * 32
    cursor = cursors.write(key, "tenant#dana#all", {"customer": "tenant#dana", "item": "invoice#1"})
    assert cursor and cursors.read(key, "tenant#dana#all", cursor) == {"customer": "tenant#dana", "item": "invoice#1"}
    for scope, other in (("tenant#dana#open", cursor), ("tenant#else#all", cursor), ("tenant#dana#all", cursor[:-2]),
                         ("tenant#dana#all", "A" + cursor[1:]), ("tenant#dana#all", "é")):  # fmt: skip
        with pytest.raises(Invalid):
            cursors.read(key, scope, other)


@pytest.mark.parametrize("id", ["%2e%2e", "x%5cy", "%00", "x" * 600, "%c3%a9", ".."])
@pytest.mark.parametrize(
    "path", ["/wallet/{}/removal", "/wallet/{}/default", "/payments/{}/cancellation", "/link/{}/renewal"]
)
def test_an_address_that_none_of_ours_can_be_is_not_found(
    browser: Browser, evergreen: Company, path: str, id: str
) -> None:
    assert browser.get("/evergreen" + path.format(id)).status in (200, 404)
