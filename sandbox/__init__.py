"""What stands in for the outside world on one machine. Never packaged, never imported by the product."""
