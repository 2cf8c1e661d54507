"""What `flexplay run --dry-run` does: the exact requests, and nothing is sent."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import click

from runner.book.blank_page import BlankPage
from runner.book.forecast import Forecast, Survey, take_survey
from runner.book.session import OpenJournal
from runner.cli.asking import say_redirected, show_rejected, show_warnings
from runner.cli.journal_access import choose_location
from runner.cli.next_command import sending_command
from runner.cli.run_output import print_json, say_changed
from runner.cli.sending import refuse_unknown_keys
from runner.cli.sending_choice import Options
from runner.journal.connect import SqliteLocation, read_journal
from runner.model.delivery import NO_ACCOUNT
from runner.model.errors import JournalMissing
from runner.model.exit_code import ExitCode
from runner.model.outcome import state_of
from runner.model.rehearsed import Rehearsed
from runner.prepare import Wish
from runner.report.dry_run import rehearsed_object, rehearsed_text
from runner.report.findings_json import finding_object
from runner.report.run_report import outcome_text, rejected_line, say_counts
from runner.report.tally import Tally
from runner.run import Prepared, all_deliveries, prepare, rehearse
from runner.target import Aim


def rehearse_wish(wish: Wish, base_url: str | None, options: Options) -> int:
    """Print the exact requests; no socket is opened, nothing is sent, nothing is written."""
    aim = Aim(base_url, os.environ.get("TWILIO_ACCOUNT_SID", ""), live=False)
    prepared = prepare(wish, aim)
    show_warnings(prepared)
    rejected = prepared.checked.rejected
    show_rejected(rejected)
    refuse_unknown_keys(prepared)
    if prepared.target.account == NO_ACCOUNT:
        click.echo(f"No account is named, so {NO_ACCOUNT} stands for it.", err=True)
    if wish.redirect_to:
        click.echo(say_redirected(wish), err=True)
    with ExitStack() as stack:
        book = _open_book(stack, prepared, options)
        survey = take_survey(all_deliveries(prepared), book)
        shown = _Shown(prepared, survey, Tally(prepared.checked.planned))
        _OUTPUTS[options.style](shown, rehearse(prepared, options.limit, book))
    return int(ExitCode.FINDINGS if rejected else ExitCode.DONE)


def _open_book(stack: ExitStack, prepared: Prepared, options: Options) -> BlankPage:
    """Return what this machine remembers; what only others know is not asked for."""
    if options.sandbox:
        return BlankPage()
    named = prepared.loaded.environment.journal
    location = choose_location(options.journal, prepared.target.account, named)
    if not isinstance(location, SqliteLocation):
        said = f"The journal {location} is elsewhere, and a dry run does not ask it"
        click.echo(f"{said}: everybody counts as new.", err=True)
        return BlankPage()
    try:
        journal = read_journal(location)
    except JournalMissing:
        said = f"There is no journal at {location}"
        click.echo(f"{said}: nobody counts as messaged.", err=True)
        return BlankPage()
    stack.callback(journal.close)
    return Forecast(OpenJournal(journal, location), prepared.identity, options.wanted)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is rehearsed, what the journal says of it, and the count so far."""

    prepared: Prepared
    survey: Survey
    tally: Tally

    def visible(self, rehearsed: Iterator[Rehearsed]) -> Iterator[Rehearsed]:
        """Count everybody, and yield those for whom requests would be made."""
        for _ in self.prepared.checked.rejected:
            self.tally.add("rejected")
        for item in rehearsed:
            self.tally.add(state_of(item.outcome))
            if item.requests:
                yield item


def _rehearse_text(shown: _Shown, rehearsed: Iterator[Rehearsed]) -> None:
    survey, posts = shown.survey, 0
    if survey.changed:
        click.echo(say_changed(len(survey.changed)), err=True)
    for delivery, outcome in survey.changed:
        click.echo(outcome_text(delivery, outcome), err=True)
    for number, item in enumerate(shown.visible(rehearsed), 1):
        posts += sum(request.method == "POST" for request in item.requests)
        base_url = shown.prepared.target.base_url
        for line in rehearsed_text(item, number, survey.begin, base_url):
            click.echo(line)
    counts = shown.tally.counts()
    others = say_counts({**counts, "sent": 0})
    people = f"{counts['sent']:,} {'person' if counts['sent'] == 1 else 'people'}"
    click.echo(
        f"Nothing was sent. {people}, {posts:,} POSTs{f'; {others}' if others else ''}.", err=True
    )
    click.echo(f"Send it: {sending_command()}", err=True)


def _rehearse_json(shown: _Shown, rehearsed: Iterator[Rehearsed]) -> None:
    """Print one document, a delivery at a time: memory does not grow with the recipients."""
    prepared = shown.prepared
    checked = prepared.checked
    head: dict[str, Any] = {
        "run": prepared.run,
        "playbook": prepared.loaded.playbook.name,
        "environment": prepared.loaded.environment.name,
        "account": prepared.target.account,
        "planned": checked.planned,
        "rejected": [rejected_line(row) for row in checked.rejected],
        "findings": [
            finding_object(problem)
            for problem in (
                *prepared.loaded.warnings,
                *(problem for row in checked.rejected for problem in row.problems),
            )
        ],
        "exit_code": int(bool(checked.rejected)),
    }
    click.echo(json.dumps(head, ensure_ascii=False)[:-1] + ', "deliveries": [', nl=False)
    for number, item in enumerate(shown.visible(rehearsed)):
        click.echo(",\n" if number else "\n", nl=False)
        document = rehearsed_object(item, prepared.target.base_url)
        click.echo(json.dumps(document, ensure_ascii=False), nl=False)
    click.echo(f'], "counts": {json.dumps(shown.tally.counts())}}}')


def _rehearse_json_lines(shown: _Shown, rehearsed: Iterator[Rehearsed]) -> None:
    for item in shown.visible(rehearsed):
        print_json(rehearsed_object(item, shown.prepared.target.base_url))


_OUTPUTS: dict[str, Callable[[_Shown, Iterator[Rehearsed]], None]] = {
    "text": _rehearse_text,
    "json": _rehearse_json,
    "jsonl": _rehearse_json_lines,
}
