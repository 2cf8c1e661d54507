"""What a program asks of the kernel, by strace."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exactly_once.killing import ACCOUNT


def trace(
    folder: Path, calls: str, *program: object, options: tuple[str, ...] = ()
) -> tuple[list[str], subprocess.CompletedProcess[str]]:
    """Run a Python program in a folder, and return the lines of its system calls, and how it ended.

    Args:
        folder: where it runs; the trace is written there, too.
        calls: names of system calls, with commas between.
        program: what follows `python`.
        options: more of strace's.
    """
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: sh tests/postgres/install.sh")
    done = subprocess.run(
        [
            *("strace", "-f", "-y", "-o", "trace", "-e", f"trace={calls}", *options),
            *(sys.executable, *map(str, program)),
        ],
        cwd=folder,
        env={**os.environ, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "invented"},
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr.strip()}")
    return (folder / "trace").read_text(errors="replace").splitlines(), done
