"""What the customer gets to see of a delivery."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.model.delivery import Delivery
from runner.model.exchange import Fields


@dataclass(frozen=True, slots=True)
class Message:
    """The message's own fields, as they would be posted; empty where there is none.

    With a `content_sid`, Twilio takes the text from that template, and there is no `body`.
    """

    author: str = ""
    body: str = ""
    subject: str = ""
    content_sid: str = ""
    content_variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text, or what is known of it where Twilio fills a template."""
        if self.body or not self.content_sid:
            return self.body
        values = ", ".join(f"{name}={value}" for name, value in self.content_variables.items())
        return f"{self.content_sid} ({values})" if values else self.content_sid


def message_of(delivery: Delivery) -> Message:
    """Return the message of a delivery."""
    return _read(delivery.message)


def outline_of(delivery: Delivery) -> Message:
    """Return the message with the recipient's values left out; empty if it was not asked for."""
    return _read(delivery.outline)


def _read(fields: Fields) -> Message:
    form = dict(fields)
    return Message(
        author=form.get("Author", ""),
        body=form.get("Body", ""),
        subject=form.get("Subject", ""),
        content_sid=form.get("ContentSid", ""),
        content_variables=json.loads(form.get("ContentVariables", "{}")),
    )
