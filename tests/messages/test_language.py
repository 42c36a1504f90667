"""What a company's text may say: checked with line and column, filled in within bounds, escaped for its place."""

from __future__ import annotations

import re
import subprocess
import sys
import tracemalloc
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messages.writing import language, markup
from chalicelib.messages.writing.language import Lines, Place, Problem, TextError
from chalicelib.messages.writing.values import Amount, Button, Empty, EmptyList
from chalicelib.web.formats import Formats
from tests.effort import seconds_of_processor

PLACES: tuple[Place, ...] = get_args(Place)
MESSAGES = Path(__file__).parents[2] / "docs" / "messages.md"
ALLOWED: dict[str, Any] = {
    "company": {"name": {"type": "text"}, "phone": {"type": "text"}},
    "customer": {"name": {"type": "text"}, "first_name": {"type": "text"}},
    "lead": {"message": {"type": "lines"}},
    "invoice": {
        "number": {"type": "text"},
        "total": {"type": "money"},
        "due": {"type": "money"},
        "due_on": {"type": "date"},
        "overdue": {"type": "flag"},
        "days_overdue": {"type": "number"},
        "lines": {"type": "list", "of": {"description": {"type": "text"}, "amount": {"type": "money"}}},
    },
    "portal_button": {"type": "button"},
    "portal_link": {"type": "link"},
}


def dollars(cents: int) -> Amount:
    amount = Amount(cents)
    amount.fmt, amount.currency = Formats("en", "en_US", "USD", "UTC"), "USD"
    return amount


def values(**customer: str) -> dict[str, Any]:
    return {
        "company": {"name": "Evergreen Pest & Lawn", "phone": Empty()},
        "customer": {"name": "Dana Whitfield", "first_name": "Dana"} | customer,
        "lead": {"message": Lines("Ants again.\r\nCall me.")},
        "invoice": {
            "number": "1042",
            "total": dollars(12_960),
            "due": dollars(0),
            "due_on": date(2026, 12, 7).strftime("%d %B %Y"),
            "overdue": False,
            "days_overdue": 0,
            "lines": [
                {"description": "Ant treatment", "amount": dollars(9_960)},
                {"description": "Follow-up", "amount": dollars(3_000)},
            ],
        },
        "portal_button": Button("https://pay.example/x", "Open"),
        "portal_link": "https://pay.example/x",
    }


def said(source: str, place: Place = "html") -> list[str]:
    return [problem.text for problem in language.check(source, place, ALLOWED)]


def filled(source: str, place: Place = "text", **customer: str) -> str:
    assert language.check(source, place, ALLOWED) == []
    return language.fill(source, place, values(**customer))


# What is found


@pytest.mark.parametrize(
    ("source", "line", "column", "text"),
    [
        ("{{ invoice.totl }}", 1, 4, "There is no variable invoice.totl. Did you mean invoice.total?"),
        ("Hello,\r\nyou owe {{ total }}", 2, 12, "There is no variable total. Did you mean invoice.total?"),
        ("{{ Invoice.Total }}", 1, 4, "There is no variable Invoice.Total. Did you mean invoice.total?"),
        ("{{ customer.zip }}", 1, 4, "There is no variable customer.zip. customer has: name, first_name."),
        ("{{ invoice.number | uppcase }}", 1, 21, "There is no filter uppcase. Did you mean upcase?"),
        ("{{ invoice.due_on | date: '%Y' }}", 1, 21, "Days are written as the company writes them"),
        ("a\nb {% if invoice.overdue %}c", 2, 3, "{% if %} is not closed: write {% endif %} where it ends."),
        ("{% if invoice.overdue %}{% for l in invoice.lines %}{% endif %}", 1, 25, "{% for %} is not closed"),
        ("{% endif %}", 1, 1, "{% endif %} closes nothing: there is no {% if %} before it."),
        ("Dear {{ customer.name,\n{{ invoice.number }}", 1, 6, "This {{ is not closed: write }} where it ends."),
        ("{% if invoice.overdue }late{% endif %}", 1, 1, "This {% is not closed: write %} where it ends."),
        ("{ customer.name }}", 1, 17, "Here is }} without {{ before it."),
        ("{% iff invoice.overdue %}", 1, 1, "There is no tag iff. Did you mean if?"),
        ("{% include 'secrets' %}", 1, 1, "There is no tag include here."),
        ("{% for l in invoice.lines %}{{ l.price }}{% endfor %}", 1, 32, "l has: description, amount."),
        ("{% for l in invoice.lines %}{% endfor %}{{ l.amount }}", 1, 44, "There is no variable l.amount."),
        ("{% for l in invoice.number %}{% endfor %}", 1, 13, "invoice.number is not a list: write {% for one in"),
        ("{% for i in (1..1000000000) %}x{% endfor %}", 1, 13, "Only a list can be gone through"),
        ("{{ invoice.lines }}", 1, 4, "Go through it: {% for one in invoice.lines %}"),
        ("{{ invoice }}", 1, 4, "invoice has several values. Say which, like invoice.number."),
        ("{{ invoice.overdue }}", 1, 4, "Ask for it: {% if invoice.overdue %}"),
        ("{% if invoice.due %}x{% endif %}", 1, 7, "Ask how much it is, like invoice.due > 0."),
        ("{% if invoice.due = 0 %}x{% endif %}", 1, 19, "To compare, write == (two signs)."),
        ("{% if invoice.due == '' %}x{% endif %}", 1, 7, "A number can only be compared with a number."),
        ("{% if invoice.due_on < 5 %}x{% endif %}", 1, 7, "Only numbers and amounts can be more or less."),
        ("{% if customer.name == blank %}x{% endif %}", 1, 7, "Ask whether there is something by the name alone"),
        ("{% if “Dana” == customer.name %}x{% endif %}", 1, 7, "Write straight quotation marks"),
        ("{% if not invoice.overdue %}x{% endif %}", 1, 7, "write {% unless … %}"),
        ("{% if invoice.due > %}x{% endif %}", 1, 20, "Something is missing here."),
        ("{{ 'Dana }}", 1, 4, "This quotation mark is not closed."),
        ("{{ invoice.total | plus: 5 }}", 1, 20, "can't be calculated with"),
        ("{{ invoice.total + 5 }}", 1, 18, "can't be calculated with"),
        ("{{ invoice number }}", 1, 12, '"number" is not understood here.'),
        ("{{ }}", 1, 1, "There is nothing between {{ and }}."),
        ("{% assign invoice = 5 %}", 1, 11, "invoice is a variable of its own. Take another name."),
        ("{{ customer.name | truncate: 'a' }}", 1, 20, "truncate takes how many characters it may be"),
        ("{% break %}", 1, 1, "{% break %} is for the inside of a {% for %}."),
        ("{% raw %}{{", 1, 1, "{% raw %} is not closed: write {% endraw %} where it ends."),
        ("<p>\n<script>x</script>", 2, 1, "<script> can't be in an e-mail. Leave it out."),
        ("<iframe src='x'>", 1, 1, "<iframe> can't be in an e-mail."),
        ("<p class='soft' onclick='x()'>", 1, 17, "<p> can't have onclick. Leave it out."),
        ("<p style='color: red'>", 1, 4, "For the look of it there is class"),
        ("<a href='java&#115;cript:x'>", 1, 4, "javascript:x is no address for a link."),
        ("<a href='/pay'>", 1, 4, "/pay is no address for a link."),
        ("<a href='{{ customer.name }}'>", 1, 4, "A link leads to {{ portal_link }}, or to an address"),
        ("<a href={{ portal_link }}>Pay</a>", 1, 9, "Put quotation marks around it"),
        ("<{{ customer.name }}>", 1, 1, "This < begins nothing."),
        ("<p {{ customer.name }}>", 1, 4, "A value can't stand here."),
        ("<a href='https://x.example'", 1, 1, "This < is not closed"),
        ("<![if gte mso 9]>", 1, 1, "all other <! out"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(source: str, line: int, column: int, text: str) -> None:
    first = language.check(source, "html", ALLOWED)[0]
    assert (first.line, first.column) == (line, column)
    assert text in first.text


def test_everything_is_said_at_once_and_in_order() -> None:
    source = "{{ a }}\n<b onclick=x>{{ b | c }}</b>\n{% if d %}"
    found = language.check(source, "html", ALLOWED)
    assert [problem.line for problem in found] == [1, 2, 2, 2, 3, 3]
    assert found == sorted(found, key=lambda problem: (problem.line, problem.column))


def test_twenty_are_enough() -> None:
    assert len(said("{{ nothing.at_all }}" * 100)) == 20


def test_what_is_for_the_body_says_what_to_write_elsewhere() -> None:
    assert said("{{ portal_button }}", "html") == []
    assert said("{{ portal_button }}", "sms") == [
        "portal_button is for the e-mail's body. In an SMS write portal_link."
    ]
    assert said("{{ portal_button }}", "text") == [
        "portal_button is for the e-mail's body. In its plain text write portal_link."
    ]
    assert said("{{ portal_link }}", "subject") == [
        "portal_link can't be in the subject. Put it into the e-mail's body."
    ]
    assert said("{{ portal_link }}", "sms") == said("{{ portal_link }}", "text") == []


def test_a_text_that_is_too_long_says_how_long_it_may_be() -> None:
    assert said("x" * 1_001, "sms") == ["This text has 1,001 characters. It may have 1,000."]


@pytest.mark.parametrize(
    "source",
    [
        "{% if invoice.due > 0 and invoice.overdue %}a{% elsif customer.name == 'D' %}b{% else %}c{% endif %}",
        "{% unless invoice.lines.size > 1 or customer.name contains 'x' %}a{% endunless %}",
        "{% case customer.name %}\n{% when 'a', 'b' or 'c' %}x{% else %}y{% endcase %}",
        "{% for l in invoice.lines limit: 5 %}{{ forloop.index }}{{ l.amount | upcase }}{% else %}-{% endfor %}",
        "{% for l in invoice.lines %}{% if forloop.last %}{% break %}{% endif %}{% continue %}{% endfor %}",
        "{% assign top = invoice.lines | first %}{{ top.description | truncate: 9, '…' }}{{ invoice.lines[0].amount }}",
        "{% comment %} {{ nothing }} {% endcomment %}{% raw %}{{ braces }}{% endraw %}",
        "{{ portal_button | label: 'Pay now' }}{%- if portal_link -%} x {%- endif -%}",
        "<p class='soft {% if invoice.overdue %}small{% endif %}'>1 &lt; 2 &amp; Tom & Jerry</p>",
        "<a href='{% if invoice.overdue %}{{ portal_link }}{% endif %}'>x</a>",
        "<a href='{% if invoice.overdue %}https://x.example{% else %}tel:{{ company.phone }}{% endif %}'>x</a>",
        "<a href='https://x.example/?a={{ customer.name }}'>x</a><a href='tel:{{ company.phone }}'>y</a>",
    ],
)  # fmt: skip
def test_what_may_be_written(source: str) -> None:
    assert said(source) == []
    assert language.fill(f"{source}.", "html", values()).endswith(".")


# What it becomes


def test_values_are_written_by_type() -> None:
    assert filled("{{ invoice.total }} by {{ invoice.due_on }}") == "$129.60 by 07 December 2026"
    assert filled("{% for l in invoice.lines %}{{ l.description }}: {{ l.amount }}\n{% endfor %}") == (
        "Ant treatment: $99.60\nFollow-up: $30.00\n"
    )


def test_no_filter_shows_cents() -> None:
    for name in ("upcase", "downcase", "capitalize", "truncate"):
        assert filled(f"{{{{ invoice.total | {name} }}}}") == "$129.60"


def test_nothing_is_false_and_can_be_replaced() -> None:
    assert (
        filled("{% if company.phone %}a{% else %}b{% endif %}{{ company.phone | default: 'no phone' }}") == "bno phone"
    )
    assert filled("{% assign p = company.phone | strip %}{% if p or p != '' %}a{% else %}b{% endif %}") == "b"
    empty = values() | {"invoice": {"lines": EmptyList()}, "portal_button": Button("", "Open")}
    for source in ("{% if invoice.lines %}a{% endif %}", "{% if portal_button %}a{% endif %}", "{{ portal_button }}"):
        assert language.fill(source + "{{ invoice.lines.first.amount }}", "html", empty) == ""


def test_a_variable_that_there_is_no_more_says_nothing() -> None:
    assert language.fill("a{{ gone.for_good }}{% if gone > 5 %}b{% endif %}{{ now }}{{ today }}", "text", {}) == "a"


def test_a_customer_called_script_harms_nothing() -> None:
    name = "<script>alert('1')</script> \"&"
    html = filled("<p title=\"{{ customer.name }}\">{{ customer.name | upcase | default: 'x' }}</p>", "html", name=name)
    assert "<script" not in html.lower()
    assert html.count('"') == 2
    for place in ("subject", "text", "sms"):
        assert filled("{{ customer.name }}", place, name=name) == name


def test_words_that_are_written_in_quotes_are_words_too() -> None:
    source = "{{ '<img src=x onerror=y>' }}{{ company.phone | default: '<b>' }}{% assign a = '<i>' %}{{ a }}"
    assert "<" not in filled(source, "html")
    assert filled("{{ 'a' | default: '<' }}{{ portal_button | label: 'Pay & go' }}", "html").endswith(
        "Pay &amp; go\ue001"
    )


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
def test_no_value_begins_a_line(breaks: str) -> None:
    name = f"Dana{breaks}Bcc: all@example.com"
    for place in PLACES:
        assert filled("Dear {{ customer.name }}!", place, name=name) == "Dear Dana Bcc: all@example.com!"


def test_a_subject_is_one_line() -> None:
    assert filled("Your\r\n  invoice\t{{ invoice.number }}\n", "subject") == "Your invoice 1042"


def test_what_a_visitor_wrote_keeps_its_lines_where_they_can_be_told_from_ours() -> None:
    assert filled("{{ lead.message }}", "html") == "Ants again.<br>\nCall me."
    assert filled("{{ lead.message }}", "text") == "> Ants again.\n> Call me."
    assert filled("{{ lead.message }}", "sms") == filled("{{ lead.message }}", "subject") == "Ants again. Call me."


def test_what_cannot_be_seen_is_left_out() -> None:
    name = "Da\u202ena\u2066 \ue000Whit\x00fi\x1beld\ue001\ud800\U000f0000"
    for place in PLACES:
        assert filled("{{ customer.name }}", place, name=name) == "Dana Whitfield"
        assert filled("A\ue000\u202e\x00B", place) == "AB"


def test_only_a_button_brings_html() -> None:
    assert filled("{{ portal_button }}", "html") == "\ue000Open\ue001"
    with pytest.raises(TextError):
        language.fill("{{ portal_button }}", "text", values())
    with pytest.raises(TextError):
        language.fill("{{ invoice.lines }}", "html", values())


def test_a_when_that_is_true_twice_is_shown_once() -> None:
    assert filled("{% case 1 %}{% when 1, 1, 1 %}x{% endcase %}") == "x"


def test_a_text_may_be_cut_but_not_within_a_letter() -> None:
    assert filled("{{ customer.name | truncate: 7 }}") == "Dana..."
    assert filled("{{ customer.name | truncate: 4, '' }}", name="Jose\u0301 Ruiz") == "Jos"


# What is too much

FOR, END = "{% for a in invoice.lines %}", "{% endfor %}"
HOSTILE = {
    "a range": "{% for i in (1..1000000000) %}x{% endfor %}",
    "loops in loops": FOR * 6 + "x" + END * 6,
    "loops in loops that say nothing": FOR * 6 + END * 6,
    "a long loop": FOR * 2 + "{{ customer.name | upcase | downcase | strip }}" * 90 + END * 2,
    "many loops": (FOR * 2 + "{% if 1 == 2 %}{% endif %}" + END * 2) * 90,
    "deep": "{% if 1 %}" * 240 + "{% endif %}" * 240,
    "deep and open": "{% if 1 %}" * 1_900,
    "deep and true in many ways": ("{% case 1 %}{% when 1" + ",1" * 200 + " %}") * 9 + "x" + "{% endcase %}" * 9,
    "braces": "{{" * 9_900,
    "braces and tags": "{{{%" * 4_900,
    "spaces in a value": "{{" + " " * 19_000,
    "spaces in a tag": "{% a" + " " * 19_000,
    "raw in raw": "{% raw %}" * 2_200,
    "comments": "{% comment %}" * 1_500,
    "parentheses": ("{{ " + "(" * 490 + " }}") * 40,
    "quotes": ("{{ " + "['" * 245 + " }}") * 40,
    "brackets": "{{ a" + "[a" * 240 + " }}",
    "a long condition": "{% if " + "1 or " * 95 + "1 %}{% endif %}",
    "a long path": "{{ " + "a." * 240 + "a }}",
    "a long expression": "{{ '" + "x" * 19_000 + "' }}",
    "filters": "{{ 'x'" + " | upcase" * 50 + " }}",
    "append": "{% assign a = 'xxxxxxxxxx' %}" + "{% assign a = a | append: a %}" * 400,
    "replace": "{{ 'xx' | replace: 'x', 'xxxxxxxxxxxxxxxx' | replace: 'x', 'xxxxxxxxxxxxxxxxxxxx' }}",
    "split": "{{ customer.name | split: '' | join: customer.name }}",
    "times": "{{ 9 | times: 99999999999 | times: 99999999999 }}",
    "capture": "{% capture a %}x{% endcapture %}" + "{% capture a %}{{ a }}{{ a }}{% endcapture %}" * 200,
    "cycle": "{% cycle 'a', 'b' %}",
    "a table": "{% tablerow i in (1..99999999) cols: 2 %}x{% endtablerow %}",
    "increment": "{% increment x %}",
    "include": "{% include 'x' %}{% render 'x' %}{% extends 'x' %}{% import 'x' %}",
    "a liquid tag": "{% liquid\n for i in (1..999999999)\n echo i\n endfor %}",
    "a long ending": "{{ 'x' | truncate: 1000000000, 'y' }}",
    "a huge number": "{{ " + "9" * 490 + " }}{{ " + "9" * 400 + ".5 }}",
    "a huge limit": "{% for a in invoice.lines limit: " + "9" * 400 + " offset: " + "9" * 60 + " %}x{% endfor %}",
    "a negative limit": "{% for a in invoice.lines limit: -5 offset: -9 %}x{% endfor %}",
    "many values": "{{ customer.name }}" * 450,
    "many names": "".join(f"{{% assign a{n} = customer.name | upcase %}}" for n in range(490)),
    "more tags than can be counted": "{{a}}" * 3_900,
    "unclosed html": "<a " * 6_500,
    "unclosed comments": "<!--" * 4_900,
    "unclosed declarations": "<![" * 6_500,
    "attributes": "<p" + " a" * 9_900 + ">",
    "quotes in html": "<a x='" * 3_300,
    "signs": "<" * 19_999,
    "ampersands": "&" * 19_999,
    "too long": "x" * 2_000_000,
    "half a character": "\ud800{{ '\udfff' }}\x00",
}  # fmt: skip
# A message as it could really be, if somebody meant ill: 200 lines and values of 5,000 characters.
LARGE = values(name="Ä" * 5_000) | {"invoice": values()["invoice"] | {"lines": values()["invoice"]["lines"] * 100}}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("place", ["html", "sms"])
def test_a_hostile_text_is_stopped_soon_and_within_64_mb(place: Place, source: str) -> None:
    language.fill("{{ ready }}", place, {})
    with seconds_of_processor(5):  # the worst takes half a second
        problems = language.check(source, place, ALLOWED)
        try:
            text = language.fill(source, place, LARGE)
            assert len(text) <= language.OUTPUT_MAX[place]
        except TextError as error:
            assert str(error).endswith(".")
            assert len(str(error)) < 300
    assert all(problem.text and len(problem.text) < 300 for problem in problems)

    language._parsed.cache_clear()
    tracemalloc.start()
    try:
        language.fill(source, place, LARGE)
    except TextError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 64 * 1024 * 1024


def test_going_through_lists_is_on_a_budget_wherever_the_rounds_are() -> None:
    invoice = LARGE["invoice"]["lines"]
    body = "{{ a.amount }}" * 30
    assert len(invoice) * len(body) < language.STEPS_MAX
    assert language.fill(FOR + body + END, "html", LARGE).count("$") == 6_000
    for source in (FOR + body * 10 + END, (FOR + body + END) * 8, FOR + FOR + body + END + END):
        with pytest.raises(TextError, match="goes through its lists too often"):
            language.fill(source, "html", LARGE)


def test_what_becomes_too_long_is_not_sent() -> None:
    with pytest.raises(TextError, match="more than 1,600 characters"):
        language.fill("{{ customer.name }}", "sms", LARGE)


def test_parsed_texts_do_not_pile_up() -> None:
    for number in range(400):
        language.fill(f"{{{{ a }}}}{number}", "text", {})
    assert language._parsed.cache_info().currsize <= 128


def test_the_library_is_imported_when_it_is_needed() -> None:
    code = "import sys; from chalicelib.messages.writing import checking, markup, sms; print('liquid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


# Whatever people type

WORDS = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{{ ", " }}", "{% ", " %}", "{%-", "-%}", " | ", ": ", ", ", ".", "'", '"'),
        *("=", " == ", " > ", " and ", " or ", "if ", "endif", "unless ", "endunless", "for l in invoice.lines"),
        *("endfor", "else", "elsif ", "case ", "when ", "endcase", "assign x = ", "raw", "endraw", "comment"),
        *("endcomment", "break", "continue", "cycle", "limit: 2", " reversed", "invoice.total", "invoice.lines"),
        *("invoice.overdue", "customer.name", "lead.message", "portal_link", "portal_button", "l.amount", "x", "l"),
        *("forloop.first", "nil", "blank", "true", "1", "-1.5", "(1..3)", "[0]", "contains", "'a'", "first", "upcase"),
        *("size", "truncate: 5", "default: 'a'", "label: 'b'", "<p>", "</p>", "<a href='", "<", ">", "&", "\n"),
        *("\r\n", "\ud800", "\ue000", "é", " "),
    ]
)
VALUES = st.sampled_from(
    [
        "{{ invoice.total }}",
        "{{ customer.name | upcase }}",
        "{{ l.amount }}",
        "{{ x | default: 'a' }}",
        "{{ invoice.lines.first.amount }}",
    ]
)
TEXTS = st.recursive(
    st.lists(WORDS, max_size=8).map("".join) | VALUES,
    lambda inner: st.tuples(
        st.sampled_from(
            [
                ("{% if invoice.due > 0 %}", "{% endif %}"),
                ("{% for l in invoice.lines %}", "{% endfor %}"),
                ("{% unless customer.name %}", "{% else %}b{% endunless %}"),
                ("{% case customer.name %}{% when 'a' %}", "{% endcase %}"),
                ("{% assign x = customer.name %}", ""),
                ("<p class='soft'>", "</p>"),
            ]
        ),
        st.lists(inner, max_size=3).map("".join),
    ).map(lambda parts: parts[0][0] + parts[1] + parts[0][1]),
    max_leaves=8,
)


@given(TEXTS | st.text(max_size=60), st.sampled_from(PLACES))
def test_a_text_can_be_filled_in_or_says_why_not(source: str, place: Place) -> None:
    problems = language.check(source, place, ALLOWED)
    lines = source.count("\n") + 1
    assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in problems)
    for given_values in (values(), {}):
        try:
            text = language.fill(source, place, given_values)
        except TextError:
            assert problems
        else:
            assert isinstance(text, str)
            text.encode()
            assert place != "subject" or "\n" not in text


@given(st.text(max_size=40), st.sampled_from(PLACES))
def test_a_value_stays_what_it_is_wherever_it_stands(name: str, place: Place) -> None:
    text = filled("[{{ customer.name }}]", place, name=name)
    assert text.startswith("[") and text.endswith("]")
    assert "\n" not in text and "\r" not in text
    if place == "html":
        assert not re.search(r"[<>\"']", text)


# What is written about it


def table(heading: str) -> Mapping[str, str]:
    """The first two columns of the table below this heading."""
    part = (
        MESSAGES.read_text(encoding="utf-8").split(f"### {heading}\n", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
    )
    rows = [line.split(" | ") for line in part.splitlines() if line.startswith("| `")]
    return {row[0].strip("| `"): row[1].strip(" |") for row in rows}


def test_the_documentation_has_all_tags_filters_and_limits() -> None:
    assert set(table("Tags")) == {*language.TAGS, *language.INNER_TAGS}
    assert table("Filters") == dict(language.FILTERS)
    from chalicelib.messages.writing import engine

    assert set(engine.FILTERS) == set(language.FILTERS)
    limits = table("Limits")
    assert {name: limits[name].split(" ")[0] for name in limits} == {
        "subject": f"{language.SOURCE_MAX['subject']:,}",
        "html": f"{language.SOURCE_MAX['html']:,}",
        "text": f"{language.SOURCE_MAX['text']:,}",
        "sms": f"{language.SOURCE_MAX['sms']:,}",
        "tags and values": f"{language.PIECES_MAX:,}",
        "one tag or value": f"{language.EXPRESSION_MAX:,}",
        "conditions in one": f"{language.TERMS_MAX:,}",
        "blocks in one another": f"{language.NESTING_MAX:,}",
        "names": f"{language.NAMES_MAX:,}",
        "loops": f"{language.STEPS_MAX:,}",
    }
    html = MESSAGES.read_text(encoding="utf-8").split("### HTML\n", 1)[1].split("\n## ", 1)[0]
    elements, classes = (set(re.findall(r"`(\w+)`", part.split("\n\n")[0])) for part in html.split("\n- ")[1:])
    assert elements == markup.ALLOWED_TAGS
    assert classes == markup.ALLOWED_CLASSES


def test_problems_can_be_told_apart() -> None:
    assert Problem(1, 2, "a") < Problem(1, 10, "a") < Problem(2, 1, "a")
