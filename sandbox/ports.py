"""Which port is whose. `PORT=9000 make run` moves the whole family. Knows nothing heavy: it is asked first."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.serve import free_port

FIRST = 8000


@dataclass(frozen=True, slots=True)
class Ports:
    portal: int
    files: int
    stripe: int
    website: int
    desk: int

    @classmethod
    def family(cls, first: int) -> Ports:
        """8000 portal, 8001 files, 8002 Stripe, 8003 website, 8025 desk; others by the same distances."""
        return cls(first, first + 1, first + 2, first + 3, first + 25)

    @classmethod
    def free(cls) -> Ports:
        """Any that nobody listens on."""
        taken: set[int] = set()
        while len(taken) < 5:
            taken.add(free_port())
        return cls(*sorted(taken))

    @property
    def all(self) -> tuple[int, ...]:
        return (self.portal, self.files, self.stripe, self.website, self.desk)
