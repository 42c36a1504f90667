"""The console's files: what the first page holds, what a browser may keep, and what no file of it may do."""

from __future__ import annotations

import ast
import gzip
import re
from pathlib import Path
from typing import get_args
from urllib.parse import urljoin

import pytest

import app as wiring
from chalicelib.booking.rules import booking, changing, checking, offer, slots, telling
from chalicelib.documents.rules import contents, document
from chalicelib.errors import Invalid
from chalicelib.estimates.rules import estimate
from chalicelib.estimates.rules.drafting import MOST_TERMS
from chalicelib.leads.rules import lead
from chalicelib.messages.records import suppressions
from chalicelib.messages.rules import message, template
from chalicelib.tenants.rules import check_slug, pictures
from chalicelib.tenants.rules.access import KEY_SCOPES
from chalicelib.visits.rules import photos, rating, report, review, visit
from chalicelib.web import assets, colours, console
from sandbox.world import World
from tests.browser import Browser
from tests.builders import Company

SCRIPTS = sorted(console.FOLDER.glob("*.js"))
SOURCES = {path.name: path.read_text("utf-8") for path in SCRIPTS}
IMPORT = re.compile(r"""(?:^import|^export)[^'"]*?from '([^']+)'|import\('([^']+)'\)""", re.M)
FIRST_LOAD = 60 * 1024


def links(html: str) -> list[str]:
    return re.findall(r'(?:href|src)="([^"#]+)"', html)


def test_the_page_holds_nothing_inline_and_is_not_kept(world: World, browser: Browser) -> None:
    page = browser.get("/console")
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"].startswith("'self' ") and policy["img-src"].endswith(" data: blob:")
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", page.html)
    assert not page.cookies


def test_all_that_the_page_names_is_there_and_is_kept_for_ever(world: World, browser: Browser) -> None:
    named = links(browser.get("/console").html)
    assert any(url.endswith("/main.js") for url in named)
    for url in set(named):
        answer = browser.get(url)
        assert answer.status == 200, url
        assert "immutable" in answer.headers["cache-control"]


def test_below_a_stage_all_of_it_lies_below_the_stage(world: World) -> None:
    named = links(console.page("/api"))
    assert named and all(url.startswith("/api/") for url in named)


def test_imports_lead_to_files_of_the_same_version(world: World, browser: Browser) -> None:
    main = f"/console/{console.files().version}/main.js"
    for name, text in SOURCES.items():
        for found in IMPORT.findall(text):
            url = urljoin(main, found[0] or found[1])
            assert found[0].startswith("./") or found[1].startswith("./"), name
            assert browser.get(url).status == 200, f"{name} imports {url}"


def test_every_route_has_its_page() -> None:
    modules = re.findall(r"^  \['/[^']*', '([a-z-]+)'", SOURCES["routes.js"], re.M)
    assert len(modules) > 15
    assert {f"{one}.js" for one in modules} <= set(SOURCES)
    for one in modules:
        assert "export default" in SOURCES[f"{one}.js"], one


@pytest.mark.parametrize("version", ["000000000000", "..", "latest"])
def test_another_version_s_files_are_not_there(world: World, browser: Browser, version: str) -> None:
    answer = browser.get(f"/console/{version}/main.js")
    assert answer.status == 404
    assert "immutable" not in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["nothing.js", "..%2fportal.css", "%2e%2e", "main.js.map", "console.py"])
def test_only_its_own_files_are_there(world: World, browser: Browser, name: str) -> None:
    assert browser.get(f"/console/{console.files().version}/{name}").status == 404


def test_no_company_can_take_the_console_s_address() -> None:
    with pytest.raises(Invalid):
        check_slug("console")


def test_the_gateway_finds_the_console_before_any_company(world: World) -> None:
    paths = sorted(wiring.app.routes)
    assert paths.index("/console") < paths.index("/{slug}")
    assert paths.index("/console/{version}/{name}") < paths.index("/{slug}/{page}/{rest}")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_makes_no_html_and_runs_no_text(path: Path) -> None:
    """What people type can only become text; and the policy would stop the rest. A mail is read, and its styles set, in
    the frame without an origin only."""
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\('style"
        r"|localStorage|document\.cookie|javascript:"
    )
    of_mails = r"|DOMParser|\.cssText"
    assert not re.search(forbidden + ("" if path.name == "mail-frame.js" else of_mails), SOURCES[path.name])


def test_a_mail_is_shown_where_it_can_do_nothing(world: World, browser: Browser) -> None:
    """Without an origin, with one script of ours, below pages of ours only; nothing inline, as in the rest."""
    page = browser.get(f"/console/{console.files().version}/{console.FRAME}")
    assert page.status == 200 and page.headers["content-type"] == "text/html; charset=utf-8"
    parts = (part.partition(" ") for part in page.headers["content-security-policy"].split("; "))
    policy = {name: value for name, _, value in parts}
    assert policy["sandbox"] == "allow-scripts"
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["frame-ancestors"] == "'self'"
    assert page.headers["x-frame-options"] == "SAMEORIGIN"
    assert "unsafe" not in page.headers["content-security-policy"]
    assert re.findall(r"<script([^>]*)>(.*?)</script>", page.html) == [(' src="mail-frame.js" defer', "")]
    assert not re.search(r"<style|style=|\son\w+=", page.html)
    assert "sandbox: 'allow-scripts'" in SOURCES["mail-preview.js"]
    outer = browser.get("/console").headers["content-security-policy"]
    assert "frame-src 'self';" in outer and "unsafe" not in outer


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_what_it_is_for_and_bears_to_be_shortened(path: Path) -> None:
    """Lines are cut on their way out: comments stand on lines of their own, and no string spans two."""
    text = SOURCES[path.name]
    assert text.startswith("// "), "opens without a sentence"
    assert "/*" not in text.replace("*/*", "")
    assert all(line.count("`") % 2 == 0 for line in text.splitlines())
    assert text.count("\n") <= 420


def test_only_the_api_s_file_talks_to_the_network() -> None:
    """The access token stays in one file's memory. Files go to the bucket by a form of their own."""
    assert [
        name for name, text in SOURCES.items() if re.search(r"\bfetch\(|sendBeacon|WebSocket|EventSource", text)
    ] == ["api.js"]
    assert [name for name, text in SOURCES.items() if "XMLHttpRequest" in text] == ["upload.js"]


def test_the_accent_is_porchlight_s_own() -> None:
    sheet = (console.FOLDER / "console.css").read_text("utf-8")
    made = colours.brand(colours.PORCHLIGHT)
    assert re.findall(r"--accent: (#\w+); --on-accent: (#\w+)", sheet) == [
        (made.light, "#fff"), (made.dark, made.on_dark),
    ]  # fmt: skip


def test_the_first_load_is_small(world: World, browser: Browser) -> None:
    """HTML, both sheets and every module up to the first page, for somebody signed out and for somebody signed in: as
    the gateway sends them, compressed one by one."""
    page = browser.get("/console").html
    version = console.files().version
    sizes = {url: len(gzip.compress(browser.get(url).html.encode(), 6)) for url in links(page) if "/mark." not in url}
    for first in ("sign-in.js", "home.js", "guide.js"):
        needed = dict(sizes)
        waiting = [first]
        while waiting:
            name = waiting.pop()
            url = f"/console/{version}/{name}"
            if url not in needed:
                needed[url] = len(gzip.compress(console.files().by_name[name].content, 6))
                waiting += [found.removeprefix("./") for found, _ in IMPORT.findall(SOURCES[name]) if found]
        whole = len(gzip.compress(page.encode(), 6)) + sum(needed.values())
        assert whole <= FIRST_LOAD, f"{first}: {whole}"


def test_what_is_sent_at_once_is_what_the_first_script_imports() -> None:
    """A file missing in the list would be asked for late; one too many for nothing."""
    found, waiting = set(), ["main.js"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [one.removeprefix("./") for one, _ in IMPORT.findall(SOURCES[name]) if one]
    assert found == set(console.AT_ONCE)


def test_each_language_that_is_offered_is_taken(evergreen: Company) -> None:
    """The API has pages in some languages only."""
    (offered,) = re.findall(r"^const LOCALES = \[(.*)\];$", SOURCES["settings.js"], re.M)
    choices = re.findall(r"'([\w-]+)'", offered)
    owner = evergreen.admin()
    assert len(choices) > 5
    for locale in choices:
        etag = owner.get("/settings").headers["etag"]
        assert owner.patch("/settings", {"locale": {"locale": locale}}, if_match=etag).status == 200, locale


def noted() -> set[str]:
    """The actions that the trail may tell of: what the code hands to whatever writes an entry."""
    found = set()
    for path in Path(wiring.__file__).parent.glob("chalicelib/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            handed: list[ast.expr] = []
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                handed = (
                    node.args if called.endswith(("note", "trail")) or called in ("new_entry", "_set", "_edit") else []
                )
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "action":
                handed = [node.value]
            words = [one.value for part in handed for one in ast.walk(part) if isinstance(one, ast.Constant)]
            found |= {one for one in words if isinstance(one, str) and re.fullmatch(r"[a-z_]+\.[a-z_-]+", one)}
    # What staff does with a booking is noted by the deed's name.
    return found | {f"booking.{deed}" for deed in get_args(changing.Deed)}


def test_the_trail_has_words_for_each_action() -> None:
    (words,) = re.findall(r"^const WORDS = \{\n(.*?)^\};", SOURCES["trail.js"], re.M | re.S)
    actions = noted()
    assert len(actions) > 25
    assert set(re.findall(r"^  '([^']+)': '", words, re.M)) == actions


def words_of(script: str, name: str) -> list[str]:
    """The names that a script's object, or its list of pairs, has words for."""
    (found,) = re.findall(rf"^(?:export )?const {name} = [\[{{](.*?)[\]}}];$", SOURCES[script], re.M | re.S)
    return re.findall(r"(?:^|[{,\[])\s*'?(\w+)'?(?:: ['\[]|, ')", found, re.M)


def test_the_leads_pages_have_words_for_all_that_the_server_says() -> None:
    assert words_of("lead-words.js", "STATUSES") == list(lead.STATUSES)
    assert words_of("lead-words.js", "SOURCES") == list(lead.SOURCES)
    assert words_of("lead-words.js", "SHAPES") == list(lead.STATUSES)
    assert words_of("leads.js", "EMPTY") == list(lead.STATUSES)
    assert words_of("lead.js", "REASONS") == list(get_args(lead.Reason))
    (told,) = re.findall(r"^  status: \{ (.*) \},$", SOURCES["trail-words.js"], re.M)
    assert set(lead.STATUSES) <= set(re.findall(r"(\w+): '", told))


def test_the_messages_pages_have_words_for_all_that_the_server_says() -> None:
    assert words_of("message-words.js", "LANGUAGES") == list(template.LANGUAGES)
    assert words_of("message-words.js", "OWN_NAMES") == list(template.LANGUAGES)
    assert words_of("message-words.js", "CHANNELS") == list(get_args(message.Channel))
    assert words_of("message-words.js", "CAUSES") == list(get_args(suppressions.Cause))
    groups = re.findall(r"^  \[\['(\w+)'\], '", SOURCES["messages.js"], re.M)
    assert groups == list(get_args(template.Audience))
    assert words_of("message-words.js", "STANDINGS") == [
        "queued", "sent", "delivered", "bounced", "complained", "skipped", "failed",
    ]  # fmt: skip
    (limits,) = re.findall(r"^const PARTS = \{\n(.*?)^\};", SOURCES["message-form.js"], re.M | re.S)
    assert re.findall(r"maxlength: (\d+)", limits) == [
        str(most) for most in (template.SUBJECT_MAX, template.HTML_MAX, template.TEXT_MAX, template.SMS_MAX)
    ]


def test_the_estimates_pages_have_words_for_all_that_the_server_says() -> None:
    standings = list(get_args(estimate.Standing))
    assert words_of("estimate-words.js", "STATUSES") == standings
    assert words_of("estimate-words.js", "SHAPES") == standings
    assert words_of("estimates.js", "EMPTY") == standings
    assert words_of("estimate-history.js", "DECIDED") == list(get_args(estimate.DecisionKind))
    for name in ("estimate-terms.js", "estimate-terms-field.js"):
        assert f"maxlength: '{MOST_TERMS}'" in SOURCES[name]
    (told,) = re.findall(r"^  status: \{ (.*) \},$", SOURCES["trail-words.js"], re.M)
    assert set(standings) <= set(re.findall(r"(\w+): '", told))


def test_a_key_can_be_given_each_scope() -> None:
    areas = words_of("keys.js", "AREAS")
    assert sorted(areas) == sorted({scope.partition(":")[0] for scope in KEY_SCOPES})


def test_the_pages_of_documents_have_words_for_all_that_the_server_says() -> None:
    assert words_of("document-words.js", "CATEGORIES") == list(document.CATEGORIES)
    (types,) = re.findall(r"^const TYPES = \{\n(.*?)^\};", SOURCES["document-words.js"], re.M | re.S)
    assert set(re.findall(r"'([\w./-]+/[\w.-]+)': '", types)) == set(document.TYPES)
    (known,) = re.findall(r"^const TYPES = \{\n(.*?)^\};", SOURCES["upload.js"], re.M | re.S)
    assert dict(re.findall(r"(\w+): '([^']+)'", known)) == {
        **{ending: kind for kind, ending in document.ENDINGS.items()}, "jpeg": "image/jpeg",
    }  # fmt: skip
    (accepted,) = re.findall(r"^const ACCEPTED = '(.*)';", SOURCES["document-share.js"], re.M)
    assert {one.lstrip(".") for one in accepted.split(",")} == {*document.ENDINGS.values(), "jpeg"}
    assert f"up to {contents.MOST_BYTES // 2**20} MB" in SOURCES["document-share.js"]


def test_the_pages_of_visits_have_words_for_all_that_the_server_says() -> None:
    assert words_of("visit-words.js", "STATUSES") == list(get_args(visit.Status))
    assert words_of("visit-words.js", "SHAPES") == list(get_args(visit.Status))
    (told,) = re.findall(r"^  status: \{ (.*) \},$", SOURCES["trail-words.js"], re.M)
    assert {*get_args(visit.Status), *rating.FOLLOW_UPS[1:]} <= set(re.findall(r"(\w+): '", told))
    assert f"const MOST = {photos.MOST};" in SOURCES["visit-photos.js"]
    (types,) = re.findall(r"^const TYPES = '(.*)';", SOURCES["visit-photos.js"], re.M)
    assert set(types.split(",")) == set(get_args(pictures.PictureType))


def test_the_pages_of_ratings_have_words_for_all_that_the_server_says() -> None:
    assert words_of("rating-words.js", "FOLLOW_UPS") == list(rating.FOLLOW_UPS[1:])
    assert words_of("rating-words.js", "GROUPS") == list(review.GROUPS)
    assert words_of("rating-words.js", "SHAPES") == [*rating.FOLLOW_UPS[1:], *review.GROUPS]
    assert words_of("ratings.js", "EMPTY") == list(rating.FOLLOW_UPS[1:])
    assert f"const MOST = {rating.MOST};" in SOURCES["stars.js"]
    assert f"const MOST = {report.MOST_MONTHS};" in SOURCES["reports.js"]
    assert f"const USUAL = {report.USUAL_MONTHS};" in SOURCES["reports.js"]


def test_the_calendar_s_pages_have_words_for_all_that_the_server_says() -> None:
    assert words_of("booking-words.js", "STATUSES") == list(booking.STATUSES)
    assert words_of("booking-words.js", "SHAPES") == list(booking.STATUSES)
    assert words_of("booking-words.js", "SOURCES") == list(booking.SOURCES)
    assert words_of("booking-words.js", "FLAGS") == ["outside", "suspected"]
    assert words_of("booking.js", "FLAGGED") == ["suspected", "outside"]
    assert words_of("booking.js", "WAITS") == list(changing.WAITING)
    (prices,) = re.findall(r"^const PRICES = \{ (.*) \};$", SOURCES["booking-words.js"], re.M)
    assert re.findall(r"(\w+): (?:\(|money)", prices) == list(get_args(offer.PriceKind))
    (whys,) = re.findall(r"^const WHY = \{\n(.*?)^\};", SOURCES["booking-times.js"], re.M | re.S)
    assert set(re.findall(r"(\w+): '", whys)) == {*get_args(slots.Why), "area"}
    deeds = set(re.findall(r"(?:can\(|\.includes\()'(\w+)'", SOURCES["booking.js"]))
    assert deeds == set(get_args(changing.Deed))
    (told,) = re.findall(r"^  status: \{ (.*) \},$", SOURCES["trail-words.js"], re.M)
    assert set(booking.STATUSES) <= set(re.findall(r"(\w+): '", told))


def test_the_settings_of_online_booking_have_words_for_all_that_the_server_says() -> None:
    def names(script: str, name: str) -> list[str]:
        (found,) = re.findall(rf"^(?:export )?const {name} = \[\n?(.*?)\];$", SOURCES[script], re.M | re.S)
        return re.findall(r"\['(\w+)', '", found)

    def numbers(script: str, name: str) -> list[int]:
        (found,) = re.findall(rf"^const {name} = \[(.*)\];$", SOURCES[script], re.M)
        return [int(one) for one in found.split(", ")]

    words = "booking-offer-words.js"
    assert names(words, "WEEKDAYS") == list(offer.WEEKDAYS)
    assert names(words, "PRICES") == list(get_args(offer.PriceKind))
    assert names(words, "CONFIRMING") == list(get_args(offer.Confirming))
    assert names(words, "AREA_RULES") == list(get_args(offer.AreaRule))
    (of_a_service,) = re.findall(r"^const OF_A_SERVICE = \{ (.*) \};$", SOURCES["trail-words.js"], re.M)
    service = telling.told(offer.Offer(services=(offer.Service(
        "mowing", "Mowing", "All of it.", 60, 15, 15, offer.Price("from", 4500), (offer.Question("size", "How large?"),)
    ),)))  # fmt: skip
    named = {one.removeprefix("booking/services/mowing/") for one in service if one.startswith("booking/services/")}
    assert set(re.findall(r"'?([\w/]+)'?: '", of_a_service)) == named
    fields = {one for one in service if one.count("/") == 1 or one.startswith("booking/area/")}
    (told,) = re.findall(r"^const FIELDS = \{\n(.*?)^\};", SOURCES["trail-words.js"], re.M | re.S)
    assert set(re.findall(r"'(booking/[\w/]+)': '", told)) == fields
    assert numbers("booking-rules.js", "STEPS") == list(offer.STEPS)
    for script, name, (least, most) in (
        ("booking-rules.js", "NOTICES", checking.NOTICE), ("booking-rules.js", "HORIZONS", checking.HORIZON),
        ("booking-rules.js", "WINDOWS", checking.WINDOW), ("booking-service.js", "BUFFERS", checking.BUFFER),
        ("booking-promises.js", "CUTOFFS", checking.CUTOFF), ("booking-promises.js", "REMINDERS", checking.REMIND),
    ):  # fmt: skip
        choices = numbers(script, name)
        assert sorted(choices) == choices and least <= choices[0] and choices[-1] <= most, name
    for script, limit in (
        ("booking-rules.js", f"const MOST_CREWS = {checking.CREWS[1]};"),
        ("booking-area.js", f"const MOST = {checking.CODES};"),
        ("booking-questions.js", f"const MOST = {checking.QUESTIONS};"),
        ("booking-questions.js", f"maxlength: '{checking.LABEL}'"),
        ("booking-spans.js", f"const MOST = {checking.SPANS};"),
        ("booking-service.js", f"maxlength: '{checking.NAME}'"),
        ("booking-service.js", f"maxlength: '{checking.WORDS}'"),
        ("booking-special.js", f"maxlength: '{checking.NAME}'"),
        ("booking-promises.js", f"maxlength: '{checking.POLICY}'"),
    ):
        assert limit in SOURCES[script], (script, limit)


def test_one_way_to_make_the_key_of_a_request() -> None:
    """`randomUUID` is not there on a page that came by http from an address of digits."""
    assert [name for name, text in SOURCES.items() if "randomUUID" in text] == []


def test_who_may_only_look_meets_no_form_by_its_address() -> None:
    forms = re.findall(r"^  \['(/[^']*(?:/new|/edit))', '[a-z-]+'(.*)\],$", SOURCES["routes.js"], re.M)
    assert len(forms) > 12
    (lists,) = re.findall(r"^const LISTS = \{(.*)\};$", SOURCES["main.js"], re.M)
    for path, options in forms:
        assert re.search(r"needs: '\w+:write'", options), path
        assert f"{path.split('/')[1]}: '" in lists, f"{path}: there is a way back to its list"


def test_nothing_is_brought_in_for_nothing() -> None:
    for name, text in SOURCES.items():
        for names, _ in re.findall(r"^import \{ ([^}]+) \} from '([^']+)'", text, re.M):
            for one in names.split(", "):
                assert len(re.findall(rf"\b{re.escape(one)}\b", text)) > 1, f"{name}: {one}"


def test_nothing_is_handed_out_for_nothing() -> None:
    everything = "\n".join(SOURCES.values())
    for name, text in SOURCES.items():
        brought = re.findall(rf"\{{ ([^}}]+) \}} (?:from |= await import\()'\./{name}'", everything)
        used = {one for names in brought for one in names.split(", ")}
        used |= set(re.findall(rf"import\('\./{name}'\)\)\.(\w+)", everything))
        for whole in re.findall(rf"\* as (\w+) from '\./{name}'", everything):
            used |= set(re.findall(rf"\b{whole}\.(\w+)", everything))
        assert set(re.findall(r"^export (?:async )?(?:function|const|let|class) (\w+)", text, re.M)) <= used, name


def test_the_sheets_use_only_tokens_that_there_are() -> None:
    sheets = [(assets.STATIC / "portal.css").read_text("utf-8"), (console.FOLDER / "console.css").read_text("utf-8")]
    both = "\n".join(sheets)
    assert set(re.findall(r"var\((--[\w-]+)", both)) <= set(re.findall(r"(--[\w-]+):", both))
