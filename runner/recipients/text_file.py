"""A recipients' file as lines of text, one at a time, each with its number."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem

_BOM = b"\xef\xbb\xbf"


def read_lines(file: str) -> Iterator[str]:
    """Yield the file's lines with their ends, from the first on.

    Raises:
        Findings: it cannot be read (with a close name where there is one), is a pipe, which cannot
            be read a second time, or is not UTF-8.
    """
    with _open(file) as stream:
        for number, raw in enumerate(_chunks(stream, file), 1):
            data = raw.removeprefix(_BOM) if number == 1 else raw
            try:
                yield data.decode("utf-8")
            except UnicodeDecodeError as error:
                raise Findings((_not_utf8(file, number, data, error),)) from error


def _open(file: str) -> BinaryIO:
    path = Path(file)
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise Findings((_not_regular(file),))
        return path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        raise Findings((_unreadable(file, error),)) from error


def _chunks(stream: BinaryIO, file: str) -> Iterator[bytes]:
    try:
        yield from stream
    except OSError as error:
        raise Findings((_unreadable(file, error),)) from error


def _not_regular(file: str) -> Problem:
    why = f"{file} is no file but a pipe or a device, and recipients are read twice"
    return Problem(Span(file, 1, 1, 1, 1), "FP001", why, "save the recipients in a file first")


def _unreadable(file: str, error: OSError | ValueError) -> Problem:
    if not isinstance(error, OSError):
        return Problem(Span(file, 1, 1, 1, 1), "FP001", "no file can have this name")
    path = Path(file)
    reason = "it is a folder" if path.is_dir() else (error.strerror or str(error)).lower()
    siblings = [entry.name for entry in path.parent.glob("*")] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, siblings, n=1)
    remedy = f"did you mean {path.parent / close[0]}?" if close else "check the path"
    return Problem(Span(file, 1, 1, 1, 1), "FP001", f"{file} cannot be read: {reason}", remedy)


def _not_utf8(file: str, number: int, data: bytes, error: UnicodeDecodeError) -> Problem:
    column = len(data[: error.start].decode("utf-8")) + 1
    return Problem(
        Span(file, number, column, number, column + 1),
        "FP002",
        "this is not UTF-8",
        "save the file as UTF-8 (in Excel: CSV UTF-8)",
    )
