"""Photos of a visit: straight to S3 by a form that we signed, looked at and drawn anew, shown by links of minutes."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from chalicelib import pictures
from chalicelib.errors import Invalid
from chalicelib.pictures import NoPicture
from chalicelib.visits.rules import photos
from tests.billing.wire import Wire
from tests.builders import Company, Person
from tests.client import Answer, Client
from tests.customers.records import comes_between, store_calls
from tests.tenants.pictures import post
from tests.visits.camera import a_form, added, arrived, from_a_phone, kept, picture
from tests.visits.planner import fields, own_id, planned, trail

MEGABYTE = 1024 * 1024
NOTHING = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_photo_of_the_visit(owner: Client, dana: Person, evergreen: Company, kind: str) -> None:
    visit, content = planned(owner, dana), picture(kind, (2400, 1200))
    form = a_form(owner, visit, f"image/{kind.lower()}", len(content))
    assert post(owner.world, form, content).status == 204
    choice = {"upload": form["upload"], "caption": " The ants'\n way in "}
    answer = owner.post(f"/visits/{visit['id']}/photos", choice)
    assert answer.status == 201
    (photo,) = answer.json["photos"]
    assert (photo["caption"], photo["width"], photo["height"]) == ("The ants' way in", 1600, 800)
    place = f"visits/{dana.id}/{own_id(visit)}/{photo['id']}"
    files = kept(evergreen)
    assert files.keys() == {f"{place}.jpg", f"{place}-small.jpg"}
    sizes = [Image.open(BytesIO(files[name])) for name in (f"{place}.jpg", f"{place}-small.jpg")]
    assert [(one.format, one.size) for one in sizes] == [("JPEG", (1600, 800)), ("JPEG", (480, 240))]
    assert owner.get("/visits").json["items"][0]["photos"] == 1
    assert trail(evergreen)[0] == ("visit.photo_add", visit["id"], {"photos": (None, "The ants' way in")})


def test_a_photo_is_shown_by_a_link_of_five_minutes(owner: Client, dana: Person, evergreen: Company) -> None:
    (photo,) = added(owner, evergreen, planned(owner, dana), picture()).json["photos"]
    for url, name in ((photo["url"], ".jpg?"), (photo["small_url"], "-small.jpg?")):
        assert f"{photo['id']}{name}" in url and "X-Amz-Expires=300" in url
        assert "response-content-type=image%2Fjpeg" in url and "X-Amz-Signature=" in url


def test_the_form_says_one_key_one_type_and_how_big(owner: Client, dana: Person, evergreen: Company) -> None:
    form = a_form(owner, planned(owner, dana), "image/webp")
    assert (form["max_bytes"], form["expires_in"]) == (10 * MEGABYTE, 600)
    policy = json.loads(b64decode(form["fields"]["policy"]))
    assert ["content-length-range", 1, 10 * MEGABYTE] in policy["conditions"]
    assert {"Content-Type": "image/webp"} in policy["conditions"]
    assert {"key": f"{evergreen.store.tenant}/uploads/{form['upload']}"} in policy["conditions"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"size": 0}, "#/size"), ({"size": -1}, "#/size"), ({"size": 10 * MEGABYTE + 1}, "#/size"),
        ({"content_type": "image/svg+xml"}, "#/content_type"), ({"content_type": "image/gif"}, "#/content_type"),
        ({"content_type": "text/html"}, "#/content_type"), ({"name": "../../x.jpg"}, "#/name"),
    ],
)  # fmt: skip
def test_what_can_be_no_photo_gets_no_form(owner: Client, dana: Person, wrong: dict[str, Any], pointer: str) -> None:
    visit = planned(owner, dana)
    answer = owner.post(f"/visits/{visit['id']}/uploads", {"content_type": "image/png", "size": 10, **wrong})
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == pointer


# What is not to be learned from a photo


@pytest.mark.parametrize("orientation", range(1, 9))
def test_where_it_was_taken_is_gone_and_it_stands_upright(
    owner: Client, dana: Person, evergreen: Company, orientation: int
) -> None:
    (photo,) = added(owner, evergreen, planned(owner, dana), from_a_phone(orientation=orientation)).json["photos"]
    upright = (400, 300) if orientation < 5 else (300, 400)
    assert (photo["width"], photo["height"]) == upright
    for content in kept(evergreen).values():
        found = Image.open(BytesIO(content))
        assert dict(found.getexif()) == {} and "exif" not in found.info and "comment" not in found.info
        assert b"Secret" not in content and b"secret" not in content and b"Exif" not in content
    # Red was above as the sensor saw it; where that is after turning, EXIF 2.3 §4.6.4 says.
    wide, high = upright
    above, below, left, right = (wide // 2, 5), (wide // 2, high - 5), (5, high // 2), (wide - 5, high // 2)
    red = (above, above, below, below, left, right, right, left)[orientation - 1]
    big = next(content for name, content in kept(evergreen).items() if not name.endswith("-small.jpg"))
    pixel = Image.open(BytesIO(big)).getpixel(red)
    assert isinstance(pixel, tuple) and pixel[0] > 200 and pixel[2] < 60


PAYLOADS = {
    "a page": b"<html><script>alert(1)</script></html>",
    "an archive": b"PK\x03\x04 evil.exe",
    "a test virus": rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    "a paper": b"%PDF-1.7 /JavaScript",
}


@pytest.mark.parametrize("hidden", PAYLOADS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_hidden_behind_a_picture_stays_behind(
    owner: Client, dana: Person, evergreen: Company, hidden: str, kind: str
) -> None:
    payload = PAYLOADS[hidden]
    content = picture(kind) + payload
    if kind == "JPEG":
        content = picture(kind, comment=payload) + payload
    assert added(owner, evergreen, planned(owner, dana), content).status == 201
    assert kept(evergreen) and all(payload not in one for one in kept(evergreen).values())


@pytest.mark.parametrize(
    "content",
    [
        b"x", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", PAYLOADS["a page"], PAYLOADS["a test virus"],
        b"\xff\xd8\xff" + b"\x00" * 100, b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 90,
        picture("GIF"), picture("TIFF"), picture("BMP"), picture("PNG")[:60], picture("JPEG")[:300],
        picture("WEBP")[:40], b"GIF89a" + picture("JPEG"), b"%PDF-1.7\n" + picture("PNG"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(owner: Client, dana: Person, evergreen: Company, content: bytes) -> None:
    visit = planned(owner, dana)
    answer = added(owner, evergreen, visit, content)
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "#/upload", answer.text
    assert kept(evergreen) == {} and owner.get(f"/visits/{visit['id']}").json["photos"] == []


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_all_colours_become_plain_ones(mode: str) -> None:
    out = BytesIO()
    made = Image.new("L", (40, 30), 200)
    (Image.new("I;16", (40, 30), 51_400) if mode == "I;16" else made.convert(mode)).save(out, "PNG")
    (drawn,) = pictures.redraw(out.getvalue(), (100,), 10_000)
    found = Image.open(BytesIO(drawn.content))
    assert (found.mode, found.size) == ("RGB", (40, 30))
    if mode != "1":
        pixel = found.getpixel((20, 15))
        assert isinstance(pixel, tuple) and all(abs(part - 200) < 4 for part in pixel)


def test_what_is_transparent_lies_on_white() -> None:
    (drawn,) = pictures.redraw(picture("PNG", mode="RGBA", colour=(255, 0, 0, 0)), (100,), 10_000)
    assert Image.open(BytesIO(drawn.content)).getpixel((9, 9)) == (255, 255, 255)


def test_a_print_shops_jpeg_is_drawn_too() -> None:
    (drawn,) = pictures.redraw(picture("JPEG", mode="CMYK", colour=(0, 255, 255, 0)), (100,), 10_000)
    pixel = Image.open(BytesIO(drawn.content)).getpixel((9, 9))
    assert isinstance(pixel, tuple) and pixel[0] > 200 and pixel[1] < 60


@pytest.mark.parametrize("mode", ["P", "1"])
def test_a_drawing_is_mixed_when_it_is_made_smaller(mode: str) -> None:
    """Black and white stripes, a pixel wide, become grey: none of them is left out."""
    stripes = Image.new("L", (400, 400), "white")
    for left in range(0, 400, 2):
        stripes.paste("black", (left, 0, left + 1, 400))
    out = BytesIO()
    stripes.convert(mode).save(out, "PNG")
    (small,) = pictures.redraw(out.getvalue(), [100], 1_000_000)
    darkest, lightest = Image.open(BytesIO(small.content)).convert("L").getextrema()
    assert isinstance(darkest, int) and isinstance(lightest, int)
    assert 100 < darkest <= lightest < 155


def test_a_small_picture_is_not_blown_up() -> None:
    assert [(one.width, one.height) for one in pictures.redraw(picture(size=(300, 2)), (1600, 480), 1_000)] == [
        (300, 2)
    ] * 2


# Bombs


def bomb(wide: int, high: int, truly: bool = True) -> bytes:
    """A PNG of one colour: some KB that are wide * high bytes once they are unpacked; not `truly`: only its header
    says so."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (wide + 1)) for _ in range(high if truly else 0)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("wide", "high"),
    [(5_001, 5_000), (30_000, 30_000), (2**31 - 1, 2**31 - 1), (1, 2**31 - 1), (0, 10), (25_000_001, 1)],
)
def test_a_picture_of_too_many_pixels_is_refused(
    owner: Client, dana: Person, evergreen: Company, wide: int, high: int
) -> None:
    answer = added(owner, evergreen, planned(owner, dana), bomb(wide, high, truly=False))
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "#/upload"
    assert "25 million" in answer.json["detail"] or not wide


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """In a process of its own, whose memory is watched: 144 million pixels, of which none is unpacked."""
    (tmp_path / "bomb.png").write_bytes(bomb(12_000, 12_000))
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from chalicelib import pictures\n"
        "from PIL import JpegImagePlugin, PngImagePlugin\n"
        "content = Path(sys.argv[1]).read_bytes()\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "try: pictures.redraw(content, (1600, 480), 25_000_000)\n"
        "except pictures.NoPicture as no: print(no, '|', peak() - before)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "bomb.png")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    words, _, grown = done.stdout.partition(" | ")
    assert words == "12000 by 12000 pixels", done.stderr
    assert int(grown) < 8_000, "kilobytes"


def test_a_big_photo_is_unpacked_only_as_far_as_it_is_needed(tmp_path: Path) -> None:
    """A telephone's 48 million pixels: 144 MB, if they were unpacked whole."""
    Image.new("RGB", (8_000, 6_000), "green").save(tmp_path / "big.jpg", "JPEG")
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from chalicelib import pictures\n"
        "from PIL import JpegImagePlugin\n"
        "content = Path(sys.argv[1]).read_bytes()\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "big, small = pictures.redraw(content, (1600, 480), 50_000_000)\n"
        "print(big.width, small.height, peak() - before)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "big.jpg")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    wide, high, grown = map(int, done.stdout.split())
    assert (wide, high) == (1600, 360) and grown < 60_000, "kilobytes"


def test_a_header_that_lies_is_no_way_around() -> None:
    with pytest.raises(NoPicture):
        pictures.redraw(bomb(6_000, 6_000, truly=False), (1600,), 25_000_000)
    with pytest.raises(NoPicture):
        pictures.redraw(picture("TIFF"), (1600,), 25_000_000)


def steps(count: int) -> bytes:
    """A picture that builds up, and does its last step so many times more."""
    whole = picture(progressive=True, size=(640, 480))
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * count + whole[-2:]


def test_a_picture_that_builds_up_for_minutes_is_refused_before_it_is_drawn(
    owner: Client, dana: Person, evergreen: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = planned(owner, dana)
    assert added(owner, evergreen, visit, steps(15)).status == 201
    monkeypatch.setattr(pictures, "redraw", None)
    for endless in (steps(3000), b"\xff\xd8" + b"\xff\xe0\x00\x02" * 100_000 + picture()[2:]):
        answer = added(owner, evergreen, visit, endless)
        assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "#/upload"
        assert "far too many steps" in answer.json["detail"]


@pytest.mark.parametrize("between", [b"\x00", b"\xff\x00\xff\xd9", b"\xff\x02\x00\x02", b"\xff\xd8"])
def test_steps_are_not_hidden_behind_what_decoders_skip(between: bytes) -> None:
    """What would be walked in another way than it is drawn is no picture."""
    whole = steps(3000)
    with pytest.raises(Invalid):
        photos.check_photo(whole[:2] + between + whole[2:], "upload")


# Which upload, which visit


@pytest.mark.parametrize(
    "upload", ["", "x", NOTHING, "../logo/x.png", f"uploads/{NOTHING}", f"{NOTHING}/../x", NOTHING.lower(), "é" * 26]
)
def test_only_what_has_arrived_can_be_used(owner: Client, dana: Person, upload: str) -> None:
    visit = planned(owner, dana)
    answer = owner.post(f"/visits/{visit['id']}/photos", {"upload": upload})
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "#/upload"


def test_what_another_company_uploaded_is_not_there(
    owner: Client, dana: Person, evergreen: Company, bluewave: Company
) -> None:
    ruth, blue = bluewave.customer("Ruth Stone", email="ruth@example.com"), bluewave.admin()
    theirs = planned(blue, ruth)
    upload = arrived(blue, bluewave, theirs, picture())
    mine = planned(owner, dana)
    answer = owner.post(f"/visits/{mine['id']}/photos", {"upload": upload})
    assert answer.status == 422 and answer.json["errors"][0]["pointer"] == "#/upload"
    (photo,) = blue.post(f"/visits/{theirs['id']}/photos", {"upload": upload}).json["photos"]
    form = {"content_type": "image/png", "size": 10}
    strange = (theirs["id"], f"{dana.id}-{own_id(theirs)}", f"{dana.id}-{NOTHING}", "ext:job-9")
    for id in strange:
        assert owner.post(f"/visits/{id}/uploads", form).status == 404
        assert owner.post(f"/visits/{id}/photos", {"upload": upload}).status == 404
        assert owner.delete(f"/visits/{id}/photos/{photo['id']}").status == 404
    assert owner.delete(f"/visits/{mine['id']}/photos/{photo['id']}").status == 404
    assert kept(evergreen) == {} and len(kept(bluewave)) == 2


def test_a_photo_is_taken_off_again(owner: Client, dana: Person, evergreen: Company) -> None:
    visit = planned(owner, dana)
    first = added(owner, evergreen, visit, picture(), "The nest").json["photos"][0]
    added(owner, evergreen, visit, picture(size=(80, 20)))
    path = f"/visits/{visit['id']}/photos/{first['id']}"
    assert owner.delete(path).status == 204
    assert [one["width"] for one in owner.get(f"/visits/{visit['id']}").json["photos"]] == [80]
    assert len(kept(evergreen)) == 2 and not any(first["id"] in name for name in kept(evergreen))
    assert trail(evergreen)[0] == ("visit.photo_delete", visit["id"], {"photos": ("The nest", None)})
    for photo in (first["id"], "x", "..%2F..", NOTHING):
        assert owner.delete(f"/visits/{visit['id']}/photos/{photo}").status == 404


def test_a_visit_has_twenty_photos_at_the_most(owner: Client, dana: Person, evergreen: Company) -> None:
    visit, content = planned(owner, dana), picture(size=(8, 8))
    for _ in range(20):
        assert added(owner, evergreen, visit, content).status == 201
    answer = added(owner, evergreen, visit, content)
    assert (answer.status, answer.kind) == (409, "too-many-photos") and len(kept(evergreen)) == 40


def test_a_photo_sent_again_is_one_photo(owner: Client, dana: Person, evergreen: Company) -> None:
    visit = planned(owner, dana)
    upload = arrived(owner, evergreen, visit, picture())
    answers = [
        owner.post(f"/visits/{visit['id']}/photos", {"upload": upload}, idempotency_key="photo-1") for _ in range(2)
    ]
    assert [len(one.json["photos"]) for one in answers] == [1, 1] and len(kept(evergreen)) == 2


def test_an_upload_is_one_photo_of_a_visit(owner: Client, dana: Person, evergreen: Company) -> None:
    """Whoever got no answer sends it again, with a key or without."""
    visit = planned(owner, dana)
    upload = arrived(owner, evergreen, visit, picture())
    for caption in ("The nest", "Another"):
        answer = owner.post(f"/visits/{visit['id']}/photos", {"upload": upload, "caption": caption})
        assert answer.status == 201
        assert [(one["id"], one["caption"]) for one in answer.json["photos"]] == [(upload, "The nest")]
    assert len(kept(evergreen)) == 2
    assert [action for action, _, _ in trail(evergreen)] == ["visit.photo_add", "visit.create"]


def test_a_caption_has_nothing_in_it_that_nobody_sees(owner: Client, dana: Person, evergreen: Company) -> None:
    answer = added(owner, evergreen, planned(owner, dana), picture(), "The\u202e nest\u2066\u200b")
    assert answer.json["photos"][0]["caption"] == "The nest"


@pytest.mark.parametrize("fault", ["lost after", "error after", "lost before"])
def test_an_answer_that_is_lost_is_one_photo(
    owner: Client, dana: Person, evergreen: Company, wire: Wire, fault: Any
) -> None:
    visit = planned(owner, dana)
    upload = arrived(owner, evergreen, visit, picture())
    wire.down("dynamodb TransactWriteItems", fault, times=1)
    answer = owner.post(f"/visits/{visit['id']}/photos", {"upload": upload})
    wire.heal()
    assert answer.status == 201 and len(answer.json["photos"]) == 1
    assert [action for action, _, _ in trail(evergreen)] == ["visit.photo_add", "visit.create"]


def test_what_is_changed_meanwhile_stays_and_so_does_the_photo(
    owner: Client, dana: Person, evergreen: Company, wire: Wire
) -> None:
    visit = planned(owner, dana)
    upload, office = arrived(owner, evergreen, visit, picture()), evergreen.admin("office@evergreen.example")
    comes_between(
        wire, "TransactWriteItems", lambda: office.put(f"/visits/{visit['id']}", fields(dana, work="Sealed."))
    )
    answer = owner.post(f"/visits/{visit['id']}/photos", {"upload": upload})
    wire.heal()
    assert answer.json["work"] == "Sealed." and len(answer.json["photos"]) == 1
    changed = owner.put(f"/visits/{visit['id']}", fields(dana, work="Sealed twice."))
    assert len(changed.json["photos"]) == 1


def test_without_s3_nothing_is_half_done(owner: Client, dana: Person, evergreen: Company, wire: Wire) -> None:
    visit = planned(owner, dana)
    upload = arrived(owner, evergreen, visit, picture())
    wire.down("s3 PutObject")
    assert owner.post(f"/visits/{visit['id']}/photos", {"upload": upload}).status == 424
    wire.heal()
    assert owner.get(f"/visits/{visit['id']}").json["photos"] == []
    assert owner.post(f"/visits/{visit['id']}/photos", {"upload": upload}).status == 201


def test_store_calls_are_few(owner: Client, dana: Person, evergreen: Company, wire: Wire) -> None:
    visit = planned(owner, dana)
    upload = arrived(owner, evergreen, visit, picture())
    choice, answers = {"upload": upload}, list[Answer]()
    path = f"/visits/{visit['id']}/photos"
    assert store_calls(wire, lambda: answers.append(owner.post(path, choice))) == [
        "BatchGetItem", "TransactWriteItems", "BatchGetItem",
    ]  # fmt: skip
    assert [call.what for call in wire.of("s3")] == ["s3 GetObject", "s3 PutObject", "s3 PutObject"]
    photo = answers[0].json["photos"][0]["id"]
    assert store_calls(wire, lambda: owner.delete(f"{path}/{photo}")) == ["BatchGetItem", "TransactWriteItems"]


def test_the_drawing_kit_is_loaded_when_a_photo_is_drawn() -> None:
    program = "import sys, chalicelib.visits.actions.photos; assert 'PIL' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])
