"""What differs, as lines for people."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.diff.result import Change, Diff, Inclusion, PlaybookDiff, Price, Setting, State
from runner.report.diff_text import Look, report_diff
from runner.report.diff_words import (
    change_pieces,
    say_counts,
    say_inclusion,
    say_price,
    summary_line,
)
from runner.report.word_diff import Piece

_CHANGE = Change("message.body", "recipient", {"default": 2}, "Hi", "Ho", ("a", "b"), "r.csv:2")
_PLAYBOOK = PlaybookDiff("a.yaml", "a", "changed", "a.yaml", "a", rendered={"sample": 1})
_DIFF = Diff("main (abc)", "the work tree", (_PLAYBOOK,))


def _lines(playbook: PlaybookDiff, look: Look | None = None) -> list[str]:
    return list(report_diff(Diff("a", "b", (playbook,)), look or Look()))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"default": 1}, "1 recipient"),
        ({"default": 1180}, "1,180 recipients"),
        ({"demo": 2}, "2 recipients in demo"),
        ({"demo": 2, "production": 2}, "2 recipients in each of demo, production"),
        ({"demo": 1, "production": 2}, "1 recipient in demo, 2 recipients in production"),
    ],
)
def test_counts_name_environments_where_there_are_any(counts: dict[str, int], said: str) -> None:
    """Equal ones together."""
    assert say_counts(counts, "recipient") == said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, None, ""),
        (Price(2, (1,), ("GSM-7",)), Price(2, (1,), ("GSM-7",)), "1 segment each as before"),
        (
            Price(2, (1,), ("GSM-7",)),
            Price(4, (2,), ("UCS-2",)),
            "1 segment each → 2 segments each, GSM-7 → UCS-2",
        ),
        (
            Price(2, (1,), ("GSM-7",)),
            Price(1200, (1, 3), ("GSM-7", "UCS-2")),
            "1 segment each → 1 to 3 segments each, 1,200 in all, GSM-7 → GSM-7/UCS-2",
        ),
        (None, Price(2, (1,), ("GSM-7",)), "1 segment each, GSM-7"),
    ],
)
def test_the_price_is_told_before_and_after(
    before: Price | None, after: Price | None, said: str
) -> None:
    """In segments, and the encoding if that changes."""
    change = replace(_CHANGE, price_before=before, price_after=after)
    assert say_price(change) == said


def test_who_is_met_on_one_side_only_is_told_with_the_first() -> None:
    """Three dots stand for more."""
    found = Inclusion("rejected", "recipient", {"default": 2}, ("r.csv:2: FP106 no",))
    assert say_inclusion(found) == "2 recipients REJECTED NOW: r.csv:2: FP106 no, …"
    found = replace(found, counts={"a": 1, "b": 1})
    assert say_inclusion(found) == "1 recipient in each of a, b REJECTED NOW: r.csv:2: FP106 no"


def test_long_stretches_that_stay_are_shortened() -> None:
    """What is around a change is kept; the change itself is whole."""
    text = "x " * 150 + " middle " + "y " * 150
    pieces = change_pieces(replace(_CHANGE, before=f"{text}a", after=f"{text}b " + "z" * 600))
    assert "middle" not in pieces[0].text
    assert pieces[0].text.endswith(" […] " + "y " * 75)
    assert pieces[-1].kind == "added"
    assert pieces[-1].text.endswith("z" * 600)


def test_real_texts_have_their_addresses_masked() -> None:
    """Also on a terminal."""
    change = replace(_CHANGE, real=("call +13115552368", "Call +13115552368"))
    assert change_pieces(change, real=True) == (
        Piece("removed", "call"),
        Piece("added", "Call"),
        Piece("same", " +1•••••2368"),
    )


def test_the_sum_begins_with_the_gravest() -> None:
    """Then how many playbooks, then what was compared."""
    states: tuple[State, ...] = ("new", "deleted", "mended", "invalid", "same")
    playbooks = (*(replace(_PLAYBOOK, state=state) for state in states), _PLAYBOOK)
    assert summary_line(replace(_DIFF, playbooks=playbooks)) == (
        "5 of 6 playbooks differ (1 changed, 1 new, 1 deleted, 1 invalid, 1 mended): "
        "the work tree compared with main (abc)."
    )


def test_several_ways_are_counted() -> None:
    """A template with branches changes in one way for each."""
    other = replace(_CHANGE, counts={"default": 7})
    lines = _lines(replace(_PLAYBOOK, changes=(_CHANGE, other)))
    assert lines[:3] == [
        "a.yaml: text",
        "  message.body differs for 9 recipients in 2 ways",
        "  message.body  2 recipients, first r.csv:2",
    ]


def test_lines_of_a_text_stay_lines() -> None:
    """Indented, so that they are told from the report's own."""
    change = replace(_CHANGE, before="one\ntwo\n", after="one\n2\n")
    lines = _lines(replace(_PLAYBOOK, changes=(change,)))
    assert lines[2:4] == ["    one", "    [-two-]{+2+}"]


@given(st.text(), st.text())
def test_no_text_moves_the_cursor(before: str, after: str) -> None:
    """A playbook or a sample cannot write to the terminal what is not there."""
    playbook = replace(
        _PLAYBOOK,
        file=f"{before}.yaml",
        changes=(replace(_CHANGE, before=before, after=after, where=after),),
        settings=(Setting(before, after, before),),
        inclusions=(Inclusion("added", "sample", {before: 1}, (after,)),),
    )
    text = "".join(_lines(playbook))
    assert not any(char < " " or "\x7f" <= char < "\xa0" for char in text)
