"""What differs, for a terminal or a log."""

from collections.abc import Iterator
from dataclasses import dataclass

from runner.diff.result import Alarm, Change, Diff, PlaybookDiff, ProjectDiff, Setting
from runner.report.diff_words import (
    change_pieces,
    distinct_texts,
    playbook_title,
    say_counts,
    say_inclusion,
    say_price,
    say_setting,
)
from runner.report.findings_text import concise_finding
from runner.report.paint import BOLD, BOLD_RED, GREEN, RED, paint
from runner.report.visible import make_visible

_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
_STYLES = {"same": "", "removed": RED, "added": GREEN}


@dataclass(frozen=True, slots=True)
class Look:
    """How the report looks.

    `colour` adds ANSI colours, which say nothing that the words do not say. `private` says that
    somebody looks who may see recipients' values, where a difference lies within them.
    """

    colour: bool = False
    private: bool = False


def report_diff(diff: Diff, look: Look) -> Iterator[str]:
    """Yield the lines that tell what differs; nothing of playbooks that do not."""
    for project in diff.projects:
        yield from _project(project, look)
    for playbook in diff.playbooks:
        if playbook.differs or playbook.problems:
            yield from _playbook(playbook, look)


def _project(project: ProjectDiff, look: Look) -> Iterator[str]:
    yield f"{paint(make_visible(project.file), BOLD, colour=look.colour)}: environments"
    yield from _alarms(project.alarms, look)
    for setting in project.settings:
        yield _setting(setting)
    yield ""


def _playbook(playbook: PlaybookDiff, look: Look) -> Iterator[str]:
    title = make_visible(playbook_title(playbook))
    yield f"{paint(make_visible(playbook.file), BOLD, colour=look.colour)}: {title}"
    yield from _alarms(playbook.alarms, look)
    for when, problems in (("now", playbook.problems), ("before", playbook.problems_before)):
        for problem in problems:
            yield f"  {when}: {concise_finding(problem, colour=look.colour)}"
    summed = distinct_texts(playbook)
    if summed:
        yield f"  {summed}"
    for inclusion in playbook.inclusions:
        yield f"  {make_visible(say_inclusion(inclusion))}"
    for change in playbook.changes:
        yield from _change(change, look)
    for setting in playbook.settings:
        yield _setting(setting)
    yield ""


def _setting(setting: Setting) -> str:
    before, after = say_setting(setting)
    return f"  {make_visible(f'{setting.path}: {before} → {after}')}"


def _alarms(alarms: tuple[Alarm, ...], look: Look) -> Iterator[str]:
    for alarm in alarms:
        headline = paint(f"! {alarm.headline}", BOLD_RED, colour=look.colour)
        yield f"  {headline}: {make_visible(alarm.detail)}"


def _change(change: Change, look: Look) -> Iterator[str]:
    counted = say_counts(change.counts, change.subject)
    first = f", first {change.where}" if change.count > len(change.counts) else ""
    part = paint(make_visible(change.part), BOLD, colour=look.colour)
    yield f"  {part}  {counted}{make_visible(first)}"
    if change.inside and not look.private:
        yield f"    {make_visible(change.after or '')}"
        yield "    (the difference is within the values that are left out here)"
    else:
        yield from (f"    {line}" for line in _lines(change, look))
    price = say_price(change)
    if price:
        yield f"    = {price}"


def _lines(change: Change, look: Look) -> list[str]:
    """Return both texts in one, what goes in `[-…-]`, what comes in `{+…+}`."""
    text = ""
    for piece in change_pieces(change, real=change.inside):
        said = "\n".join(make_visible(line) for line in piece.text.split("\n"))
        text += paint(_MARKS[piece.kind].format(said), _STYLES[piece.kind], colour=look.colour)
    return text.rstrip("\n").split("\n")
