"""What customers write of a visit or of the company. Pure."""

from __future__ import annotations

from chalicelib.errors import N_, Invalid
from chalicelib.plain_words import paragraphs

LONGEST = 2_000


def tidied(comment: str) -> str:
    """As it is kept: blanks around it gone, and what nobody can see; line breaks as one character, which is how
    browsers count them too."""
    text = paragraphs(comment)
    if len(text) > LONGEST:
        raise Invalid("comment", N_("This is too long: use %(most)s characters or fewer."), most=f"{LONGEST:,}")
    return text
