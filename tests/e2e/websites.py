"""Other people's websites with Porchlight's tag on them, and the widget there as a visitor meets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from sandbox import serve
from sandbox.stripe.http import Request, Response

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Route

    from tests.e2e.conftest import Running

WROTE = {
    "Your name": "Rosa Marin",
    "E-mail address": "rosa@example.net",
    "Your message": "Wasps under our eaves. Could you look this week?",
}

# What a page's policy complains of, whatever it says in the console.
LISTEN = """
window.complaints = [];
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  complaints.push(`${violatedDirective} ${blockedURI}`);
});
"""


class Website:
    """Pages on an origin of their own; each test puts its own there."""

    def __init__(self, running: Running) -> None:
        self.portal = running.portal
        self._pages: dict[str, Response] = {}
        self._server = serve.listen(0, self._answer)
        self._server.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.stop()

    def tag(self, slug: str = "evergreen", options: str = "") -> str:
        return f'<script async src="{self.portal}/widget/v1.js" data-portal="{slug}" {options}></script>'

    def page(
        self, body: str = "", *, head: str = "", html: str = '<html lang="en">', doctype: str = "<!doctype html>",
        tag: str | None = None, headers: Mapping[str, str] | None = None,
    ) -> str:  # fmt: skip
        """The address of a page with the tag at its end."""
        path = f"/page-{len(self._pages)}"
        text = (
            f'{doctype}{html}<head><meta charset="utf-8"><title>Pools</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>'
            f"<body><main><h1>Pools</h1>{body}</main>{self.tag() if tag is None else tag}</body></html>"
        )
        self.put(path, text, headers)
        return self.url + path

    def put(self, path: str, text: str, headers: Mapping[str, str] | None = None, kind: str = "text/html") -> None:
        self._pages[path] = Response(
            200,
            text.encode(),
            {"Content-Type": f"{kind}; charset=utf-8", "Cache-Control": "no-store", **(headers or {})},
        )

    def _answer(self, request: Request) -> Response:
        return self._pages.get(request.path) or serve.text(404, "There is no such page.")


@dataclass
class Visit:
    """Somebody on a page with the widget."""

    page: Page
    sent: list[dict[str, Any]] = field(default_factory=list)
    """The messages that a stand-in received; see `answer_messages`."""

    @property
    def tab(self) -> Locator:
        return self.page.locator("porchlight-widget > button")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def heading(self) -> Locator:
        return self.dialog.get_by_role("heading", level=2)

    def button(self, name: str) -> Locator:
        return self.dialog.get_by_role("button", name=name)

    def field(self, label: str) -> Locator:
        return self.dialog.get_by_label(label)

    def opens(self) -> None:
        self.tab.click()
        expect(self.heading).to_have_text("How can we help?")

    def opens_form(self) -> None:
        self.opens()
        self.button("Contact us").click()
        expect(self.heading).to_have_text("Contact us")

    def writes(self, **more: str) -> None:
        for label, value in {**WROTE, **more}.items():
            self.field(label).fill(value)

    def sends(self) -> None:
        self.button("Send message").click()

    def answer_messages(self, *answers: int | tuple[int, dict[str, Any]] | None) -> None:
        """A stand-in takes the messages: a status, a status with a problem, or None for a connection that breaks. The
        last one for ever. Messages of an address are counted by the hour, and the tests have one address."""
        left = list(answers) or [201]

        def answer(route: Route) -> None:
            self.sent.append(route.request.post_data_json)
            said = left.pop(0) if len(left) > 1 else left[0]
            if said is None:
                return route.abort()
            status, body = said if isinstance(said, tuple) else (said, {"received": True})
            route.fulfill(status=status, json=body, headers={"Access-Control-Allow-Origin": "*"})

        self.page.route("**/widget/v1/*/messages?*", answer)


def visit(context: BrowserContext, url: str) -> Visit:
    """A page in a tab of its own, with the widget's tab on it."""
    visiting = Visit(context.new_page())
    visiting.page.add_init_script(LISTEN)
    visiting.page.goto(url)
    expect(visiting.tab).to_be_visible()
    return visiting


def settled(page: Page) -> None:
    """A request of the page's own went out after all that came before it, and its answer was read after theirs."""
    page.evaluate(
        """() => new Promise((done) => {
          const call = new XMLHttpRequest();
          call.open('GET', location.href);
          call.onloadend = () => setTimeout(done);
          call.send();
        })"""
    )
