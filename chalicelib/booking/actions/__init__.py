"""What is done with bookings, one verb a function."""
