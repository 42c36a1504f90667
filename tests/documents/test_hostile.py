"""Hostile uploads, all the way: through the API as staff or a stolen key would send them. None is kept, linked to,
shown in place, or gets to another company."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest

from tests.browser import Browser
from tests.builders import Company, Person
from tests.client import Client
from tests.documents.desk import Desk, own, signed
from tests.documents.files import ACTIVE, HOSTILE, NAMES, TYPES, pdf
from tests.tenants.pictures import picture, post


@pytest.mark.parametrize("name", HOSTILE)
def test_none_is_kept(desk: Desk, dana: Person, name: str) -> None:
    content, ending, kind = HOSTILE[name]
    upload = desk.uploads(content, ending)
    answer = desk.sends(dana, upload=upload, filename=f"{name}.{ending}")
    assert (answer.status, answer.kind) == (422, kind)
    assert answer.json["errors"][0]["pointer"] == "#/upload" and answer.json["detail"]
    assert desk.files() == [] and desk.files("uploads/") == [f"uploads/{upload}"]
    assert desk.client.get("/documents").json["items"] == [] and desk.trail() == [] and desk.outbox(dana) == []


@pytest.mark.parametrize("name", ACTIVE)
def test_what_can_do_something_is_only_ever_saved(desk: Desk, dana: Person, browser: Browser, name: str) -> None:
    made = desk.shares(dana, ACTIVE[name])
    assert made["inline"] is False
    browser.sign_in("evergreen")
    page = browser.get("/evergreen/documents")
    assert not [link for link in page.links if "as=view" in link]
    for how in ("view", "download", "inline", ""):
        found = browser.get(f"/evergreen/documents/{own(made)}/file?as={how}", follow=False)
        assert signed(found.headers["location"])["response-content-disposition"].startswith("attachment;")
    staff = signed(desk.client.get(f"/documents/{made['id']}/file").json["url"])
    assert staff["response-content-disposition"].startswith("attachment;")


@pytest.mark.parametrize("sent", [one for one in NAMES if "\x00" not in one and "\ud800" not in one])
def test_a_hostile_name_gets_nowhere(desk: Desk, dana: Person, sent: str) -> None:
    made = desk.shares(dana, filename=sent)
    assert made["filename"] == (NAMES[sent] if sent else "Service agreement.pdf")
    said = signed(desk.client.get(f"/documents/{made['id']}/file").json["url"])
    header = said["response-content-disposition"]
    assert header.isascii() and header.isprintable() and header.startswith('inline; filename="')
    assert said["response-content-type"] == "application/pdf"
    (place,) = desk.files()
    assert place.startswith(f"documents/{dana.id}/") and said["path"].endswith(place)


def test_control_characters_in_a_name_are_refused_at_the_door(desk: Desk, dana: Person) -> None:
    assert desk.sends(dana, filename="a\x00b\x1b.pdf").status == 422


@pytest.mark.parametrize("upload", ["", "x", "../logo/abc", "a/b", "a\r\nb", "01JD0000000000000000000000", "é" * 26,
                                    "01jd0000000000000000000000", "x" * 5000])  # fmt: skip
def test_an_upload_that_is_none(desk: Desk, dana: Person, upload: str) -> None:
    body = {"upload": upload, "name": "x", "category": "other", "customer": dana.id}
    answer = desk.client.post("/documents", body)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "#/upload")
    assert "upload the file again" in answer.json["detail"]


def test_another_companys_upload_is_not_there(desk: Desk, dana: Person, bluewave: Company) -> None:
    theirs = Desk(bluewave, bluewave.admin())
    foreign = desk.sends(dana, upload=theirs.uploads())
    missing = desk.sends(dana, upload="01JD0000000000000000000000")
    assert foreign.status == 422 and foreign.json == missing.json
    assert not [key for key in desk.everything() if "/documents/" in key]


def test_nothing_leads_to_what_is_not_looked_at_yet(desk: Desk, dana: Person, browser: Browser) -> None:
    upload = desk.uploads()
    browser.sign_in("evergreen")
    for place in (upload, f"everyone-{upload}", f"uploads-{upload}", f"..%2Fuploads%2F{upload}"):
        assert browser.get(f"/evergreen/documents/{place}").status == 404
        assert browser.get(f"/evergreen/documents/{place}/file", follow=False).status == 404
    for place in (f"{dana.id}-{upload}", f"everyone-{upload}"):
        assert desk.client.get(f"/documents/{place}/file").status == 404


def test_bytes_put_after_the_look_are_not_what_is_handed_out(desk: Desk, dana: Person) -> None:
    """The form can be used again until it ends: what is kept are the bytes that were looked at."""
    upload = desk.uploads()
    made = desk.shares(dana, upload=upload)
    desk.arrives(upload, ACTIVE["a script"])
    assert desk.sends(dana, upload=upload).json == made
    files = desk.company.world.services.files.for_tenant(desk.company.store.tenant)
    (place,) = desk.files()
    assert files.get(place) == pdf()


def test_two_who_share_different_bytes_of_one_upload_get_one_file_each_of_its_own(desk: Desk, dana: Person) -> None:
    """With somebody else, the same upload is looked at anew, and lies under its own digest."""
    upload = desk.uploads()
    desk.shares(dana, upload=upload)
    desk.arrives(upload, ACTIVE["a script"])
    everyones = desk.shares(None, upload=upload)
    assert everyones["inline"] is False
    assert desk.client.get(f"/documents/{dana.id}-{upload}").json["inline"] is True
    assert len({place.rpartition("-")[2] for place in desk.files()}) == 2


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"size": 0}, "#/size"),
        ({"size": -1}, "#/size"),
        ({"size": 20 * 1024 * 1024 + 1}, "#/size"),
        ({"content_type": "image/svg+xml"}, "#/content_type"),
        ({"content_type": "text/html"}, "#/content_type"),
        ({"content_type": "application/octet-stream"}, "#/content_type"),
        ({"content_type": "application/pdf\r\nX: y"}, "#/content_type"),
        ({"key": "../x"}, "#/key"),
    ],
)
def test_what_can_be_no_document_gets_no_form(owner: Client, wrong: dict[str, object], pointer: str) -> None:
    answer = owner.post("/documents/uploads", {"content_type": "application/pdf", "size": 10, **wrong})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_the_form_says_one_key_one_type_and_how_big(owner: Client, evergreen: Company) -> None:
    form = owner.post("/documents/uploads", {"content_type": TYPES["docx"], "size": 5_000}).json
    assert (form["max_bytes"], form["expires_in"]) == (20 * 1024 * 1024, 900)
    policy = json.loads(b64decode(form["fields"]["policy"]))
    assert ["content-length-range", 1, 20 * 1024 * 1024] in policy["conditions"]
    assert {"Content-Type": TYPES["docx"]} in policy["conditions"]
    assert {"key": f"{evergreen.store.tenant}/uploads/{form['upload']}"} in policy["conditions"]
    assert [one for one in policy["conditions"] if "tagging" in one and "passing" in one["tagging"]]
    left = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


@pytest.mark.parametrize(
    ("content", "changed"),
    [
        (b"", {}),
        (b"\x00" * (20 * 1024 * 1024 + 1), {}),
        (pdf(), {"Content_Type": "text/html"}),
        (pdf(), {"key": "another-company/documents/x"}),
        (pdf(), {"tagging": "<Tagging/>"}),
        (pdf(), {"acl": "public-read"}),
        (pdf(), {"policy": "e30="}),
        (pdf(), {"x_amz_signature": "0" * 64}),
    ],
)
def test_s3_takes_no_other_than_was_signed(desk: Desk, content: bytes, changed: dict[str, str]) -> None:
    form = desk.client.post("/documents/uploads", {"content_type": "application/pdf", "size": 10}).json
    assert post(desk.company.world, form, content, "x.pdf", **changed).status in (400, 403)
    assert desk.everything() == []


def test_what_s3_takes_is_shared_as_the_very_bytes(desk: Desk, dana: Person) -> None:
    form = desk.client.post("/documents/uploads", {"content_type": "image/png", "size": 10}).json
    assert post(desk.company.world, form, picture(), "../../a.exe").status == 204
    made = desk.shares(dana, upload=form["upload"], filename="nest.exe", category="photo")
    assert (made["type"], made["filename"], made["size"]) == ("image/png", "nest.png", len(picture()))
    (place,) = desk.files()
    files = desk.company.world.services.files
    found = files.client.get_object(Bucket=files.bucket, Key=f"{desk.company.store.tenant}/{place}")
    assert (found["Body"].read(), found["ContentType"]) == (picture(), "image/png")
    tags = files.client.get_object_tagging(Bucket=files.bucket, Key=f"{desk.company.store.tenant}/{place}")["TagSet"]
    assert tags == []


def test_who_may_only_look_shares_nothing(desk: Desk, dana: Person) -> None:
    made = desk.shares(dana)
    reader = desk.company.admin("reader@evergreen.example", role="read-only")
    assert reader.get(f"/documents/{made['id']}").status == reader.get(f"/documents/{made['id']}/file").status == 200
    body = {"content_type": "application/pdf", "size": 10}
    assert reader.post("/documents/uploads", body).status == 403
    assert Desk(desk.company, reader).sends(dana, upload=desk.uploads()).status == 403
    assert reader.patch(f"/documents/{made['id']}", {"name": "x"}).status == 403
    assert reader.delete(f"/documents/{made['id']}").status == 403
