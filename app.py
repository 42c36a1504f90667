"""Wiring only: the Chalice app, the features' routes, and the event handlers, one line each."""

import os

from chalice.app import Chalice, CloudWatchEvent, Cron, Rate, SQSEvent

from chalicelib import logs
from chalicelib.billing import portal as billing_portal
from chalicelib.billing import public as billing_public
from chalicelib.customers import portal as customers_portal
from chalicelib.customers import public as customers_public
from chalicelib.home import portal as home_portal
from chalicelib.leads.public import contact, widget, widget_files
from chalicelib.services import services
from chalicelib.settings import function_of, stage_of
from chalicelib.web import console, events, outermost, portal_doors
from chalicelib.web import public as web_public
from chalicelib.web.api import doors

logs.set_up(stage_of(os.environ), function_of(os.environ))
# Its own log would be printed twice, and by another pattern.
app = Chalice(app_name="porchlight", configure_logs=False)
app.register_middleware(outermost.around, "http")

for feature in (
    web_public,
    console,
    customers_public,
    customers_portal,
    billing_public,
    billing_portal,
    widget_files,
    widget,
    contact,
    home_portal,
):
    app.register_blueprint(feature.routes.blueprint())
app.register_blueprint(portal_doors.blueprint())
app.register_blueprint(doors.blueprint())


@app.on_sqs_message(queue=f"porchlight-{stage_of(os.environ)}-messages", batch_size=1, maximum_concurrency=10)
def send_messages(event: SQSEvent) -> None:
    events.send_messages(services(), event)


@app.on_sqs_message(queue=f"porchlight-{stage_of(os.environ)}-events", batch_size=1, maximum_concurrency=5)
def note_events(event: SQSEvent) -> None:
    events.note_events(services(), event)


@app.schedule(Rate(5, unit=Rate.MINUTES))
def sweep(event: CloudWatchEvent) -> None:
    events.sweep(services(), event)


@app.schedule(Cron(0, 8, "*", "*", "?", "*"))
def start_audits(event: CloudWatchEvent) -> None:
    events.start_audits(services())


@app.on_sqs_message(queue=f"porchlight-{stage_of(os.environ)}-audits", batch_size=1, maximum_concurrency=5)
def audit_company(event: SQSEvent) -> None:
    events.audit_company(services(), event)


@app.on_sqs_message(queue=f"porchlight-{stage_of(os.environ)}-jobs", batch_size=1)
def run_job(event: SQSEvent) -> None:
    events.run_job(services(), event)
