"""What a lead is, what may be written and when it is suspected to be spam, the report, and the widget. Pure."""
