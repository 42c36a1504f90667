"""An admin turns something off or on, by the API."""

from __future__ import annotations

from typing import Any

from tests.client import Client


def switch(owner: Client, **parts: Any) -> None:
    """Change settings as they are now: `switch(owner, permissions={"invoices": False})`."""
    answer = owner.patch("/settings", parts, if_match=owner.get("/settings").headers["etag"])
    assert answer.status == 200, answer.text
