"""FP208: a variable or a field that is declared and never used."""

from collections.abc import Iterator

from runner.model.document import Entry, MappingNode, SequenceNode, to_plain
from runner.model.playbook import Playbook
from runner.model.problem import Problem, Severity
from runner.render.reading import read_playbook

_UNDERSTOOD = frozenset({"timezone", "language", "lang"})


def check(playbook: Playbook) -> Iterator[Problem]:
    """Warn of unused variables, and tell of unused fields.

    Where a template takes them all, or chooses by a name that it works out, all count as used. So
    do required fields, which are what was agreed with whoever makes the file, and those that hours
    and required wording are decided by.
    """
    read = read_playbook(playbook)
    used = read.uses("vars")
    for entry in _entries(playbook.root.get("vars")) if used is not None else ():
        if used is not None and entry.key.value not in used:
            yield _unused(entry, "vars", Severity.WARNING)
    schema = playbook.recipients.schema if playbook.recipients else None
    used = read.uses("recipient")
    if schema is None or used is None:
        return
    required = schema.get("required")
    wanted = to_plain(required) if isinstance(required, SequenceNode) else []
    agreed = set(map(str, wanted)) if isinstance(wanted, list) else set()
    for entry in _entries(schema.get("properties")):
        if str(entry.key.value) not in used | agreed | _UNDERSTOOD:
            yield _unused(entry, "recipient", Severity.INFO)


def _unused(entry: Entry, owner: str, severity: Severity) -> Problem:
    why = f"no template uses {owner}.{entry.key.value}"
    return Problem(entry.key.span, "FP208", why, "use it, or take it out", severity)


def _entries(node: object) -> tuple[Entry, ...]:
    return node.entries if isinstance(node, MappingNode) else ()
