"""What is done with a company: a file an idea."""
