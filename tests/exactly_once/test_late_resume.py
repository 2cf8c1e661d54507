"""A crash, and nobody comes back for a while: what proves that a request happened has changed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from runner.sandbox.interactions import end_task
from runner.sandbox.values import EVIDENCE, Settings
from tests.exactly_once.matrix import SEQUENCES, SITUATIONS, Matrix, Situation, cases_of
from tests.exactly_once.stage import Stage

PLAIN = SITUATIONS[0]
DAY = 86_400.0
PAUSES = (100.0, 250.0, 400.0, 24 * DAY, 26 * DAY)
LATEST = 25 * DAY


def nothing_more(_: Stage, __: int) -> None:
    """Time passes, and that is all."""


def agents_are_done(stage: Stage, number: int) -> None:
    """Every agent completes their task at once; five minutes later it is deleted."""
    tasks = () if number else tuple(stage.world.records.tasks.values())
    for task in tasks:
        end_task(stage.world, task, "completed")


def lagging(seconds: float) -> Situation:
    """Return the plain situation where lists lag; that of participants would mean another end."""
    lists = (name for name in EVIDENCE if name != "list_participants")
    return replace(PLAIN, world=Settings(evidence_lag=dict.fromkeys(lists, seconds)))


def crash_everywhere(
    matrix: Matrix, pause: float, between: Callable[[Stage, int], None], allowed: tuple[str, ...]
) -> None:
    """Crash at every point, and let somebody carry on after the pause."""
    points, _ = matrix.record()
    for number, case in enumerate(cases_of(points)):
        if not case.kind.startswith("crash"):
            continue
        matrix.play(
            {case.point: case.kind},
            pause=pause,
            resume=bool(number % 2),
            between=between,
            allowed=allowed,
            said=f"{case.say(points)}, {pause:.0f} s",
        )


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("pause", PAUSES)
def test_it_does_not_matter_how_late(tmp_path: Path, sequence: str, pause: float) -> None:
    """Up to 25 days later each key is sent exactly once; after that it may be uncertain."""
    matrix = Matrix(tmp_path, PLAIN, sequence)
    crash_everywhere(matrix, pause, nothing_more, ("uncertain",) if pause > LATEST else ())
    assert not matrix.wrong


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("pause", PAUSES)
def test_tasks_that_vanished_are_no_proof(tmp_path: Path, sequence: str, pause: float) -> None:
    """When the agent was done, Events decide; a conversation that was closed fails the message."""
    matrix = Matrix(tmp_path, PLAIN, sequence)
    allowed = ("failed", "uncertain") if pause > LATEST else ("failed",)
    crash_everywhere(matrix, pause, agents_are_done, allowed)
    assert not matrix.wrong


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize(("lag", "pause"), [(20, 1.0), (45, 60.0), (60, 1.0), (60, 235.0)])
def test_evidence_may_come_late(tmp_path: Path, sequence: str, lag: float, pause: float) -> None:
    """Lists that show a thing only a minute later never let it be made again."""
    matrix = Matrix(tmp_path, lagging(lag), sequence)
    crash_everywhere(matrix, pause, nothing_more, ())
    assert not matrix.wrong


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_a_read_that_takes_long_is_judged_by_its_end(tmp_path: Path, sequence: str) -> None:
    """A look at the Tasks that began in time, and ended when the Task was deleted, is no proof."""
    matrix = Matrix(tmp_path, PLAIN, sequence)
    points, _ = matrix.record()
    post = [point.label for point in points].index("POST Interactions")
    asked = "GET Workspaces/Tasks"
    first = {post: "crash, processed"}
    carried_on = matrix.play(first, pause=215.0).processes[1].points
    look = [point.label for point in carried_on].index(asked)
    between = 2 if carried_on[look - 1].label == "reserve" else 1  # each try has its slot
    slow = dict.fromkeys(range(look, look + 3 * between, between), "hangs before")
    stage = matrix.play(
        first, slow, pause=215.0, between=agents_are_done, allowed=("failed",), said="slow look"
    )
    assert stage.processes[1].struck == [*slow]
    assert not matrix.wrong


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("wrong", [3600.0, -3600.0])
@pytest.mark.parametrize("pause", [1.0, 400.0])
def test_a_clock_that_jumped_proves_nothing(
    tmp_path: Path, sequence: str, wrong: float, pause: float
) -> None:
    """With a clock an hour wrong nothing more is sent; set right, each key is sent exactly once."""
    matrix = Matrix(tmp_path, lagging(20), sequence)

    def jump(stage: Stage, number: int) -> None:
        agents_are_done(stage, number)
        stage.machine.wrong = wrong if number == 0 else 0.0

    crash_everywhere(matrix, pause, jump, ("failed",))
    assert not matrix.wrong


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("wrong", [12.0, -12.0])
@pytest.mark.parametrize("pause", [1.0, 400.0])
def test_a_clock_that_is_a_little_wrong_does_no_harm(
    tmp_path: Path, sequence: str, wrong: float, pause: float
) -> None:
    """A difference that is tolerated, and turns to its opposite, is allowed for in every proof."""

    def begin(stage: Stage) -> None:
        stage.machine.wrong = wrong

    def turn(stage: Stage, number: int) -> None:
        agents_are_done(stage, number)
        stage.machine.wrong = -wrong

    matrix = Matrix(tmp_path, replace(lagging(20), prepare=begin), sequence)
    crash_everywhere(matrix, pause, turn, ("failed",))
    assert not matrix.wrong
