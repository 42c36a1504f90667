"""The desk's pages and buttons. Open to this machine only, and to posts from its own pages only."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader

from chalicelib.errors import Invalid
from chalicelib.messages import records as outbox
from chalicelib.services import Services
from chalicelib.tenants.rules import check_colour
from chalicelib.web import assets
from chalicelib.web.paths import is_local_path
from infra import connect as connections
from infra import tenant as tenants
from sandbox import people, stylebook
from sandbox.desk import faults, money, views
from sandbox.happenings import What
from sandbox.mailbox import Mail
from sandbox.phones import Phone
from sandbox.serve import text
from sandbox.stripe.http import Request, Response
from sandbox.stripe.webhooks import LoggedEvent

if TYPE_CHECKING:
    from sandbox.run import Sandbox

W = TypeVar("W")


class Answer(Protocol):
    """What an operator's command comes to."""

    def as_json(self) -> Mapping[str, object]: ...


HERE = Path(__file__).parent
STEPS = {"10": "10 minutes", "1440": "1 day", "10080": "1 week"}
# What the owner of a phone can write back, and what can befall a mail after it was sent.
ANSWERS = ("STOP", "START")
OUTCOMES: dict[What, str] = {"bounced": "It bounces", "complained": "Its reader marks it as spam"}
FILES = {"/desk.css": "text/css; charset=utf-8", "/desk.js": "text/javascript; charset=utf-8"}

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# No script, no form, nothing fetched but pictures; links open in a new tab that is a normal one.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src http://localhost:* https: data:; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
_STYLE_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:"
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


class Desk:
    """Shows a running sandbox. Events from before it began are the demo's own and are left out."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._before = len(sandbox.stripe.events)
        self._time = threading.Lock()

    def answer(self, request: Request) -> Response:
        """One request's answer. Other hosts' names (rebound to this machine) and other sites' posts are refused."""
        host = request.headers.get("host", "")
        if host.partition(":")[0] not in ("localhost", "127.0.0.1"):
            return text(403, "The desk is at localhost.")
        if request.method == "POST":
            return self._post(request, host)
        query = dict(parse_qsl(request.query))
        name, _, rest = request.path.lstrip("/").partition("/")
        pages = {"": self._home, "feed": self._feed, "mail": self._mail, "stripe": self._event, "runs": self._run,
                 "charges": self._charge, "texts": self._phone}  # fmt: skip
        if request.path in FILES:
            return Response(200, _file(request.path[1:]), {**_HEADERS, "Content-Type": FILES[request.path]})
        if name == "assets":
            content, content_type = assets.read_asset(rest)
            return Response(200, content, {"Content-Type": content_type}) if content else _missing()
        if name == "style":
            return _style(rest, query)
        if request.path == tenants.DESK_PATH:
            return _json(200, {"porchlight": "sandbox"})
        return pages[name](rest, query) if name in pages else _missing()

    # Looking

    @property
    def _events(self) -> list[LoggedEvent]:
        events = self._sandbox.stripe.events
        return events[: len(events) - self._before]

    def _home(self, rest: str, query: Mapping[str, str]) -> Response:
        self._sandbox.worker.deliver()  # whoever comes to the desk wants to see what was sent just now
        portal = self._sandbox.portal_url
        logins = [
            {"login": one.login, "password": one.password, "what": one.what, "url": f"{portal}/{one.slug}/sign-in",
             "company": one.slug.title()}
            for one in people.SIGN_INS
        ] + [
            {"login": one.email, "password": people.PASSWORD, "what": one.what, "url": f"{portal}/console",
             "company": "Console"}
            for one in people.TEAM
        ]  # fmt: skip
        return self._page("welcome.html", query, people=logins)

    def _feed(self, rest: str, query: Mapping[str, str]) -> Response:
        """What the page's script fetches every other second."""
        return _html(_templates().get_template("live.html").render(**self._values(query, query.get("at", ""))))

    def _mail(self, rest: str, query: Mapping[str, str]) -> Response:
        number, _, part = rest.partition("/")
        found = self._one_mail(number)
        if found is None:
            return _missing()
        if part == "html":
            body = '<base target="_blank">' + found.html
            return Response(200, body.encode(), {**_HEADERS, "Content-Type": "text/html; charset=utf-8",
                                                 "Content-Security-Policy": _MAIL_POLICY})  # fmt: skip
        if part.startswith("files/"):
            return _attached(found, part.removeprefix("files/"))
        if part:
            return _missing()
        return self._page(
            "mail.html", query, f"mail/{number}", mail=found, standing=self._standing(found), outcomes=OUTCOMES
        )

    def _one_mail(self, number: str) -> Mail | None:
        return next((one for one in self._sandbox.mailbox.mails if str(one.number) == number), None)

    def _standing(self, mail: Mail) -> tuple[str, str]:
        """What Porchlight knows of a mail's fate: a word and its mood."""
        tenant, customer, message = mail.name.split(".")
        sandbox = self._sandbox
        with sandbox.lock:
            row = outbox.read(sandbox.world.services.tables.for_tenant(tenant), customer, message)
        return views.STANDING[row.get("outcome") or row["state"]] if row else ("Unknown", "")

    def _phone(self, rest: str, query: Mapping[str, str]) -> Response:
        found = self._one_phone(rest)
        if found is None:
            return _missing()
        return self._page("phone.html", query, f"texts/{rest}", phone=found, counted=views.counted, answers=ANSWERS)

    def _one_phone(self, key: str) -> Phone | None:
        return next((one for one in self._sandbox.phones.all if one.key == key), None)

    def _event(self, rest: str, query: Mapping[str, str]) -> Response:
        found = next((one for one in self._events if one.id == rest), None)
        if found is None:
            return _missing()
        source = json.dumps(found.event, indent=2, ensure_ascii=False)
        return self._page(
            "event.html", query, f"stripe/{rest}", event=found, source=source, about=views.about(found),
            outcome=views.delivered(found), charge=money.charge_of(found.event),
        )  # fmt: skip

    def _run(self, rest: str, query: Mapping[str, str]) -> Response:
        found = next((one for one in self._sandbox.worker.runs if str(one.number) == rest), None)
        if found is None:
            return _missing()
        return self._page("run.html", query, f"runs/{rest}", run=found, took=views.milliseconds(found))

    def _charge(self, rest: str, query: Mapping[str, str]) -> Response:
        stripe = self._sandbox.stripe
        found = money.charge(stripe, rest)
        if found is None:
            return _missing()
        dispute = money.dispute_of(stripe, found)
        return self._page(
            "charge.html", query, f"charges/{rest}", charge=found, amount=money.amount(found),
            method=money.method(found), company=money.company(stripe, found), made_at=money.at(found),
            outcome=money.outcome(stripe, found), next=money.steps(stripe, found),
            refunds=[
                {"words": money.amount(one), "at": money.at(one), **one} for one in money.refunds_of(stripe, found)
            ],
            dispute={"words": money.amount(dispute), **dispute} if dispute else None,
        )  # fmt: skip

    def _page(self, template: str, query: Mapping[str, str], at: str = "", **values: Any) -> Response:
        return _html(_templates().get_template(template).render(**self._values(query, at), **values))

    def _values(self, query: Mapping[str, str], at: str) -> dict[str, Any]:
        sandbox, events, now = self._sandbox, self._events, self._sandbox.clock()
        show = query.get("show", "") if query.get("show", "") in views.TABS else ""
        armed = faults.armed(sandbox.stripe.faults)
        return {
            "sandbox": sandbox,
            "slug": people.SLUG,
            "at": at,
            "show": show,
            "tabs": views.TABS,
            "counts": views.counts(sandbox, events),
            "rows": views.rows(sandbox, events, show),
            "empty": views.EMPTY[show],
            "today": views.today(now),
            "ahead": views.ahead(sandbox.clock.ahead),
            "when": lambda at: views.when(at, now),
            "steps": STEPS,
            "faults": faults.BUTTONS,
            "armed": armed,
            "real_stripe": sandbox.real_stripe is not None,
        }

    # Doing

    def _post(self, request: Request, host: str) -> Response:
        if request.path == tenants.DESK_PATH:
            return self._operator(request, tenants.Wanted, tenants.create)
        if request.path == connections.DESK_PATH:
            return self._operator(request, connections.Wanted, connections.invite)
        site = request.headers.get("sec-fetch-site")
        ours = site == "same-origin" if site else request.headers.get("origin") == f"http://{host}"
        if not ours:
            return text(403, "Only the desk's own pages may post here.")
        form = defaultdict(str, parse_qsl(request.body))
        steps = {"/charges": self._step, "/texts": self._text_back, "/mail": self._befall}
        if request.path == "/time" and form["minutes"] in STEPS:
            with self._time:
                self._sandbox.pass_time(timedelta(minutes=int(form["minutes"])))
        elif request.path == "/faults" and form["fault"] in faults.BUTTONS:
            faults.BUTTONS[form["fault"]].arm(self._sandbox.stripe.faults)
        elif request.path == "/faults/none":
            self._sandbox.stripe.faults.clear()
        elif request.path in steps and steps[request.path](form):
            self._sandbox.settle()
        elif request.path == "/resend" and any(one.id == form["event"] for one in self._events):
            self._sandbox.stripe.resend(form["event"])
            self._sandbox.settle()
        else:
            return _missing()
        back = form["back"] or "/"
        return Response(303, b"", {**_HEADERS, "Location": back if is_local_path(back) else "/"})

    def _text_back(self, form: Mapping[str, str]) -> bool:
        """Answer a text from its phone's page."""
        phone = self._one_phone(form["phone"])
        if phone is None or form["words"] not in ANSWERS:
            return False
        self._sandbox.text_back(phone.number, form["words"])
        return True

    def _befall(self, form: Mapping[str, str]) -> bool:
        """Let happen to a mail what its page offers."""
        mail, what = self._one_mail(form["mail"]), next((one for one in OUTCOMES if one == form["outcome"]), None)
        if mail is None or what is None:
            return False
        self._sandbox.befall(mail, what)
        return True

    def _step(self, form: Mapping[str, str]) -> bool:
        """Do what a charge's page offers. Whether it was still on offer."""
        stripe = self._sandbox.stripe
        with stripe.engine.lock:
            found = money.charge(stripe, form["charge"])
            step = money.steps(stripe, found).get(form["step"]) if found else None
            if step is None or found is None:
                return False
            step.do(stripe, found)
        return True

    def _operator(self, request: Request, form: type[W], command: Callable[[Services, W], Answer]) -> Response:
        """`make tenant` and `make connect`. A browser can't send this: it would say which site it is on."""
        if "origin" in request.headers or "sec-fetch-site" in request.headers:
            return _json(403, {"error": "This is for the command line."})
        try:
            values = json.loads(request.body)
            wanted = form(**{name: str(value) for name, value in values.items()})
        except (ValueError, TypeError, AttributeError):
            return _json(400, {"error": "This is not what the operator's commands send."})
        with self._sandbox.lock:
            outcome = command(self._sandbox.world.services, wanted)
        return _json(200, outcome.as_json())


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


def _file(name: str) -> bytes:
    return (HERE / name).read_bytes()


def _style(name: str, query: Mapping[str, str]) -> Response:
    """The design system on one page, or one sample page or mail by its name."""
    if name:
        found = stylebook.samples().get(name)
        return _html(found, _STYLE_POLICY) if found else _missing()
    try:
        colour = check_colour("#" + query.get("colour", "2f6b3a").lstrip("#"))
    except Invalid:
        return text(422, "Give a colour as six digits: /style?colour=2f6b3a")
    return _html(stylebook.stylebook(colour), _STYLE_POLICY)


def _html(body: str, policy: str = _POLICY) -> Response:
    headers = {**_HEADERS, "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
    return Response(200, body.encode(), headers)


def _json(status: int, body: Mapping[str, Any]) -> Response:
    return Response(status, json.dumps(body).encode(), {**_HEADERS, "Content-Type": "application/json"})


def _attached(mail: Mail, place: str) -> Response:
    """A file that came with a mail, as a file: nothing of it is shown in place."""
    one = dict(enumerate(mail.files)).get(int(place)) if place.isdecimal() else None
    if one is None:
        return _missing()
    return Response(200, one.content, {**_HEADERS, "Content-Type": one.type,
                                       "Content-Disposition": f'attachment; filename="{one.name}"'})  # fmt: skip


def _missing() -> Response:
    return text(404, "There is nothing here. The desk is at /.")
