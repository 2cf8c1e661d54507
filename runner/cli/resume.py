"""`flexplay resume`: settle what is uncertain, then send what is pending or held."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.options import sending_options
from runner.model.errors import Refused, UsageFault

if TYPE_CHECKING:
    from runner.book.session import Detail
    from runner.journal.ledger import RunRow


@click.command("resume")
@click.argument("run", required=False)
@sending_options
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
) -> int:
    """Carry on RUN, or the newest run: first settle what is uncertain by reading Twilio.

    What was sent is never sent again, unless --resend says so.
    """
    from runner.book.journal_book import Wanted  # noqa: PLC0415 - not for --help
    from runner.book.session import Detail  # noqa: PLC0415
    from runner.cli.journal_access import JournalChoice, open_existing  # noqa: PLC0415
    from runner.cli.runs import find_run  # noqa: PLC0415
    from runner.cli.sending import Options, send_wish  # noqa: PLC0415
    from runner.prepare import Wish  # noqa: PLC0415

    if bool(resend) != bool(reason):
        raise UsageFault("--resend and --reason belong together", "say why it is sent again")
    choice = JournalChoice(journal)
    wanted = Wanted(failed, settle=True, again=frozenset(resend), reason=reason or "")
    with ExitStack() as stack:
        opened = open_existing(stack, choice)
        row = find_run(opened.journal, run)
        detail = Detail.from_json(row.detail)
        _refuse_changed(row, detail)
        wish = Wish(
            detail.playbook,
            recipients or detail.recipients,
            variables=detail.variables,
            environment=detail.environment,
            only=frozenset(resend) or None,
        )
        options = Options(
            style, limit, expect, yes, skip_rejected, sandbox=False, journal=choice, wanted=wanted
        )
        return send_wish(wish, _base_url(row), options, opened, row)


def _refuse_changed(row: "RunRow", detail: "Detail") -> None:
    """Refuse a run whose playbook is not the one that it began with.

    Raises:
        Refused: it has changed, or is gone.
        UsageFault: the run was a single recipient of the command line, which is not written down.
    """
    from runner.book.session import digest_text  # noqa: PLC0415

    if detail.single:
        why = f"run {row.id} was one recipient given with --set, who is not written down"
        raise UsageFault(why, "type the same flexplay run command again: nothing is sent twice")
    try:
        text = Path(detail.playbook).read_text(encoding="utf-8-sig")
    except OSError as error:
        why = f"the playbook of run {row.id} cannot be read: {detail.playbook}"
        raise Refused(why, "bring it back, as it was when the run began") from error
    if digest_text(text) != detail.playbook_digest:
        raise Refused(
            f"the playbook has changed since run {row.id} began: {detail.playbook}",
            "resume with the playbook of that time, or send the new one with flexplay run",
        )


def _base_url(row: "RunRow") -> str | None:
    """Return where the run sent to.

    Raises:
        UsageFault: it was a rehearsal, which nobody needs to carry on.
    """
    if " redirected in " in row.scope:
        raise UsageFault(f"run {row.id} was redirected to your own phone", "run it again instead")
    return None if row.scope == "twilio" else row.scope
