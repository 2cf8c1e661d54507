"""Whatever goes wrong at whatever point: every key exactly once, by the stand-in's own ledger."""

from pathlib import Path

import pytest

from tests.exactly_once.matrix import SEQUENCES, SITUATIONS, Matrix, Situation, cases_of

ALL = [
    pytest.param(situation, sequence, id=f"{situation.name}, {sequence}")
    for situation in SITUATIONS
    for sequence in situation.sequences
]


@pytest.mark.parametrize(("situation", "sequence"), ALL)
def test_no_fault_doubles_or_loses(tmp_path: Path, situation: Situation, sequence: str) -> None:
    """One fault at any point, then others carry on: each key ends as if nothing had happened."""
    matrix = Matrix(tmp_path, situation, sequence)
    points, lost = matrix.record()
    never = []
    for number, case in enumerate(cases_of(points)):
        faults = {**lost, case.point: case.kind}
        stage = matrix.play(faults, resume=bool(number % 2), said=case.say(points))
        if case.point not in stage.processes[0].struck:
            never.append(case.say(points))
    assert not never, "a point that was recorded must be reached"
    assert not matrix.wrong
    assert matrix.played >= 4 * len(points)


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("post", ["POST Interactions", "POST Conversations/Messages"])
def test_no_second_fault_doubles_or_loses(tmp_path: Path, sequence: str, post: str) -> None:
    """A crash whose request was processed, then any fault in what carries on: sent exactly once."""
    matrix = Matrix(tmp_path, SITUATIONS[0], sequence)
    points, _ = matrix.record()
    first = {[point.label for point in points].index(post): "crash, processed"}
    carried_on = matrix.play(first).processes[1].points
    never = []
    for number, case in enumerate(cases_of(carried_on)):
        faults = {case.point: case.kind}
        said = f"crash, processed ({post}), then {case.say(carried_on)}"
        stage = matrix.play(first, faults, resume=bool(number % 2), said=said)
        if case.point not in stage.processes[1].struck:
            never.append(said)
    # What `resume` does is what `run` does, but for the write that makes the run.
    assert not never
    assert not matrix.wrong
