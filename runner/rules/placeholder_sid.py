"""FP402: a SID copied from the documentation, or one whose digits somebody masked."""

from collections.abc import Iterator

from runner.model.document import walk_scalars
from runner.model.placeholder import is_placeholder, placeholder_problem
from runner.model.playbook import Playbook
from runner.model.problem import Problem, Severity
from runner.schema.sids import is_masked, masked_problem


def check(playbook: Playbook) -> Iterator[Problem]:
    """Warn of each placeholder, which a live run refuses; refuse each masked SID in vars."""
    for path, node in walk_scalars(playbook.root):
        if is_placeholder(node.value):
            yield placeholder_problem(node.span, str(node.value), Severity.WARNING)
        elif path[:1] == ("vars",) and is_masked(node.value):
            yield masked_problem(node.span, str(node.value))
