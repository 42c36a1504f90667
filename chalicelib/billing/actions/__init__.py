"""What billing does: look invoices up, pay, settle what was paid, sweep up what hangs."""
