"""Whether an address has the form of its channel, and the right form where it can be told.

https://www.twilio.com/docs/glossary/what-e164
https://www.twilio.com/docs/whatsapp/api
"""

import re

from runner.model.channel import CHANNELS, Channel
from runner.model.document import Node, ScalarNode
from runner.model.problem import Edit, Problem
from runner.schema.store import read_schema

_FORMS = {
    "sms": "phone",
    "whatsapp": "whatsapp",
    "messenger": "messenger",
    "gbm": "gbm",
    "email": "email",
}
_FOREIGN = re.compile(r"(?i)(whatsapp|messenger|facebook|fb|gbm|sms|tel|mailto)\s*:\s*")
_DECORATION = re.compile(r"[\s\-.()\[\]]")
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]+)>\s*")


def fits(address: str, channel: str) -> bool:
    """Tell whether Twilio takes the address, once blanks, dashes, dots and brackets are gone."""
    if channel == "email" and _FOREIGN.match(address):
        return False
    form = read_schema("interaction-request")["$defs"][_FORMS[channel]]
    bare = address
    if CHANNELS[channel].phone:
        prefix, colon, number = address.rpartition(":")
        bare = f"{prefix}{colon}{_DECORATION.sub('', number)}"
    return re.search(form["pattern"], bare) is not None


def address_problem(node: Node, value: object, channel: str, name: str) -> Problem | None:
    """Return the finding about an address of the wrong form.

    `value` is what `node` was rendered to; a value that came out of a template is not shown, for it
    is somebody's address.
    """
    if channel not in _FORMS or not isinstance(value, str) or not isinstance(node, ScalarNode):
        return None
    kind = CHANNELS[channel]
    if isinstance(node.value, str) and "{" in node.value:
        remedy = _template_remedy(node.value, value, kind)
        return Problem(node.span, "FP320", _message(value, kind, name), remedy)
    right = _right_form(value, kind)
    remedy = f'write "{right}"' if right else f"write {_wanted(kind)}"
    edits = _edits(node, value, right, kind)
    return Problem(node.span, "FP320", _message(value, kind, name), remedy, edits=edits)


def _message(value: str, kind: Channel, name: str) -> str:
    foreign = _FOREIGN.match(value)
    written = foreign.group(1).lower() + ":" if foreign else ""
    if kind.prefix and not foreign:
        return f"{name} lacks {kind.prefix}, by which Twilio knows the channel"
    if written and written != kind.prefix:
        return f"{name} begins with {written}, which {kind.type} does not use"
    if kind.phone:
        return f"{name} is not a telephone number with its country (E.164)"
    return f"{name} is not in the form that {kind.type} wants"


def _wanted(kind: Channel) -> str:
    form = read_schema("interaction-request")["$defs"][_FORMS[kind.type]]
    return str(form["x-wanted"])


def _template_remedy(template: str, value: str, kind: Channel) -> str:
    """Return what to type instead of a template whose value has the wrong form."""
    if kind.prefix and not _FOREIGN.match(value) and fits(kind.prefix + value, kind.type):
        return f'write "{kind.prefix}{template}"'
    return f"let it give {_wanted(kind)}"


def _right_form(value: str, kind: Channel) -> str | None:
    """Return what the author most likely meant, if that would be taken."""
    bare = _FOREIGN.sub("", value.strip(), count=1).strip()
    if kind.type == "email" and (found := _IN_BRACKETS.fullmatch(bare)):
        bare = found.group(1)
    if kind.phone:
        bare = _DECORATION.sub("", bare)
        bare = "+" + bare.removeprefix("00").removeprefix("+")
        if len(bare) < 11 and not value.strip().startswith("+"):
            return None
    meant = f"{kind.prefix}{bare}"
    return meant if fits(meant, kind.type) else None


def _edits(node: ScalarNode, value: str, right: str | None, kind: Channel) -> tuple[Edit, ...]:
    """Return the mend, where only a prefix is wrong: that changes no number."""
    one_line = node.span.line == node.span.end_line
    bare = _FOREIGN.sub("", value, count=1)
    number = bare.startswith("+") or not kind.phone
    if right is None or not one_line or not number or kind.type == "email":
        return ()
    return (Edit(node.span, f'"{right}"'),)
