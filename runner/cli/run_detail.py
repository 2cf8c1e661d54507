"""What a run writes down of itself when it begins, and whether it may still be carried on."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runner.book.detail import GONE, Detail, Difference, digest_files, find_differences
from runner.cli.next_command import ANEW
from runner.cli.operator import commit_name, operator_name
from runner.model.errors import Refused, UsageFault
from runner.model.playbook import Environment
from runner.recipients.source import STANDARD_INPUT

if TYPE_CHECKING:
    from runner.journal.ledger import RunRow
    from runner.run import Prepared

_HEAD = 8


def describe_run(prepared: "Prepared") -> Detail:
    """Return what is written down of a run that is about to begin."""
    wish, loaded = prepared.wish, prepared.loaded
    return Detail(
        playbook=str(Path(wish.playbook).resolve()),
        files={**_digest_inputs(prepared), **digest_vars(loaded.environment)},
        recipients=_from_anywhere(wish.recipients) if wish.recipients else None,
        environment=wish.environment,
        variables=dict(wish.variables),
        single=bool(wish.fields),
        key=wish.key,
        only=None if wish.only is None else tuple(sorted(wish.only)),
        now=prepared.now.isoformat(),
        by=operator_name(),
        commit=commit_name(),
        planned=prepared.checked.planned,
        rejected=len(prepared.checked.rejected),
    )


def _from_anywhere(recipients: str) -> str:
    """Return the recipients so that they are found from any folder."""
    if recipients == STANDARD_INPUT or "://" in recipients:
        return recipients
    return str(Path(recipients).resolve())


def _digest_inputs(prepared: "Prepared") -> dict[str, str]:
    """Return the digests of the playbook and of every template that it fetches."""
    from runner.render.reading import read_playbook  # noqa: PLC0415 - jinja2

    playbook = prepared.loaded.playbook
    texts = read_playbook(playbook).texts
    return digest_files((playbook.file, *(text.node.span.file for text in texts)))


def digest_vars(environment: Environment) -> dict[str, str]:
    """Return the digest of an environment's variables, under a name for people."""
    text = json.dumps(environment.vars, sort_keys=True, ensure_ascii=False, default=str)
    return {_vars_name(environment): hashlib.sha256(text.encode()).hexdigest()}


def _vars_name(environment: Environment) -> str:
    return f"vars of the environment {environment.name}"


def instant_of(detail: Detail) -> datetime | None:
    """Return the instant that the run's templates see."""
    return datetime.fromisoformat(detail.now).astimezone(UTC) if detail.now else None


def refuse_unwritten(row: "RunRow", detail: Detail, recipients: str | None) -> None:
    """Refuse to carry on what is not written down; `recipients` are given instead.

    Raises:
        UsageFault: the run was a rehearsal, or its recipients came from the command line or a pipe.
    """
    if is_redirected(row):
        why = f"run {row.id} was redirected to one's own address, which is not written down"
        raise UsageFault(why, "run it again instead: it counts as sent to nobody")
    if detail.single:
        why = f"run {row.id} was one recipient given with --set, who is not written down"
        raise UsageFault(why, ANEW)
    if detail.recipients == STANDARD_INPUT and not recipients:
        why = f"run {row.id} read its recipients from standard input, which is gone"
        raise UsageFault(why, "give them again: -r FILE")


def is_redirected(row: "RunRow") -> bool:
    """Tell whether the run's messages went to one's own address."""
    return " redirected in " in row.scope


def refuse_changed(row: "RunRow", detail: Detail) -> None:
    """Refuse a run whose texts would not be those that it began with.

    Raises:
        Refused: a file has changed, or is gone.
    """
    files = {file: digest for file, digest in detail.files.items() if Path(file).is_absolute()}
    differences = find_differences(files)
    if differences:
        raise _refusal(row, differences)


def refuse_changed_vars(row: "RunRow", detail: Detail, environment: Environment) -> None:
    """Refuse a run whose environment has other variables than when it began.

    Raises:
        Refused: it has.
    """
    ((name, after),) = digest_vars(environment).items()
    before = detail.files.get(name, after)
    if before != after:
        raise _refusal(row, (Difference(name, before, after),))


def _refusal(row: "RunRow", differences: tuple[Difference, ...]) -> Refused:
    changes = "; ".join(map(_say, differences))
    if all(each.after == GONE for each in differences):
        why = f"what run {row.id} was made of cannot be read: {changes}"
        return Refused(why, "bring it back as it was when the run began")
    remedy = (
        "resume with the files of that time, or send the new ones with flexplay run: "
        "who got the earlier text counts as changed"
    )
    return Refused(f"what run {row.id} was made of has changed: {changes}", remedy)


def _say(difference: Difference) -> str:
    after = difference.after[:_HEAD] or "gone"
    return f"{difference.file} (was {difference.before[:_HEAD]}, is {after})"


def refuse_other_account(row: "RunRow", prepared: "Prepared") -> None:
    """Refuse credentials of another account than the run's: everybody would count as new.

    Raises:
        Refused: they are.
    """
    from runner.model.mask import mask_sid  # noqa: PLC0415 - only where it is needed

    if prepared.target.account != row.account:
        why = (
            f"run {row.id} is of the account {mask_sid(row.account)}, but the credentials are of "
            f"{mask_sid(prepared.target.account)}; nothing was sent"
        )
        raise Refused(why, "use the credentials of the run's account")
