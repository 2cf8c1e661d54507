"""Data that knows where it stands."""

from runner.load.file import load_text
from runner.model.document import Document, ScalarNode, node_at, to_plain, walk_scalars, walk_texts
from runner.model.place import Span

_TEXT = b"a:\n  - x: one\n    y: 2\n  - three\nb: |\n  first\n  second\n"


def _load() -> Document:
    document = load_text("p.yaml", _TEXT)
    assert isinstance(document, Document)
    return document


def test_the_data_without_its_places() -> None:
    """`to_plain` gives what the file says and nothing else."""
    assert to_plain(_load().root) == {"a": [{"x": "one", "y": 2}, "three"], "b": "first\nsecond\n"}


def test_a_path_that_ends_early_gives_the_nearest_node_above() -> None:
    """A finding about something that is missing has the place of what should hold it."""
    root = _load().root
    assert node_at(root, ("a", 0, "x", "deeper")) is node_at(root, ("a", 0, "x"))
    assert node_at(root, ("a", 7)) is node_at(root, ("a",))
    assert node_at(root, ("a", "x")) is node_at(root, ("a",))
    assert node_at(root, ("nothing",)) is root


def test_scalars_come_in_the_order_of_the_file() -> None:
    """Every scalar is walked, each with the path that leads to it."""
    assert [path for path, _ in walk_scalars(_load().root)] == [
        ("a", 0, "x"),
        ("a", 0, "y"),
        ("a", 1),
        ("b",),
    ]


def test_texts_are_found_in_plain_data() -> None:
    """Texts are walked at any depth, other values are not."""
    data = {"a": [{"x": "one", "y": 2}, "three"], "b": None}
    assert list(walk_texts(data)) == [(("a", 0, "x"), "one"), (("a", 1), "three")]


def test_a_part_of_a_text_has_its_own_place() -> None:
    """A part of a block that spans a line break begins and ends on its own lines."""
    node = node_at(_load().root, ("b",))
    assert isinstance(node, ScalarNode)
    text = str(node.value)
    start = text.index("second")
    assert node.part(start, start + 6) == Span("p.yaml", 7, 3, 7, 9)
    assert node.part(0, len(text) - 1) == Span("p.yaml", 6, 3, 7, 9)
    assert node.part(3, 3) == Span("p.yaml", 6, 6, 6, 6)
