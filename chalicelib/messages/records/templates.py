"""What a company decides of the system templates: `template#<name>` beside its profile, one item a template."""

from __future__ import annotations

import json

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, put
from chalicelib.aws.store import Item, Key, Store
from chalicelib.messages.rules.template import Choice


class TemplateRow(TenantsRow):
    email = BooleanAttribute(null=True)
    sms = BooleanAttribute(null=True)
    texts = UnicodeAttribute(null=True)
    version = NumberAttribute()


def template_key(store: Store, name: str) -> Key:
    return store.company_key(f"template#{name}")


def to_choice(item: Item | None) -> Choice:
    if item is None:
        return Choice()
    return Choice(item.get("email"), item.get("sms"), json.loads(item.get("texts", "{}")), item["version"])


def choices(store: Store) -> dict[str, Choice]:
    """All that the company has decided, by the template's name."""
    found: dict[str, Choice] = {}
    after: dict[str, str] | None = None
    while True:
        # Long texts of all templates are more than DynamoDB reads at once.
        page = store.query("tenants", store.tenant, prefix="template#", limit=200, after=after, consistent=True)
        found |= {item["item"].removeprefix("template#"): to_choice(item) for item in page.items}
        if (after := page.last) is None:
            return found


def decide(store: Store, name: str, before: Choice, after: Choice) -> Write:
    """What holds from now on; fails if it was changed since `before` was read."""
    row = TemplateRow(
        store.tenant, f"template#{name}", email=after.email, sms=after.sms,
        texts=json.dumps(after.texts, ensure_ascii=False) if after.texts else None, version=before.version + 1,
    )  # fmt: skip
    unmoved = TemplateRow.version == before.version if before.version else TemplateRow.item.does_not_exist()
    return put(row, "template", unmoved)
