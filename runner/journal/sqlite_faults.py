"""What SQLite's result codes mean for the user: https://www.sqlite.org/rescode.html."""

from runner.model.errors import FlexplayError, JournalFault, JournalRefused

_RESTORE = "restore it from a backup, or settle it with support; do not begin a new one"

_FAULTS = {
    3: ("must not be opened by this user", "check who owns the file and its folder"),
    5: (
        "is locked by another program",
        "find out which program keeps it open (fuser shows it), then type the command again",
    ),
    6: ("is locked by another program", "let the other program end, then type the command again"),
    8: ("is read-only", "make the file and its folder writable for this user"),
    10: (
        "could not be read or written: the disk failed, or a size limit was reached",
        "check the disk and the limits (df, ulimit -f), then type: flexplay journal check",
    ),
    13: ("cannot grow: the disk is full", "make room, then carry on with: flexplay resume"),
    14: ("cannot be opened", "check that the folder exists and that this user may write to it"),
    23: ("must not be opened by this user", "check who owns the file and its folder"),
}
_REFUSALS = {
    11: ("is damaged", _RESTORE),
    26: ("is not a flexplay journal", "check the path; nothing was changed"),
}


def sqlite_fault(code: int, text: str, name: str) -> FlexplayError:
    """Return the error for a primary result code; `text` is SQLite's own words."""
    refusal = _REFUSALS.get(code)
    if refusal:
        return JournalRefused(f"the journal {name} {refusal[0]} ({text})", refusal[1])
    words, remedy = _FAULTS.get(
        code, ("could not be used", "type: flexplay journal check; if that is clean, report this")
    )
    return JournalFault(f"the journal {name} {words} ({text})", remedy)
