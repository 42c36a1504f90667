"""The widget on pages that make it hard for a script: strict policies, prototypes that other libraries have extended,
no doctype, styles for everything, functions that are missing. It works, or does nothing; it never breaks the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Running
from tests.e2e.websites import WROTE, Visit, Website, settled, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Route

Person = Callable[..., "BrowserContext"]


@pytest.fixture(scope="module")
def site(running: Running) -> Iterator[Website]:
    website = Website(running)
    yield website
    website.stop()


def works(visitor: Visit) -> None:
    """From the tab to a message that arrives."""
    visitor.opens_form()
    sends(visitor)


def sends(visitor: Visit) -> None:
    """A message, which arrives as it was typed."""
    visitor.answer_messages(201)
    visitor.writes()
    visitor.sends()
    expect(visitor.heading).to_have_text("We have your message")
    sent = visitor.sent[-1]
    assert {sent["name"], sent["email"], sent["message"]} == set(WROTE.values())
    assert sorted(sent) == [
        "email",
        "form",
        "homepage",
        "message",
        "name",
        "page",
        "phone",
        "preferred_time",
        "service",
    ]
    assert sent["page"] == visitor.page.url.removeprefix("http://")
    assert visitor.page.evaluate("window.complaints") == []


DOCS = Path(__file__).parent.parent.parent / "docs" / "widget.md"
POLICIES = re.findall("^Content-Security-Policy: (.*)$", DOCS.read_text(), re.MULTILINE)


@pytest.mark.parametrize("policy", POLICIES)
def test_it_works_under_each_policy_that_the_docs_tell(site: Website, person: Person, policy: str) -> None:
    """With nothing else allowed at all."""
    allowed = policy.replace("https://my.example.com", site.portal).replace("NONCE", "a1b2")
    strict = f"default-src 'none'; form-action 'none'; base-uri 'none'; {allowed}"
    visitor = visit(
        person(), site.page(tag=site.tag(options='nonce="a1b2"'), headers={"Content-Security-Policy": strict})
    )
    works(visitor)


def test_the_docs_tell_of_ways_by_host_by_nonce_and_with_trusted_types() -> None:
    assert len(POLICIES) == 4


def test_a_website_that_isolates_itself_may_load_it(site: Website, person: Person) -> None:
    isolated = {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"}
    visitor = visit(person(), site.page(headers=isolated))
    works(visitor)


def test_a_page_that_trusts_no_address_of_ours_gets_the_portal_instead_of_a_dead_button(
    site: Website, chromium: Browser
) -> None:
    """`trusted-types` without our name, and a policy that lets the loader in but not the panel."""
    context = chromium.new_context()  # where a policy may be complained of
    policy = f"default-src 'none'; script-src {site.portal}/widget/v1.js; connect-src {site.portal}"
    visitor = visit(context, site.page(headers={"Content-Security-Policy": policy}))
    visitor.tab.click()
    visitor.page.wait_for_url(f"{site.portal}/evergreen/sign-in")
    strict = f"script-src {site.portal}; require-trusted-types-for 'script'; trusted-types other"
    visitor = visit(context, site.page(headers={"Content-Security-Policy": strict}))
    visitor.page.evaluate("Porchlight.open('contact')")
    visitor.page.wait_for_url(f"{site.portal}/evergreen/contact")
    context.close()


# What libraries of their time do to everybody's objects: Prototype.js 1.6, MooTools, and careless plugins.
POLLUTED = {
    "Prototype.js": """
      for (const name of ['each', 'findAll', 'select', 'toArray', 'inspect', 'first', 'last', 'include', 'inject'])
        if (!(name in Array.prototype)) Array.prototype[name] = function () { throw new Error(name); };
      Array.prototype.toJSON = String.prototype.toJSON = Number.prototype.toJSON = function () { return `"${this}"`; };
      Array.prototype.entries = Array.prototype.toArray = function () { return this; };
      Array.prototype.reduce = function () { return this.length > 1 ? this : this[0]; };
      Array.prototype.concat = function () { throw new Error('concat'); };
      Array.from = window.$A = (list) => list;
      Object.keys = (object) => { const all = []; for (const name in object) all.push(name); return all; };
      Object.values = (object) => { const all = []; for (const name in object) all.push(object[name]); return all; };
      Object.toJSON = Object.inspect = (object) => String(object);
      Function.prototype.bind = function () { return this; };
      for (const name of ['wrap', 'curry', 'delay', 'defer'])
        Function.prototype[name] = function () { throw new Error(name); };
      Element.prototype.remove = function () { this.parentNode.removeChild(this); return this; };
      for (const name of ['hide', 'show', 'update', 'insert', 'observe', 'fire', 'select', 'toggle', 'visible', 'wrap'])
        Element.prototype[name] = function () { throw new Error(name); };
      document.getElementsByClassName = () => [];
      window.$ = (id) => document.getElementById(id);""",
    "Object.prototype": """
      for (const name of ['toJSON', 'extend', 'each', 'url', 'ping', 'form', 'body', 'method', 'signal', 'mode',
        'passive', 'once', 'capture', 'delegatesFocus', 'timeout', 'language', 'label', 'side', 'colour', 'errors',
        'nonce', 'get', 'set', 'value', 'configurable', 'hint', 'group', 'missing', 'optional', 'kind', 'most', 'name',
        'autocomplete', 'panel', 'contact'])
        Object.prototype[name] = function () { return 'polluted'; };""",
    "jQuery's name and more": """
      window.$ = window.jQuery = window.name = () => { throw new Error('not yours'); };
      window.h = window.open_ = window.tag = window.config = window.root = window.panel = 'the page’s own';""",
    "a hasOwnProperty of its own": """
      Object.prototype.hasOwnProperty = function hasOwnProperty() { return true; };""",
    "frozen": """
      for (const one of [Object, Array, Function, String, Element, Promise]) Object.freeze(one.prototype);
      Object.freeze(JSON);""",
    "missing": """
      delete window.fetch; delete window.URLSearchParams; delete window.requestIdleCallback; delete window.URL;
      delete window.trustedTypes; delete window.Headers; delete window.Request;""",
    "replaced": """
      window.fetch = window.URLSearchParams = window.Request = () => { throw new Error('replaced'); };
      Object.defineProperty(window, 'localStorage', { get() { throw new Error('no storage'); } });
      Object.defineProperty(document, 'cookie', { get() { throw new Error('no cookies'); } });""",
}


@pytest.mark.parametrize("name", POLLUTED)
def test_it_works_whatever_the_page_has_done_to_its_objects(site: Website, person: Person, name: str) -> None:
    visitor = visit(person(), site.page(head=f"<script>{POLLUTED[name]}</script>"))
    works(visitor)
    assert visitor.sent[-1]["phone"] == ""


def test_it_works_in_quirks_mode_below_styles_for_everything(site: Website, person: Person) -> None:
    head = """<style>
      html { font-size: 62.5%; direction: rtl; text-transform: uppercase; }
      body { transform: translateX(50px) !important; filter: invert(1); }
      * { all: revert !important; display: none !important; color: red !important; font: italic 40px fantasy !important;
          position: static !important; transform: scale(3) !important; opacity: .1 !important;
          transition: all 9s !important; }
      html, body, main, h1 { display: block !important; }
      html { transform: none !important; opacity: 1 !important; }
      porchlight-widget { visibility: hidden !important; width: 999px !important; z-index: 0 !important; }
      button, input, dialog, form, p { padding: 90px !important; } </style>"""
    plain = visit(person(), site.page())
    visitor = visit(person(), site.page(doctype="", head=head))
    assert visitor.page.evaluate("document.compatMode") == "BackCompat"
    assert visitor.tab.bounding_box() == plain.tab.bounding_box()
    for one in (plain, visitor):
        one.opens_form()
    looks = """(dialog) => [...dialog.querySelectorAll('*')].map((one) => {
      const { font, color, padding, display, opacity, direction, textTransform } = getComputedStyle(one);
      return [one.tagName, font, color, padding, display, opacity, direction, textTransform].join(' ');
    })"""
    assert visitor.dialog.evaluate(looks) == plain.dialog.evaluate(looks)
    sends(visitor)


def test_it_is_above_whatever_the_page_puts_on_top(site: Website, person: Person) -> None:
    cover = '<div style="position:fixed;inset:0;z-index:2147483647;background:#fff"></div>'
    visitor = visit(person(viewport={"width": 1280, "height": 800}), site.page(cover))
    works(visitor)


def test_on_a_page_from_right_to_left_the_tab_stays_where_the_company_wants_it(site: Website, person: Person) -> None:
    page = site.page("<p>مرحبا</p>", html='<html lang="ar" dir="rtl">')
    visitor = visit(person(viewport={"width": 1280, "height": 800}), page)
    box = visitor.tab.bounding_box() or {}
    assert box["x"] + box["width"] == 1280
    # No Arabic words yet: it speaks and reads as the company does.
    visitor.opens()
    assert visitor.dialog.evaluate("(one) => [one.lang, getComputedStyle(one).direction]") == ["en", "ltr"]


def test_a_language_from_right_to_left_turns_the_panel_round(site: Website, person: Person) -> None:
    context = person(viewport={"width": 1280, "height": 800})
    context.route(
        "**/panel?*",
        lambda route: route.fulfill(
            json={**route.fetch().json(), "language": "ar"}, headers={"Access-Control-Allow-Origin": "*"}
        ),
    )
    visitor = visit(context, site.page())
    visitor.opens_form()
    close, back = (visitor.button(name).bounding_box() or {} for name in ("Close", "Back"))
    assert close["x"] < back["x"]


def test_the_page_s_language_is_spoken_unless_the_tag_says_another(site: Website, person: Person) -> None:
    spanish = visit(person(), site.page(html='<html lang="es-MX">'))
    spanish.tab.click()
    expect(spanish.dialog).to_have_attribute("lang", "es")
    english = visit(person(), site.page(html='<html lang="es">', tag=site.tag(options='data-language="en"')))
    english.opens()


def test_of_all_options_only_those_that_are_meant_change_it(site: Website, person: Person) -> None:
    wanted = 'data-side="left" data-label="  Hello there  " data-colour="#123456" data-onload="alert(1)" data-host="https://x.example"'
    visitor = visit(person(), site.page(tag=site.tag(options=wanted)))
    assert (visitor.tab.bounding_box() or {})["x"] == 0
    expect(visitor.tab).to_have_text("Hello there")
    long = visit(person(), site.page(tag=site.tag(options=f'data-label="{"x" * 31}"')))
    expect(long.tab).to_have_text("x" * 30)
    assert visitor.tab.evaluate("(tab) => getComputedStyle(tab).backgroundColor") == "rgb(18, 52, 86)"
    plain = visit(person(), site.page())
    nonsense = (
        'data-side="top;}*{display:none}" data-label="  " data-colour="red;}*{color:red" data-language="&lt;p&gt;"'
    )
    odd = visit(person(), site.page(tag=site.tag(options=nonsense)))
    looks = "(tab) => [tab.textContent, getComputedStyle(tab).backgroundColor, tab.getBoundingClientRect().right]"
    assert odd.tab.evaluate(looks) == plain.tab.evaluate(looks)


INCLUDE = """(src) => new Promise((done) => {
  const again = document.createElement('script');
  again.src = src;
  again.dataset.portal = 'bluewave';
  again.onload = done;
  document.body.append(again);
})"""


def test_included_twice_the_first_is_the_only_one(site: Website, person: Person) -> None:
    tags = site.tag() + site.tag("bluewave", 'data-side="left"') + site.tag()
    page = person().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.page(tag=tags))
    visitor = Visit(page)
    expect(visitor.tab).to_be_visible()
    page.evaluate("window.first = Porchlight")
    page.evaluate(INCLUDE, f"{site.portal}/widget/v1.js")
    settled(page)
    assert page.evaluate("Porchlight === first")
    expect(page.locator("porchlight-widget")).to_have_count(1)
    assert len([url for url in asked if "/widget/v1/" in url]) == 1


def test_elements_with_our_names_are_not_taken_for_us(site: Website, person: Person) -> None:
    decoys = (
        '<img name="currentScript" alt=""><img name="head" alt=""><form name="body"></form><form name="forms"></form>'
        '<div id="Porchlight"></div><p id="config"></p><p id="script"></p>'
    )
    visitor = visit(person(), site.page(decoys))
    assert visitor.page.evaluate("[document.currentScript, document.head].every((one) => one.localName === 'img')")
    assert visitor.page.evaluate("typeof Porchlight.open") == "function"
    works(visitor)


def test_a_form_of_other_fields_needs_no_other_script(site: Website, person: Person) -> None:
    """A company may ask for something else one day, and this version will be on its website still."""
    context = person()

    def more(route: Route) -> None:
        told = route.fetch().json()
        name, *others = told["fields"]
        count = {**name, "name": "pools", "label": "How many pools?", "kind": "number", "autocomplete": "",
                 "missing": "Tell us how many.", "hint": "Yours alone"}  # fmt: skip
        told["fields"] = [name, count, *(one for one in others if one["group"] != "either")]
        route.fulfill(json=told, headers={"Access-Control-Allow-Origin": "*"})

    context.route("**/panel?*", more)
    visitor = visit(context, site.page())
    visitor.answer_messages(201)
    visitor.opens_form()
    visitor.field("Your name").fill("Rosa Marin")
    visitor.field("Your message").fill("Open them, please.")
    visitor.sends()
    expect(visitor.dialog.get_by_role("alert")).to_contain_text("Tell us how many.")
    expect(visitor.field("How many pools?")).to_have_attribute("type", "number")
    expect(visitor.field("How many pools?")).to_have_accessible_description("Yours alone Tell us how many.")
    visitor.field("How many pools?").fill("3")
    visitor.sends()
    expect(visitor.heading).to_have_text("We have your message")
    assert (visitor.sent[0]["pools"], visitor.sent[0]["name"]) == ("3", "Rosa Marin")
    assert "email" not in visitor.sent[0]


def test_asked_for_what_there_is_not_it_shows_what_there_is(site: Website, person: Person) -> None:
    visitor = visit(person(), site.page())
    for odd in ("rubbish", "toString", "__proto__"):
        visitor.page.evaluate("(odd) => Porchlight.open(odd)", odd)
        expect(visitor.heading).to_have_text("How can we help?")
        visitor.page.evaluate("Porchlight.close()")
    visitor.page.evaluate("Porchlight.open({})")
    expect(visitor.heading).to_have_text("How can we help?")


def test_the_page_s_own_elements_open_it(site: Website, person: Person) -> None:
    script = """
      window.told = [];
      document.querySelector('script[data-portal]').addEventListener('load', () => {
        for (const one of ['ready', 'open', 'close', 'sent', 'nonsense']) Porchlight.on(one, () => told.push(one));
        Porchlight.on('ready', 'no function');
        Porchlight.on('open');
      });
      ask.onclick = () => Porchlight.open('contact');
      mine.onclick = () => Porchlight.open('account');"""
    body = '<button id="ask">Ask us</button> <button id="mine">Account</button>'
    visitor = visit(person(), site.page(body, tag=f"{site.tag()}<script>{script}</script>"))
    page = visitor.page
    visitor.answer_messages(201)
    page.locator("#ask").click()
    expect(visitor.heading).to_have_text("Contact us")
    visitor.writes()
    visitor.sends()
    expect(visitor.heading).to_have_text("We have your message")
    page.evaluate("Porchlight.close(); Porchlight.close()")
    expect(visitor.dialog).to_have_count(0)
    # Who opened it goes on where they were.
    assert page.evaluate("document.activeElement.id") == "ask"
    # Each is told in a task of its own.
    page.wait_for_function("told.includes('close')")
    assert page.evaluate("told") == ["ready", "open", "sent", "close"]
    page.evaluate("Porchlight.on('ready', () => told.push('late'))")
    page.wait_for_function("told.includes('late')")
    page.locator("#mine").click()
    page.wait_for_url(f"{site.portal}/evergreen/sign-in")


def test_opened_before_anything_is_there_it_comes_as_soon_as_it_can(site: Website, person: Person) -> None:
    """A slow picture keeps the page from being loaded; who asks for the form has waited long enough."""
    context = person()
    context.route("**/slow.png", lambda route: None)
    page = context.new_page()
    page.goto(site.page('<img src="/slow.png" alt="">'), wait_until="commit")
    page.wait_for_function("window.Porchlight")
    assert page.locator("porchlight-widget").count() == 0
    page.evaluate("Porchlight.open('contact')")
    expect(Visit(page).heading).to_have_text("Contact us")


def test_a_sign_of_life_is_given_once_and_without_the_query(site: Website, person: Person) -> None:
    context = person()
    context.route(
        "**/widget/v1/evergreen?*",
        lambda route: route.fulfill(
            json={**route.fetch().json(), "ping": True}, headers={"Access-Control-Allow-Origin": "*"}
        ),
    )
    page = site.page()
    visitor = visit(context, f"{page}?email=rosa@example.net#top")
    pings: list[object] = []
    context.on("request", lambda request: pings.append(request.post_data_json) if "/pings" in request.url else None)
    visitor.opens()
    visitor.button("Close").click()
    visitor.page.goto("about:blank")
    assert pings == [{"page": page.removeprefix("http://")}]
