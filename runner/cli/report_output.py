"""Where a report goes: to the screen, to a pipe or into a file."""

import os
import sys
from pathlib import Path

import click

from runner.model.errors import UsageFault


def page_colour(output: str | None) -> bool:
    """Tell whether the report is for a screen with colours."""
    from runner.cli.terminal import wants_colour  # noqa: PLC0415 - only for people

    return output is None and wants_colour(os.environ, isatty=sys.stdout.isatty())


def page_width(output: str | None) -> int:
    """Return how many cells a line has: as many as the screen, elsewhere always the same."""
    import shutil  # noqa: PLC0415 - only for people

    to_screen = output is None and sys.stdout.isatty()
    return max(shutil.get_terminal_size().columns, 40) if to_screen else 120


def print_report(report: str, output: str | None, *, for_people: bool) -> None:
    """Print the report, or write it to the file; what machines read is UTF-8 everywhere.

    Raises:
        UsageFault: the file cannot be written.
    """
    if output is None and for_people:
        encoding = sys.stdout.encoding or "utf-8"
        shown = report.encode(encoding, "replace").decode(encoding)
        click.echo(shown, nl=False, color=True)  # whether to colour is decided already
        return
    data = report.encode(errors="replace")  # the name of a file may be no text
    if output is None:
        click.echo(data, nl=False)
        return
    try:
        Path(output).write_bytes(data)
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        why = f"{output} cannot be written: {reason}"
        raise UsageFault(why, "name a file in a folder that exists") from error
