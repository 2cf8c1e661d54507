"""How a command that sends is to behave, as its options say."""

from dataclasses import dataclass, field

from runner.book.journal_book import Wanted
from runner.cli.journal_access import JournalChoice


@dataclass(frozen=True, slots=True)
class Options:
    """How the command is to behave, apart from what is sent to whom."""

    style: str
    limit: int | None
    expect: int | None
    yes: bool
    skip_rejected: bool
    sandbox: bool
    journal: JournalChoice
    wanted: Wanted = field(default_factory=Wanted)
