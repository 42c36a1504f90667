"""Write a message: Liquid texts, the variables filled in, the company's look around them. No I/O but reading templates.

`language.py` is Liquid: checking a text when it is saved, filling it within bounds (it says which files do it).
`checking.py` checks all texts of a template, `markup.py` has the HTML that they may have. `values.py` makes variables
of what a message carries. `mail.py` puts an e-mail together, and `look.py` dresses it: layout, button, clean HTML,
styles where old readers want them. `sms.py` is an SMS, and its segments.
"""
