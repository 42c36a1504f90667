"""One resource of Stripe's API a file. Each names its routes, and what happens to its objects as time
passes."""
