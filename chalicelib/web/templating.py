"""Jinja made ready: one environment for each language, its words put in when a template is compiled.

A text without variables costs nothing on a warm page: it is looked up once, by the compiler.
Jinja is imported by the first page: a Lambda that only files a webhook never pays for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined, nodes
from markupsafe import Markup

from chalicelib.web.catalogue import translations

TEMPLATES = Path(__file__).parent.parent / "templates"

# `make package` may put the templates' byte code here, one folder for each language (see `precompile`).
COMPILED = TEMPLATES / ".compiled"

_TEXTS = {"_", "gettext"}


class PorchlightEnvironment(Environment):
    """An environment bound to one language."""

    translate: Callable[[str], str]

    def _generate(self, source: nodes.Template, *args: Any, **options: Any) -> str:
        self._put_words_in(source)
        return super()._generate(source, *args, **options)

    def _put_words_in(self, node: nodes.Node) -> None:
        for field, value in list(node.iter_fields()):
            if isinstance(value, list):
                setattr(node, field, [self._word(child) for child in value])
            else:
                setattr(node, field, self._word(value))

    def _word(self, node: Any) -> Any:
        """The translated text in the place of `_('…')`; all else as it is, its children looked through."""
        if not isinstance(node, nodes.Node):
            return node
        if (
            isinstance(node, nodes.Call)
            and isinstance(node.node, nodes.Name)
            and node.node.name in _TEXTS
            and not node.kwargs
            and len(node.args) == 1
            and isinstance(node.args[0], nodes.Const)
        ):
            return nodes.Const(Markup(self.translate(node.args[0].value) % {}), lineno=node.lineno)
        self._put_words_in(node)
        return node


@lru_cache(maxsize=8)
def environment(language: str) -> PorchlightEnvironment:
    compiled = COMPILED / language
    loader = ModuleLoader(compiled) if compiled.is_dir() else FileSystemLoader(TEMPLATES)
    return _environment(language, loader)


def precompile(target: Path, languages: tuple[str, ...]) -> None:
    """Write every template as a Python module below `target`/<language>, so that a package compiles none."""
    for language in languages:
        source = _environment(language, FileSystemLoader(TEMPLATES))
        source.compile_templates(target / language, zip=None, ignore_errors=False)


def _environment(language: str, loader: BaseLoader) -> PorchlightEnvironment:
    made = PorchlightEnvironment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=["jinja2.ext.i18n"],
    )
    words = translations(language)
    made.translate = words.gettext
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    return made
