"""The log: what its lines say of a request or a run, that they say nothing of anybody's, and what counts itself."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

import app as wiring
from chalicelib import logs
from chalicelib.aws.metrics import Metrics
from chalicelib.errors import Unreachable
from chalicelib.web.events import Broken
from sandbox.world import queued
from tests.browser import REQUEST, Browser, call
from tests.builders import Company
from tests.client import Client

ONE, OTHER = "01M84WF0W0HS1Y0ESZFCCHJBM0", "01M84WF0W0HS1Y0ESZFCCHJBM3"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()


class Printer(logging.Handler):
    """Writes as Lambda does."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []
        self.setFormatter(logs.Lines("prod", "porchlight-prod"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))

    def ended(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["message"] == "ended"]


@pytest.fixture
def printed() -> Iterator[Printer]:
    root, printer = logging.getLogger(), Printer()
    levels = {name: logging.getLogger(name).level for name in ("chalicelib", "porchlight")}
    root.addHandler(printer)
    for name in levels:
        logging.getLogger(name).setLevel(logging.INFO)
    yield printer
    root.removeHandler(printer)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def a_record(message: str, *values: object, level: int = logging.INFO, error: BaseException | None = None) -> Any:
    told = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("chalicelib.billing", level, "x.py", 1, message, values, told)
    made.created = NOON
    return made


def a_line(*arguments: Any, **more: Any) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(logs.Lines("prod", "porchlight-prod").format(a_record(*arguments, **more)))
    return line


# A line


def test_a_line_says_when_where_and_what() -> None:
    assert a_line("payment %s of %d", "p1", 3) == {
        "time": "2026-11-23T12:00:00.000+00:00", "level": "INFO", "logger": "chalicelib.billing",
        "message": "payment p1 of 3", "stage": "prod", "function": "porchlight-prod",
    }  # fmt: skip


def test_a_line_is_one_line_whatever_is_in_it() -> None:
    text = logs.Lines("prod", "f").format(a_record("two\nlines, and an é"))
    assert "\n" not in text and json.loads(text)["message"] == "two\nlines, and an é"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("to dana@example.com, please", "to [address], please"),
        ("?login=dana%40example.com", "?login=[address]"),
        ("called +13035550142 twice", "called [number] twice"),
        ("called (303) 555-0142 twice", "called [number] twice"),
        ("card 4242 4242 4242 4242 declined", "card [number] declined"),
        ("by sk_live_51Habc or whsec_abc", "by [key] or [key]"),
        ("pi_3Q_secret_abc", "[key]"),
        ("token " + "aB3-" * 10 + "xyz", "token [key]"),
        ("Bearer abc.def", "[key]"),
        (f"Query of {ONE}#{OTHER}", f"Query of {ONE}#{logs.hashed(OTHER)}"),
        ("see https://portal.example/evergreen/l/Ab3dEf", "see https://portal.example/[path]"),
    ],
)
def test_what_is_somebodys_is_not_in_a_line(said: str, left: str) -> None:
    assert a_line("%s", said)["message"] == left


@pytest.mark.parametrize(
    "said",
    [
        "audit of 2026-11-23: 12 companies, 0 drifts",
        "message booking-01JDABCDEFGHJKMNPQRSTVWXYZ-reminder-by-text of 01JDABCDEFGHJKMNPQRSTVWXYZ",
        "event evt_1QabcdEFGHijklMNOPqrstUV of acct_1Qabcdefghijklmn",
        "request 5fd4d1a4-3c3b-4d0e-9d3c-1f8f2a0f6b11",
    ],
)
def test_our_own_names_stay(said: str) -> None:
    assert a_line("%s", said)["message"] == said


def test_an_error_is_told_with_what_it_came_of_and_where() -> None:
    def read(name: str) -> int:
        return int(name)

    try:
        try:
            read("Dana Whitfield")
        except ValueError as error:
            raise RuntimeError("no reading of dana@example.com") from error
    except RuntimeError as error:
        line = a_line("unexpected", level=logging.ERROR, error=error)
    first, cause = line["exception"]
    assert (first["type"], first["message"]) == ("builtins.RuntimeError", "no reading of [address]")
    assert cause["message"] == "invalid literal for int() with base 10: '…'"
    assert cause["at"][-1].endswith(" read") and "test_logs.py" in cause["at"][-1]
    assert "Dana" not in json.dumps(line)


def test_an_error_that_quotes_the_code_is_told_whole() -> None:
    try:
        None.invoices  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError as error:
        line = a_line("unexpected", level=logging.ERROR, error=error)
    assert line["exception"][0]["message"] == "'NoneType' object has no attribute 'invoices'"


def test_an_error_counts_itself_and_a_warning_does_not() -> None:
    line = a_line("unexpected", level=logging.ERROR)
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert line["_aws"]["Timestamp"] == NOON * 1000 and (line["Stage"], line["Errors"]) == ("prod", 1)
    assert told == {
        "Namespace": "Porchlight", "Dimensions": [["Stage"]], "Metrics": [{"Name": "Errors", "Unit": "Count"}],
    }  # fmt: skip
    assert "_aws" not in a_line("later", level=logging.WARNING)


# In Lambda


@contextmanager
def a_fresh_process() -> Iterator[logging.Logger]:
    """Nobody listens to the log yet, pytest neither."""
    root = logging.getLogger()
    kept, root.handlers = root.handlers, []
    levels = {name: logging.getLogger(name).level for name in ("chalicelib", "porchlight")}
    try:
        yield root
    finally:
        root.handlers = kept
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


class Runtimes(logging.Handler):
    """As awslambdaric's: no stream's, so it ends no line, and it knows the run."""

    def __init__(self) -> None:
        super().__init__()
        self.written = ""

    def emit(self, record: logging.LogRecord) -> None:
        record.aws_request_id = "run-1"
        self.written += self.format(record)


def test_in_lambda_the_runtimes_own_handler_writes_our_lines() -> None:
    handler = Runtimes()
    with a_fresh_process() as root:
        root.addHandler(handler)
        logs.set_up("prod", "porchlight-prod-sweep")
        logging.getLogger("chalicelib.billing").info("one")
        logging.getLogger("botocore").info("nobody's business")
        logging.getLogger("botocore").warning("two")
    lines = [json.loads(line) for line in handler.written.splitlines()]
    assert [(line["message"], line["run"], line["function"]) for line in lines] == [
        ("one", "run-1", "porchlight-prod-sweep"), ("two", "run-1", "porchlight-prod-sweep"),
    ]  # fmt: skip


def test_where_nobody_listens_it_goes_to_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    with a_fresh_process():
        logs.set_up("prod", "porchlight-prod")
        logging.getLogger("porchlight").error("one")
    assert json.loads(capsys.readouterr().out)["message"] == "one"


def test_elsewhere_nothing_is_changed() -> None:
    with a_fresh_process() as root:
        logs.set_up("local", "")
        assert root.handlers == []


def test_chalice_has_no_log_of_its_own() -> None:
    assert wiring.app.log.handlers == [] and wiring.app.log.propagate


# Requests


def test_a_request_has_its_line(evergreen: Company, browser: Browser, printed: Printer) -> None:
    dana = evergreen.customer()
    invoice = dana.invoice(12_000)
    browser.sign_in("evergreen")
    printed.lines.clear()
    browser.get(f"/evergreen/invoices/{invoice.id}?from=dana@example.com")
    (line,) = printed.ended()
    assert (line["request"], line["route"], line["status"]) == (REQUEST, "GET /{slug}/invoices/{id}", 200)
    assert (line["tenant"], line["customer"]) == (evergreen.store.tenant, logs.hashed(dana.id))
    assert line["ms"] >= 0 and line["logger"] == "porchlight.ended"
    said = json.dumps(printed.lines)
    for somebodys in (
        dana.id,
        invoice.id,
        "dana@",
        "Dana",
        "203.0.113",
        browser.jar[("porchlight_session", "/evergreen")],
    ):
        assert somebodys not in said


def test_a_links_token_is_in_no_line(evergreen: Company, browser: Browser, printed: Printer) -> None:
    token = "x" * 43
    browser.get(f"/evergreen/link/{token}")
    assert [line["route"] for line in printed.ended()] == ["GET /{slug}/link/{token}"]
    assert token not in json.dumps(printed.lines)


def test_who_was_there_before_is_not_in_the_next_line(
    evergreen: Company, bluewave: Company, browser: Browser, printed: Printer
) -> None:
    evergreen.customer()
    browser.sign_in("evergreen")
    browser.get("/evergreen")
    printed.lines.clear()
    Browser(browser.app, browser.world).get("/bluewave/sign-in")
    browser.get("/")
    visitor, nobody = printed.ended()
    assert visitor["tenant"] == bluewave.store.tenant and "customer" not in visitor
    assert "tenant" not in nobody and "customer" not in nobody
    assert logs.here() == {}


def test_a_call_of_the_api_has_its_line(evergreen: Company, printed: Printer) -> None:
    client = evergreen.admin()
    printed.lines.clear()
    client.get("/invoices?limit=5")
    (line,) = printed.ended()
    assert (line["route"], line["status"], line["tenant"]) == ("GET /api/v1/invoices", 200, evergreen.store.tenant)
    assert client.token not in json.dumps(printed.lines)


def test_another_thread_goes_on_with_it(printed: Printer) -> None:
    log = logging.getLogger("chalicelib.importing")
    with logs.during("POST /import", "r1"):
        logs.about(tenant="t1")
        with ThreadPoolExecutor(1, initializer=logs.follow, initargs=(logs.here(),)) as pool:
            pool.submit(log.info, "a line of it").result()
    assert [(line["request"], line["tenant"]) for line in printed.lines] == [("r1", "t1")] * 2


# The reference


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("what nobody foresaw")

    for name in ("chalicelib.home.actions.look", "chalicelib.tenants.admin.settings.present"):
        monkeypatch.setattr(name, breaks)


def test_an_error_page_shows_what_the_log_has_it_by(
    evergreen: Company, browser: Browser, broken: None, printed: Printer
) -> None:
    dana = evergreen.customer()
    page = browser.sign_in("evergreen")
    assert page.status == 500 and f"Reference: {REQUEST}" in page.text
    assert page.headers["x-request-id"] == REQUEST
    (line,) = [line for line in printed.lines if line["level"] == "ERROR"]
    assert (line["request"], line["route"], line["Errors"]) == (REQUEST, "GET /{slug}", 1)
    assert (line["tenant"], line["customer"]) == (evergreen.store.tenant, logs.hashed(dana.id))
    assert line["exception"][0]["type"] == "builtins.ZeroDivisionError"
    assert any(at.startswith("chalicelib/web/routes.py:") for at in line["exception"][0]["at"])


@pytest.mark.parametrize(
    "path", ["/evergreen/nonsense", "/nobodys/portal", "/evergreen/link/unknown", "/evergreen/sign-in/link/unknown"]
)
@pytest.mark.parametrize(("language", "word"), [("en", "Reference"), ("es", "Referencia")])
def test_so_does_every_page_that_is_a_dead_end(
    evergreen: Company, browser: Browser, path: str, language: str, word: str
) -> None:
    page = Browser(browser.app, browser.world, language=language).get(path)
    assert page.status in (404, 410) and f"{word}: {REQUEST}" in page.text


def test_pages_where_nothing_is_wrong_show_none(evergreen: Company, browser: Browser) -> None:
    evergreen.customer()
    for page in (browser.get("/"), browser.get("/evergreen/sign-in"), browser.sign_in("evergreen")):
        assert page.status == 200 and REQUEST not in page.html
        assert page.headers["x-request-id"] == REQUEST


def test_problems_name_their_request(evergreen: Company, broken: None, printed: Printer) -> None:
    client = evergreen.admin()
    for answer, status in ((client.get("/settings"), 500), (client.get("/invoices/nothing"), 404)):
        assert answer.status == status and answer.headers["x-request-id"] == REQUEST
        assert answer.json["instance"] == f"urn:porchlight:request:{REQUEST}"
    (line,) = [line for line in printed.lines if line["level"] == "ERROR"]
    assert (line["request"], line["tenant"]) == (REQUEST, evergreen.store.tenant)


def test_so_do_the_widgets(evergreen: Company) -> None:
    answer = call(wiring.app, "GET", "/widget/v1/nobody", {}, {}, None, "203.0.113.7")
    assert json.loads(answer["body"])["instance"] == f"urn:porchlight:request:{REQUEST}"


def test_chalices_own_refusal_has_it_too(evergreen: Company, printed: Printer) -> None:
    answer = call(wiring.app, "POST", "/evergreen/sign-in", {}, {"content-type": "text/csv"}, "a,b", "203.0.113.7")
    assert answer["statusCode"] == 415 and answer["headers"]["X-Request-Id"] == REQUEST
    assert json.loads(answer["body"])["Reference"] == REQUEST
    assert printed.ended()[0]["status"] == 415


def test_without_a_gateway_each_request_gets_a_number(evergreen: Company, browser: Browser) -> None:
    event = {
        "requestContext": {"httpMethod": "GET", "resourcePath": "/", "identity": {"sourceIp": "192.0.2.1"}},
        "headers": {}, "multiValueQueryStringParameters": None, "pathParameters": None, "stageVariables": None,
        "body": None, "isBase64Encoded": False, "path": "/",
    }  # fmt: skip
    one, other = (browser.app(json.loads(json.dumps(event)), None)["headers"]["X-Request-Id"] for _ in range(2))
    assert one != other and len(one) == 32


# Runs without a request


@pytest.fixture
def asked(evergreen: Company, browser: Browser) -> dict[str, Any]:
    """A code was asked for: its message is on the queue, and this is the queue's event of it."""
    evergreen.customer()
    browser.get("/evergreen/sign-in/code")
    browser.post("/evergreen/sign-in/code", {"login": "dana@example.com", "next": "/"})
    (body,) = queued(browser.world.outputs)
    return {"Records": [{"body": json.dumps(body), "receiptHandle": "r"}]}


def test_a_message_of_a_queue_has_its_line(evergreen: Company, asked: dict[str, Any], printed: Printer) -> None:
    printed.lines.clear()
    wiring.send_messages(asked, None)
    (line,) = printed.ended()
    body = json.loads(asked["Records"][0]["body"])
    assert (line["route"], line["tenant"]) == ("send_messages", evergreen.store.tenant)
    assert line["customer"] == logs.hashed(body["customer"]) and "failed" not in line
    assert "dana" not in json.dumps(printed.lines).lower() and logs.here() == {}


def test_what_breaks_a_run_is_told_and_lambda_prints_nothing_of_it(
    asked: dict[str, Any], printed: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ValueError("not an address: dana@example.com")

    monkeypatch.setattr("chalicelib.messages.actions.planning.plan", breaks)
    with pytest.raises(Broken) as raised:
        wiring.send_messages(asked, None)
    assert "dana" not in str(raised.value) and isinstance(raised.value.__cause__, ValueError)
    error, end = printed.lines[-2:]
    assert (error["level"], error["exception"][0]["message"]) == ("ERROR", "not an address: [address]")
    assert end["failed"] == "ValueError"


def test_what_is_to_be_tried_again_is_no_error(
    asked: dict[str, Any], printed: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise Unreachable()

    monkeypatch.setattr("chalicelib.messages.actions.planning.plan", unreachable)
    with pytest.raises(Unreachable):
        wiring.send_messages(asked, None)
    assert {line["level"] for line in printed.lines} == {"WARNING", "INFO"}


# What is counted


def counts(company: Company) -> list[dict[str, Any]]:
    """The lines for CloudWatch from now on."""
    lines: list[dict[str, Any]] = []
    company.world.services.metrics = Metrics("test", lambda line: lines.append(json.loads(line)))
    return lines


def test_a_service_that_does_not_answer_is_counted(
    evergreen: Company, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise Unreachable()

    evergreen.customer()
    browser.sign_in("evergreen")
    lines = counts(evergreen)
    browser.get("/evergreen/nonsense")
    assert lines == []
    monkeypatch.setattr("chalicelib.home.actions.look", unreachable)
    assert browser.get("/evergreen").status == 424
    assert [(line["Unreachable"], line["request"]) for line in lines] == [(1, REQUEST)]


def test_a_message_that_nobody_will_try_again_is_counted(
    evergreen: Company, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.aws.mail import Refused, SesMail

    def refused(*_: object) -> None:
        raise Refused("not an address: dana@example.com")

    monkeypatch.setattr(SesMail, "send", refused)
    lines = counts(evergreen)
    wiring.send_messages(asked, None)
    wiring.send_messages(asked, None)
    assert [(line["MessagesFailed"], line["tenant"]) for line in lines] == [(1, evergreen.store.tenant)]
    assert "dana" not in json.dumps(lines)


def test_the_reference_of_an_api_is_in_its_document(evergreen: Company) -> None:
    document = Client(evergreen.world).get
    told = call(wiring.app, "GET", "/api/openapi.json", {}, {}, None, "203.0.113.7")
    assert "instance" in json.loads(told["body"])["components"]["schemas"]["Problem"]["properties"]
    assert document("/settings").json["instance"].endswith(REQUEST)
