"""`flexplay resume`: settle what is uncertain, then send what is pending or held."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from runner.cli.options import choose_patience, sending_options, waiting_options
from runner.model.errors import UsageFault

if TYPE_CHECKING:
    from datetime import timedelta

    from runner.book.detail import Detail
    from runner.journal.ledger import RunRow
    from runner.prepare import Wish


@click.command("resume")
@click.argument("run", required=False)
@sending_options
@waiting_options
@click.option("--failed", is_flag=True, help="Try definite failures again, too.")
@click.option(
    "--resend", multiple=True, metavar="KEY", help="Send this key again on purpose; repeatable."
)
@click.option("--reason", metavar="TEXT", help="Why --resend is right; it is written down.")
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    run: str | None,
    recipients: str | None,
    limit: int | None,
    skip_rejected: bool,
    yes: bool,
    expect: int | None,
    style: str,
    journal: str | None,
    failed: bool,
    resend: tuple[str, ...],
    reason: str | None,
    wait: bool,
    max_wait: "timedelta | None",
) -> int:
    """Carry on RUN, or the newest run: first settle what is uncertain by reading Twilio.

    What was sent is never sent again, unless --resend says so.
    """
    from runner.book.journal_book import Wanted  # noqa: PLC0415 - not for --help
    from runner.cli.journal_access import JournalChoice, open_existing  # noqa: PLC0415
    from runner.cli.runs import find_run  # noqa: PLC0415
    from runner.cli.sending import Taken, send_wish  # noqa: PLC0415
    from runner.cli.sending_choice import Options  # noqa: PLC0415

    choice = JournalChoice(journal)
    again = frozenset(resend)
    wanted = Wanted(failed, settle=True, again=again, reason=_say_reason(resend, reason))
    options = Options(
        style,
        limit,
        expect,
        yes,
        skip_rejected,
        sandbox=False,
        journal=choice,
        wanted=wanted,
        patience=choose_patience(wait=wait, longest=max_wait),
    )
    with ExitStack() as stack:
        opened = open_existing(stack, choice)
        row = find_run(opened.journal, run)
        detail = _check_detail(row, recipients)
        wish = _make_wish(detail, recipients, again)
        base_url = None if row.scope == "twilio" else row.scope
        return send_wish(wish, base_url, options, Taken(opened, row, detail, recipients))


def _say_reason(resend: tuple[str, ...], reason: str | None) -> str:
    """Return what is written down of keys that are sent again on purpose: who, and why.

    Raises:
        UsageFault: one is given without the other.
    """
    from runner.cli.operator import operator_name  # noqa: PLC0415 - not for --help

    if bool(resend) != bool(reason):
        raise UsageFault("--resend and --reason belong together", "say why it is sent again")
    return f"sent again by {operator_name()}: {reason}" if reason else ""


def _check_detail(row: "RunRow", recipients: str | None) -> "Detail":
    """Return what the run wrote down, if it may be carried on.

    Raises:
        Refused: a file that its texts are made of is not what it was.
        UsageFault: its recipients are written down nowhere.
    """
    from runner.book.detail import Detail  # noqa: PLC0415 - not for --help
    from runner.cli.run_detail import refuse_changed, refuse_unwritten  # noqa: PLC0415

    detail = Detail.from_json(row.detail)
    refuse_unwritten(row, detail, recipients)
    refuse_changed(row, detail)
    return detail


def _make_wish(detail: "Detail", recipients: str | None, again: frozenset[str]) -> "Wish":
    from runner.prepare import Wish  # noqa: PLC0415 - not for --help

    return Wish(
        detail.playbook,
        recipients or detail.recipients,
        variables=detail.variables,
        environment=detail.environment,
        key=detail.key,
        only=again or (None if detail.only is None else frozenset(detail.only)),
        typed_keys=again,
    )
