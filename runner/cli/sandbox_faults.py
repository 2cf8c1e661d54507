"""A file of fault rules for the sandbox: read, checked against its schema, made into a plan."""

from pathlib import Path

from runner.load.file import LARGEST_FILE, load_file
from runner.load.source import make_source
from runner.load.yaml_file import read_yaml
from runner.model.document import Document, node_at, to_plain
from runner.model.errors import Findings
from runner.model.place import Span
from runner.model.problem import Problem
from runner.sandbox.control import read_faults
from runner.sandbox.fault_reading import Plan, RuleError
from runner.schema.check import SchemaCheck
from runner.schema.store import read_schema

_NOT_STARTED = "The sandbox was not started."


def load_faults(path: str) -> Plan:
    """Return the plan that a file in YAML, TOML or JSON holds.

    Raises:
        Findings: it cannot be read, or its rules make no sense.
    """
    document = _load_document(path)
    if not isinstance(document, Document):
        raise Findings(document, remedy=_NOT_STARTED)
    data = to_plain(document.root)
    problems = SchemaCheck(read_schema("sandbox-faults")).problems(data, document.root)
    if problems:
        raise Findings(problems, remedy=_NOT_STARTED)
    try:
        return read_faults(data)
    except RuleError as error:
        place = error.place if isinstance(data, list) else ("rules", *error.place)
        problem = Problem(node_at(document.root, place).span, "FP109", str(error))
        raise Findings((problem,), remedy=_NOT_STARTED) from error


def _load_document(path: str) -> Document | tuple[Problem, ...]:
    """Return the file's data or its findings; JSON is read as the YAML that it is."""
    file = Path(path)
    if file.suffix.lower() != ".json" or not file.is_file() or file.stat().st_size > LARGEST_FILE:
        return load_file(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        span = Span(path, 1, 1, 1, 1)
        return (Problem(span, "FP002", "the file is not UTF-8", "save it as UTF-8"),)
    root = read_yaml(make_source(path, text))
    return root if isinstance(root, tuple) else Document(path, "yaml", text, root)
