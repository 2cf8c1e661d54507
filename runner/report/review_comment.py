"""What merging a branch comes to, and what it changes, as the one comment on a pull request.

It begins with the review's first line and mark; what differs follows with the mark of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runner.diff.result import Diff
from runner.model.review import Review, SendReview
from runner.report.diff_markdown import COMMENT_LIMIT, comment_size, report_markdown
from runner.report.markdown import escape_markdown
from runner.report.plan_markdown import headline
from runner.report.review_markdown import (
    environment_title,
    heading_markdown,
    old_wording_markdown,
    reviewed_markdown,
    send_markdown,
)

_RULE = "## What changed\n\n"
# Room for the sentence that says what is left out, and for a line of whoever posts it.
_LAST_LINES = 800
# The least that what differs needs.
_LEAST = 2_000


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of the comment, and what stands in its place where there is no room for it."""

    whole: str
    short: str


def review_comment(review: Review, diff: Diff, limit: int = COMMENT_LIMIT) -> str:
    """Return the comment, in at most `limit` of GitHub's characters; the last line says if cut.

    A plan is shortened before it is left out: what an approval goes by, its digest, stays.
    """
    head = _join(heading_markdown(review))
    blocks = list(_blocks(review))
    kept, cut = _fit(blocks, limit - comment_size(head) - _LAST_LINES)
    text = head + kept
    room = limit - comment_size(text) - comment_size(_RULE) - _LAST_LINES
    changes = report_markdown(diff, room) if room >= _LEAST else ""
    if changes and comment_size(changes) <= room:
        text += _RULE + changes
    else:
        cut = [*cut, "what changed is left out"]
    return text + (_say_cut(cut) if cut else "")


def _blocks(review: Review) -> Iterator[_Block]:
    for environment in dict.fromkeys(each.environment for each in review.sends):
        title = _join(environment_title(environment))
        for send in review.sends:
            if send.environment == environment:
                yield _Block(title + _join(send_markdown(send)), title + _join(_shortened(send)))
                title = ""
    old = _join(old_wording_markdown(review))
    if old:
        yield _Block(old, "")


def _shortened(send: SendReview) -> Iterator[str]:
    """Yield what nobody may miss of a plan: how many, and the digest."""
    if not (send.heading and send.plan):
        yield f"### {escape_markdown(send.file)}: cannot be planned here"
        yield ""
        return
    title = headline(send.heading, send.plan)
    yield f"### {escape_markdown(send.file)}: {title[0].lower()}{title[1:]}"
    yield ""
    if send.heading.refused:
        yield from ("> **REFUSED**", "")
    if send.heading.digest:
        yield from (f"Digest `{send.heading.digest}`", "")
    yield from reviewed_markdown(send)


def _fit(blocks: Sequence[_Block], room: int) -> tuple[str, list[str]]:
    """Return as much as there is room for, and what is shortened or left out."""
    shorts = [comment_size(block.short) for block in blocks]
    text, shortened, missing = "", 0, 0
    for number, block in enumerate(blocks):
        left = room - comment_size(text)
        if comment_size(block.whole) <= left - sum(shorts[number + 1 :]):
            text += block.whole
        elif block.short and shorts[number] <= left:
            text += block.short
            shortened += 1
        else:
            missing += 1
    cut = [f"{shortened:,} shortened"] if shortened else []
    return text, cut + ([f"{missing:,} left out"] if missing else [])


def _say_cut(cut: Sequence[str]) -> str:
    return (
        f"\n**This is not all: {', '.join(cut)}**, since GitHub takes {COMMENT_LIMIT:,} characters "
        "at most. All of it: `flexplay review` and `flexplay diff`.\n"
    )


def _join(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
