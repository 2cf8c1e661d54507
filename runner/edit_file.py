"""Changes some characters of a file: what is around them stays, and so do line ends and rights."""

import codecs
import errno
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from runner.load.source import Source, make_source
from runner.model.errors import UsageFault
from runner.model.place import Span
from runner.model.problem import Edit


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with the edits' stretches replaced; they must not overlap.

    Raises:
        ValueError: an edit lies outside of the text, or two overlap.
    """
    source = make_source("", text)
    pieces, end = [], 0
    for start, stop, new in sorted((*_range(source, edit.span), edit.text) for edit in edits):
        if start < end:
            raise ValueError("two edits overlap")
        pieces += [text[end:start], new]
        end = stop
    return "".join([*pieces, text[end:]])


def edit_bytes(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the content of a file with the edits made; a byte order mark stays.

    Raises:
        ValueError: the edits do not fit the content.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return mark + apply_edits(data.removeprefix(mark).decode(), edits).encode()


def replace_file(file: str, data: bytes) -> None:
    """Put new content in the place of the old at once: nobody ever reads half of it.

    Raises:
        UsageFault: the file cannot be written.
    """
    path = Path(os.path.realpath(file))  # a symbolic link stays one
    try:
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        handle, name = tempfile.mkstemp(
            prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent
        )
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            _copy_rights(path, name)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageFault(
            f"{file} cannot be written: {reason}", "let your account write it"
        ) from error


def _copy_rights(path: Path, name: str) -> None:
    shutil.copymode(path, name)
    if hasattr(os, "chown"):
        known = path.stat()
        with suppress(PermissionError):
            os.chown(name, known.st_uid, known.st_gid)


def _range(source: Source, span: Span) -> tuple[int, int]:
    start, end = (
        _index(source, span.line, span.column),
        _index(source, span.end_line, span.end_column),
    )
    if start > end:
        raise ValueError("an edit ends before it starts")
    return start, end


def _index(source: Source, line: int, column: int) -> int:
    if not 1 <= line <= len(source.starts):
        raise ValueError(f"there is no line {line}")
    index = source.starts[line - 1] + column - 1
    if column < 1 or index > source.line_end(source.starts[line - 1]):
        raise ValueError(f"line {line} has no column {column}")
    return index
