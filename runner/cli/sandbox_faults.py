"""A file of fault rules for the sandbox: read, checked against its schema, made into a plan."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runner.load.file import LARGEST_FILE, load_file
from runner.load.source import make_source
from runner.load.yaml_file import read_yaml
from runner.model.document import Document, node_at, to_plain
from runner.model.errors import Findings, UsageFault
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


def with_own_rules(texts: Sequence[str], plan: Plan) -> Plan:
    """Return the plan with the rules of the command line before its own.

    A rule is written as its fault and `name=value`: `slow delay=0.2 on=list_tasks,events`. A value
    is JSON, or else a text.

    Raises:
        UsageFault: one of them makes no sense.
    """
    if not texts:
        return plan
    rules = [_read_rule(text) for text in texts]
    lag = {} if plan.evidence_lag is None else {"evidence_lag": plan.evidence_lag}
    try:
        return read_faults({"rules": [*rules, *plan.given], **lag})
    except RuleError as error:
        raise UsageFault(
            f"--fault: {error}", "write it like 'lose_after on=create_message every=10'"
        ) from error


def _read_rule(text: str) -> dict[str, Any]:
    fault, *rest = text.split() or [""]
    pairs = (word.partition("=") for word in rest)
    return {"fault": fault, **{name: _read_value(name, value) for name, _, value in pairs}}


def _read_value(name: str, text: str) -> Any:
    if name == "on" and not text.startswith("["):
        return text.split(",")
    try:
        return json.loads(text)
    except ValueError:
        return text


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
