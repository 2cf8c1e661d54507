"""What it costs to check a tree: one file against 1,000, one process against two.

    python benchmarks/validate_tree.py

Prints ratios of runs that were made side by side, since seconds say more of the machine. Every run
is a process of its own, so it includes the start. Where other programs keep the processors busy,
two processes are no quicker than one: the ratio of the processors' time still tells what they cost.
"""
# ruff: noqa: INP001 - a script, not a package

import ctypes
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FILES = 1_000
ROUNDS = 3
PLAYBOOK = """\
version: 1
name: reminder-NUMBER
channel: { type: sms }
participants:
  - address: "{{ recipient.phone }}"
    proxy_address: "{{ vars.sender }}"
routing:
  properties:
    workspace_sid: WS0123456789abcdef0123456789abcdef
    workflow_sid: WW0123456789abcdef0123456789abcdef
    queue_sid: WQ0123456789abcdef0123456789abcdef
    worker_sid: WK0123456789abcdef0123456789abcdef
    attributes: { customerName: "{{ recipient.name }}", customerAddress: "{{ recipient.phone }}" }
message:
  author: Clinic NUMBER
  body: |
    Hi {{ recipient.name }}, see you {{ recipient.day }} at {{ recipient.time }}. Reply C to cancel.
recipients:
  key: "{{ recipient.id }}"
  schema:
    type: object
    required: [id, name, phone, day, time]
    properties: { phone: { type: string, format: phone } }
samples:
  - { id: A-1, name: Ann, phone: "+13115552368", day: Monday, time: "9:30" }
  - { id: A-2, name: Bob, phone: "+13115552369", day: Tuesday, time: "10:00" }
vars: { sender: "+19255551234" }
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took: on the clock, and of the processors."""

    wall: float
    cpu: float


def main() -> None:
    """Write the tree, measure, and print."""
    adopt_orphans()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(FILES):
            path = folder / f"group-{number % 20:02}" / f"playbook-{number:04}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(PLAYBOOK.replace("NUMBER", str(number)), "utf-8")
        one = str(next(folder.glob("*/*.yaml")))
        runs = {
            "one": [one],
            "all, 1 process": [name, "--jobs", "1"],
            "all, 2 processes": [name, "--jobs", "2"],
        }
        found: dict[str, list[Cost]] = {label: [] for label in runs}
        for _ in range(ROUNDS):
            for label, arguments in runs.items():
                found[label].append(measure(arguments))
    report(found)


def adopt_orphans() -> None:
    """Make the processes that a command leaves behind ours, so that they are counted."""
    if sys.platform == "linux":
        set_child_subreaper = 36  # prctl(2)
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def measure(arguments: Sequence[str]) -> Cost:
    """Check once, in a process of its own."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "runner", "validate", *arguments],
        check=True,
        capture_output=True,
        env=environment,
    )
    wall = time.perf_counter() - start
    with suppress(ChildProcessError):
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu)


def report(found: dict[str, list[Cost]]) -> None:
    """Print the medians, and the ratios of runs of the same round."""
    for label, costs in found.items():
        wall = statistics.median(cost.wall for cost in costs)
        say(f"{label:18} {wall * 1000:8.0f} ms")
    one, single, double = found.values()
    many = [(b.cpu - a.cpu) / (FILES - 1) * 1000 for a, b in zip(one, single, strict=True)]
    say(f"a further file     {statistics.median(many):8.2f} ms of processors")
    say(f"1,000 files : 1    {ratio(single, one):8.1f} times as long")
    say(f"1 process : 2      {ratio(single, double):8.2f} times as long")
    more = statistics.median(b.cpu / a.cpu for a, b in zip(single, double, strict=True))
    say(f"2 processes : 1    {more:8.2f} times the processors' time")


def ratio(first: list[Cost], second: list[Cost]) -> float:
    """Return the median ratio of the times on the clock."""
    return statistics.median(a.wall / b.wall for a, b in zip(first, second, strict=True))


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
