"""What somebody wrote to the company: tidied, and what is wrong with it in plain words. Pure.

Whoever writes here is a stranger who owes us nothing: what can be put right is put right, and only what would leave the
company without a message, or without a way to answer it, is wrong.
"""

from __future__ import annotations

import re
import unicodedata

from chalicelib.errors import N_, Invalid
from chalicelib.leads.rules.lead import Submission, is_blank
from chalicelib.tenants.rules import check_email

MOST_MESSAGE = 4000
MOST_LINE = 100
MOST_EMAIL = 254
MOST_PHONE = 40
# Fewer digits are no telephone number anywhere.
FEWEST_DIGITS = 5
MOST_PAGE = 300

# The widget says these before it sends, too.
NO_NAME = N_("Tell us your name.")
NO_CONTACT = N_("Give us your e-mail address or your phone number, so that we can answer.")
NO_MESSAGE = N_("Write your message.")
_TOO_LONG = N_("This is too long: use %(most)s characters or fewer.")
# What anybody can read is read; of what is longer than all sense, the beginning.
MUCH_TOO_LONG = N_("This is much too long, and we read only its beginning. Please shorten it.")
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# An address that all mail servers take: a dot-atom of RFC 5322 at a host name, in ASCII.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_MAILABLE = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_HOST = re.compile(r"(?=[^:]{1,253}(?::|$))[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?")
_PATH = re.compile(r"(?:/[!$%&'()*+,./0-9:;=@A-Z_a-z~-]*)?")


def tidy(
    *, name: str, email: str, phone: str, message: str, service: str = "", preferred_time: str = "", page: str = ""
) -> Submission:
    """What was typed without what nobody meant: blanks around it, line breaks in a line, characters that can't be seen.

    Never fails; `wrong` says whether it will do.
    """
    return Submission(
        _line(name), _line(email).lower(), _line(phone), _text(message), _line(service), _line(preferred_time),
        place(page),
    )  # fmt: skip


def wrong(wrote: Submission) -> list[Invalid]:
    """What is wrong with it, each naming its field, in the order of the form; none if it can be sent."""
    found = [
        *_line_wrong("name", wrote.name),
        *_email_wrong(wrote),
        *_phone_wrong(wrote.phone),
        *_message_wrong(wrote.message),
        *_line_wrong("service", wrote.service),
        *_line_wrong("preferred_time", wrote.preferred_time),
    ]
    if not wrote.name:
        found.insert(0, Invalid("name", NO_NAME))
    return found


def mailable(email: str) -> bool:
    """Whether a mail can be written to this address, or name it for the answer. What can't is for the company to read:
    the mail about it must not fail."""
    return _MAILABLE.fullmatch(email) is not None


def mailbox(email: str) -> str:
    """Whose box it is, as far as its address shows: without the tag behind a plus, and without Google's dots.

    >>> mailbox('Nora.Field+ants@gmail.com')
    'norafield@gmail.com'
    """
    local, _, domain = email.lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def line(phone: str) -> str:
    """Whose telephone it is, as far as its number shows: the country's prefix is one that some write and some don't.

    >>> line('+1 (303) 555-0199')
    '3035550199'
    """
    return "".join(c for c in phone if c.isdigit())[-10:]


def place(address: str) -> str:
    """Where a page is, as 'example.com/contact': without https, query and fragment; '' for what is no such place.

    >>> place('https://www.example.com/contact?utm=1#form')
    'www.example.com/contact'
    """
    text = re.sub(r"^https?://", "", address.strip(), flags=re.IGNORECASE)
    host, slash, rest = re.split(r"[?#]", text, maxsplit=1)[0].partition("/")
    path = slash + rest
    if not _HOST.fullmatch(host.lower()) or not _PATH.fullmatch(path):
        return ""
    return (host.lower() + ("" if path == "/" else path))[:MOST_PAGE]


def _line(text: str) -> str:
    return _seen(" ".join(_kept(text).split()))


def _text(text: str) -> str:
    lines = _LINE_ENDS.sub("\n", text).split("\n")
    return _seen("\n".join(_kept(line).rstrip() for line in lines).strip())


def _kept(text: str) -> str:
    """Without control characters, halves of characters, and what turns the reading direction round; tabs are blanks.
    Joiners of emoji stay."""
    blanks = re.sub(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]", " ", text)
    turns = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    return "".join(c for c in blanks if unicodedata.category(c) not in ("Cc", "Cs") and c not in turns)


def _seen(text: str) -> str:
    """The text if there is anything in it to see, else ''."""
    return "" if is_blank(text) else text


def _line_wrong(field: str, text: str, most: int = MOST_LINE) -> list[Invalid]:
    return [Invalid(field, _TOO_LONG, most=str(most))] if len(text) > most else []


def _email_wrong(wrote: Submission) -> list[Invalid]:
    if not wrote.email:
        missing = Invalid("email", NO_CONTACT)
        return [] if wrote.phone else [missing]
    try:
        check_email(wrote.email)
    except Invalid as found:
        return [found]
    return []


def _phone_wrong(phone: str) -> list[Invalid]:
    if phone and sum(c.isdigit() for c in phone) < FEWEST_DIGITS:
        return [Invalid("phone", N_("Enter a phone number with its area code, such as 303 555 0142."))]
    return _line_wrong("phone", phone, MOST_PHONE)


def _message_wrong(message: str) -> list[Invalid]:
    if not message:
        return [Invalid("message", NO_MESSAGE)]
    return [Invalid("message", _TOO_LONG, most=f"{MOST_MESSAGE:,}")] if len(message) > MOST_MESSAGE else []
