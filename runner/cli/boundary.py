"""The one place where exceptions become output and exit codes."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from runner.cli.app import app
from runner.model.errors import Findings, FlexplayError
from runner.model.exit_code import ExitCode

_JSON_FORMATS = ("json", "jsonl")


def run_command(arguments: list[str]) -> int:
    """Run flexplay with these arguments and return its exit code."""
    try:
        done = app.main(
            arguments, prog_name="flexplay", standalone_mode=False, obj=tuple(arguments)
        )
        return int(done or 0)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(ExitCode.DONE)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - nobody shall meet a traceback
        return _say(error, as_json=_wants_json(arguments))


def _say(error: BaseException, *, as_json: bool) -> int:
    match error:
        case click.Abort() | KeyboardInterrupt():
            return _fail("interrupted", "", ExitCode.INTERRUPTED, as_json=as_json)
        case click.ClickException():
            return _usage(error, as_json=as_json)
        case Findings():
            return _findings(error, as_json=as_json)
        case FlexplayError():
            return _fail(error.message, error.remedy, error.exit_code, as_json=as_json)
        case _:
            return _internal(as_json=as_json)


def _wants_json(arguments: list[str]) -> bool:
    """Tell whether one JSON document is wanted, also from arguments that cannot be parsed."""
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(
        first in tuple(f"--format={name}" for name in _JSON_FORMATS)
        or (first == "--format" and second in _JSON_FORMATS)
        for first, second in pairs
    )


def _usage(error: click.ClickException, *, as_json: bool) -> int:
    if as_json:
        return _fail(error.format_message(), "", ExitCode.USAGE, as_json=True)
    error.show()
    return int(ExitCode.USAGE)


def _findings(error: Findings, *, as_json: bool) -> int:
    from runner.report.findings_json import finding_object  # noqa: PLC0415 - only after a failure
    from runner.report.findings_text import report_findings  # noqa: PLC0415 - only after a failure

    if as_json:
        findings = [finding_object(problem) for problem in error.problems]
        return _print_error(error.message, error.remedy, error.exit_code, findings)
    for line in report_findings(error.problems):
        click.echo(line, err=True)
    click.echo(error.remedy or "Nothing was sent.", err=True)
    return int(error.exit_code)


def _fail(message: str, remedy: str, code: ExitCode, *, as_json: bool) -> int:
    if as_json:
        return _print_error(message, remedy, code, [])
    click.echo(f"flexplay: {message}", err=True)
    if remedy:
        click.echo(f"  = {remedy}", err=True)
    return int(code)


def _print_error(message: str, remedy: str, code: ExitCode, findings: list[dict[str, Any]]) -> int:
    import json  # noqa: PLC0415 - only after a failure

    error = {"message": message, "remedy": remedy}
    document = {"error": error, "findings": findings, "exit_code": int(code)}
    click.echo(json.dumps(document, ensure_ascii=False))
    return int(code)


def _internal(*, as_json: bool) -> int:
    """Keep the traceback in a file that only its owner can read: it may hold personal data."""
    import tempfile  # noqa: PLC0415 - only after a bug
    import traceback  # noqa: PLC0415 - only after a bug

    handle, name = tempfile.mkstemp(prefix="flexplay-", suffix=".log", text=True)
    with os.fdopen(handle, "w", encoding="utf-8") as log:
        traceback.print_exc(file=log)
    remedy = f"please report it with {Path(name)} (look through it first: it may name recipients)"
    return _fail("this is a bug in flexplay", remedy, ExitCode.INTERNAL, as_json=as_json)
