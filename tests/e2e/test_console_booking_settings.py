"""The console's pages of what is offered online: set up from nothing by a company that has just begun, changed, changed
by two at once, and looked at by who may only look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Running
from tests.e2e.console import READER, go, save, sign_in, sure
from tests.e2e.office import Office
from tests.e2e.test_accessibility import violations
from tests.e2e.test_console_company import check
from tests.e2e.test_console_website import choose_address, newcomer
from tests.e2e.test_widget import call

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

Person = Callable[..., "BrowserContext"]

HUB = "/settings/booking"
PAGES = (
    "",
    "/services",
    "/services/new",
    "/services/lawn-mowing",
    "/hours",
    "/special",
    "/rules",
    "/promises",
    "/area",
)
OFFER: dict[str, Any] = {
    "on": False, "crews": 2, "area": {"rule": "any", "codes": []}, "special": [], "notice": 24, "policy": "",
    "hours": {
        **{day: [{"opens": "08:00", "closes": "17:00"}] for day in ("monday", "tuesday")},
        **{day: [] for day in ("wednesday", "thursday", "friday", "saturday", "sunday")},
    },
    "services": [
        {"id": "lawn-mowing", "name": "Lawn mowing", "minutes": 60, "price": {"kind": "from", "amount": 4500},
         "questions": [{"id": "size", "label": "How big is your lawn?", "required": True}]},
        {"id": "wasps", "name": "Wasp nest removal", "minutes": 45},
    ],
}  # fmt: skip


@pytest.fixture
def office(running: Running) -> Iterator[Office]:
    """Evergreen has two services, and is not online yet; afterwards all is as it was."""
    evergreen = Office(running)
    before = evergreen.ask("GET", "/booking-settings")
    evergreen.offer_online(**OFFER)
    yield evergreen
    evergreen.offer_online(**before)


def offered(page: Page) -> Any:
    return call(page, "GET", "/booking-settings")


def row(page: Page, name: str) -> Locator:
    return page.locator("main li").filter(has_text=name)


def test_somebody_who_begins_has_it_running_in_a_few_minutes(running: Running, person: Person) -> None:
    page = newcomer(running, person, "Juniper Lawns", viewport={"width": 1280, "height": 860})
    go(page, running, "/guide/address", "Choose your portal")
    choose_address(page, running, "juniper")
    go(page, running, "/settings", "Settings")
    expect(row(page, "Online booking").locator(".pill")).to_have_text("Off")
    page.get_by_role("link", name="Online booking").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Online booking")
    expect(page.get_by_text("One thing is missing: a service")).to_be_visible()
    expect(page.get_by_role("button", name="Turn online booking on")).to_have_count(0)
    expect(row(page, "Opening hours")).to_contain_text("Mon – Fri: 8:00 AM – 5:00 PM")
    assert page.request.get(f"{running.portal}/juniper/book").status == 404

    page.get_by_role("link", name="Add your first service").click()
    page.get_by_label("Name").fill("Hedge trimming")
    page.get_by_label("Hours").fill("1")
    page.get_by_label("Minutes").fill("30")
    page.get_by_label("After").select_option("15 minutes")
    page.get_by_label("A price “from”").check()
    page.get_by_role("button", name="Add this service").click()
    # What is missing is said at its place, and nothing that was typed is lost.
    expect(page.get_by_role("alert")).to_contain_text("Say how much it is")
    page.get_by_label("Amount").fill("85")
    expect(page.get_by_text("Your customers read: From $85.00")).to_be_visible()
    page.get_by_role("button", name="Add a question").click()
    page.get_by_label("Question").fill("How high is the hedge?")
    page.get_by_label("It must be answered").check()
    page.get_by_role("button", name="Add this service").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Services")
    (service,) = offered(page)["services"]
    assert service == {
        "id": "hedge-trimming", "name": "Hedge trimming", "words": "", "minutes": 90, "before": 0, "after": 15,
        "price": {"kind": "from", "amount": 8500}, "on": True,
        "questions": [{"id": "how-high-is-the-hedge", "label": "How high is the hedge?", "required": True}],
    }  # fmt: skip

    go(page, running, HUB, "Online booking")
    expect(page.get_by_role("link", name="Calendar")).to_have_count(0)
    page.get_by_role("button", name="Turn online booking on").click()
    sure(page, "Turn it on")
    expect(page.locator(".pagehead .pill")).to_have_text("On")
    expect(page.get_by_role("navigation", name="Console").get_by_role("link", name="Calendar")).to_be_visible()
    with page.expect_popup() as shown:
        page.get_by_role("link", name="Look at it as a visitor").click()
    expect(shown.value.get_by_text("Hedge trimming")).to_be_visible()
    go(page, running, "/settings/website", "Website")
    expect(page.get_by_text(f"{running.portal}/juniper/book", exact=True)).to_be_visible()
    go(page, running, "/settings/website/tab", "The tab")
    expect(page.get_by_label("Words")).to_have_attribute("placeholder", "Book, contact & account")

    # The last service keeps it open: it can't be taken away under it.
    go(page, running, f"{HUB}/services/hedge-trimming", "Hedge trimming")
    page.get_by_label("Offered").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("turn online booking off first")
    page.get_by_label("Offered").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Nothing was changed")).to_be_visible()
    go(page, running, HUB, "Online booking")
    page.get_by_role("button", name="Turn online booking off").click()
    sure(page, "Turn it off")
    expect(page.locator(".pagehead .pill")).to_have_text("Off")
    expect(page.get_by_role("navigation", name="Console").get_by_role("link", name="Calendar")).to_have_count(0)
    assert page.request.get(f"{running.portal}/juniper/book").status == 404


def test_the_hours_of_a_week(office: Office, running: Running, person: Person) -> None:
    page = sign_in(person, running, place=f"{HUB}/hours")
    expect(page.get_by_label("Monday, from")).to_have_value("08:00")
    page.get_by_role("button", name="Add hours (Monday)").click()
    expect(page.get_by_label("Monday, from").nth(1)).to_be_focused()
    page.get_by_label("Monday, until").first.fill("12:00")
    page.get_by_label("Monday, from").nth(1).fill("11:00")
    page.get_by_label("Monday, until").nth(1).fill("00:00")
    page.get_by_role("button", name="Save", exact=True).click()
    # What the server finds wrong is told where it is.
    wrong = page.get_by_label("Monday, from").nth(1)
    expect(wrong).to_have_attribute("aria-invalid", "true")
    page.get_by_role("alert").get_by_role("link").click()
    expect(wrong).to_be_focused()
    wrong.fill("13:00")
    page.get_by_role("button", name="Copy to all weekdays").click()
    page.get_by_role("checkbox", name="Saturday").check()
    page.get_by_role("checkbox", name="Tuesday").uncheck()
    save(page)
    day = [{"opens": "08:00", "closes": "12:00"}, {"opens": "13:00", "closes": "24:00"}]
    assert offered(page)["hours"] == {
        "monday": day, "tuesday": [], "wednesday": day, "thursday": day, "friday": day,
        "saturday": [{"opens": "08:00", "closes": "17:00"}], "sunday": [],
    }  # fmt: skip
    expect(page.get_by_label("Friday, until").nth(1)).to_have_value("00:00")
    page.get_by_role("button", name="Remove hours 1: Friday").click()
    save(page)
    assert offered(page)["hours"]["friday"] == day[1:]


def test_what_two_change_at_once(office: Office, running: Running, person: Person) -> None:
    page = sign_in(person, running, place=f"{HUB}/hours")
    page.get_by_label("Monday, until").fill("15:00")
    office.offer_online(notice=48, hours={"tuesday": [{"opens": "10:00", "closes": "11:00"}]})
    # Another day was changed: both changes count.
    save(page)
    told = offered(page)
    assert (told["notice"], told["hours"]["monday"][0]["closes"], told["hours"]["tuesday"][0]["opens"]) == (
        48, "15:00", "10:00",
    )  # fmt: skip
    # The same day: both are shown, and what was typed is still there.
    page.get_by_label("Monday, until").fill("16:00")
    office.offer_online(hours={"monday": [{"opens": "09:00", "closes": "12:00"}]})
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Monday is now: 9:00 AM – 12:00 PM")).to_be_visible()
    expect(page.get_by_label("Monday, until")).to_have_value("16:00")
    save(page)
    assert offered(page)["hours"]["monday"] == [{"opens": "08:00", "closes": "16:00"}]

    # A service: what somebody else changed of it, and of its neighbours, stays.
    go(page, running, f"{HUB}/services/wasps", "Wasp nest removal")
    page.get_by_label("In a few words").fill("Any nest, any height.")
    services = [{**OFFER["services"][1], "minutes": 50}, OFFER["services"][0]]
    office.offer_online(services=services)
    save(page)
    first, second = offered(page)["services"]
    assert (first["id"], first["minutes"], first["words"], second["id"]) == (
        "wasps", 50, "Any nest, any height.", "lawn-mowing",
    )  # fmt: skip
    page.get_by_label("In a few words").fill("It is gone.")
    office.offer_online(services=OFFER["services"][:1])
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody has deleted this service")
    expect(page.get_by_label("In a few words")).to_have_value("It is gone.")


def test_services_are_put_in_order_and_deleted(office: Office, running: Running, person: Person) -> None:
    page = sign_in(person, running, place=f"{HUB}/services")
    page.get_by_role("button", name="Move up (Wasp nest removal)").click()
    expect(page.locator("main .rows .what")).to_have_text(["Wasp nest removal", "Lawn mowing"])
    # At the end the button is gone: the other one leads back.
    expect(page.get_by_role("button", name="Move down (Wasp nest removal)")).to_be_focused()
    assert [one["id"] for one in offered(page)["services"]] == ["wasps", "lawn-mowing"]
    page.get_by_role("link", name="Lawn mowing").click()
    page.get_by_role("button", name="Remove question 1").click()
    page.get_by_label("Free estimate").check()
    save(page)
    mowing = offered(page)["services"][1]
    assert (mowing["questions"], mowing["price"]) == ([], {"kind": "estimate", "amount": 0})
    page.get_by_role("button", name="Delete this service").click()
    sure(page, "Delete this service")
    expect(page.get_by_role("heading", level=1)).to_have_text("Services")
    assert [one["id"] for one in offered(page)["services"]] == ["wasps"]
    # Two of one name are told apart by nobody.
    go(page, running, f"{HUB}/services/new", "New service")
    page.get_by_label("Name").fill("wasp nest removal")
    page.get_by_role("button", name="Add this service").click()
    expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("There is a service of this name already")


def test_special_days_come_change_and_go(office: Office, running: Running, person: Person) -> None:
    page = sign_in(person, running, place=f"{HUB}/special")
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="Add a day").click()
    dialog.get_by_label("Day", exact=True).fill("2030-11-28")
    dialog.get_by_label("Last day").fill("2030-11-27")
    dialog.get_by_role("button", name="Add it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The last day is before the first one.")
    dialog.get_by_label("Last day").fill("2030-11-29")
    dialog.get_by_label("Name").fill("Thanksgiving")
    sure(page, "Add it")
    expect(row(page, "Thanksgiving")).to_contain_text("Nov 28, 2030 – Nov 29, 2030")
    page.get_by_role("button", name="Add a day").click()
    dialog.get_by_label("Day", exact=True).fill("2030-11-29")
    dialog.get_by_label("Open at other hours").check()
    dialog.get_by_label("That day, until").fill("12:00")
    dialog.get_by_role("button", name="Add it").click()
    expect(dialog.get_by_label("Day", exact=True)).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Day", exact=True).fill("2030-12-07")
    sure(page, "Add it")
    expect(row(page, "Other hours")).to_contain_text("8:00 AM – 12:00 PM")
    page.get_by_role("button", name=re.compile("Change .*Dec 7, 2030")).click()
    dialog.get_by_label("Closed").check()
    sure(page, "Save")
    page.get_by_role("button", name=re.compile("Remove .*Thanksgiving")).click()
    sure(page, "Remove it")
    assert offered(page)["special"] == [{"since": "2030-12-07", "until": "2030-12-07", "name": "", "hours": []}]


def test_the_rules_of_times_and_of_promises(office: Office, running: Running, person: Person) -> None:
    page = sign_in(person, running, place=f"{HUB}/rules")
    page.get_by_label("Jobs at the same time").fill("0")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("from 1 to 100")
    page.get_by_label("Jobs at the same time").fill("3")
    page.get_by_label("A job can begin every").select_option("1 hour")
    page.get_by_label("Arrival window").select_option("2 hours")
    expect(page.get_by_text("Your customers choose from 8:00 – 10:00 AM, 9:00 – 11:00 AM")).to_be_visible()
    page.get_by_label("At the latest").select_option("2 days before")
    page.get_by_label("At the earliest").select_option("90 days ahead")
    save(page)
    go(page, running, f"{HUB}/promises", "Confirming and changes")
    page.get_by_label("When you say so").check()
    page.get_by_label("Moved or canceled online until").select_option("3 days before")
    page.get_by_label("Your policy").fill("Somebody must be at home.")
    page.get_by_label("Remind customers").select_option("Never")
    save(page)
    told = offered(page)
    names = ("crews", "step", "window", "notice", "horizon", "confirming", "cutoff", "policy", "remind")
    assert [told[name] for name in names] == [3, 60, 120, 48, 90, "request", 72, "Somebody must be at home.", 0]
    go(page, running, "/trail", "Audit trail")
    entry = page.locator("main li").filter(has_text="Changed online booking").first
    expect(entry).to_contain_text("When you say so")


def test_postal_codes_are_pasted_in_any_form(office: Office, running: Running, person: Person) -> None:
    page = sign_in(person, running, place=f"{HUB}/area")
    expect(page.get_by_label("Your postal codes")).to_be_hidden()
    page.get_by_label("Only inside").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Add the postal codes where you work")
    codes = page.get_by_label("Your postal codes")
    codes.fill("80301, 80302;80303\n\n80304\t80305 80306-1234\n“804*” 80301")
    expect(page.get_by_text("7 codes: 80301, 80302")).to_be_visible()
    save(page)
    assert offered(page)["area"] == {
        "rule": "refused", "codes": ["80301", "80302", "80303", "80304", "80305", "80306", "804*"],
    }  # fmt: skip
    codes.fill("80301 9")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(codes).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("“9”")
    page.get_by_role("radio", name="Anywhere No postal code is looked at.").check()
    save(page)
    # They are kept for another time.
    assert offered(page)["area"]["rule"] == "any"


def test_who_may_only_look_sees_it_all_and_changes_nothing(office: Office, running: Running, person: Person) -> None:
    office.offer_online(on=True, special=[{"since": "2030-12-24", "until": "2030-12-26", "name": "Christmas"}])
    page = sign_in(person, running, READER, bypass_csp=True)
    for place in PAGES:
        if place.endswith("/new"):
            continue
        check(page, running, HUB + place)
        for deed in ("Save", "Add", "Move", "Remove", "Delete", "Turn", "Change", "Copy to"):
            expect(page.locator("main").get_by_role("button", name=re.compile(f"^{deed} ?"))).to_have_count(0)
        assert page.locator("main :is(input, select, textarea):enabled").count() == 0, place


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(office: Office, running: Running, person: Person, width: int, scheme: str) -> None:
    office.offer_online(on=True, special=[{"since": "2030-12-24", "until": "2030-12-26", "name": "Christmas"}],
                        area={"rule": "flagged", "codes": ["80301", "803*"]})  # fmt: skip
    page = sign_in(
        person, running, viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True
    )  # fmt: skip
    for place in PAGES:
        check(page, running, HUB + place)
    go(page, running, f"{HUB}/special", "Special days")
    page.get_by_role("button", name="Add a day").click()
    page.get_by_label("Open at other hours").check()
    page.get_by_role("dialog").get_by_role("button", name="Add it").click()
    assert violations(page) == []
    go(page, running, f"{HUB}/hours", "Opening hours")
    page.get_by_label("Monday, until").fill("07:00")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Monday: close later")
    assert violations(page) == []
