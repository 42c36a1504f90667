"""Words for tests about what is on file: a customer adds a card or bank account on Stripe's page, and looks again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.billing.actions import wallet
from chalicelib.billing.rules import Method
from chalicelib.billing.rules.methods import BillingDetails
from tests.builders import Person

BACK = "http://localhost:8000/evergreen/wallet"
INSTANT = "000123456789"
TYPED_IN = {
    "kind": "us_bank_account", "routing_number": "110000000", "account_number": "000222222227",
    "name": "Dana Whitfield",
}  # fmt: skip
TOLD = BillingDetails("Dana Whitfield", "12 Juniper Way", "", "Boulder", "CO", "80302", "US")


@dataclass
class Purse:
    """A customer's wallet, as the actions see it."""

    person: Person

    @property
    def world(self) -> Any:
        return self.person.company.world

    @property
    def stripe(self) -> Any:
        """What Stripe has on the connected account."""
        return self.world.stripe.state.world(self.person.company.company.stripe_account)

    @property
    def methods(self) -> tuple[Method, ...]:
        return wallet.shown(self.person.account)

    @property
    def names(self) -> list[str]:
        return [one.words for one in self.methods]

    @property
    def default(self) -> str:
        return next((one.words for one in self.methods if one.is_default), "")

    def named(self, last4: str) -> Method:
        return next(one for one in self.methods if one.last4 == last4)

    def opens(self, kind: Any = "card") -> str:
        return wallet.add(self.world.services, self.person.account, kind, BACK, BACK)

    def refresh(self) -> None:
        wallet.refresh(self.world.services, self.person.account)

    def adds(self, card: str = "4242424242424242") -> Method:
        """A card, by Stripe's page and back."""
        self.world.stripe.pay(self.opens(), card)
        self.refresh()
        return self.named(card[-4:])

    def adds_bank(self) -> Method:
        """A bank account that the customer signs in to."""
        self.world.stripe.pay(self.opens("bank"), bank=INSTANT)
        self.refresh()
        return self.named(INSTANT[-4:])

    def types_bank(self) -> Method:
        """A bank account by its numbers, which a micro-deposit has to prove."""
        self.world.stripe.browse(self.opens("bank"), TYPED_IN)
        self.refresh()
        return self.named("2227")

    def removes(self, method: Method) -> None:
        wallet.remove(self.world.services, self.person.account, method.id)

    def prefers(self, method: Method) -> None:
        wallet.make_default(self.world.services, self.person.account, method.id)

    def verifies(self, method: Method, code: str = "", *amounts: str) -> None:
        wallet.verify(self.world.services, self.person.account, method.id, code, amounts)

    def changes(self, method: Method, expiry: str = "04/29", told: BillingDetails = TOLD) -> None:
        wallet.update(self.world.services, self.person.account, method.id, expiry, told)

    def at_stripe(self, method: Method) -> dict[str, Any]:
        return dict(self.stripe.get("payment_method", method.id))

    def customers(self) -> list[dict[str, Any]]:
        """Stripe's customers on the company's account."""
        return list(self.stripe.all("customer"))
