"""What the sandbox would otherwise hide: sent mail, Stripe's events, background runs; and buttons that make things happen."""
