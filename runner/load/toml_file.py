"""The one door to tomllib and tree-sitter: a TOML text becomes nodes that know their places.

`tomllib` decides what is TOML and what the values are; the syntax tree only tells where they stand.
"""

import tomllib

import tree_sitter_toml
from tree_sitter import Language, Parser, Tree, TreeCursor

from runner.load.findings import empty_file, too_deep
from runner.load.source import Bytes, Source, count_bytes
from runner.load.toml_errors import explain_error, is_duplicate
from runner.load.toml_guard import survey
from runner.load.toml_nodes import TooDeepError, build_root
from runner.load.toml_places import Places, Syntax, find_places
from runner.model.document import Node
from runner.model.problem import Problem


def read_toml(source: Source) -> Node | tuple[Problem, ...]:
    """Return the file's data, or everything that is wrong with it."""
    overview = survey(source.text)
    if overview.too_deep is not None:
        return (too_deep(source, overview.too_deep),)
    try:
        data = tomllib.loads(source.text)
    except ValueError as error:  # also from int(), for thousands of digits
        twice = _places(source).problems if is_duplicate(error) else ()
        return twice or (explain_error(source, error, overview),)
    if not data:
        return (empty_file(source),)
    try:
        return build_root(source, data, _places(source).root)
    except TooDeepError as error:
        return (too_deep(source, error.index),)


def _places(source: Source) -> Places:
    return find_places(source, _parse(source))


def _parse(source: Source) -> Syntax:
    parser = Parser(Language(tree_sitter_toml.language()))
    tree: Tree = parser.parse(source.text.encode())
    return _copy(tree.walk(), count_bytes(source.text))


def _copy(cursor: TreeCursor, counted: Bytes) -> Syntax:
    """Copy the tree below the cursor, bytes turned into characters.

    The recursion is as deep as brackets and dotted keys nest, which has been looked over before.
    """
    node = cursor.node
    children: list[Syntax] = []
    if node is None:  # a cursor always has a node; only its annotation says otherwise
        return Syntax("ERROR", 0, 0)
    if cursor.goto_first_child():
        children += _copy_siblings(cursor, counted)
        cursor.goto_parent()
    start, end = counted.index(node.start_byte), counted.index(node.end_byte)
    return Syntax(node.type, start, end, tuple(children))


def _copy_siblings(cursor: TreeCursor, counted: Bytes) -> list[Syntax]:
    found: list[Syntax] = []
    more = True
    while more:
        node = cursor.node
        if node is not None and node.is_named and node.type not in ("comment", "ERROR"):
            found.append(_copy(cursor, counted))
        more = cursor.goto_next_sibling()
    return found
