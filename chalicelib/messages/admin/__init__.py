"""The settings API of messages: the system templates, and the addresses that get no more mail."""
