"""From a checkout to a running stage on AWS: `make secrets` and `make deploy`. Never packaged."""
