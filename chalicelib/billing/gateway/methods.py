"""Saved methods at Stripe: what a customer has on file with a company, and what may be changed of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from chalicelib.billing.gateway.calls import StripeCalls, why
from chalicelib.billing.gateway.shapes import Payer, Refused
from chalicelib.billing.rules import Method
from chalicelib.billing.rules.methods import TRIES, BillingDetails, Deposit, MethodKind
from chalicelib.errors import Unreachable
from chalicelib.tokens import fingerprint

log = logging.getLogger(__name__)

# How long a micro-deposit can be answered (docs.stripe.com/payments/ach-direct-debit): days, at least.
DEPOSIT_LIFE = timedelta(days=10)
_TYPES: dict[MethodKind, str] = {"card": "card", "bank": "us_bank_account"}
_DEPOSITS: dict[str, Deposit] = {"descriptor_code": "code", "amounts": "amounts"}
_DEPOSIT_ERROR = "payment_method_microdeposit_"
_FORGOTTEN = "forgotten"


class Methods(StripeCalls):
    def new_customer(self, payer: Payer, name: str) -> str:
        """The id of a customer made on the connected account. Asked twice, by two tabs or after a lost answer, it is
        the same one: the key is the customer's, with the name and address sent along, as Stripe wants for a key."""
        told = {"name": name, "metadata": _metadata(payer)} | ({"email": payer.email} if payer.email else {})
        key = f"{payer.tenant}.{payer.customer}.customer.{fingerprint(f'{name} {payer.email}')[:16]}"
        made = self._do(
            lambda: self._stripe.v1.customers.create(
                cast(Any, told), {"stripe_account": payer.account, "idempotency_key": key}
            )
        )
        return str(made["id"])

    def owner_of(self, account: str, stripe_customer: str) -> tuple[str, str]:
        """The tenant and customer whom Stripe's customer stands for; ('', '') for one that is not of our making."""
        try:
            found = self._do(
                lambda: self._stripe.v1.customers.retrieve(stripe_customer, {}, {"stripe_account": account})
            )
        except Refused:
            return "", ""
        named = found.get("metadata") or {}
        return named.get("tenant", ""), named.get("customer", "")

    def saved_methods(self, account: str, stripe_customer: str) -> Sequence[Method]:
        """A customer's saved cards and bank accounts, the default marked, the newest first; with them the accounts
        that are not verified, which Stripe keeps with their setup intents. Unreachable: nobody can tell now."""
        where: Any = {"stripe_account": account}
        api = self._stripe.v1
        try:
            found = self._do(lambda: api.customers.payment_methods.list(stripe_customer, {"limit": 100}, where))
            customer = self._do(lambda: api.customers.retrieve(stripe_customer, {}, where))
            setups = self._do(
                lambda: api.setup_intents.list(
                    {"customer": stripe_customer, "limit": 100, "expand": ["data.payment_method"]}, where
                )
            )
        except Refused as refused:
            log.error("Stripe would not show what is on file at %s: %s", account, refused.code)
            raise Unreachable() from refused
        default = (customer.get("invoice_settings") or {}).get("default_payment_method")
        ready = [one for raw in found["data"] if (one := _method(raw, raw["id"] == default))]
        return [*ready, *_unproven(setups["data"], {_number(raw) for raw in found["data"]})]

    def open_setup(self, payer: Payer, kind: MethodKind, currency: str, success_url: str, cancel_url: str) -> str:
        """The address of a Checkout page that saves a card or bank account; no number of one ever touches us.

        A bank account is verified at once where the customer signs in at their bank, else by a micro-deposit."""
        told: dict[str, Any] = {
            "mode": "setup",
            "customer": payer.stripe_customer,
            "currency": currency.lower(),
            "allowed_payment_method_types": [_TYPES[kind]],
            "metadata": _metadata(payer),
            "setup_intent_data": {"metadata": _metadata(payer)},
            "success_url": success_url,
            "cancel_url": cancel_url,
        }
        if kind == "bank":
            told["payment_method_options"] = {"us_bank_account": {"verification_method": "automatic"}}
        made = self._do(
            lambda: self._stripe.v1.checkout.sessions.create(cast(Any, told), {"stripe_account": payer.account})
        )
        return str(made["url"])

    def set_default(self, account: str, stripe_customer: str, method_id: str) -> None:
        self._do(
            lambda: self._stripe.v1.customers.update(
                stripe_customer,
                {"invoice_settings": {"default_payment_method": method_id}},
                {"stripe_account": account},
            )
        )

    def billing_of(self, account: str, method_id: str) -> BillingDetails:
        """The name and address Stripe has of a method. Refused: it has no such method any more."""
        found = self._do(lambda: self._stripe.v1.payment_methods.retrieve(method_id, {}, {"stripe_account": account}))
        told = found.get("billing_details") or {}
        address = {name: value or "" for name, value in (told.get("address") or {}).items()}
        return BillingDetails(
            told.get("name") or "", address.get("line1", ""), address.get("line2", ""), address.get("city", ""),
            address.get("state", ""), address.get("postal_code", ""), address.get("country", ""),
        )  # fmt: skip

    def update_method(
        self, account: str, method: Method, billing: BillingDetails, expiry: tuple[int, int] | None
    ) -> None:
        """A card's new date, and the billing name and address. Refused: Stripe does not take one of them."""
        address = {
            name: value for name in ("line1", "line2", "city", "state", "postal_code", "country")
            if (value := getattr(billing, name))
        }  # fmt: skip
        told: dict[str, Any] = {"billing_details": {"name": billing.name, "address": address or ""}}
        if expiry is not None:
            told["card"] = {"exp_month": expiry[0], "exp_year": expiry[1]}
        self._do(
            lambda: self._stripe.v1.payment_methods.update(method.id, cast(Any, told), {"stripe_account": account})
        )

    def remove_method(self, account: str, method: Method) -> None:
        """Take it off the customer for good. What is off already, or was never on, is fine: a look tells."""
        where: Any = {"stripe_account": account}
        api = self._stripe.v1
        try:
            if method.state == "ready":
                self._do(lambda: api.payment_methods.detach(method.id, {}, where))
            else:
                # Stripe may not let a setup of Checkout's be canceled: then it is only no longer shown.
                self._do(lambda: api.setup_intents.update(method.setup, {"metadata": {_FORGOTTEN: "yes"}}, where))
                self._do(lambda: api.setup_intents.cancel(method.setup, {}, where))
        except Refused as refused:
            log.info("method %s could not be removed: %s", method.id, refused.code)

    def verify_deposit(self, account: str, setup: str, code: str, amounts: Sequence[int]) -> None:
        """Prove a bank account by its deposit's code, or else by its two amounts. Refused: wrong, or over; its code is
        'mismatch' or 'attempts_exceeded', 'timeout' and the like, its `left` how many tries Stripe says are left."""
        answer: Any = {"descriptor_code": code} if code else {"amounts": list(amounts)}
        self._do(lambda: self._stripe.v1.setup_intents.verify_microdeposits(setup, answer, {"stripe_account": account}))

    def _do(self, call: Callable[[], Any]) -> dict[str, Any]:
        """An answer, or the one word for what Stripe will not do."""
        import stripe

        try:
            return self._ask(call)
        except stripe.PermissionError as error:
            # The company's account is no longer ours to ask: nothing is decided by that.
            log.error("Stripe would not let us: %s", why(error))
            raise Unreachable() from error
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            raise _refused(error.code or "", str(error)) from error


def words(method: Any) -> str:
    """'Visa •••• 4242' or 'Stripe Test Bank •••• 6789', from an expanded payment method."""
    made = _method(method, False) if isinstance(method, dict) else None
    return made.words if made else ""


def _method(raw: dict[str, Any], is_default: bool, **values: Any) -> Method | None:
    """A card or US bank account; None for the other kinds there are."""
    if isinstance(card := raw.get("card"), dict):
        return Method(raw["id"], _brand(card["brand"]), card["last4"], card["exp_month"], card["exp_year"], is_default)
    if isinstance(bank := raw.get("us_bank_account"), dict):
        name = _tidy(bank.get("bank_name") or "") or "Bank account"
        return Method(raw["id"], name, bank["last4"], is_default=is_default, kind="bank", **values)
    return None


def _unproven(setups: Sequence[dict[str, Any]], proven: set[str]) -> Iterator[Method]:
    """Bank accounts that wait for their deposit, and those whose time or tries ran out, each number once: what was
    proven since, or begun again, counts. `setups` are the newest first."""
    seen = set(proven)
    for setup in setups:
        error = setup.get("last_setup_error") or {}
        step = setup.get("next_action") or {}
        waits = setup["status"] == "requires_action" and step.get("type") == "verify_with_microdeposits"
        over = setup["status"] == "requires_payment_method" and (error.get("code") or "").startswith(_DEPOSIT_ERROR)
        raw = setup.get("payment_method") if waits else error.get("payment_method") if over else None
        if not isinstance(raw, dict) or _FORGOTTEN in (setup.get("metadata") or {}) or _number(raw) in seen:
            continue
        seen.add(_number(raw))
        made = datetime.fromtimestamp(setup["created"], UTC)
        values: dict[str, Any] = {"state": "failed", "failure": _refused(error.get("code") or "", "").code}
        if waits:
            told = step["verify_with_microdeposits"]
            deposit = _DEPOSITS.get(told.get("microdeposit_type") or "", "code")
            values = {
                "state": "unverified", "deposit": deposit, "tries_left": TRIES[deposit],
                "arrives_on": datetime.fromtimestamp(told["arrival_date"], UTC).date(),
                "verify_by": (made + DEPOSIT_LIFE).date(),
            }  # fmt: skip
        if one := _method(raw, False, setup=setup["id"], **values):
            yield one


def _number(raw: dict[str, Any]) -> str:
    """What is the same for the same account number, and tells nothing of it."""
    return str((raw.get("us_bank_account") or {}).get("fingerprint") or raw["id"])


def _refused(code: str, text: str) -> Refused:
    """Stripe's words for deposits are long: 'payment_method_microdeposit_verification_amounts_mismatch'."""
    left = re.search(r"(\d+) verification attempts? remaining", text)
    if code.startswith(_DEPOSIT_ERROR):
        code = code.removeprefix(_DEPOSIT_ERROR).removeprefix("verification_")
        code = code.removeprefix("descriptor_code_").removeprefix("amounts_")
    return Refused(code, int(left[1]) if left else None)


def _metadata(payer: Payer) -> dict[str, str]:
    """The names by which an event finds the customer."""
    return {"tenant": payer.tenant, "customer": payer.customer}


_BRANDS = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express", "discover": "Discover",
           "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay"}  # fmt: skip


def _brand(brand: str) -> str:
    return _BRANDS.get(brand, brand.replace("_", " ").title())


def _tidy(bank: str) -> str:
    """Banks' names come in capitals: 'STRIPE TEST BANK' reads better as 'Stripe Test Bank'."""
    return bank.title() if bank.isupper() and len(bank) > 5 else bank
