"""Files in S3: what is there, what is not, and what a link may say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.files import S3Files, TenantFiles
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
    made.__dict__["client"] = SimpleNamespace(head_object=refuse, get_object=refuse)
    return made.for_tenant("tenant-a")


@pytest.mark.parametrize("code", ["403", "404", "AccessDenied", "NoSuchKey"])
def test_what_s3_will_not_show_to_who_may_not_list_is_not_there(code: str) -> None:
    assert not refusing(code).has("logo/a.png") and refusing(code).get("logo/a.png") == b""


@pytest.mark.parametrize("code", ["500", "503", "SlowDown", "NoSuchBucket"])
def test_any_other_refusal_is_trouble(code: str) -> None:
    for ask in (refusing(code).has, refusing(code).get):
        with pytest.raises(Unavailable):
            ask("logo/a.png")


@pytest.mark.parametrize("name", ['a"b.pdf', "a\r\nb.pdf", "á.pdf", "a b.pdf", "x" * 101])
def test_a_name_that_could_break_out_of_its_header_is_a_mistake(files: TenantFiles, name: str) -> None:
    with pytest.raises(ValueError, match="header"):
        files.link("papers/a.pdf", 60, filename=name)
