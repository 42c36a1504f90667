"""The settings API: the inbound leads report, and the widget's installation."""
