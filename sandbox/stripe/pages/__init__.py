"""The pages Stripe hosts: Checkout, a bank's 3-D Secure page, onboarding, micro-deposits, receipts. No
script in any."""
