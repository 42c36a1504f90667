"""What billing does: look invoices and payments up, pay, settle what was paid, give money back, keep cards and bank
accounts, take what staff enters, hand out papers, connect a company to Stripe, sweep up what hangs, audit the books."""
