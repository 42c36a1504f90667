"""What is wrong with a text, all of it at once, in words that say what to do.

One walk over its pieces: blocks that are not closed, tags and filters that there are not, and what every value and
condition is about, by the types of the variables. Expressions are read by python-liquid; everything else is ours, since
the library stops at the first fault and speaks of tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from liquid import Token, TokenStream
from liquid.builtin.expressions import (
    BooleanExpression,
    FilteredExpression,
    KeywordArgument,
    LoopExpression,
    Path,
    parse_identifier,
    parse_primitive,
    tokenize,
)
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.primitive import IntegerLiteral
from liquid.exceptions import LiquidError
from liquid.expression import Expression
from liquid.token import TOKEN_AND, TOKEN_ASSIGN, TOKEN_COMMA, TOKEN_EOF, TOKEN_EXPRESSION, TOKEN_OR

from chalicelib.messages.writing import language, phrases
from chalicelib.messages.writing.engine import environment
from chalicelib.messages.writing.kinds import ANY, FORLOOP, NUMBER, TEXT, Kind, Kinds, is_text, of_literal, type_of
from chalicelib.messages.writing.language import Place, Problem
from chalicelib.messages.writing.scanning import Piece, scan

_NAME = re.compile(r"[^\W\d]\w*")
T = TypeVar("T")
# How many values may follow a filter, and what is said where it is not so.
_ARGUMENTS = {"label": (1, 1), "default": (1, 1), "truncate": (0, 2)}
_USE = {
    "label": 'label takes the words of the button: | label: "Pay now".',
    "default": 'default takes what to say instead: | default: "no phone".',
    "truncate": "truncate takes how many characters it may be: | truncate: 40.",
}
_ENDS = {"endif": "if", "endunless": "unless", "endcase": "case", "endfor": "for"}


@dataclass(slots=True)
class _Block:
    name: str
    start: int
    loops_over: bool = False
    otherwise: bool = False
    begun: bool = False


@dataclass(slots=True)
class Examination:
    """A text and what is wrong with it. `allowed` of None: whatever variables it names are taken for known."""

    source: str
    place: Place
    allowed: Mapping[str, Any] | None
    faults: dict[tuple[int, str], None] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    values: dict[int, Kind] = field(default_factory=dict)
    blocks: list[_Block] = field(default_factory=list)
    kinds: Kinds = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = Kinds(self.allowed, self.place)

    @property
    def problems(self) -> list[Problem]:
        """In the order of the text, and not too many to be read."""
        return [self._problem(at, text) for at, text in sorted(self.faults)][: language.PROBLEMS_MAX]

    def _problem(self, at: int, text: str) -> Problem:
        before = self.source[:at]
        return Problem(before.count("\n") + 1, at - before.rfind("\n"), text)

    def fault(self, at: int, text: str) -> None:
        self.faults.setdefault((at, text))

    # Pieces

    def walk(self) -> None:
        """Find everything."""
        most = language.SOURCE_MAX[self.place]
        if len(self.source) > most:
            self.fault(0, f"This text has {len(self.source):,} characters. It may have {most:,}.")
            return
        found = scan(self.source)
        for at, text in found.faults:
            self.fault(at, text)
        if sum(piece.kind != "words" for piece in found.pieces) > language.PIECES_MAX:
            self.fault(0, phrases.TOO_MANY_PIECES)
            return
        for piece in found.pieces:
            self._before_when(piece)
            if piece.kind == "value":
                self._value(piece)
            elif piece.kind == "tag":
                self._tag(piece, found.whole)
        if found.whole:
            for block in self.blocks:
                self.fault(block.start, phrases.not_closed(block.name))
        if self.place == "html" and self.allowed is not None:
            from chalicelib.messages.writing.markup import faults

            for at, text in faults(self.source, found.pieces, self.values):
                self.fault(at, text)

    def _before_when(self, piece: Piece) -> None:
        block = self.blocks[-1] if self.blocks else None
        if not block or block.name != "case" or block.begun or piece.kind == "comment" or not piece.inner.strip():
            return
        if piece.name not in ("when", "endcase", "else"):
            self.fault(piece.start, "What stands between {% case %} and the first {% when %} is never shown.")
        block.begun = True

    def _value(self, piece: Piece) -> None:
        stream = self._stream(piece)
        if stream is None:
            return
        expression = self._read(piece, lambda: FilteredExpression.parse(environment(self.place), stream))
        if isinstance(expression, FilteredExpression):
            kind = self.values[piece.start] = self._filtered(expression)
            if kind is not ANY and (text := phrases.not_to_show(kind, str(expression.left))):
                self.fault(piece.at, text)

    def _tag(self, piece: Piece, whole: bool) -> None:
        name = piece.name
        if name in ("if", "unless", "elsif"):
            if name == "elsif":
                self._branch(piece, ("if", "unless"))
            self._condition(piece)
        elif name == "case":
            self._case(piece)
        elif name == "when":
            self._branch(piece, ("case",))
            self._when(piece)
        elif name == "for":
            self._for(piece)
        elif name == "assign":
            self._assign(piece)
        elif name == "else":
            self._branch(piece, ("if", "unless", "case", "for"))
            self._alone(piece)
        elif name in ("break", "continue"):
            self._alone(piece)
            if not any(block.loops_over for block in self.blocks):
                self.fault(piece.start, f"{{% {name} %}} is for the inside of a {{% for %}}.")
        elif name in _ENDS:
            self._alone(piece)
            self._end(piece, whole)
        else:
            self.fault(piece.start, phrases.no_tag(name))
        if name in ("if", "unless", "case"):
            self._open(_Block(name, piece.start))

    # Blocks

    def _open(self, block: _Block) -> None:
        self.blocks.append(block)
        if len(self.blocks) == language.NESTING_MAX + 1:
            self.fault(block.start, f"More than {language.NESTING_MAX} blocks in one another. Make it flatter.")

    def _end(self, piece: Piece, whole: bool) -> None:
        name = _ENDS[piece.name]
        if name not in [block.name for block in self.blocks]:
            if whole:
                self.fault(piece.start, f"{{% {piece.name} %}} closes nothing: there is no {{% {name} %}} before it.")
            return
        while True:
            block = self.blocks.pop()
            if block.loops_over:
                self.kinds.leave()
            if block.name == name:
                return
            if whole:
                self.fault(block.start, phrases.not_closed(block.name))

    def _branch(self, piece: Piece, within: Sequence[str]) -> None:
        block = self.blocks[-1] if self.blocks else None
        if not block or block.name not in within:
            opened = " or ".join(f"{{% {name} %}}" for name in within)
            still = f", and {{% {block.name} %}} is open here" if block else ""
            self.fault(piece.start, f"{{% {piece.name} %}} belongs into {opened}{still}.")
        elif block.otherwise:
            self.fault(piece.start, f"{{% {piece.name} %}} can't come after {{% else %}}.")
        elif piece.name == "else":
            block.otherwise = True

    def _alone(self, piece: Piece) -> None:
        if piece.inner:
            hint = " For a condition write {% elsif … %}." if piece.name == "else" else ""
            self.fault(piece.at, f"Nothing may follow {piece.name} here.{hint}")

    # Tags with something in them

    def _condition(self, piece: Piece) -> None:
        stream = self._stream(piece)
        if stream is None:
            return
        expression = self._read(piece, lambda: BooleanExpression.parse(environment(self.place), stream))
        if isinstance(expression, BooleanExpression):
            self._true_or_false(expression.expression)

    def _case(self, piece: Piece) -> None:
        stream = self._stream(piece)
        expression = self._read(piece, lambda: self._only(stream)) if stream else None
        if expression is not None:
            self._compared(expression)

    def _only(self, stream: TokenStream) -> Expression:
        expression = parse_primitive(environment(self.place), stream)
        stream.eat(TOKEN_EOF)
        return expression

    def _when(self, piece: Piece) -> None:
        stream = self._stream(piece)

        def each(stream: TokenStream) -> list[Expression]:
            found = [parse_primitive(environment(self.place), stream)]
            while stream.current.kind in (TOKEN_COMMA, TOKEN_OR):
                next(stream)
                found.append(parse_primitive(environment(self.place), stream))
            stream.eat(TOKEN_EOF)
            return found

        for expression in (self._read(piece, lambda: each(stream)) if stream else None) or ():
            self._compared(expression)

    def _for(self, piece: Piece) -> None:
        self._open(_Block("for", piece.start, loops_over=True))
        stream = self._stream(piece)
        loop = self._read(piece, lambda: LoopExpression.parse(environment(self.place), stream)) if stream else None
        if loop is None:
            self.kinds.enter({"forloop": FORLOOP})
            return
        kind = ANY
        if isinstance(loop.iterable, Path):
            over = self._path(loop.iterable)
            kind = over["of"] if type_of(over) == "list" else ANY
            if over is not ANY and type_of(over) != "list":
                self.fault(loop.iterable.token.start_index, f"{loop.iterable} is not a list{self.kinds.a_list()}.")
        else:
            self.fault(piece.at, f"Only a list can be gone through{self.kinds.a_list()}.")
        for number in (loop.limit, loop.offset):
            value = getattr(number, "value", -1) if number is not None else 0
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                self.fault(piece.at, "limit and offset take a whole number, like limit: 5.")
        if loop.cols is not None:
            self.fault(piece.at, "cols can't be used here. Write limit: 5 or offset: 1.")
        self._name(loop.identifier, piece)
        # A name that is known already was a fault; what it stands for here is the loop's affair then.
        self.kinds.enter({loop.identifier: kind, "forloop": FORLOOP})

    def _assign(self, piece: Piece) -> None:
        stream = self._stream(piece)

        def read(stream: TokenStream) -> tuple[str, Expression]:
            name = parse_identifier(environment(self.place), stream, allow_trailing_question_mark=False)
            stream.eat(TOKEN_ASSIGN)
            return str(name), FilteredExpression.parse(environment(self.place), stream)

        found = self._read(piece, lambda: read(stream)) if stream else None
        if found is None:
            return
        name, expression = found
        kind = self._filtered(expression) if isinstance(expression, FilteredExpression) else ANY
        self._name(name, piece)
        if text := phrases.secret(kind):
            self.fault(piece.at, text)
        if not self.kinds.assign(name, kind):
            self.fault(piece.at, f"{name} is something else already. Take another name.")
        if len(self.kinds.assigned) == language.NAMES_MAX + 1:
            self.fault(piece.at, f"More than {language.NAMES_MAX} names are assigned. Use fewer.")

    def _name(self, name: str, piece: Piece) -> None:
        if not _NAME.fullmatch(name):
            self.fault(piece.at, f'"{phrases.short(name)}" can\'t be a name. Use letters, digits and _.')
        elif name == "forloop" or self.kinds.is_given(name):
            self.fault(piece.at, f"{name} is a variable of its own. Take another name.")

    # Expressions

    def _stream(self, piece: Piece) -> TokenStream | None:
        """What stands in a piece, ready to be read; None if that is no use."""
        if not piece.inner:
            self.fault(piece.start, phrases.nothing_in(piece.kind, piece.name))
            return None
        if len(piece.inner) > language.EXPRESSION_MAX:
            self.fault(piece.start, f"This has more than {language.EXPRESSION_MAX} characters. Make it shorter.")
            return None
        parent = Token(TOKEN_EXPRESSION, piece.inner, piece.at, self.source)
        tokens = self._read(piece, lambda: list(tokenize(piece.inner, parent)))
        if tokens is None:
            return None
        for token in tokens:
            if text := phrases.not_ours(token.kind, piece.name):
                self.fault(token.start_index, text)
                return None
        if sum(token.kind in (TOKEN_AND, TOKEN_OR) for token in tokens) > language.TERMS_MAX:
            self.fault(piece.at, f"More than {language.TERMS_MAX} conditions in one. Put one {{% if %}} into another.")
            return None
        return TokenStream(iter(tokens))

    def _read(self, piece: Piece, read: Callable[[], T]) -> T | None:
        """What the library makes of it; None, and a fault, where it makes nothing of it."""
        try:
            return read()
        except LiquidError as error:
            token = error.token
            if token is None or token.start_index < 0:
                self.fault(piece.at + len(piece.inner), phrases.unread("", TOKEN_EOF))
            else:
                self.fault(token.start_index, phrases.unread(token.value, token.kind))
        except (ArithmeticError, RecursionError, ValueError):
            self.fault(piece.at, "This is not understood.")
        return None

    def _filtered(self, expression: FilteredExpression) -> Kind:
        if isinstance(expression.left, Path):
            self.shown.add(str(expression.left))
            kind = self._path(expression.left)
        else:
            kind = of_literal(expression.left)
        for one in expression.filters or ():
            kind = self._filter(one, kind)
        return kind

    def _filter(self, one: Filter, kind: Kind) -> Kind:
        at, name = one.token.start_index, one.name
        if name not in language.FILTERS:
            self.fault(at, phrases.no_filter(name))
            return ANY
        values = [arg.value for arg in one.args]
        least, most = _ARGUMENTS.get(name, (0, 0))
        if not least <= len(values) <= most or any(isinstance(arg, KeywordArgument) for arg in one.args):
            self.fault(at, _USE.get(name, f"Nothing may follow the filter {name}."))
            return ANY
        if name == "truncate" and values and not isinstance(values.pop(0), IntegerLiteral):
            self.fault(at, _USE[name])
            return ANY
        kinds = [self._path(value) if isinstance(value, Path) else of_literal(value) for value in values]
        if text := phrases.secret(kind, *kinds):
            self.fault(at, text)
            return ANY
        if any(not is_text(kind) and kind is not ANY for kind in kinds):
            self.fault(at, _USE[name])
            return ANY
        if not phrases.takes(name, kind):
            self.fault(at, phrases.wrong_filter(name, kind))
            return ANY
        if kind is ANY or name == "label":
            return kind
        if name in ("first", "last"):
            found: Kind = kind["of"]
            return found
        return NUMBER if name == "size" else TEXT

    def _path(self, path: Path) -> Kind:
        at, name = path.token.start_index, str(path)
        kind = self.kinds.find(path.path)
        if kind is None:
            self.fault(at, phrases.no_variable(name, self.kinds.similar(name), self.kinds.siblings(path.path)))
            return ANY
        if not language.fits(type_of(kind), self.place):
            self.fault(at, phrases.misplaced(name, kind, self.place))
            return ANY
        return kind

    def _true_or_false(self, expression: Expression) -> None:
        name = type(expression).__name__
        if name in ("LogicalAndExpression", "LogicalOrExpression"):
            for side in expression.children():
                self._true_or_false(side)
        elif name in ("EqExpression", "NeExpression"):
            sides = list(expression.children())
            if text := phrases.never_equal(*(self._compared(side) for side in sides)):
                self.fault(sides[0].token.start_index, text)
        elif name in ("LtExpression", "GtExpression", "LeExpression", "GeExpression"):
            for side in expression.children():
                if type_of(kind := self._compared(side)) not in ("number", "money") and kind is not ANY:
                    self.fault(side.token.start_index, phrases.not_a_number(str(side)))
        elif name == "ContainsExpression":
            for side in expression.children():
                if not is_text(kind := self._compared(side)) and kind is not ANY:
                    self.fault(side.token.start_index, "contains is for two texts.")
        elif isinstance(expression, Path):
            kind = self._path(expression)
            if kind is not ANY and (text := phrases.no_condition(kind, str(expression))):
                self.fault(expression.token.start_index, text)

    def _compared(self, expression: Expression) -> Kind:
        if isinstance(expression, Path):
            kind = self._path(expression)
            if text := phrases.not_to_compare(kind, str(expression)):
                self.fault(expression.token.start_index, text)
                return ANY
            return kind
        kind = of_literal(expression)
        if kind is ANY:
            self.fault(expression.token.start_index, "Compare two things at a time, and write and or or between.")
        return kind


def examine(source: str, place: Place, allowed: Mapping[str, Any] | None) -> Examination:
    """Look at a text."""
    found = Examination(source, place, allowed)
    found.walk()
    return found
