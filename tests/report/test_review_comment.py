"""The one comment on a pull request: whole where there is room, and digests stay where not."""

import pytest

from runner.diff.result import Change, Diff, PlaybookDiff
from runner.model.exit_code import ExitCode
from runner.model.plan import Heading, Plan, Text
from runner.model.review import Review, SendReview
from runner.report.diff_markdown import COMMENT_LIMIT, comment_size
from runner.report.review_comment import review_comment
from runner.report.review_markdown import review_markdown


def _digest(number: int) -> str:
    return f"sha256:{number:064x}"


def _send(number: int, outline: str) -> SendReview:
    plan = Plan(5, {"send": 5}, "sms", texts=(Text("", outline, 5),))
    heading = Heading(
        "production", "AC1", "reminder", "", "r.csv", file="plan.json", digest=_digest(number)
    )
    return SendReview(f"sends/{number}.yaml", "production", ExitCode.DONE, heading, plan)


def _review(count: int, outline: str) -> Review:
    sends = tuple(_send(number, outline) for number in range(count))
    return Review("main", ("production",), sends, ())


def _diff(count: int) -> Diff:
    change = Change("message.body", "sample", {"default": 1}, "old", "new 🙂", ("old", "new"), "1")
    files = (f"{number}.yaml" for number in range(count))
    return Diff(
        "main (abc)",
        "the work tree",
        tuple(
            PlaybookDiff(file, "a", "changed", file, "a", changes=(change,), rendered={"sample": 1})
            for file in files
        ),
    )


def test_where_there_is_room_it_is_whole() -> None:
    """The review as it is printed, then the difference."""
    review = _review(2, "Hi.")
    comment = review_comment(review, _diff(3))
    printed = "".join(f"{line}\n" for line in review_markdown(review))
    assert comment.startswith(printed + "## What changed\n\n**flexplay diff**")
    assert "This is not all" not in comment


@pytest.mark.parametrize(("count", "files"), [(5, 3000), (30, 3000), (150, 3), (3000, 3)])
def test_it_is_never_longer_than_github_takes(count: int, files: int) -> None:
    """What is cut is counted, and there is room left for whoever posts it."""
    comment = review_comment(_review(count, "Hi 🙂 " * 500), _diff(files))
    assert comment_size(comment) <= COMMENT_LIMIT - 500
    assert "**This is not all" in comment
    assert comment.count("```") % 2 == 0
    assert comment.count("<details>") == comment.count("</details>")


def test_a_plan_that_is_cut_keeps_its_digest() -> None:
    """Or nobody could tell after the merge that it was reviewed."""
    comment = review_comment(_review(150, "Hi 🙂 " * 500), _diff(3))
    assert all(_digest(number) in comment for number in range(150))
    assert " shortened" in comment
    assert "sends/149.yaml: sends 5 messages in production" in comment
