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
    yield from heading_markdown(review)
    for environment in dict.fromkeys(each.environment for each in review.sends):
        yield from environment_title(environment)
        for send in review.sends:
            if send.environment == environment:
                yield from send_markdown(send)
    yield from old_wording_markdown(review)


def heading_markdown(review: Review) -> Iterator[str]:
    """Yield what merging sends, and the mark."""
    yield f"**{escape_markdown(review_headline(review))}**"
    yield MARK
    yield ""


def environment_title(environment: str) -> Iterator[str]:
    """Yield the title of an environment's section."""
    yield f"## {escape_markdown(environment) or 'Unknown environment'}"
    yield ""


def send_markdown(send: SendReview) -> Iterator[str]:
    """Yield the plan of a send file, or why there is none."""
    if send.heading and send.plan:
        yield from plan_markdown(send.heading, send.plan, send.file)
        yield from reviewed_markdown(send)
        return
    yield f"### {escape_markdown(send.file)}: cannot be planned here"
    yield ""
    if send.refused:
        yield f"> **REFUSED:** {escape_markdown(send.refused)}"
    for problem in send.problems:
        yield f"- {escape_markdown(concise_finding(problem))}"
    yield ""


def reviewed_markdown(send: SendReview) -> Iterator[str]:
    """Say whether the plan is what was reviewed, if there is something to compare with."""
    if send.reviewed is not None:
        yield f"**{SAME if send.reviewed else OTHER}**"
        yield ""


def old_wording_markdown(review: Review) -> Iterator[str]:
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
