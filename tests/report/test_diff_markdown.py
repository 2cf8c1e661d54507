"""The comment on a pull request: whole where there is room, and nothing in it acts."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from runner.diff.result import Alarm, Change, Diff, Inclusion, PlaybookDiff, ProjectDiff, Setting
from runner.model.place import Span
from runner.model.problem import Problem
from runner.report.diff_markdown import COMMENT_LIMIT, MARK, report_markdown

_MARKS = (
    "a",
    " ",
    "|",
    "`",
    "*",
    "</pre>",
    "<!--",
    "&lt;",
    "[x](y)",
    "\\",
    "#1",
    "@you",
    "\n",
    "\n\n",
)
_HOSTILE = st.text(max_size=30) | st.lists(st.sampled_from(_MARKS), max_size=8).map("".join)


def _change(before: str, after: str, part: str = "message.body") -> Change:
    return Change(part, "sample", {"default": 1}, before, after, (before, after), "sample 1")


def _playbook(*changes: Change, file: str = "a.yaml") -> PlaybookDiff:
    return PlaybookDiff(file, "a", "changed", file, "a", changes=changes, rendered={"sample": 1})


def _diff(*playbooks: PlaybookDiff) -> Diff:
    return Diff("main (abc)", "the work tree", playbooks)


def _size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize("count", [1, 5, 400, 3000])
def test_a_comment_is_never_longer_than_github_takes(count: int) -> None:
    """What does not fit is counted, and what folds is closed."""
    files = [_playbook(_change("old 🙂 " * 20, "new"), file=f"{n}.yaml") for n in range(count)]
    text = report_markdown(_diff(*files))
    assert _size(text) <= COMMENT_LIMIT
    assert text.count("<details>") == text.count("</details>")
    whole = text.count("<details>") == count
    assert whole == ("This is not all" not in text)
    assert whole == (count < 400)
    if not whole:
        left = count - text.count("<details>")
        assert f"**This is not all: the last one is cut, and {left:,} more are left out**" in text


def test_one_long_playbook_is_cut_between_its_changes() -> None:
    """The first changes are shown whole."""
    changes = [_change("x" * 900, "y" * 900, f"routing.{number}") for number in range(100)]
    text = report_markdown(_diff(_playbook(*changes)))
    assert _size(text) <= COMMENT_LIMIT
    assert text.count("<pre>") == text.count("</pre>") >= 30
    assert "**This is not all: the last one is cut**" in text


def test_one_long_text_is_cut() -> None:
    """So that the others have room."""
    text = report_markdown(_diff(_playbook(_change("x" * 50_000, "y" * 50_000))))
    assert _size(text) < COMMENT_LIMIT / 2
    assert "x […]</del>" in text
    assert "This is not all" not in text


def test_many_alarms_leave_room_for_the_rest() -> None:
    """The first are enough to be alarmed; the sum counts all of them."""
    alarm = Alarm("key", "EVERYBODY WOULD BE MESSAGED AGAIN", "the key of every sample changes")
    files = [replace(_playbook(file=f"{n}.yaml"), alarms=(alarm,)) for n in range(400)]
    text = report_markdown(_diff(*files))
    assert _size(text) <= COMMENT_LIMIT
    assert text.count("\n- **EVERYBODY") == 20
    assert "380 more" in text.partition("<details>")[0]


@settings(max_examples=60)
@given(_HOSTILE, _HOSTILE)
def test_nothing_in_a_text_acts(before: str, after: str) -> None:
    """Whoever writes a playbook writes neither HTML nor Markdown into the comment."""
    problem = Problem(Span(before, 1, 1, 1, 2), "FP102", after, before)
    playbook = replace(
        _playbook(_change(before, after), file=f"{after}.yaml"),
        inclusions=(Inclusion("added", "sample", {"default": 1}, (before,)),),
        settings=(Setting(before, before, after),),
        problems=(problem,),
    )
    project = ProjectDiff(before, (Alarm("live", "LIVE", after),), (Setting("a", before, None),))
    text = report_markdown(replace(_diff(playbook), projects=(project,)))
    allowed = {
        "<!-- flexplay diff -->",
        "<!-- -->",
        "<details>",
        "</details>",
        "<summary>",
        "</summary>",
    }
    allowed |= {
        "<b>",
        "</b>",
        "<pre>",
        "</pre>",
        "<del>",
        "</del>",
        "<ins>",
        "</ins>",
        "<code>",
        "</code>",
    }
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    html = "".join(token.content for token in (*tokens, *inline) if "html" in token.type)
    assert set(re.findall(r"<[^>]*>", html)) <= allowed
    kinds = {token.type for token in (*tokens, *inline)}
    assert not kinds & {"link_open", "image", "em_open", "code_inline", "fence", "heading_open"}


def test_the_mark_is_on_the_second_line() -> None:
    """The first is what a notification shows."""
    first, second, *_ = report_markdown(_diff(_playbook(_change("a", "b")))).splitlines()
    assert first == (
        "**flexplay diff**: 1 of 1 playbook differs (1 changed): "
        "the work tree compared with main (abc)."
    )
    assert second == MARK == "<!-- flexplay diff -->"


def test_no_difference_is_a_comment_of_one_line() -> None:
    """It takes the place of an earlier comment that told of one."""
    text = report_markdown(_diff(PlaybookDiff("a.yaml", "a", "same", rendered={"sample": 1})))
    assert text == (
        "**flexplay diff**: No difference in 1 playbook: the work tree compared with main (abc).\n"
        f"{MARK}\n"
    )
