"""How a command that sends is to behave, as its options say."""

from dataclasses import dataclass, field
from datetime import timedelta

from runner.book.journal_book import Wanted
from runner.cli.journal_access import JournalChoice


@dataclass(frozen=True, slots=True)
class Options:
    """How the command is to behave, apart from what is sent to whom.

    `patience` is how long a run waits for who is held, None if it does not. `expect` is the most
    people there may be, as `expect_said` says.
    """

    style: str
    limit: int | None
    expect: int | None
    yes: bool
    skip_rejected: bool
    sandbox: bool
    journal: JournalChoice
    wanted: Wanted = field(default_factory=Wanted)
    patience: timedelta | None = None
    expect_said: str = "--expect"
