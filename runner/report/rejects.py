"""The rejects file: the rows that could not be used, ready to be mended and run again."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from runner.load.spool import Spool
from runner.model.recipient import CODE, EXTRA, OURS, REASON, RejectedRow


class RejectsFile:
    """Writes rejected rows with their original columns, then the code and the reason.

    It is written when it is closed, because only then are all columns known, and not at all
    without a row; until then the rows are in a file without a name, not in memory. It is JSON Lines
    if its name says so, else CSV. It holds personal data, so only its owner may read it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._spool: Spool | None = None
        self._columns: dict[str, None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._spool is None:
            return
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            os.fchmod(stream.fileno(), 0o600)
            with self._spool.open() as lines:
                if self.path.suffix == ".jsonl":
                    stream.writelines(line.decode() for line in lines)
                else:
                    _write_csv(stream, self._names(), map(json.loads, lines))

    def add(self, row: RejectedRow) -> None:
        """Take a row."""
        self._spool = self._spool or Spool()
        self._columns.update(dict.fromkeys(row.fields))
        self._spool.write(json.dumps(_object(row)).encode() + b"\n")

    def _names(self) -> list[str]:
        """Return the rows' own columns, then ours."""
        own = [name for name in self._columns if name and name not in OURS]
        extra = [EXTRA] if self._columns.keys() & {"", EXTRA} else []
        return [*own, *extra, CODE, REASON]


def _object(row: RejectedRow) -> dict[str, Any]:
    problem = row.problems[0]
    fields = {name or EXTRA: value for name, value in row.fields.items()}
    return {**fields, CODE: problem.code, REASON: problem.message}


def _write_csv(stream: IO[str], columns: list[str], rows: Iterator[dict[str, Any]]) -> None:
    writer = csv.DictWriter(stream, columns, restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: Any) -> str:
    """Return the value as a cell that is read back as the same."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
