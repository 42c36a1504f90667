"""The console's files: one small page, and the modules behind it in a folder whose name is a hash of them all.

The hash is one for all, so that a page's relative imports never mix two versions; a file may then be kept for ever.
The console knows of the company only what the API tells it: nothing here reads anybody's data.

Mails are previewed in a frame without an origin, whose page is a file of the console too: what a company writes into
its mails can run nothing, send nothing and go nowhere there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape

from chalicelib.errors import NotFound
from chalicelib.settings import Settings
from chalicelib.web import assets
from chalicelib.web.access import Anyone
from chalicelib.web.guards import FOR_EVER, files_source
from chalicelib.web.replies import Plain, Reply
from chalicelib.web.routes import Routes

routes = Routes("web_console")

FOLDER = assets.STATIC / "console"
# What the first page needs at once, so that the browser asks for all of it in one go.
AT_ONCE = ("main.js", "api.js", "company.js", "dom.js", "forms.js", "routes.js", "shell.js", "ui.js")
# The page of the frame, beside the files.
FRAME = "mail.html"


@dataclass(frozen=True, slots=True)
class Files:
    """All files of the console, as they are sent, and the version that they are together."""

    version: str
    by_name: dict[str, assets.Asset]


@lru_cache(maxsize=1)
def files() -> Files:
    """Read once a container."""
    by_name = {path.name: assets.read(path) for path in sorted(FOLDER.iterdir()) if path.suffix in (".css", ".js")}
    whole = "\n".join(one.hashed_name for one in by_name.values())
    return Files(sha256(whole.encode()).hexdigest()[:12], by_name)


@routes.get("/console")
def console(caller: Anyone) -> Reply:
    settings = caller.services.settings
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": policy(settings)}
    return Plain(page(settings.prefix), "text/html; charset=utf-8", headers=headers)


@routes.get("/console/{version}/{name}")
def console_file(caller: Anyone, version: str, name: str) -> Reply:
    """A file of this version; another version's would be kept for ever under the wrong name."""
    found = files()
    if version != found.version or (name not in found.by_name and name != FRAME):
        raise NotFound()
    if name == FRAME:
        headers = {**FOR_EVER, "Content-Security-Policy": frame_policy(caller.services.settings)}
        return Plain(frame(), "text/html; charset=utf-8", headers={**headers, "X-Frame-Options": "SAMEORIGIN"})
    asset = found.by_name[name]
    return Plain(asset.content.decode(), asset.content_type, headers=FOR_EVER)


@lru_cache(maxsize=4)
def page(prefix: str) -> str:
    """The console's HTML; all else comes by its modules."""
    at = f"{escape(prefix)}/console/{files().version}"
    early = "\n".join(f'<link rel="modulepreload" href="{at}/{name}">' for name in AT_ONCE)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Porchlight</title>
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<link rel="stylesheet" href="{assets.asset_url(prefix, "portal.css")}">
<link rel="stylesheet" href="{at}/console.css">
<link rel="icon" href="{assets.asset_url(prefix, "mark.svg")}" type="image/svg+xml">
{early}
<script type="module" src="{at}/main.js"></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top" id="top"></header>
<main id="main" tabindex="-1"><p class="boot hush" role="status">Loading…</p>
<noscript><h1>Scripts are off</h1>
<p class="lead">The console needs JavaScript. Allow it for this site, and load the page again.</p></noscript></main>
</body>
</html>
"""


def frame() -> str:
    """The page that a mail is shown in; its script makes the mail of what it is sent. It is a plain one, since a page
    without an origin may load no module."""
    return """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Preview</title>
<meta name="color-scheme" content="light dark">
<script src="mail-frame.js" defer></script>
</head>
<body></body>
</html>
"""


def policy(settings: Settings) -> str:
    """Scripts and styles are our own files, nothing inline; the API is ours; logos are sent to the bucket of files; the
    frame is ours."""
    files = files_source(settings)
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' {files}; "
        f"img-src 'self' {files} data: blob:; frame-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def frame_policy(settings: Settings) -> str:
    """Its one script, and pictures as mails have them, from anywhere; no style but what the script sets. Without an
    origin even when it is opened by itself."""
    return (
        "sandbox allow-scripts; default-src 'none'; script-src 'self'; "
        f"img-src 'self' {files_source(settings)} https: data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
