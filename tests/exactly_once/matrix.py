"""Every point of a run times everything that can go wrong there; derived, so nothing can escape."""

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner.model.delivery import Delivery
from runner.model.playbook import DeliverySettings
from runner.sandbox.values import Settings
from tests.exactly_once.fault_kinds import (
    REQUEST_CRASHES,
    REQUEST_FAULTS,
    WRITE_CRASHES,
    WRITE_FAULTS,
)
from tests.exactly_once.simulated_process import CUSTOMER, Faults, Point, Process
from tests.exactly_once.stage import Stage, make_delivery, with_body
from tests.exactly_once.virtual_time import run_virtually

MOST_PROCESSES = 6
SEQUENCES = ("interaction-first", "conversation-first")


def _nothing(_: Stage) -> None:
    """Everything is as it should be."""


def _inbound(stage: Stage) -> None:
    """The customer has written to us already."""
    stage.machine.customer_writes()


def _nothing_between(_: Stage, __: int) -> None:
    """Time passes, and that is all."""


@dataclass(frozen=True, slots=True)
class Situation:
    """How things stand when the run begins, and how each key must end, whatever goes wrong.

    `lost` names requests whose answers are lost, so that the way that settles them is walked too.
    """

    name: str
    states: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    world: Settings = field(default_factory=Settings)
    prepare: Callable[[Stage], None] = _nothing
    deliveries: tuple[Delivery, ...] = (make_delivery("A-1", CUSTOMER),)
    lost: str = ""
    sequences: tuple[str, ...] = SEQUENCES


_ONE = make_delivery("A-1", CUSTOMER)
SITUATIONS = (
    Situation("plain", {"A-1": "sent"}),
    Situation("held", {"A-1": "held"}, prepare=_inbound),
    Situation("appended", {"A-1": "sent"}, {"on_open_conversation": "append"}, prepare=_inbound),
    Situation("refused", {"A-1": "failed"}, {"on_open_conversation": "fail"}, prepare=_inbound),
    Situation(
        "nobody joins",
        {"A-1": "failed"},
        world=Settings(join_delay=1e9),
        sequences=("interaction-first",),
    ),
    Situation("message refused", {"A-1": "failed"}, deliveries=(with_body(_ONE, "x" * 1601),)),
    Situation("interaction lost", {"A-1": "sent"}, lost="POST Interactions"),
    Situation("message lost", {"A-1": "sent"}, lost="POST Conversations/Messages"),
    Situation(
        "two to one customer",
        {"A-1": "sent", "A-2": "sent"},
        deliveries=(_ONE, make_delivery("A-2", CUSTOMER)),
    ),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that goes wrong at one point."""

    point: int
    kind: str

    def say(self, points: list[Point]) -> str:
        """Return where and what, for a person to repeat it."""
        return f"{self.kind} at {self.point} ({points[self.point].label})"


def kinds_at(point: Point) -> tuple[str, ...]:
    """Return everything that can go wrong at a point."""
    if point.kind == "write":
        return (*WRITE_CRASHES, *WRITE_FAULTS)
    return (*REQUEST_CRASHES, *REQUEST_FAULTS)


def cases_of(points: list[Point]) -> Iterator[Case]:
    """Yield everything that can go wrong in a run with these points."""
    for number, point in enumerate(points):
        for kind in kinds_at(point):
            yield Case(number, kind)


class Matrix:
    """Plays the cases of one situation in one sequence.

    Args:
        folder: where the journals lie, each only while its case is played.
        situation: how things stand.
        sequence: the playbook's.
        process: what is a process; a mutant's is another.
    """

    def __init__(
        self, folder: Path, situation: Situation, sequence: str, process: type[Process] = Process
    ) -> None:
        self.situation = situation
        self.sequence = sequence
        self.played = 0
        self.wrong: list[str] = []
        self._folder = folder
        self._process = process
        self._numbers = itertools.count()

    def stage(self) -> Stage:
        """Return a new stage as the situation has it."""
        settings = DeliverySettings(sequence=self.sequence, **self.situation.settings)  # type: ignore[arg-type]
        folder = self._folder / str(next(self._numbers))
        deliveries = self.situation.deliveries
        stage = Stage(folder, deliveries, settings, self.situation.world, self._process)
        self.situation.prepare(stage)
        return stage

    def record(self) -> tuple[list[Point], dict[int, str]]:
        """Return the points of a run in which nothing else goes wrong, and what is wrong anyhow."""
        faults: dict[int, str] = {}
        if self.situation.lost:
            points = self._points(faults)
            first = [point.label for point in points].index(self.situation.lost)
            faults[first] = "answer lost"
        return self._points(faults), faults

    def _points(self, faults: Mapping[int, str]) -> list[Point]:
        stage = self.stage()
        run_virtually(stage.time, stage.run(faults))
        stage.clear()
        return stage.processes[0].points

    def play(
        self,
        first: Faults,
        then: Faults | None = None,
        *,
        pause: float = 1.0,
        resume: bool = False,
        between: Callable[[Stage, int], None] = _nothing_between,
        allowed: Collection[str] = (),
        said: str = "",
    ) -> Stage:
        """Let a run suffer, others carry on until nothing is left to do, and hear the judge.

        Args:
            first: what happens to the run.
            then: what happens to the next process.
            pause: seconds until each next process.
            resume: carry the same run on, instead of running the playbook again.
            between: what happens in the world before each next process, counted from 0.
            allowed: states that a key may end in instead of the situation's.
            said: how the case is called when something is wrong.
        """
        stage = self.stage()

        async def live() -> None:
            await stage.run(first)
            for number in range(MOST_PROCESSES):
                if not self._is_left(stage):
                    return
                between(stage, number)
                stage.time.leap(pause)
                await stage.run(then if number == 0 else None, resume=resume)

        try:
            run_virtually(stage.time, live())
        except Exception as error:  # noqa: BLE001 - a bug is a finding like any other
            stage.problems.append(f"a bug: {_innermost(error)!r}")
        verdict = stage.judge()
        problems = list(verdict.problems)
        if not self._is_allowed(verdict.states, allowed):
            problems.append(f"ended as {dict(verdict.states)}")
        self.wrong += [f"{said}: {problem}" for problem in problems]
        self.played += 1
        stage.clear()
        return stage

    def _is_allowed(self, states: Mapping[str, str], allowed: Collection[str]) -> bool:
        wanted = self.situation.states
        return all(states.get(key) in {wanted[key], *allowed} for key in wanted)

    def _is_left(self, stage: Stage) -> bool:
        open_ones = {"pending", "uncertain"}
        states = [stage.states.get(key, "pending") for key in self.situation.states]
        return bool(open_ones & set(states)) or stage.processes[-1].dead


def _innermost(error: Exception) -> Exception:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
