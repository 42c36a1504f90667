"""What Porchlight costs to run: our counted calls at AWS's published prices (`operate_prices.py`).

**A visit** is a customer who opens the link in a mail, presses "Continue as Dana", sees the first page, opens the list
of invoices and looks at one: five requests to the Lambda. It is the first of this browser, so it fetches the style
sheet, the script and the icon too, which CloudFront has. No free allowance is taken off, and the mail that brought the
link is counted by itself: companies send those whether or not anybody comes.

**A visit that pays** goes on: the form, the charge of the saved card, the page that says thank you, Stripe's events of
it, and the receipt by e-mail, with what SES tells of that mail. Stripe's own fee is the company's and not in it.

Requests, units and bytes are exact. The Lambda's time is what our code and botocore take on this machine, three times,
and what others take to answer, as below; that is little beside the gateway's price, so it need not be exact.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.house import INVOICES
from bench.operate_prices import PRICES
from bench.operate_visit import EACH_LINE, Runner, Step, Visit, runner, totals
from bench.table import Figure, at_most, shown

GOAL = 0.03
VISITS = 1_000
ROUNDS, PAID = 5, 4
# 1,769 MB are one processor, so 1,024 MB are 0.58 of one; and theirs is taken as nearly half as fast as this one.
SLOWER = 3
# Seconds that botocore takes for a call of its own on this machine (house.botocore_call_*), and others to answer.
BOTOCORE = 0.00035
WAITS = {"dynamodb": 0.006, "dynamodb.TransactWriteItems": 0.02, "sqs": 0.015, "sesv2": 0.1, "s3": 0.05}
STRIPE = 1.0
# One start in so many requests is cold; a start is billed, takes this long, and decrypts the secrets.
COLD, COLD_SECONDS, SECRETS = 1 / 100, 1.2, 5
MEMORY_GB = 1.0
# What Lambda writes around each run (START, END, REPORT) beside our own lines, which are measured.
PLATFORM_LINES = 300 + 3 * EACH_LINE
# What a browser's or Stripe's request carries to CloudFront and on, besides a form.
REQUEST_HEADERS = 700
# Those that start a function: messages, events, audits, jobs.
QUEUES = 4
# Those of chalicelib/aws/metrics.py, the errors and the drift.
METRICS = 6

Parts = dict[str, float]


def measure() -> list[Figure]:
    with runner() as made:
        visits = [made.browse() for _ in range(ROUNDS)]
        paid = [_paid(made, age) for age in range(PAID)]
        mails = [made.mail() for _ in range(ROUNDS)]
        audit = made.audit()
    visit, payment, mail = (_typical(every) for every in (visits, paid, mails))
    charge = Visit([one for one in payment.steps if one.request])
    parts, sending = cost(visit), cost(mail)
    paying = {name: parts[name] + dollars for name, dollars in cost(payment).items()}
    used, cdn = visit.used(), sum(parts[name] for name in ("CloudFront requests", "CloudFront bytes"))
    requests = ", ".join(one.name for one in visit.steps)
    return [
        at_most("operate.cost_of_1000_visits", sum(parts.values()), GOAL, "$", f"no payment; {_words(parts)}"),
        shown(
            "operate.cost_of_1000_visits_small", sum(parts.values()) - cdn, "$",
            "the same while CloudFront's allowance lasts that never ends (10 million requests and 1 TB a month: some "
            "1,250,000 visits)",
        ),
        shown("operate.cost_of_1000_paying_visits", sum(paying.values()), "$", f"with the receipt; {_words(paying)}"),
        shown("operate.cost_of_1000_mails", sum(sending.values()), "$", f"a link by e-mail; {_words(sending)}"),
        shown("operate.visit_requests", len(visit.steps), "requests", f"to the Lambda: {requests}"),
        shown("operate.visit_read_units", used.reads, "units", "worked out from the items"),
        shown("operate.visit_write_units", used.writes, "units", "that the link was used"),
        shown("operate.payment_write_units", payment.used().writes, "units", "charge, Stripe's events and receipt"),
        shown("operate.visit_lambda_ms", _seconds(visit.steps) * 1e3, "ms", "of all its requests, billed"),
        shown("operate.mail_write_units", mail.used().writes, "units", "posted, sent, sent and delivered noted"),
        shown(
            "operate.mail_task_writes", mail.used().listed["by_task"], "writes",
            "of those, to the sweep's list, which is one key for all companies: 1,000 a second is all it takes",
        ),
        shown("operate.payment_task_writes", charge.used().listed["by_task"], "writes", "likewise, without its mail"),
        shown(
            "operate.audit_read_units", audit.used().reads, "units",
            f"one customer's books, {INVOICES} invoices and {PAID} payments: {sum(audit.used().calls.values())} calls",
        ),
        shown("operate.idle_month", sum(idle().values()), "$", f"while nobody comes; {_words(idle())}"),
    ]  # fmt: skip


def _paid(made: Runner, age: int) -> Visit:
    paid = made.pay(age)
    receipt = made.receipt()
    return Visit([*paid.steps, *receipt.steps])


def _typical(every: Sequence[Visit]) -> Visit:
    """The last one, each step with the median of its seconds; the first of a process is much slower, and no guide."""
    last = every[-1]
    for place, step in enumerate(last.steps):
        step.seconds = median(one.steps[place].seconds for one in every)
    return last


def cost(visit: Visit) -> Parts:
    """Dollars for a thousand of these, by what they are for."""
    calls, steps = visit.used().calls, visit.steps
    requests = [one for one in steps if one.request]
    runs = [one for one in steps if one.name in ("send", "note")]
    noted = sum(one.name == "note" for one in runs)
    # A message is received and deleted by Lambda's poller; an event is put there by SNS first.
    queue = totals(calls, "sqs.SendMessage") + 2 * len(runs) + noted
    mails = totals(calls, "sesv2.SendEmail")
    used: dict[str, list[tuple[str, float]]] = {
        "gateway": [("gateway_request", len(requests))],
        "Lambda": [
            ("lambda_request", len(steps)),
            ("lambda_gb_second", _seconds(steps) * MEMORY_GB),
            ("key_request", COLD * SECRETS * len(steps)),
        ],
        "DynamoDB": [("read_unit", visit.used().reads), ("write_unit", visit.used().writes)],
        "CloudFront requests": [("cdn_request", len(requests) + len(visit.files))],
        "CloudFront bytes": [
            ("cdn_byte", sum(one.sent for one in requests) + sum(visit.files.values())),
            ("cdn_byte_to_origin", sum(one.received + REQUEST_HEADERS for one in requests)),
        ],
        "logs": [("log_byte", sum(PLATFORM_LINES + one.logged for one in steps))],
        "mail": [("mail", mails), ("topic_publish", noted)],
        "queues": [("queue_request", queue)],
        "files": [("file_put", totals(calls, "s3.PutObject")), ("file_get", totals(calls, "s3.GetObject"))],
    }
    return {part: VISITS * sum(PRICES[name].of(much) for name, much in uses) for part, uses in used.items()}


def _seconds(steps: Sequence[Step]) -> float:
    """What the Lambda bills for these. A mail is posted by a run that is there anyhow; it is counted all the same."""
    total = 0.0
    for one in steps:
        calls = one.used.calls
        waits = sum(count * WAITS.get(name, WAITS.get(name.partition(".")[0], 0)) for name, count in calls.items())
        ours = (one.seconds + BOTOCORE * sum(calls.values())) * SLOWER
        total += ours + waits + one.stripe * STRIPE + COLD * COLD_SECONDS
    return total


def idle() -> Parts:
    """Dollars a month while nobody comes: Lambda looks at the queues all the time, the sweep runs."""
    alarms, dashboards = _watchers()
    polls = QUEUES * 5 * 30 * 24 * 3600 / 20  # five pollers each, each asks for 20 seconds
    sweeps = 30 * 24 * 12
    return {
        "queues looked at": PRICES["queue_request"].of(polls),
        "alarms": 0.10 * alarms,
        "dashboard": 3.0 * dashboards,
        "our own metrics": 0.30 * METRICS,
        "the sweep": PRICES["lambda_gb_second"].of(sweeps * 0.1)
        + PRICES["lambda_request"].of(sweeps)
        + PRICES["read_unit"].of(4 * 0.5 * sweeps),
    }


def _watchers() -> tuple[int, int]:
    """How many metrics are watched by the template's alarms, and how many dashboards it makes."""
    alarms = dashboards = 0
    for path in (Path(__file__).parent.parent / "infra").rglob("*.json"):
        for one in json.loads(path.read_text(encoding="utf-8")).get("Resources", {}).values():
            if one.get("Type") == "AWS::CloudWatch::Alarm":
                alarms += sum("MetricStat" in part for part in one["Properties"].get("Metrics", ())) or 1
            dashboards += one.get("Type") == "AWS::CloudWatch::Dashboard"
    return alarms, dashboards


def _words(parts: Parts) -> str:
    """'0.0175 gateway + 0.0080 CloudFront requests', the dearest first."""
    return " + ".join(
        f"{parts[one]:.4f} {one}" for one in sorted(parts, key=lambda part: -parts[part]) if parts[one] >= 5e-5
    )
