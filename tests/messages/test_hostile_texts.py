"""What a company writes reaches nobody but its reader, and puts nothing on their screen but words.

Hostile texts as they would be saved, and as they are sent if they were stored all the same."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages import standard
from chalicelib.messages.records import templates
from chalicelib.messages.rules import Channel, Recipient
from chalicelib.messages.rules.template import Choice
from chalicelib.messages.writing import language, mail, markup, sms, values
from chalicelib.messages.writing.language import TextError
from chalicelib.messages.writing.mail import Mail
from chalicelib.messages.writing.values import Links, variables
from sandbox.stylebook.messages import DANA, EVERGREEN, LINK
from tests.effort import seconds_of_processor
from tests.messages.post import Post
from tests.web.test_pages import Structure

CODE = "482913"
BUTTON = "{{ portal_button }}"
EVIL = "<script>alert(1)</script><style>p{}</style><form action=https://x.example><input name=card></form>"
SIGN_IN = standard.template("sign_in")


def known(who: Recipient = DANA) -> dict[str, Any]:
    return variables(SIGN_IN, {"sign_in": {"code": CODE, "minutes": 10}}, EVERGREEN, who, Links(LINK, 7), "en")


def sent(
    body: str = BUTTON, *, text: str = "{{ sign_in.code }}", subject: str = "Hello", who: Recipient = DANA
) -> Mail:
    texts = {"subject": subject, "html": body, "text": text}
    return mail.write(texts, known(who), EVERGREEN, "en", lets_in=True)


def said(body: str) -> list[tuple[int, int, str]]:
    return [(one.line, one.column, one.text) for one in language.check(body, "html", values.tree(SIGN_IN))]


USUAL = Structure(sent().html)
OURS = {name for _, attributes in USUAL.elements for name in attributes} | {"style"}
THEIRS = frozenset().union(*markup.ALLOWED_ATTRIBUTES.values())


def holds_only_words(page: Structure) -> bool:
    """Nothing but what a text may have, and what the layout has by itself."""
    for tag in {tag for tag, _ in page.elements} - markup.ALLOWED_TAGS:
        if len(page.all(tag)) != len(USUAL.all(tag)):
            return False
    usual = [attributes for _, attributes in USUAL.elements]
    return all(set(attributes) <= THEIRS | {"style"} or attributes in usual for _, attributes in page.elements)


# A button where it has no place

MARKED = [
    f'<p title="&gt; {BUTTON} {html.escape(EVIL)}">x</p>',
    f'<p title="> {BUTTON} {EVIL}">x</p>',
    f'<p title="&gt; &#xe000;Hi&#xe001; {html.escape(EVIL)}">x</p>',
    f"<p title='&gt; &#57344;Hi&#57345; {html.escape(EVIL)}'>x</p>",
    f"<p lang='&gt; &#x00E000Hi&#057345 {html.escape(EVIL)}'>x</p>",
    f'<img alt="&gt;{BUTTON}{html.escape(EVIL)}" src="https://x.example/a.png">',
    f'<img src="https://x.example/&gt;{BUTTON}{html.escape(EVIL)}">',
    f'<a href="https://x.example/&gt;{BUTTON}{html.escape(EVIL)}">x</a>',
    f'<a href="{BUTTON}&quot;>{EVIL}">x</a>',
    f'<a href="tel:&quot;&gt;{html.escape(EVIL)}">x</a>',
    f'<p class="soft &gt; {BUTTON} {html.escape(EVIL)}">x</p>',
    f'<td title="&gt;{BUTTON}{html.escape(EVIL)}">x',
    f"<p {BUTTON}>x</p>",
    f'href="tel:<p title="{html.escape(EVIL)}">x</p>',
    f'&#xe000;Hi" onmouseover="x&#xe001; {html.escape(EVIL)}',
    "&amp;lt;script&amp;gt; &amp;#xe000;",
    f'<p title="{BUTTON}',
    f"<!-- > {BUTTON} {EVIL} -->",
]


@pytest.mark.parametrize("body", MARKED)
def test_a_button_opens_no_way_out_of_a_tag(body: str) -> None:
    page = Structure(sent(f"{BUTTON}{body}").html)
    assert holds_only_words(page)
    assert len([one for one in page.all("td") if one.get("class") == "button"]) == 1


PARTS = st.sampled_from(
    [
        *("<p ", "<a ", "<img ", "<td>", "</p>", "</a>", "<b>", ">", "<", '"', "'", "=", " ", "\n", "&gt;", "&lt;"),
        *("title=", 'title="', 'href="', "href='https://x.example/", 'src="https://x.example/', 'class="soft', "alt='"),
        *(BUTTON, "{{ portal_link }}", "{{ customer.name }}", "{{ sign_in.code }}", "&#xe000;", "&#57345;", "\ue000"),
        *("<script>", "</script>", "<style>", "<form>", "<!--", "-->", "onclick='x'", "<svg>", "<math>", "&"),
        *("x", "/", "&quot;"),
    ]
)  # fmt: skip


@given(st.lists(PARTS, max_size=25).map("".join), st.sampled_from(["Dana", EVIL, f'" {EVIL}', "\ue000x\ue001>", "'>"]))
def test_whatever_is_written_becomes_words(body: str, name: str) -> None:
    try:
        made = sent(f"{BUTTON}{body}", who=replace(DANA, name=name))
    except TextError:
        return
    page = Structure(made.html)
    assert holds_only_words(page)
    for one in page.all("a", "img"):
        address = one.get("href") or one.get("src") or ""
        assert CODE not in address and (LINK not in address or address.startswith(LINK))


def test_whoever_writes_a_button_into_a_tag_is_told() -> None:
    told = "A button stands between the tags, not in one. For a link write {{ portal_link }}."
    assert said(f'<p>\n<b title="{BUTTON}">x</b></p>') == [(2, 11, told)]
    assert said("{% assign b = portal_button %}<a href='{{ b }}'>x</a>")[0][2] == told
    assert said(f"<p>{BUTTON}</p>") == []


# What lets somebody in goes to them alone

CARRIED = [
    '<img src="https://x.example/?{{ portal_link }}" width="1" height="1">',
    '<img src="https://x.example/{{ sign_in.code }}.gif">',
    '<a href="https://x.example/?{{ portal_link }}">x</a>',
    '<a href="https://x.example/? {{ portal_link }}">x</a>',
    '<a href="https://x.example/{% if true %}{{ portal_link }}{% endif %}">x</a>',
    '<a href="https://x.example/{{ sign_in.code }}">x</a>',
    '<a href="tel:+1900{{ sign_in.code }}">x</a>',
    '<a href="mailto:x@x.example?body={{ portal_link }}">x</a>',
]


@pytest.mark.parametrize("body", CARRIED)
def test_no_link_and_no_code_stands_in_another_address(body: str) -> None:
    assert said(BUTTON + body)
    page = Structure(sent(BUTTON + body).html)
    assert not re.search("x.example|1900", str([one.get("href") or one.get("src") for one in page.all("a", "img")]))


@pytest.mark.parametrize(
    "source",
    [
        "{{ sign_in.code | truncate: 5, '' }}", "{{ portal_link | upcase }}",
        "{{ customer.name | default: portal_link }}",
        "{% assign a = sign_in.code %}{{ a }}", "{% assign a = sign_in %}{{ a.code | size }}",
        "{% assign a = portal_link %}", "{% if sign_in.code contains '4' %}x{% endif %}",
        "{% if sign_in.code == '482913' %}x{% endif %}", "{% case portal_link %}{% when 'a' %}{% endcase %}",
        "{{ portal_button | label: portal_link }}", "{% for a in sign_in.code %}{{ a }}{% endfor %}",
        "{{ sign_in.code.first }}{{ portal_link[0] }}",
    ],
)  # fmt: skip
def test_what_lets_somebody_in_is_only_shown_as_it_is(source: str) -> None:
    assert said(source)
    # Stored all the same, it is not sent: the standard text is.
    with pytest.raises(TextError):
        sent(BUTTON + source)


def test_it_may_be_asked_for_and_shown() -> None:
    body = "{% if portal_link and sign_in.code %}{{ sign_in.code }} <a href='{{- portal_link -}}'>Open</a>{% endif %}"
    assert said(body) == []
    assert f'href="{LINK}"' in sent(body).html and CODE in sent(body).html


def test_whoever_writes_it_elsewhere_is_told_where() -> None:
    assert said('<p>\n<img src="https://x.example/{{ customer.name }}">') == [
        (2, 29, "A picture's address is the same for everybody: write it without {{ … }}.")
    ]
    assert said('<a href="https://x.example/{{ portal_link }}">') == [
        (1, 28, 'Nothing else may stand beside this link: href="{{ portal_link }}".')
    ]
    assert said('<a href="tel:{{ sign_in.code }}">') == [
        (1, 14, "A code can't be a part of an address. Put it between the tags.")
    ]
    for body in ("https://{{ customer.name }}", "https://x{{ customer.name }}/", "http:{{ customer.name }}"):
        assert said(f'<a href="{body}">')[0][2] == (
            "Write where this link goes before the value, like https://example.com/."
        )
    for body in ("https://x.example/{{ customer.name }}", "tel:{{ company.phone }}", "mailto:{{ customer.email }}"):
        assert said(f'<a href="{body}">') == []


def test_all_that_lets_somebody_in_is_known_by_its_name() -> None:
    """So that texts are held to this without their template."""
    from chalicelib.messages.writing import kinds

    secrets: dict[str, Any] = {}
    for name in standard.names():
        secrets |= {key: kind for key, kind in values.tree(standard.template(name)).items() if kinds.is_secret(kind)}
    assert secrets.keys() == kinds.SECRETS.keys()
    assert {one for one, kind in secrets["sign_in"].items() if kinds.is_secret(kind)} == {"code"}


@pytest.mark.parametrize("address", ["https://x.example/?{{ portal_link }}", "www.x.example/{{ sign_in.code }}"])
def test_no_words_are_an_address_with_it(address: str) -> None:
    for texts in ({"body": f"{BUTTON}<p>{address}</p>"}, {"text": f"{{{{ portal_link }}}} {address}"}):
        with pytest.raises(TextError, match="within another address"):
            sent(**texts)
    with pytest.raises(TextError, match="within another address"):
        sms.write({"sms": address}, known())
    assert sent(text="Open:{{ portal_link }}")


def in_force(post: Post, template: str, channel: Channel, texts: dict[str, str]) -> None:
    """Texts that were stored before anybody looked at them as we do."""
    own: dict[str, Any] = {"en": {channel: texts}}
    post.company.store.write(templates.decide(post.company.store, template, Choice(), Choice(sms=True, texts=own)))


def test_what_was_stored_gives_way_to_the_standard_text(post: Post) -> None:
    texts = {"subject": "Code {{ sign_in.code | truncate: 5, '' }}", "html": BUTTON, "text": "{{ sign_in.code }}"}
    in_force(post, "sign_in", "email", texts)
    post.post(template="sign_in", secrets={"code": ["code", "one"]}, values={"sign_in": {"minutes": 10}})
    post.work()
    assert post.state()[0] == "sent"
    row = post.row()
    assert "Your own text could not be used" in row["reason"]
    assert "••••••" in row["summary"] and not re.search(r"\d", row["summary"])


def test_a_mail_with_nothing_in_its_subject_goes_out_as_the_standard_one(post: Post) -> None:
    texts = {"subject": "{{ company.email | truncate: 0, '' }}", "html": BUTTON, "text": "{{ portal_link }}"}
    in_force(post, "portal_link", "email", texts)
    post.post()
    post.work()
    assert post.state()[0] == "sent" and "there is nothing in the subject" in post.row()["reason"]
    assert "Evergreen" in post.row()["summary"]


def test_no_digit_of_a_code_lies_in_the_log(post: Post) -> None:
    texts = {"subject": "{{ sign_in.code }}: 24/7", "html": BUTTON, "text": "{{ sign_in.code }}"}
    in_force(post, "sign_in", "email", texts)
    post.post(template="sign_in", secrets={"code": ["code", "one"]}, values={"sign_in": {"minutes": 10}})
    post.work()
    assert post.row()["summary"] == "••••••: ••/•" and not post.row().get("reason")


# Nothing is said, or too much

NOT_THERE = "{% if customer.phone %}x {{ portal_link }}{% endif %}"
NOBODY = replace(DANA, phone="")


def test_a_mail_without_words_is_not_sent() -> None:
    for texts in (
        {"subject": "{{ customer.phone }}"},
        {"body": "<p>&nbsp;<b></b></p><hr>"},
        {"text": "{% if customer.phone %}x{% endif %}\n"},
    ):
        with pytest.raises(TextError, match=r"there is nothing in the (subject|body|plain text)"):
            sent(**texts, who=NOBODY)  # type: ignore[arg-type]


def test_a_message_that_lets_somebody_in_does_not_go_without_the_way_in() -> None:
    for texts in ({"body": f"<p>Hello</p>{NOT_THERE}"}, {"text": f"Hello {NOT_THERE}"}):
        with pytest.raises(TextError, match="neither the link nor the code"):
            sent(**texts, who=NOBODY)  # type: ignore[arg-type]
        assert sent(**texts, who=DANA)  # type: ignore[arg-type]
    with pytest.raises(TextError, match="neither the link nor the code"):
        sms.write({"sms": f"Hello {NOT_THERE}"}, known(NOBODY), lets_in=True)
    assert sms.write({"sms": "{{ sign_in.code }}"}, known(NOBODY), lets_in=True) == CODE


@pytest.mark.parametrize(
    "text",
    [
        "{% raw %}" + "{%\n" * 3_200 + "{% endraw %}",
        "{% raw %}" + "{% a\n" * 1_900 + "%}{% endraw %}",
        "{% raw %}" + "{%a%}" * 1_900 + "{% endraw %}",
        "{% raw %}" + "\n{%%" * 2_400 + "{% endraw %}",
        "{% raw %}" + "{%" + "\n " * 4_900 + "{% endraw %}",
        "{% comment %}" + "{%\n" * 3_200 + "{% endcomment %}",
    ],
)
def test_lines_of_tags_take_no_longer_for_hostile_texts(text: str) -> None:
    sent()
    with seconds_of_processor(5):
        try:
            sent(text=text + CODE)
        except TextError as error:
            assert "characters" not in str(error)
