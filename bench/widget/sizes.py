"""How much a browser fetches, each file compressed by itself, beside the scripts of others from npm.

The peers' are what their own instructions make a website load: `https://app.cal.com/embed/embed.js`, which
`@calcom/embed-snippet` asks for, is `dist/embed/embed.js` of `@calcom/embed-core`, and
`//embed.typeform.com/next/embed.js` is `build/embed.js` of `@typeform/embed`. The pages in their iframes
are not weighed.
"""

from __future__ import annotations

import gzip

from bench import npm
from bench.house import SLUG, ask, event, house
from bench.npm import Missing
from bench.table import Figure, at_most, not_measured, shown

LEVEL = 9
LOADER_LIMIT, ALL_LIMIT = 2_200, 10_000
PEERS = {
    "calcom": ("@calcom/embed-core", "1.5.3", "dist/embed/embed.js"),
    "typeform": ("@typeform/embed", "6.1.1", "build/embed.js"),
}


def ours() -> list[Figure]:
    """The scripts and answers as they are sent."""
    with house():
        loader, panel = (_sent(f"/widget/{name}") for name in ("v1.js", "v1-panel.js"))
        configuration = _sent(f"/widget/v1/{SLUG}")
        answers = {language: _sent(f"/widget/v1/{SLUG}/panel", language) for language in ("en", "es")}
    longest = max(answers.values())
    parts = f"{loader:,} loader + {configuration:,} configuration + {panel:,} panel + {longest:,} the panel's answer"
    each = " and ".join(f"{size:,} in {language}" for language, size in answers.items())
    return [
        at_most("widget.loader", loader, LOADER_LIMIT, "bytes", f"what every page view pays; gzip level {LEVEL}"),
        shown("widget.panel", panel, "bytes", "the script of the panel, loaded when it is first opened"),
        shown("widget.panel_answer", longest, "bytes", f"its words and doors, as JSON: {each}"),
        shown("widget.scripts", loader + panel, "bytes", "loader and panel, as the peers' scripts are weighed"),
        at_most("widget.all", loader + configuration + panel + longest, ALL_LIMIT, "bytes", f"{parts}, each by itself"),
    ]


def peers() -> list[Figure]:
    """What others make a website load, by the same compression."""
    figures = []
    for peer, (name, version, file) in PEERS.items():
        try:
            size = _zipped((npm.package(name, version) / file).read_bytes())
            figures.append(shown(f"widget.peer_{peer}", size, "bytes", f"{file} of {name} {version}"))
        except Missing as why:
            figures.append(not_measured(f"widget.peer_{peer}", str(why)))
    return figures


def _sent(path: str, language: str = "en") -> int:
    return _zipped(ask(event("GET", path, {"language": language}), 200)["body"].encode())


def _zipped(content: bytes) -> int:
    return len(gzip.compress(content, LEVEL, mtime=0))
