"""`test --update`: writes what was rendered in the place of the values that expected otherwise.

Only these values change. Each change is read back before it is kept: the file must mean the same
everywhere else.
"""

from collections.abc import Iterator
from pathlib import Path

from runner.edit_file import apply_edits, edit_bytes, replace_file
from runner.load.file import load_file, load_text
from runner.model.document import Document, Node, Plain, ScalarNode, node_at, walk_scalars
from runner.model.document import Path as DataPath
from runner.model.place import Span
from runner.model.playbook_test import Case, SuiteResult
from runner.model.problem import Edit
from runner.playbook_test.spelling import spellings


def update_file(result: SuiteResult) -> int:
    """Write what was rendered into the file of these results; return how many values changed.

    A value that several tests share is left alone unless all of them would have it the same.

    Raises:
        UsageFault: the file cannot be written.
    """
    document = load_file(result.file)
    wanted = _wanted(result)
    if not wanted or not isinstance(document, Document):
        return 0
    edits: list[Edit] = []
    for path, node in walk_scalars(document.root):
        if node.span in wanted:
            edits += _edit(document, path, node, wanted.pop(node.span))
    if edits:
        data = Path(result.file).read_bytes()
        replace_file(result.file, edit_bytes(data, edits))
    return len(edits)


def _wanted(result: SuiteResult) -> dict[Span, str | int]:
    """Return the new values by their places in the file."""
    found: dict[Span, set[str | int]] = {}
    agreed: dict[Span, int] = {}
    for case in result.results:
        for mismatch in case.mismatches:
            if mismatch.golden is not None:
                found.setdefault(mismatch.golden.span, set()).add(mismatch.value)
                agreed[mismatch.golden.span] = agreed.get(mismatch.golden.span, 0) + 1
    uses = [span for case in result.results if case.rendered for span in _spans(case.case)]
    return {
        span: values.pop()
        for span, values in found.items()
        if span.file == result.file and len(values) == 1 and uses.count(span) <= agreed[span]
    }


def _spans(case: Case) -> Iterator[Span]:
    """Yield the places of everything that the case expects."""
    for entry in (*case.expected.values(), *case.requests.values()):
        for _, scalar in walk_scalars(entry.node):
            yield scalar.span


def _edit(
    document: Document, path: DataPath, node: ScalarNode, value: str | int
) -> tuple[Edit, ...]:
    """Return the edit that writes the value, the first way that does nothing else."""
    for written in spellings(document, node, value):
        edit = Edit(node.span, written)
        text = apply_edits(document.text, [edit])
        changed = load_text(document.file, text.encode("utf-8", "surrogatepass"))
        if isinstance(changed, Document) and _is_right(document, changed, path, value):
            return (edit,)
    return ()


def _is_right(old: Document, new: Document, path: DataPath, value: str | int) -> bool:
    """Tell whether the value is there and everything else is as it was."""
    before, after = dict(_values(old.root)), dict(_values(new.root))
    written = after.pop(path, None)
    shared = node_at(old.root, path)
    for other, node in walk_scalars(old.root):  # the places of an alias change together
        if other == path or node is shared:
            before.pop(other, None)
            after.pop(other, None)
    return before == after and _same(written, value)


def _same(written: Plain, value: str | int) -> bool:
    if isinstance(written, str) and isinstance(value, str):
        return written.removesuffix("\n") == value.removesuffix("\n")
    return type(written) is type(value) and written == value


def _values(root: Node) -> Iterator[tuple[DataPath, Plain]]:
    for path, node in walk_scalars(root):
        yield path, node.value
