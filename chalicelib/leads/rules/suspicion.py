"""Whether a message may be spam. Pure. A suspected one is kept and marked, so that a wrong suspicion costs little."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from chalicelib.leads.rules.lead import Lead, Reason, Submission

# Nobody reads a form and fills it in faster.
QUICKEST = timedelta(seconds=3)
# A page left open over the weekend is still somebody's.
LONGEST_OPEN = timedelta(days=7)
MOST_LINKS = 2

# With a scheme, with www, or a name of a usual ending with a path behind it; an e-mail address is none.
_LINK = re.compile(
    r"https?://(?:www\.)?[\w.-]*"
    r"|(?<![@\w./-])www\.\w[\w.-]*"
    r"|(?<![@\w./-])[\w.-]+\.(?:com|net|org|info|biz|io|co|me|ly|ru|cn|top|xyz|shop|site|online|click)/",
    re.IGNORECASE,
)


def reasons(wrote: Submission, trap: str, opened_at: datetime | None, now: datetime) -> tuple[Reason, ...]:
    """Why it is suspected; none if it is not. `opened_at` is when our form was shown, None where it was not."""
    found: list[Reason] = []
    if opened_at is None or now - opened_at > LONGEST_OPEN:
        found.append("no_form")
    elif now - opened_at < QUICKEST:
        found.append("too_fast")
    if trap.strip():
        found.append("trap")
    lines = (wrote.name, wrote.phone, wrote.service, wrote.preferred_time)
    if links(wrote.message) > MOST_LINKS or any(map(links, lines)):
        found.append("links")
    return tuple(found)


def only_hasty(lead: Lead) -> bool:
    """Whether nothing speaks against it but that it came too fast, and nobody has said what they hold of it."""
    return lead.spam and lead.reasons == ("too_fast",) and lead.version == 0


def links(text: str) -> int:
    """How many links there are in a text."""
    return len(_LINK.findall(text))
