"""Put an invoice of any past on a customer's account, for measurements and tests: in any state, whatever is paid."""

from __future__ import annotations

from chalicelib.aws.store import Store
from chalicelib.billing import records, rules
from chalicelib.billing.rules import Details, Invoice
from chalicelib.customers import records as customers
from chalicelib.customers.rules import Sums


def issue(store: Store, customer: str, sums: Sums, invoice: Invoice, details: Details) -> Sums:
    """The invoice, and the sums with it, in one transaction. The sums after it."""
    writes = records.new_invoice(store, customer, invoice, details)
    if invoice.status == "draft":
        store.transact(*writes)
        return sums
    after = rules.move(sums, [], [invoice])
    store.transact(*writes, customers.change_sums(store, customer, sums, after))
    return after
