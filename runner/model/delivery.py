"""One message to one recipient, rendered to the exact forms that would be posted."""

import hashlib
import json
from dataclasses import dataclass, replace

from runner.model.channel import Channel
from runner.model.exchange import Fields
from runner.model.place import Span

NO_ACCOUNT = "AC" + "0" * 32


@dataclass(frozen=True, slots=True)
class Customer:
    """How the channel knows the customer; unused fields are empty."""

    address: str = ""
    proxy_address: str = ""
    identity: str = ""

    @property
    def name(self) -> str:
        """The address or identity, whichever the channel uses."""
        return self.address or self.identity


@dataclass(frozen=True, slots=True)
class Delivery:
    """What will be sent, complete: nothing is rendered after this.

    `workspace_sid` is empty when the playbook has no routing. `place` is the recipient's row, or
    the playbook when there are no recipients. `timezone` and `language` are the recipient's fields
    of those names, and `not_after` the rendered `delivery.not_after`, None where there is none: all
    as they are written, not yet understood. `outline` is the message with the recipient's values
    left out, for those who may not see them; empty where it was not asked for.
    """

    id: str
    key: str
    place: Span
    channel: Channel
    customer: Customer
    interaction: Fields
    message: Fields
    workspace_sid: str = ""
    attempt: int = 1
    timezone: str = ""
    not_after: str | None = None
    language: str = ""
    outline: Fields = ()

    @property
    def number(self) -> str:
        """The customer's telephone number in E.164; empty where the channel has none."""
        if not self.channel.phone:
            return ""
        return self.customer.address.removeprefix(self.channel.prefix)


def delivery_id(scope: str, account: str, playbook: str, key: str, attempt: int = 1) -> str:
    """Return the identity under which a message is sent at most once.

    The first 32 hexadecimal digits of SHA-256 over the JSON array of the five values, written
    without white space and in UTF-8. No hyphen: TaskRouter's expressions cannot hold one.
    """
    array = json.dumps(
        [scope, account, playbook, key, attempt], ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(array.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def reattempt(delivery: Delivery, attempt: int, identity: str) -> Delivery:
    """Return the delivery as another attempt, whose identity is its correlation id everywhere."""

    def rename(form: Fields) -> Fields:
        return tuple((name, value.replace(delivery.id, identity)) for name, value in form)

    return replace(
        delivery,
        id=identity,
        attempt=attempt,
        interaction=rename(delivery.interaction),
        message=rename(delivery.message),
    )


def content_of(delivery: Delivery) -> bytes:
    """Return what would be sent, whatever the attempt: two equal contents are one message."""
    forms = (delivery.interaction, delivery.message)
    return repr(forms).replace(delivery.id, "").encode("utf-8", "surrogatepass")
