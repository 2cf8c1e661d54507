"""Data against a schema: what is invalid never passes for want of words."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.load.file import load_text
from runner.model.document import Document, Node, Plain, to_plain
from runner.model.problem import Problem
from runner.schema.check import SchemaCheck, check_schema


def _root(text: str) -> Node:
    document = load_text("data.yaml", text.encode())
    assert isinstance(document, Document), document
    return document.root


def _problems(schema: dict[str, Any], text: str) -> tuple[Problem, ...]:
    root = _root(text)
    return SchemaCheck(schema).problems(to_plain(root), root)


def test_valid_data_has_no_problems() -> None:
    """What passes has no findings."""
    assert _problems({"properties": {"a": {"type": "string"}}}, "a: x") == ()


def test_a_final_line_break_does_not_pass_a_pattern() -> None:
    """Python's `$` would let a SID with a line break through to Twilio."""
    schema = {"properties": {"sid": {"pattern": "^WS[0-9]+$"}}}
    (problem,) = _problems(schema, "sid: |\n  WS12\n")
    assert problem.code == "FP106"
    assert problem.message.startswith("sid must be")


@pytest.mark.parametrize(
    ("form", "bad"),
    [("email", "ann"), ("date", "31.3.2026"), ("uri", "nowhere"), ("uuid", "seven")],
)
def test_the_standards_formats_are_checked(form: str, bad: str) -> None:
    """A declared format that the data breaks is a finding, not silence."""
    schema = {"properties": {"a": {"format": form}}}
    assert [found.code for found in _problems(schema, f"a: {bad}")] == ["FP106"]


def test_a_pattern_that_only_the_fast_engine_knows_is_worded_too() -> None:
    """Patterns are one engine's affair, so Unicode classes are no crash."""
    schema = {"properties": {"a": {"pattern": r"^\p{L}+$"}}}
    assert [found.code for found in _problems(schema, 'a: "7"')] == ["FP106"]
    assert _problems(schema, "a: Ä") == ()


@pytest.mark.parametrize(("pattern", "name"), [("^a$", "a\n"), (r"^\p{Lu}$", "a")])
def test_a_fault_that_only_the_fast_engine_sees_is_a_finding(pattern: str, name: str) -> None:
    """Where the two engines read a pattern differently, the stricter one is right."""
    schema = {"patternProperties": {pattern: {}}, "additionalProperties": False}
    (problem,) = SchemaCheck(schema).problems({name: 1}, _root("x: y"))
    assert problem.code == "FP109"


def test_a_format_of_ours_is_asked() -> None:
    """Formats beside the standard's own come with the check."""
    check = SchemaCheck({"format": "even"}, {"even": lambda value: len(value) % 2 == 0})
    assert check.passes("ab")
    assert not check.passes("abc")
    assert len(check.problems("abc", _root("abc"))) == 1


def test_half_a_character_does_not_pass() -> None:
    """What cannot be written as UTF-8 is a finding at its own place."""
    root = _root("a:\n  b: x")
    schema = {"properties": {"a": {"properties": {"b": {"pattern": "^x"}}}}}
    (problem,) = SchemaCheck(schema).problems({"a": {"b": "\ud83d"}}, root)
    assert problem.span.line == 2
    assert "half of a character" in problem.message


_DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=6,
)
_SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "object", "array", "integer", ["string", "null"]]),
        "enum": st.lists(st.sampled_from(["a", 1, True, None]), min_size=1),
        "const": st.sampled_from(["a", 0, False]),
        "required": st.lists(st.sampled_from("abc"), unique=True),
        "additionalProperties": st.just(value=False),
        "properties": st.fixed_dictionaries({"a": st.just({"type": "string", "minLength": 1})}),
        "minLength": st.integers(0, 3),
        "maxItems": st.integers(0, 2),
        "pattern": st.sampled_from(["^a$", "b", "^$"]),
        "propertyNames": st.just({"pattern": "^[ab]$"}),
        "uniqueItems": st.just(value=True),
        "anyOf": st.just([{"type": "string"}, {"maxProperties": 1, "type": "object"}]),
        "not": st.just({"const": "a"}),
        "contains": st.just({"const": 1}),
        "dependentRequired": st.just({"a": ["b"]}),
    },
)


@given(_SCHEMAS, _DATA)
def test_there_is_a_finding_whenever_the_data_is_invalid(
    schema: dict[str, Any], data: Plain
) -> None:
    """`problems` is empty exactly if `passes` says yes, whatever the schema asks."""
    check = SchemaCheck(schema)
    found = check.problems(data, _root("x: y"))
    assert check.passes(data) == (found == ())
    assert all(problem.message and problem.code.startswith("FP1") for problem in found)


@pytest.fixture
def listening() -> Any:
    """Return a socket on this machine that nobody should reach."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def test_a_schema_reaches_neither_network_nor_files(listening: Any, tmp_path: Path) -> None:
    """A reference to elsewhere is a finding; nothing is fetched or read."""
    secret = tmp_path / "secret.json"
    secret.write_text('{"type": "integer"}')
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/schema"
    for target in (url, secret.as_uri()):
        root = _root(f'properties:\n  a:\n    $ref: "{target}"')
        (problem,) = check_schema(to_plain(root), root, ())
        assert problem.span.line == 3
        assert target in problem.message
    with pytest.raises(BlockingIOError):
        listening.accept()


def _schema_problems(text: str) -> tuple[Problem, ...]:
    root = _root(text)
    return check_schema(to_plain(root), root, ())


_MENDED: list[tuple[str, str]] = [
    ("type: strng", 'type cannot be "strng", did you mean "string"?'),
    ('pattern: "["', "pattern must be a regular expression"),
    ("required: phone", "required is text here, not a list"),
    ('$ref: "#/$defs/phone"', "#/$defs/phone is not in this schema"),
    ("$ref: phone.json", "phone.json is not in this schema"),
    ('$dynamicRef: "#nowhere/at/all"', "this schema cannot be used"),
    ("minLength: -1", "minLength is less than 0"),
]


@pytest.mark.parametrize(("text", "said"), _MENDED)
def test_a_schema_that_cannot_be_used_says_why(text: str, said: str) -> None:
    """A user's own schema is checked before any row is."""
    (problem,) = _schema_problems(text)
    assert said in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "type: object",
        "$defs: { phone: { type: string } }\nproperties: { a: { $ref: '#/$defs/phone' } }",
        "$defs: { 'a/b': true }\n$ref: '#/$defs/a~1b'",
        "properties: { pattern: { type: string } }",
        "type: [integer, 'null']",
    ],
)
def test_a_good_schema_raises_no_alarm(text: str) -> None:
    """References within the schema, and columns named like keywords, are fine."""
    assert _schema_problems(text) == ()
    SchemaCheck(to_plain(_root(text)))  # type: ignore[arg-type]


def test_places_can_be_translated() -> None:
    """A fault of a request is placed where the playbook says it."""
    translate: Callable[[Any], Any] = lambda path: ("message", *path)  # noqa: E731
    root = _root("message:\n  body: 7")
    schema = {"properties": {"body": {"type": "string"}}}
    (problem,) = SchemaCheck(schema).problems({"body": 7}, root, translate)
    assert problem.span.line == 2
    assert problem.message.startswith("message.body")
