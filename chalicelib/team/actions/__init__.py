"""What the people who run a company's portal do: come in, invite each other, make keys."""
