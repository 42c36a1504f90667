"""What the company does with a lead: its status, spam or not, notes; who and when, once, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.leads.records import leads
from chalicelib.leads.rules.lead import Event
from chalicelib.messages import records as outbox
from chalicelib.messages.rules import Message
from chalicelib.services import new_ulid
from chalicelib.tenants.rules.access import Actor
from tests.billing.wire import FAULTS, Call, Fault, Killed, Wire, forgetting
from tests.builders import Company
from tests.client import Answer, Client
from tests.conftest import Clock
from tests.leads.inbox import names

NOBODYS = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def trail(owner: Client) -> list[tuple[str, str, str, list[tuple[str, Any, Any]]]]:
    """What the audit trail tells of leads, newest first: who, what, which, from what to what."""
    return [
        (one["actor"]["id"], one["action"], one["target"],
         [(change["field"], change["old"], change["new"]) for change in one["changes"]])
        for one in owner.get("/audit?limit=100").json["items"]
        if one["action"].startswith("lead.")
    ]  # fmt: skip


def history(detail: Any) -> list[str]:
    """A lead's history, oldest first: 'new > won' or the note."""
    return [one["text"] or f"{one['old']} > {one['new']}" for one in reversed(detail["history"])]


def test_a_status_with_who_and_when(owner: Client, evergreen: Company, clock: Clock) -> None:
    lead = evergreen.lead()
    clock.forward(minutes=5)
    detail = owner.put(f"/leads/{lead.id}/status", {"status": "contacted"}).json
    assert detail["lead"]["status"] == "contacted"
    (event,) = detail["history"]
    assert {name: value for name, value in event.items() if name != "id"} == {
        "at": "2026-11-23T19:05:00+00:00", "kind": "status", "old": "new", "new": "contacted", "text": "",
        "by": {"kind": "admin", "id": "owner@evergreen.example", "name": "owner@evergreen.example"},
    }  # fmt: skip
    assert owner.get(f"/leads/{lead.id}").json == detail
    assert trail(owner) == [
        ("owner@evergreen.example", "lead.status", lead.id, [("status", "new", "contacted")]),
    ]  # fmt: skip
    assert names(owner, "status=new") == [] and names(owner, "status=contacted") == ["Nora Beck"]


def test_any_status_after_any_other_in_the_order_of_what_happened(owner: Client, evergreen: Company) -> None:
    """All in one moment: the clock stands still."""
    lead = evergreen.lead()
    for status in ("won", "lost", "new", "contacted", "won", "new"):
        detail = owner.put(f"/leads/{lead.id}/status", {"status": status}).json
    assert history(detail) == [
        "new > won", "won > lost", "lost > new", "new > contacted", "contacted > won", "won > new",
    ]  # fmt: skip
    assert len(trail(owner)) == 6


@pytest.mark.parametrize(("path", "body"), [("status", {"status": "new"}), ("spam", {"spam": False})])
def test_what_is_so_already_is_not_written(
    owner: Client, evergreen: Company, wire: Wire, path: str, body: dict[str, Any]
) -> None:
    lead = evergreen.lead()
    wire.calls.clear()
    assert owner.put(f"/leads/{lead.id}/{path}", body).json["history"] == []
    assert wire.of("dynamodb TransactWriteItems") == [] and trail(owner) == []
    assert leads.lead(evergreen.store, lead.id) == lead


def test_spam_or_not_and_its_status_stays(owner: Client, evergreen: Company) -> None:
    lead = evergreen.lead("Rita Moss", spam=True, reasons=("links",), status="contacted")
    assert (names(owner), names(owner, "spam=true")) == ([], ["Rita Moss"])
    detail = owner.put(f"/leads/{lead.id}/spam", {"spam": False}).json
    assert (detail["lead"]["spam"], detail["lead"]["status"]) == (False, "contacted")
    assert detail["lead"]["reasons"] == ["links"], "why it was suspected stays known"
    assert names(owner, "status=contacted") == ["Rita Moss"] and names(owner, "spam=true") == []
    detail = owner.put(f"/leads/{lead.id}/spam", {"spam": True}).json
    assert history(detail) == ["true > false", "false > true"]
    assert (names(owner), names(owner, "spam=true")) == ([], ["Rita Moss"])
    assert [one[3] for one in trail(owner)] == [[("spam", False, True)], [("spam", True, False)]]


def test_a_suspected_one_can_be_worked_on(owner: Client, evergreen: Company) -> None:
    lead = evergreen.lead(spam=True)
    owner.put(f"/leads/{lead.id}/status", {"status": "won"})
    assert names(owner, "spam=true&status=won") == ["Nora Beck"] and names(owner) == []


def test_notes(owner: Client, evergreen: Company) -> None:
    lead = evergreen.lead()
    assert owner.post(f"/leads/{lead.id}/notes", {"text": "  Called.\nWants a quote. "}).status == 201
    detail = owner.post(f"/leads/{lead.id}/notes", {"text": "Sent it: 240.00"}).json
    assert history(detail) == ["Called.\nWants a quote.", "Sent it: 240.00"]
    assert {one["kind"] for one in detail["history"]} == {"note"}
    assert [one[1:] for one in trail(owner)] == [("lead.note", lead.id, [])] * 2, "the trail does not repeat it"
    assert detail["lead"]["status"] == "new"


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "This can't be empty. Fill it in."), (" \n", "This note is empty. Write something."),
     ("\u200b \u202e\n\ufeff", "This note is empty. Write something."),
     ("x" * 4_001, "Use 4,000 characters or fewer."),
     ("a\x00b", "A text can't hold control characters. Take them out.")],
)  # fmt: skip
def test_what_is_no_note(owner: Client, evergreen: Company, text: str, told: str) -> None:
    lead = evergreen.lead()
    answer = owner.post(f"/leads/{lead.id}/notes", {"text": text})
    assert (answer.status, answer.json["errors"]) == (422, [{"pointer": "#/text", "detail": told}])
    assert owner.get(f"/leads/{lead.id}").json["history"] == []


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [("status", {"status": "spam"}, "'spam' is none of the choices: contacted, lost, new, won."),
     ("status", {}, "“status” is missing. Add it."), ("spam", {"spam": "no"}, "Send true or false.")],
)  # fmt: skip
def test_what_is_no_change(owner: Client, evergreen: Company, path: str, body: Any, told: str) -> None:
    answer = owner.put(f"/leads/{evergreen.lead().id}/{path}", body)
    assert (answer.status, answer.json["detail"], answer.json["errors"][0]["pointer"]) == (422, told, f"#/{path}")


def test_the_newest_of_a_long_history_are_shown(owner: Client, evergreen: Company, clock: Clock) -> None:
    lead = evergreen.lead()
    by = Actor("admin", "owner@evergreen.example", "owner@evergreen.example")
    for number in range(leads.MOST_EVENTS + 5):
        clock.forward(seconds=1)
        note = Event(new_ulid(clock()), clock().isoformat(), by, number, "note", text=f"Note {number}")
        evergreen.store.write(leads.new_event(evergreen.store, lead.id, note))
    detail = owner.get(f"/leads/{lead.id}").json
    assert history(detail) == [f"Note {number}" for number in range(5, leads.MOST_EVENTS + 5)]


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [("pending", "", "pending"), ("sent", "", "sent"), ("failed", "No such domain.", "failed"),
     ("skipped", "Mail to this address is stopped: bounced.", "failed")],
)  # fmt: skip
def test_the_mail_about_it(owner: Client, evergreen: Company, clock: Clock, state: Any, reason: str, told: str) -> None:
    lead, store = evergreen.lead(), evergreen.store
    assert owner.get(f"/leads/{lead.id}").json["mail"] is None
    home, message = leads.home(lead.id), Message(f"new-lead-{lead.id}", "new_lead", "desk@evergreen.example", "en")
    store.write(outbox.new_message(store, home, message, clock()))
    if state != "pending":
        store.write(outbox.finish(store, home, message.id, state, reason or None))
    mail = owner.get(f"/leads/{lead.id}").json["mail"]
    assert mail == {"to": "desk@evergreen.example", "state": told, "reason": reason}


# Who


def calls(client: Client, id: str) -> list[Answer]:
    """All that can be done with a lead."""
    return [
        client.get(f"/leads/{id}"),
        client.put(f"/leads/{id}/status", {"status": "won"}),
        client.put(f"/leads/{id}/spam", {"spam": True}),
        client.post(f"/leads/{id}/notes", {"text": "Hello"}),
    ]


def test_another_companys_and_nobodys_are_the_same_404(owner: Client, bluewave: Company, evergreen: Company) -> None:
    theirs = bluewave.lead("Somebody else's")
    mine = evergreen.lead()
    for id in (theirs.id, NOBODYS, f"lead-{mine.id}", f"{mine.id}%23x", "x", "%00", "x" * 290):
        answers = calls(owner, id)
        assert {(one.status, one.text) for one in answers} == {(404, answers[0].text)}, id
    assert bluewave.admin().get(f"/leads/{theirs.id}").json["history"] == []
    assert leads.lead(bluewave.store, theirs.id) == theirs


def test_who_may_only_read_reads(evergreen: Company, owner: Client) -> None:
    lead = evergreen.lead()
    reader = evergreen.admin("reader@evergreen.example", "read-only")
    assert [one.status for one in calls(reader, lead.id)] == [200, 403, 403, 403]
    assert reader.get("/leads").status == reader.get("/leads/export").status == 200


def test_keys_by_their_scopes(evergreen: Company, owner: Client) -> None:
    lead = evergreen.lead()

    def key(*scopes: str) -> Client:
        made = owner.post("/keys", {"name": "Dispatch board", "scopes": scopes})
        return Client(evergreen.world, made.json["key"])

    assert [one.status for one in calls(key("leads:read"), lead.id)] == [200, 403, 403, 403]
    assert [one.status for one in calls(key("customers:read", "settings:write"), lead.id)] == [403] * 4
    assert [one.status for one in calls(key("leads:write"), lead.id)] == [403, 200, 200, 201]
    detail = owner.get(f"/leads/{lead.id}").json
    assert {(one["by"]["kind"], one["by"]["name"]) for one in detail["history"]} == {("key", "Dispatch board")}


# Two at once


def cut_in(wire: Wire, does: Callable[[], object], times: int = 1) -> None:
    """Somebody else does this just before the next transaction, so many times."""
    left = [times]

    def plan(_: int, call: Call) -> None:
        if call.what == "dynamodb TransactWriteItems" and left[0]:
            left[0] -= 1
            wire.plan = lambda *_: None
            does()
            wire.plan = plan  # type: ignore[assignment]

    wire.plan = plan  # type: ignore[assignment]


@pytest.fixture
def other(evergreen: Company) -> Client:
    return evergreen.admin("sam@evergreen.example")


def test_two_statuses_at_once_are_both_recorded_and_the_last_stands(
    owner: Client, other: Client, evergreen: Company, wire: Wire
) -> None:
    lead = evergreen.lead()
    cut_in(wire, lambda: other.put(f"/leads/{lead.id}/status", {"status": "contacted"}))
    detail = owner.put(f"/leads/{lead.id}/status", {"status": "won"}).json
    assert detail["lead"]["status"] == "won"
    assert history(detail) == ["new > contacted", "contacted > won"]
    assert [one["by"]["id"] for one in detail["history"]] == ["owner@evergreen.example", "sam@evergreen.example"]
    assert [(one[0], one[3]) for one in sorted(trail(owner))] == [
        ("owner@evergreen.example", [("status", "contacted", "won")]),
        ("sam@evergreen.example", [("status", "new", "contacted")]),
    ]


def test_a_status_and_a_note_and_spam_at_once(owner: Client, other: Client, evergreen: Company, wire: Wire) -> None:
    lead = evergreen.lead()

    def others() -> None:
        other.post(f"/leads/{lead.id}/notes", {"text": "I am on it"})
        other.put(f"/leads/{lead.id}/spam", {"spam": True})

    cut_in(wire, others)
    detail = owner.put(f"/leads/{lead.id}/status", {"status": "lost"}).json
    assert history(detail) == ["I am on it", "false > true", "new > lost"]
    assert (detail["lead"]["status"], detail["lead"]["spam"]) == ("lost", True)
    assert names(owner, "spam=true&status=lost") == ["Nora Beck"] and len(trail(owner)) == 3


def test_two_notes_at_once(owner: Client, other: Client, evergreen: Company, wire: Wire) -> None:
    lead = evergreen.lead()
    cut_in(wire, lambda: other.post(f"/leads/{lead.id}/notes", {"text": "First"}))
    assert history(owner.post(f"/leads/{lead.id}/notes", {"text": "Second"}).json) == ["First", "Second"]


def test_two_who_do_the_same_do_it_once(owner: Client, other: Client, evergreen: Company, wire: Wire) -> None:
    lead = evergreen.lead()
    cut_in(wire, lambda: other.put(f"/leads/{lead.id}/status", {"status": "won"}))
    detail = owner.put(f"/leads/{lead.id}/status", {"status": "won"}).json
    assert history(detail) == ["new > won"] and len(trail(owner)) == 1


def test_somebody_who_is_always_too_late_is_told_to_try_again(
    owner: Client, other: Client, evergreen: Company, wire: Wire
) -> None:
    lead, turns = evergreen.lead(), ["won", "lost"] * 50
    cut_in(wire, lambda: other.put(f"/leads/{lead.id}/status", {"status": turns.pop()}), times=50)
    answer = owner.put(f"/leads/{lead.id}/status", {"status": "contacted"})
    assert (answer.status, answer.kind) == (503, "unavailable")
    wire.heal()
    assert "contacted" not in "".join(history(owner.get(f"/leads/{lead.id}").json))


# Whatever goes wrong

WORK: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "status": ("PUT", "status", {"status": "won"}, "new > won"),
    "spam": ("PUT", "spam", {"spam": True}, "false > true"),
    "note": ("POST", "notes", {"text": "Called back"}, "Called back"),
}


@pytest.mark.parametrize("what", WORK)
def test_what_is_sent_again_is_done_once(
    owner: Client, evergreen: Company, wire: Wire, clock: Clock, what: str
) -> None:
    method, path, body, told = WORK[what]
    lead = evergreen.lead()

    def sends() -> Answer:
        return owner.send(method, f"/leads/{lead.id}/{path}", body, idempotency_key="once-1")

    with forgetting(evergreen.world):
        wire.calls.clear()
        assert history(sends().json) == [told]
        steps = list(wire.calls)
    faults: list[tuple[int, Fault]] = [(number, fault) for number in range(2, len(steps)) for fault in FAULTS]
    assert len(faults) >= 24
    began = clock.time
    for number, fault in faults:
        with forgetting(evergreen.world):
            clock.time = began
            wire.calls.clear()
            wire.fails(number, fault)
            try:
                first = sends().status
            except Killed:
                first = 0
            wire.heal()
            why = f"{fault} at call {number}, {steps[number].what}"
            done = history(owner.get(f"/leads/{lead.id}").json)
            assert done in ([told], []) and (first >= 300 or not first or done), why
            clock.forward(minutes=2)
            again = sends()
            assert again.status in (200, 201), why
            assert history(again.json) == [told] and len(trail(owner)) == 1, why
            assert history(owner.get(f"/leads/{lead.id}").json) == [told], why


def test_a_change_takes_few_calls(owner: Client, evergreen: Company, wire: Wire) -> None:
    lead = evergreen.lead()
    wire.calls.clear()
    owner.put(f"/leads/{lead.id}/status", {"status": "won"})
    asked = [one.what.removeprefix("dynamodb ") for one in wire.calls[2:]]
    assert asked == ["BatchGetItem", "TransactWriteItems", "BatchGetItem", "BatchGetItem", "Query"]
    (transaction,) = wire.of("dynamodb TransactWriteItems")
    assert transaction.items == 3
