"""The post office of tests: messages put into the outbox, the queues worked off, what AWS has to tell delivered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import app as wiring
from chalicelib.messages import actions, records
from chalicelib.messages.records import suppressions, templates
from chalicelib.messages.records.suppressions import Suppression
from chalicelib.messages.rules import Message
from chalicelib.messages.rules.template import Choice
from sandbox import happenings
from sandbox.happenings import What
from sandbox.world import World, queued, sent_mail, sent_texts
from tests.builders import Company, Person

PHONE, NUMBER = "(303) 555-0142", "+13035550142"


@dataclass
class Post:
    """One company's messages to one customer."""

    company: Company
    person: Person
    told: list[Any] = field(default_factory=list)
    """The mails of which AWS has told what became of them."""

    @property
    def world(self) -> World:
        return self.company.world

    def post(self, id: str = "one", template: str = "portal_link", **values: Any) -> str:
        """A message in the outbox, and the worker told of it."""
        store, services = self.company.store, self.world.services
        message = Message(id, template, **{"to": "dana@example.com", "language": "en", "path": "/", **values})
        store.write(records.new_message(store, self.person.id, message, services.now()))
        actions.hand_over(services, store, self.person.id, id)
        return id

    def deliver(self, id: str = "one") -> None:
        actions.deliver(self.world.services, self.company.store.tenant, self.person.id, id)

    def work(self) -> None:
        """All that is on the queue, as Lambda takes it: one by one, through app.py."""
        while bodies := queued(self.world.outputs):
            for body in bodies:
                wiring.send_messages(record(body), None)

    def tell(self, what: What, id: str = "one", address: str = "dana@example.com", **more: str) -> None:
        """SES tells what became of a mail, and it is noted."""
        happenings.befell(self.world, self.company.store.tenant, self.person.id, id, address, what, **more)
        self.note()

    def note(self) -> None:
        for body in queued(self.world.outputs, "EventsQueueUrl"):
            wiring.note_events(record(body), None)

    def sms(self, on: bool = True, template: str = "portal_link") -> None:
        """The company turns the SMS of a template on."""
        store = self.company.store
        before = templates.choices(store).get(template, Choice())
        after = Choice(before.email, on, before.texts, before.version)
        store.write(templates.decide(store, template, before, after))

    def row(self, id: str = "one") -> dict[str, Any]:
        item = records.read(self.company.store, self.person.id, id)
        assert item is not None, f"there is no message {id}"
        return item

    def state(self, id: str = "one") -> tuple[str, str]:
        """Its state, and what became of it."""
        row = self.row(id)
        return row["state"], row.get("outcome", "")

    def stopped(self, address: str = "dana@example.com") -> Suppression | None:
        return suppressions.find(self.company.store, suppressions.suppression_id(address))

    @property
    def mails(self) -> int:
        return len(sent_mail())

    @property
    def texts(self) -> list[tuple[str, str]]:
        return sent_texts()


def record(body: Any) -> dict[str, Any]:
    """As Lambda brings what SQS had."""
    return {"Records": [{"body": json.dumps(body), "receiptHandle": "handle"}]}
