"""What somebody typed: put right where it can be, and told in plain words where it can't. And the form it came by."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from chalicelib.leads.rules import forms
from chalicelib.leads.rules.submission import mailable, mailbox, place, tidy, wrong
from tests.conftest import Clock

GOOD = {"name": "Nora Field", "email": "nora@example.com", "phone": "", "message": "There are ants in the kitchen."}
KEY = b"k" * 32
anything = st.text(st.characters(), max_size=60)


def faults(**values: str) -> dict[str, str]:
    return {one.field: str(one) for one in wrong(tidy(**{**GOOD, **values}))}


def test_a_name_a_way_to_answer_and_a_message_will_do() -> None:
    assert faults() == {}
    assert faults(email="", phone="303 555 0142") == {}
    assert tidy(**GOOD).email == "nora@example.com"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Tell us your name."),
        ("name", " \u200b\u2060 ", "Tell us your name."),
        ("name", "x" * 101, "This is too long: use 100 characters or fewer."),
        ("email", "", "e-mail address or your phone number"),
        ("email", "nora", "like name@example.com"),
        ("email", "nora@example", "like name@example.com"),
        ("email", "nora@example.com, all@example.com", "like name@example.com"),
        ("email", "x" * 250 + "@example.com", "like name@example.com"),
        ("phone", "call me", "with its area code"),
        ("phone", "555", "with its area code"),
        ("phone", "1" * 41, "use 40 characters or fewer"),
        ("message", "", "Write your message."),
        ("message", "\r\n\t \n", "Write your message."),
        ("message", "x" * 4001, "use 4,000 characters or fewer"),
        ("service", "x" * 101, "use 100 characters or fewer"),
        ("preferred_time", "x" * 101, "use 100 characters or fewer"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(field: str, value: str, says: str) -> None:
    found = faults(**{field: value})
    assert list(found) == [field] and says in found[field]


def test_all_that_is_wrong_is_told_at_once_in_the_forms_order() -> None:
    found = faults(name="", email="", message="", preferred_time="x" * 101)
    assert list(found) == ["name", "email", "message", "preferred_time"]


def test_as_much_as_is_allowed_is_taken() -> None:
    long = {"name": "x" * 100, "phone": "1" * 40, "message": "x\r\n" * 2000, "service": "y" * 100}
    assert faults(**long) == {}


def test_what_nobody_meant_is_put_right() -> None:
    made = tidy(
        name="  Nora\r\nBcc: all@example.com ", email=" Nora@Example.com\n", phone="(303)\t555-0142",
        message=" Hello,\r\n\r\nants\x0bagain \x00\n", service="\u202egnp.exe", preferred_time="\ud800mornings",
        page="https://www.evergreen.example/ants?utm=1#form",
    )  # fmt: skip
    assert made.name == "Nora Bcc: all@example.com"
    assert made.email == "nora@example.com"
    assert made.phone == "(303) 555-0142"
    assert made.message == "Hello,\n\nants\nagain"
    assert (made.service, made.preferred_time) == ("gnp.exe", "mornings")
    assert made.page == "www.evergreen.example/ants"


def test_names_of_all_the_world_are_left_as_they_are() -> None:
    for name in ("José Núñez", "李小龍", "Зоя", "أحمد", "Siân O’Connor-Ó", "👩‍🌾 Ann", "X Æ A-12"):
        assert tidy(**{**GOOD, "name": name}).name == name


@given(anything, anything, anything, anything, anything, anything, anything)
def test_whatever_is_typed_comes_out_clean_and_stays_so(
    name: str, email: str, phone: str, message: str, service: str, preferred_time: str, page: str
) -> None:
    made = tidy(
        name=name, email=email, phone=phone, message=message, service=service, preferred_time=preferred_time, page=page
    )
    for line in (made.name, made.email, made.phone, made.service, made.preferred_time, *made.message.split("\n")):
        assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in line)
        line.encode()
    assert all(one.isprintable() for one in (made.page,)) and " " not in made.page
    assert tidy(**asdict(made)) == made
    assert {one.field for one in wrong(made)} <= {"name", "email", "phone", "message", "service", "preferred_time"}


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("https://www.example.com/contact?utm=1#form", "www.example.com/contact"),
        ("http://Example.com/", "example.com"),
        ("localhost:8003/about.html", "localhost:8003/about.html"),
        ("example.com/a//b/%C3%A9", "example.com/a//b/%C3%A9"),
        ("", ""),
        ("javascript:alert(1)", ""),
        ("file:///home/nora/site.html", ""),
        ("https://user:secret@example.com/", ""),
        ("<script>alert(1)</script>", ""),
        ("example.com/<script>", ""),
        ("example.com/a b", ""),
        ("/contact", ""),
        ("-example.com/", ""),
        ("ex\udc00ample.com", ""),
    ],
)
def test_a_page_is_a_host_and_a_path_or_nothing(address: str, where: str) -> None:
    assert place(address) == where


def test_a_long_page_is_cut() -> None:
    assert len(place("example.com/" + "x" * 5000)) == 300


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("Nora.Field+ants@Example.com", "nora.field@example.com"),
        ("nora.field+a+b@gmail.com", "norafield@gmail.com"),
        ("nora@googlemail.com", "nora@gmail.com"),
        ("+49@example.com", "+49@example.com"),
        ("nora@mail.gmail.com", "nora@mail.gmail.com"),
    ],
)
def test_whose_box_it_is(address: str, box: str) -> None:
    assert mailbox(address) == box


def test_only_plain_addresses_are_written_to() -> None:
    for good in ("nora@example.com", "nora.field+ants@mail.example.co.uk", "o'neil@xn--bcher-kva.example"):
        assert mailable(good)
    for odd in (
        "",
        "nörа@example.com",
        "a..b@example.com",
        ".a@example.com",
        "a@-x.com",
        "a@b..com",
        "x" * 65 + "@b.com",
    ):
        assert not mailable(odd)


def test_a_forms_token_tells_when_it_was_shown_and_nobody_can_make_one(clock: Clock) -> None:
    id = str(ULID.from_datetime(clock()))
    token = forms.mint(KEY, "evergreen", id)
    assert forms.read(KEY, "evergreen", token) == clock()
    later = str(ULID.from_datetime(clock() - timedelta(hours=1)))
    forged = (
        "", ".", "x", id, id + ".", token[:-1], token + "x", token.lower(), later + token[26:], token.replace(".", ""),
        "é" + token, token[:26] + "." + "A" * 43,
    )  # fmt: skip
    for one in forged:
        assert forms.read(KEY, "evergreen", one) is None, one
    assert forms.read(KEY, "bluewave", token) is None
    assert forms.read(b"x" * 32, "evergreen", token) is None


def test_one_form_with_one_text_is_one_lead(clock: Clock) -> None:
    token, other = (forms.mint(KEY, "evergreen", str(ULID.from_datetime(clock()))) for _ in range(2))
    wrote = tidy(**GOOD)
    id = forms.lead_id(KEY, "evergreen", token, wrote, "")
    assert ULID.from_str(id).datetime == clock()
    assert id == forms.lead_id(KEY, "evergreen", token, tidy(**{**GOOD, "name": " Nora  Field"}), "")
    changed = [tidy(**{**GOOD, field: "x" + GOOD.get(field, "")}) for field in ("name", "email", "message", "service")]
    ids = {
        id, *(forms.lead_id(KEY, "evergreen", token, one, "") for one in changed),
        forms.lead_id(KEY, "evergreen", other, wrote, ""), forms.lead_id(KEY, "bluewave", token, wrote, ""),
        forms.lead_id(KEY, "evergreen", token, wrote, "http://spam.example"),
    }  # fmt: skip
    assert len(ids) == 8


@given(anything, anything)
def test_words_can_not_slip_from_one_field_into_another(one: str, other: str) -> None:
    token = "01ARZ3NDEKTSV4RRFFQ69G5FAV.x"
    split, joined = tidy(**{**GOOD, "service": one, "preferred_time": other}), tidy(**{**GOOD, "service": one + other})
    ids = [forms.lead_id(KEY, "evergreen", token, wrote, "") for wrote in (split, joined)]
    assert (ids[0] == ids[1]) == (split == joined)
