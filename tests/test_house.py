"""What the layers can't see: the habits of the house, held by tests."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import app
from chalicelib import errors
from chalicelib.billing import portal as billing_portal
from chalicelib.billing import public as billing_public
from chalicelib.booking import public as booking_public
from chalicelib.customers import portal as customers_portal
from chalicelib.customers import public as customers_public
from chalicelib.documents import portal as documents_portal
from chalicelib.estimates import portal as estimates_portal
from chalicelib.home import portal as home_portal
from chalicelib.leads.public import contact, widget, widget_files
from chalicelib.settings import PREFIX, MissingSettings, Settings
from chalicelib.visits import portal as visits_portal
from chalicelib.web import console
from chalicelib.web import public as web_public
from chalicelib.web.access import Anyone, Customer, Guest, Visitor
from chalicelib.web.api import doors
from chalicelib.web.errors import STATUS
from chalicelib.web.routes import Route

ROOT = Path(__file__).parent.parent
PACKAGE = sorted((ROOT / "chalicelib").rglob("*.py"))
FEATURES = (
    web_public, console, customers_public, customers_portal, billing_public, billing_portal, estimates_portal,
    documents_portal, visits_portal, widget_files, widget, contact, booking_public, home_portal,
)  # fmt: skip

# Open to anybody who knows the portal's address. A route that is not here must ask for a session.
OPEN_TO_VISITORS = {
    "GET /{slug}/logo/{name}",
    "GET /{slug}/payments/{id}/cancellation",
    "GET /{slug}/review/later",
    "GET /{slug}/step-up/code/check",
    "GET /{slug}/connect/{token}",
    "POST /{slug}/connect/{token}",
    "GET /{slug}/sign-in",
    "POST /{slug}/sign-in",
    "POST /{slug}/sign-in/code",
    "GET /{slug}/sign-in/code",
    "POST /{slug}/sign-in/code/check",
    "GET /{slug}/sign-in/code/check",
    "GET /{slug}/sign-in/link/{token}",
    "POST /{slug}/sign-in/link/{token}",
    "GET /{slug}/link/{token}",
    "POST /{slug}/link/{token}",
    "POST /{slug}/link/{token}/renewal",
    "GET /{slug}/link/{token}/renewal",
    "GET /{slug}/l/{token}",
    "POST /{slug}/l/{token}",
    "POST /{slug}/l/{token}/renewal",
    "GET /{slug}/l/{token}/renewal",
    "GET /{slug}/accounts",
    "POST /{slug}/accounts",
    "GET /{slug}/password/forgotten",
    "POST /{slug}/password/forgotten",
    "GET /{slug}/password/reset/{token}",
    "POST /{slug}/password/reset/{token}",
    "GET /{slug}/signed-out",
    # These look at the session themselves: signing out and choosing a language work without one, and a password
    # that must be changed must be changeable.
    "POST /{slug}/sign-out",
    "GET /{slug}/sign-out",
    "POST /{slug}/language",
    "GET /{slug}/language",
    "GET /{slug}/password",
    "POST /{slug}/password",
    # The widget on other websites' pages.
    "GET /widget/v1/{slug}",
    "GET /widget/v1/{slug}/panel",
    "POST /widget/v1/{slug}/messages",
    "POST /widget/v1/{slug}/pings",
}
# Open to all as well, and they know who is signed in.
OPEN_TO_GUESTS = {
    "GET /{slug}/{page}",
    "GET /{slug}/{page}/{rest}",
    "GET /{slug}/contact",
    "POST /{slug}/contact",
    "GET /{slug}/contact/sent",
    # The way to a booking.
    "GET /{slug}/book",
    "GET /{slug}/book/{service}",
    "GET /{slug}/book/{service}/{time}",
    "POST /{slug}/book/{service}/{time}",
    "GET /{slug}/book/review/{draft}",
    "POST /{slug}/book/review/{draft}",
    "GET /{slug}/book/done/{draft}",
    "GET /{slug}/book/done/{draft}/calendar",
    # A booking: by the key of its own link, or signed in as its customer.
    "GET /{slug}/bookings/{id}",
    "GET /{slug}/bookings/{id}/calendar",
    "GET /{slug}/bookings/{id}/account",
    "POST /{slug}/bookings/{id}/account",
    "GET /{slug}/bookings/{id}/time",
    "POST /{slug}/bookings/{id}/time",
    "GET /{slug}/bookings/{id}/cancellation",
    "POST /{slug}/bookings/{id}/cancellation",
    "GET /{slug}/bookings/{id}/answer",
    "POST /{slug}/bookings/{id}/answer",
}
# What goes on while a company has turned its portal off: its logo, which the page that says so shows, its own way to
# Stripe; and those that ask by themselves, in the read that they make anyway: signing in by password, and the widget,
# which shows nothing then.
EVEN_OFF = {
    "GET /{slug}/logo/{name}",
    "GET /{slug}/connect/{token}",
    "POST /{slug}/connect/{token}",
    "POST /{slug}/sign-in",
    "GET /widget/v1/{slug}",
    "GET /widget/v1/{slug}/panel",
    "POST /widget/v1/{slug}/pings",
}
OPEN_TO_ANYONE = {
    "GET /",
    "GET /api/openapi.json",
    "GET /assets/{name}",
    "GET /console",
    "GET /console/{version}/{name}",
    "POST /stripe/webhooks",
    "GET /widget/v1.js",
    "GET /widget/v1-panel.js",
    # A browser asks before a request that is not simple.
    "OPTIONS /widget/v1/{slug}",
    "OPTIONS /widget/v1/{slug}/panel",
    "OPTIONS /widget/v1/{slug}/messages",
    "OPTIONS /widget/v1/{slug}/pings",
}


def routes() -> list[Route]:
    return [route for feature in FEATURES for route in feature.routes.routes]


def names(who: Any) -> set[str]:
    return {f"{route.method} {route.path}" for route in routes() if route.who is who}


def test_the_routes_open_to_visitors_are_on_the_list() -> None:
    assert names(Visitor) == OPEN_TO_VISITORS
    assert names(Guest) == OPEN_TO_GUESTS


def test_what_goes_on_while_a_portal_is_off_is_on_the_list() -> None:
    assert {f"{route.method} {route.path}" for route in routes() if route.even_off} == EVEN_OFF


def test_the_routes_outside_of_portals_are_on_the_list() -> None:
    assert names(Anyone) == OPEN_TO_ANYONE


def test_every_route_says_who_may_call() -> None:
    assert {route.who for route in routes()} == {Anyone, Visitor, Customer, Guest}


def test_the_app_has_just_the_features_routes() -> None:
    wired = {f"{method} {path}" for path, methods in app.app.routes.items() for method in methods}
    api = {door.replace(" ", f" {doors.ROOT}", 1) for listed in doors.DOORS.values() for door in listed}
    assert wired == {f"{route.method} {route.path}" for route in routes()} | api


@pytest.mark.parametrize("module", doors.DOORS)
def test_behind_every_door_of_the_api_is_a_room_and_every_room_has_a_door(module: str) -> None:
    rooms = [f"{route.method} {route.path}" for route in import_module(module).routes.routes]
    assert sorted(rooms) == sorted(doors.DOORS[module])


def test_every_room_of_the_api_is_on_the_list() -> None:
    rooms = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in PACKAGE
        if "admin" in path.parts and "ApiRoutes(" in path.read_text()
    }
    assert rooms == {one for one in doors.DOORS if ".admin." in one}


def test_only_stripe_and_the_widget_may_post_from_elsewhere() -> None:
    elsewhere = {route.path for route in routes() if route.method == "POST" and not route.own_pages_only}
    assert elsewhere == {"/stripe/webhooks", "/widget/v1/{slug}/messages", "/widget/v1/{slug}/pings"}


def test_what_other_websites_pages_ask_knows_no_customer() -> None:
    """CORS is for everybody: whose cookie is sent along must not matter."""
    asked = [route for route in routes() if route.embedded]
    assert asked and {route.who for route in asked} == {Anyone, Visitor}
    assert all(route.path.startswith("/widget/") for route in asked)


def test_a_get_of_a_link_changes_nothing() -> None:
    """Views behind GET call only what looks."""
    acting = re.compile(r"\.(use|use_link|check|ask|renew|forgotten|reset|choose|verify|start|cancel|onboard)\(")
    import inspect

    for route in routes():
        if route.method == "GET":
            assert not acting.search(inspect.getsource(route.view)), route.path


def test_app_py_is_only_wiring() -> None:
    tree = ast.parse((ROOT / "app.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            assert len(node.body) == 1, f"{node.name} is more than one line"
        else:
            wiring = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.For)
            assert isinstance(node, wiring), ast.unparse(node)


def test_a_blueprint_can_be_made_twice() -> None:
    """Chalice damages a Blueprint that is registered a second time; ours are made anew."""
    from chalice import Chalice

    for _ in range(2):
        other = Chalice(app_name="other")
        other.register_blueprint(customers_public.routes.blueprint())
        assert set(other.routes["/{slug}/sign-in"]) == {"GET", "POST"}


def every_word() -> list[type[errors.PortalError]]:
    return [
        word for word in vars(errors).values() if isinstance(word, type) and issubclass(word, errors.PortalError)
        and word is not errors.PortalError
    ]  # fmt: skip


def test_every_error_word_has_a_status() -> None:
    assert set(every_word()) == set(STATUS)


@pytest.mark.parametrize("path", PACKAGE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text)), f"{path} opens without a sentence"
    assert text.count("\n") <= 420, f"{path} is long: does it hold one idea?"


def test_time_ids_and_the_environment_are_arguments() -> None:
    allowed = {"services.py"}
    asked = re.compile(r"\b(datetime\.(now|today|utcnow)\(|date\.today\(|time\.time\(|os\.environ|uuid4\(|ULID\(\))")
    found = {
        path.name
        for path in PACKAGE
        for line in path.read_text().splitlines()
        if asked.search(line) and not line.lstrip().startswith(("#", '"'))
    }
    assert found <= allowed


def test_only_these_rooms_see_beyond_one_tenant() -> None:
    """`platform()` reaches every tenant's keys: activation, names that lead to tenants, the sweeps' list, the night's
    sum of all audits."""
    found = {str(path.relative_to(ROOT / "chalicelib")) for path in PACKAGE if ".platform()" in path.read_text()}
    assert found == {
        "tenants/actions/activation.py",
        "tenants/actions/addresses.py",
        "team/actions/sessions.py",
        "tenants/actions/companies.py",
        "team/actions/invites.py",
        "team/actions/members.py",
        "team/actions/password.py",
        "tenants/actions/stripe_account.py",
        "billing/actions/audit.py",
        "billing/actions/sweep.py",
        "billing/actions/webhooks.py",
        "messages/actions/events.py",
        "messages/actions/handing_over.py",
        "messages/actions/sending.py",
        "messages/actions/stopped.py",
        "visits/actions/asking.py",
        "booking/actions/reminding.py",
    }


def test_nothing_scans_and_no_slug_is_ever_changed() -> None:
    for path in PACKAGE:
        text = path.read_text()
        assert not re.search(r"['\"]Scan['\"]|\.scan\(", text), f"{path} scans"
        if "records" in path.parts and "slug" in text:
            assert '"delete"' not in text, f"{path} may free an address"


def test_every_setting_is_documented() -> None:
    readme = (ROOT / "README.md").read_text()
    for field in fields(Settings):
        assert f"`{PREFIX}{field.name.upper()}`" in readme, f"README.md does not name {field.name}"


def test_all_missing_settings_are_said_at_once() -> None:
    with pytest.raises(MissingSettings) as missing:
        Settings.read({"PORCHLIGHT_STAGE": "test", "PORCHLIGHT_PUBLIC_URL": " "})
    for name in ("PUBLIC_URL", "TENANTS_TABLE", "FILES_BUCKET", "SECRETS_PATH"):
        assert f"PORCHLIGHT_{name}" in str(missing.value)
    assert "PORCHLIGHT_STAGE" not in str(missing.value)


def test_every_command_of_the_readme_is_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, flags=re.M))
    for document in ("README.md", "CONTRIBUTING.md"):
        for command in re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)", (ROOT / document).read_text()):
            assert command in targets, f"{document} names `make {command}`"


def test_documents_link_to_files_that_are_there() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "infra/README.md"]:
        text = document.read_text()
        links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", text)
        for target in (*links, *re.findall(r'<img src="([^"]+)"', text)):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_starting_loads_nothing_heavy() -> None:
    """Cold start is a feature: what only some requests need is imported by them."""
    heavy = (
        "msgspec stripe requests cryptography pydantic jinja2 babel jwt argon2 zxcvbn ulid reportlab PIL liquid "
        "phonenumbers icalendar"
    ).split()
    code = f"import app, sys; print(*[name for name in {heavy!r} if name in sys.modules])"
    environment = {"PATH": "/usr/bin:/bin", "AWS_DEFAULT_REGION": "us-east-1", "HOME": "/tmp"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_the_layers_hold() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
