"""The seven channel types of Flex Conversations, as data.

A new channel is a new row here and a new branch in `schemas/playbook.schema.json`.
https://www.twilio.com/docs/flex/developer/conversations/send-outbound-messages-via-sms-and-whatsapp
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True, slots=True)
class Channel:
    """How a channel names its customer.

    `customer` tells which participant field does it. `prefix` stands before the address, and
    `phone` says that the rest is a telephone number in E.164. `pair` is true where the customer is
    known by an address and a proxy address, which may be together in one open conversation only.
    """

    type: str
    customer: Literal["address", "identity", "email"]
    prefix: str = ""
    phone: bool = False

    @property
    def pair(self) -> bool:
        """Whether open conversations can be looked up by the customer's address."""
        return self.customer == "address"


CHANNELS: Mapping[str, Channel] = MappingProxyType(
    {
        channel.type: channel
        for channel in (
            Channel("sms", "address", phone=True),
            Channel("whatsapp", "address", prefix="whatsapp:", phone=True),
            Channel("chat", "identity"),
            Channel("web", "identity"),
            Channel("email", "email"),
            Channel("messenger", "address", prefix="messenger:"),
            Channel("gbm", "address", prefix="gbm:"),
        )
    }
)
