"""The words for what goes wrong. Pure: a word knows nothing of HTTP; `web/errors.py` gives each its status.

Texts are message ids of the catalogue (`N_` marks them for extraction) with `%(name)s` places; the edge translates
them and formats the values, so that an error can be raised anywhere without knowing the reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence


def N_(text: str) -> str:
    """Mark a text for the catalogue without translating it here."""
    return text


class PortalError(Exception):
    """What all words share: a text for the person who reads it, and the values that fill its places.

    `kind` names the very reason for callers that are programs, where the word alone says too little; '' for the word's.
    """

    text = N_("Something went wrong. Please try again.")

    def __init__(self, text: str | None = None, *, kind: str = "", **values: object) -> None:
        self.text = text or type(self).text
        self.kind = kind
        self.values = values
        super().__init__(self.text)

    def __str__(self) -> str:
        # Without places a text is taken as it is: it may quote what somebody sent, per cent signs and all.
        return self.text % self.values if self.values else self.text


class NotFound(PortalError):
    """Unknown, foreign or hidden: the same word for all three, so that nothing can be probed."""

    text = N_("We couldn't find that page.")


class Invalid(PortalError):
    """Input that can't be accepted; `field` names the form field or attribute, '' the whole. `also` is what else is
    wrong, as (field, text), where all of it is known at once."""

    text = N_("Please check what you entered.")

    def __init__(
        self,
        field: str,
        text: str | None = None,
        *,
        kind: str = "",
        also: Sequence[tuple[str, str]] = (),
        **values: object,
    ) -> None:
        super().__init__(text, kind=kind, **values)
        self.field = field
        self.also = tuple(also)


class PortalOff(PortalError):
    """The company has turned its portal off: nothing of it is there, and nothing is lost.

    `language` is the reader's own where they are known, '' where not.
    """

    text = N_("Our online portal is not available at the moment. Please contact us: we are glad to help.")

    def __init__(self, language: str = "") -> None:
        super().__init__()
        self.language = language


class Malformed(PortalError):
    """What a program sent can't even be read."""

    text = "The body is not valid JSON. Send a JSON object, in UTF-8."


class WrongType(PortalError):
    """A program sent another kind of body than this takes."""

    text = "Send the body as application/json."


class TooLarge(PortalError):
    """More than is taken at once."""

    text = "This is too much at once. Send it in smaller parts."


class Stale(PortalError):
    """What a program has read is no longer what there is."""

    text = "Somebody has changed this since you read it. Read it again, and send your change with the new ETag."


class Unconditional(PortalError):
    """A program must say which state it has read before it changes this one."""

    text = "Send If-Match with the ETag of what you have read, so that nobody's change is overwritten."


class Conflict(PortalError):
    """Somebody else was faster, or the thing is no longer in the state this needs."""

    text = N_("This has changed in the meantime. Please look at it again.")


class NotAllowed(PortalError):
    """Known, but may not do this."""

    text = N_("You may not do this.")


class Unauthenticated(PortalError):
    """Not signed in, or no longer."""

    text = N_("Please sign in.")


class PasswordChangeDue(PortalError):
    """Signed in, but must choose a new password before anything else."""

    text = N_("Please choose a new password first.")


class StepUpDue(PortalError):
    """Signed in by a mailed link, which shows and pays; this takes the password or a mailed code too."""

    text = N_("Please confirm that it's you first.")


class TooMany(PortalError):
    """Too many tries; `retry_after` is in seconds."""

    text = N_("Too many tries. Please wait %(minutes)s minutes and try again.")

    def __init__(self, retry_after: int, text: str | None = None) -> None:
        # Two at the least: so one text is right for every number.
        super().__init__(text, minutes=max(2, -(-retry_after // 60)))
        self.retry_after = retry_after


class Unavailable(PortalError):
    """Something we lean on does not answer just now. Nothing is half done: try again, after `retry_after` seconds."""

    text = N_("We're having trouble just now. Nothing was lost: please try again in a minute.")
    retry_after = 60


class Unreachable(Unavailable):
    """What does not answer is a service that only this one thing needs, as Stripe or S3: all else goes on."""


# Words that say how long to wait: `retry_after`, in seconds.
WAIT = (TooMany, Unavailable)
