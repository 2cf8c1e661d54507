"""What stops a command. Faults in the user's files are `Problem` values and are not here.

    FlexplayError              an exit code and the next thing to do
    ├── UsageFault             the command line is wrong (2)
    ├── Findings               the user's files have problems that forbid going on (1)
    ├── Refused                policy, missing confirmation, disagreeing accounts (4)
    │   └── JournalRefused     of a newer version, corrupt, or written with another key (4)
    │       └── JournalMissing there is none yet; to create one is a decision (4)
    ├── JournalFault           the journal could not be read or written just now (4)
    ├── Unreachable            Twilio cannot be reached, or refuses our credentials (6)
    │   └── MissingCredentials the environment names none (6)
    └── TransportFailure       one request failed; never leaves `execute`
        ├── NotSent            nothing left this machine: safe to repeat
        └── NoReply            it may have been processed: never repeated blindly

The branches are decisions: whoever catches `NotSent` may repeat, whoever catches `NoReply` may not;
after a `JournalFault` nothing further may be sent.
"""

from typing import ClassVar

from runner.model.exit_code import ExitCode
from runner.model.problem import Problem


class FlexplayError(Exception):
    """Something that ends the command with a documented exit code.

    `remedy` says what to do next, in one sentence or one command.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageFault(FlexplayError):
    """The command line asks for something that cannot be."""

    exit_code = ExitCode.USAGE


class Findings(FlexplayError):
    """The files have errors; they are listed, and nothing was sent."""

    exit_code = ExitCode.FINDINGS

    def __init__(self, problems: tuple[Problem, ...], message: str = "", remedy: str = "") -> None:
        super().__init__(message or (problems[0].message if problems else ""), remedy)
        self.problems = problems


class Refused(FlexplayError):
    """Flexplay could do it and will not."""

    exit_code = ExitCode.REFUSED


class JournalRefused(Refused):
    """The journal can be read, and must not be used as it is."""


class JournalMissing(JournalRefused):
    """There is no journal yet: to create one means that nobody counts as messaged."""


class JournalFault(FlexplayError):
    """The journal could not be read or written: disk full, locked, read-only, out of reach.

    What was to be written may or may not have been; only the journal itself can tell.
    """

    exit_code = ExitCode.REFUSED


class Unreachable(FlexplayError):
    """Twilio does not answer, or does not accept who we are."""

    exit_code = ExitCode.UNREACHABLE


class MissingCredentials(Unreachable):
    """The environment does not say who we are."""


class TransportFailure(FlexplayError):
    """One request did not come to its end."""


class NotSent(TransportFailure):
    """No byte of the request left this machine, so it may be repeated."""


class NoReply(TransportFailure):
    """The request left, the answer did not come: it may have been processed."""
