"""What is done with messages."""

from chalicelib.messages.actions.sending import deliver, hand_over, sweep

__all__ = ["deliver", "hand_over", "sweep"]
