"""A lead and what becomes of it, the company's whole list of them, and when the widget was last seen: rows and keys."""
