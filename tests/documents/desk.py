"""Who shares documents: uploads as S3 would let them through, and the API's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chalicelib.tenants.records import audit
from tests.builders import Company, Person
from tests.client import Answer, Client
from tests.documents.files import TYPES, pdf


@dataclass
class Desk:
    company: Company
    client: Client

    def uploads(self, content: bytes | None = None, ending: str = "pdf") -> str:
        """An upload that has arrived, whatever its form would have said of it."""
        form = self.client.post("/documents/uploads", {"content_type": TYPES[ending], "size": 1000})
        assert form.status == 201, form.text
        self.arrives(form.json["upload"], pdf() if content is None else content, ending)
        upload: str = form.json["upload"]
        return upload

    def arrives(self, upload: str, content: bytes, ending: str = "pdf") -> None:
        files = self.company.world.services.files.for_tenant(self.company.store.tenant)
        files.put(f"uploads/{upload}", content, TYPES[ending])

    def sends(
        self, customer: Person | None, content: bytes | None = None, ending: str = "pdf", upload: str = "", **more: Any
    ) -> Answer:
        """Share it with a customer, or with all."""
        fields = {"name": "Service agreement", "category": "contract", **more}
        upload = upload or self.uploads(content, ending)
        headers = {name: fields.pop(name) for name in ("idempotency_key",) if name in fields}
        return self.client.post(
            "/documents", {"upload": upload, "customer": customer.id if customer else None, **fields}, **headers
        )

    def shares(self, customer: Person | None, content: bytes | None = None, ending: str = "pdf", **more: Any) -> Any:
        answer = self.sends(customer, content, ending, **more)
        assert answer.status == 201, answer.text
        return answer.json

    def files(self, below: str = "documents/") -> list[str]:
        """What lies in the bucket, below the tenant."""
        files, root = self.company.world.services.files, f"{self.company.store.tenant}/"
        found = files.client.list_objects_v2(Bucket=files.bucket, Prefix=root + below).get("Contents", [])
        return [one["Key"].removeprefix(root) for one in found]

    def everything(self) -> list[str]:
        files = self.company.world.services.files
        return [one["Key"] for one in files.client.list_objects_v2(Bucket=files.bucket).get("Contents", [])]

    def trail(self) -> list[tuple[str, str]]:
        entries, _ = audit.entries(self.company.store, 100)
        return [(one.action, one.target) for one in entries if one.action.startswith("document.")]

    def outbox(self, person: Person) -> list[dict[str, Any]]:
        """The messages to a customer about documents."""
        partition = self.company.store.customer(person.id)
        rows = self.company.store.query("customers", partition, prefix="message#", limit=100).items
        return [row for row in rows if row["template"] == "document_shared"]


def signed(url: str) -> dict[str, str]:
    """What a presigned link says of the answer, and its path."""
    parts = urlsplit(url)
    return {"path": parts.path, **dict(parse_qsl(parts.query))}


def own(document: Any) -> str:
    """What a customer's addresses call it."""
    reference: str = document["id"] if document["customer"] is None else document["id"].partition("-")[2]
    return reference
