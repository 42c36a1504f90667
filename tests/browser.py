"""A browser without a screen: follows redirects, keeps cookies as a browser keeps them, and talks to app.py as the
gateway does, by events. `click` and `submit` use only what the page offers."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from sandbox.world import World, queued, sent_mail
from tests.web.guarding import unguarded

# The gateway's id of each request. Of all the same one: pages that must not differ are compared with each other.
REQUEST = "5fd4d1a4-3c3b-4d0e-9d3c-1f8f2a0f6b11"


@dataclass
class Page:
    """What came back."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    html: str
    url: str

    @property
    def text(self) -> str:
        """The words a reader sees, in one line."""
        body = re.sub(r"<(style|script|head)\b.*?</\1>", " ", self.html, flags=re.S)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def forms(self) -> list[Form]:
        return _Forms.of(self.html)

    def form(self, action: str) -> Form:
        """The form that posts to a path ending like this."""
        return next(one for one in self.forms if urlsplit(one.action).path.endswith(action))

    @property
    def links(self) -> list[str]:
        return [html.unescape(one) for one in re.findall(r'<a\b[^>]*href="([^"]*)"', self.html)]


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Browser:
    """One person's browser. `prefix` is what the gateway strips from a path before the app sees it."""

    def __init__(self, app: Any, world: World, *, origin: str = "http://localhost:8000", prefix: str = "",
                 address: str = "203.0.113.7", language: str = "en-US") -> None:  # fmt: skip
        self.app, self.world, self.origin, self.prefix, self.address = app, world, origin, prefix, address
        self.headers = {"accept-language": language}
        self.jar: dict[tuple[str, str], str] = {}
        self.page: Page | None = None

    def get(self, url: str, *, follow: bool = True) -> Page:
        return self._go("GET", url, None, follow, {})

    def head(self, url: str) -> Page:
        """HEAD, as nobody but scanners asks for it."""
        return self._go("HEAD", url, None, False, {})

    def post(
        self, url: str, form: dict[str, str], *, follow: bool = True, headers: dict[str, str] | None = None
    ) -> Page:
        sent = {"sec-fetch-site": "same-origin", "origin": self.origin}
        if self.page is not None:
            sent["referer"] = self.page.url
        return self._go("POST", url, form, follow, {**sent, **(headers or {})})

    def submit(self, action: str, follow: bool = True, **values: str) -> Page:
        """Fill in and send a form of the page being looked at."""
        assert self.page is not None
        form = self.page.form(action)
        return self.post(form.action, {**form.fields, **values}, follow=follow)

    def sign_in(self, slug: str, login: str = "dana@example.com", password: str = "green-lawn-2026") -> Page:
        self.get(f"/{slug}/sign-in")
        return self.submit("/sign-in", login=login, password=password)

    def sign_in_at(self, url: str) -> Page:
        """Ask for a page, be sent to sign in, and come back to it."""
        page = self.get(url)
        form = page.form("/sign-in")
        return self.submit("/sign-in", **{**form.fields, "login": "dana@example.com", "password": "green-lawn-2026"})

    def _go(self, method: str, url: str, form: dict[str, str] | None, follow: bool, headers: dict[str, str]) -> Page:
        target = urljoin(self.origin + self.prefix + "/", url)
        for _ in range(10):
            self.page = self._once(method, target, form, headers)
            location = self.page.headers.get("location")
            if not (follow and location and urljoin(target, location).startswith(self.origin)):
                return self.page
            method, form, target = "GET", None, urljoin(target, location)
        raise AssertionError(f"redirected for ever to {target}")

    def _once(self, method: str, url: str, form: dict[str, str] | None, headers: dict[str, str]) -> Page:
        parts = urlsplit(url)
        assert parts.path.startswith(self.prefix), f"{parts.path} leaves {self.prefix}"
        path = parts.path.removeprefix(self.prefix) or "/"
        sent = {**self.headers, **headers}
        cookies = "; ".join(
            f"{name}={value}" for (name, scope), value in self.jar.items() if parts.path.startswith(scope)
        )
        if cookies:
            sent["cookie"] = cookies
        body = None
        if form is not None:
            sent["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        answer = call(self.app, method, path, dict(parse_qsl(parts.query)), sent, body, self.address)
        page = to_page(answer, url)
        for one in page.cookies:
            self._keep(one)
        return page

    def _keep(self, header: str) -> None:
        first, *attributes = header.split("; ")
        name, _, value = first.partition("=")
        scope = next(one.partition("=")[2] for one in attributes if one.lower().startswith("path="))
        if "Max-Age=0" in attributes:
            self.jar.pop((name, scope), None)
        else:
            self.jar[(name, scope)] = value

    # What happens besides requests

    def deliver_mail(self) -> list[str]:
        """Run the queue's worker; the MIME text of all mail ever sent, oldest first."""
        from chalicelib.messages import actions

        for body in queued(self.world.outputs):
            actions.deliver(self.world.services, body["tenant"], body["customer"], body["message"])
        return [one.raw_data for one in sent_mail()]

    def deliver_webhooks(self, app: Any = None) -> list[int]:
        """Hand Stripe's pending events to the app; the statuses it answers."""
        return [
            deliver_webhook(app or self.app, body, signature)
            for _, body, signature in self.world.stripe.pending_webhooks()
        ]


def deliver_webhook(app: Any, body: bytes, signature: str) -> int:
    headers = {"content-type": "application/json", "stripe-signature": signature}
    answer = call(app, "POST", "/stripe/webhooks", {}, headers, body.decode(), "198.51.100.1")
    return int(answer["statusCode"])


def call(app: Any, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: str | None,
         address: str) -> dict[str, Any]:  # fmt: skip
    """One request as API Gateway hands it to the Lambda."""
    resource, parameters = match(app, path)
    event = {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": method,
            "path": path,
            "identity": {"sourceIp": address},
            "requestId": REQUEST,
        },
        "body": body,
        "isBase64Encoded": False,
    }
    answer: dict[str, Any] = app(json.loads(json.dumps(event)), None)
    wrong = unguarded(method, path, answer)
    assert not wrong, wrong
    return answer


def match(app: Any, path: str) -> tuple[str, dict[str, str]]:
    """The gateway's choice of route: fixed segments before variables."""
    wanted = path.strip("/").split("/")
    best: tuple[int, str, dict[str, str]] | None = None
    for route, have in _routes(tuple(app.routes)).get(len(wanted), ()):
        pairs = list(zip(have, wanted, strict=True))
        if all(h == w or h.startswith("{") for h, w in pairs):
            fixed = sum(h == w for h, w in pairs)
            values = {h[1:-1]: w for h, w in pairs if h.startswith("{")}
            if best is None or fixed > best[0]:
                best = (fixed, route, values)
    if best is None:
        raise LookupError(f"the gateway knows no route for {path}")
    return best[1], best[2]


@cache
def _routes(routes: tuple[str, ...]) -> dict[int, list[tuple[str, list[str]]]]:
    """Routes in their segments, by the number of them."""
    found: dict[int, list[tuple[str, list[str]]]] = {}
    for route in routes:
        have = route.strip("/").split("/")
        found.setdefault(len(have), []).append((route, have))
    return found


def to_page(answer: dict[str, Any], url: str) -> Page:
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    cookies: list[str] = []
    for name, values in answer.get("multiValueHeaders", {}).items():
        if name.lower() == "set-cookie":
            cookies.extend(values)
        else:
            headers[name.lower()] = values[-1]
    return Page(answer["statusCode"], headers, cookies, answer["body"], url)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.inside: Form | None = None

    @classmethod
    def of(cls, text: str) -> list[Form]:
        parser = cls()
        parser.feed(text)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = Form(values.get("action", ""))
            self.found.append(self.inside)
        elif self.inside is not None and values.get("name") and "disabled" not in values:
            if tag == "input" and values.get("type") in ("radio", "checkbox") and "checked" not in values:
                return
            if tag == "input":
                self.inside.fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
