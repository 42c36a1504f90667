"""What a lead is, when a message is suspected to be spam, and what the company makes of it. Pure."""
