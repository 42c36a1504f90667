"""What a message is, to whom and by which channels it goes, and when it is tried again."""

from chalicelib.messages.rules.message import (
    FIRST_LOOK,
    HANDED_OVER,
    LEASE,
    Channel,
    Message,
    Outcome,
    State,
    hopeless,
    next_try,
)
from chalicelib.messages.rules.recipient import Recipient

__all__ = [
    "FIRST_LOOK",
    "HANDED_OVER",
    "LEASE",
    "Channel",
    "Message",
    "Outcome",
    "Recipient",
    "State",
    "hopeless",
    "next_try",
]
