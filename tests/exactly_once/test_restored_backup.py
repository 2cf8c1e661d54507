"""The journal is put back to what it was at any point of a run: nobody is messaged again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.book import journal_book
from runner.journal.entry import Entry
from runner.journal.generation import generation_path
from runner.model.playbook import DeliverySettings
from runner.sandbox.caller import Caller
from runner.sandbox.interactions import end_task
from runner.sequence import forgotten
from tests.exactly_once.matrix import SEQUENCES, SITUATIONS, Situation, cases_of
from tests.exactly_once.power_cut import Image
from tests.exactly_once.simulated_process import Faults, Process
from tests.exactly_once.stage import Stage, make_delivery
from tests.exactly_once.virtual_time import run_virtually

NAMED = {situation.name: situation for situation in SITUATIONS}
ENOUGH = ("plain", "two to one customer", "appended", "message refused")
HOUR, DAY = 3600.0, 86_400.0


class Backed(Process):
    """A process whose journal somebody copies at one of its points."""

    copy_at = -1
    copy: Image | None = None

    def reach(self, kind: str, label: str) -> str:
        """Count a point."""
        path = self.machine.location.path
        if len(self.points) == self.copy_at:
            log = path.with_name(path.name + "-wal")
            self.copy = Image(path.read_bytes(), log.read_bytes())
        return super().reach(kind, label)


def nothing_happens(_: Stage) -> None:
    """Time passes, and that is all."""


def everything_closes(stage: Stage) -> None:
    """Agents complete their tasks, and every conversation is closed."""
    for task in tuple(stage.world.records.tasks.values()):
        end_task(stage.world, task, "completed")
    caller = Caller(stage.world)
    for sid, conversation in tuple(stage.world.records.conversations.items()):
        if conversation.state != "closed":
            caller.control(f"/_sandbox/conversations/{sid}", {"state": "closed"})


def restore(
    stage: Stage,
    point: int,
    pause: float = 1.0,
    between: Callable[[Stage], None] = nothing_happens,
    then: Faults | None = None,
) -> list[str]:
    """Run to the end, put the journal back to a point, run again; return what is wrong."""
    process = stage.process()
    assert isinstance(process, Backed)
    process.copy_at = point

    async def live() -> None:
        await stage.run(process=process)
        assert process.copy is not None
        process.copy.lay(stage.machine.location.path)
        between(stage)
        for number in range(3):
            stage.time.leap(pause)
            await stage.run(then if number == 0 else None, resume=bool(point % 2) and number == 0)

    run_virtually(stage.time, live())
    problems = stage.judge().problems
    return [f"restored to {point}, then {then}: {problem}" for problem in problems]


def make_stage(folder: Path, situation: Situation, sequence: str) -> Stage:
    """Return a stage as the situation has it."""
    settings = DeliverySettings(sequence=sequence, **situation.settings)  # type: ignore[arg-type]
    stage = Stage(folder, situation.deliveries, settings, situation.world, Backed)
    situation.prepare(stage)
    return stage


def restore_everywhere(
    folder: Path,
    name: str,
    sequence: str,
    pause: float = 1.0,
    between: Callable[[Stage], None] = nothing_happens,
) -> list[str]:
    """Put the journal back to each point of a run but the first, when nothing was in it yet."""
    situation = NAMED[name]
    wrong: list[str] = []
    point, points = 1, 2
    while point < points:
        stage = make_stage(folder / str(point), situation, sequence)
        wrong += restore(stage, point, pause, between)
        if stage.states != situation.states:
            wrong.append(f"restored to {point}: ended as {stage.states}")
        points = len(stage.processes[0].points)
        stage.clear()
        point += 1
    return wrong


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("situation", ENOUGH)
def test_what_was_forgotten_is_found(tmp_path: Path, situation: str, sequence: str) -> None:
    """Whatever is missing, each key ends as it had ended, and nothing is made twice."""
    assert not restore_everywhere(tmp_path, situation, sequence)


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_it_is_found_days_later(tmp_path: Path, sequence: str) -> None:
    """Nobody need be quick."""
    assert not restore_everywhere(tmp_path, "plain", sequence, 10 * DAY)


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("situation", ENOUGH)
def test_what_is_over_is_found_too(tmp_path: Path, situation: str, sequence: str) -> None:
    """The conversation is closed and the task deleted: messages and events still tell."""
    assert not restore_everywhere(tmp_path, situation, sequence, 400.0, everything_closes)


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_an_empty_journal_proves_nothing(tmp_path: Path, sequence: str) -> None:
    """Where nothing is left, what is not found may be older than any proof: it waits."""
    stage = make_stage(tmp_path / "stage", NAMED["plain"], sequence)
    generation_path(stage.machine.location.path).write_text("7")
    run_virtually(stage.time, stage.run())
    assert stage.states == {"A-1": "uncertain"}
    assert not stage.world.records.tally.interactions


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_a_crash_while_it_looks_does_no_harm(tmp_path: Path, sequence: str) -> None:
    """Whoever crashes while looking for what was forgotten leaves it to others to look."""
    first = make_stage(tmp_path / "first", NAMED["plain"], sequence)
    intent = 3
    assert not restore(first, intent)
    looking = first.processes[1].points
    for case in cases_of(looking):
        if case.kind.startswith("crash"):
            stage = make_stage(tmp_path / f"{case.point} {case.kind}", NAMED["plain"], sequence)
            said = case.say(looking)
            assert not restore(stage, intent, then={case.point: case.kind}), said
            assert stage.states == {"A-1": "sent"}, said
            stage.clear()


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_a_long_gap_is_searched_whole(tmp_path: Path, sequence: str) -> None:
    """What was begun hours after the copy was made, and is over, stands in the log of events."""
    stage = make_stage(tmp_path / "stage", NAMED["plain"], sequence)
    path = stage.machine.location.path
    run_virtually(stage.time, stage.run())
    copy = path.read_bytes()
    stage.deliveries = (make_delivery("B-1", "+13115550177"),)
    stage.time.leap(2 * HOUR)
    killed = {"POST Conversations/Messages": "crash before it leaves"}
    run_virtually(stage.time, stage.run(killed))
    everything_closes(stage)
    path.write_bytes(copy)
    stage.time.leap(2 * HOUR)
    run_virtually(stage.time, stage.run())
    assert not stage.judge().problems
    assert stage.states == {"A-1": "sent", "B-1": "failed"}, "its conversation is closed"
    assert sum(stage.world.records.tally.interactions.values()) == 2


def test_without_suspicion_it_doubles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever believes a restored journal makes again what it has forgotten."""

    async def believe(entry: Entry, *_: Any) -> Entry:
        return entry

    monkeypatch.setattr(journal_book, "suspect", believe)
    wrong = restore_everywhere(tmp_path, "plain", "interaction-first", 400.0, everything_closes)
    assert [said for said in wrong if "2 interactions" in said]
    assert [said for said in wrong if "2 messages" in said]


def test_without_a_look_at_conversations_it_doubles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that was appended has no task: only its conversation has it."""

    def trust(_: Any) -> Any:
        yield from ()

    monkeypatch.setattr(forgotten, "_end_if_sent", trust)
    wrong = restore_everywhere(tmp_path, "appended", "interaction-first", 1.0, everything_closes)
    assert [said for said in wrong if "2 messages" in said]
