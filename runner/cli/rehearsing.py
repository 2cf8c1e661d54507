"""What `flexplay run --dry-run` does: the exact requests, and nothing is sent."""

import itertools
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import click

from runner.book.blank_page import BlankPage
from runner.book.forecast import Forecast, Survey, take_survey
from runner.book.session import OpenJournal
from runner.cli.asking import (
    refuse_more_than_expected,
    say_redirected,
    show_rejected,
    show_warnings,
)
from runner.cli.journal_access import choose_location
from runner.cli.next_command import sending_command
from runner.cli.plan_bounds import judge_without_plan
from runner.cli.policing import check_calendars, judge_run
from runner.cli.run_output import print_json, say_changed
from runner.cli.sending import refuse_unknown_keys
from runner.cli.sending_choice import Options
from runner.delivery.clock import SystemClock
from runner.journal.connect import SqliteLocation, read_journal
from runner.judging import judge_ahead
from runner.model.delivery import NO_ACCOUNT
from runner.model.errors import JournalMissing
from runner.model.exit_code import ExitCode, gravest
from runner.model.outcome import AlreadySent, Changed, Held, Pending, state_of
from runner.model.rehearsed import Rehearsed
from runner.policy.limits import Census, warn_run
from runner.policy.objection import Objection
from runner.prepare import Wish
from runner.report.dry_run import rehearsed_object, rehearsed_text
from runner.report.findings_json import finding_object
from runner.report.run_report import delivery_line, outcome_text, rejected_line, say_counts
from runner.report.tally import Tally
from runner.run import Prepared, all_deliveries, prepare, rehearse
from runner.target import Aim, is_loopback
from runner.waiting import latest_opening, with_patience


def rehearse_wish(wish: Wish, base_url: str | None, options: Options) -> int:
    """Print the exact requests; no socket is opened, nothing is sent, nothing is written.

    Hours, ends, caps and the suppression list count as they would now; what would refuse the run as
    a whole is told, and does not keep its requests from being seen.
    """
    aim = Aim(base_url, os.environ.get("TWILIO_ACCOUNT_SID", ""), live=False)
    prepared = prepare(wish, aim)
    check_calendars(prepared.loaded.environment)
    show_warnings(prepared)
    show_rejected(prepared.checked.rejected)
    refuse_unknown_keys(prepared)
    if prepared.target.account == NO_ACCOUNT:
        click.echo(f"No account is named, so {NO_ACCOUNT} stands for it.", err=True)
    if prepared.wish.redirect_to:
        click.echo(say_redirected(prepared.wish), err=True)
    with ExitStack() as stack:
        book = _open_book(stack, prepared, options)
        census = Census(prepared.loaded.environment, options.limit)
        survey = take_survey(all_deliveries(prepared), book, census)
        refusals = _refusals(prepared, census, survey, options)
        shown = _Shown(prepared, survey, Tally(prepared.checked.planned), refusals)
        for line in warn_run(census):
            click.echo(f"warning: {line}", err=True)
        _OUTPUTS[options.style](shown, rehearse(prepared, options.limit, book))
    for refusal in refusals:
        click.echo(f"A real run is refused: {refusal.why}\n  = {refusal.remedy}", err=True)
    return shown.exit_code


def _refusals(
    prepared: Prepared, census: Census, survey: Survey, options: Options
) -> tuple[Objection, ...]:
    """Return why a real run would send nothing."""
    real = not (options.sandbox or is_loopback(prepared.target.base_url))
    found = (
        None if options.sandbox else judge_without_plan(prepared),
        judge_run(prepared, census, real=real),
        refuse_more_than_expected(survey, options),
    )
    return tuple(each for each in found if each)


def _open_book(stack: ExitStack, prepared: Prepared, options: Options) -> BlankPage:
    """Return what this machine remembers; what only others know is not asked for."""
    opened = None if options.sandbox else _open_journal(stack, prepared, options)
    clock = SystemClock()
    latest = latest_opening(options.patience, max(clock.instant(), prepared.now))
    judge = with_patience(judge_ahead(clock, prepared.terms, opened), latest)
    if opened is None:
        return BlankPage(judge)
    return Forecast(opened, prepared.identity, options.wanted, judge)


def _open_journal(stack: ExitStack, prepared: Prepared, options: Options) -> OpenJournal | None:
    """Return this machine's journal; None, and say so, if there is none or it is elsewhere."""
    named = prepared.loaded.environment.journal
    location = choose_location(options.journal, prepared.target.account, named)
    if not isinstance(location, SqliteLocation):
        said = f"The journal {location} is elsewhere, and a dry run does not ask it"
        click.echo(f"{said}: everybody counts as new.", err=True)
        return None
    try:
        journal = read_journal(location)
    except JournalMissing:
        said = f"There is no journal at {location}"
        click.echo(f"{said}: nobody counts as messaged.", err=True)
        return None
    stack.callback(journal.close)
    return OpenJournal(journal, location)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is rehearsed, what the journal says of it, the count so far, and why it is refused."""

    prepared: Prepared
    survey: Survey
    tally: Tally
    refusals: tuple[Objection, ...]

    @property
    def exit_code(self) -> int:
        """What the run would come to, as far as it is known before anything is sent.

        That an environment is not live refuses every real run, so it says nothing about this one.
        """
        refused = any(not each.standing for each in self.refusals)
        lost = bool(self.prepared.checked.rejected) or bool(self.survey.kept.get("expired"))
        code = ExitCode.FINDINGS if lost else ExitCode.DONE
        return int(gravest(code, ExitCode.REFUSED if refused else ExitCode.DONE))

    def count(self, rehearsed: Iterator[Rehearsed]) -> Iterator[Rehearsed]:
        """Count everybody, and yield those of whom something is told."""
        for _ in self.prepared.checked.rejected:
            self.tally.add("rejected")
        for item in rehearsed:
            self.tally.add(state_of(item.outcome))
            if item.requests or not isinstance(item.outcome, AlreadySent | Pending):
                yield item


def _rehearse_text(shown: _Shown, rehearsed: Iterator[Rehearsed]) -> None:
    survey, posts, number, opens = shown.survey, 0, 0, False
    if survey.changed:
        click.echo(say_changed(len(survey.changed)), err=True)
    for delivery, outcome in survey.changed:
        click.echo(outcome_text(delivery, outcome), err=True)
    base_url = shown.prepared.target.base_url
    for item in shown.count(rehearsed):
        if not item.requests:
            opens = opens or (isinstance(item.outcome, Held) and item.outcome.until is not None)
            if not isinstance(item.outcome, Changed):
                click.echo(outcome_text(item.delivery, item.outcome))
            continue
        number += 1
        posts += sum(request.method == "POST" for request in item.requests)
        for line in rehearsed_text(item, number, survey.begin, base_url):
            click.echo(line)
    counts = shown.tally.counts()
    others = say_counts({**counts, "sent": 0})
    people = f"{counts['sent']:,} {'person' if counts['sent'] == 1 else 'people'}"
    click.echo(
        f"Nothing was sent. {people}, {posts:,} POSTs{f'; {others}' if others else ''}.", err=True
    )
    if not shown.refusals:
        click.echo(f"Send it: {sending_command()}", err=True)
    if opens:
        said = "With --wait it stays, and sends to who is held when their hours begin"
        click.echo(f"{said}; --dry-run --wait shows their requests.", err=True)


def _rehearse_json(shown: _Shown, rehearsed: Iterator[Rehearsed]) -> None:
    """Print one document, a delivery at a time: memory does not grow with the recipients.

    Who is withheld comes after who is sent, and is kept on disk until then.
    """
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
        "refusals": [{"message": each.why, "remedy": each.remedy} for each in shown.refusals],
        "exit_code": shown.exit_code,
    }
    click.echo(json.dumps(head, ensure_ascii=False)[:-1] + ', "deliveries": [', nl=False)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as withheld:
        separators = itertools.chain(("\n",), itertools.repeat(",\n"))
        for item in shown.count(rehearsed):
            if item.requests:
                document = rehearsed_object(item, prepared.target.base_url)
                click.echo(next(separators) + _json(document), nl=False)
            else:
                comma = ",\n" if withheld.tell() else "\n"
                withheld.write(comma + _json(delivery_line(item.delivery, item.outcome)))
        click.echo('], "withheld": [', nl=False)
        withheld.seek(0)
        for line in withheld:
            click.echo(line, nl=False)
    click.echo(f'], "counts": {json.dumps(shown.tally.counts())}}}')


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False)


def _rehearse_json_lines(shown: _Shown, rehearsed: Iterator[Rehearsed]) -> None:
    for item in shown.count(rehearsed):
        if item.requests:
            print_json(rehearsed_object(item, shown.prepared.target.base_url))
        else:
            print_json(delivery_line(item.delivery, item.outcome))


_OUTPUTS: dict[str, Callable[[_Shown, Iterator[Rehearsed]], None]] = {
    "text": _rehearse_text,
    "json": _rehearse_json,
    "jsonl": _rehearse_json_lines,
}
