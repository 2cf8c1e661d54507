"""What is compared as it is written, since no message shows it: settings and identity."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from runner.diff.parts import flatten
from runner.diff.result import Alarm, Setting
from runner.model.document import Document, Plain, to_plain
from runner.model.playbook import Playbook, RecipientSettings

_AGAIN = "EVERYBODY WOULD BE MESSAGED AGAIN"
_SETTINGS = ("delivery", "recipients")
_RENDERED = ("message", "participants", "channel", "routing")


def compare_playbooks(before: Playbook, after: Playbook, *, rendered: bool) -> tuple[Setting, ...]:
    """Return the settings that differ; what is rendered is told of only where nothing was."""
    names = _SETTINGS if rendered else (*_SETTINGS, *_RENDERED)
    old, new = _written(before, names), _written(after, names)
    if before.delivery == after.delivery:  # 60s and 1min are the same
        old, new = _without_delivery(old), _without_delivery(new)
    return tuple(_differences(old, new))


def playbook_alarms(before: Playbook, after: Playbook) -> tuple[Alarm, ...]:
    """Return what makes the same message another one for everybody who has got it already."""
    found = []
    if before.name != after.name:
        names = f"{before.name} becomes {after.name}"
        why = f"the playbook's name ({names}) is a part of every message's identity"
        found.append(Alarm("name", _AGAIN, why))
    old, new = before.recipients, after.recipients
    if bool(old) != bool(new):
        why = "the playbook has recipients on one side only, so its keys are others"
        found.append(Alarm("key", _AGAIN, why))
    elif old and new and _period(old) != _period(new):
        why = "recipients.period or its timezone changes, and every key has the period in it"
        found.append(Alarm("period", _AGAIN, why))
    return tuple(found)


def compare_projects(
    before: Document | None, after: Document | None, names: tuple[str, ...] = ()
) -> tuple[Setting, ...]:
    """Return what differs in the environments; their variables show in what is rendered.

    `names` are the environments to compare, if not all are.
    """
    return tuple(_differences(_project(before, names), _project(after, names)))


def project_alarms(
    before: Document | None, after: Document | None, names: tuple[str, ...] = ()
) -> tuple[Alarm, ...]:
    """Return what in the environments sends to other people, or to the same people again."""
    old, new = _environments(before, names), _environments(after, names)
    return tuple(
        alarm
        for name, given in new.items()
        for alarm in _environment_alarms(name, old.get(name), given)
    )


def _environment_alarms(
    name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> Iterator[Alarm]:
    if after.get("live") and not (before or {}).get("live"):
        yield Alarm("live", f"{name} WOULD REACH REAL PEOPLE", "live becomes true")
    if before is None:
        return
    again = f"{_AGAIN} in {name}"
    accounts = (before.get("account_sid"), after.get("account_sid"))
    if all(accounts) and accounts[0] != accounts[1]:
        why = "account_sid, a part of every message's identity, changes"
        yield Alarm("account", again, why)
    if before.get("journal") != after.get("journal"):
        why = "journal changes, and the other one does not know what was sent"
        yield Alarm("journal", again, why)


def _written(playbook: Playbook, names: tuple[str, ...]) -> dict[str, str]:
    root = cast("dict[str, Any]", to_plain(playbook.root))
    return dict(flatten({name: root[name] for name in names if name in root}))


def _without_delivery(texts: Mapping[str, str]) -> dict[str, str]:
    """Leave the settings of `delivery` out, but not its template."""
    kept = "delivery.not_after"
    return {
        path: text
        for path, text in texts.items()
        if path == kept or path.partition(".")[0] != "delivery"
    }


def _period(settings: RecipientSettings) -> tuple[str, str] | None:
    return (settings.period, settings.timezone) if settings.period else None


def _project(document: Document | None, names: tuple[str, ...]) -> dict[str, str]:
    given: Plain = {
        name: {key: value for key, value in each.items() if key != "vars"}
        for name, each in _environments(document, names).items()
    }
    return dict(flatten(given))


def _environments(document: Document | None, names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    data = cast("dict[str, Any]", to_plain(document.root)) if document else {}
    found = cast("dict[str, dict[str, Any]]", data.get("environments", {}))
    return {name: given for name, given in found.items() if not names or name in names}


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Setting]:
    for path in {**before, **after}:
        if before.get(path) != after.get(path):
            yield Setting(path, before.get(path), after.get(path))
