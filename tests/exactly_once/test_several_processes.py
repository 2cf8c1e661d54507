"""Two processes at once, customers who write meanwhile, a frozen process, and the first SIGINT."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from runner.model.playbook import DeliverySettings
from runner.sandbox.values import Settings
from tests.exactly_once.fault_kinds import REQUEST_CRASHES, WRITE_CRASHES
from tests.exactly_once.frozen_process import TTL, LeasedProcess
from tests.exactly_once.matrix import SEQUENCES, SITUATIONS, Matrix
from tests.exactly_once.simulated_process import Process
from tests.exactly_once.stage import Stage, make_delivery
from tests.exactly_once.virtual_time import run_virtually

PLAIN = SITUATIONS[0]
KEYS = [make_delivery(f"A-{number}", f"+1311555{number:04}") for number in range(12)]


async def finish(stage: Stage) -> None:
    """Let others carry on until nothing is left to do."""
    for _ in range(4):
        await stage.run()
        stage.time.leap(1.0)


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_two_runs_at_once_send_each_key_once(tmp_path: Path, sequence: str) -> None:
    """Two runs of one playbook on one journal share the keys; neither repeats the other's."""
    stage = Stage(tmp_path / "s", KEYS, DeliverySettings(sequence=sequence))  # type: ignore[arg-type]

    async def live() -> None:
        await asyncio.gather(stage.run(), stage.run())
        shared = [len(process.requests) for process in stage.processes]
        await finish(stage)
        assert all(shared), "both have had something to do"

    run_virtually(stage.time, live())
    verdict = stage.judge()
    assert verdict.problems == ()
    assert stage.counts() == {"sent": len(KEYS)}


@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("kind", [*WRITE_CRASHES, *REQUEST_CRASHES])
def test_one_of_two_runs_may_be_killed(tmp_path: Path, sequence: str, kind: str) -> None:
    """Whichever point one of two runs is killed at, what both leave is sent exactly once."""
    wrong: list[str] = []
    for number in range(3, 75, 6):
        folder = tmp_path / str(number)
        stage = Stage(folder, KEYS[:6], DeliverySettings(sequence=sequence))  # type: ignore[arg-type]
        wrong += _kill_one(stage, number, kind)
    assert not wrong


def _kill_one(stage: Stage, number: int, kind: str) -> list[str]:
    wanted = "write" if kind in WRITE_CRASHES else "request"
    doomed = _Doomed(stage.machine, workers=3)
    doomed.kind, doomed.after, doomed.wanted = kind, number, wanted

    async def live() -> None:
        await asyncio.gather(stage.run(process=doomed), stage.run())
        await finish(stage)

    run_virtually(stage.time, live())
    said = [f"{kind} after {number}: {problem}" for problem in stage.judge().problems]
    return said if stage.counts() == {"sent": 6} else [*said, f"{number}: {stage.counts()}"]


class _Doomed(Process):
    """Is killed at the first point of a kind after so many."""

    kind = ""
    wanted = ""
    after = 0

    def reach(self, kind: str, label: str) -> str:
        """Count a point; say that it is the last."""
        if kind == self.wanted and len(self.points) >= self.after:
            self.faults[len(self.points)] = self.kind
        return super().reach(kind, label)


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_a_customer_may_write_between_any_two_requests(tmp_path: Path, sequence: str) -> None:
    """A conversation that the customer opens meanwhile never gets a message that was to be held."""
    matrix = Matrix(tmp_path, PLAIN, sequence)
    points, _ = matrix.record()
    for number, point in enumerate(points):
        if point.kind == "request":
            matrix.play(
                {number: "the customer writes first"},
                allowed=("held", "failed"),
                said=f"before {point.label}",
            )
    assert not matrix.wrong


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_the_first_interrupt_loses_nothing(tmp_path: Path, sequence: str) -> None:
    """Interrupted at any request, the run ends by itself, and who carries on sends the rest."""
    situation = replace(
        PLAIN, states={one.key: "sent" for one in KEYS[:3]}, deliveries=(*KEYS[:3],)
    )
    matrix = Matrix(tmp_path, situation, sequence)
    points, _ = matrix.record()
    for number, point in enumerate(points):
        if point.kind == "request":
            stage = matrix.play({number: "the first SIGINT"}, resume=True, said=point.label)
            assert stage.processes[0].ended.halt == "interrupted"
            assert len(stage.processes[0].ended.outcomes) == 3, "everybody is accounted for"
    assert not matrix.wrong


def play_frozen(folder: Path, sequence: str, point: int, overlap: float) -> list[str]:
    """Freeze a process before a write for longer than its lease, and let another take over.

    `overlap` is how many seconds after the other has begun it thaws.
    """
    settings = DeliverySettings(sequence=sequence)  # type: ignore[arg-type]
    stage = Stage(folder, PLAIN.deliveries, settings, Settings(join_delay=5.0))
    frozen = LeasedProcess(stage.machine)
    frozen.stands_still_at, frozen.for_seconds = point, TTL + 5.0 + overlap

    async def take_over() -> None:
        await asyncio.sleep(TTL + 5.0)
        await stage.run(resume=True, process=LeasedProcess(stage.machine))

    async def live() -> None:
        both = (stage.run(process=frozen), take_over())
        ended = await asyncio.gather(*both, return_exceptions=True)
        stage.problems += [f"a bug: {error!r}" for error in ended if isinstance(error, Exception)]
        await asyncio.sleep(10 * TTL)
        await stage.run(process=LeasedProcess(stage.machine))

    run_virtually(stage.time, live())
    return [f"frozen at {point}, {overlap}: {problem}" for problem in stage.judge().problems]


FREEZES = [(point, overlap) for point in range(16) for overlap in (0.1, 0.3, 2.0, 60.0)]


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_a_frozen_process_is_fenced(tmp_path: Path, sequence: str) -> None:
    """Who wakes after another took the run over writes nothing, and so sends nothing."""
    wrong = []
    for number, (point, overlap) in enumerate(FREEZES):
        wrong += play_frozen(tmp_path / str(number), sequence, point, overlap)
    assert not wrong
