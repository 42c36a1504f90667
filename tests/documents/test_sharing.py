"""Documents by the API: shared, read, changed, listed, taken away, sent."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.customers.records import profile
from chalicelib.messages.records import suppressions
from tests.billing.wire import Wire
from tests.builders import Company, Person
from tests.client import Client
from tests.conftest import Clock
from tests.customers.records import comes_between
from tests.documents.desk import Desk
from tests.documents.files import pdf
from tests.tenants.pictures import picture


def test_a_file_is_shared_with_one_customer(desk: Desk, dana: Person) -> None:
    made = desk.shares(dana, name="  Service\tagreement ", filename="agreement 2027.PDF", external_id="doc-1")
    assert made == {
        "id": made["id"], "external_id": "doc-1", "customer": dana.id, "customer_name": "Dana Whitfield",
        "name": "Service agreement", "filename": "agreement 2027.pdf", "category": "contract",
        "type": "application/pdf", "size": len(pdf()), "inline": True, "shared_at": "2026-11-23T19:00:00+00:00",
        "visible_from": "2026-11-23", "visible_until": None, "visible": True,
    }  # fmt: skip
    assert made["id"].startswith(f"{dana.id}-")
    assert desk.client.get(f"/documents/{made['id']}").json == desk.client.get("/documents/ext:doc-1").json == made
    assert desk.trail() == [("document.share", made["id"])]
    assert desk.outbox(dana) == []


def test_or_with_all(desk: Desk, dana: Person) -> None:
    made = desk.shares(None, name="How to prepare")
    assert (made["customer"], made["customer_name"]) == (None, "") and made["id"].startswith("everyone-")
    assert desk.client.get(f"/documents/{made['id']}").json == made
    (place,) = desk.files()
    assert place.startswith("documents/everyone/")


def test_by_the_companys_own_id_of_the_customer(desk: Desk) -> None:
    desk.client.put("/customers/ext:1042", {"name": "Lee Park"})
    body = {"upload": desk.uploads(), "name": "Label", "category": "label", "customer": "ext:1042"}
    assert desk.client.post("/documents", body).json["customer_name"] == "Lee Park"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": " \u200b "}, "#/name"),
        ({"name": "x" * 121}, "#/name"),
        ({"name": ""}, "#/name"),
        ({"category": "invoice"}, "#/category"),
        ({"visible_from": "2026-02-30"}, "#/visible_from"),
        ({"visible_from": "1999-12-31"}, "#/visible_from"),
        ({"visible_until": "9999-12-31"}, "#/visible_until"),
        ({"visible_until": "2026-11-22"}, "#/visible_until"),
        ({"visible_from": "2026-11-24", "notify": True}, "#/notify"),
        ({"external_id": "a b"}, "#/external_id"),
        ({"customer": "01JDCV0000000000000000NOPE"}, "#/customer"),
        ({"customer": "ext:nobody"}, "#/customer"),
        ({"customer": "everyone"}, "#/customer"),
    ],
)
def test_what_can_not_be_is_named(desk: Desk, dana: Person, wrong: dict[str, Any], pointer: str) -> None:
    body = {"upload": desk.uploads(), "name": "x", "category": "other", "customer": dana.id, **wrong}
    answer = desk.client.post("/documents", body)
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert desk.files() == []


def test_the_same_upload_again_is_the_same_document(desk: Desk, dana: Person) -> None:
    upload = desk.uploads()
    first = desk.sends(dana, upload=upload, notify=True).json
    again = desk.sends(dana, upload=upload, name="Another name", notify=True).json
    assert again == first and len(desk.files()) == 1 and len(desk.outbox(dana)) == 1
    assert [action for action, _ in desk.trail()] == ["document.share"]
    otto = desk.company.customer("Otto Brandt", email="otto@example.com")
    assert desk.sends(otto, upload=upload).json["id"] != first["id"]


def test_who_was_not_told_is_told_when_it_is_shared_again_for_that(desk: Desk, dana: Person) -> None:
    upload = desk.uploads()
    first = desk.sends(dana, upload=upload).json
    assert desk.outbox(dana) == []
    for _ in range(2):
        assert desk.sends(dana, upload=upload, notify=True).json == first
    (message,) = desk.outbox(dana)
    assert message["item"] == f"message#document-{upload}"
    assert [action for action, _ in desk.trail()] == ["document.tell", "document.share"]


def test_before_its_first_day_nobody_is_told_of_it_afterwards(desk: Desk, dana: Person) -> None:
    upload = desk.uploads()
    desk.sends(dana, upload=upload, visible_from="2026-11-24")
    answer = desk.sends(dana, upload=upload, notify=True)
    assert (answer.status, answer.kind) == (409, "not-visible") and desk.outbox(dana) == []


def test_who_shares_without_telling_just_before_is_not_the_last_word(desk: Desk, dana: Person, wire: Wire) -> None:
    upload = desk.uploads()
    comes_between(wire, "TransactWriteItems", lambda: desk.shares(dana, upload=upload))
    desk.shares(dana, upload=upload, notify=True)
    assert len(desk.outbox(dana)) == 1


def test_a_name_has_nothing_in_it_that_nobody_sees(desk: Desk, dana: Person) -> None:
    assert desk.shares(dana, name="Safe\u202e\u2066ty\u200b sheet")["name"] == "Safety sheet"
    nothing = desk.sends(dana, name="\u200b\u3164")
    assert (nothing.status, nothing.json["errors"][0]["pointer"]) == (422, "#/name")


def test_an_id_of_ones_own_is_of_one_document(desk: Desk, dana: Person) -> None:
    desk.shares(dana, external_id="doc-1")
    for answer in (
        desk.sends(None, external_id="doc-1"),
        desk.client.patch(f"/documents/{desk.shares(dana)['id']}", {"external_id": "doc-1"}),
    ):
        assert (answer.status, answer.kind) == (409, "external-id-taken")
    assert desk.client.patch("/documents/ext:doc-1", {"external_id": None}).json["external_id"] is None
    assert desk.client.get("/documents/ext:doc-1").status == 404
    assert desk.shares(None, external_id="doc-1")["external_id"] == "doc-1"


def test_what_it_is_called_and_when_it_is_seen_can_change(desk: Desk, dana: Person) -> None:
    made = desk.shares(dana)
    changed = {"name": "Agreement", "filename": "a.exe", "category": "report", "visible_until": "2026-12-31"}
    after = desk.client.patch(f"/documents/{made['id']}", changed)
    assert after.status == 200 and after.json == {**made, **changed, "filename": "a.pdf"}
    assert desk.client.patch(f"/documents/{made['id']}", changed).json == after.json
    assert desk.client.patch(f"/documents/{made['id']}", {}).json == after.json
    ended = desk.client.patch(f"/documents/{made['id']}", {"visible_until": None, "visible_from": "2026-11-24"}).json
    assert (ended["visible_until"], ended["visible"]) == (None, False)
    assert [action for action, _ in desk.trail()] == ["document.change", "document.change", "document.share"]
    wrong = desk.client.patch(f"/documents/{made['id']}", {"visible_until": "2026-11-01"})
    assert (wrong.status, wrong.json["errors"][0]["pointer"]) == (422, "#/visible_until")
    assert desk.client.patch(f"/documents/{made['id']}", {"customer": "x"}).status == 422


def test_it_can_be_taken_away_with_its_file(desk: Desk, dana: Person) -> None:
    made = desk.shares(dana, external_id="doc-1", notify=True)
    assert len(desk.files()) == 1
    assert desk.client.delete(f"/documents/{made['id']}").status == 204
    assert (
        desk.client.delete(f"/documents/{made['id']}").status == desk.client.get("/documents/ext:doc-1").status == 404
    )
    assert desk.files() == [] and desk.client.get("/documents").json["items"] == []
    assert [action for action, _ in desk.trail()] == ["document.delete", "document.share"]
    assert [row["state"] for row in desk.outbox(dana)] == ["skipped"]


def test_another_companys_documents_are_not_there(desk: Desk, dana: Person, bluewave: Company) -> None:
    ruth = bluewave.customer("Ruth Vance", email="ruth@example.com")
    theirs = Desk(bluewave, bluewave.admin())
    hers, everyones = theirs.shares(ruth, external_id="doc-1"), theirs.shares(None)
    mixed = f"{dana.id}-{hers['id'].partition('-')[2]}"
    before = theirs.everything()
    for id in (hers["id"], everyones["id"], "ext:doc-1", mixed, "everyone-01JD0000000000000000000000", "everyone"):
        client, missing = desk.client, desk.client.get("/documents/nothing")
        answers = (
            client.get(f"/documents/{id}"), client.get(f"/documents/{id}/file"), client.delete(f"/documents/{id}"),
            client.patch(f"/documents/{id}", {"name": "Mine"}), client.post(f"/documents/{id}/deliveries", {}),
        )  # fmt: skip
        assert {answer.text for answer in answers} == {missing.text} and missing.status == 404
    assert desk.client.get(f"/documents?customer={ruth.id}").json["items"] == []
    assert desk.client.get("/documents?customer=everyone").json["items"] == []
    assert theirs.everything() == before


# The company's list


def names(client: Client, query: str = "", **more: Any) -> list[str]:
    """All of a list, page after page."""
    found, cursor = [], ""
    while True:
        answer = client.get(f"/documents?{query}&cursor={cursor}")
        assert answer.status == 200
        found += [one["name"] for one in answer.json["items"]]
        cursor = answer.json["next"]
        if not cursor:
            return found


def test_the_list_is_of_all_or_of_one_or_of_everyone(desk: Desk, dana: Person, clock: Clock) -> None:
    otto = desk.company.customer("Otto Brandt", email="otto@example.com")
    for number, person in enumerate((dana, otto, None, dana)):
        desk.shares(person, name=f"{number}", category="label" if number % 2 else "contract")
        clock.forward(minutes=1)
    assert names(desk.client) == names(desk.client, "limit=1") == ["3", "2", "1", "0"]
    assert names(desk.client, f"customer={dana.id}") == names(desk.client, f"customer={dana.id}&limit=1") == ["3", "0"]
    assert names(desk.client, "customer=everyone") == ["2"]
    assert names(desk.client, "category=label") == names(desk.client, "category=label&limit=1") == ["3", "1"]
    assert names(desk.client, f"category=label&customer={otto.id}") == ["1"]
    first = desk.client.get("/documents?limit=2").json
    assert [one["customer_name"] for one in first["items"]] == ["Dana Whitfield", ""]
    wrong = desk.client.get(f"/documents?category=label&cursor={first['next']}")
    assert (wrong.status, wrong.json["errors"][0]["pointer"]) == (422, "?cursor")


@pytest.mark.parametrize(
    ("query", "calls"), [("", 2), ("category=contract", 2), ("customer={dana}", 2), ("customer=everyone", 1)]
)
def test_a_page_takes_as_many_calls_at_any_size(
    desk: Desk, dana: Person, wire: Wire, clock: Clock, query: str, calls: int
) -> None:
    def taken() -> int:
        wire.calls.clear()
        assert desk.client.get(f"/documents?{query.format(dana=dana.id)}").status == 200
        # Who calls is counted elsewhere, and so is the customer that a query names.
        return len(wire.of("dynamodb")) - 2 - query.startswith("customer={")

    desk.shares(dana), desk.shares(None)
    assert taken() == calls
    for number in range(40):
        clock.forward(seconds=1)
        desk.shares(dana if number % 2 else None)
    assert taken() == calls


# Sent


def test_the_customer_gets_a_link_to_it(desk: Desk, dana: Person) -> None:
    made = desk.shares(dana, category="safety_sheet", name="Termidor SC")
    answer = desk.client.post(f"/documents/{made['id']}/deliveries", {})
    assert (answer.status, answer.json) == (202, {"to": "dana@example.com"})
    (row,) = desk.outbox(dana)
    assert row["item"].startswith("message#link-")
    assert f'"/documents/{made["id"].partition("-")[2]}"' in row["body"] and '"Safety sheet"' in row["body"]
    assert desk.trail()[0] == ("document.send", made["id"])


def test_sharing_tells_them_if_it_shall(desk: Desk, dana: Person) -> None:
    made = desk.shares(dana, notify=True)
    (row,) = desk.outbox(dana)
    assert row["item"] == f"message#document-{made['id'].partition('-')[2]}" and row["state"] == "pending"


@pytest.mark.parametrize(
    ("how", "kind"),
    [("off", "portal-off"), ("hidden", "documents-hidden"), ("no access", "access-off"), ("nowhere", "no-address")],
)
def test_nobody_is_told_of_what_they_could_not_see(desk: Desk, dana: Person, how: str, kind: str) -> None:
    made, store = desk.shares(dana), desk.company.store
    if how == "off":
        desk.client.patch("/settings", {"portal": {"on": False}}, if_match='"0"')
    elif how == "hidden":
        desk.client.patch("/settings", {"permissions": {"documents": False}}, if_match='"0"')
    elif how == "no access":
        store.write(profile.change_profile(store, dana.id, access=False))
    else:
        store.write(profile.change_profile(store, dana.id, emails="[]", contacts="[]"))
    sent = desk.client.post(f"/documents/{made['id']}/deliveries", {})
    shared = desk.sends(dana, notify=True)
    assert (sent.status, sent.kind) == (shared.status, shared.kind) == (409, kind)
    assert desk.outbox(dana) == [] and len(desk.files()) == 1


def test_nor_where_mail_is_stopped_or_it_is_not_its_day(desk: Desk, dana: Person, clock: Clock) -> None:
    made = desk.shares(dana, visible_until="2026-11-23")
    store, then = desk.company.store, "2026-11-20T08:00:00+00:00"
    place = f"/documents/{made['id']}/deliveries"
    assert desk.client.post(place, {"to": "otto@example.com"}).json["errors"][0]["pointer"] == "#/to"
    assert desk.client.post(place, {"by": "sms"}).kind == "no-phone"
    store.write(suppressions.suppress(store, "dana@example.com", "bounced", "550", then, dana.id, "invite-1"))
    assert desk.client.post(place, {}).kind == "suppressed"
    clock.forward(hours=12)
    answer = desk.company.admin().post(place, {})
    assert (answer.status, answer.kind) == (409, "not-visible")


def test_what_all_share_is_sent_to_nobody_alone(desk: Desk) -> None:
    made = desk.shares(None)
    answer = desk.client.post(f"/documents/{made['id']}/deliveries", {})
    assert (answer.status, answer.kind) == (409, "shared-with-all")


def test_ids_of_ones_own_are_kept_apart_from_those_of_invoices(desk: Desk, dana: Person) -> None:
    """One id of the company's own may be an invoice's and a document's."""
    lines = [{"description": "x", "unit_price": 100}]
    invoice = {"customer": dana.id, "number": "1", "issued_on": "2026-11-20", "due_on": "2026-12-04", "lines": lines}
    assert desk.client.put("/invoices/ext:77", invoice).status == 201
    made = desk.shares(dana, picture(), "png", external_id="77", category="photo")
    assert desk.client.get("/documents/ext:77").json["id"] == made["id"]
