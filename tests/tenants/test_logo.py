"""The logo by the API: straight to S3 by a form that we signed, looked at again when it has arrived."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.tenants.records import audit
from sandbox.world import World
from tests.browser import Browser
from tests.builders import Company
from tests.client import Answer, Client
from tests.tenants.pictures import ORIGIN, picture, post

MEGABYTE = 1024 * 1024


@pytest.fixture
def owner(world: World, evergreen: Company) -> Client:
    return evergreen.admin()


def a_form(client: Client, content_type: str = "image/png", size: int = 2_000) -> dict[str, Any]:
    answer = client.post("/settings/logo/uploads", {"content_type": content_type, "size": size})
    assert answer.status == 201
    found: dict[str, Any] = answer.json
    return found


def arrived(company: Company, upload: str, content: bytes) -> None:
    """As if S3 had let it through."""
    company.world.services.files.for_tenant(company.store.tenant).put(f"uploads/{upload}", content, "image/png")


def uploaded(client: Client, content: bytes, content_type: str = "image/png") -> Answer:
    form = a_form(client, content_type, len(content))
    assert post(client.world, form, content).status == 204
    return client.put("/settings/logo", {"upload": form["upload"]})


@pytest.mark.parametrize(
    ("kind", "content_type", "ending"),
    [("PNG", "image/png", ".png"), ("JPEG", "image/jpeg", ".jpg"), ("WEBP", "image/webp", ".webp")],
)
def test_a_picture_becomes_the_logo(
    owner: Client, evergreen: Company, browser: Browser, kind: str, content_type: str, ending: str
) -> None:
    content = picture(kind)
    answer = uploaded(owner, content, content_type)
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    url = answer.json["branding"]["logo_url"]
    assert url == f"http://localhost:8000/evergreen/logo/{evergreen.company.logo}" and url.endswith(ending)
    assert f'src="/evergreen/logo/{evergreen.company.logo}"' in browser.get("/evergreen/sign-in").html
    assert browser.get(url, follow=False).status == 303
    files = evergreen.world.services.files
    found = files.client.get_object(Bucket=files.bucket, Key=f"{evergreen.store.tenant}/logo/{evergreen.company.logo}")
    assert (found["Body"].read(), found["ContentType"]) == (content, content_type)


def test_the_form_says_one_key_one_type_and_how_big(owner: Client, evergreen: Company) -> None:
    form = a_form(owner, "image/jpeg")
    assert (form["max_bytes"], form["expires_in"]) == (MEGABYTE, 600)
    policy = json.loads(b64decode(form["fields"]["policy"]))
    assert ["content-length-range", 1, MEGABYTE] in policy["conditions"]
    assert {"Content-Type": "image/jpeg"} in policy["conditions"]
    assert {"key": f"{evergreen.store.tenant}/uploads/{form['upload']}"} in policy["conditions"]
    left = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)


@pytest.mark.parametrize(
    ("wrong", "pointer", "words"),
    [
        ({"size": 0}, "#/size", "empty"),
        ({"size": -5}, "#/size", "empty"),
        ({"size": MEGABYTE + 1}, "#/size", "1 MB"),
        ({"content_type": "image/svg+xml"}, "#/content_type", "image/jpeg, image/png, image/webp"),
        ({"content_type": "text/html"}, "#/content_type", "image/jpeg, image/png, image/webp"),
        ({"name": "../../logo.png"}, "#/name", "no field"),
    ],
)
def test_what_can_be_no_logo_gets_no_form(owner: Client, wrong: dict[str, Any], pointer: str, words: str) -> None:
    answer = owner.post("/settings/logo/uploads", {"content_type": "image/png", "size": 10, **wrong})
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == pointer
    assert words in answer.json["detail"]


@pytest.mark.parametrize(
    ("content", "changed"),
    [
        (b"", {}),
        (b"\x00" * (MEGABYTE + 1), {}),
        (picture(), {"Content_Type": "image/svg+xml"}),
        (picture(), {"key": "another-company/logo/x.png"}),
        (picture(), {"tagging": "<Tagging/>"}),
        (picture(), {"acl": "public-read"}),
        (picture(), {"policy": "e30="}),
        (picture(), {"x_amz_signature": "0" * 64}),
    ],
)
def test_s3_takes_no_other_than_was_signed(owner: Client, content: bytes, changed: dict[str, str]) -> None:
    form = a_form(owner)
    assert post(owner.world, form, content, **changed).status in (400, 403)
    assert owner.put("/settings/logo", {"upload": form["upload"]}).status == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (picture() + b"\x00" * MEGABYTE, "1 MB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "PNG, JPEG or WebP"),
        (b"<html>", "PNG, JPEG or WebP"),
        (picture("GIF"), "PNG, JPEG or WebP"),
        (picture(size=(5_000, 1)), "4,096 pixels"),
    ],
)
def test_what_has_arrived_is_looked_at_again(owner: Client, evergreen: Company, content: bytes, words: str) -> None:
    form = a_form(owner)
    arrived(evergreen, form["upload"], content)
    answer = owner.put("/settings/logo", {"upload": form["upload"]})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/upload")
    assert words in answer.json["detail"] and evergreen.company.logo == ""


def test_the_kind_is_what_the_bytes_say(owner: Client, evergreen: Company) -> None:
    """A JPEG by the name and type of a PNG is kept, and handed out, as a JPEG."""
    assert uploaded(owner, picture("JPEG"), "image/png").status == 200
    assert evergreen.company.logo.endswith(".jpg")


@pytest.mark.parametrize(
    "upload",
    ["01JD0000000000000000000000", "", "x", "../logo/abc.png", "a/b", "a\r\nb", "01jd0000000000000000000000",
     "é" * 26, "x" * 5000],
)  # fmt: skip
def test_an_upload_that_is_none_is_not_there(owner: Client, evergreen: Company, upload: str) -> None:
    answer = owner.put("/settings/logo", {"upload": upload})
    assert (answer.status, answer.kind) == (404, "not-found")
    assert "upload the picture again" in answer.json["detail"] and evergreen.company.logo == ""


def test_control_characters_get_nowhere(owner: Client) -> None:
    assert owner.put("/settings/logo", {"upload": "a\x00b\x1b"}).status in (404, 422)


def test_another_companys_upload_is_not_there(owner: Client, evergreen: Company, bluewave: Company) -> None:
    form = a_form(bluewave.admin())
    arrived(bluewave, form["upload"], picture())
    theirs = owner.put("/settings/logo", {"upload": form["upload"]})
    missing = owner.put("/settings/logo", {"upload": "01JD0000000000000000000000"})
    assert theirs.status == missing.status == 404 and theirs.json == missing.json
    assert evergreen.company.logo == ""


@pytest.mark.parametrize("filename", ["../../etc/passwd", "a/b.png", "a\\b.png", "a\x00b\x1b.png", "é" * 300 + ".png"])
def test_a_files_own_name_is_nobodys_business(owner: Client, evergreen: Company, filename: str) -> None:
    form = a_form(owner)
    assert post(owner.world, form, picture(), filename).status == 204
    assert owner.put("/settings/logo", {"upload": form["upload"]}).status == 200
    files = evergreen.world.services.files
    keys = [one["Key"] for one in files.client.list_objects_v2(Bucket=files.bucket)["Contents"]]
    tenant = evergreen.store.tenant
    assert keys == [f"{tenant}/logo/{evergreen.company.logo}", f"{tenant}/uploads/{form['upload']}"]


def test_the_same_upload_again_changes_nothing(owner: Client, evergreen: Company) -> None:
    form = a_form(owner)
    arrived(evergreen, form["upload"], picture())
    first = owner.put("/settings/logo", {"upload": form["upload"]})
    again = owner.put("/settings/logo", {"upload": form["upload"]})
    assert (again.status, again.json, again.headers["etag"]) == (200, first.json, '"1"')
    assert [one.action for one in audit.entries(evergreen.store, 50)[0]].count("settings.change") == 1


def test_it_goes_again_and_the_trail_tells_of_both(owner: Client, evergreen: Company) -> None:
    uploaded(owner, picture())
    logo = evergreen.company.logo
    assert owner.delete("/settings/logo").status == owner.delete("/settings/logo").status == 204
    assert owner.get("/settings").json["branding"]["logo_url"] is None
    changed = [one.changes for one in audit.entries(evergreen.store, 50)[0] if one.action == "settings.change"]
    told = [[(one.field, one.old, one.new) for one in changes] for changes in changed]
    assert told == [[("branding/logo", logo, "")], [("branding/logo", "", logo)]]


def test_settings_that_are_saved_meanwhile_are_kept(owner: Client, evergreen: Company, world: World) -> None:
    from tests.billing.wire import on_the_wire

    form = a_form(owner)
    arrived(evergreen, form["upload"], picture())
    with on_the_wire(world) as wire:

        def meanwhile(_: int, call: Any) -> None:
            if call.what == "dynamodb TransactWriteItems":
                wire.heal()
                assert owner.patch("/settings", {"company": {"name": "Evergreen"}}, if_match='"0"').status == 200

        wire.plan = meanwhile
        answer = owner.put("/settings/logo", {"upload": form["upload"]})
    assert (answer.status, answer.headers["etag"]) == (200, '"2"')
    assert evergreen.company.name == "Evergreen" and evergreen.company.logo


def test_an_upload_is_tagged_as_passing_through(owner: Client, evergreen: Company) -> None:
    form = a_form(owner)
    post(owner.world, form, picture())
    files = owner.world.services.files
    tags = files.client.get_object_tagging(Bucket=files.bucket, Key=form["fields"]["key"])["TagSet"]
    assert tags == [{"Key": "porchlight", "Value": "passing"}]


def test_only_our_own_pages_may_read_what_s3_says(owner: Client) -> None:
    ours, theirs = post(owner.world, a_form(owner), picture()), post(
        owner.world, a_form(owner), picture(), origin="https://evil.example"
    )  # fmt: skip
    assert ours.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Origin" not in theirs.headers


def test_before_there_is_an_address_the_logo_is_seen_by_a_link(world: World) -> None:
    from chalicelib.tenants import rules
    from chalicelib.tenants.actions import activation

    made = activation.activate(world.services, rules.Company("", "", "Bright Pools"), "owner@bright.example").company
    company = Company(world, world.services.tables.for_tenant(made.id), "bright")
    answer = uploaded(company.admin(), picture())
    assert f"/{made.id}/logo/{company.company.logo}?" in answer.json["branding"]["logo_url"]


def test_who_may_only_look_gets_no_form(evergreen: Company) -> None:
    reader = evergreen.admin("reader@evergreen.example", role="read-only")
    body = {"content_type": "image/png", "size": 10}
    assert reader.post("/settings/logo/uploads", body).status == reader.delete("/settings/logo").status == 403
    assert reader.put("/settings/logo", {"upload": "01JD0000000000000000000000"}).status == 403
