"""Sessions: whose they are, when they end, and what can't be done with them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import jwt
import pytest

from chalicelib.customers import records, session_tokens
from tests.browser import Browser
from tests.builders import Company


def cookie(browser: Browser) -> str:
    return next(value for (name, _), value in browser.jar.items() if name == "porchlight_session")


def with_cookie(browser: Browser, value: str, slug: str = "evergreen") -> Browser:
    other = Browser(browser.app, browser.world)
    other.jar[("porchlight_session", f"/{slug}")] = value
    return other


def test_the_cookie_is_well_guarded(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.get("/evergreen/sign-in")
    page = browser.submit("/sign-in", follow=False, login="dana@example.com", password="green-lawn-2026")
    (header, *_) = [one for one in page.cookies if one.startswith("porchlight_session=ey")]
    assert "HttpOnly" in header and "SameSite=Lax" in header and "Path=/evergreen;" in header


def test_over_https_the_cookie_is_secure(evergreen: Company, browser: Browser) -> None:
    from dataclasses import replace

    evergreen.customer()
    services = browser.world.services
    services.settings = replace(services.settings, public_url="https://my.porchlight.example")
    browser.origin = "https://my.porchlight.example"
    page = browser.post(
        "/evergreen/sign-in", {"login": "dana@example.com", "password": "green-lawn-2026"}, follow=False
    )
    assert all("Secure" in header for header in page.cookies) and page.cookies


@pytest.mark.parametrize("value", ["\ud800", "\ud800.\ud800.\ud800", "ey\udfff.x.y", "é", "\x00", "x" * 10_000])
def test_a_cookie_that_can_be_none_is_nobodys(evergreen: Company, browser: Browser, value: str) -> None:
    stranger = with_cookie(browser, value)
    assert stranger.get("/evergreen").url.endswith("/sign-in")
    assert stranger.post("/evergreen/language", {"language": "es"}).status == 200


def test_signing_out_really_ends_the_session(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    copy = with_cookie(browser, cookie(browser))
    assert copy.get("/evergreen").url.endswith("/evergreen")
    assert browser.submit("/sign-out").url.endswith("/signed-out")
    assert copy.get("/evergreen").url.endswith("/sign-in")


def test_who_must_choose_a_new_password_first_can_sign_out_too(evergreen: Company, browser: Browser) -> None:
    evergreen.customer(must_change=True)
    assert browser.sign_in("evergreen").url.endswith("/password")
    assert browser.submit("/sign-out").url.endswith("/signed-out")


def test_a_page_that_is_not_there_still_has_the_way_to_those_that_are(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    assert "/evergreen/wallet" not in browser.get("/evergreen/nothing").links
    browser.sign_in("evergreen")
    for path in ("nothing", "nothing/below"):
        page = browser.get(f"/evergreen/{path}")
        assert page.status == 404 and "/evergreen/invoices" in page.links and "Sign out" in page.text


def test_a_session_ends_after_twelve_hours(evergreen: Company, browser: Browser, clock) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    clock.forward(hours=11, minutes=59)
    assert browser.get("/evergreen").url.endswith("/evergreen")
    clock.forward(minutes=2)
    assert browser.get("/evergreen").url.endswith("/sign-in")


def test_the_epoch_ends_all_sessions_at_once(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    browser.sign_in("evergreen")
    evergreen.store.write(records.raise_epoch(evergreen.store, dana.id, dana.now.epoch))
    assert browser.get("/evergreen").url.endswith("/sign-in")


def test_access_turned_off_bites_at_once(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    browser.sign_in("evergreen")
    evergreen.store.write(records.change_profile(evergreen.store, dana.id, access=False))
    assert browser.get("/evergreen").url.endswith("/sign-in")


def test_a_cookie_of_one_company_opens_no_other(evergreen: Company, bluewave: Company, browser: Browser) -> None:
    evergreen.customer()
    bluewave.customer()
    browser.sign_in("evergreen")
    other = with_cookie(browser, cookie(browser), "bluewave")
    assert other.get("/bluewave").url.endswith("/bluewave/sign-in")


def test_an_expired_session_mid_form_leads_back_to_the_form(evergreen: Company, browser: Browser, clock) -> None:
    dana = evergreen.customer()
    invoice = dana.invoice(12_000)
    browser.sign_in("evergreen")
    browser.get(f"/evergreen/invoices/{invoice.id}/pay")
    clock.forward(hours=13)
    page = browser.submit("/payments")
    back = f"/invoices/{invoice.id}/pay"
    assert page.url.endswith("/sign-in?next=" + quote(back, safe="/"))
    page = browser.submit("/sign-in", login="dana@example.com", password="green-lawn-2026")
    assert page.url.endswith("/evergreen" + back)
    assert dana.invoice_now(invoice).payable == 12_000


@pytest.mark.parametrize(
    "evil",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/x\r\nSet-Cookie: a=b", "/%0d%0aSet-Cookie:a=b",
     "javascript:alert(1)", "/../../etc", " /x", "/é", "/" + "a" * 600],
)  # fmt: skip
def test_next_never_leads_away_from_the_portal(evergreen: Company, browser: Browser, evil: str) -> None:
    evergreen.customer()
    browser.get("/evergreen/sign-in")
    page = browser.submit("/sign-in", follow=False, login="dana@example.com", password="green-lawn-2026", next=evil)
    location = page.headers.get("location", "")
    assert page.status in (303, 422)
    assert location in ("", "/evergreen") or location.startswith("/evergreen/")
    assert "\r" not in location and "\n" not in location


def forged(browser: Browser, company: Company, person_id: str, **changes: object) -> str:
    secrets = browser.world.services.secrets
    now = browser.world.services.now()
    claims = {
        "sub": person_id, "ten": company.store.tenant, "jti": "x", "ep": 0, "amr": ["password"],
        "acc": [[person_id, 0]], "aud": "portal", "exp": int((now + timedelta(hours=1)).timestamp()), **changes,
    }  # fmt: skip
    key = changes.pop("key", secrets.signing[secrets.current])
    kid = changes.pop("kid", secrets.current)
    claims = {k: v for k, v in claims.items() if v is not None and k not in ("key", "kid")}
    return jwt.encode(claims, key, algorithm="HS256", headers={"kid": kid})  # type: ignore[arg-type]


def test_the_forger_of_these_tests_can_make_a_good_one(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    assert with_cookie(browser, forged(browser, evergreen, dana.id)).get("/evergreen").url.endswith("/evergreen")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "admin"}, {"aud": "chooser"}, {"aud": None}, {"exp": None}, {"sub": None}, {"ten": None}, {"jti": None},
        {"ep": 1}, {"exp": 1}, {"key": b"k" * 32}, {"kid": "other"}, {"sub": "nobody"},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_a_session_opens_nothing(evergreen: Company, browser: Browser, changes: dict) -> None:
    dana = evergreen.customer()
    token = forged(browser, evergreen, dana.id, **dict(changes))
    assert with_cookie(browser, token).get("/evergreen").url.endswith("/sign-in")


@pytest.mark.parametrize("junk", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "=" * 3000])
def test_junk_in_the_cookie_is_no_session(evergreen: Company, browser: Browser, junk: str) -> None:
    assert with_cookie(browser, junk).get("/evergreen").url.endswith("/sign-in")


def test_an_old_signing_key_still_verifies_until_it_is_removed(evergreen: Company, browser: Browser) -> None:
    from dataclasses import replace

    evergreen.customer()
    browser.sign_in("evergreen")
    services = browser.world.services
    rotated = {**services.secrets.signing, "sandbox-2": b"n" * 32}
    services.secrets = replace(services.secrets, signing=rotated, current="sandbox-2")
    assert browser.get("/evergreen").url.endswith("/evergreen")
    services.secrets = replace(services.secrets, signing={"sandbox-2": b"n" * 32})
    assert browser.get("/evergreen").url.endswith("/sign-in")


def test_a_post_from_another_site_is_refused(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    for headers in (
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"},
    ):  # fmt: skip
        page = browser.post("/evergreen/language", {"language": "es", "next": "/"}, headers=headers)
        assert page.status == 403


def test_without_fetch_metadata_the_origin_decides(evergreen: Company, browser: Browser) -> None:
    from tests.browser import call

    statuses = []
    for headers in ({"origin": "http://localhost:8000"}, {"origin": "https://evil.example"}, {"origin": "null"}, {}):
        sent = {"content-type": "application/x-www-form-urlencoded", **headers}
        answer = call(browser.app, "POST", "/evergreen/language", {}, sent, "language=es&next=/", "203.0.113.9")
        statuses.append(answer["statusCode"])
    assert statuses == [303, 403, 403, 403]


def test_the_language_is_the_customers_then_the_browsers_then_the_companys(
    evergreen: Company, browser: Browser
) -> None:
    evergreen.customer()
    spanish = Browser(browser.app, browser.world, language="es-MX,es;q=0.9,en;q=0.5")
    assert 'lang="es"' in spanish.get("/evergreen/sign-in").html
    german = Browser(browser.app, browser.world, language="de")
    assert 'lang="en"' in german.get("/evergreen/sign-in").html
    spanish.sign_in("evergreen")
    spanish.submit("/language", language="en")
    assert 'lang="en"' in spanish.get("/evergreen").html
    browser.sign_in("evergreen")
    assert 'lang="en"' in browser.get("/evergreen").html


def test_sealed_tokens_name_their_kind(evergreen: Company, browser: Browser) -> None:
    secrets, now = browser.world.services.secrets, browser.world.services.now()
    token = session_tokens.seal(secrets, session_tokens.CHOOSER, {"sub": "x"}, now + timedelta(minutes=1))
    with pytest.raises(Exception, match="sign in"):
        session_tokens.unseal(secrets, session_tokens.PORTAL, token, now)
