"""What the process says to the shell; `docs` and tests quote these names."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The documented exit codes. When several apply, `gravest` picks the one to return."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    CHANGES_PENDING = 3
    REFUSED = 4
    UNCERTAIN = 5
    UNREACHABLE = 6
    INTERNAL = 70
    INTERRUPTED = 130


_BY_GRAVITY = (
    ExitCode.INTERNAL,
    ExitCode.INTERRUPTED,
    ExitCode.UNCERTAIN,
    ExitCode.UNREACHABLE,
    ExitCode.REFUSED,
    ExitCode.USAGE,
    ExitCode.FINDINGS,
    ExitCode.CHANGES_PENDING,
    ExitCode.DONE,
)


def gravest(*codes: ExitCode) -> ExitCode:
    """Return the code that matters most; `DONE` when there is none."""
    return min(codes, key=_BY_GRAVITY.index, default=ExitCode.DONE)
