# ruff: noqa: INP001, S603, T201 - a script, which prints
"""Peak memory and time of both passes over a hundred thousand recipients, and over a million.

    python benchmarks/recipients.py [ROWS ...]

Each size runs in a process of its own, without the rules, which keep nothing of a row. What counts
is the ratio of the memories: with ten times as many recipients it must stay near 1, beside 16 bytes
a row.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

SIZES = (100_000, 1_000_000)
PLAYBOOK = """\
version: 1
name: reminder
channel: { type: sms }
participants: [{ address: "{{ recipient.phone }}", proxy_address: "+19255551234" }]
routing: { properties: { workspace_sid: WS0123456789abcdef0123456789abcdef } }
message: { body: "Hi {{ recipient.name }}, see you at {{ recipient.time }}." }
recipients:
  key: "{{ recipient.id }}"
  same_address: reject
  schema:
    type: object
    required: [id, name, phone, time]
    properties: { phone: { type: string, format: phone } }
"""


def write_rows(file: Path, rows: int) -> None:
    """Write so many recipients, one in a hundred of whom cannot be used."""
    with file.open("w", encoding="utf-8") as stream:
        stream.write("id,name,phone,time\n")
        for number in range(rows):
            phone = "0311" if number % 100 == 99 else f"+1212{number:07d}"
            stream.write(f"A-{number},Ann Lee {number},{phone},9:30\n")


def measure(folder: Path) -> dict[str, float]:
    """Go over the recipients twice, and return what that took."""
    from runner.prepare import (  # noqa: PLC0415 - the measuring process only
        Wish,
        load_wish,
        make_bound_renderer,
        open_recipients,
    )
    from runner.recipients.two_passes import accepted_deliveries, check_all  # noqa: PLC0415
    from runner.render.renderer import Binding  # noqa: PLC0415

    wish = Wish(str(folder / "p.yaml"), str(folder / "r.csv"))
    loaded = load_wish(wish)
    binding = Binding("twilio", "AC1", "default", {}, datetime(2026, 3, 31, tzinfo=UTC))
    renderer = make_bound_renderer(loaded.playbook, binding)
    source = open_recipients(wish, loaded.playbook)
    started = time.perf_counter()
    checked = check_all(source, renderer)
    first = time.perf_counter() - started
    sent = sum(1 for _ in accepted_deliveries(source, renderer, checked))
    both = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "sent": sent,
        "rejected": checked.rejected_count,
        "first": first,
        "second": both - first,
        "peak": peak,
    }


def measure_apart(rows: int) -> dict[str, float]:
    """Return what `measure` says in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "p.yaml").write_text(PLAYBOOK, "utf-8")
        write_rows(folder / "r.csv", rows)
        done = subprocess.run(
            [sys.executable, __file__, "--measure", name],
            check=True,
            capture_output=True,
            text=True,
        )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print a line for each size, and the ratio of the last to the first."""
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(Path(sys.argv[2]))))
        return
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    peaks = []
    for rows in sizes:
        found = measure_apart(rows)
        peaks.append(found["peak"])
        print(
            f"{rows:>9,} rows: peak {found['peak']:7.1f} MiB, first pass {found['first']:6.1f} s, "
            f"second {found['second']:6.1f} s; {found['sent']:,.0f} accepted, "
            f"{found['rejected']:,.0f} rejected",
            flush=True,
        )
    print(f"memory, last to first: {peaks[-1] / peaks[0]:.2f}")


if __name__ == "__main__":
    main()
