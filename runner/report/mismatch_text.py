"""What a test expected and what was rendered instead, word by word."""

from collections.abc import Iterator

from runner.model.playbook_test import Mismatch
from runner.report.paint import GREEN, RED, paint
from runner.report.visible import make_visible
from runner.report.word_diff import Piece, diff_words
from runner.rules.secret_in_file import has_secret

_HIDDEN = "(not shown: it holds a secret)"
_AROUND = 2  # lines before and after one that differs
_CUT = "…"


def shown_texts(mismatch: Mismatch) -> tuple[str | None, str | None]:
    """Return what was expected and what was rendered; nothing that holds a secret."""
    hide = any(text and has_secret(text) for text in (mismatch.expected, mismatch.actual))
    if hide:
        return None if mismatch.expected is None else _HIDDEN, _HIDDEN
    return mismatch.expected, mismatch.actual


def mismatch_lines(mismatch: Mismatch, *, colour: bool = False) -> Iterator[str]:
    """Yield the lines that show the two texts as one, with what differs in brackets."""
    expected, actual = shown_texts(mismatch)
    if actual is None:
        return
    if expected is None or expected == actual:
        yield "   = rendered:"
        yield from (f"     {make_visible(line)}".rstrip() for line in actual.split("\n"))
        return
    removed, added = _mark("removed", "expected"), _mark("added", "rendered")
    marks = f"{paint(removed, RED, colour=colour)} {paint(added, GREEN, colour=colour)}"
    yield f"   = {marks}:"
    lines = _lines(_compare(expected, actual), colour=colour)
    yield from (f"     {line}".rstrip() for line in _cut(lines))


def _compare(expected: str, actual: str) -> tuple[Piece, ...]:
    """Return what differs; of two single words (a number, a time, a SID), they as a whole."""
    if expected and actual and len(expected.split()) == len(actual.split()) == 1:
        return Piece("removed", expected), Piece("added", actual)
    return diff_words(expected, actual)


def _cut(lines: list[tuple[str, bool]]) -> Iterator[str]:
    """Yield the lines that differ and those around them, and a sign for each stretch between."""
    differ = [index for index, (_, changed) in enumerate(lines) if changed]
    near = {index + step for index in differ for step in range(-_AROUND, _AROUND + 1)}
    for index, (line, _) in enumerate(lines):
        if index in near:
            yield line
        elif index == 0 or index - 1 in near:
            yield _CUT


def _lines(pieces: tuple[Piece, ...], *, colour: bool) -> list[tuple[str, bool]]:
    """Return the lines of both texts as one, each with whether it differs."""
    lines: list[tuple[str, bool]] = [("", False)]
    for piece in pieces:
        first, *others = _show(piece, colour=colour).split("\n")
        changed = piece.kind != "same"
        line, differs = lines[-1]
        lines[-1] = line + first, differs or (changed and bool(first))
        lines += [(other, changed and bool(other)) for other in others]
    return lines


def _show(piece: Piece, *, colour: bool) -> str:
    if piece.kind == "same":
        return "\n".join(map(make_visible, piece.text.split("\n")))
    style = RED if piece.kind == "removed" else GREEN
    lines = [make_visible(line) for line in piece.text.split("\n")]
    ends = ["\N{SYMBOL FOR NEWLINE}"] * (len(lines) - 1) + [""]
    marked = (
        paint(_mark(piece.kind, line + end), style, colour=colour) if line + end else ""
        for line, end in zip(lines, ends, strict=True)
    )
    return "\n".join(marked)


def _mark(kind: str, text: str) -> str:
    return f"[-{text}-]" if kind == "removed" else f"{{+{text}+}}"
