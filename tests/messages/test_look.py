"""How e-mails look: one layout in the company's colour, whatever a company or a customer writes into it."""

import re
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.messages import standard
from chalicelib.messages.rules import Recipient
from chalicelib.messages.writing import mail
from chalicelib.messages.writing.language import fill
from chalicelib.messages.writing.mail import Mail
from chalicelib.messages.writing.markup import ALLOWED_CLASSES
from chalicelib.messages.writing.values import Links, variables
from chalicelib.tenants.rules import Company
from chalicelib.web import colours
from sandbox.stylebook.messages import DANA, EVERGREEN, LINK, NAME_ALONE
from tests.web.test_pages import Structure


def written(
    html: str, company: Company = EVERGREEN, *, text: str = "Hello", subject: str = "Hello", logo: str = "",
    link: str = LINK, language: str = "en", who: Recipient = DANA,
) -> Mail:  # fmt: skip
    """An e-mail of a company's own texts."""
    values = variables(standard.template("portal_link"), {}, company, who, Links(link, 7), language)
    return mail.write({"subject": subject, "html": html, "text": text}, values, company, language, logo)


def body(made: Mail) -> str:
    """What stands on the paper."""
    return made.html.split('<td class="paper ink"')[1].partition('<td class="soft"')[0]


def preview(made: Mail) -> str:
    return re.search(r"mso-hide:all[^>]*>(.*?)&#847;", made.html)[1]  # type: ignore[index]


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>", "<style>.paper{display:none}</style>", '<iframe src="https://x.example"></iframe>',
        '<form action="https://x.example"><input name="card"></form>', "<p onclick=alert(1)>x</p>",
        '<a href="javascript:alert(1)">x</a>', '<a href="//x.example/pay">x</a>', '<a href="/pay">x</a>',
        '<img src="x" onerror="alert(1)">', '<p style="position:fixed">x</p>', "</td></tr></table><h1>x", "<!-- x",
        '<meta http-equiv="refresh" content="0;url=https://x.example">', "<svg><script>alert(1)</script></svg>",
    ],
)  # fmt: skip
def test_what_a_company_writes_stays_on_its_paper(html: str) -> None:
    made = written(f"<p>x</p>{html}")
    usual, page = Structure(written("<p>x</p>").html), Structure(made.html)
    assert page.wrong == page.open == []
    for tag in ("script", "style", "iframe", "form", "input", "meta", "svg", "body"):
        assert len(page.all(tag)) == len(usual.all(tag)), tag
    assert not re.search(r"alert|position:|//x\.example|href=\"/", body(made))
    assert "hello@evergreen.example" in made.html.split('<td class="soft"')[1]


def test_only_the_message_itself_has_a_button() -> None:
    made = written("""<p>{{ portal_button | label: "Pay 'now' & <here>" }}</p>""")
    assert body(made).count('class="button"') == 1
    assert f'<a href="{LINK}"' in made.html and "Pay 'now' &amp; &lt;here&gt;</a>" in made.html
    # A table in a paragraph would close it.
    assert Structure(made.html).wrong == []


def test_a_button_has_no_place_in_a_tag() -> None:
    made = written('<p title="{{ portal_button }}">x</p><a href="{{ portal_button }}">y</a>')
    assert 'class="button"' not in body(made) and "\ue000" not in made.html


def test_without_a_link_there_is_no_button() -> None:
    template = "{% if portal_link %}<p>Here: {{ portal_link }}</p>{% endif %}{{ portal_button }}<p>Bye.</p>"
    made = written(template, link="")
    assert 'class="button"' not in made.html and "Here:" not in made.html and "Bye." in made.html
    assert "Here: https://" in written(template).html


@pytest.mark.parametrize("colour", ["#ffe14d", "#ffffff", "#000000", "#2f6b3a", "#ff00ff"])
def test_the_button_can_be_read_in_any_colour(colour: str) -> None:
    made = written("{{ portal_button }}", replace(EVERGREEN, colour=colour)).html
    ground, ink = re.search(r"background:(#\w{6});color:(#\w{6})", made).groups()  # type: ignore[union-attr]
    assert colours.contrast(ground, ink) >= 4.5
    dark = re.search(r"\.button a \{ background: (#\w{6}) !important; color: (#\w{6})", made)
    assert dark and colours.contrast(*dark.groups()) >= 4.5


def test_old_readers_find_every_style_where_it_belongs() -> None:
    made = written(
        '<h1>A</h1><p>B</p><p class="soft">C</p><ul><li>D</li></ul><table class="pairs"><tr><td>E</td></tr></table>'
    )
    page = Structure(made.html)
    for tag in ("h1", "p", "ul", "li", "td", "a", "table"):
        assert all(one.get("style") for one in page.all(tag) if one.get("role") != "presentation"), tag
    # What cannot stand in an element, and what old Outlook is told.
    for part in ("@media (prefers-color-scheme: dark)", "[data-ogsc]", "<!--[if mso]>", "mso-hide:all", "color-scheme"):
        assert part in made.html, part
    assert not re.search(r"display:\s*(flex|grid)|<link|@import|url\(", made.html)


def test_the_layout_has_a_look_for_every_class_one_may_use() -> None:
    for name in ALLOWED_CLASSES:
        made = written(f'<p class="{name}">A</p><table class="{name}"><tr><td>B</td></tr></table>')
        plain = written("<p>A</p><table><tr><td>B</td></tr></table>")
        assert re.findall('style="[^"]*"', body(made)) != re.findall('style="[^"]*"', body(plain)), name


def test_the_list_of_mails_shows_what_matters() -> None:
    made = written(
        "<h1>Hello</h1><table><tr><td>To pay</td><td>$5 &amp; up</td></tr></table>{{ portal_button }}<p>Bye</p>"
    )
    assert preview(made) == "To pay: $5 &amp; up · Bye"
    assert len(preview(written("<p>" + "word " * 100 + "</p>"))) <= 121


def test_a_logo_stands_beside_the_name() -> None:
    made = written("<p>x</p>", logo="https://portal.example/evergreen/logo/1.png")
    (logo,) = Structure(made.html).all("img")
    assert logo["src"] == "https://portal.example/evergreen/logo/1.png"
    assert logo["alt"] == "" and logo["height"] == "40", "old Outlook would show it as big as it is"
    assert Structure(written("<p>x</p>").html).all("img") == []


def test_who_writes_stands_below() -> None:
    made = written("<p>x</p>")
    assert 'href="tel:3035550142"' in made.html and 'href="mailto:hello@evergreen.example"' in made.html
    assert "2150 Larimer Street · Denver, CO 80205" in made.html
    assert made.text == (
        "Hello\n\n--\nEvergreen Pest & Lawn\n2150 Larimer Street\nDenver, CO 80205\n(303) 555-0142\n"
        "hello@evergreen.example\n"
    )
    alone = written("<p>x</p>", NAME_ALONE)
    assert alone.text == "Hello\n\n--\nEvergreen Pest & Lawn\n" and "tel:" not in body(alone)


def test_a_number_is_dialled_without_its_brackets() -> None:
    assert 'href="tel:+13035550142"' in written('<p><a href="tel:+1 (303) 555-0142">Call</a></p>').html


def test_lines_of_tags_leave_no_holes() -> None:
    text = "A\n{% if company.name %}\nB\n{% endif %}\n{% unless company.name %}\nC\n{% endunless %}\nD\n\n\n\nE"
    assert written("<p>x</p>", text=text).text.startswith("A\nB\nD\n\nE\n")


def test_a_subject_is_one_line_and_no_novel() -> None:
    made = written("<p>x</p>", subject="A\r\nBcc: x@y.example {{ customer.first_name }}")
    assert made.subject == "A Bcc: x@y.example Dana"
    long = written("<p>x</p>", subject="{{ customer.name }}" * 3, who=replace(DANA, name="Dana Whitfield " * 15))
    assert len(long.subject) <= 200 and long.subject.endswith("…")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{% if customer.phone %}a{% else %}b{% endif %}", "b"),
        ('{% if customer.phone == "" %}a{% else %}b{% endif %}', "a"),
        ('{% if customer.phone != "" %}a{% else %}b{% endif %}', "b"),
        ("{% unless customer.phone %}a{% endunless %}", "a"),
        ("{% if portal_link %}a{% else %}b{% endif %}", "b"),
        ("{% if payment.invoices %}a{% else %}b{% endif %}", "b"),
        ("{% for one in payment.invoices %}a{% endfor %}b", "b"),
        ('{{ customer.phone | default: "none" }}', "none"),
        ("{% if payment.credit > 0 %}a{% else %}b{% endif %}", "b"),
        ("{% if payment.total >= 12000 %}{{ payment.total }}{% endif %}", "$120.00"),
        ("{% if payment.total == 12000 and payment.why %}a{% else %}b{% endif %}", "b"),
        ("{{ payment.why }}{{ payment.paid_at }}{{ payment.expected_on }}{{ customer.phone }}.", "."),
    ],
)
def test_what_is_not_known_is_nothing(source: str, said: str) -> None:
    given: dict[str, Any] = {"payment": {"total": 12000, "paid_at": None, "expected_on": ""}}
    who = Recipient("C", "Dana Whitfield", "Dana")
    values = variables(standard.template("receipt"), given, EVERGREEN, who, Links(""), "en")
    assert fill(source, "text", values) == said
