"""A delivery as the parts that a playbook names: `message.body`, `routing.properties.queue_sid`.

Every part has two texts: the one that would be sent, and the one that may be shown to those who
must not see the recipient, where `‹name›` stands for a value. What may be shown also tells which
parts belong together: two recipients of one template have the same.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from runner.model.delivery import Delivery
from runner.model.document import Plain
from runner.model.exchange import Fields
from runner.render.forms import MESSAGE_FIELDS

_MESSAGE = {form: name for name, form in MESSAGE_FIELDS.items()}
_JSON = frozenset({"Attributes", "Channel", "ContentVariables", "Routing"})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what would be sent, as it is and as it may be shown."""

    text: str
    shown: str


Parts: TypeAlias = Mapping[str, Part]


def parts_of(delivery: Delivery, request_outline: Plain) -> Parts:
    """Return every part of a delivery, by its path in the playbook, the message first.

    The delivery must have its outline; `request_outline` is that of everything else.
    """
    message = dict(_pairs("message", _message(delivery.message), _message(delivery.outline)))
    return {**message, **dict(_pairs("", _request(delivery), request_outline))}


def flatten(data: Plain, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield what is written at the end of each path; a list, or a mapping of nothing, is one."""
    if isinstance(data, dict) and (data or not path):
        for key, value in data.items():
            yield from flatten(value, _below(path, key))
    else:
        yield path, _text(data)


def _message(fields: Fields) -> dict[str, Any]:
    return {_MESSAGE[name]: value for name, value in _decode(fields).items()}


def _request(delivery: Delivery) -> dict[str, Any]:
    """Return the Create Interaction form under the playbook's names."""
    form = _decode(delivery.interaction)
    channel = form["Channel"]
    names = {"Routing": "routing", "InteractionContextSid": "interaction_context_sid"}
    names["WebhookTtid"] = "webhook_ttid"
    return {
        "participants": channel["participants"],
        "channel": channel,
        **{names[name]: value for name, value in form.items() if name in names},
        "delivery": {} if delivery.not_after is None else {"not_after": delivery.not_after},
    }


def _decode(fields: Fields) -> dict[str, Any]:
    return {name: json.loads(value) if name in _JSON else value for name, value in fields}


def _pairs(path: str, real: Any, shown: Any) -> Iterator[tuple[str, Part]]:
    """Walk both together; what is one text in the one is one part, whatever it is in the other."""
    if isinstance(shown, dict) and isinstance(real, dict):
        for key in shown:
            if key in real:
                yield from _pairs(_below(path, key), real[key], shown[key])
    elif isinstance(shown, list) and isinstance(real, list):
        for number, (one, other) in enumerate(zip(real, shown, strict=False)):
            yield from _pairs(f"{path}[{number}]", one, other)
    else:
        yield path, Part(_text(real), _text(shown))


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
