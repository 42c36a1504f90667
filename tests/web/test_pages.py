"""Pages: every template renders in every language, well formed and within its means."""

import gc
import gzip
import re
from base64 import b64encode
from dataclasses import replace
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking.rules import event
from chalicelib.web import assets, colours, marks, pages
from sandbox import stylebook
from sandbox.stylebook.ratings import LINKS

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "source", "wbr"}
TEMPLATES = Path(pages.__file__).parents[1] / "templates"


class Structure(HTMLParser):
    """What a page is made of: its elements, its ids, and any tag that closes another one's."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@cache
def samples() -> dict[str, str]:
    return stylebook.samples()


def page_names() -> list[str]:
    return [f"{name}.{language}" for language in pages.LANGUAGES for name in stylebook.page_samples(language)]


def test_every_template_has_a_sample() -> None:
    shown = {template for template, _, _ in stylebook.page_samples("en").values()}
    assert {path.name for path in TEMPLATES.glob("*.html")} - {"base.html"} == shown


@pytest.mark.parametrize("name", page_names())
def test_a_page_is_well_formed(name: str) -> None:
    html = samples()[name]
    page = Structure(html)
    assert html.startswith("<!doctype html>")
    assert page.wrong == []
    assert page.open == []
    assert page.all("html")[0]["lang"] == name.rpartition(".")[2]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", page_names())
def test_a_page_needs_no_unsafe_policy(name: str) -> None:
    page = Structure(samples()[name])
    assert all("src" in attributes and "defer" in attributes for attributes in page.all("script"))
    assert len(page.all("style")) == 1
    for _, attributes in page.elements:
        assert "style" not in attributes
        assert not [key for key in attributes if key.startswith("on")]


@pytest.mark.parametrize("name", page_names())
def test_every_reference_on_a_page_leads_somewhere(name: str) -> None:
    page = Structure(samples()[name])
    ids = {attributes.get("id") for _, attributes in page.elements}
    for _, attributes in page.elements:
        for key in ("for", "aria-labelledby", "aria-describedby"):
            assert set((attributes.get(key) or "").split()) <= ids
    for link in page.all("a"):
        target = link["href"] or ""
        ours = target.startswith(("/evergreen", "#", "tel:", "mailto:"))
        # Public review pages and people's own calendars are the only ones of others, and are not told where somebody
        # comes from.
        others = target in {one.url for one in LINKS} or target.startswith((event.GOOGLE, event.OUTLOOK))
        assert ours or (others and link["rel"] == "noopener noreferrer")
        assert not target.startswith("#") or target[1:] in ids


@pytest.mark.parametrize("name", page_names())
def test_every_field_has_a_label(name: str) -> None:
    page = Structure(samples()[name])
    labelled = {attributes.get("for") for attributes in page.all("label")}
    for field in page.all("input"):
        assert field.get("type") in ("hidden", "radio") or field["id"] in labelled


@pytest.mark.parametrize("name", page_names())
def test_forms_only_post_below_the_portal(name: str) -> None:
    for form in Structure(samples()[name]).all("form"):
        # A postal code is of nobody: its form asks for a page, which can be kept and gone back to.
        asks = form["method"] == "get" and name.startswith("book-area")
        assert asks or form["method"] == "post"
        assert (form["action"] or "").startswith("/")


@pytest.mark.parametrize(
    "name",
    [
        "sign-in.en",
        "home.en",
        "home-waiting.en",
        "invoices.en",
        "invoice.en",
        "pay.en",
        "balance.en",
        "payments.en",
        "book-services.en",
        "book-time-exact.en",
        "book-details-wrong.en",
        "book-review.en",
        "home.es",
    ],
)
def test_the_first_view_fits_the_first_round_trips(name: str) -> None:
    sent = [samples()[name].encode()]
    for file in ("portal.css", "portal.js"):
        content, _ = assets.read_asset(assets.asset_url("", file).rpartition("/")[2])
        sent.append(content or b"")
    assert sum(len(gzip.compress(part)) for part in sent) <= 10 * 1024


def test_pages_in_two_languages_differ_and_leave_no_english_behind() -> None:
    spanish = samples()["home.es"]
    assert "Usted debe" in spanish
    assert "Vencida hace 12 días" in spanish
    assert not re.search(r">(Home|Invoices|You owe|Sign out|Invoice) ?<", spanish)


def test_links_keep_the_prefix() -> None:
    page = stylebook.context(prefix="/api", me=None)
    html = pages.render("signed_out.html", page)
    paths = re.findall(r'(?:href|src|action)="(/[^"]*)"', html)
    assert paths
    assert all(path.startswith("/api/") for path in paths)
    assert 'name="next" value="/evergreen"' in html


def test_where_one_is_is_marked_in_the_menu_below_a_prefix_too() -> None:
    template, page, values = stylebook.page_samples("en")["invoices"]
    html = pages.render(template, replace(page, prefix="/api"), **values)
    assert '<a href="/api/evergreen/invoices" aria-current="page">' in html
    assert '<a href="/api/evergreen">Home' in html


def test_the_inline_style_is_the_one_the_policy_allows() -> None:
    page = stylebook.context()
    inline = re.findall(r"<style>(.*?)</style>", pages.render("signed_out.html", page), re.DOTALL)
    digest = b64encode(sha256(inline[0].encode()).digest()).decode()
    assert pages.style_hash(page) == f"sha256-{digest}"


def test_a_page_of_no_company_still_has_porchlight_s_colours() -> None:
    page = stylebook.context(company=None, me=None)
    html = pages.render("problem.html", page, title="Nothing here", detail="Check the address.", actions=[])
    assert "Nothing here" in html
    assert pages.style_hash(page).startswith("sha256-")


HOSTILE = "<script>alert('x')</script>\"'&"


def test_what_people_typed_is_only_ever_text() -> None:
    item = replace(stylebook.ITEMS[0], title=HOSTILE, number=HOSTILE)
    company = replace(stylebook.EVERGREEN, name=HOSTILE, phone=HOSTILE, email=HOSTILE)
    page = stylebook.context(company=company, me=HOSTILE, path="/" + HOSTILE)
    values: dict[str, Any] = {"items": [item], "filter": "all", "next_cursor": HOSTILE, "first_page": True}
    assert "<script>alert" not in pages.render("invoices.html", page, **values)


def test_a_hostile_colour_never_reaches_the_style() -> None:
    company = replace(stylebook.EVERGREEN, colour="red}</style><script>")
    page = stylebook.context(company=company)
    assert "</style><script>" not in pages.render("signed_out.html", page)


@pytest.mark.parametrize(
    ("kind", "days", "english", "spanish"),
    [
        ("due", 0, "Due today", "Vence hoy"),
        ("due", 1, "Due in 1 day", "Vence en 1 día"),
        ("due", 3, "Due in 3 days", "Vence en 3 días"),
        ("overdue", 1, "Overdue by 1 day", "Vencida hace 1 día"),
        ("overdue", 12, "Overdue by 12 days", "Vencida hace 12 días"),
        ("part_paid", 0, "Part paid", "Pagada en parte"),
        ("processing", 0, "Payment under way", "Pago en curso"),
        ("paid", 0, "Paid", "Pagada"),
        ("void", 0, "Void", "Anulada"),
        ("written_off", 0, "Written off", "Cancelada"),
    ],
)
def test_a_state_is_said_in_words(kind: str, days: int, english: str, spanish: str) -> None:
    assert marks.state_words("en", kind, days) == english
    assert marks.state_words("es", kind, days) == spanish


def test_nothing_owed_asks_for_nothing() -> None:
    html = samples()["home-paid.en"]
    assert "all paid up" in html
    assert 'class="button"' not in html


def test_without_permission_to_pay_no_button_pays() -> None:
    for name in ("home-no-pay.en", "invoice-no-pay.en", "balance-no-pay.en"):
        assert '/pay"' not in samples()[name] and 'data-busy="Paying' not in samples()[name]
        assert "To pay, please contact" in samples()[name] and 'href="tel:3035550142"' in samples()[name]


def test_what_is_on_its_way_is_not_asked_for_again() -> None:
    assert "Nothing to pay right now" in samples()["home-in-flight.en"]


def test_a_payment_that_waits_asks_again_and_waits_longer() -> None:
    html = samples()["payment-processing.en"]
    assert 'data-refresh="8"' in html
    assert '<noscript><meta http-equiv="refresh" content="8; url=/evergreen/payments/01JDPAY?wait=16">' in html
    assert "http-equiv" not in samples()["payment.en"]


def test_a_card_that_has_expired_can_not_be_chosen() -> None:
    radios = {r["value"]: r for r in Structure(samples()["pay.en"]).all("input") if r.get("type") == "radio"}
    assert "disabled" in radios["pm_mc"]
    assert "checked" in radios["pm_visa"]
    assert "checked" not in radios["new"]


def test_an_error_is_said_at_the_top_and_at_the_field() -> None:
    html = samples()["sign-in-wrong.en"]
    assert "<title>Error: " in html
    assert '<a href="#password">' in html
    assert 'aria-describedby=" password-error"' in html
    assert 'value="dana@example.com"' in html
    assert '<input type="hidden" name="next" value="/evergreen/invoices">' in html


def test_yen_have_no_small_cents() -> None:
    company = replace(stylebook.EVERGREEN, currency="JPY")
    page = stylebook.context(company=company)
    template, _, values = stylebook.page_samples("en")["home-one"]
    html = pages.render(template, page, **values)
    assert '<span class="amount">¥12,000</span>' in html


def test_texts_from_python_are_translated_with_their_places_filled() -> None:
    assert pages.translate("es", "Pay %(amount)s", amount="$5.00") == "Pagar $5.00"
    assert pages.translate("en", "We couldn't find that page.") == "We couldn\u2019t find that page."
    assert pages.translate("xx", "Please sign in.") == "Please sign in."


def test_compiled_templates_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.web import templating

    templating.precompile(tmp_path, ("es",))
    monkeypatch.setattr(templating, "COMPILED", tmp_path)
    made = templating.environment.__wrapped__("es")
    template, page, values = stylebook.page_samples("es")["home"]
    assert pages.fill(made.get_template(template), page, values) == samples()["home.es"]
    # Jinja leaves weak references to such modules in sys.modules until they are collected.
    del made
    gc.collect()


def test_the_stylebook_shows_the_system() -> None:
    page = Structure(stylebook.stylebook("#f4d35e"))
    assert page.wrong == []
    assert len(page.all("h1")) == 1


any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(any_colour)
def test_every_company_s_colour_is_readable_by_day_and_by_night(colour: str) -> None:
    made = colours.brand(colour)
    for ground in colours.LIGHT_GROUNDS:
        assert colours.contrast(made.light, ground) >= colours.READABLE
    for ground in colours.DARK_GROUNDS:
        assert colours.contrast(made.dark, ground) >= colours.READABLE
    assert colours.contrast(made.light, made.on_light) >= colours.READABLE
    assert colours.contrast(made.dark, made.on_dark) >= colours.READABLE


@given(any_colour)
def test_a_colour_that_is_readable_already_stays_as_it_is(colour: str) -> None:
    if all(colours.contrast(colour, ground) >= colours.READABLE for ground in colours.LIGHT_GROUNDS):
        assert colours.brand(colour).light == colour


@given(any_colour, any_colour)
def test_contrast_is_symmetric_and_between_1_and_21(one: str, other: str) -> None:
    assert colours.contrast(one, other) == colours.contrast(other, one)
    assert 1 <= colours.contrast(one, other) <= 21.000001


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345g", "#1234567", "#123456\n"])
def test_what_is_no_colour_becomes_porchlight_s(text: str) -> None:
    assert colours.brand(text) == colours.brand(colours.PORCHLIGHT)


def test_the_grounds_of_the_style_sheet_are_those_contrast_is_computed_on() -> None:
    css = (assets.STATIC / "portal.css").read_text()
    grounds = [
        value if len(value) == 7 else "#" + value[1:] * 2 for value in re.findall(r"--(?:ground|paper): (#\w+);", css)
    ]
    assert sorted(grounds[:2]) == sorted(colours.LIGHT_GROUNDS)
    assert sorted(grounds[2:4]) == sorted(colours.DARK_GROUNDS)
