"""What differs, as one document (`schemas/diff.schema.json`)."""

from typing import Any

from runner.diff.result import Alarm, Change, Diff, Inclusion, PlaybookDiff, Price, Setting
from runner.model.exit_code import ExitCode
from runner.report.diff_words import kind_of
from runner.report.findings_json import finding_object
from runner.report.word_diff import diff_words


def diff_document(diff: Diff, code: ExitCode) -> dict[str, Any]:
    """Return the document; recipients' texts have their values left out, wherever it goes."""
    return {
        "base": diff.base,
        "head": diff.head,
        "differs": diff.differs,
        "playbooks": [_playbook(playbook) for playbook in diff.playbooks],
        "projects": [
            {
                "file": project.file,
                "alarms": [_alarm(alarm) for alarm in project.alarms],
                "settings": [_setting(setting) for setting in project.settings],
            }
            for project in diff.projects
        ],
        "findings": [finding_object(problem) for problem in diff.problems],
        "exit_code": int(code),
    }


def _playbook(playbook: PlaybookDiff) -> dict[str, Any]:
    return {
        "file": playbook.file,
        "file_before": playbook.file_before,
        "name": playbook.name,
        "name_before": playbook.name_before,
        "state": playbook.state,
        "alarms": [_alarm(alarm) for alarm in playbook.alarms],
        "changes": [_change(change) for change in playbook.changes],
        "inclusions": [_inclusion(inclusion) for inclusion in playbook.inclusions],
        "settings": [_setting(setting) for setting in playbook.settings],
        "rendered": {
            "samples": playbook.rendered.get("sample", 0),
            "recipients": playbook.rendered.get("recipient", 0),
        },
        "findings_before": [finding_object(problem) for problem in playbook.problems_before],
    }


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {"kind": alarm.kind, "headline": alarm.headline, "detail": alarm.detail}


def _change(change: Change) -> dict[str, Any]:
    pieces = diff_words(change.before or "", change.after or "")
    return {
        "part": change.part,
        "kind": kind_of(change.part),
        "subject": change.subject,
        "counts": dict(change.counts),
        "before": change.before,
        "after": change.after,
        "inside": change.inside,
        "words": [{"kind": piece.kind, "text": piece.text} for piece in pieces],
        "first": change.where,
        "price_before": _price(change.price_before),
        "price_after": _price(change.price_after),
    }


def _price(price: Price | None) -> dict[str, Any] | None:
    if price is None:
        return None
    return {"segments": price.segments, "encodings": list(price.encodings)}


def _inclusion(inclusion: Inclusion) -> dict[str, Any]:
    return {
        "what": inclusion.what,
        "subject": inclusion.subject,
        "counts": dict(inclusion.counts),
        "examples": list(inclusion.examples),
    }


def _setting(setting: Setting) -> dict[str, Any]:
    return {"path": setting.path, "before": setting.before, "after": setting.after}
