"""A code that was mailed, as whoever asked for it reads it."""

from __future__ import annotations

import re

from tests.browser import Browser, Page


def mailed(browser: Browser) -> tuple[str, str]:
    """The code of the newest mail, and the path of its link."""
    mail = browser.deliver_mail()[-1].replace("=\n", "").replace("=3D", "=")
    code = re.search(r"\b\d{6}\b", mail.split("text/plain")[1])
    link = re.search(r"/evergreen/sign-in/link/[\w-]{43}", mail)
    assert code and link
    return code.group(), link.group()


def comes_in(browser: Browser, login: str = "dana@example.com", path: str = "/") -> Page:
    """Ask for a code, and type it."""
    browser.post("/evergreen/sign-in/code", {"login": login, "next": path})
    code, _ = mailed(browser)
    return browser.submit("/sign-in/code/check", code=code)
