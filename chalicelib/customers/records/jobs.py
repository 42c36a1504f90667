"""Long work for a company, and how far it is: `job#<id>` in the tenants table."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.aws.rows import TenantsRow, Write, change, create
from chalicelib.aws.store import Item, Key, Store
from chalicelib.customers.rules.inviting import BulkInvite


class JobRow(TenantsRow):
    """`customers` is written once: it may be long."""

    created_at = UnicodeAttribute()
    customers = UnicodeAttribute(null=True)
    progress = UnicodeAttribute()
    version = NumberAttribute()


def job_key(store: Store, id: str) -> Key:
    return store.company_key(f"job#{id}")


def new_job(store: Store, job: BulkInvite) -> Write:
    named = json.dumps(job.customers) if job.customers is not None else None
    row = JobRow(
        store.tenant, f"job#{job.id}", created_at=job.created_at.isoformat(), customers=named, **_progress(job)
    )
    return create(row, "job")


def move_job(store: Store, before: BulkInvite, after: BulkInvite) -> Write:
    """The work a step further, if nobody else took that step."""
    row = JobRow(store.tenant, f"job#{before.id}")
    return change(row, "job", JobRow.version == before.version, **_progress(after))


def _progress(job: BulkInvite) -> dict[str, Any]:
    after = dict(job.after) if job.after else None
    told = [job.phase, job.total, job.place, after, job.sent, job.skipped, job.failed]
    return {"progress": json.dumps(told), "version": job.version}


def to_job(item: Item) -> BulkInvite:
    named = tuple(json.loads(item["customers"])) if "customers" in item else None
    phase, total, place, after, sent, skipped, failed = json.loads(item["progress"])
    return BulkInvite(
        item["item"].removeprefix("job#"), datetime.fromisoformat(item["created_at"]), named, phase, total, place,
        after, sent, skipped, failed, item["version"],
    )  # fmt: skip
