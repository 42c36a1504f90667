"""The contact page, and what the widget on other websites asks."""
