# ruff: noqa: INP001, T201 - a script, which prints
"""A soak: the real command, killed again and again, against a stand-in that misbehaves.

    python benchmarks/soak.py --minutes 10
    python benchmarks/soak.py --kills 1000 --at-once 4 --recipients 5000 --seed 7

Each round takes a fresh journal and a fresh stand-in, in one sequence and then in the other. The
last line is the sum, to be quoted. Exit code 1: something was doubled, lost or not accounted for.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.exactly_once.killing import Soak, Summary

SEQUENCES = ("interaction-first", "conversation-first")


def main() -> int:
    """Soak until the time is over or the kills are enough."""
    wish = _read_wish()
    began = time.monotonic()
    summaries: list[Summary] = []
    while _goes_on(wish, summaries, time.monotonic() - began):
        sequence = SEQUENCES[len(summaries) % 2]
        with tempfile.TemporaryDirectory(prefix="flexplay-soak-") as folder:
            soak = Soak(Path(folder), wish.seed + len(summaries), sequence, wish.recipients)
            left = wish.kills - sum(summary.kills for summary in summaries)
            seconds = wish.minutes * 60 - (time.monotonic() - began)
            summaries.append(soak.run(left, wish.at_once, seconds))
        _say(summaries[-1])
    print(_sum(summaries, wish.at_once))
    return int(any(one.doubled or one.lost or one.wrong for one in summaries))


def _read_wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0, help="stop killing after so many")
    parser.add_argument("--kills", type=int, default=1_000_000, help="stop killing after so many")
    parser.add_argument("--at-once", type=int, default=3, help="processes on one journal")
    parser.add_argument("--recipients", type=int, default=500, help="deliveries in one round")
    seed = random.randrange(1_000_000)  # noqa: S311 - printed, to be used again
    parser.add_argument("--seed", type=int, default=seed, help="of kills and faults")
    return parser.parse_args()


def _goes_on(wish: argparse.Namespace, summaries: list[Summary], seconds: float) -> bool:
    kills = sum(summary.kills for summary in summaries)
    return not summaries or (kills < wish.kills and seconds < wish.minutes * 60)


def _say(summary: Summary) -> None:
    print(summary.line(), flush=True)
    for problem in (*summary.doubled, *summary.lost, *summary.wrong):
        print(f"  {problem}", flush=True)


def _sum(summaries: list[Summary], at_once: int) -> str:
    states: Counter[str] = Counter()
    for summary in summaries:
        states += summary.states
    return (
        f"sum: {sum(one.deliveries for one in summaries):,} deliveries, "
        f"{sum(one.kills for one in summaries):,} SIGKILLs, {at_once} processes at once, "
        f"{sum(one.seconds for one in summaries):.0f} s: "
        f"{sum(len(one.doubled) for one in summaries)} doubled, "
        f"{sum(len(one.lost) for one in summaries)} lost; ambiguous and settled: "
        f"{sum(one.found for one in summaries):,} found, "
        f"{sum(one.absent for one in summaries):,} absent; {states['uncertain']} uncertain"
    )


if __name__ == "__main__":
    sys.exit(main())
