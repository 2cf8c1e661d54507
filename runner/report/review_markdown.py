"""What merging a branch comes to, as a comment on a pull request: one section per environment.

The second line is a mark that is never shown: whoever posts the comment finds the earlier one by
it, and updates that in its place.
"""

from collections.abc import Iterator

from runner.model.review import Review, SendReview
from runner.report.findings_text import concise_finding
from runner.report.markdown import escape_markdown
from runner.report.plan_markdown import plan_markdown
from runner.report.review_words import OTHER, SAME, review_headline

MARK = "<!-- flexplay review -->"


def review_markdown(review: Review) -> Iterator[str]:
    """Yield the lines; the first says what merging sends."""
    yield f"**{escape_markdown(review_headline(review))}**"
    yield MARK
    yield ""
    for environment in dict.fromkeys(each.environment for each in review.sends):
        yield f"## {escape_markdown(environment) or 'Unknown environment'}"
        yield ""
        for send in review.sends:
            if send.environment == environment:
                yield from _send(send)
    yield from _old_wording(review)


def _send(send: SendReview) -> Iterator[str]:
    if send.heading and send.plan:
        yield from plan_markdown(send.heading, send.plan, send.file)
        yield from _reviewed(send)
        return
    yield f"### {escape_markdown(send.file)}: cannot be planned here"
    yield ""
    if send.refused:
        yield f"> **REFUSED:** {escape_markdown(send.refused)}"
    for problem in send.problems:
        yield f"- {escape_markdown(concise_finding(problem))}"
    yield ""


def _reviewed(send: SendReview) -> Iterator[str]:
    if send.reviewed is not None:
        yield f"**{SAME if send.reviewed else OTHER}**"
        yield ""


def _old_wording(review: Review) -> Iterator[str]:
    """Say who has got a message whose wording changes: they get nothing again."""
    told = [each for each in review.old_wording if each.people != 0]
    if not told:
        return
    yield "## Changed wording"
    yield ""
    for each in told:
        where = f"{escape_markdown(each.playbook)} in {escape_markdown(each.environment)}"
        if each.people is None:
            yield f"- {where}: nobody knows here who has got it"
        else:
            people = "1 person has" if each.people == 1 else f"{each.people:,} people have"
            yield f"- {where}: {people} the old wording; under the same keys they get nothing again"
    yield ""
