"""What is said of a text that is not right: plain words, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from chalicelib.messages.writing.kinds import Kind, is_secret, is_text, type_of
from chalicelib.messages.writing.language import FILTERS, INNER_TAGS, PIECES_MAX, TAGS, Place

TOO_MANY_PIECES = f"This text has more than {PIECES_MAX} tags and values. Shorten it."
# What people know from elsewhere, and what to do here.
_OTHER_FILTERS: Mapping[str, str] = {
    "escape": "Values are made safe by themselves",
    "escape_once": "Values are made safe by themselves",
    "h": "Values are made safe by themselves",
    "newline_to_br": "Line breaks are kept by themselves where they matter",
    "date": "Days are written as the company writes them",
    "money": "Amounts are written as the company writes them",
    "append": "Write the words beside the value",
    "prepend": "Write the words beside the value",
    "join": "Go through the list with {% for … %}",
    "lstrip": "Write strip",
    "rstrip": "Write strip",
    "title": "Write capitalize",
    "upper": "Write upcase",
    "lower": "Write downcase",
    "length": "Write size",
    "count": "Write size",
    **dict.fromkeys(
        ("plus", "minus", "times", "divided_by", "round", "abs", "ceil", "floor", "modulo", "sum"),
        "Amounts and numbers can't be calculated with",
    ),
}
_TOKENS = {
    "not": 'There is no "not": write {% unless … %}, or !=.',
    "dpipe": "Write or in place of ||.",
    "lbracket": "Write a name with dots, like invoice.total, without [ ].",
    "rbracket": "Write a name with dots, like invoice.total, without [ ].",
}
_SIGNS = {
    '"': "This quotation mark is not closed.",
    "'": "This quotation mark is not closed.",
    "&": "Write and in place of &&.",
    "=": "To compare, write == (two signs).",
    "=>": "Write >= in place of =>.",
    "=<": "Write <= in place of =<.",
    "!": "Write {% unless … %}, or !=.",
    **dict.fromkeys("+*/%", "Amounts and numbers can't be calculated with."),
    **dict.fromkeys("“”„‘’«»`", "Write straight quotation marks: \" or '."),
}


def short(name: str) -> str:
    """Not longer than it can be read."""
    return name if len(name) <= 40 else name[:39] + "…"


def unread(value: str, kind: str) -> str:
    """Of something that makes no sense where it stands."""
    if kind == "end of expression":
        return "Something is missing here."
    return _SIGNS.get(value) or f'"{short(value)}" is not understood here.'


def not_ours(kind: str, tag: str) -> str:
    """Of signs that Liquid knows and we don't; '' for all others."""
    if kind in ("rangeexpression", "range", "lparen", "rparen"):
        if tag == "for":
            return "Only a list can be gone through, no range of numbers."
        return "There are no ( ) here. Put one {% if %} into another."
    return _TOKENS.get(kind, "")


def not_closed(name: str) -> str:
    return f"{{% {name} %}} is not closed: write {{% end{name} %}} where it ends."


def no_tag(name: str) -> str:
    close = get_close_matches(name.lower(), [*TAGS, *INNER_TAGS, *(f"end{one}" for one in TAGS)], 1, 0.7)
    if close:
        return f"There is no tag {short(name)}. Did you mean {close[0]}?"
    return f"There is no tag {short(name)} here. There are {', '.join(TAGS[:-1])} and {TAGS[-1]}."


def no_filter(name: str) -> str:
    if name in _OTHER_FILTERS:
        return f"There is no filter {name}. {_OTHER_FILTERS[name]}."
    close = get_close_matches(name.lower(), list(FILTERS), 1, 0.6)
    return f"There is no filter {short(name)}." + (f" Did you mean {close[0]}?" if close else "")


def nothing_in(kind: str, name: str) -> str:
    if kind == "value":
        return "There is nothing between {{ and }}."
    return f"{{% {name} %}} needs something more: {_NEEDS[name]}."


_NEEDS = {
    "if": "a condition, like {% if invoice.due > 0 %}",
    "elsif": "a condition, like {% elsif invoice.due > 0 %}",
    "unless": "a condition, like {% unless invoice.overdue %}",
    "case": "a value, like {% case lead.source %}",
    "when": 'what it may be, like {% when "page" %}',
    "for": "a list, like {% for line in invoice.lines %}",
    "assign": 'a name and a value, like {% assign greeting = "Hello" %}',
}


def no_variable(name: str, similar: str, siblings: Sequence[str]) -> str:
    """`siblings`: what there is in its place, where nothing is like it."""
    if similar:
        return f"There is no variable {short(name)}. Did you mean {similar}?"
    known = f" {name.rpartition('.')[0]} has: {', '.join(siblings)}." if siblings else ""
    return f"There is no variable {short(name)}.{known}"


def misplaced(name: str, kind: Kind, place: Place) -> str:
    """Of something that is not for this place."""
    if type_of(kind) == "link":
        return f"{name} can't be in the subject. Put it into the e-mail's body."
    link = "portal_link" if type_of(kind) == "stars" else name.replace("_button", "_link")
    if place == "sms":
        return f"{name} is for the e-mail's body. In an SMS write {link}."
    if place == "text":
        return f"{name} is for the e-mail's body. In its plain text write {link}."
    return f"{name} is for the e-mail's body."


def not_to_show(kind: Kind, name: str) -> str:
    """Of something that has no words; '' if it has."""
    name = short(name)
    match type_of(kind):
        case "list":
            return (
                f"{name} is a list. Go through it: {{% for one in {name} %}} … {{% endfor %}}, "
                "and show what each of them has."
            )
        case "group":
            return f"{name} has several values. Say which, like {name}.{next(iter(kind), '')}."
        case "flag":
            return f"{name} is yes or no. Ask for it: {{% if {name} %}} … {{% endif %}}."
        case "nil" | "blank":
            return "This shows nothing. Leave it out."
    return ""


def secret(*kinds: Kind) -> str:
    """Of something that lets somebody in, where more is done with it than show it; '' if nothing of it does."""
    if not any(is_secret(kind) for kind in kinds):
        return ""
    return "A link or a code is only shown as it is: write it without a filter, and give it no other name."


def no_condition(kind: Kind, name: str) -> str:
    """Of something that is true whatever it is; '' if it can be false. Texts, links and lists are false if there is
    nothing in them."""
    name = short(name)
    match type_of(kind):
        case "number" | "money":
            return f"Ask how much it is, like {name} > 0. By itself a number is always true."
        case "group":
            return f"{name} has several values. Say which, like {name}.{next(iter(kind), '')}."
    return ""


def not_to_compare(kind: Kind, name: str) -> str:
    """Of something that nothing is equal to; '' if something can be."""
    name = short(name)
    if type_of(kind) == "group":
        return no_condition(kind, name)
    if type_of(kind) in ("list", "button", "stars") or is_secret(kind):
        return f"Ask whether there is something by the name alone: {{% if {name} %}}."
    return ""


def never_equal(one: Kind, other: Kind) -> str:
    """Of two that can't be equal whatever they are; '' if they can."""
    types = {type_of(one), type_of(other)}
    if "nil" in types or "blank" in types:
        return 'Ask whether there is something by the name alone, like {% if invoice.title %}, or compare with "".'
    if "any" in types:
        return ""
    if types & {"number", "money"} and not types <= {"number", "money"}:
        return "A number can only be compared with a number."
    if "flag" in types and types != {"flag"}:
        return "Yes or no can only be compared with true or false."
    return ""


def not_a_number(name: str) -> str:
    return f"Only numbers and amounts can be more or less. {short(name)} is neither."


def wrong_filter(name: str, kind: Kind) -> str:
    """Of a filter that is not for this."""
    if name == "label":
        return 'label is for a button: {{ portal_button | label: "…" }}.'
    if name in ("first", "last"):
        return f"{name} is for a list."
    if name == "size":
        return "size is for a list or a text."
    return f"{name} is for a text." + (" Go through the list with {% for … %}." if type_of(kind) == "list" else "")


def takes(name: str, kind: Kind) -> bool:
    """Whether this filter is for such a thing. Amounts count as the text they are written as."""
    if type_of(kind) == "any":
        return True
    if name == "label":
        return type_of(kind) == "button"
    if name in ("first", "last"):
        return type_of(kind) == "list"
    if name == "size":
        return type_of(kind) == "list" or is_text(kind)
    if name in ("upcase", "downcase", "capitalize", "truncate"):
        return is_text(kind) or type_of(kind) == "money"
    return is_text(kind)
