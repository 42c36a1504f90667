"""What a booking asks of whoever makes it, and what is wrong with what they typed. Pure.

Nobody is asked for what the company has on file. What can be put right is put right; only what would leave the company
without a person to write to, or a place to go to, is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Literal

from chalicelib.booking.rules.area import checked, code_on_file, inside
from chalicelib.booking.rules.booking import Booker
from chalicelib.booking.rules.offer import Area, Service
from chalicelib.customers.rules import Customer
from chalicelib.errors import N_, Invalid
from chalicelib.leads.rules.submission import FEWEST_DIGITS, MOST_EMAIL, MOST_LINE, MOST_PHONE, mailable
from chalicelib.plain_words import one_line, paragraphs
from chalicelib.tenants.rules import check_email

MOST_NOTES = 2000
MOST_ANSWER = 1000
MOST_CODE = 20
# A question's field is this and the question's id.
ANSWER = "answer-"

TOO_LONG = N_("This is too long: use %(most)s characters or fewer.")
OUTSIDE = N_("We don't come to %(code)s. Please call us if you think we should.")


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody typed. `answers` are (question's id, answer)."""

    name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    town: str = ""
    postal_code: str = ""
    notes: str = ""
    answers: tuple[tuple[str, str], ...] = ()

    def answer(self, question: str) -> str:
        """What was answered to the question of this id; '' for nothing."""
        return next((said for asked, said in self.answers if asked == question), "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked beside the service's questions. `contact`: e-mail, and the phone too if they like; or either of
    them; or neither, since there is one on file. `postal_code`: it must be there, may be, or is not asked."""

    name: bool
    contact: Literal["email", "either", ""]
    address: bool
    postal_code: Literal["needed", "optional", ""]


def asked_of(area: Area, territory: str, customer: Customer | None) -> Asked:
    """What is asked of this customer, or of a visitor: the confirmation goes to their e-mail address."""
    code: Literal["needed", "optional", ""] = "optional" if area.rule == "any" else "needed"
    if customer is None:
        return Asked(True, "email", True, code)
    if customer.address:
        code = "needed" if area.rule != "any" and not code_on_file(customer.address, territory) else ""
    return Asked(False, "" if customer.email or customer.phone else "either", not customer.address, code)


def tidy(given: Given, asked: Asked, service: Service) -> Given:
    """What is asked of it, without what nobody meant: blanks around it, line breaks in a line, what can't be seen.

    Never fails; `wrong` says whether it will do.
    """
    answers = ((one.id, paragraphs(given.answer(one.id))) for one in service.questions)
    return Given(
        one_line(given.name) if asked.name else "",
        one_line(given.email).lower() if asked.contact else "",
        one_line(given.phone) if asked.contact else "",
        one_line(given.street) if asked.address else "",
        one_line(given.town) if asked.address else "",
        one_line(given.postal_code) if asked.postal_code else "",
        paragraphs(given.notes),
        tuple(one for one in answers if one[1]),
    )  # fmt: skip


def wrong(given: Given, asked: Asked, service: Service, area: Area, territory: str) -> list[Invalid]:
    """What is wrong with what was tidied, each naming its field, in the order of the form; none if it will do."""
    found = [
        *(_line("name", given.name, N_("Tell us your name.")) if asked.name else ()),
        *(_contact(given, asked) if asked.contact else ()),
        *(_line("street", given.street, N_("Tell us the street and house number.")) if asked.address else ()),
        *(_line("town", given.town, N_("Tell us the town.")) if asked.address else ()),
        *(_code(given.postal_code, area, territory) if asked.postal_code else ()),
    ]
    for one in service.questions:
        said, name = given.answer(one.id), ANSWER + one.id
        if one.required and not said:
            found.append(Invalid(name, N_("Answer this question, so that we come prepared.")))
        found += _longest(name, said, MOST_ANSWER)
    return [*found, *_longest("notes", given.notes, MOST_NOTES)]


def read_code(code: str, area: Area, territory: str, field: str) -> str:
    """A postal code that we come to, tidied. Invalid: it is none in this country, or is outside of an area that is
    kept to."""
    found = checked(code, territory, field)
    if area.rule == "refused" and not inside(area, found):
        raise Invalid(field, OUTSIDE, kind="area-refused", code=found)
    return found


def booker(given: Given, customer: Customer | None, territory: str) -> Booker:
    """Who books, and where the job is: what is on file, and what was typed."""
    typed = tuple(line for line in (given.street, given.town) if line)
    if customer is None:
        return Booker(given.name, given.email, given.phone, typed, given.postal_code)
    return Booker(
        customer.name, customer.email or given.email, customer.phone or given.phone, customer.address or typed,
        given.postal_code or code_on_file(customer.address, territory),
    )  # fmt: skip


def answered(given: Given, service: Service) -> tuple[tuple[str, str], ...]:
    """The questions in their words, and what was answered."""
    said = ((one.label, given.answer(one.id)) for one in service.questions)
    return tuple(one for one in said if one[1])


def cut(given: Given, most: Callable[[str], int]) -> Given:
    """As much of each text as `most` says of its field."""
    lines = {one.name: getattr(given, one.name) for one in fields(given) if one.name != "answers"}
    short = {name: text[: most(name)] for name, text in lines.items()}
    return replace(given, **short, answers=tuple((id, text[: most(ANSWER + id)]) for id, text in given.answers))


def _line(field: str, text: str, missing: str) -> list[Invalid]:
    return _longest(field, text, MOST_LINE) if text else [Invalid(field, missing)]


def _contact(given: Given, asked: Asked) -> list[Invalid]:
    found: list[Invalid] = []
    if not given.email and asked.contact == "email":
        found.append(Invalid("email", N_("Give us your e-mail address: we send the confirmation there.")))
    elif not given.email and not given.phone:
        found.append(Invalid("email", N_("Give us your e-mail address or your phone number.")))
    elif given.email:
        found += _email(given.email)
    if given.phone and sum(c.isdigit() for c in given.phone) < FEWEST_DIGITS:
        found.append(Invalid("phone", N_("Enter a phone number with its area code, such as 303 555 0142.")))
    return [*found, *_longest("phone", given.phone, MOST_PHONE)]


def _email(email: str) -> list[Invalid]:
    if too_long := _longest("email", email, MOST_EMAIL):
        return too_long
    try:
        check_email(email)
    except Invalid as wrong:
        return [wrong]
    # The confirmation must get there.
    return [] if mailable(email) else [Invalid("email", N_("Enter an e-mail address like name@example.com."))]


def _code(code: str, area: Area, territory: str) -> list[Invalid]:
    if area.rule == "any":
        return _longest("postal_code", code, MOST_CODE)
    if not code:
        return [Invalid("postal_code", N_("Tell us the postal code: it shows us whether we come there."))]
    try:
        read_code(code, area, territory, "postal_code")
    except Invalid as wrong:
        return [wrong]
    return []


def _longest(field: str, text: str, most: int) -> list[Invalid]:
    return [Invalid(field, TOO_LONG, most=f"{most:,}")] if len(text) > most else []
