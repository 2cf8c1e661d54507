"""`flexplay review`: what merging a branch would send."""

import click

from runner.cli.options import base_url_option, format_option, journal_option


@click.command("review")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--base", required=True, metavar="REV", help="The commit to compare with.")
@click.option(
    "--merge-base",
    is_flag=True,
    help="Compare with the commit at which the branch left the base, not with its newest.",
)
@click.option(
    "-o",
    "--output",
    metavar="FOLDER",
    help="Keep the plan of every send file there, so that exactly these can be applied.",
)
@click.option(
    "--reviewed",
    metavar="FILE",
    help="Say whether the plans are those whose digests stand in this text.",
)
@click.option(
    "--comment",
    metavar="FILE",
    help="Write the pull request's comment there: all this, and what changed, in Markdown.",
)
@click.option("--offline", is_flag=True, help="Ask no journal: who has got it stays unknown.")
@click.option(
    "--new-journal", is_flag=True, help="Make the journal if there is none; harmless if there is."
)
@click.option(
    "--detailed-exitcode", is_flag=True, help="End with 3 where there is something to send."
)
@base_url_option
@format_option("text", "markdown", "json")
@journal_option
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[str, ...],
    base: str,
    merge_base: bool,
    output: str | None,
    reviewed: str | None,
    comment: str | None,
    offline: bool,
    new_journal: bool,
    detailed_exitcode: bool,
    base_url: str | None,
    style: str,
    journal: str | None,
) -> int:
    """Say what merging this branch would send: the plans of the send files that are new or changed.

    And how many people have got a playbook's message whose wording changes. Nothing is sent. A
    folder stands for the files below it; without a PATH, it is the current one.
    """
    from runner.cli.journal_access import JournalChoice  # noqa: PLC0415 - not for --help
    from runner.cli.planning import PlanOptions  # noqa: PLC0415
    from runner.cli.reviewing import ReviewOptions, review_branch  # noqa: PLC0415
    from runner.compare.revisions import Revisions  # noqa: PLC0415

    planning = PlanOptions(
        style,
        JournalChoice(journal, new_journal),
        base_url,
        offline=offline,
        detailed=detailed_exitcode,
    )
    options = ReviewOptions(
        Revisions(base, fork=merge_base), paths or (".",), planning, output, reviewed, comment
    )
    return review_branch(options)
