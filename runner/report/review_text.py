"""What merging a branch comes to, for people at a terminal."""

from collections.abc import Iterator

from runner.model.review import Review, SendReview
from runner.report.findings_text import concise_finding
from runner.report.plan_text import plan_text
from runner.report.review_words import OTHER, SAME, review_headline


def review_text(review: Review) -> Iterator[str]:
    """Yield the lines: each send file's plan, and in the end what merging sends."""
    for send in review.sends:
        yield f"== {send.file}"
        yield from _send(send)
        yield ""
    for each in review.old_wording:
        if each.people is None:
            yield f"{each.playbook} in {each.environment}: nobody knows here who has got it"
        elif each.people:
            yield f"{each.playbook} in {each.environment}: {each.people:,} have the old wording"
    yield f"{review_headline(review)}."


def _send(send: SendReview) -> Iterator[str]:
    if send.heading and send.plan:
        yield from plan_text(send.heading, send.plan)
    for problem in send.problems:
        yield concise_finding(problem)
    if send.refused:
        yield f"REFUSED: {send.refused}"
    if send.reviewed is not None:
        yield SAME if send.reviewed else OTHER
