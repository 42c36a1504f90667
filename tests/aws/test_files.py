"""Files in S3: what is there, what is not, and what a link may say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.files import Arrived, S3Files, TenantFiles
from chalicelib.errors import Unavailable
from sandbox.world import World


@pytest.fixture
def files(world: World) -> TenantFiles:
    return world.services.files.for_tenant("tenant-a")


def test_a_tenant_sees_its_own(world: World, files: TenantFiles) -> None:
    assert not files.has("logo/a.png") and files.get("logo/a.png") == b""
    files.put("logo/a.png", b"picture", "image/png")
    assert files.has("logo/a.png") and files.get("logo/a.png") == b"picture"
    assert not world.services.files.for_tenant("tenant-b").has("logo/a.png")


def test_links_and_forms_lead_where_the_pages_policy_lets_them(world: World) -> None:
    """`img-src` and `connect-src` name S3's address in the region, which boto3 does not do in this one by itself."""
    files = S3Files("us-east-1", "bucket").for_tenant("tenant-a")
    s3 = "https://s3.us-east-1.amazonaws.com/bucket"
    assert files.link("logo/a.png", 60).startswith(f"{s3}/tenant-a/logo/a.png?")
    assert files.upload_form("uploads/a", "image/png", 10, 60).url == s3


def refusing(code: str) -> TenantFiles:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "HeadObject")

    made = S3Files("us-east-1", "bucket")
    made.__dict__["client"] = SimpleNamespace(head_object=refuse, get_object=refuse, delete_object=refuse)
    return made.for_tenant("tenant-a")


@pytest.mark.parametrize("code", ["403", "404", "AccessDenied", "NoSuchKey"])
def test_what_s3_will_not_show_to_who_may_not_list_is_not_there(code: str) -> None:
    assert not refusing(code).has("logo/a.png") and refusing(code).get("logo/a.png") == b""


@pytest.mark.parametrize("code", ["500", "503", "SlowDown", "NoSuchBucket"])
def test_any_other_refusal_is_trouble(code: str) -> None:
    made = refusing(code)
    for ask in (made.has, made.get, made.delete, lambda name: made.arrived(name, 1)):
        with pytest.raises(Unavailable):
            ask("logo/a.png")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Invoice-10241.pdf", 'filename="Invoice-10241.pdf"'),
        ("a b (2).pdf", 'filename="a b (2).pdf"'),
        ("Año.pdf", "filename=\"Ano.pdf\"; filename*=UTF-8''A%C3%B1o.pdf"),
        ("合同.pdf", "filename=\"__.pdf\"; filename*=UTF-8''%E5%90%88%E5%90%8C.pdf"),
        ('a"b.pdf', "filename=\"a_b.pdf\"; filename*=UTF-8''a%22b.pdf"),
        ("a\\b;c.pdf", "filename=\"a_b_c.pdf\"; filename*=UTF-8''a%5Cb%3Bc.pdf"),
        ("a\r\nSet-Cookie: b=1", "filename=\"aSet-Cookie_ b_1\"; filename*=UTF-8''aSet-Cookie%3A%20b%3D1"),
        ("\u202efdp.exe\u2066", 'filename="fdp.exe"'),
        ("x" * 300, f'filename="{"x" * 250}"'),
    ],
)
def test_any_name_fits_into_its_header_and_none_breaks_out(files: TenantFiles, name: str, header: str) -> None:
    for inline, kind in ((True, "inline"), (False, "attachment")):
        url = files.link("papers/a.pdf", 60, filename=name, content_type="application/pdf", inline=inline)
        said = dict(parse_qsl(urlsplit(url).query))
        assert said["response-content-disposition"] == f"{kind}; {header}"
        assert said["response-content-type"] == "application/pdf"


def test_without_a_name_it_can_be_saved_all_the_same(files: TenantFiles) -> None:
    assert "response-content-disposition" not in files.link("papers/a.pdf", 60)
    assert "response-content-disposition=attachment&" in files.link("papers/a.pdf", 60, inline=False)
    assert "response-content-disposition=attachment&" in files.link("a", 60, filename="\r\n\u202e", inline=False)


def test_what_has_arrived_comes_with_what_it_was_sent_as(files: TenantFiles) -> None:
    assert files.arrived("uploads/a", 10) is None
    files.put("uploads/a", b"0123456789", "text/plain")
    assert files.arrived("uploads/a", 10) == Arrived(10, "text/plain", b"0123456789")
    assert files.arrived("uploads/a", 9) == Arrived(10, "text/plain", b"")


def test_what_is_deleted_is_not_there(world: World, files: TenantFiles) -> None:
    theirs = world.services.files.for_tenant("tenant-b")
    for one in (files, theirs):
        one.put("documents/a", b"x", "text/plain")
    files.delete("documents/a")
    files.delete("documents/a")
    assert not files.has("documents/a") and theirs.has("documents/a")
