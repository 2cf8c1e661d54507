"""`flexplay plan`: what would be sent to whom, and why not to the others."""

import click

from runner.cli.choosing import choosing_options, chosen_keys
from runner.cli.options import format_option, journal_option, limit_option, recipients_option


@click.command("plan")
@click.argument("playbook", metavar="PLAYBOOK|SEND")
@recipients_option
@click.option(
    "-o", "--output", metavar="FILE", help="Keep the plan, so that exactly this can be applied."
)
@choosing_options
@limit_option
@click.option("--as-if", metavar="TIME", help="What would be held if it were this time.")
@click.option("--offline", is_flag=True, help="Ask no journal: who has got it stays unknown.")
@click.option(
    "--explain-vars", is_flag=True, help="Show every variable, and where its value comes from."
)
@click.option(
    "--detailed-exitcode", is_flag=True, help="End with 3 where there is something to send."
)
@format_option("text", "markdown", "json", "jsonl")
@journal_option
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    playbook: str,
    recipients: str | None,
    output: str | None,
    fields: dict[str, str],
    key: str | None,
    only: tuple[str, ...],
    select: str | None,
    variables: dict[str, str],
    environment: str | None,
    new_journal: bool,
    base_url: str | None,
    limit: int | None,
    as_if: str | None,
    offline: bool,
    explain_vars: bool,
    detailed_exitcode: bool,
    style: str,
    journal: str | None,
) -> int:
    """Say what sending PLAYBOOK, or what the send file SEND asks for, would come to.

    Nothing is sent. With -o the plan is kept in a file that holds no personal data: it can be
    reviewed, and applied exactly so with flexplay apply.
    """
    from runner.cli.journal_access import JournalChoice  # noqa: PLC0415 - not for --help
    from runner.cli.planning import PlanOptions, plan_wish, show_variables  # noqa: PLC0415
    from runner.prepare import Wish  # noqa: PLC0415

    choice = JournalChoice(journal, new_journal)
    keys = chosen_keys(only, select, choice)
    wish = Wish(
        playbook, recipients, fields, variables, environment, key, keys, typed_keys=frozenset(only)
    )
    options = PlanOptions(
        style, choice, base_url, limit, output, as_if, offline=offline, detailed=detailed_exitcode
    )
    return show_variables(wish, style) if explain_vars else plan_wish(wish, options)
