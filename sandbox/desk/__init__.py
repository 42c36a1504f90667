"""What the sandbox would otherwise hide: mail, Stripe's events, background runs; and buttons to make things happen."""
