"""A schema error in people's words."""

from typing import Any

import pytest

from runner.load.file import load_text
from runner.model.document import Document, to_plain
from runner.model.problem import Problem
from runner.schema.check import SchemaCheck


def _all(schema: dict[str, Any], text: str, file: str = "data.yaml") -> tuple[Problem, ...]:
    document = load_text(file, text.encode())
    assert isinstance(document, Document), document
    return SchemaCheck(schema).problems(to_plain(document.root), document.root)


def _one(schema: dict[str, Any], text: str, file: str = "data.yaml") -> Problem:
    (problem,) = _all(schema, text, file)
    return problem


_CASES: list[tuple[dict[str, Any], str, str, str, str]] = [
    (
        {"required": ["b"], "properties": {"b": {"examples": ["see you"]}}},
        "a: 1",
        "FP101",
        '"b" is missing',
        "add b: see you",
    ),
    ({"required": ["it's"]}, "a: 1", "FP101", '"it\'s" is missing', "add it's"),
    (
        {"required": ["b"], "properties": {"b": {"examples": [{"c": "x: y", "d": [1, "+1"]}]}}},
        "a: 1",
        "FP101",
        '"b" is missing',
        'add b: { c: "x: y", d: [1, "+1"] }',
    ),
    (
        {"additionalProperties": False, "properties": {"body": {}, "author": {}}},
        "bdy: 1",
        "FP102",
        'unknown key "bdy", did you mean "body"?',
        "write body",
    ),
    (
        {"additionalProperties": False, "properties": {"body": {}, "author": {}}},
        "xyz: 1",
        "FP102",
        'unknown key "xyz"',
        "allowed here: author, body",
    ),
    (
        {"properties": {"a": {"type": "object", "examples": [{"type": "sms"}]}}},
        "a: sms",
        "FP103",
        "a is text here, not a mapping",
        "write a mapping, such as { type: sms }",
    ),
    ({"properties": {"a": {"type": "string"}}}, "a:", "FP103", "a has no value", "write text"),
    (
        {"properties": {"a": {"type": "boolean"}}},
        'a: "no"',
        "FP103",
        "a is text here, not true or false",
        "write true or false, without quotes",
    ),
    (
        {"properties": {"a": {"type": "string"}}},
        "a: 15",
        "FP104",
        "a is a number here, not text",
        'write "15"',
    ),
    (
        {"properties": {"address": {"type": "string"}}},
        "address: 15551234567",
        "FP104",
        "address is a number here, not text",
        'write "+15551234567"',
    ),
    (
        {
            "properties": {
                "a": {"type": "string", "pattern": "s$", "x-wanted": "a time, such as 9s"}
            }
        },
        "a: 15",
        "FP104",
        "a is a number here, not text",
        "write a time, such as 9s",
    ),
    (
        {"properties": {"a": {"enum": ["hold", "append"]}}},
        "a: hodl",
        "FP105",
        'a cannot be "hodl", did you mean "hold"?',
        "write hold",
    ),
    ({"properties": {"a": {"const": 1}}}, "a: 2", "FP105", "a cannot be 2", "write 1"),
    (
        {"properties": {"a": {"const": 1}}},
        'a: "1"',
        "FP105",
        'a cannot be "1"',
        "write 1, without quotes",
    ),
    (
        {"properties": {"a": {"pattern": "^x", "x-wanted": "an x, such as xy"}}},
        "a: b",
        "FP106",
        "a must be an x",
        "write an x, such as xy",
    ),
    (
        {"propertyNames": {"pattern": "^[a-z]+$", "x-wanted": "small letters"}},
        "A: b",
        "FP106",
        'the name "A" must be small letters',
        "write small letters",
    ),
    ({"properties": {"a": {"minLength": 1}}}, 'a: ""', "FP107", "a is empty", "write a text"),
    (
        {"properties": {"a": {"maxLength": 2}}},
        "a: abc",
        "FP107",
        "a has more than 2 characters",
        "the limit is 2",
    ),
    (
        {"properties": {"a": {"maxItems": 1}}},
        "a: [1, 2]",
        "FP107",
        "a has more than 1 item",
        "the limit is 1",
    ),
    ({"properties": {"a": {"minimum": 1}}}, "a: 0", "FP107", "a is less than 1", "the limit is 1"),
    (
        {"properties": {"a": {"not": {}, "x-why": "a is for email"}}},
        "a: 0",
        "FP108",
        "a cannot stand here: a is for email",
        "leave it out",
    ),
    (
        {"properties": {"a": {"multipleOf": 5}}},
        "a: 7",
        "FP109",
        "a does not follow multipleOf: 5",
        "",
    ),
    (
        {"properties": {"a": {"anyOf": [{"enum": ["x"]}, {"type": "array"}]}}},
        "a: y",
        "FP105",
        'a cannot be "y"',
        "write x",
    ),
]


@pytest.mark.parametrize(("schema", "text", "code", "message", "remedy"), _CASES)
def test_an_error_says_what_is_wrong_and_what_to_type(
    schema: dict[str, Any], text: str, code: str, message: str, remedy: str
) -> None:
    """Each kind of error has its code, its sentence and its remedy."""
    problem = _one(schema, text)
    assert (problem.code, problem.message, problem.remedy) == (code, message, remedy)


def test_a_remedy_for_toml_is_toml() -> None:
    """What to type is in the language of the file."""
    schema = {"required": ["b"], "properties": {"b": {"examples": [{"c": "see you"}]}}}
    assert _one(schema, "a = 1", "data.toml").remedy == 'add b = { c = "see you" }'


def test_a_misspelt_key_is_not_missing_as_well() -> None:
    """One slip is one finding: the unknown key's, which names the right one."""
    schema = {
        "required": ["message", "name"],
        "additionalProperties": False,
        "properties": {"message": {}, "name": {}},
    }
    found = _all(schema, "mesage: hello")
    assert [problem.message for problem in found] == [
        '"name" is missing',
        'unknown key "mesage", did you mean "message"?',
    ]


def test_a_long_value_is_pointed_at_by_its_key() -> None:
    """Carets under twenty lines would show nothing."""
    schema = {"properties": {"a": {"properties": {"b": {"type": "string"}}}}}
    problem = _one(schema, "a:\n  b:\n    - 1\n    - 2\n")
    assert (problem.span.line, problem.span.column, problem.span.end_column) == (2, 3, 4)


def test_a_path_is_said_as_it_is_written() -> None:
    """List items are counted in brackets, keys are joined by dots."""
    schema = {"properties": {"a": {"items": {"properties": {"b": {"type": "string"}}}}}}
    assert _one(schema, "a: [{b: x}, {b: 1}]").message.startswith("a[1].b is")
