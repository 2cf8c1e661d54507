"""Where in the playbook a field of the two requests comes from."""

from runner.model.document import MappingNode, Path
from runner.model.playbook import Playbook

_ORIGINS: dict[Path, Path] = {
    ("Channel", "participants"): ("participants",),
    ("Channel",): ("channel",),
    ("Routing",): ("routing",),
    ("InteractionContextSid",): ("interaction_context_sid",),
    ("WebhookTtid",): ("webhook_ttid",),
    ("Author",): ("message", "author"),
    ("Body",): ("message", "body"),
    ("Subject",): ("message", "subject"),
    ("ContentSid",): ("message", "content_sid"),
    ("ContentVariables",): ("message", "content_variables"),
    ("Attributes",): ("message", "attributes"),
}
REQUEST_FIELDS = tuple(dict.fromkeys(str(path[0]) for path in _ORIGINS))
"""The names of the fields of both requests."""


def origin_of(playbook: Playbook, path: Path) -> Path:
    """Return the playbook's path for a path in a request; the message's text may stand in a file.

    A path that comes from nowhere in particular is returned as it is.
    """
    if path[:1] == ("Body",) and _has_template(playbook):
        return ("message", "template", *path[1:])
    for length in (2, 1):
        if path[:length] in _ORIGINS:
            return (*_ORIGINS[path[:length]], *path[length:])
    return path


def _has_template(playbook: Playbook) -> bool:
    message = playbook.root.get("message")
    return isinstance(message, MappingNode) and message.get("template") is not None
