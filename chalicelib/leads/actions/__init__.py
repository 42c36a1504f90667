"""Take a message in, list what came in, work on it, and note where the widget is installed."""
