"""The rejects file: the rows that could not be used, ready to be mended and run again."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from runner.model.recipient import RejectedRow

CODE, REASON, EXTRA = "flexplay_code", "flexplay_reason", "flexplay_extra_cells"


class RejectsFile:
    """Writes rejected rows with their original columns, then the code and the reason.

    It is written when it is closed, because only then are all columns known, and not at all
    without a row. It is JSON Lines if its name says so, else CSV. It holds personal data, so only
    its owner may read it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: list[RejectedRow] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._rows:
            return
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            os.fchmod(stream.fileno(), 0o600)
            rows = map(_object, self._rows)
            if self.path.suffix == ".jsonl":
                _write_json_lines(stream, rows)
            else:
                _write_csv(stream, self._columns(), rows)

    def add(self, row: RejectedRow) -> None:
        """Take a row."""
        self._rows.append(row)

    def _columns(self) -> list[str]:
        names = dict.fromkeys(name for row in self._rows for name in row.fields if name)
        extra = [EXTRA] if any("" in row.fields for row in self._rows) else []
        return [*names, *extra, CODE, REASON]


def _object(row: RejectedRow) -> dict[str, Any]:
    problem = row.problems[0]
    fields = {name or EXTRA: value for name, value in row.fields.items()}
    return {**fields, CODE: problem.code, REASON: problem.message}


def _write_csv(stream: IO[str], columns: list[str], rows: Iterator[dict[str, Any]]) -> None:
    writer = csv.DictWriter(stream, list(dict.fromkeys(columns)), restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})


def _write_json_lines(stream: IO[str], rows: Iterator[dict[str, Any]]) -> None:
    for row in rows:
        stream.write(json.dumps(row) + "\n")


def _cell(value: Any) -> str:
    """Return the value as a cell that is read back as the same."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
