"""What a contact form sends, on our page and in the widget: as it was typed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from chalicelib.errors import Invalid
from chalicelib.leads.rules import submission
from chalicelib.leads.rules.lead import Submission
from chalicelib.web.forms import AS_TYPED, LONGEST, MAX_LENGTH

# Whatever is sent comes as far as to us: what was typed can be shown again, and what nobody sees is nobody's mistake.
_ALL = {LONGEST: 10_000_000, AS_TYPED: True}
# How much of it is read: more than it may be, so that what is too long is shown again and can be shortened.
_READ = {
    "name": MAX_LENGTH, "email": MAX_LENGTH, "phone": MAX_LENGTH, "message": 5 * submission.MOST_MESSAGE,
    "service": MAX_LENGTH, "preferred_time": MAX_LENGTH,
}  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """`form` is the token that came with the form; `homepage` the trap, which nobody sees and only machines fill in."""

    form: str = field(default="", metadata=_ALL)
    name: str = field(default="", metadata=_ALL)
    email: str = field(default="", metadata=_ALL)
    phone: str = field(default="", metadata=_ALL)
    message: str = field(default="", metadata=_ALL)
    service: str = field(default="", metadata=_ALL)
    preferred_time: str = field(default="", metadata=_ALL)
    page: str = field(default="", metadata=_ALL)
    homepage: str = field(default="", metadata=_ALL)

    @property
    def read(self) -> Typed:
        """As much of it as is read."""
        long = {name: getattr(self, name)[:most] for name, most in _READ.items()}
        return replace(self, **long, page=self.page[:MAX_LENGTH])

    @property
    def tidied(self) -> Submission:
        """What they meant, right or `wrong`."""
        read = self.read
        return submission.tidy(
            name=read.name, email=read.email, phone=read.phone, message=read.message, service=read.service,
            preferred_time=read.preferred_time, page=read.page,
        )  # fmt: skip

    @property
    def wrong(self) -> list[Invalid]:
        """What is wrong with it, each naming its field; none if it can be sent."""
        told = {one.field: one for one in submission.wrong(self.tidied)}
        for name, most in _READ.items():
            if len(getattr(self, name)) > most:
                told[name] = Invalid(name, submission.MUCH_TOO_LONG)
        return [told[name] for name in _READ if name in told]
