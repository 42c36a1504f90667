"""The catalogues are whole: every text is there, translated, with its places kept, and compiled."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from chalicelib.web.pages import LANGUAGES

CHALICELIB = Path(__file__).parents[2] / "chalicelib"
LOCALES = CHALICELIB / "locales"
TRANSLATED = [language for language in LANGUAGES if language != "en"]


@cache
def source() -> frozenset[str | tuple[str, ...]]:
    with (LOCALES / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    found = extract_from_dir(CHALICELIB, methods, options)
    return frozenset(message for _, _, message, _, _ in found)


@cache
def catalogue(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / "portal.po").open("rb") as file:
        return read_po(file, locale=language, domain="portal")


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text or ""] if isinstance(text, str | None) else list(text)


def places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)[sd]", text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_exactly_the_texts_of_the_source(language: str) -> None:
    known = {tuple(m.id) if isinstance(m.id, (tuple, list)) else m.id for m in messages(language)}
    assert source() - known == set(), "run `make locales`, then translate"
    assert known - source() == set(), "run `make locales`"
    assert not catalogue(language).obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_sure(language: str) -> None:
    assert [m.id for m in messages(language) if not all(forms(m.string or ""))] == []
    assert [m.id for m in messages(language) if m.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_the_places_of_the_text(language: str) -> None:
    for message in messages(language):
        wanted = set().union(*(places(text) for text in forms(message.id)))
        for text in forms(message.string):
            assert places(text) == wanted, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_as_the_text_does(language: str) -> None:
    endings = ".:…?,"
    for message in messages(language):
        ending, translated = forms(message.id)[-1][-1], forms(message.string)[-1][-1]
        if ending in ".…?":
            assert translated == ending, message.id
        elif ending not in endings:
            assert translated not in ".…", message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_of_this_one(language: str) -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    assert (LOCALES / language / "LC_MESSAGES" / "portal.mo").read_bytes() == compiled.getvalue()
