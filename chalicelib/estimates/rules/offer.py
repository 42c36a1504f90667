"""What was decided on, kept with the decision: its paper is drawn from this, whatever becomes of the estimate, the
customer and the company since. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.customers.rules import Customer
from chalicelib.estimates.rules.estimate import Details, Estimate
from chalicelib.tenants.rules import Company


@dataclass(frozen=True, slots=True)
class Party:
    """A name and an address, as they were."""

    name: str
    address: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """An estimate just before it was decided; who offered it to whom; and the language in which that was read."""

    estimate: Estimate
    details: Details
    language: str
    company: Party
    customer: Party

    def parties(self, company: Company, customer: Customer) -> tuple[Company, Customer]:
        """Company and customer as they are now, under the names and addresses of then."""
        return (
            replace(company, name=self.company.name, address=self.company.address),
            replace(customer, name=self.customer.name, address=self.customer.address),
        )


def offered(company: Company, customer: Customer, estimate: Estimate, details: Details, language: str = "") -> Offer:
    """What is being decided on. `language` is the reader's, '' where nobody reads: then the customer's."""
    return Offer(
        estimate, details, language or customer.language or company.locale[:2],
        Party(company.name, company.address), Party(customer.name, customer.address),
    )  # fmt: skip
