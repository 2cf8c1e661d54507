"""What a template can see. The class names are what findings call the values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from runner.model.document import Plain


class Recipient(dict[str, Plain]):
    """The recipient's fields."""


class Vars(dict[str, Plain]):
    """The playbook's variables, overridden by the environment's and the command line's."""


class Playbook(dict[str, Plain]):
    """What a template may know of its playbook."""


def make_context(
    recipient: Mapping[str, Plain],
    variables: Mapping[str, Plain],
    env: str,
    playbook: str,
    now: datetime | None,
) -> dict[str, Any]:
    """Return the names of a template. Without `now`, the template may not know the time."""
    context: dict[str, Any] = {
        "recipient": Recipient(recipient),
        "vars": Vars(variables),
        "env": env,
        "playbook": Playbook(name=playbook),
    }
    return context if now is None else {**context, "now": now}
