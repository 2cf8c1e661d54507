"""What differs, as a comment on a pull request.

The first line says it in one sentence. The second is a mark that is never shown: whoever posts the
comment finds the earlier one by it, and updates that in its place.
"""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runner.diff.result import Alarm, Change, Diff, PlaybookDiff, ProjectDiff, Setting
from runner.model.problem import Problem
from runner.report.diff_words import (
    change_pieces,
    distinct_texts,
    playbook_title,
    say_counts,
    say_inclusion,
    say_price,
    say_setting,
    summary_line,
)
from runner.report.findings_text import concise_finding
from runner.report.markdown import escape_markdown
from runner.report.visible import make_visible

COMMENT_LIMIT = 65_536
"""GitHub refuses a longer comment: "body is too long (maximum is 65536 characters)"."""
MARK = "<!-- flexplay diff -->"

_TAGS = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}
_LONGEST_TEXT = 8_000
_MOST_ALARMS = 20
_END = "\n</details>\n"
# Room for the sentence that says what is left out.
_LAST_LINE = 300


@dataclass(frozen=True, slots=True)
class _Section:
    """What folds: a head that is always seen, and what is below it, piece by piece."""

    head: str
    blocks: tuple[str, ...]


def report_markdown(diff: Diff, limit: int = COMMENT_LIMIT) -> str:
    """Return the comment, in at most `limit` of GitHub's characters; the last line says if cut."""
    head = f"**flexplay diff**: {escape_markdown(summary_line(diff))}\n{MARK}\n"
    alarms = [f"- {_alarm(alarm)} (in {escape_markdown(file)})\n" for file, alarm in diff.alarms]
    if alarms:
        head += "\n" + "".join(alarms[:_MOST_ALARMS])
    if len(alarms) > _MOST_ALARMS:
        head += f"- and {len(alarms) - _MOST_ALARMS:,} more\n"
    sections = [_project(project) for project in diff.projects]
    told = [each for each in diff.playbooks if each.differs or each.problems]
    sections += [_playbook(playbook) for playbook in told]
    return _fit(head, sections, limit)


def _fit(head: str, sections: Sequence[_Section], limit: int) -> str:
    """Return as much as there is room for; a section is cut between its blocks."""
    text, left = head, limit - comment_size(head) - _LAST_LINE
    for number, section in enumerate(sections):
        opening = f"\n<details><summary>{section.head}</summary>\n"
        room = left - comment_size(opening) - comment_size(_END)
        kept = list(_first(section.blocks, room))
        if room >= 0:
            text += opening + "".join(kept) + _END
            left = room - sum(map(comment_size, kept))
        if room < 0 or len(kept) < len(section.blocks):
            return text + _say_cut(len(sections) - number - (room >= 0), cut=room >= 0)
    return text


def _first(blocks: Sequence[str], room: int) -> Iterator[str]:
    for block in blocks:
        room -= comment_size(block)
        if room < 0:
            return
        yield block


def _say_cut(missing: int, *, cut: bool) -> str:
    said = ["the last one is cut"] if cut else []
    said += [f"{missing:,} more are left out"] if missing else []
    return (
        f"\n**This is not all: {', and '.join(said)}**, since GitHub takes "
        f"{COMMENT_LIMIT:,} characters at most. All of it: `flexplay diff`.\n"
    )


def _project(project: ProjectDiff) -> _Section:
    blocks = tuple(map(_setting, project.settings))
    return _Section(f"<b>{_line(project.file)}</b>: environments", blocks)


def _playbook(playbook: PlaybookDiff) -> _Section:
    return _Section(
        f"<b>{_line(playbook.file)}</b>: {_line(playbook_title(playbook))}",
        tuple(_blocks(playbook)),
    )


def _blocks(playbook: PlaybookDiff) -> Iterator[str]:
    for when, problems in (("now", playbook.problems), ("before", playbook.problems_before)):
        yield from (f"\n- {_problem(when, problem)}\n" for problem in problems)
    summed = distinct_texts(playbook)
    if summed:
        yield f"\n{escape_markdown(summed)}\n"
    for inclusion in playbook.inclusions:
        yield f"\n- {escape_markdown(say_inclusion(inclusion))}\n"
    yield from map(_change, playbook.changes)
    yield from map(_setting, playbook.settings)


def _change(change: Change) -> str:
    said = say_counts(change.counts, change.subject)
    price = say_price(change)
    title = f"\n{_named(change.part, f'{said}; {price}' if price else said)}\n"
    if change.inside:
        why = "The difference is within the values that are left out here."
        return f"{title}<pre>{_html(_cut(change.after or ''))}</pre>\n{why}\n"
    pieces = change_pieces(change)
    shown = "".join(_TAGS[piece.kind].format(_html(_cut(piece.text))) for piece in pieces)
    return f"{title}<pre>{shown}</pre>\n"


def _setting(setting: Setting) -> str:
    """Return a setting; in code, so that an @ or # in it calls nobody."""
    before, after = (f"<code>{escape_markdown(_cut(text))}</code>" for text in say_setting(setting))
    return f"\n- **{escape_markdown(setting.path)}** {before} → {after}\n"


def _alarm(alarm: Alarm) -> str:
    return f"**{escape_markdown(alarm.headline)}**: {escape_markdown(alarm.detail)}"


def _problem(when: str, problem: Problem) -> str:
    return escape_markdown(f"{when}: {concise_finding(problem)}")


def _named(name: str, said: str) -> str:
    return f"**{escape_markdown(name)}** {escape_markdown(said)}"


def _line(text: str) -> str:
    """Return HTML that shows exactly this text on one line."""
    return html.escape(make_visible(text), quote=False)


def _html(text: str) -> str:
    """Return HTML that shows exactly this text, its lines kept."""
    return "\n".join(map(_line, text.split("\n")))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]} […]"


def comment_size(text: str) -> int:
    """Return the length in UTF-16, which is never less than what GitHub counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
