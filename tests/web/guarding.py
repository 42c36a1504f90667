"""What must be on every answer, whatever made it: the headers that guard it, for its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

STRICTEST = {"'none'"}
# Beyond the strictest, what a policy may name: our own files, a style by its hash, the bucket of files, Stripe's pages.
NAMED = re.compile(r"'(self|none|sha256-[A-Za-z0-9+/=]{44})'|data:|blob:|https:|https?://[\w.:-]+|allow-scripts")
REDIRECTS = (301, 302, 303, 307, 308)


def unguarded(method: str, path: str, answer: Mapping[str, Any]) -> list[str]:
    """What this answer lacks, in words; empty when it is as it must be."""
    headers = {name.lower(): str(value) for name, value in answer["headers"].items()}
    cookies: list[str] = []
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        if name.lower() == "set-cookie":
            cookies.extend(values)
        else:
            headers[name.lower()] = str(values[-1])
    page = headers.get("content-type", "").startswith("text/html")
    wrong = [
        *_everywhere(headers),
        *_policy(headers, page, path),
        *_kept(headers, answer["statusCode"], cookies),
        *(f"a cookie that is not guarded: {one.partition('=')[0]}" for one in cookies if not _guarded(one)),
    ]
    if page:
        wrong += _page(headers, path)
        body = str(answer["body"])
        wrong += [f"the page says {one}" for one in re.findall(r"(?i)referrerpolicy|<meta[^>]*referrer", body)]
    if not path.startswith("/widget/v1") and "access-control-allow-origin" in headers:
        wrong.append("other websites may read it")
    if "access-control-allow-credentials" in headers:
        wrong.append("other websites may ask with cookies")
    return [f"{method} {path} ({answer['statusCode']}): {one}" for one in wrong]


def _everywhere(headers: Mapping[str, str]) -> list[str]:
    wrong = []
    if headers.get("x-content-type-options") != "nosniff":
        wrong.append("no nosniff")
    # With neither does another website learn an address of ours, which may be a key.
    if headers.get("referrer-policy") not in ("same-origin", "no-referrer"):
        wrong.append(f"Referrer-Policy: {headers.get('referrer-policy')}")
    age = re.match(r"max-age=(\d+)", headers.get("strict-transport-security", ""))
    if age is None or int(age.group(1)) < 31_536_000:
        wrong.append("no HSTS for a year")
    if headers.get("x-frame-options") not in ("DENY", "SAMEORIGIN"):
        wrong.append("no X-Frame-Options")
    if headers.get("cross-origin-resource-policy") not in ("same-origin", "cross-origin"):
        wrong.append("no Cross-Origin-Resource-Policy")
    if "server" in headers or "x-powered-by" in headers:
        wrong.append("it says what it runs on")
    return wrong


def _policy(headers: Mapping[str, str], page: bool, path: str) -> list[str]:
    said = headers.get("content-security-policy", "")
    policy = {name: set(rest.split()) for name, _, rest in (one.strip().partition(" ") for one in said.split(";"))}
    frame = path.endswith("/mail.html")
    wrong = [f"CSP: {name} {one}" for name, named in policy.items() for one in named if not NAMED.fullmatch(one)]
    if "unsafe" in said:
        wrong.append("CSP allows what is unsafe")
    if policy.get("default-src") != STRICTEST or policy.get("base-uri") != STRICTEST:
        wrong.append(f"CSP: {said or 'none'}")
    # The page of the mail's preview is for the console's frame; nothing else may be in one.
    if policy.get("frame-ancestors") != ({"'self'"} if frame else STRICTEST):
        wrong.append("it may be put into a frame")
    if page and policy.get("script-src", STRICTEST) - {"'self'", "'none'"}:
        wrong.append("scripts that are not files of ours")
    if page and not frame and "form-action" not in policy:
        wrong.append("forms may be sent anywhere")
    if frame and "sandbox" not in policy:
        wrong.append("a mail's preview has our origin")
    return wrong


def _kept(headers: Mapping[str, str], status: int, cookies: list[str]) -> list[str]:
    """Who may keep it: nobody, but files under their hash, the widget's, and a logo's way."""
    said = headers.get("cache-control", "")
    if not said:
        return ["nothing says who may keep it"]
    if cookies and said != "no-store":
        return ["a cookie that a cache may keep"]
    if status >= 400 and said != "no-store":
        return ["what went wrong may be kept"]
    if status in REDIRECTS and not said.startswith(("no-store", "private")):
        return ["a cache may lead others there"]
    return []


def _page(headers: Mapping[str, str], path: str) -> list[str]:
    wrong = []
    if headers.get("cross-origin-opener-policy") != "same-origin":
        wrong.append("pages that open it hold it")
    for name in ("camera", "geolocation", "microphone", "payment"):
        if f"{name}=()" not in headers.get("permissions-policy", ""):
            wrong.append(f"it may ask for the {name}")
    if headers.get("cache-control") != "no-store" and not path.endswith("/mail.html"):
        wrong.append("a page may be kept")
    if "charset=utf-8" not in headers["content-type"].lower():
        wrong.append("no charset")
    return wrong


def _guarded(cookie: str) -> bool:
    said = {one.partition("=")[0].strip().lower(): one.partition("=")[2] for one in cookie.split(";")[1:]}
    return "httponly" in said and said.get("samesite") in ("Lax", "Strict") and said.get("path", "").startswith("/")
