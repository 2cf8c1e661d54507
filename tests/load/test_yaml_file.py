"""YAML: what scalars mean, where everything stands, and how faults are worded."""

import re

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.load import yaml_file
from runner.load.file import load_text
from runner.model.document import (
    Document,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Value,
    node_at,
    to_plain,
    walk_scalars,
)
from runner.model.place import Span
from runner.model.problem import Problem

PROPERTY = settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow],
)
# PyYAML writes U+0085 as it is, and a reader has to take it for a line break.
PLAIN = st.text(st.sampled_from("ab \n\t:#'\"\\é😀{}-\x07\u2028"), max_size=20)

PIECES = [
    *("a", "b: ", "- ", '"', "'", "\n", "\n  ", " ", "\t", "k: |\n", "k: >-\n", "|2", "\r\n", "\\"),
    *(
        "{",
        "}",
        "[",
        "]",
        ",",
        "#",
        "é😀",
        "&a ",
        "*a",
        "!t ",
        "---",
        "? ",
        "\\ud800",
        "\\UFFFFFFFF",
    ),
]


def _load(text: str) -> Node:
    document = load_text("a.yaml", text.encode())
    assert isinstance(document, Document), document
    return document.root


def _problems(text: str) -> tuple[Problem, ...]:
    result = load_text("a.yaml", text.encode())
    assert isinstance(result, tuple)
    return result


def _scalar(text: str, key: str = "a") -> ScalarNode:
    node = node_at(_load(text), (key,))
    assert isinstance(node, ScalarNode)
    return node


def _index(text: str, line: int, column: int) -> int:
    """Return the index of a place; lines end where editors end them."""
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
    return starts[line - 1] + column - 1


def _cut(text: str, span: Span) -> str:
    start = _index(text, span.line, span.column)
    return text[start : _index(text, span.end_line, span.end_column)]


def _characters(text: str, node: ScalarNode) -> list[tuple[str, str]]:
    """Return each character of the value with what stands at its place in the file."""
    assert isinstance(node.value, str)
    found = []
    for offset, char in enumerate(node.value):
        span = node.part(offset, offset + 1)
        index = _index(text, span.line, span.column)
        assert 0 <= index < len(text)
        found.append((char, text[index]))
    return found


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", 0),
        ("12", 12),
        ("-7", -7),
        ("1.50", 1.5),
        ("-0.25e3", -250.0),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('"1"', "1"),
        ("'true'", "true"),
        ("|-\n  1", "1"),
    ],
)
def test_scalars_that_are_not_text(written: str, value: Value) -> None:
    """Only plain numbers, true, false and null are other than text."""
    node = _scalar(f"a: {written}\n")
    assert (node.value, type(node.value)) == (value, type(value))


@pytest.mark.parametrize(
    "written",
    [
        *("+15551234567", "0123", "21:30", "NO", "on", "yes", "1_000", "2024-01-31", ".inf", ".5"),
        *("5.", "0x1F", "0o17", "-0", "1e3", "True", "NULL", "٣", "9" * 19, "9" * 5000, "1.0e999"),
        "1." + "0" * 70,
    ],
)
def test_scalars_that_stay_text(written: str) -> None:
    """Whatever has another meaning in YAML 1.1, or is a very long number, stays text."""
    assert _scalar(f"a: {written}\n").value == written


@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers(-(10**17), 10**17) | PLAIN,
        lambda below: st.lists(below, max_size=4) | st.dictionaries(PLAIN, below, max_size=4),
        max_leaves=12,
    ),
    flow=st.booleans(),
)
@PROPERTY
def test_data_round_trip(data: object, *, flow: bool) -> None:
    """What another program writes as YAML reads back the same, each node in its place."""
    written = yaml.safe_dump({"root": data}, default_flow_style=flow, allow_unicode=True)
    root = _load(written)
    assert to_plain(root) == {"root": data}
    _check_spans(written, root)


def _check_spans(text: str, node: Node) -> None:
    """Assert that each scalar's span cuts out its source."""
    match node:
        case ScalarNode():
            assert _cut(text, node.span) == node.raw
        case SequenceNode():
            for item in node.items:
                _check_spans(text, item)
        case MappingNode():
            for entry in node.entries:
                _check_spans(text, entry.key)
                _check_spans(text, entry.node)


def test_all_duplicate_keys() -> None:
    """Every key that repeats is reported with both places."""
    found = _problems("a: 1\nb: {x: 1, x: 2}\na: 3\n'a': 4\n")
    assert {problem.code for problem in found} == {"FP006"}
    places = [(problem.span.line, problem.related[0].span.line) for problem in found]
    assert places == [(2, 2), (3, 1), (4, 1)]


def test_duplicates_are_told_beside_a_syntax_error() -> None:
    """A syntax error does not hide the duplicate keys before it."""
    codes = [problem.code for problem in _problems("a: 1\na: 2\nb: @x\n")]
    assert codes == ["FP006", "FP004"]


def test_aliases() -> None:
    """An alias repeats the node that it names; an anchor may be redefined."""
    assert to_plain(_load("a: &x [1]\nb: *x\nc: &x 2\nd: *x\n")) == {
        "a": [1],
        "b": [1],
        "c": 2,
        "d": 2,
    }


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("a: !!python/object:os.system x", (1, 4), "leave it out"),
        ("a: !x [1]", (1, 4), "leave it out"),
        ("a: &n !x y", (1, 7), "leave it out"),
        ("1: x", (1, 1), 'write "1"'),
        ("a: {true: x}", (1, 5), 'write "true"'),
        ("? [a]\n: b", (1, 3), "write text"),
        ("a: &x b\n*x : c", (2, 1), "write the key"),
        ("a: 1\n---\nb: 2", (2, 1), "file of its own"),
        ("<<: {a: 1}", (1, 1), "merged keys out"),
    ],
)
def test_what_a_playbook_cannot_do(text: str, place: tuple[int, int], remedy: str) -> None:
    """Tags, odd keys, merge keys and second documents are refused in their place."""
    (problem,) = _problems(text)
    assert problem.code == "FP008"
    assert (problem.span.line, problem.span.column) == place
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a:\n\t- b", (2, 1), "a tab"),
        ('a: "foo\nb: c', (1, 4), "never closed"),
        ("a: {{ r.name }}", (1, 4), 'write "{{ r.name }}"'),
        ("a: {{ r.name }} hi  # x", (1, 4), 'write "{{ r.name }} hi"'),
        ('a: {{ r["x"] }}', (1, 4), "write '{{ r[\"x\"] }}'"),
        ("- {{ a }}", (1, 3), 'write "{{ a }}"'),
        ("a: {% if x %}y", (1, 4), 'write "{% if x %}y"'),
        ("a: Reminder: tomorrow", (1, 12), 'write "Reminder: tomorrow"'),
        ("a: @b", (1, 4), 'write "@b"'),
        ("a: *b", (1, 4), 'write "*b"'),
        ("a: **b**", (1, 4), "in quotes"),
        ("a: [1, 2\nb: c", (1, 4), "not closed"),
        ("a: {x: 1", (1, 4), "not closed"),
        ("a: 1\nfoo\nb: 2", (2, 1), "no colon"),
        ('a: "x" y', (1, 8), "closing quote"),
        (r'a: "\q"', (1, 5), "backslash"),
        (r'a: "\ud800"', (1, 7), "backslash"),
        ("a: | foo\n  x", (1, 6), "next line"),
        ("a:\n  b: 1\n c: 2", (3, 2), "does not fit"),
        ("a: 1\n  b: 2", (2, 4), "indent"),
        ("- a\nb: c", (2, 1), "dash"),
        ("a: ]", (1, 4), "cannot start"),
        ("é: \x07", (1, 4), "U+0007"),
        ("\ufeff\ufeffa: 1", (1, 1), "U+FEFF"),
    ],
)
def test_syntax_errors_in_peoples_words(text: str, place: tuple[int, int], words: str) -> None:
    """A syntax error has its place, and says what to type."""
    (problem,) = _problems(text)
    assert problem.code == "FP004"
    assert (problem.span.line, problem.span.column) == place
    assert words in f"{problem.message} {problem.remedy}"


def test_every_unquoted_template_is_told() -> None:
    """Templates that lack quotes are reported all at once."""
    found = _problems("a: {{ x }}\nb: [{{ y }}, {{ z }}]\n")
    assert [problem.remedy for problem in found if problem.code == "FP004"] == [
        'write "{{ x }}"',
        'write "{{ y }}"',
        'write "{{ z }}"',
    ]


@given(text=st.lists(st.sampled_from(PIECES), max_size=15).map("".join))
@PROPERTY
def test_parser_without_libyaml(text: str) -> None:
    """PyYAML's own parser, used where libyaml is missing, gives data or findings too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_file, "_LOADER", yaml.SafeLoader)
        result = load_text("a.yaml", text.encode())
    if isinstance(result, tuple):
        assert result
        return
    for _, node in walk_scalars(result.root):
        if isinstance(node.value, str):
            _characters(text + "\n", node)


def test_root_may_be_anything() -> None:
    """A list or a scalar loads; that a playbook is a mapping is the schema's to say."""
    assert to_plain(_load("- 1\n- 2")) == [1, 2]
    assert to_plain(_load("just text")) == "just text"
