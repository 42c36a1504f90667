"""The nightly audit: does the money in ledger, sums, invoices, payments and at Stripe agree? It reports and repairs
nothing: a drift is somebody's mistake, and a person must see it.

The night only puts one message per company on a queue. A company is audited a page of customers at a time, each page's
findings kept in one row: whoever gets the message again goes on from there, and a company that is done is left alone.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from chalicelib import logs
from chalicelib.aws.store import ConditionFailed, Store
from chalicelib.billing.actions.comparing import Comparison
from chalicelib.billing.records import audits
from chalicelib.billing.rules.audit import Drift, Progress
from chalicelib.services import Services
from chalicelib.tenants.actions import companies
from chalicelib.tenants.rules import Company

log = logging.getLogger(__name__)

CUSTOMERS_A_PAGE = 25
# A page, or a Stripe account, must be through in this many seconds; with fewer left, another run goes on.
ENOUGH = 240
METRIC = "MoneyDrift"
# Where the night's summary lies, beside the tenants' own files: no tenant has this id.
PLATFORM = "platform"


def start(services: Services) -> int:
    """Have every company audited. How many. The same again tonight does no harm."""
    now = services.now()
    date, count = now.date().isoformat(), 0
    platform = services.tables.platform()
    try:
        platform.write(audits.new_night(date, now))
    except ConditionFailed:
        log.info("the audit of %s was begun before", date)
    for page in companies.every_company(services):
        services.audits.put_all([{"tenant": tenant, "date": date} for tenant in page])
        count += len(page)
    platform.write(audits.expect(date, count))
    _close(services, date)
    log.info("audit of %s: %d companies", date, count)
    return count


def company(services: Services, tenant: str, date: str, left: Callable[[], float]) -> bool:
    """Audit one company, or go on with it, while there is time: `left` tells how many seconds. Whether it is done.

    When time runs short the company goes back on the queue. Unavailable: neither the one nor the other, let the queue
    bring it again.
    """
    store = services.tables.for_tenant(tenant)
    progress = _begin(services, store, date)
    if progress.done:
        _close(services, date)  # whoever finished it may not have come to this
        return True
    of = companies.company_of(store)
    comparison = Comparison(services, store, of.currency, progress.since)
    while not _through(progress, of):
        step = _next_account(comparison, progress, of) if progress.listed else _next_page(store, comparison, progress)
        after = _keep(store, date, progress, step)
        if after is None:
            return False
        progress = after
        if left() < ENOUGH and not _through(progress, of):
            services.audits.put_all([{"tenant": tenant, "date": date}])
            log.info("audit of %s: to be continued after %d customers", tenant, progress.counts.get("customers", 0))
            return False
    _finish(services, store, of, date, progress)
    return True


def _begin(services: Services, store: Store, date: str) -> Progress:
    key = audits.audit_key(store, date)
    (item,) = store.get(key)
    if item is None:
        begun = Progress(services.now())
        try:
            store.write(audits.new_audit(store, date, begun))
            return begun
        except ConditionFailed:
            (item,) = store.get(key)
            assert item is not None
    return audits.to_progress(item)


def _through(progress: Progress, of: Company) -> bool:
    return progress.listed and not _accounts_left(progress, of)


def _accounts_left(progress: Progress, of: Company) -> list[str]:
    """The company's account now, and those of payments lately: it may have left one with a payment under way."""
    all = {*progress.accounts, of.stripe_account} - {""}
    return sorted(all - set(progress.compared))


def _next_page(store: Store, comparison: Comparison, progress: Progress) -> Progress:
    after = dict(progress.after) if progress.after else None
    ids, last = audits.customers_of(store, CUSTOMERS_A_PAGE, after)
    drifts: list[Drift] = []
    counts: Counter[str] = Counter()
    accounts = set(progress.accounts)
    for id in ids:
        found, counted, met = comparison.customer(id)
        drifts += found
        counts += counted
        accounts |= met
    return progress.with_findings(drifts, counts, after=last, listed=last is None, accounts=tuple(sorted(accounts)))


def _next_account(comparison: Comparison, progress: Progress, of: Company) -> Progress:
    account = _accounts_left(progress, of)[0]
    drifts, counts = comparison.account(account)
    said = {(one.customer, one.words) for one in progress.drifts}
    new = [one for one in drifts if (one.customer, one.words) not in said]
    return progress.with_findings(new, counts, compared=(*progress.compared, account))


def _keep(store: Store, date: str, before: Progress, after: Progress) -> Progress | None:
    """The step, written down; None if another run has gone on with this company."""
    after = replace(after, version=before.version + 1)
    try:
        store.write(audits.move_audit(store, date, before, after))
    except ConditionFailed:
        # The answer of our own success may have been lost and the write sent again.
        (item,) = store.get(audits.audit_key(store, date))
        if item is None or audits.to_progress(item) != after:
            log.info("audit of %s: another run goes on with it", store.tenant)
            return None
    return after


def _finish(services: Services, store: Store, of: Company, date: str, progress: Progress) -> None:
    """The report, the metric, and one company more for the night. Killed in between, all of it is done again: the
    report is the same file, and an alarm is better raised twice than not."""
    for one in progress.drifts:
        whose = logs.hashed(one.customer) if one.customer else "none"
        log.warning("drift at %s, customer %s: %s", store.tenant, whose, one.words)
    _put(services, store.tenant, date, _report(store, of, date, progress))
    services.metrics.count(METRIC, progress.drift, services.now(), tenant=store.tenant, date=date)
    done = replace(progress, done=True, version=progress.version + 1)
    try:
        services.tables.platform().transact(
            audits.move_audit(store, date, progress, done), audits.add_to_night(date, store.tenant, progress.drift)
        )
    except ConditionFailed:
        log.info("audit of %s: finished by another run", store.tenant)
    _close(services, date)
    counts = progress.counts
    log.info("audit of %s: %d customers, %d drifts", store.tenant, counts.get("customers", 0), progress.drift)


def _report(store: Store, of: Company, date: str, progress: Progress) -> dict[str, Any]:
    return {
        "date": date,
        "tenant": store.tenant,
        "company": of.slug,
        "began_at": progress.started_at.isoformat(),
        "stripe_since": progress.since.isoformat(),
        "compared": dict(progress.counts),
        "accounts": list(progress.compared),
        "drift": progress.drift,
        "drifts": [asdict(one) for one in progress.drifts],
    }


def _close(services: Services, date: str) -> None:
    """Once all companies are through, the night's summary. Whoever is last writes it; two that are write the same."""
    (night,) = services.tables.platform().get(audits.night_key(date))
    if night is None or night.get("expected") != night.get("companies", 0):
        return
    summary = {
        "date": date,
        "companies": night["expected"],
        "drift": night.get("drift", 0),
        "drifting": sorted(night.get("drifting", ())),
    }
    _put(services, PLATFORM, date, summary)
    log.info("audit of %s is through: %d companies, %d drifts", date, summary["companies"], summary["drift"])


def _put(services: Services, owner: str, date: str, report: Mapping[str, Any]) -> None:
    content = json.dumps(report, indent=2, ensure_ascii=False).encode()
    services.files.for_tenant(owner).put(f"audit/{date}.json", content, "application/json")
