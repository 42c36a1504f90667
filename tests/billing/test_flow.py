"""The way through, end to end without a screen."""

from tests.browser import Browser
from tests.builders import Company


def test_a_customer_signs_in_and_pays_an_invoice_with_a_new_card(evergreen: Company, browser: Browser) -> None:
    dana = evergreen.customer()
    invoice = dana.invoice(12_000)

    assert "$120.00" in browser.sign_in("evergreen").text
    browser.get(f"/evergreen/invoices/{invoice.id}/pay")
    away = browser.submit("/payments")
    checkout = away.headers["location"]
    back = browser.world.stripe.pay(checkout)

    receipt = browser.get(back.location)
    assert "Thank you" in receipt.text
    assert dana.invoice_now(invoice).due == 0
    assert dana.now.sums.balance == 0
    assert any("receipt" in mail.lower() for mail in browser.deliver_mail())
