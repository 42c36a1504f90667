"""Every text message that SNS took, and what was answered to it, by the phone's number. No phone rings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.world import sent_texts


@dataclass(frozen=True, slots=True)
class Text:
    """One text message. `answer`: the phone's owner wrote it."""

    at: datetime
    words: str
    answer: bool = False


@dataclass(slots=True)
class Phone:
    """A phone, and what came and went, the oldest first. `number` is as SNS was given it."""

    number: str
    texts: list[Text] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Its digits: the name of its page at the desk."""
        return "".join(c for c in self.number if c.isdecimal())

    @property
    def last(self) -> Text:
        return self.texts[-1]


class Phones:
    """`collect()` takes over what was sent since; call it with the sandbox's lock held."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._taken = clock, 0
        self._phones: dict[str, Phone] = {}

    @property
    def all(self) -> list[Phone]:
        """The one that was written to last first."""
        return sorted(self._phones.values(), key=lambda phone: phone.last.at, reverse=True)

    def collect(self) -> None:
        sent = sent_texts()
        for number, words in sent[self._taken :]:
            self._phone(number).texts.append(Text(self._clock(), words))
        self._taken = len(sent)

    def answered(self, number: str, words: str) -> None:
        """The owner of this phone has written back."""
        self._phone(number).texts.append(Text(self._clock(), words, answer=True))

    def to(self, number: str) -> list[Text]:
        """What this number was sent, newest first."""
        phone = self._phones.get(number)
        return [text for text in reversed(phone.texts) if not text.answer] if phone else []

    def _phone(self, number: str) -> Phone:
        return self._phones.setdefault(number, Phone(number))
