"""Sample pages of the contact form: empty, for a customer, by a mailed link, with what is wrong, off, and sent."""

from __future__ import annotations

from chalicelib.leads.actions.receiving import OFF
from chalicelib.leads.public.typed import Typed
from chalicelib.web.pages import translate
from sandbox.stylebook.things import Sample, context

EMPTY = Typed()
DANA = Typed(name="Dana Whitfield", email="dana@example.com", phone="(303) 555-0199")
BY_LINK = Typed(name="Dana Whitfield")
WRONG = {
    "name": "Tell us your name.",
    "email": "Give us your e-mail address or your phone number, so that we can answer.",
    "message": "Write your message.",
}


def samples(language: str) -> dict[str, Sample]:
    visitor, dana = context(language, "/contact", me=None), context(language, "/contact")
    sent = context(language, "/contact/sent", me=None)
    return {
        "contact": ("contact.html", visitor, {"form": "x", "typed": EMPTY, "on_file": False}),
        "contact-customer": ("contact.html", dana, {"form": "x", "typed": DANA, "on_file": False}),
        "contact-by-link": ("contact.html", dana, {"form": "x", "typed": BY_LINK, "on_file": True}),
        "contact-wrong": ("contact.html", visitor, {"form": "x", "typed": EMPTY, "errors": WRONG, "on_file": False}),
        "contact-off": ("contact_off.html", visitor, {"detail": translate(language, OFF)}),
        "contact-sent": ("contact_sent.html", sent, {}),
        "contact-sent-customer": ("contact_sent.html", context(language, "/contact/sent"), {}),
    }
