"""YAML: where every value and every character of a text stands in the file."""

import re

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.load.file import load_text
from runner.model.document import Document, MappingNode, Node, ScalarNode, node_at
from runner.model.place import Span

PROPERTY = settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=300,
    suppress_health_check=[HealthCheck.too_slow],
)
TEXT = st.text(st.sampled_from("ab \n\t:#'\"\\é😀{}-\x07\x85\u2028"), max_size=40)


def _load(text: str) -> Node:
    document = load_text("a.yaml", text.encode())
    assert isinstance(document, Document), document
    return document.root


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


def test_raw_is_the_source() -> None:
    """The exact source of a scalar is kept, quotes, anchors aside."""
    text = "a: \"x\\n\"\nb: &n 'y'\nc: 1.50\nd: |2-\n   z\n\n\ne: f\n  g # h\n"
    raws = [_scalar(text, key).raw for key in "abcde"]
    assert raws == ['"x\\n"', "'y'", "1.50", "|2-\n   z", "f\n  g"]


def test_spans() -> None:
    """Mappings and lists reach from their first character to their last."""
    text = "# c\na:\n  - 1\n  -  {x: [2, 3 ]}\n\n# d\nb: |\n  t\n\n\n"
    root = _load(text)
    assert _cut(text, root.span) == text[4:].rstrip()
    assert _cut(text, node_at(root, ("a",)).span) == "- 1\n  -  {x: [2, 3 ]}"
    assert _cut(text, node_at(root, ("a", 1)).span) == "{x: [2, 3 ]}"
    assert _cut(text, node_at(root, ("a", 1, "x")).span) == "[2, 3 ]"
    assert _cut(text, node_at(root, ("b",)).span) == "|\n  t"


def test_key_spans() -> None:
    """A key knows its place, quotes included."""
    text = '"é😀": 1\nb : 2\n'
    root = _load(text)
    assert isinstance(root, MappingNode)
    assert [_cut(text, entry.key.span) for entry in root.entries] == ['"é😀"', "b"]


def test_columns_count_characters() -> None:
    """A character outside the basic plane is one column."""
    assert _scalar('"😀😀": 1\na: x').span == Span("a.yaml", 2, 4, 2, 5)
    assert _scalar("{😀: 1, a: x}").span == Span("a.yaml", 1, 11, 1, 12)


@pytest.mark.parametrize(
    ("text", "value", "places"),
    [
        ("a: bc", "bc", [(1, 4), (1, 5)]),
        ("a: 'b''c'", "b'c", [(1, 5), (1, 6), (1, 8)]),
        (r'a: "b\u00e9c"', "béc", [(1, 5), (1, 6), (1, 12)]),
        ('a: "b\\\n   c"', "bc", [(1, 5), (2, 4)]),
        ("a: b\n  c", "b c", [(1, 4), (1, 5), (2, 3)]),
        ("a: b\n\n  c", "b\nc", [(1, 4), (2, 1), (3, 3)]),
        ("a: |\n  b\n   c\n", "b\n c\n", [(2, 3), (2, 4), (3, 3), (3, 4), (3, 5)]),
        ("a: |2-\n   b\r\n  c\n", " b\nc", [(2, 3), (2, 4), (2, 5), (3, 3)]),
        ("a: >\n  b\n  c\n", "b c\n", [(2, 3), (2, 4), (3, 3), (3, 4)]),
        ("a: |+\n  b\n\n", "b\n\n", [(2, 3), (2, 4), (3, 1)]),
        ("a: |1\n   \n", "  \n", [(2, 2), (2, 3), (2, 4)]),
    ],
)
def test_part(text: str, value: str, places: list[tuple[int, int]]) -> None:
    """Each character of a text stands where the file has it, in every style."""
    node = _scalar(text)
    assert node.value == value
    spans = [node.part(offset, offset + 1) for offset in range(len(value))]
    assert [(span.line, span.column) for span in spans] == places


def test_part_of_empty_text() -> None:
    """An empty text stands between its quotes."""
    assert _scalar('a: ""').part(0, 0) == Span("a.yaml", 1, 5, 1, 5)


@given(
    value=TEXT,
    style=st.sampled_from(["", "'", '"', "|", ">"]),
    width=st.sampled_from([5, 20, 1000]),
    indent=st.integers(2, 9),
    ending=st.sampled_from(["\n", "\r\n"]),
)
@PROPERTY
def test_every_style_knows_its_places(
    value: str, style: str, width: int, indent: int, ending: str
) -> None:
    """A text that is written in any style reads back with each character at its place."""
    written = yaml.dump(
        {"k": [{"a": value}]},
        default_style=style or None,
        width=width,
        indent=indent,
        allow_unicode=True,
        line_break=ending,
    )
    expected = yaml.load(written, Loader=yaml.BaseLoader)["k"][0]["a"]  # noqa: S506
    node = node_at(_load(written), ("k", 0, "a"))
    assert isinstance(node, ScalarNode)
    if not isinstance(node.value, str):
        return
    assert node.value == expected
    for char, found in _characters(written, node):
        folded = char in " \n" and found in "\r\n\x85"
        assert char == found or found in "\\'" or folded, (written, node)


@given(lines=st.lists(TEXT.map(lambda text: re.sub(r"[^ -~é😀]", "", text)), max_size=6))
@PROPERTY
def test_literal_blocks_are_exact(lines: list[str]) -> None:
    """In a literal block every character of the text is one of the file."""
    text = "a: |1+\n" + "".join(f" {line}\n" for line in lines) + "b: 1\n"
    node = _scalar(text)
    assert node.value == "".join(f"{line}\n" for line in lines)
    assert all(char == found for char, found in _characters(text, node))
