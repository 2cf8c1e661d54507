"""TOML: the same tree as YAML's, tomllib's values, and a place for everything."""

import datetime as dt
import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.load.file import load_text
from runner.model.document import (
    Document,
    MappingNode,
    Node,
    Path,
    ScalarNode,
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
TEXT = st.text(st.sampled_from("ab \n\t.='\"\\é😀{}#"), max_size=30)
ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t", "é": r"\u00e9"}


def _load(text: str) -> Node:
    document = load_text("a.toml", text.encode())
    assert isinstance(document, Document), document
    return document.root


def _problems(text: str) -> tuple[Problem, ...]:
    result = load_text("a.toml", text.encode())
    assert isinstance(result, tuple)
    return result


def _scalar(text: str, path: Path = ("a",)) -> ScalarNode:
    node = node_at(_load(text), path)
    assert isinstance(node, ScalarNode)
    return node


def _index(text: str, line: int, column: int) -> int:
    return sum(len(part) + 1 for part in text.split("\n")[: line - 1]) + column - 1


def _cut(text: str, span: Span) -> str:
    start = _index(text, span.line, span.column)
    return text[start : _index(text, span.end_line, span.end_column)]


EVERYTHING = """\
# a playbook
"é😀" = "ü"
a.b."c d" = 1
a.x = [1, "zwei", {y = 2, z.q = 'r'}]   # comment

[server.one]
on = true
[other]
[server]
name = "n"
[server.two]
at = 1979-05-27T07:32:00Z
[[list]]
k = 1
[list.sub]
k = 2
[[list]]
k = 3
[[list.sub2]]
k = \"\"\"
x \\
   y\"\"\"
"""


def test_everything_equals_tomllib() -> None:
    """Dotted keys, tables out of order, lists of tables and inline tables become one tree."""
    plain = to_plain(_load(EVERYTHING))
    expected = tomllib.loads(EVERYTHING)
    expected["server"]["two"]["at"] = "1979-05-27T07:32:00Z"
    assert plain == expected


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (("é😀",), '"ü"'),
        (("a", "b", "c d"), "1"),
        (("a", "x"), "[1, \"zwei\", {y = 2, z.q = 'r'}]"),
        (("a", "x", 1), '"zwei"'),
        (("a", "x", 2), "{y = 2, z.q = 'r'}"),
        (("a", "x", 2, "z", "q"), "'r'"),
        (("server", "one"), "[server.one]\non = true"),
        (("server", "name"), '"n"'),
        (("other",), "[other]"),
        (("server", "two", "at"), "1979-05-27T07:32:00Z"),
        (("list", 0), "[[list]]\nk = 1\n[list.sub]\nk = 2"),
        (("list", 0, "sub", "k"), "2"),
        (("list", 1, "k"), "3"),
        (("list", 1, "sub2", 0, "k"), '"""\nx \\\n   y"""'),
    ],
)
def test_everything_has_its_place(path: Path, source: str) -> None:
    """Each value's span cuts its source out of the file."""
    assert _cut(EVERYTHING, node_at(_load(EVERYTHING), path).span) == source


def test_key_places() -> None:
    """Each part of a dotted key has its own place."""
    text = 'x."é y".z = 1\n'
    root = _load(text)
    found = []
    while isinstance(root, MappingNode):
        found.append(_cut(text, root.entries[0].key.span))
        root = root.entries[0].node
    assert found == ["x", '"é y"', "z"]


def test_root_span() -> None:
    """The root reaches from the first character to the last."""
    text = "\n\na = 1\nb = 2\n\n"
    assert _cut(text, _load(text).span) == "a = 1\nb = 2"


@pytest.mark.parametrize(
    ("written", "value"),
    [("+15551234567", 15551234567), ("0xFF", 255), ("1_000", 1000), ("1.50", 1.5), ("true", True)],
)
def test_numbers_keep_their_source(written: str, value: float) -> None:
    """A number is TOML's number, and what was written is kept."""
    node = _scalar(f"a = {written}\n")
    assert (node.value, node.raw, node.marks) == (value, written, ())


@pytest.mark.parametrize(
    "written",
    [
        *("1979-05-27", "07:32:00", "1979-05-27 07:32:00", "1979-05-27T07:32:00-07:00"),
        *("inf", "-inf", "nan", "+nan", "1e999"),
    ],
)
def test_dates_and_odd_numbers_are_text(written: str) -> None:
    """Dates, times, infinity and not-a-number are text as written."""
    node = _scalar(f"a = {written}\n")
    assert (node.value, node.raw) == (written, written)
    assert node.part(0, 1) == Span("a.toml", 1, 5, 1, 6)


@pytest.mark.parametrize(
    ("text", "value", "places"),
    [
        ('a = "b\\u00e9c"', "béc", [(1, 6), (1, 7), (1, 13)]),
        ("a = 'b\\'", "b\\", [(1, 6), (1, 7)]),
        ('a = """b\nc"""', "b\nc", [(1, 8), (1, 9), (2, 1)]),
        ('a = """\nb\\\n   c"""', "bc", [(2, 1), (3, 4)]),
        ("a = '''\r\nb\r\nc'''", "b\nc", [(2, 1), (2, 2), (3, 1)]),
        ('a = """b""""', 'b"', [(1, 8), (1, 9)]),
    ],
)
def test_part(text: str, value: str, places: list[tuple[int, int]]) -> None:
    """Each character of a string stands where the file has it."""
    node = _scalar(text)
    assert node.value == value
    spans = [node.part(offset, offset + 1) for offset in range(len(value))]
    assert [(span.line, span.column) for span in spans] == places


def _write(value: str, style: str) -> str:
    """Write a TOML string in a style, or as a basic string where the style cannot hold it."""
    escaped = "".join(ESCAPES.get(char, char) for char in value)
    match style:
        case "'" if not set("'\n") & set(value):
            return f"'{value}'"
        case "'''" if "'" not in value:
            return f"'''\n{value}'''"
        case '"""':
            lines = escaped.replace(r"\n", "\n")
            return f'"""\n{lines}"""'
        case "join":
            middle = len(value) // 2
            first, second = (
                "".join(ESCAPES.get(c, c) for c in half)
                for half in (value[:middle], value[middle:])
            )
            gap = "" if second.startswith((" ", "\n", "\t")) else "\\\n  "
            return f'"""{first}{gap}{second}"""'
    return f'"{escaped}"'


@given(value=TEXT, style=st.sampled_from(['"', "'", '"""', "'''", "join"]), key=TEXT)
@PROPERTY
def test_every_style_knows_its_places(value: str, style: str, key: str) -> None:
    """A text that is written in any style reads back with each character at its place."""
    text = f"[t]\n{_write(key, 'basic')} = {{x = [1, {_write(value, style)}]}}\n"
    node = _scalar(text, ("t", key, "x", 1))
    assert node.value == value
    assert _cut(text, node.span) == node.raw
    for offset, char in enumerate(value):
        span = node.part(offset, offset + 1)
        assert text[_index(text, span.line, span.column)] in (char, "\\")


def _expected(value: object) -> object:
    """Return tomllib's value with dates turned to text, the only difference there may be."""
    match value:
        case dict():
            return {key: _expected(below) for key, below in value.items()}
        case list():
            return [_expected(below) for below in value]
        case dt.datetime() | dt.date() | dt.time():
            return str(value)
    return value


LINES = st.sampled_from(
    [
        *("[a]", "[b]", "[a.b]", "[b.a]", "[a.b.c]", "[[c]]", "[[c.a]]", "[c.b]", "[[a.c]]"),
        *(
            "x = 1",
            "y = 'é'",
            "a.b = 2",
            "a.c = 3",
            "b = {x = 1, y.z = 2}",
            "z = [1, [2], {q = 3}]",
        ),
        *("d = 1979-05-27", '\'é\'."😀" = "\\t"', "# comment", ""),
    ]
)


@given(lines=st.lists(LINES, max_size=12))
@PROPERTY
def test_values_and_findings_agree_with_tomllib(lines: list[str]) -> None:
    """What tomllib takes loads with its values; what it refuses as defined twice has two places."""
    text = "\n".join(["first = 0", *lines])
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        for problem in _problems(text):
            assert problem.code == "FP006"
            assert problem.related[0].span < problem.span
        return
    root = _load(text)
    assert to_plain(root) == _expected(expected)
    for _, node in walk_scalars(root):
        assert _cut(text, node.span) == node.raw


def test_all_duplicates() -> None:
    """Every key and table that repeats is reported with both places."""
    found = _problems("a = 1\na = 2\n[t]\nx = {y = 1, y = 2}\n[t]\n[u]\na = 1\n")
    assert {problem.code for problem in found} == {"FP006"}
    places = [(problem.span.line, problem.related[0].span.line) for problem in found]
    assert places == [(2, 1), (4, 4), (5, 3)]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a = yes # x", (1, 5), 'write "yes"'),
        ("a = {{ r.name }}", (1, 5), 'write "{{ r.name }}"'),
        ("a =", (1, 4), "value is missing"),
        ('a = "x\nb = 1', (1, 5), "never closed"),
        ('a = """x\n', (1, 5), "never closed"),
        ("a = 'x\n", (1, 5), "never closed"),
        ("a = [1\nb = 2", (2, 1), "not closed"),
        ("a = [1,\n", (1, 5), "not closed"),
        ("é = 1", (1, 1), "goes in quotes"),
        ("a: 1", (1, 2), "not with a colon"),
        ("a = 1 b = 2", (1, 7), "follows the value"),
        ('a = "\\q"', (1, 8), "backslash"),
        ('a = "\\ud800"', (1, 12), "half of a character"),
        ("a = {b = 1\nc = 2}", (1, 11), "one line"),
        ("[a", (1, 3), "not closed"),
        ("[[a]", (1, 4), "not closed"),
        ("a = \x07", (1, 5), "U+0007"),
        ("# \x07", (1, 3), "U+0007"),
        ("a = " + "9" * 5000, (1, 5), "thousands of digits"),
    ],
)
def test_syntax_errors_in_peoples_words(text: str, place: tuple[int, int], words: str) -> None:
    """A syntax error has its place, and says what to type."""
    (problem,) = _problems(text)
    assert problem.code == "FP004"
    assert (problem.span.line, problem.span.column) == place
    assert words in f"{problem.message} {problem.remedy}"
