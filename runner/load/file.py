"""Reads a playbook, project or send file: bytes become data whose every value knows its place."""

import codecs
import difflib
from pathlib import Path
from typing import Literal

from runner.load.source import Source, make_source
from runner.model.document import Document, Node
from runner.model.place import Span
from runner.model.problem import Problem

LARGEST_FILE = 1 << 20
_FORMATS: dict[str, Literal["yaml", "toml"]] = {".yaml": "yaml", ".yml": "yaml", ".toml": "toml"}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def load_file(path: str) -> Document | tuple[Problem, ...]:
    """Return the file's data, or everything that is wrong with it.

    Findings name the file as `path` does. A file that cannot be read is a finding too.
    """
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        return (_explain_unreadable(path, error),)
    return load_text(path, data)


def load_text(file: str, data: bytes) -> Document | tuple[Problem, ...]:
    """Return the data of a file with this name and content, or everything that is wrong with it."""
    form = _FORMATS.get(Path(file).suffix.lower())
    if form is None:
        message = "the file's name tells neither YAML nor TOML"
        return (_problem(file, "FP001", message, "give it a name that ends in .yaml or .toml"),)
    if len(data) > LARGEST_FILE:
        message = "the file is larger than 1 MiB"
        remedy = "keep recipients and long texts in files of their own"
        return (_problem(file, "FP003", message, remedy),)
    text = _decode(file, data)
    if isinstance(text, Problem):
        return (text,)
    root = _read(form, make_source(file, text))
    return root if isinstance(root, tuple) else Document(file, form, text, root)


def _read(form: Literal["yaml", "toml"], source: Source) -> Node | tuple[Problem, ...]:
    """Read the text; a parser is imported only when a file needs it."""
    if form == "yaml":
        from runner.load.yaml_file import read_yaml  # noqa: PLC0415

        return read_yaml(source)
    from runner.load.toml_file import read_toml  # noqa: PLC0415

    return read_toml(source)


def _decode(file: str, data: bytes) -> str | Problem:
    if data.startswith(_UTF16) or (len(data) > 1 and data[:2].count(0) == 1):
        return _problem(file, "FP002", "the file is UTF-16, not UTF-8", "save it as UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        good = make_source(file, data[: error.start].decode())
        line, column = good.place(len(good.text))
        message = f"the byte 0x{data[error.start]:02X} here is not UTF-8"
        span = Span(file, line, column, line, column + 1)
        return Problem(span, "FP002", message, "save the file as UTF-8")


def _explain_unreadable(path: str, error: OSError | ValueError) -> Problem:
    match error:
        case FileNotFoundError():
            return _problem(path, "FP001", "there is no such file", _suggest(path))
        case IsADirectoryError():
            return _problem(path, "FP001", "this is a folder, not a file", "name a file in it")
        case PermissionError():
            remedy = "let your account read it"
            return _problem(path, "FP001", "the file may not be read", remedy)
        case OSError():
            reason = (error.strerror or "unknown reason").lower()
            return _problem(path, "FP001", f"the file cannot be read: {reason}")
        case _:
            return _problem(path, "FP001", "no file can have this name")


def _suggest(path: str) -> str:
    """Return "did you mean" and the name that is closest in the folder, if one is close."""
    wanted = Path(path)
    try:
        names = sorted(entry.name for entry in wanted.parent.iterdir())
    except FileNotFoundError:
        return f"there is no folder {wanted.parent} either"
    except OSError:
        return ""
    close = difflib.get_close_matches(wanted.name, names, n=1)
    return f"did you mean {wanted.parent / close[0]}?" if close else ""


def _problem(file: str, code: str, message: str, remedy: str = "") -> Problem:
    return Problem(Span(file, 1, 1, 1, 1), code, message, remedy)
