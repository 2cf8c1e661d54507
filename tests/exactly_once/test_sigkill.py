"""The real command, killed at random times, against a stand-in that loses and doubts everything."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.exactly_once.killing import Soak, Summary
from tests.exactly_once.matrix import SEQUENCES

RECIPIENTS, KILLS, SECONDS = 80, 16, 30.0


def test_sigkill_at_any_time_doubles_and_loses_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Dozens of kills in both sequences at once: 0 doubled, 0 lost, and all is accounted for."""
    seed = random.randrange(1_000_000)  # noqa: S311 - printed, to be used again

    def soak(sequence: str) -> Summary:
        folder = tmp_path / sequence
        folder.mkdir()
        return Soak(folder, seed, sequence, RECIPIENTS).run(KILLS, 1, SECONDS)

    with ThreadPoolExecutor() as pool:
        summaries = list(pool.map(soak, SEQUENCES))
    for summary in summaries:
        record_property("SIGKILL", summary.line())
    for summary in summaries:
        assert not summary.doubled
        assert not summary.lost
        assert not summary.wrong
        assert summary.kills
        assert summary.states.total() == RECIPIENTS
