"""Sample pages of coming in: sign-in, mailed links, passwords, accounts; and of what can't be found."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.billing.rules import connection
from chalicelib.errors import Unreachable
from chalicelib.web import pages
from sandbox.stylebook.things import Sample, context


def samples(language: str) -> dict[str, Sample]:
    visitor = context(language, "/sign-in", me=None)
    connect = {"action": "/evergreen/connect/x"}
    by_mail, by_sms = {"to": "d•••@example.com", "by_sms": False}, {"to": "•••17", "by_sms": True}
    unsent = {"to": "", "by_sms": False}

    def state(kind: connection.StandingKind) -> str:
        return pages.translate(language, connection.WORDS[kind])

    nowhere = context(language, me=None, company=None, path="/nowhere")
    return {
        "sign-in": ("sign_in.html", visitor, {"next": "", "login": ""}),
        "sign-in-wrong": (
            "sign_in.html",
            visitor,
            {
                "next": "/evergreen/invoices",
                "login": "dana@example.com",
                "errors": {"password": "That e-mail and password don't go together. Try again."},
            },
        ),
        "sign-in-code": (
            "sign_in_code.html",
            visitor,
            {"login": "dana@example.com", "minutes": 10, "next": ""},
        ),
        "sign-in-code-wrong": (
            "sign_in_code.html",
            visitor,
            {
                "login": "dana@example.com",
                "minutes": 10,
                "next": "",
                "errors": {"code": "That is not the code we sent."},
            },
        ),
        "sign-in-code-elsewhere": (
            "sign_in_code.html",
            visitor,
            {"login": "", "minutes": 10, "next": ""},
        ),
        "link": (
            "link.html",
            visitor,
            {"name": "Dana", "action": "/evergreen/link/x", "stars": ""},
        ),
        "link-star": (
            "link.html",
            visitor,
            {"name": "Dana", "action": "/evergreen/link/x", "stars": "4"},
        ),
        "link-elsewhere": ("link_elsewhere.html", visitor, {}),
        "sign-in-no-invoices": ("sign_in.html", replace(visitor, invoices=False), {"next": "", "login": ""}),
        "off": ("off.html", visitor, {"came_by": ""}),
        "off-link": ("off.html", visitor, {"came_by": "link"}),
        "off-short-lived-link": ("off.html", visitor, {"came_by": "short-lived link"}),
        "off-form": ("off.html", visitor, {"came_by": "form"}),
        "connect": ("connect.html", visitor, {"kind": "none", "state": state("none"), "needs": [], **connect}),
        "connect-silent": (
            "connect.html",
            visitor,
            {"kind": "silent", "state": pages.translate(language, Unreachable.text), "needs": [], **connect},
        ),
        "connect-open": (
            "connect.html",
            visitor,
            {
                "kind": "open",
                "state": state("open"),
                "needs": [
                    pages.translate(language, one) for one in connection.in_words(["external_account", "company.name"])
                ],
                **connect,
            },
        ),
        "connect-ready": ("connect.html", visitor, {"kind": "ready", "state": state("ready"), "needs": [], **connect}),
        "connect-refused": (
            "connect.html",
            visitor,
            {"kind": "refused", "state": state("refused"), "needs": [], **connect},
        ),
        "link-expired": (
            "link_expired.html",
            visitor,
            {"action": "/evergreen/link/x/renewal", "reason": "expired", **by_mail},
        ),
        "link-expired-sms": (
            "link_expired.html",
            visitor,
            {"action": "/evergreen/l/x/renewal", "reason": "expired", **by_sms},
        ),
        "link-used": ("link_expired.html", visitor, {"action": None, "reason": "used", **unsent}),
        "link-revoked": ("link_expired.html", visitor, {"action": None, "reason": "revoked", **unsent}),
        "link-unknown": ("link_expired.html", visitor, {"action": None, "reason": "unknown", **unsent}),
        "link-sent": ("link_sent.html", visitor, by_mail),
        "link-sent-sms": ("link_sent.html", visitor, by_sms),
        "link-sent-nowhere": ("link_sent.html", visitor, unsent),
        "accounts": (
            "accounts.html",
            visitor,
            {
                "choices": [
                    ("c1", "Dana Whitfield", "418 Juniper Lane, Littleton"),
                    ("c2", "Whitfield Dental Office", "90 Main Street, Suite 4, Denver"),
                ]
            },
        ),
        "password-forgotten": ("password_forgotten.html", visitor, {}),
        "password-sent": ("password_sent.html", visitor, {}),
        "password-reset": ("password_reset.html", visitor, {"action": "/evergreen/password/x"}),
        "password-reset-wrong": (
            "password_reset.html",
            visitor,
            {"action": "/evergreen/password/x", "errors": {"password": "Use 10 characters or more."}},
        ),
        "password-change": (
            "password_change.html",
            visitor,
            {"action": "/evergreen/password", "required": True, "ask_current": False, "next": "/"},
        ),
        "password-change-asked": (
            "password_change.html",
            visitor,
            {"action": "/evergreen/password", "required": False, "ask_current": True, "next": "/"},
        ),
        "signed-out": ("signed_out.html", visitor, {}),
        "problem": (
            "problem.html",
            replace(context(language, "/nothing"), reference="5fd4d1a4-3c3b-4d0e-9d3c-1f8f2a0f6b11"),
            {
                "title": "We couldn't find that page",
                "detail": "The link may be old, or the page may have moved.",
                "actions": [("Go to your account", "/evergreen")],
            },
        ),
        "problem-nowhere": (
            "problem.html",
            nowhere,
            {
                "title": "There is no portal here",
                "detail": "Check the address for a typing mistake.",
                "actions": [],
            },
        ),
    }
