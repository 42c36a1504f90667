"""What is done with messages. What sends them is loaded when one is sent: causes only hand over."""

from chalicelib.messages.actions.handing_over import hand_over, sweep
from chalicelib.services import Services

__all__ = ["deliver", "hand_over", "sweep"]


def deliver(services: Services, tenant: str, customer: str, message_id: str) -> None:
    """Send one message if it is still to be sent: `sending.deliver`."""
    from chalicelib.messages.actions import sending

    sending.deliver(services, tenant, customer, message_id)
