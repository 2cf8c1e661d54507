"""The power fails at any point: whatever the disk kept beside what was synced, nobody is hurt."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.journal.generation import generation_path
from runner.journal.group_commit import Journal
from tests.exactly_once.matrix import SITUATIONS, Matrix
from tests.exactly_once.power_cut import Image, Recording, record
from tests.exactly_once.simulated_process import Process
from tests.exactly_once.stage import Stage
from tests.exactly_once.test_late_resume import agents_are_done

NAMED = {situation.name: situation for situation in SITUATIONS}


class Unsuspecting(Process):
    """A process that finds, after a power cut, nothing missing of what it has synced."""

    def open_journal(self) -> Journal:
        """Open the journal."""
        journal = super().open_journal()
        assert journal.gap is None
        return journal


def cuts(matrix: Matrix, recording: Recording) -> Iterator[tuple[int, str, Image, str]]:
    """Yield the points at which the power fails, how the process ends, and what the disk has."""
    points, _ = matrix.record()
    assert len(points) == len(recording.files), "the recorded run is not the one that is played"
    for number, point in enumerate(points):
        crash = "crash before the commit" if point.kind == "write" else "crash, processed"
        for kept, image in recording.images(number):
            said = f"power cut at {number} ({point.label}), of what was not synced {kept} was kept"
            yield number, crash, image, said


def play(
    folder: Path, situation: str, sequence: str, synchronous: str = "FULL", *, later: bool = False
) -> Matrix:
    """Cut the power at every point of a run, and let others carry on with what the disk has.

    Args:
        folder: an empty one.
        situation: the matrix's.
        sequence: the playbook's.
        synchronous: how the journal syncs.
        later: whether minutes pass, in which the agents are done and their tasks are deleted.
    """
    for name in ("recorded", "played"):
        (folder / name).mkdir()
    recording = record(folder / "recorded", situation, sequence, synchronous)
    matrix = Matrix(folder / "played", NAMED[situation], sequence, Unsuspecting)
    pause, allowed = (400.0, ("failed",)) if later else (1.0, ())
    for number, crash, image, said in cuts(matrix, recording):

        def lose_power(stage: Stage, process: int, image: Image = image) -> None:
            if process == 0:
                image.lay(stage.machine.location.path)
            if process == 0 and synchronous != "FULL":  # else it would know what it has forgotten
                generation_path(stage.machine.location.path).write_text("0")
            if later:
                agents_are_done(stage, process)

        resume = bool(number % 2)
        first = {number: crash}
        matrix.play(
            first, pause=pause, resume=resume, between=lose_power, allowed=allowed, said=said
        )
    assert matrix.played >= len(recording.files)
    return matrix


@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
@pytest.mark.parametrize("situation", ["plain", "two to one customer"])
@pytest.mark.parametrize("sequence", NAMED["plain"].sequences)
def test_a_power_cut_doubles_and_loses_nothing(
    tmp_path: Path, situation: str, sequence: str, *, later: bool
) -> None:
    """What was synced is enough to know all that may have been sent."""
    matrix = play(tmp_path, situation, sequence, later=later)
    assert not matrix.wrong


def test_without_a_sync_before_each_request_it_doubles(tmp_path: Path) -> None:
    """The same power cut finds who acknowledges, as synchronous=NORMAL does, what is not synced.

    A disk that happens to keep everything hides it: the harm is what was not kept, not the crash.
    """
    matrix = play(tmp_path, "plain", "interaction-first", "NORMAL", later=True)
    for what in ("2 interactions", "2 messages"):
        assert [said for said in matrix.wrong if what in said]
    assert not [said for said in matrix.wrong if "everything was kept" in said]
