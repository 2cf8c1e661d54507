"""FP209: a filter or a test that does not exist."""

from collections.abc import Iterator
from pathlib import Path

from runner.model.playbook import Playbook
from runner.model.problem import Problem
from runner.render.environment import known_functions, reading_environment
from runner.render.fault import unknown_function
from runner.render.reading import read_playbook


def check(playbook: Playbook) -> Iterator[Problem]:
    """Refuse each, also in included files and inside `map` and `select`."""
    known = known_functions(reading_environment(Path(playbook.file).parent))
    for text in read_playbook(playbook).texts:
        for function in text.reading.functions:
            if function.name not in known[function.kind]:
                yield unknown_function(function, known[function.kind])
