"""The harness that proves "exactly once" is imported by its full name, wherever pytest runs."""

import sys
from pathlib import Path

_ROOT = str(Path(__file__).parents[2])
if _ROOT not in sys.path:
    sys.path.insert(0, _ROOT)
