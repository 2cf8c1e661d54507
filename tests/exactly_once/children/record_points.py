"""A run on one virtual clock that tells the kernel of each of its points, for strace to see."""

import os
import sys
from pathlib import Path
from typing import ClassVar

sys.path.insert(0, str(Path(__file__).parents[3]))
from tests.exactly_once.matrix import SITUATIONS, Matrix
from tests.exactly_once.simulated_process import Process
from tests.exactly_once.virtual_time import run_virtually

FOLDER, SITUATION, SEQUENCE, SYNCHRONOUS = Path(sys.argv[1]), *sys.argv[2:]
POINTS = os.open(FOLDER / "points", os.O_CREAT | os.O_WRONLY)


class Telling(Process):
    """A process that syncs as it is told to, and says when it comes to a point."""

    synchronous: ClassVar = SYNCHRONOUS

    def reach(self, kind: str, label: str) -> str:
        """Count a point."""
        os.write(POINTS, f"{len(self.points)}\n".encode())
        return super().reach(kind, label)


situation = next(each for each in SITUATIONS if each.name == SITUATION)
matrix = Matrix(FOLDER, situation, SEQUENCE, Telling)
stage = matrix.stage()
(FOLDER / "before.db").write_bytes(stage.machine.location.path.read_bytes())
run_virtually(stage.time, stage.run())
