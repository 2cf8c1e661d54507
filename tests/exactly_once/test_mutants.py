"""The harness has teeth: whatever is taken out of the protocol, it finds who was hurt by it."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runner.book.clock_guard import ClockGuard
from runner.book.journal_book import JournalBook
from runner.journal import batch, decide
from runner.journal.entry import advance
from runner.journal.group_commit import Journal
from runner.sequence import conversation_first, posting, settle, steps
from tests.exactly_once.matrix import SITUATIONS, Matrix, Situation, cases_of
from tests.exactly_once.mutant_books import IntentAfterwards, ResultAtTheEnd
from tests.exactly_once.simulated_process import Process
from tests.exactly_once.stage import Stage
from tests.exactly_once.test_late_resume import agents_are_done, lagging
from tests.exactly_once.test_several_processes import FREEZES, play_frozen

NAMED = {situation.name: situation for situation in SITUATIONS}
PLAIN = NAMED["plain"]
Patch = pytest.MonkeyPatch


def harm(matrix: Matrix, **how: Any) -> Iterator[str]:
    """Yield what the mutant does wrong, crash by crash and fault by fault."""
    points, lost = matrix.record()
    for case in cases_of(points):
        before = len(matrix.wrong)
        matrix.play({**lost, case.point: case.kind}, said=case.say(points), **how)
        yield from matrix.wrong[before:]


def find(
    folder: Path,
    what: str,
    situation: Situation = PLAIN,
    process: type[Process] = Process,
    sequence: str = "interaction-first",
    **how: Any,
) -> str:
    """Return the first harm of a kind, or nothing."""
    matrix = Matrix(folder, situation, sequence, process)
    return next((said for said in harm(matrix, **how) if what in said), "")


def test_without_a_mutation_no_harm_is_found(tmp_path: Path) -> None:
    """What catches the mutants below does not cry wolf."""
    assert not find(tmp_path, "")


@pytest.mark.parametrize("what", ["2 interactions", "2 messages"])
def test_no_look_for_evidence_is_caught(tmp_path: Path, monkeypatch: Patch, what: str) -> None:
    """Whoever repeats a request blindly doubles it."""

    def blind(*_: Any) -> Any:
        yield from ()
        return settle.Absent()

    monkeypatch.setattr(posting, "settle_interaction", blind)
    monkeypatch.setattr(posting, "settle_message", blind)
    assert find(tmp_path, what)


@pytest.mark.parametrize("what", ["2 interactions", "2 messages"])
def test_no_waiting_for_evidence_is_caught(tmp_path: Path, monkeypatch: Patch, what: str) -> None:
    """Whoever takes the first look for proof doubles what was processed or shown a moment later."""
    monkeypatch.setattr(settle, "deadline_of", lambda *_: 0.0)
    assert find(tmp_path, what)


@pytest.mark.parametrize("what", ["2 interactions", "2 messages"])
def test_an_intent_after_its_request_is_caught(tmp_path: Path, what: str) -> None:
    """A request that no intent precedes is forgotten by a crash, and made again."""
    assert find(tmp_path, what, process=IntentAfterwards, sequence="conversation-first")


def test_a_result_after_what_depends_on_it_is_caught(tmp_path: Path) -> None:
    """A message whose interaction's result was not written first is forgotten by a crash."""
    assert find(tmp_path, "2 messages", process=ResultAtTheEnd)


def test_no_claim_on_the_pair_is_caught(tmp_path: Path, monkeypatch: Patch) -> None:
    """Two deliveries to one customer at once take the customer from each other."""

    async def claim(self: JournalBook, delivery: Any) -> Any:
        return await self._claim(delivery, again=False)

    async def claim_pair(_: Journal, __: str, delivery: str) -> str:
        return delivery

    monkeypatch.setattr(JournalBook, "claim", claim)
    monkeypatch.setattr(JournalBook, "release", lambda *_: None)
    monkeypatch.setattr(Journal, "claim_pair", claim_pair)
    assert find(tmp_path, "ended as", NAMED["two to one customer"])


def test_no_gate_is_caught(tmp_path: Path, monkeypatch: Patch) -> None:
    """A process that wakes after its lease, and is let pass, sends what another has sent."""

    def let_pass(change: Any, entry: Any, run: Any, epoch: int, suppressed: str, now: float) -> Any:
        del run, epoch, suppressed
        return decide.Go(advance(entry, change, now))

    monkeypatch.setattr(batch, "decide_change", let_pass)
    found = []
    for number, (point, overlap) in enumerate(FREEZES):
        found += play_frozen(tmp_path / str(number), "interaction-first", point, overlap)
    assert any("2 interactions" in said for said in found)


def test_tasks_that_prove_for_ever_are_caught(tmp_path: Path, monkeypatch: Patch) -> None:
    """Whoever asks for Tasks only makes an interaction again whose Task has been deleted."""
    monkeypatch.setattr(settle, "_TASKS_PROVE_UNTIL", math.inf)
    assert find(tmp_path, "2 interactions", pause=400.0, between=agents_are_done)


def test_no_comparison_of_clocks_is_caught(tmp_path: Path, monkeypatch: Patch) -> None:
    """With a clock an hour ahead everything looks old enough to be proved absent."""

    async def trust(*_: Any) -> None:
        """Believe this machine's clock."""

    def jump(stage: Stage, number: int) -> None:
        del number
        stage.machine.wrong = 3600.0

    monkeypatch.setattr(ClockGuard, "check", trust)
    assert find(tmp_path, "2 interactions", lagging(20), between=jump)


def test_an_empty_list_of_nobody_is_caught(tmp_path: Path, monkeypatch: Patch) -> None:
    """Whoever takes any success for an empty list overlooks the conversation that is there."""

    def believe(request: Any, _: str) -> Any:
        return (yield from steps.call(request))

    monkeypatch.setattr(steps, "read_page", believe)
    assert find(tmp_path, "ended as", NAMED["held"])


def test_a_success_that_names_nobody_is_caught(tmp_path: Path, monkeypatch: Patch) -> None:
    """Whoever takes any success for a participant sends to a conversation without the customer."""
    monkeypatch.setattr(conversation_first, "_is_in", lambda answer: answer.ok)
    found = find(tmp_path, "a message reached nobody", sequence="conversation-first")
    assert found
