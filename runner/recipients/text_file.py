"""A recipients' file as text, in whichever encoding a spreadsheet wrote it, a piece at a time."""

import difflib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias

from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem

Opener: TypeAlias = Callable[[], BinaryIO]
"""Opens what is read; without one, a path is opened."""

LONGEST = 1_000_000
"""The most characters that a line may have; a row of a spreadsheet has far fewer."""

_CHUNK = 1 << 16
_UTF8 = ("utf-8", "surrogateescape")
_UTF16 = ("utf-16", "surrogatepass")
_MARKS = {
    b"\xef\xbb\xbf": ("utf-8-sig", "surrogateescape"),
    b"\xff\xfe": _UTF16,
    b"\xfe\xff": _UTF16,
}


def read_lines(file: str, opener: Opener | None = None) -> Iterator[str]:
    """Yield the file's lines with their ends (LF, CR LF or CR), from the first on.

    Raises:
        Findings: it cannot be read (with a close name where there is one), is a pipe, which cannot
            be read a second time, is not text, or has a line that is too long.
    """
    number = 0
    try:
        with _open_text(file, opener) as stream:
            for number, line in enumerate(_pieces(stream.readline, LONGEST + 1, file), 1):
                if len(line) > LONGEST:
                    raise Findings((_too_long(file, number),))
                if not line.isascii():
                    _check_text(line, file, number, 1)
                yield line
    except UnicodeDecodeError as error:
        raise Findings((_cut_off(file, number + 1),)) from error


def read_chunks(file: str, opener: Opener | None = None) -> Iterator[str]:
    """Yield the file's text in pieces of no particular length.

    Raises:
        Findings: as `read_lines`.
    """
    line, column = 1, 1
    try:
        with _open_text(file, opener) as stream:
            for chunk in _pieces(stream.read, _CHUNK, file):
                _check_text(chunk, file, line, column)
                yield chunk
                line += chunk.count("\n")
                tail = len(chunk) - chunk.rfind("\n")
                column = tail if "\n" in chunk else column + len(chunk)
    except UnicodeDecodeError as error:
        raise Findings((_cut_off(file, line),)) from error


def first_character(file: str, opener: Opener | None = None) -> str:
    """Return the first character that is not blank; empty if there is none near the beginning.

    Raises:
        Findings: as `read_lines`.
    """
    return next(read_chunks(file, opener), "").lstrip()[:1]


def open_file(file: str) -> BinaryIO:
    """Return the file as a stream of bytes.

    Raises:
        Findings: it cannot be read, or is a pipe or a device.
    """
    path = Path(file)
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise Findings((_not_regular(file),))
        return path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        raise Findings((_unreadable(file, error),)) from error


def _open_text(file: str, opener: Opener | None) -> io.TextIOWrapper:
    stream = opener() if opener else open_file(file)
    try:
        encoding, errors = _encoding_of(stream, file)
    except BaseException:
        stream.close()
        raise
    return io.TextIOWrapper(stream, encoding, errors, newline="")


def _encoding_of(stream: BinaryIO, file: str) -> tuple[str, str]:
    """Return the encoding that the first bytes tell, and what stands for a byte that is astray."""
    try:
        start = stream.read(4)
        stream.seek(0)
    except OSError as error:
        raise Findings((_unreadable(file, error),)) from error
    if start.startswith(b"PK\x03\x04"):
        raise Findings((_workbook(file),))
    if b"\0\0" in start or b"\0" in start[:1]:
        raise Findings((_no_text(file),))
    for mark, encoding in _MARKS.items():
        if start.startswith(mark):
            return encoding
    if b"\0" in start:
        raise Findings((_no_text(file),))
    return _UTF8


def _pieces(read: Callable[[int], str], size: int, file: str) -> Iterator[str]:
    while True:
        try:
            piece = read(size)
        except OSError as error:
            raise Findings((_unreadable(file, error),)) from error
        if not piece:
            return
        yield piece


def _check_text(text: str, file: str, line: int, column: int) -> None:
    """Look for bytes that are no text; decoding has put half characters in their places.

    Raises:
        Findings: there is one.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        before = text[: error.start]
        line += before.count("\n")
        column = len(before) - before.rfind("\n") if "\n" in before else column + len(before)
        place = Span(file, line, column, line, column + 1)
        raise Findings((_not_text(place, "this is not UTF-8"),)) from error


def _not_regular(file: str) -> Problem:
    why = f"{file} is no file but a pipe or a device, and recipients are read twice"
    remedy = "save the recipients in a file first, or give - and pipe them in"
    return Problem(Span(file, 1, 1, 1, 1), "FP001", why, remedy)


def _unreadable(file: str, error: OSError | ValueError) -> Problem:
    if not isinstance(error, OSError):
        return Problem(Span(file, 1, 1, 1, 1), "FP001", "no file can have this name")
    path = Path(file)
    reason = "it is a folder" if path.is_dir() else (error.strerror or str(error)).lower()
    siblings = [entry.name for entry in path.parent.glob("*")] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, siblings, n=1)
    remedy = f"did you mean {path.parent / close[0]}?" if close else "check the path"
    return Problem(Span(file, 1, 1, 1, 1), "FP001", f"{file} cannot be read: {reason}", remedy)


def _not_text(place: Span, why: str) -> Problem:
    return Problem(place, "FP002", why, "save the file as UTF-8 (in Excel: CSV UTF-8)")


def _cut_off(file: str, line: int) -> Problem:
    return _not_text(Span(file, line, 1, line, 2), "this is cut off in the middle of a character")


def _no_text(file: str) -> Problem:
    why = "this is not text, or UTF-16 without its mark at the beginning"
    return _not_text(Span(file, 1, 1, 1, 2), why)


def _workbook(file: str) -> Problem:
    why = "this is a workbook, whatever its name says"
    remedy = "open it and save the sheet as CSV UTF-8"
    return Problem(Span(file, 1, 1, 1, 2), "FP002", why, remedy)


def _too_long(file: str, number: int) -> Problem:
    why = f"this line has more than {LONGEST:,} characters"
    remedy = "one recipient a line, in CSV or in JSON Lines"
    return Problem(Span(file, number, 1, number, 2), "FP215", why, remedy)
