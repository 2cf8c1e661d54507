"""Parquet, read a batch of rows at a time: the one door to pyarrow, which is an extra."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from runner.model.errors import Findings, UsageFault
from runner.model.place import Span
from runner.model.problem import Problem
from runner.recipients.text_file import open_file

_BATCH = 1_000
_BUFFER = 1 << 16


def read_names(file: str) -> tuple[str, ...]:
    """Return the columns' names.

    Raises:
        Findings: the file cannot be read, or is no Parquet.
        UsageFault: the extra is not installed.
    """
    with _open_table(file) as table:
        return tuple(table.schema_arrow.names)


def read_parquet(file: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows.

    Raises:
        Findings: as `read_names`.
        UsageFault: as `read_names`.
    """
    with _open_table(file) as table:
        for batch in table.iter_batches(batch_size=_BATCH, use_threads=False):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


@contextmanager
def _open_table(file: str) -> Iterator[Any]:
    try:
        import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415 - an extra
    except ImportError as error:
        remedy = "install it: pip install 'flexplay[parquet]'"
        raise UsageFault("Parquet files need an extra that is not installed", remedy) from error
    with open_file(file) as stream:
        try:
            yield parquet.ParquetFile(stream, pre_buffer=False, buffer_size=_BUFFER)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise Findings((_no_parquet(file, error),)) from error


def _no_parquet(file: str, error: Exception) -> Problem:
    said = str(error).partition("\n")[0].rstrip(".")
    why = f"this Parquet file cannot be read: {said}"
    return Problem(Span(file, 1, 1, 1, 1), "FP215", why, "write the file again")
