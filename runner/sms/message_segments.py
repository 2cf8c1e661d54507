"""How many segments a delivery's message costs."""

from runner.model.delivery import Delivery
from runner.sms.segments import count_segments


def delivery_segments(delivery: Delivery) -> int:
    """Return what the message costs; only SMS is counted in segments."""
    body = dict(delivery.message).get("Body", "")
    return count_segments(body).segments if delivery.channel.type == "sms" and body else 0
