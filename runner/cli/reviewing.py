"""What `flexplay review` does once its options are read."""

import os
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from runner.cli.old_wording import find_old_wording
from runner.cli.planning import PlanOptions, make_planned
from runner.cli.report_output import print_report
from runner.cli.run_output import print_json
from runner.compare.pair import Question
from runner.compare.revisions import Revisions, compare_revisions, find_base
from runner.git import changed_files
from runner.model.errors import Findings, Refused, UsageFault
from runner.model.exit_code import ExitCode, gravest
from runner.model.review import Review, SendReview
from runner.model.send import Send
from runner.prepare import Wish
from runner.report.review_comment import review_comment
from runner.report.review_json import review_document
from runner.report.review_markdown import review_markdown
from runner.report.review_text import review_text
from runner.send_file import find_send, wish_of_send
from runner.validate.project import environments_of

_DIGEST = re.compile("sha256:[0-9a-f]{64}")
_SUFFIXES = (".yaml", ".yml", ".toml")


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """What is compared, and how the plans are made and shown.

    `output` is the folder that they are kept in, `reviewed` a text with the digests of those that
    were reviewed, `comment` the file for the pull request's comment.
    """

    revisions: Revisions
    paths: tuple[str, ...]
    planning: PlanOptions
    output: str | None = None
    reviewed: str | None = None
    comment: str | None = None


def review_branch(options: ReviewOptions) -> int:
    """Print what merging would send; nothing is."""
    planning = options.planning
    if options.output and planning.offline:
        why = "a plan is bound to the journal, and --offline asks none"
        raise UsageFault(why, "leave out one of --offline and -o")
    digests = _read_digests(options.reviewed)
    changed = changed_files(find_base(options.revisions))
    files = [os.path.relpath(file) for file in changed if _is_meant(file, options.paths)]
    found = [each for file in files if (each := _review_file(file, digests, options))]
    question = Question(datetime.now(UTC), (), None)
    diff = compare_revisions(options.revisions, options.paths, question)
    names = [name for each in found for name in (each.environment, *each.elsewhere)]
    wording = tuple(find_old_wording(diff, planning))
    review = Review(diff.base, tuple(filter(None, dict.fromkeys(names))), tuple(found), wording)
    code = gravest(*(each.code for each in found))
    if options.comment:
        print_report(review_comment(review, diff), options.comment, for_people=False)
    _print(review, code, planning.style)
    return int(code)


def _print(review: Review, code: ExitCode, style: str) -> None:
    if style == "json":
        print_json(review_document(review, code))
        return
    for line in review_markdown(review) if style == "markdown" else review_text(review):
        click.echo(line)


def _read_digests(file: str | None) -> frozenset[str] | None:
    """Return the digests in a text; None if there is no text to look in.

    Raises:
        UsageFault: it cannot be read.
    """
    if file is None:
        return None
    try:
        return frozenset(_DIGEST.findall(Path(file).read_text("utf-8", errors="replace")))
    except OSError as error:
        why = f"{file} cannot be read: {(error.strerror or '').lower()}"
        raise UsageFault(why, "give --reviewed a file that is there") from error


def _is_meant(file: Path, paths: tuple[str, ...]) -> bool:
    """Tell whether a changed file may be a send file below one of the paths."""
    if file.suffix.lower() not in _SUFFIXES or not file.is_file():
        return False
    real = file.resolve()
    return any(real.is_relative_to(Path(path).resolve()) for path in paths)


def _review_file(
    file: str, digests: frozenset[str] | None, options: ReviewOptions
) -> SendReview | None:
    """Return the review of a file; None if it is no send file."""
    try:
        send = find_send(file)
    except Findings as findings:
        return SendReview(file, "", findings.exit_code, problems=findings.problems)
    return _review_send(send, digests, options) if send else None


def _review_send(send: Send, digests: frozenset[str] | None, options: ReviewOptions) -> SendReview:
    names = tuple(environments_of(send.playbook))
    environment = send.environment or (names[0] if len(names) == 1 else "")
    bare = SendReview(send.file, environment, ExitCode.DONE, elsewhere=names)
    output = _plan_path(send, Path(options.output)) if options.output else None
    try:
        wish = wish_of_send(send, Wish(send.file))
        planned = make_planned(wish, send, replace(options.planning, output=output))
    except Findings as findings:
        return replace(bare, code=ExitCode.FINDINGS, problems=findings.problems)
    except (Refused, UsageFault) as refused:
        why = f"{refused.message} ({refused.remedy})" if refused.remedy else refused.message
        return replace(bare, code=ExitCode.REFUSED, refused=why)
    digest = planned.heading.digest
    return replace(
        bare,
        code=planned.code,
        heading=planned.heading,
        plan=planned.plan,
        reviewed=digest in digests if digests is not None and digest else None,
    )


def _plan_path(send: Send, folder: Path) -> str:
    """Return where the plan of a send file is kept; the folder is made.

    Raises:
        UsageFault: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"the folder {folder} cannot be made: {(error.strerror or '').lower()}"
        raise UsageFault(why, "name another folder with -o") from error
    parts = Path(send.file).with_suffix(".json").parts
    return str(folder / "-".join(part for part in parts if part not in ("..", "/")))
