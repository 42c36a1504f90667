"""python-liquid with the tags and filters of our texts and no others, values escaped for their place, time counted.

It is given only what `examining.py` found well-formed. What the library does by itself is changed in five places: its
scanner (ours takes no longer for hostile texts), what a value becomes, `for` (on a budget), `case` (a `when` that is
true twice is shown once) and the names that are always there ("now", "today": there are none).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TextIO, cast

from liquid import BoundTemplate, Environment, RenderContext, Token, TokenStream
from liquid.ast import Node
from liquid.builtin.content import Literal as Words
from liquid.builtin.illegal import Illegal
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.assign_tag import AssignTag
from liquid.builtin.tags.case_tag import CaseNode, CaseTag, MultiExpressionBlockNode
from liquid.builtin.tags.for_tag import BreakTag, ContinueTag, ForNode, ForTag
from liquid.builtin.tags.if_tag import IfTag
from liquid.builtin.tags.unless_tag import UnlessTag
from liquid.exceptions import LoopIterationLimitError, OutputStreamLimitError
from liquid.token import TOKEN_CONTENT, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG
from liquid.undefined import is_undefined
from liquid.utils import ReadOnlyChainMap
from markupsafe import escape

from chalicelib.messages.writing.language import (
    NESTING_MAX,
    OUTPUT_MAX,
    STEPS_MAX,
    Lines,
    Place,
    TextError,
    too_much,
)
from chalicelib.messages.writing.scanning import scan
from chalicelib.messages.writing.values import Empty

_BREAK = re.compile(r"\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
# Control characters, what turns the direction of what follows, private use (with one of them the button is marked while
# an e-mail is put together), halves of characters. Tabs and line breaks are words' own affair.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]"
)


@lru_cache(maxsize=4)
def environment(place: Place) -> OurLiquid:
    """Liquid for texts of this place."""
    return OurLiquid(place)


def why(error: Exception, place: Place) -> str:
    """What is said of a text that could not be filled in."""
    if isinstance(error, OutputStreamLimitError):
        return too_much(place)
    if isinstance(error, LoopIterationLimitError):
        return "This text goes through its lists too often. Take a loop out of the other."
    return "This text can't be filled in. Make it simpler, or put the standard text in its place."


def tidy(text: str) -> str:
    """Without what can't be seen; all breaks of lines are \\n."""
    return _UNSEEN.sub("", _BREAK.sub("\n", text)) if _BREAK.search(text) or _UNSEEN.search(text) else text


class OurLiquid(Environment):
    """The language of our texts."""

    block_nesting_limit = NESTING_MAX + 2
    context_depth_limit = NESTING_MAX + 5

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.template_class = OurTemplate
        # In bytes; characters are counted at the end.
        self.output_stream_limit = 4 * OUTPUT_MAX[place]  # type: ignore[misc]

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        for tag in (Words, Value, Illegal, IfTag, UnlessTag, Case, Loop, BreakTag, ContinueTag, AssignTag):
            self.add_tag(tag)
        self.filters.update(FILTERS)

    def tokenizer(self) -> Callable[[str], Iterator[Token]]:
        return _tokens


def _tokens(source: str) -> Iterator[Token]:
    for piece in scan(source).pieces:
        if piece.kind == "words":
            yield Token(TOKEN_CONTENT, tidy(piece.inner), piece.start, source)
        elif piece.kind == "value":
            yield Token(TOKEN_OUTPUT, piece.inner, piece.start, source)
            yield Token(TOKEN_EXPRESSION, piece.inner, piece.at, source)
        elif piece.kind == "tag":
            yield Token(TOKEN_TAG, piece.name, piece.start, source)
            if piece.inner:
                yield Token(TOKEN_EXPRESSION, piece.inner, piece.at, source)


class Budget(RenderContext):
    """What is known while a text is filled in, and how much more it may take. `body` is the length of the loop that is
    about to begin."""

    __slots__ = ("body", "left")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = ReadOnlyChainMap(self.locals, self.globals)
        self.left, self.body = STEPS_MAX, 0

    def raise_for_loop_limit(self, length: int = 1) -> None:
        self.left -= length * self.body
        if self.left < 0:
            raise LoopIterationLimitError("budget", token=None)


class OurTemplate(BoundTemplate):
    """A text that was read."""

    context_class = Budget


class _ForNode(ForNode):
    __slots__ = ("size",)
    size: int

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        cast(Budget, context).body = self.size
        return super().render_to_output(context, buffer)


class Loop(ForTag):
    """`for`, which knows how long it is."""

    node_class = _ForNode

    def parse(self, stream: TokenStream) -> Node:
        start = stream.current.start_index
        node = cast(_ForNode, super().parse(stream))
        node.size = stream.current.start_index - start
        return node


class _When(MultiExpressionBlockNode):
    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return self.block.render(context, buffer) if any(self.expression.evaluate(context)) else -1


class Case(CaseTag):
    """`case`, of which a `when` that is true in two ways is shown once: twice in twice in twice would never end."""

    def parse(self, stream: TokenStream) -> Node:
        node = cast(CaseNode, super().parse(stream))
        node.blocks = [
            _When(block.token, block.block, block.expression) if isinstance(block, MultiExpressionBlockNode) else block
            for block in node.blocks
        ]
        return node


class _ValueNode(OutputNode):
    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return buffer.write(written(self.expression.evaluate(context), cast(OurLiquid, context.env).place))


class Value(Output):
    """`{{ … }}`, escaped for its place. Nothing that is text is ever taken for HTML, whatever filters it went
    through."""

    node_class = _ValueNode


def written(value: object, place: Place) -> str:
    """What a value becomes."""
    if value is None or is_undefined(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        lines = tidy(str(value)).replace("\t", " ")
        if not isinstance(value, Lines) or place in ("subject", "sms"):
            lines = lines.replace("\n", " ")
        elif place == "text":
            lines = "\n".join(f"> {line}" for line in lines.split("\n"))
        return str(escape(lines)).replace("\n", "<br>\n") if place == "html" else lines
    if place == "html" and hasattr(value, "__html__"):
        return str(value.__html__())
    raise TextError("A list, a group or a button can't be shown as text here.")


def _text(value: object) -> str:
    """What a filter works on: an amount as it is written, never its cents."""
    if value is None or is_undefined(value):
        return ""
    if isinstance(value, (str, int, float)):
        return str(value)
    raise TextError("A filter for text was given something else.")


def _label(button: Any, words: object) -> object:
    if not hasattr(button, "label"):
        raise TextError("label is for a button.")
    return button.label(tidy(_text(words)).replace("\n", " "))


def _default(value: object, other: object) -> object:
    nothing = value is None or value is False or is_undefined(value) or (isinstance(value, str) and not value.strip())
    return other if nothing else value


def _said(text: str) -> str:
    """What a filter made; nothing is still false in a condition."""
    return text or Empty()


def _strip(value: object) -> str:
    text = _text(value).strip()
    return Lines(text) if text and isinstance(value, Lines) else _said(text)


def _truncate(value: object, length: object = 50, end: object = "...") -> str:
    text, most, tail = _text(value), length if isinstance(length, int) else 0, _text(end)
    if len(text) <= most:
        return _said(text)
    short = text[: max(0, most - len(tail))]
    # Not in the middle of a letter: what belongs to the last one goes with it.
    while short and unicodedata.combining(text[len(short)]):
        short = short[:-1]
    return _said(short + tail)


def _size(value: object) -> int:
    return len(value) if isinstance(value, (str, list, tuple)) else 0


def _first(value: object) -> object:
    return value[0] if isinstance(value, (list, tuple)) and value else None


def _last(value: object) -> object:
    return value[-1] if isinstance(value, (list, tuple)) and value else None


FILTERS: Mapping[str, Callable[..., object]] = {
    "label": _label,
    "default": _default,
    "upcase": lambda value: _said(_text(value).upper()),
    "downcase": lambda value: _said(_text(value).lower()),
    "capitalize": lambda value: _said(_text(value).capitalize()),
    "strip": _strip,
    "truncate": _truncate,
    "size": _size,
    "first": _first,
    "last": _last,
}
