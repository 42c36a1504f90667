"""What customers do to come in, stay in and leave: a file for each way in."""
